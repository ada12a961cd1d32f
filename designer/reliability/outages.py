"""What each single failure takes away: every machine, node, zone and region failed in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from designer.design.model import Design
from designer.reliability.groups import Placement, regions_of
from designer.reliability.model import Outage
from designer.reliability.shedding import Sheds
from designer.reliability.structure import LEAST, MORE, Structure


def find_outages(
    design: Design,
    structures: Sequence[Structure],
    placements: Mapping[str, Placement],
    sheds: Sheds,
) -> tuple[Outage, ...]:
    """Each machine, node, zone and region failed in turn; a cache that might have had the answer does not count.

    A node is overloaded where its machines left cannot carry the peak, and where it cannot do without the answers of
    a cache that is gone (`sheds`).
    """
    return _Trial(structures, placements, sheds).run(design)


@dataclass(slots=True)
class _Failure:
    """What is down, and what that does to the rest."""

    down: dict[str, str]  # by node, the need that is no longer met
    short: dict[str, None]  # nodes with too few machines left for the peak
    gone: dict[str, float]  # by node, the part of its data that no machine has


class _Trial:
    def __init__(
        self, structures: Sequence[Structure], placements: Mapping[str, Placement], sheds: Sheds
    ) -> None:
        self._structures = structures
        self._placements = placements
        self._sheds = sheds
        self._overloaded = frozenset([name for name, item in placements.items() if item.overloaded])
        self._stopped: dict[tuple[str, str], tuple[str, ...]] = {}  # workloads, by node and need
        for structure in structures:
            for stop in structure.stops:
                self._stopped[stop] = (*self._stopped.get(stop, ()), structure.workload)
        self._serves: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = {}

    def run(self, design: Design) -> tuple[Outage, ...]:
        found: list[Outage] = []
        stopped, sheds, tell = self._stopped, self._sheds, self._tell
        for name, placement in self._placements.items():
            lost = stopped.get((name, LEAST), ())
            machines = len(placement.zones)
            if machines > 1:
                found.append(self._lose_one(name, placement, machines - 1))
            elif machines:
                part = {name: 1.0 / placement.number}
                over = self._overflow(part, {name: LEAST}, {}) if name in sheds else ()
                found.append(tell("instance", name, lost, over))
            over = self._overflow({name: 1.0}, {name: LEAST}, {}) if name in sheds else ()
            found.append(tell("node", name, lost, over))
        zones = tuple(dict.fromkeys([zone for item in self._placements.values() for zone in item.standing]))
        regions = regions_of(zones, design)
        blocks = [("zone", zone, frozenset({zone})) for zone in zones]
        blocks += [
            ("region", region, frozenset([zone for zone in zones if regions[zone] == region]))
            for region in dict.fromkeys(regions.values())
        ]
        standing = [(name, item) for name, item in self._placements.items() if item.zones]
        return (*found, *[self._lose_block(kind, name, block, standing) for kind, name, block in blocks])

    def _lose_one(self, name: str, placement: Placement, left: int) -> Outage:
        """One machine of several that back the same requests."""
        if left < placement.fewest:
            return self._tell("instance", name, self._stopped.get((name, LEAST), ()), ())
        lost: tuple[str, ...] = ()
        if left < placement.most:
            lost = self._stopped.get((name, MORE), ())
        return self._tell("instance", name, lost, (name,) if left < placement.needed else ())

    def _lose_block(
        self, kind: str, name: str, block: frozenset[str], standing: Sequence[tuple[str, Placement]]
    ) -> Outage:
        failure = _Failure({}, {}, {})
        for node, placement in standing:
            left, gone = placement.left_without(block)
            if gone:
                failure.gone[node] = gone
            if left < placement.fewest:
                failure.down[node] = LEAST
                continue
            if left < placement.most:
                failure.down[node] = MORE
            if left < placement.needed:
                failure.short[node] = None
        over: tuple[str, ...] = ()
        if failure.gone or failure.short:
            over = self._overflow(failure.gone, failure.down, failure.short)
        return self._tell(kind, name, self._lost(failure.down) if failure.down else (), over)

    def _overflow(
        self, gone: Mapping[str, float], down: Mapping[str, str], short: dict[str, None]
    ) -> tuple[str, ...]:
        """`short`, and what is up and cannot do without the answers of the caches that are gone."""
        for cache, part in gone.items():
            for node, used, more in self._sheds.get(cache, ()):
                if used + part * more > 1.0 and down.get(node) != LEAST:
                    short[node] = None
        return tuple(short)

    def _lost(self, down: Mapping[str, str]) -> tuple[str, ...]:
        stopped: set[str] = set()
        for stop in down.items():
            stopped.update(self._stopped.get(stop, ()))
        return tuple(
            [
                item.workload
                for item in self._structures
                if item.workload in stopped or (not item.meets.isdisjoint(down) and self._falls(item, down))
            ]
        )

    def _falls(self, structure: Structure, down: Mapping[str, str]) -> bool:
        variables = 0
        for stop in down.items():
            number = structure.numbers.get(stop)
            if number is not None:
                variables |= 1 << number
        return structure.falls(variables)

    def _tell(self, kind: str, name: str, lost: tuple[str, ...], short: tuple[str, ...]) -> Outage:
        served = self._serves.get((lost, short))
        if served is None:
            busy = self._overloaded.union(short)
            served = self._serves[lost, short] = tuple(
                [
                    item.workload
                    for item in self._structures
                    if item.workload not in lost and item.meets.isdisjoint(busy)
                ]
            )
        return _outage(kind, name, lost, short, served)


_outage = lru_cache(maxsize=16_384)(Outage)
"""Remembered by value: most of what could fail takes the same away after an edit as before it."""
