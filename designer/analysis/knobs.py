"""The knobs that sizing turns: counts of machines, shards, replicas and partitions, and the memory of caches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from designer.catalog.model import Behavior, Catalog, Component, Knob
from designer.design.changes import SetNode
from designer.design.figures import figure_of
from designer.design.model import Design, Node
from designer.performance.sizing import SCALING

GB = 1e9
"""Bytes in the gigabyte in which memory is sold."""

LARGEST_MEMORY = 10
"""Memory of one machine is sold in powers of two from 1 GB up to this one: 1,024 GB."""

ROUNDING = 1e-9
"""Sizes of memory that differ by no more than this part are one."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One knob of one node. A level is the count itself; of memory, the place among the sizes that are sold."""

    node: str
    knob: Knob
    least: int
    most: int
    drawn: float  # a count, or bytes of memory, that the design has
    sizes: tuple[float, ...] = ()  # bytes of memory at each level

    def value(self, level: int) -> float | int:
        """What is set on the node at this level: a count, or bytes."""
        return self.sizes[level] if self.sizes else level

    @property
    def level(self) -> int:
        """The level that has all of what is drawn; memory between two of them needs the higher."""
        if not self.sizes:
            return min(max(int(self.drawn), self.least), self.most)
        enough = (at for at, size in enumerate(self.sizes) if size >= self.drawn * (1.0 - ROUNDING))
        return next(enough, self.most)


Levels = tuple[int, ...]
"""A level for each dial, in their order."""


def list_dials(design: Design, catalog: Catalog, *, drawn_too: bool = False) -> tuple[Dial, ...]:
    """Every count of every node, and the memory of what pays for it. Disks are not paid for by size, so they stay.

    The levels are the same whatever is drawn; with `drawn_too` the memory that is drawn is one of them.
    """
    return tuple(
        dial for node in design.nodes for dial in _dials(node, catalog[node.component], drawn_too=drawn_too)
    )


def _dials(node: Node, component: Component, *, drawn_too: bool) -> Iterator[Dial]:
    for knob, most in SCALING.items():
        if knob in component.knobs:
            quorum = max(node.read_quorum or 1, node.write_quorum or 1)
            least = quorum - 1 if knob is Knob.REPLICAS else 1
            yield Dial(node.id, knob, least, most, getattr(node, knob.value))
    if Knob.MEMORY in component.knobs and _pays_for_memory(node, component):
        drawn = figure_of(node, component, "memory") or GB
        sizes = _sizes(component, drawn if drawn_too else None)
        yield Dial(node.id, Knob.MEMORY, 0, len(sizes) - 1, drawn, sizes)


def _sizes(component: Component, drawn: float | None) -> tuple[float, ...]:
    """Powers of two of gigabytes, and what the catalogue says such a machine has."""
    usual = component.figure("memory")
    sizes = {GB * 2**power for power in range(LARGEST_MEMORY + 1)}
    sizes |= set() if usual is None else {usual.default}
    return tuple(sorted(sizes if drawn is None else sizes | {drawn}))


def _pays_for_memory(node: Node, component: Component) -> bool:
    kept_in_memory = component.behavior is Behavior.CACHE or figure_of(node, component, "disk") is None
    return kept_in_memory and bool(figure_of(node, component, "cost_per_gb_month"))


def levels_of(dials: Sequence[Dial]) -> Levels:
    """The levels at which the dials are drawn, or the next above."""
    return tuple(dial.level for dial in dials)


def turn(design: Design, dials: Sequence[Dial], levels: Levels) -> Design:
    """The design with the dials at these levels."""
    settings: dict[str, dict[Knob, float | int]] = {}
    for dial, level in zip(dials, levels, strict=True):
        if (value := dial.value(level)) != dial.drawn:
            settings.setdefault(dial.node, {})[dial.knob] = value
    if not settings:
        return design
    nodes = tuple(_set(node, settings[node.id]) if node.id in settings else node for node in design.nodes)
    return design.model_copy(update={"nodes": nodes})


def _set(node: Node, values: dict[Knob, float | int]) -> Node:
    update: dict[str, object] = {
        knob.value: value for knob, value in values.items() if knob is not Knob.MEMORY
    }
    if Knob.MEMORY in values:
        update["figures"] = {**node.figures, "memory": float(values[Knob.MEMORY])}
    return node.model_copy(update=update)


def list_changes(dials: Sequence[Dial], levels: Levels) -> tuple[SetNode, ...]:
    """The edits that make the drawn design the sized one."""
    return tuple(
        SetNode(node=dial.node, field=dial.knob.value, value=value)
        for dial, level in zip(dials, levels, strict=True)
        if (value := dial.value(level)) != dial.drawn
    )
