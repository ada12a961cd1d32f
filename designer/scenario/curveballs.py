"""Curveballs: a design as it is after parts of it went down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from designer.catalog.model import Catalog, Component, Replication, Trait
from designer.design.edit import Change, RemoveNode, SetNode, apply
from designer.design.model import Design, Node


def struck_words(design: Design, catalog: Catalog) -> frozenset[str]:
    """What can fail in a design: its components, their traits, its zones."""
    components = {node.component for node in design.nodes}
    traits = {trait.value for name in components for trait in catalog[name].traits}
    return frozenset(components | traits | {zone.id for zone in design.zones})


def strike(design: Design, fails: Iterable[str], catalog: Catalog) -> Design:
    """What is left of the design: without the nodes of failed components or traits, and without failed zones.

    A node over several zones keeps its machines in the others, which are spread evenly; one of the provider's
    is spread by the provider and stays. Nobody joins what a lost node had connected.
    """
    words = frozenset(fails)
    zones = words & {zone.id for zone in design.zones}
    changes: list[Change] = []
    for node in design.nodes:
        component = catalog[node.component]
        if node.component in words or words & component.traits:
            changes.append(RemoveNode(node=node.id))
        else:
            changes += _lose_zones(node, component, design, zones)
    return apply(design, changes, catalog)


def _lose_zones(node: Node, component: Component, design: Design, lost: frozenset[str]) -> Iterator[Change]:
    stands = node.zones or (() if Trait.MANAGED in component.traits else _first_zone(design))
    left = tuple(zone for zone in stands if zone not in lost)
    if len(left) == len(stands):
        return
    copies = component.replication is Replication.LEADER and node.replicas > 0
    machines = node.replicas + 1 if copies else node.instances
    remaining = machines - math.ceil(machines * (len(stands) - len(left)) / len(stands))
    if not left or remaining < 1:
        yield RemoveNode(node=node.id)
        return
    yield SetNode(node=node.id, field="zones", value=left)
    field, number = ("replicas", remaining - 1) if copies else ("instances", remaining)
    if getattr(node, field) != number:
        yield SetNode(node=node.id, field=field, value=number)


def _first_zone(design: Design) -> tuple[str, ...]:
    return (design.zones[0].id,) if design.zones else ()
