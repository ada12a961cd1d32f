"""The knobs that sizing turns: counts of machines, shards, replicas and partitions, and the memory of caches."""

from __future__ import annotations

import math
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


@dataclass(frozen=True, slots=True)
class Dial:
    """One knob of one node. A level is the count itself; of memory, the power of two of its GB."""

    node: str
    knob: Knob
    least: int
    most: int

    def value(self, level: int) -> float | int:
        """What is set on the node at this level: a count, or bytes."""
        return GB * 2**level if self.knob is Knob.MEMORY else level

    def level(self, node: Node, component: Component) -> int:
        """The level at which it is drawn; memory between two of them counts as the higher."""
        if self.knob is not Knob.MEMORY:
            return int(getattr(node, self.knob.value))
        memory = figure_of(node, component, "memory") or GB
        return min(max(math.ceil(math.log2(memory / GB) - 1e-9), self.least), self.most)


Levels = tuple[int, ...]
"""A level for each dial, in their order."""


def list_dials(design: Design, catalog: Catalog) -> tuple[Dial, ...]:
    """Every count of every node, and the memory of what pays for it. Disks are not paid for by size, so they stay."""
    return tuple(dial for node in design.nodes for dial in _dials(node, catalog[node.component]))


def _dials(node: Node, component: Component) -> Iterator[Dial]:
    for knob, most in SCALING.items():
        if knob in component.knobs:
            quorum = max(node.read_quorum or 1, node.write_quorum or 1)
            yield Dial(node.id, knob, quorum - 1 if knob is Knob.REPLICAS else 1, most)
    if Knob.MEMORY in component.knobs and _pays_for_memory(node, component):
        yield Dial(node.id, Knob.MEMORY, 0, LARGEST_MEMORY)


def _pays_for_memory(node: Node, component: Component) -> bool:
    kept_in_memory = component.behavior is Behavior.CACHE or figure_of(node, component, "disk") is None
    return kept_in_memory and bool(figure_of(node, component, "cost_per_gb_month"))


def levels_of(design: Design, catalog: Catalog, dials: Sequence[Dial]) -> Levels:
    """The levels at which the dials are drawn."""
    nodes = design.by_id
    return tuple(dial.level(nodes[dial.node], catalog[nodes[dial.node].component]) for dial in dials)


def turn(design: Design, dials: Sequence[Dial], drawn: Levels, levels: Levels) -> Design:
    """The design with the dials at other levels than those they are drawn at."""
    settings: dict[str, dict[Knob, float | int]] = {}
    for dial, before, level in zip(dials, drawn, levels, strict=True):
        if level != before:
            settings.setdefault(dial.node, {})[dial.knob] = dial.value(level)
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


def list_changes(dials: Sequence[Dial], drawn: Levels, levels: Levels) -> tuple[SetNode, ...]:
    """The edits that make the drawn design the sized one."""
    return tuple(
        SetNode(node=dial.node, field=dial.knob.value, value=dial.value(level))
        for dial, before, level in zip(dials, drawn, levels, strict=True)
        if level != before
    )
