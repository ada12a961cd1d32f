"""What changed from one design to another: as changes where there are changes for it, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from designer.catalog.model import Component
from designer.design.changes import (
    AddNode,
    AddSuppression,
    AddZone,
    Change,
    Connect,
    Disconnect,
    RemoveNode,
    RemoveSuppression,
    SetConnection,
    SetNode,
)
from designer.design.model import Connection, Design, Node
from designer.design.settings import LINK_FIELDS, SETTINGS
from designer.design.wording import describe


def find_changes(before: Design, after: Design) -> tuple[Change, ...]:
    """The changes that make `after` of `before`, but for places, colours, notes, the name, and zones taken away.

    A node whose component is another one is taken away and added anew.
    """
    old, new = before.by_id, after.by_id
    gone = [node for node in before.nodes if not _is_kept(node, new)]
    come = [node for node in after.nodes if not _is_kept(node, old)]
    removed = {node.id for node in gone}
    zones = {zone.id for zone in before.zones}
    return (
        *(AddZone(zone=zone) for zone in after.zones if zone.id not in zones),
        *(RemoveNode(node=node.id) for node in gone),
        *(AddNode(node=node) for node in come),
        *(change for node in after.nodes if _is_kept(node, old) for change in _settings(old[node.id], node)),
        *_links(before, after, removed),
        *_suppressions(before, after, removed),
    )


def _is_kept(node: Node, others: Mapping[str, Node]) -> bool:
    return node.id in others and others[node.id].component == node.component


def _settings(before: Node, after: Node) -> Iterator[Change]:
    for field in SETTINGS:
        value = _plain(getattr(after, field))
        if value != getattr(before, field):
            yield SetNode(node=after.id, field=field, value=value)
    for name in sorted({*before.figures, *after.figures}):
        figure = after.figures.get(name)
        if figure != before.figures.get(name):
            yield SetNode(node=after.id, field=f"figures.{name}", value=figure)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _links(before: Design, after: Design, removed: set[str]) -> Iterator[Change]:
    # A connection goes with the node at either of its ends.
    old = {
        link.id: link
        for link in before.connections
        if link.source not in removed and link.target not in removed
    }
    new = {link.id: link for link in after.connections}
    for link in old.values():
        if link.id not in new:
            yield Disconnect(source=link.source, target=link.target)
    for link in after.connections:
        if link.id not in old:
            yield Connect(connection=link)
        else:
            yield from _link_settings(old[link.id], link)


def _link_settings(before: Connection, after: Connection) -> Iterator[Change]:
    for field in LINK_FIELDS:
        value = _plain(getattr(after, field))
        if value != getattr(before, field):
            yield SetConnection(source=after.source, target=after.target, field=field, value=value)


def _suppressions(before: Design, after: Design, removed: set[str]) -> Iterator[Change]:
    old = {(item.rule, item.nodes): item for item in before.ignore}
    new = {(item.rule, item.nodes): item for item in after.ignore}
    for item in before.ignore:
        # What was said of a node alone goes with it.
        is_gone = bool(item.nodes) and removed.issuperset(item.nodes)
        if (item.rule, item.nodes) not in new and not is_gone:
            yield RemoveSuppression(rule=item.rule, nodes=item.nodes)
    for place, item in new.items():
        if old.get(place) != item:
            yield AddSuppression(suppression=item)


def describe_differences(before: Design, after: Design, catalog: Mapping[str, Component]) -> tuple[str, ...]:
    """Everything that changed, each in one phrase such as "Set instances of api to 6"; empty for the same drawing."""
    both = after.model_copy(update={"nodes": _named_as_then(before, after)})
    words = [describe(change, both, catalog) for change in find_changes(before, after)]
    return (*words, *_unpriced(before, after))


def _named_as_then(before: Design, after: Design) -> tuple[Node, ...]:
    """The nodes of both, those of both as they were."""
    old = before.by_id
    return (*before.nodes, *(node for node in after.nodes if node.id not in old))


def _unpriced(before: Design, after: Design) -> Iterator[str]:
    """What changed of all that nothing is computed from."""
    zones = {zone.id for zone in after.zones}
    for zone in before.zones:
        if zone.id not in zones:
            yield f"Remove zone {zone.name or zone.id}"
    kept = [(before.by_id[node.id], node) for node in after.nodes if node.id in before.by_id]
    yield from _counted("Move", sum(old.position != new.position for old, new in kept), "part")
    yield from _counted("Colour", sum(old.color != new.color for old, new in kept), "part")
    old_notes, new_notes = ({note.id: note for note in design.notes} for design in (before, after))
    both = old_notes.keys() & new_notes.keys()
    yield from _counted("Write", len(new_notes.keys() - old_notes.keys()), "note")
    yield from _counted("Change", sum(old_notes[item] != new_notes[item] for item in both), "note")
    yield from _counted("Remove", len(old_notes.keys() - new_notes.keys()), "note")
    if before.name != after.name:
        yield f"Call the design {after.name}"


def _counted(word: str, number: int, noun: str) -> Iterator[str]:
    if number:
        yield f"{word} a {noun}" if number == 1 else f"{word} {number} {noun}s"
