"""What nodes are called when nobody named them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from designer.catalog.model import Component
from designer.design.model import Design, Node

_NUMBERED = re.compile(r"(?P<stem>.+?)_(?P<number>\d+)")
_BRACKETS = re.compile(r" \([^)]*\)$")


def name_nodes(design: Design, catalog: Mapping[str, Component]) -> Design:
    """The design with a name for each node that has none and whose id came with its component.

    Such a node is called like its component and numbered like its id, "Cache 2", which is what its card on the board
    says. An id that somebody chose is name enough. Raises KeyError for an unknown component.
    """
    nodes = tuple(_named(node, catalog[node.component]) for node in design.nodes)
    return design.model_copy(update={"nodes": nodes})


def _named(node: Node, component: Component) -> Node:
    found = _NUMBERED.fullmatch(node.id)
    stem, number = (found["stem"], f" {found['number']}") if found else (node.id, "")
    if node.name is not None or stem != node.component:
        return node
    return node.model_copy(update={"name": _BRACKETS.sub("", component.name) + number})
