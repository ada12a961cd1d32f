"""Edits: applying changes to a design makes a new design, or is refused as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from designer.catalog.model import Component
from designer.design.changes import (
    COMPONENT,
    AddNode,
    AddSuppression,
    AddZone,
    Change,
    Connect,
    Disconnect,
    InsertNode,
    RemoveNode,
    RemoveSuppression,
    SetConnection,
    SetNode,
    field_of,
    link_field_of,
)
from designer.design.checks import forget_place, require_sound
from designer.design.layout import place_new
from designer.design.model import ID_PATTERN, Connection, Design, Group, Node, Suppression, Traffic
from designer.design.settings import POLICIES, SETTINGS
from designer.design.wording import describe
from designer.documents import Document, validate
from designer.errors import DesignError, quote, suggest

__all__ = [
    "AddNode",
    "AddSuppression",
    "AddZone",
    "Change",
    "Connect",
    "Disconnect",
    "InsertNode",
    "RemoveNode",
    "RemoveSuppression",
    "SetConnection",
    "SetNode",
    "apply",
    "describe",
    "free_id",
    "place",
]

M = TypeVar("M", bound=BaseModel)

_LONGEST_ID = 40
_LONGEST_STEM = 34
"""Leaves room for `_` and a number in an id."""


def apply(design: Design, changes: Iterable[Change], catalog: Mapping[str, Component]) -> Design:
    """The sound design with the changes made in their order; new nodes are placed near their neighbours.

    Raises DesignError when one of the changes cannot be made.
    """
    board = _Board(design)
    for change in changes:
        board.make(change)
    result = board.design()
    require_sound(result, catalog)
    return place_new(result, board.added)


def free_id(design: Design, base: str) -> str:
    """An id like `base` that no node of the design has: `cache`, `cache_2`, `cache_3`, ..."""
    return _free_id({node.id for node in design.nodes}, base)


def place(component: Component, design: Design) -> Node:
    """A fresh node of the component, with a free id and the counts the catalogue starts it with."""
    return Node(id=free_id(design, component.id), component=component.id, **component.defaults.model_dump())


def _free_id(taken: Collection[str], base: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]", "_", base)[:_LONGEST_ID]
    if not re.match(ID_PATTERN, stem):
        stem = f"_{stem}"[:_LONGEST_ID]
    if stem not in taken:
        return stem
    stem = stem[:_LONGEST_STEM]
    # One more candidate than there are ids: one of them must be free.
    return next(f"{stem}_{n}" for n in range(2, len(taken) + 3) if f"{stem}_{n}" not in taken)


class _Board:
    """The design while it is being changed."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._nodes = dict(design.by_id)
        self._links = {(link.source, link.target): link for link in design.connections}
        self._zones = {zone.id: zone for zone in design.zones}
        self._ignored = {(item.rule, item.nodes): item for item in design.ignore}
        self._renamed: dict[str, str] = {}
        self.added: set[str] = set()

    def design(self) -> Design:
        """The design as it is now."""
        data = {
            **self._design.model_dump(include={"version", "name", "scenario"}),
            "zones": tuple(self._zones.values()),
            "nodes": tuple(self._nodes.values()),
            "connections": tuple(self._links.values()),
            "groups": self._kept_groups(),
            "notes": self._design.notes,
            "ignore": self._kept_suppressions(),
        }
        return _validated(Design, data)

    def make(self, change: Change) -> None:
        """Make one change. Raises DesignError."""
        match change:
            case SetNode():
                self._set(change)
            case AddNode(node=node):
                self._add(node)
            case InsertNode():
                self._insert(change)
            case RemoveNode(node=node_id, reconnect=reconnect):
                self._remove(self._known(node_id), reconnect)
            case Connect(connection=link):
                self._connect(link)
            case Disconnect(source=source, target=target):
                del self._links[self._known_link(source, target)]
            case SetConnection():
                self._set_link(change)
            case _:
                self._make_no_part(change)

    def _make_no_part(self, change: AddZone | AddSuppression | RemoveSuppression) -> None:
        """Change what is neither node nor connection."""
        match change:
            case AddZone(zone=zone):
                self._zones.setdefault(zone.id, zone)
            case AddSuppression(suppression=item):
                self._ignored[item.rule, item.nodes] = item
            case RemoveSuppression():
                self._heed(change)

    def _heed(self, change: RemoveSuppression) -> None:
        if self._ignored.pop((change.rule, change.nodes), None) is None:
            raise DesignError(f"{quote(change.rule)} is not ignored there")

    def _kept_suppressions(self) -> tuple[Suppression, ...]:
        """Those that still have a place: what was said of a node goes with it."""
        found: dict[tuple[str, tuple[str, ...]], Suppression] = {}
        for item in self._ignored.values():
            nodes = tuple(node for node in item.nodes if node in self._nodes)
            if nodes or not item.nodes:
                found.setdefault((item.rule, nodes), item.model_copy(update={"nodes": nodes}))
        return tuple(found.values())

    def _kept_groups(self) -> tuple[Group, ...]:
        """Those that still have a node."""
        left = [
            group.model_copy(update={"nodes": tuple(node for node in group.nodes if node in self._nodes)})
            for group in self._design.groups
        ]
        return tuple(group for group in left if group.nodes)

    def _known(self, node_id: str) -> str:
        """The id under which the node is on the board. Raises DesignError."""
        node_id = self._renamed.get(node_id, node_id)
        if node_id not in self._nodes:
            near = suggest(node_id, self._nodes)
            message = f"there is no node {quote(node_id)} in the design"
            raise DesignError(message, field="node", suggestion=near)
        return node_id

    def _known_link(self, source: str, target: str) -> tuple[str, str]:
        ends = (self._known(source), self._known(target))
        if ends not in self._links:
            raise DesignError(f"{quote(ends[0])} is not connected to {quote(ends[1])}")
        return ends

    def _set(self, change: SetNode) -> None:
        node_id = self._known(change.node)
        name = field_of(change)
        data = self._nodes[node_id].model_dump(mode="json")
        value = list(change.value) if isinstance(change.value, tuple) else change.value
        if name in POLICIES and value is None:
            del data[name]
        elif name in (COMPONENT, *SETTINGS):
            data[name] = value
        elif value is None:
            data["figures"].pop(name, None)
        else:
            data["figures"][name] = value
        self._nodes[node_id] = _validated(Node, data)

    def _set_link(self, change: SetConnection) -> None:
        ends = self._known_link(change.source, change.target)
        name = link_field_of(change)
        data = self._links[ends].model_dump(mode="json")
        if change.value is None:
            del data[name]
        else:
            data[name] = change.value
        self._links[ends] = _validated(Connection, data)

    def _add(self, node: Node) -> str:
        new_id = _free_id(self._nodes, node.id)
        if new_id != node.id:
            self._renamed[node.id] = new_id
            node = node.model_copy(update={"id": new_id})
        self._nodes[new_id] = node
        self.added.add(new_id)
        return new_id

    def _insert(self, change: InsertNode) -> None:
        if change.between is not None:
            moved = {self._known_link(*change.between)}
            target = self._known(change.between[1])
        else:
            target = self._known(change.before or "")
            moved = {ends for ends in self._links if ends[1] == target}
        new_id = self._add(change.node)
        # In place, so that the order of what the callers call stays as it was.
        links = [
            link.model_copy(update={"target": new_id}) if ends in moved else link
            for ends, link in self._links.items()
        ]
        links.append(Connection(source=new_id, target=target))
        self._links = {(link.source, link.target): link for link in links}

    def _remove(self, node_id: str, reconnect: bool) -> None:
        del self._nodes[node_id]
        incoming = [link for link in self._links.values() if link.target == node_id]
        outgoing = [link for link in self._links.values() if link.source == node_id]
        self._links = {ends: link for ends, link in self._links.items() if node_id not in ends}
        self.added.discard(node_id)
        if reconnect:
            self._join(incoming, outgoing)

    def _join(self, incoming: list[Connection], outgoing: list[Connection]) -> None:
        """Every caller to every callee, for what passed through both connections."""
        for before in incoming:
            for after in outgoing:
                ends = (before.source, after.target)
                carries = _common(before.carries, after.carries)
                if carries is not None and ends not in self._links and before.source != after.target:
                    # How long the caller waits and how often it tries are its own settings, and stay.
                    changes = {
                        "target": after.target,
                        "carries": carries,
                        "share": before.share if len(outgoing) == 1 else None,
                        "calls": _product(before.calls, after.calls),
                        "label": None,
                    }
                    self._links[ends] = before.model_copy(update=changes)

    def _connect(self, link: Connection) -> None:
        ends = (self._known(link.source), self._known(link.target))
        if ends in self._links:
            raise DesignError(f"{quote(ends[0])} is connected to {quote(ends[1])} already")
        self._links[ends] = link.model_copy(update={"source": ends[0], "target": ends[1]})


def _common(first: Traffic, second: Traffic) -> Traffic | None:
    """The operations that both carry; None if they have none in common.

    What a queue gave up on is not there once the queue is not.
    """
    if second is Traffic.FAILED:
        return None
    if first is Traffic.FAILED:
        return first
    if first is Traffic.ALL or first is second:
        return second
    return first if second is Traffic.ALL else None


def _product(first: float | None, second: float | None) -> float | None:
    """Calls per request over two connections; None is one call."""
    return None if first is None and second is None else (first or 1) * (second or 1)


def _validated(model: type[M], data: dict[str, Any]) -> M:
    try:
        return validate(model, Document("edit", "", data, {}), error=DesignError)
    except DesignError as error:
        raise forget_place(error) from None
