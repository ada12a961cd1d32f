"""The figure in force at a node: its own override, or else the catalogue's default."""

from __future__ import annotations

from designer.arithmetic import Quantity
from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.design.model import Node


def figure_of(node: Node, component: Component, name: str) -> float | None:
    """The value of figure `name` at `node`, in base units; None when neither node nor catalogue has one."""
    if name in node.figures:
        return node.figures[name]
    figure = component.figure(name)
    return None if figure is None else figure.default


def quantity_of(node: Node, component: Component, name: str, symbol: str, label: str) -> Quantity | None:
    """As figure_of, with its name and its source, ready to be an input of an Arithmetic."""
    value = figure_of(node, component, name)
    if value is None:
        return None
    figure = component.figure(name)
    source = "set on the node" if name in node.figures or figure is None else figure.source
    return Quantity(symbol, label, value, FIGURE_DIMENSIONS[name], source)
