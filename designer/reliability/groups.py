"""A node's machines as k-of-n: how likely it is that too few of them are up.

Everything is computed as *unavailability*, so that nine nines survive the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from designer.bounds import require_number, require_whole
from designer.catalog.model import Component, Replication, Trait
from designer.design.model import Design, Node
from designer.keeping import remembered_formula

DEFAULT_ZONE = "zone"
"""Where machines stand when the design draws no zones."""

NEGLIGIBLE = 1e-20
"""Of the largest term of a sum: what no longer changes the digits of it."""

Parts = tuple[tuple[int, tuple[str, ...]], ...]
"""How many parts of the data have their copies in these zones, for each way in which copies are spread."""


class Stand:
    """Where the copies of each part of the data stand. `_stand_of` has one for each value."""

    __slots__ = ("all_up", "number", "parts", "zones")

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.all_up = tuple([len(stood) for _, stood in parts])
        self.number = sum([count for count, _ in parts])  # parts of the data
        self.zones = tuple(dict.fromkeys([zone for _, stood in parts for zone in stood]))

    def up(self, live: frozenset[str]) -> tuple[int, ...]:
        """The copies of each part that stand in these zones."""
        return tuple([sum([stood.count(zone) for zone in live]) for _, stood in self.parts])


_stand_of = lru_cache(maxsize=4_096)(Stand)
"""Remembered by value: where machines stand outlives changes of their figures, and so does what follows from it."""


@lru_cache(maxsize=16_384)
def _up_in(stand: Stand, states: States) -> tuple[tuple[int, ...], ...]:
    """The copies of each part that are in a zone that is up, for each combination of zones."""
    return tuple([stand.up(state.live) for state in states.listed])


@lru_cache(maxsize=16_384)
def _left_without(stand: Stand, block: frozenset[str]) -> tuple[int, float]:
    left = [copies - lost for copies, lost in zip(stand.all_up, stand.up(block), strict=True)]
    gone = sum([count for (count, _), machines in zip(stand.parts, left, strict=True) if not machines])
    return min(left), gone / stand.number


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
        "_stand", "down", "fewest", "most", "needed", "number", "overloaded", "parts", "reads", "reads_more",
        "reads_wait", "split", "standing", "switching", "to_read", "to_write", "writes", "zones",
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
        self._stand = _stand_of(self.parts)
        self.number = self._stand.number
        self.overloaded = bool(zones) and needed > len(zones)
        self.fewest = min(reads, writes)  # machines without which nothing works, whatever the load
        self.most = max(reads, writes)  # machines without which something does not
        self.to_read = max(needed, reads)  # machines that must be up for a read at peak
        self.to_write = max(needed, writes)
        # Whether reads and writes fail at different times; and if so, whether a write works whenever a read does.
        self.split = bool(zones) and (reads != writes or (switching > 0.0 and not reads_wait))
        self.reads_more = reads > writes
        self.standing = self._stand.zones

    def chances_in(self, states: States) -> list[Chances]:
        """How likely reads and writes fail, as if the peak needed no more than all machines, in each of the states."""
        needed = min(self.needed, len(self.zones))
        listed = _up_in(self._stand, states)
        found = {up: self._chances(up, needed) for up in dict.fromkeys(listed)}
        return [found[up] for up in listed]

    def left_without(self, block: frozenset[str]) -> tuple[int, float]:
        """Without these zones: machines left of the part that loses most, and the share of the parts that lose all."""
        return _left_without(self._stand, block)

    def at_best(self) -> float:
        """Probability that a read finds too few machines up while every zone is."""
        return self._chances(self._stand.all_up, self.needed).read

    def at_best_to_write(self) -> float:
        """Probability that a write finds too few machines up while every zone is."""
        return self._chances(self._stand.all_up, self.needed).write

    def unavailability(self, live: frozenset[str]) -> float:
        """Probability that a read finds too few machines up while only the zones in `live` are."""
        return self._chances(self._stand.up(live), self.needed).read

    def _chances(self, ups: tuple[int, ...], needed: int) -> Chances:
        """How likely reads and writes fail with that many machines of each part in zones that are up."""
        if not self.zones:
            return Chances(self.down, self.down, self.down, self.down)
        if self.number == 1:
            lost, unwritten = self._part(ups[0], needed)
            return Chances(lost, unwritten, lost, unwritten)
        read = write = reads_up = writes_up = 0.0
        for (count, _), up in zip(self.parts, ups, strict=True):
            lost, unwritten = self._part(up, needed)
            read += lost * count / self.number
            write += unwritten * count / self.number
            reads_up += count * math.log1p(-lost) if lost < 1.0 else -math.inf
            writes_up += count * math.log1p(-unwritten) if unwritten < 1.0 else -math.inf
        return Chances(read, write, -math.expm1(reads_up), -math.expm1(writes_up))

    def _part(self, up: int, needed: int) -> tuple[float, float]:
        """How likely reads and writes of one part fail of which so many machines are in zones that are up."""
        to_read = max(needed, self.reads)
        lost = unwritten = k_of_n_unavailability(to_read, up, self.down)
        if self.split:
            unwritten = k_of_n_unavailability(max(needed, self.writes), up, self.down)
        # There is a failover where a copy is left to take over when another is lost.
        if self.switching > 0.0 and up > to_read:
            unwritten += (1.0 - unwritten) * self.switching
            if self.reads_wait:
                lost += (1.0 - lost) * self.switching
        return lost, unwritten


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


@remembered_formula(65_536)
def k_of_n_unavailability(needed: int, machines: int, down: float) -> float:
    """Probability that fewer than `needed` of `machines` are up, each down with probability `down`, independently.

    Binomial tail: its largest term in logarithms, so that thousands of machines neither overflow nor vanish, and each
    of the others from the one before, as long as they matter. Of the two tails it is the one whose terms fall.
    """
    require_whole("needed", needed, -math.inf)
    require_whole("machines", machines, 0)
    require_number("down", down, 0.0, 1.0)
    if needed <= 0:
        return 0.0
    if machines < needed or down >= 1.0:
        return 1.0
    if down <= 0.0:
        return 0.0
    odds = down / (1.0 - down)
    terms: list[float] = []
    is_rare = needed - 1 < (machines + 1) * (1.0 - down)
    up = needed - 1 if is_rare else needed
    term = math.exp(_log_choose(machines, up) + up * math.log1p(-down) + (machines - up) * math.log(down))
    least = term * NEGLIGIBLE
    while term > least:
        terms.append(term)
        if is_rare:
            term *= odds * up / (machines - up + 1)
            up -= 1
        else:
            up += 1
            term *= (machines - up + 1) / (odds * up)
    tail = min(1.0, math.fsum(terms))
    return tail if is_rare else 1.0 - tail


def _log_choose(total: int, chosen: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)


def is_managed(component: Component) -> bool:
    """Whether the provider keeps it running, over several zones."""
    return component.replication is Replication.MANAGED or Trait.MANAGED in component.traits


def zones_of(node: Node, design: Design) -> tuple[str, ...]:
    """The zones the node's machines stand in: its own, else the design's first, else the one unnamed zone."""
    return node.zones or first_zone(design)


def first_zone(design: Design) -> tuple[str, ...]:
    """Where machines stand of which nothing else is said."""
    return (design.zones[0].id,) if design.zones else (DEFAULT_ZONE,)


def regions_of(zones: Iterable[str], design: Design) -> dict[str, str]:
    """Zone id -> region id; the unnamed zone stands in a region of its own name."""
    known = {zone.id: zone.region for zone in design.zones}
    return {zone: known.get(zone, "region") for zone in zones}
