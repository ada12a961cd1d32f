"""Durability: how likely an acknowledged record is lost within a year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component, Replication, Trait
from designer.design.figures import figure_of
from designer.design.model import Design, Node
from designer.reliability.model import DatasetDurability
from designer.units import Dimension


def keep(
    design: Design, catalog: Mapping[str, Component], homes: Mapping[str, Sequence[str]]
) -> tuple[DatasetDurability, ...]:
    """Durability of every dataset that has a home with a known figure; `homes` are the nodes that keep each.

    Copies are lost independently and, to stay on the safe side, are counted as never rebuilt within the year:
    the true loss is smaller. Several homes of one dataset are further copies.
    """
    found = []
    for name, keepers in homes.items():
        losses = [
            (node, loss)
            for node in keepers
            if (loss := loss_of(design.node(node), catalog[design.node(node).component])) is not None
        ]
        if losses:
            found.append(_durability(name, losses, design, catalog))
    return tuple(found)


def loss_of(node: Node, component: Component) -> float | None:
    """Yearly probability that a record kept at this node is lost; None when no figure is known."""
    durability = figure_of(node, component, "durability")
    if durability is None or Trait.DURABLE not in component.traits:
        return None
    return float((1.0 - durability) ** copies_of(node, component))


def copies_of(node: Node, component: Component) -> int:
    """Independent copies of a record; 1 for managed stores, whose durability is of the whole."""
    if Trait.MANAGED in component.traits or component.replication is Replication.MANAGED:
        return 1
    if component.replication is Replication.QUORUM:
        return min(1 + node.replicas, node.instances)
    return 1 + node.replicas


def _durability(
    dataset: str, losses: list[tuple[str, float]], design: Design, catalog: Mapping[str, Component]
) -> DatasetDurability:
    loss = math.prod(chance for _, chance in losses)
    inputs = []
    for name, _ in losses:
        node = design.node(name)
        component = catalog[node.component]
        figure = figure_of(node, component, "durability") or 0.0
        source = component.figures.durability.source if component.figures.durability else None
        inputs.append(
            Quantity(f"d[{name}]", f"durability of one copy at {node.label}", figure, Dimension.RATIO, source)
        )
        inputs.append(
            Quantity(f"c[{name}]", "independent copies", float(copies_of(node, component)), Dimension.COUNT)
        )
    arithmetic = Arithmetic(
        formula="D = 1 - product over homes of (1 - d)^c",
        result=Quantity("D", f"yearly durability of {dataset}", 1.0 - loss, Dimension.RATIO),
        inputs=tuple(inputs),
        method="independent copies, none rebuilt within the year (an upper bound on loss)",
    )
    return DatasetDurability(dataset, loss, arithmetic)
