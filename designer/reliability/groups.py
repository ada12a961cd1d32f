"""A node's machines as k-of-n: how likely it is that too few of them are up.

Everything is computed as *unavailability*, so that nine nines survive the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from designer.catalog.model import Behavior, Component, Place, Replication, Trait
from designer.design.figures import figure_of
from designer.design.model import Acks, Design, Leaders, Node, ReadFrom
from designer.units import SECONDS_PER_YEAR

DEFAULT_ZONE = "zone"
"""Where machines stand when the design draws no zones."""

MOST_REMEMBERED = 64
"""Answers that are kept of each question about a placement."""

Parts = tuple[tuple[int, tuple[str, ...]], ...]
"""How many parts of the data have their copies in these zones, for each way in which copies are spread."""


class Placement:
    """The machines that back one request at a node, and how many of them must be up.

    A request needs `needed` of them to carry the peak, and whatever the load `reads` of them for a read and `writes`
    for a write (quorums, acknowledgements). More needed than there are: the peak is too much even for all of them,
    which counts as down. That is the one way of counting under which another machine never makes a node less
    available: were an overloaded machine up, two that must both be up would be worse than it alone.

    `zones` has the zone of each machine, with repetition; empty for what is in no zone (managed, edge, client).
    Data in several parts may have its copies in other zones for each: a request goes to any one of the `parts`.
    `down` is the unavailability of one machine, or of the whole service when `zones` is empty. `switching` is the
    share of time spent failing over to another copy, where there is one to spare; `reads_wait` says whether reads fail
    meanwhile.

    Never changed, and shared by all nodes that are placed alike, so that what follows from it is found once.
    """

    __slots__ = (
        "_columns", "_left", "down", "fewest", "most", "needed", "number", "overloaded", "parts", "reads",
        "reads_more", "reads_wait", "split", "standing", "switching", "to_read", "to_write", "writes", "zones",
    )  # fmt: skip

    def __init__(
        self,
        down: float,
        zones: tuple[str, ...],
        needed: int,
        switching: float = 0.0,
        reads: int = 1,
        writes: int = 1,
        reads_wait: bool = True,
        parts: Parts = (),
    ) -> None:
        self.down = down
        self.zones = zones
        self.needed = needed
        self.switching = switching
        self.reads = reads
        self.writes = writes
        self.reads_wait = reads_wait
        self.parts: Parts = parts or ((1, zones),)
        self.number = sum([count for count, _ in self.parts])  # parts of the data
        self.overloaded = bool(zones) and needed > len(zones)
        self.fewest = min(reads, writes)  # machines without which nothing works, whatever the load
        self.most = max(reads, writes)  # machines without which something does not
        self.to_read = max(needed, reads)  # machines that must be up for a read at peak
        self.to_write = max(needed, writes)
        # Whether reads and writes fail at different times; and if so, whether a write works whenever a read does.
        self.split = bool(zones) and (reads != writes or (switching > 0.0 and not reads_wait))
        self.reads_more = reads > writes
        self.standing = tuple(dict.fromkeys([zone for _, stood in self.parts for zone in stood]))
        self._columns: dict[object, tuple[Chances, ...]] = {}
        self._left: dict[frozenset[str], tuple[int, float]] = {}

    def unavailability(self, live: frozenset[str]) -> float:
        """Probability that a read finds too few machines up while only the zones in `live` are."""
        return self.chances(live).read

    def chances_in(self, states: States) -> tuple[Chances, ...]:
        """As `chances`, capped, for each combination of zones. Remembered."""
        found = self._columns.get(states)
        if found is None:
            if len(self._columns) > MOST_REMEMBERED:
                self._columns.clear()
            found = self._columns[states] = tuple(
                [self.chances(state.live, capped=True) for state in states.listed]
            )
        return found

    def left_without(self, block: frozenset[str]) -> tuple[int, float]:
        """Without these zones: machines left of the part that loses most, and the share of the parts that lose all."""
        found = self._left.get(block)
        if found is None:
            if len(self._left) > MOST_REMEMBERED:
                self._left.clear()
            left = [
                (len(zones) - sum([zones.count(zone) for zone in block]), count)
                for count, zones in self.parts
            ]
            gone = sum([count for machines, count in left if machines == 0])
            found = self._left[block] = (min(left)[0], gone / self.number)
        return found

    def chances(self, live: frozenset[str], *, capped: bool = False) -> Chances:
        """How likely reads and writes fail while only the zones in `live` are up.

        `capped`: as if the peak needed no more machines than there are.
        """
        if not self.zones:
            return Chances(self.down, self.down, self.down, self.down)
        needed = min(self.needed, len(self.zones)) if capped else self.needed
        to_read, to_write = max(needed, self.reads), max(needed, self.writes)
        waiting = self.switching if self.reads_wait else 0.0
        read = write = reads_up = writes_up = 0.0
        for count, zones in self.parts:
            up = sum([zones.count(zone) for zone in live])
            # There is a failover where a copy is left to take over when another is lost.
            spare = up > to_read
            unread = k_of_n_unavailability(to_read, up, self.down)
            lost = unread + (1.0 - unread) * waiting if spare else unread
            unwritten = lost
            if self.split:
                unwritten = k_of_n_unavailability(to_write, up, self.down)
                unwritten += (1.0 - unwritten) * self.switching if spare else 0.0
            read += lost * count / self.number
            write += unwritten * count / self.number
            reads_up += count * math.log1p(-lost) if lost < 1.0 else -math.inf
            writes_up += count * math.log1p(-unwritten) if unwritten < 1.0 else -math.inf
        return Chances(read, write, -math.expm1(reads_up), -math.expm1(writes_up))


class ZoneState(NamedTuple):
    """One combination of zones that are up, and its probability."""

    live: frozenset[str]
    probability: float


class States:
    """All combinations of zones that are up. Two are the same only when they are one object: zones.py sees to that."""

    __slots__ = ("listed",)

    def __init__(self, listed: tuple[ZoneState, ...]) -> None:
        self.listed = listed


class Chances(NamedTuple):
    """Probabilities that an operation at a node fails: on one part of the data, or on any of all parts."""

    read: float
    write: float
    read_all: float
    write_all: float


@lru_cache(maxsize=65_536)
def k_of_n_unavailability(needed: int, machines: int, down: float) -> float:
    """Probability that fewer than `needed` of `machines` are up, each down with probability `down`, independently.

    Binomial tail, each term in logarithms so that thousands of machines neither overflow nor vanish.
    """
    if needed <= 0:
        return 0.0
    if machines < needed or down >= 1.0:
        return 1.0
    if down <= 0.0:
        return 0.0
    log_up, log_down = math.log1p(-down), math.log(down)
    terms = (
        math.exp(_log_choose(machines, up) + up * log_up + (machines - up) * log_down) for up in range(needed)
    )
    return min(1.0, math.fsum(terms))


def _log_choose(total: int, chosen: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)


def place(node: Node, component: Component, design: Design, needed: int) -> Placement | None:
    """How the node backs one request, or None for what cannot fail for this purpose (clients, unknown figures).

    `needed` machines of the node carry its peak. Two nodes with the same numbers have the same placement.
    """
    availability = figure_of(node, component, "availability")
    behavior = component.behavior
    if availability is None or behavior is Behavior.CLIENT:
        return None
    down = 1.0 - availability
    replication = component.replication
    if component.place is not Place.REGION or is_managed(component):
        return _stand_alone(down)
    zones = zones_of(node, design)
    if replication is Replication.LEADER:
        return _led(node, component, zones, down, needed)
    copies = 1 + node.replicas
    if replication is Replication.QUORUM:
        kept = min(copies, node.instances)
        writes = node.write_quorum or kept // 2 + 1
        # All that is asked of a queue is to take something.
        reads = writes if behavior is Behavior.QUEUE else node.read_quorum or kept // 2 + 1
        return _vote(down, zones, node.instances, kept, needed, reads, writes)
    if behavior is Behavior.CACHE:
        return _lead(down, zones, node.instances * node.shards, copies, 1, 0.0, 1, 1, True)
    return _share(down, zones, node.instances * node.shards * copies, needed)


def is_managed(component: Component) -> bool:
    """Whether the provider keeps it running, over several zones."""
    return Trait.MANAGED in component.traits or component.replication is Replication.MANAGED


def _led(node: Node, component: Component, zones: tuple[str, ...], down: float, needed: int) -> Placement:
    """Each part of the data on a leader and its followers."""
    copies = 1 + node.replicas
    writes, switching = 1, 0.0
    if copies > 1:
        writes = {Acks.LEADER: 1, Acks.ONE: 2, Acks.ALL: copies}[node.acks]
        if node.leaders is Leaders.SINGLE:
            switching = _switching(node, component, down)
    return _lead(
        down,
        zones,
        node.instances * node.shards,
        copies,
        needed,
        switching,
        writes if component.behavior is Behavior.QUEUE else 1,
        writes,
        node.read_from is not ReadFrom.REPLICAS,
    )


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


def zones_of(node: Node, design: Design) -> tuple[str, ...]:
    """The zones the node's machines stand in: its own, else the design's first, else the one unnamed zone."""
    if node.zones:
        return node.zones
    return (design.zones[0].id,) if design.zones else (DEFAULT_ZONE,)


def regions_of(zones: Iterable[str], design: Design) -> dict[str, str]:
    """Zone id -> region id; the unnamed zone stands in a region of its own name."""
    known = {zone.id: zone.region for zone in design.zones}
    return {zone: known.get(zone, "region") for zone in zones}
