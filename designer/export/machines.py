"""The machines of a node one by one, by the zone they stand in: what a card shows with replicas spread out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from designer.catalog.model import Catalog, Component, Place, Replication, Trait
from designer.design.model import Design, Node
from designer.export.placement import zones_of


@dataclass(frozen=True, slots=True)
class Row:
    """The machines in one zone, in their order; True for one that only has a copy of another's data.

    `zone` is empty for a design without zones.
    """

    zone: str
    machines: tuple[bool, ...]


def machine_rows(node: Node, design: Design, catalog: Catalog) -> tuple[Row, ...]:
    """A row for each zone the node stands in; none for what is no machine of one's own, and for a machine alone."""
    component = catalog[node.component]
    if component.place is not Place.REGION or Trait.MANAGED in component.traits:
        return ()
    copies = tuple(_copies(node, component))
    if len(copies) == 1:
        return ()
    zones = zones_of(node, design, catalog)
    if not zones:
        return (Row("", copies),)
    names = {zone.id: zone.name or zone.id for zone in design.zones}
    return tuple(_rows(copies, zones, names))


def _rows(copies: Sequence[bool], zones: Sequence[str], names: Mapping[str, str]) -> Iterator[Row]:
    """Machines stand in one zone after the other."""
    for at, zone in enumerate(zones):
        yield Row(names[zone], tuple(copies[at :: len(zones)]))


def _copies(node: Node, component: Component) -> Iterator[bool]:
    """For every machine, in the order in which they are set up, whether it is a copy."""
    parts = node.instances * node.shards
    if component.replication is Replication.QUORUM:  # all members are alike
        yield from (False for _ in range(parts))
        return
    for _ in range(parts):
        yield False
        yield from (component.replication is Replication.LEADER for _ in range(node.replicas))
