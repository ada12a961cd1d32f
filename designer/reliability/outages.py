"""What each single failure takes away: every machine, node, zone and region failed in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from designer.design.model import Design
from designer.reliability.groups import Placement, regions_of
from designer.reliability.model import Outage
from designer.reliability.shedding import Sheds
from designer.reliability.structure import LEAST, MORE, Structure


def find_outages(
    design: Design,
    zones: Sequence[str],
    structures: Sequence[Structure],
    placements: Mapping[str, Placement],
    sheds: Sheds,
) -> tuple[Outage, ...]:
    """Each machine, node, zone and region failed in turn; a cache that might have had the answer does not count.

    `zones` are all in which machines stand.

    A node is overloaded where its machines left cannot carry the peak, and where it cannot do without the answers of
    a cache that is gone (`sheds`).
    """
    return _Trial(structures, placements, sheds).run(_blocks(zones, design))


@dataclass(frozen=True, slots=True)
class _Block:
    """Zones that fail together, and what that does to the nodes."""

    kind: str
    name: str
    zones: frozenset[str]
    down: dict[str, str]  # by node, the need that is no longer met
    short: dict[str, None]  # nodes with too few machines left for the peak
    gone: dict[str, float]  # by node, the part of its data that no machine has


class _Loss(NamedTuple):
    """What the failure of a block does to the nodes of one placement."""

    block: int  # its number
    need: str | None  # no longer met
    is_short: bool
    gone: float


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

    def run(self, blocks: Sequence[_Block]) -> tuple[Outage, ...]:
        found: list[Outage] = []
        stopped, sheds, tell = self._stopped, self._sheds, self._tell
        inside = tuple([block.zones for block in blocks])
        for name, placement in self._placements.items():
            lost = stopped.get((name, LEAST), ())
            if placement.zones:
                found.append(self._lose_one(name, placement, lost))
                for number, need, is_short, gone in _losses(placement, inside):
                    block = blocks[number]
                    if need is not None:
                        block.down[name] = need
                    if is_short:
                        block.short[name] = None
                    if gone and name in sheds:
                        block.gone[name] = gone
            over = self._overflow({name: 1.0}, {name: LEAST}, {}) if name in sheds else ()
            found.append(tell("node", name, lost, over))
        found += [self._lose_block(block) for block in blocks]
        return tuple(found)

    def _lose_one(self, name: str, placement: Placement, lost: tuple[str, ...]) -> Outage:
        """One of the machines that back the same requests; `lost` goes with all of them."""
        left = len(placement.zones) - 1
        short: tuple[str, ...] = ()
        if not left and name in self._sheds:
            short = self._overflow({name: 1.0 / placement.number}, {name: LEAST}, {})
        elif left >= placement.fewest:
            lost = self._stopped.get((name, MORE), ()) if left < placement.most else ()
            short = (name,) if left < placement.needed else ()
        return self._tell("instance", name, lost, short)

    def _lose_block(self, block: _Block) -> Outage:
        over = self._overflow(block.gone, block.down, block.short) if block.gone or block.short else ()
        return self._tell(block.kind, block.name, self._lost(block.down) if block.down else (), over)

    def _overflow(
        self, gone: Mapping[str, float], down: Mapping[str, str], short: dict[str, None]
    ) -> tuple[str, ...]:
        """`short`, and what is up and cannot do without the answers of the caches that are gone."""
        for cache, part in gone.items():
            for node, used, more in self._sheds[cache]:
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
                if item.workload in stopped or (not item.meets.isdisjoint(down) and item.falls(down))
            ]
        )

    def _tell(self, kind: str, name: str, lost: tuple[str, ...], short: tuple[str, ...]) -> Outage:
        served = self._serves.get((lost, short))
        if served is None:
            served = self._serves[lost, short] = self._served(lost, short)
        return _outage(kind, name, lost, short, served)

    def _served(self, lost: tuple[str, ...], short: tuple[str, ...]) -> tuple[str, ...]:
        busy = self._overloaded.union(short)
        return tuple(
            [
                item.workload
                for item in self._structures
                if item.workload not in lost and item.meets.isdisjoint(busy)
            ]
        )


def _blocks(zones: Sequence[str], design: Design) -> list[_Block]:
    """Every one of the zones, and every region of them."""
    found = {("zone", zone): {zone} for zone in zones}
    for zone, region in regions_of(zones, design).items():
        found.setdefault(("region", region), set()).add(zone)
    return [_Block(kind, name, frozenset(inside), {}, {}, {}) for (kind, name), inside in found.items()]


@lru_cache(maxsize=16_384)
def _losses(placement: Placement, blocks: tuple[frozenset[str], ...]) -> tuple[_Loss, ...]:
    """What each of these blocks takes from nodes that are placed like this, where it takes anything."""
    found = []
    for number, block in enumerate(blocks):
        left, gone = placement.left_without(block)
        if left < placement.fewest:
            found.append(_Loss(number, LEAST, False, gone))
        elif left < placement.most or left < placement.needed:
            need = MORE if left < placement.most else None
            found.append(_Loss(number, need, left < placement.needed, 0.0))
    return tuple(found)


_outage = lru_cache(maxsize=16_384)(Outage)
"""Remembered by value: most of what could fail takes the same away after an edit as before it."""
