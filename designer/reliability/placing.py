"""How the machines of each node back a request: from what was drawn to a Placement."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from designer.catalog.model import Behavior, Component, Place, Replication
from designer.design.figures import figure_of
from designer.design.model import Design, Leaders, Node, ReadFrom
from designer.reliability.groups import Parts, Placement, first_zone, is_managed
from designer.reliability.recovery import acknowledged
from designer.units import SECONDS_PER_YEAR

_Way = Callable[[Node, Component, tuple[str, ...], float, int], Placement]
"""From a node, its component, its zones, how likely one machine is down, and how many carry the peak."""


class Placer:
    """Finds out how nodes back one request. Two with the same numbers have the same placement."""

    def __init__(self, design: Design, catalog: Mapping[str, Component]) -> None:
        self._catalog = catalog
        self._zones = first_zone(design)
        self._kinds: dict[str, _Kind] = {}

    def place(self, node: Node, needed: int) -> Placement | None:
        """The placement of a node, or None for what cannot fail for this purpose (clients, unknown figures).

        `needed` machines of the node carry its peak.
        """
        kind = self._kinds.get(node.component)
        if kind is None:
            kind = self._kinds[node.component] = _kind_of(self._catalog[node.component])
        component, availability, back = kind
        availability = node.figures.get("availability", availability)
        if availability is None or back is None:
            return None
        return back(node, component, node.zones or self._zones, 1.0 - availability, needed)


class _Kind(NamedTuple):
    """What placing asks of a component, read once for all nodes of it."""

    component: Component
    availability: float | None
    back: _Way | None  # None: it never fails


def _kind_of(component: Component) -> _Kind:
    figure = component.figures.availability
    return _Kind(component, None if figure is None else figure.default, _way_of(component))


def _way_of(component: Component) -> _Way | None:
    """How the machines of a node of this component back a request."""
    behavior, replication = component.behavior, component.replication
    if behavior is Behavior.CLIENT:
        return None
    if component.place is not Place.REGION or is_managed(component):
        return _alone
    if replication is Replication.LEADER:
        return _led
    if replication is Replication.QUORUM:
        return _voted
    return _kept if behavior is Behavior.CACHE else _shared


def _alone(node: Node, component: Component, zones: tuple[str, ...], down: float, needed: int) -> Placement:
    """Seen as a whole: its provider, or its user, keeps it running."""
    return _stand_alone(down)


def _shared(node: Node, component: Component, zones: tuple[str, ...], down: float, needed: int) -> Placement:
    """Machines that are all alike."""
    return _share(down, zones, node.instances * node.shards * (1 + node.replicas), needed)


def _kept(node: Node, component: Component, zones: tuple[str, ...], down: float, needed: int) -> Placement:
    """Each part of a cache in several copies, any of which will do: without an answer it is a miss."""
    return _lead(down, zones, node.instances * node.shards, 1 + node.replicas, 1, 0.0, 1, 1, True)


def _voted(node: Node, component: Component, zones: tuple[str, ...], down: float, needed: int) -> Placement:
    """Each record on some of the machines, of which a quorum must answer."""
    kept = min(1 + node.replicas, node.instances)
    writes = node.write_quorum or kept // 2 + 1
    # All that is asked of a queue is to take something.
    reads = writes if component.behavior is Behavior.QUEUE else node.read_quorum or kept // 2 + 1
    return _vote(down, zones, node.instances, kept, needed, reads, writes)


def _led(node: Node, component: Component, zones: tuple[str, ...], down: float, needed: int) -> Placement:
    """Each part of the data on a leader and its followers."""
    copies = 1 + node.replicas
    writes = acknowledged(node, component)
    has_switch = copies > 1 and node.leaders is Leaders.SINGLE
    switching = _switching(node, component, down) if has_switch else 0.0
    reads = writes if component.behavior is Behavior.QUEUE else 1
    reads_wait = node.read_from is not ReadFrom.REPLICAS
    parts = node.instances * node.shards
    return _lead(down, zones, parts, copies, needed, switching, reads, writes, reads_wait)


@lru_cache(maxsize=4_096)
def _stand_alone(down: float) -> Placement:
    return Placement(down, (), 1)


@lru_cache(maxsize=4_096)
def _share(down: float, zones: tuple[str, ...], machines: int, needed: int) -> Placement:
    """Machines that are all alike."""
    return Placement(down, _stand(zones, 0, machines), max(needed, 1))


@lru_cache(maxsize=4_096)
def _lead(
    down: float,
    zones: tuple[str, ...],
    number: int,
    copies: int,
    needed: int,
    switching: float,
    reads: int,
    writes: int,
    reads_wait: bool,
) -> Placement:
    """`number` parts of data on machines of their own, each in `copies`."""
    parts = _spread(zones, number, copies, copies)
    share = max(1, math.ceil(needed / number))
    return Placement(down, parts[0][1], share, switching, reads, writes, reads_wait, parts)


@lru_cache(maxsize=4_096)
def _vote(
    down: float, zones: tuple[str, ...], members: int, kept: int, needed: int, reads: int, writes: int
) -> Placement:
    """Each record on `kept` of the members, of which a quorum must answer."""
    parts = _spread(zones, members if members > kept else 1, kept, 1)
    share = max(1, math.ceil(kept * needed / members))
    return Placement(down, parts[0][1], share, reads=reads, writes=writes, parts=parts)


def _switching(node: Node, component: Component, down: float) -> float:
    """Share of the year spent failing over: failures per year x failover time.

    Never more than `down` / (1 + `down`), at which a leader with one follower is no better than a machine alone.
    """
    failures = figure_of(node, component, "failures_per_year") or 0.0
    duration = figure_of(node, component, "failover_time") or 0.0
    return min(down / (1.0 + down), failures * duration / SECONDS_PER_YEAR)


def _stand(zones: tuple[str, ...], first: int, machines: int) -> tuple[str, ...]:
    """The zones of so many machines, one zone after the other from number `first` on."""
    first %= len(zones)
    return (zones * (-(-machines // len(zones)) + 1))[first : first + machines]


def _spread(zones: tuple[str, ...], number: int, copies: int, step: int) -> Parts:
    """The zones of the copies of `number` parts; the copies of a part begin `step` machines after those before."""
    if number == 1 or copies % len(zones) == 0:
        return ((number, _stand(zones, 0, copies)),)
    found: dict[tuple[str, ...], int] = {}
    turns = len(zones)
    for turn in range(min(number, turns)):
        stood = _stand(zones, turn * step, copies)
        found[stood] = found.get(stood, 0) + (number - turn + turns - 1) // turns
    return tuple([(count, stood) for stood, count in found.items()])
