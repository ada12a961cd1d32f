"""What a text in the notation has said so far: nodes, connections and zones, and where each was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from designer.catalog.model import Component
from designer.design.checks import require_sound
from designer.design.model import MAX_CONNECTIONS, Connection, Design, Node, Zone
from designer.design.tokens import Source, Token
from designer.documents import Document, Position, validate
from designer.errors import NotationError, quote, suggest

M = TypeVar("M", bound=BaseModel)


@dataclass
class Entry:
    """What was said of one thing, as data of the shape its model reads, and where."""

    data: dict[str, Any] = field(default_factory=dict)
    positions: dict[tuple[str | int, ...], Position] = field(default_factory=dict)

    def set(self, path: tuple[str, ...], value: Any, at: Token) -> None:
        """Note the value said at that token."""
        target = self.data
        for part in path[:-1]:
            target = target.setdefault(part, {})
        target[path[-1]] = value
        self.point(path, at)

    def point(self, path: tuple[str | int, ...], at: Token) -> None:
        """Errors about what is at `path` point at that token."""
        self.positions[path] = Position(at.line, at.column)

    def has(self, path: tuple[str, ...]) -> bool:
        """Whether a value was said."""
        return path in self.positions


class Drawing:
    """Everything said so far, in the order of first mention."""

    def __init__(self, source: Source, catalog: Mapping[str, Component]) -> None:
        self.source = source
        self.catalog = catalog
        self.nodes: dict[str, Entry] = {}
        self.connections: dict[tuple[str, str], Entry] = {}
        self.zones: dict[str, Entry] = {}
        self._said = 0  # connections, those said again among them

    def place_node(self, token: Token, component: Token | None) -> Entry:
        """The node of that id, made at its first mention; without a component the id names one.

        Raises NotationError.
        """
        entry = self.nodes.get(token.text)
        if entry is None:
            return self._new_node(token, component or token)
        if component is not None and component.text != entry.data["component"]:
            message = f"{token} is a {quote(entry.data['component'])} already"
            raise self.source.refusal(component, message, expected="another id for another node")
        return entry

    def _new_node(self, token: Token, component: Token) -> Entry:
        if component.text not in self.catalog:
            known = [*self.catalog, *(self.nodes if component is token else ())]
            message = f"there is no component {component}"
            raise self.source.refusal(component, message, suggestion=suggest(component.text, known))
        entry = self.nodes[token.text] = Entry()
        entry.point((), token)
        entry.set(("id",), token.text, token)
        entry.set(("component",), component.text, component)
        return entry

    def component_of(self, entry: Entry) -> Component:
        """The component of a node that was placed."""
        return self.catalog[entry.data["component"]]

    def place_zone(self, token: Token, region: str | None) -> None:
        """The zone of that id; it may be mentioned with or without its region.

        Raises NotationError for two regions.
        """
        entry = self.zones.get(token.text)
        if entry is None:
            entry = self.zones[token.text] = Entry()
            entry.point((), token)
            entry.set(("id",), token.text, token)
        if region is None:
            return
        if entry.data.get("region", region) != region:
            message = f"the zone {token} is in region {quote(entry.data['region'])} already"
            raise self.source.refusal(token, message, expected="another id for another zone")
        entry.set(("region",), region, token)

    def connect(self, source: Token, target: Token, arrow: Token, options: Entry) -> None:
        """The connection between two nodes that were placed.

        Raises NotationError where it contradicts what was said.
        """
        self._said += 1
        if self._said > MAX_CONNECTIONS:
            raise self.source.refusal(target, f"there are more than {MAX_CONNECTIONS:,} connections")
        ends = (source.text, target.text)
        known = self.connections.get(ends)
        if known is not None:
            # Chains may run along the same connection twice; only what contradicts itself is refused.
            if options.data and not options.data.items() <= known.data.items():
                message = f"{source} and {target} are connected already, with other options"
                raise self.source.refusal(arrow, message)
            return
        entry = self.connections[ends] = Entry(dict(options.data), dict(options.positions))
        entry.point((), arrow)
        entry.set(("from",), source.text, source)
        entry.set(("to",), target.text, target)

    def design(self) -> Design:
        """The design that was described. Raises NotationError."""
        design = Design(
            zones=tuple(self._validate(Zone, entry) for entry in self.zones.values()),
            nodes=tuple(self._validate(Node, entry) for entry in self.nodes.values()),
            connections=tuple(self._validate(Connection, entry) for entry in self.connections.values()),
        )
        require_sound(design, self.catalog, self._document(), error=NotationError)
        return design

    def _validate(self, model: type[M], entry: Entry) -> M:
        document = Document(self.source.name, self.source.text, entry.data, entry.positions)
        return validate(model, document, error=NotationError)

    def _document(self) -> Document:
        """The whole drawing as a document, so that checks can point into the text."""
        groups: Mapping[str, dict[Any, Entry]] = {
            "zones": self.zones,
            "nodes": self.nodes,
            "connections": self.connections,
        }
        positions = {
            (group, index, *path): position
            for group, entries in groups.items()
            for index, entry in enumerate(entries.values())
            for path, position in entry.positions.items()
        }
        return Document(self.source.name, self.source.text, None, positions)
