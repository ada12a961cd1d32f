"""What a node and a connection are called in a drawing, in every format the same."""

from __future__ import annotations

from collections.abc import Iterator

from designer.catalog.model import Behavior, Catalog
from designer.design.model import Connection, Design, Node, Traffic
from designer.export.lettering import clean
from designer.export.placement import zones_of
from designer.rules.questions import percent
from designer.units import Dimension, format_quantity

LEAST_SHOWN = 0.001
"""Utilisation below this is as good as none: nobody wants its digits."""


def node_name(node: Node) -> str:
    """What the node is called, drawable; its id when nothing is left of its name."""
    return clean(node.label) or node.id


def percent_text(value: float) -> str:
    """A utilisation, such as "68 %"; what is next to nothing is said so, without its digits."""
    if 0 < value < LEAST_SHOWN:
        return f"< {format_quantity(LEAST_SHOWN, Dimension.RATIO)}"
    return percent(value)


def counted(node: Node) -> str:
    """How many there are, to stand behind the name: " ×4", or nothing for one."""
    return f" ×{node.instances:,}" if node.instances > 1 else ""


def node_details(node: Node, design: Design, catalog: Catalog) -> Iterator[str]:
    """Further lines about the node: its shards, replicas and partitions, and the zones it is spread over."""
    counts = (
        _several(node.shards, "shard", least=2),
        _several(node.replicas, "replica", least=1),
        _several(node.partitions, "partition", least=2),
    )
    text = " · ".join(filter(None, counts))
    if text:
        yield text
    zones = zones_of(node, design, catalog)
    if len(zones) == len(design.zones) > 2:
        yield f"in all {len(zones)} zones"
    elif len(zones) > 1:
        names = {zone.id: zone.name or zone.id for zone in design.zones}
        yield "in " + ", ".join(names[zone] for zone in zones)


def connection_caption(connection: Connection) -> str:
    """The connection's own label, or else what it carries where that is not everything."""
    return connection.label or ("" if connection.carries is Traffic.ALL else f"{connection.carries.value}s")


def passes_queue(connection: Connection, design: Design, catalog: Catalog) -> bool:
    """Whether it goes into a queue or comes out of one: there nobody waits."""
    ends = (design.by_id[end] for end in (connection.source, connection.target))
    return any(catalog[end.component].behavior is Behavior.QUEUE for end in ends)


def _several(count: int, noun: str, *, least: int) -> str:
    if count < least:
        return ""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
