"""The sheet on which an import comes together: nodes, connections, zones, notes, and what was guessed.

What a design cannot have is left out here, never without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from designer.catalog.model import Behavior, Catalog, Component
from designer.design.checks import require_sound
from designer.design.model import (
    DEFAULT_REGION,
    MAX_CONNECTIONS,
    MAX_GROUPS,
    MAX_NODES,
    MAX_NOTES,
    MAX_ZONES,
    Design,
)
from designer.documents import Document, Position, validate
from designer.errors import DesignError, quote
from designer.importing.labels import LONGEST_STEM, Count, cut, is_id, make_stem, one_line, set_count, shorten
from designer.importing.model import Guess, Imported

LONGEST_NOTE = 2_000

PARTS = ("nodes", "connections", "notes")
"""What a drawing is made of."""


class Spot(NamedTuple):
    """Where something stands: in words for whoever reads the guesses, and for errors."""

    words: str
    position: Position


class Ids:
    """Ids that were given, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """The id itself, or with the next free number behind it: `cache`, `cache_2`, `cache_3`."""
        found = wanted
        stem = wanted[:LONGEST_STEM]
        while found in self._taken:
            number = self._numbers[stem] = self._numbers.get(stem, 1) + 1
            found = f"{stem}_{number}"
        self._taken.add(found)
        return found


class Sheet:
    """One import while it is being made. `document` is the text that it is made from."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        self.document = document
        self.catalog = catalog
        self._ids = Ids()
        self._zone_ids = Ids()
        self._note_ids = Ids()
        self._guesses: list[tuple[Position, Guess]] = []
        self._nodes: dict[str, dict[str, Any]] = {}
        self._zones: dict[tuple[str, str], dict[str, Any]] = {}
        self._links: dict[tuple[str, str], dict[str, Any]] = {}
        self._notes: list[dict[str, Any]] = []
        self._group_ids = Ids()
        self._groups: list[dict[str, Any]] = []
        self._exact: set[str] = set()
        self._whole: dict[str, Any] = {}
        self._positions: dict[tuple[str | int, ...], Position] = {}

    def tell(self, spot: Spot, what: str, because: str) -> None:
        """Note a guess."""
        self._guesses.append((spot.position, Guess(spot.words, what, because)))

    def place(
        self, key: str, component: Component, spot: Spot, *, label: str, wanted: str, because: str,
        counts: Sequence[Count] = (), **settings: Any,
    ) -> str:  # fmt: skip
        """A node that was guessed, under the key by which connections name it; gives its id.

        `wanted` is the id in the text, kept where a design may have it; `label` becomes its name.
        """
        name = one_line(label)
        node_id = self._ids.take(wanted if is_id(wanted) else make_stem(name or wanted, component.id))
        said = quote(name or wanted or node_id)
        self.tell(spot, f"{said} became {shorten(component)}", because)
        if len(name) > len(cut(name)):
            self.tell(spot, f"the name of {quote(node_id)} is cut", "since names have at most 80 characters")
        data: dict[str, Any] = {"id": node_id, "component": component.id, **settings}
        if name and name != node_id:
            data["name"] = cut(name)
        for count in counts:
            data |= self._counted(count, component, node_id, spot)
        self._add_node(key, data, spot)
        return node_id

    def place_exactly(self, key: str, data: Mapping[str, Any], spot: Spot) -> str:
        """A node as the text has it, in the shape of a design file; only an id given before gets a number."""
        node_id = self._ids.take(str(data.get("id", "")))
        self._exact.add(key)
        self._add_node(key, {**data, "id": node_id}, spot)
        return node_id

    def _add_node(self, key: str, data: dict[str, Any], spot: Spot) -> None:
        self._positions["nodes", len(self._nodes)] = spot.position
        self._nodes[key] = data

    def _counted(self, count: Count, component: Component, node_id: str, spot: Spot) -> dict[str, int]:
        found = set_count(count, component)
        for name, number in found.items():
            self.tell(spot, f"{quote(node_id)} got {number:,} {name}", f"from {quote(count.said)}")
        if not found:
            what = f"{quote(count.said)} at {quote(node_id)} is left out"
            self.tell(spot, what, f"since {shorten(component)} cannot have that count")
        return found

    def zone(self, title: str, region: str | None, wanted: str = "") -> str:
        """The zone of that title in that region; gives its id, which is the one that is wanted where that can be."""
        title = one_line(title)
        region_id = make_stem(one_line(region or ""), DEFAULT_REGION)
        data = self._zones.get((title, region_id))
        if data is None:
            wanted = wanted or title
            zone_id = self._zone_ids.take(wanted if is_id(wanted) else make_stem(title, "zone"))
            data = self._zones[title, region_id] = {"id": zone_id}
            if title not in (zone_id, f"Zone {zone_id}"):
                data["name"] = cut(title)
            if region is not None:
                data["region"] = region_id
            if len(self._zones) > MAX_ZONES:
                raise DesignError(f"there are more than {MAX_ZONES} zones", expected=f"at most {MAX_ZONES}")
        return str(data["id"])

    def group(self, title: str, spot: Spot, wanted: str, nodes: Sequence[str], color: str | None) -> None:
        """What draws nodes, by their keys, as belonging together. `wanted` is its id where it may have that one."""
        if len(self._groups) >= MAX_GROUPS:
            self.tell(
                spot,
                f"the group {quote(one_line(title))} is left out",
                f"since there are at most {MAX_GROUPS}",
            )
            return
        name = one_line(title)
        group_id = self._group_ids.take(wanted if is_id(wanted) else make_stem(name, "group"))
        data: dict[str, Any] = {"id": group_id, "nodes": [self._nodes[key]["id"] for key in nodes]}
        if name and name != group_id:
            data["name"] = cut(name)
        if color is not None:
            data["color"] = color
        self._positions["groups", len(self._groups)] = spot.position
        self._groups.append(data)

    def describe(self, data: Mapping[str, Any], spot: Spot) -> None:
        """What belongs to no part of the drawing, as the text has it: name, scenario, zones, groups and the like."""
        self._whole = {name: value for name, value in data.items() if name not in PARTS}
        self._positions[()] = spot.position
        zones = self._whole.get("zones", [])
        for zone in zones if isinstance(zones, list) else ():
            if isinstance(zone, dict):
                self._zone_ids.take(str(zone.get("id")))

    def note(self, text: str, spot: Spot, settings: Mapping[str, Any], wanted: str = "note") -> None:
        """Words on the board, with an id like the one that is wanted."""
        if len(self._notes) >= MAX_NOTES:
            self.tell(spot, "a note is left out", f"since there are at most {MAX_NOTES}")
            return
        self._positions["notes", len(self._notes)] = spot.position
        note_id = self._note_ids.take(wanted)
        self._notes.append({**settings, "id": note_id, "text": cut(text, LONGEST_NOTE)})

    def connect(
        self, source: str, target: str, spot: Spot, settings: Mapping[str, Any], *, label: str = ""
    ) -> None:
        """A connection between two nodes by their keys, or a guess that says why there is none.

        The settings are those of a design file; `label` is somebody's text, of which one line is kept.
        """
        because = self._objection(source, target)
        if because is not None:
            what = f"the arrow {self._named(source)} → {self._named(target)} is left out"
            self.tell(spot, what, because)
            return
        if len(self._links) >= MAX_CONNECTIONS:
            raise DesignError(
                f"there are more than {MAX_CONNECTIONS:,} connections in {quote(self.document.name)}"
            )
        self._positions["connections", len(self._links)] = spot.position
        data = {**settings, "from": self._nodes[source]["id"], "to": self._nodes[target]["id"]}
        if label := one_line(label):
            data["label"] = cut(label)
        self._links[source, target] = data

    def has(self, key: str) -> bool:
        """Whether a node of that key was placed."""
        return key in self._nodes

    def is_connected(self, source: str, target: str) -> bool:
        """Whether there is a connection from one key to the other."""
        return (source, target) in self._links

    def component(self, key: str) -> Component:
        """The component of the node that was guessed under that key."""
        return self.catalog[self._nodes[key]["component"]]

    def _named(self, key: str) -> str:
        return quote(str(self._nodes[key]["id"])) if key in self._nodes else "nothing"

    def _objection(self, source: str, target: str) -> str | None:
        if source not in self._nodes or target not in self._nodes:
            return "since it does not end at two components"
        if source == target:
            return "since nothing can be connected to itself"
        if self.is_connected(source, target):
            return "since they are connected in this direction already"
        if target not in self._exact and self.component(target).behavior is Behavior.CLIENT:
            return "since requests begin at clients; their answers need no arrow"
        return None

    def finish(self, form: str, name: str = "") -> Imported:
        """The sound design, called so unless the text has its own name for it, and the guesses.

        Raises DesignError at the place of what cannot be in a design.
        """
        require_few(len(self._nodes), MAX_NODES, "a design can have")
        document = Document(self.document.name, self.document.text, self._data(name), self._positions)
        design = validate(Design, document, error=DesignError)
        require_sound(design, self.catalog, document)
        told = sorted(self._guesses, key=lambda item: item[0])
        return Imported(design, form, tuple(guess for _, guess in told))

    def _data(self, name: str) -> dict[str, Any]:
        """Everything in the shape of a design file."""
        data = {**self._whole, "nodes": list(self._nodes.values()), "notes": self._notes}
        data["connections"] = list(self._links.values())
        if self._groups:
            data["groups"] = self._groups
        if title := one_line(name):
            data.setdefault("name", cut(title))
        if self._zones:
            data["zones"] = [*_items(data, "zones"), *self._zones.values()]
        known = {str(node["id"]) for node in self._nodes.values()}
        if "groups" in data:
            data["groups"] = list(
                filter(None, (self._grouped(item, known) for item in _items(data, "groups")))
            )
        if "ignore" in data:
            data["ignore"] = [item for item in _items(data, "ignore") if self._still_means(item, known)]
        return data

    def _grouped(self, group: Any, known: Collection[str]) -> Any:
        """The group with those of its nodes that are there; None for one whose nodes are all gone."""
        nodes = group.get("nodes") if isinstance(group, dict) else None
        if not isinstance(nodes, list):
            return group
        left = [node for node in nodes if node in known]
        if len(left) < len(nodes):
            gone = next(node for node in nodes if node not in known)
            what = f"{quote(str(gone))} is no longer in the group {quote(str(group.get('name') or group.get('id')))}"
            self.tell(Spot("", self._positions[()]), what, "since there is no such node any more")
        return {**group, "nodes": left} if left or not nodes else None

    def _still_means(self, suppression: Any, known: Collection[str]) -> bool:
        """Whether a rule is ignored at nodes that are there; what was said of others went with them."""
        nodes = suppression.get("nodes", ()) if isinstance(suppression, dict) else ()
        gone = [node for node in nodes if node not in known] if isinstance(nodes, list) else []
        if gone:
            what = f"{quote(str(suppression.get('rule')))} is no longer ignored at {quote(str(gone[0]))}"
            self.tell(Spot("", self._positions[()]), what, "since there is no such node any more")
        return not gone


def _items(data: Mapping[str, Any], name: str) -> list[Any]:
    """What is listed under a name; a list that is none has one wrong item, and is refused for it."""
    found = data.get(name, [])
    return found if isinstance(found, list) else [found]


def require_few(count: int, most: int, what: str) -> None:
    """Raise DesignError for more nodes than that; `what` ends the sentence, as in "than a design can have"."""
    if count > most:
        raise DesignError(f"{count:,} nodes are more than {what}", expected=f"at most {most:,}")


def line_spot(position: Position) -> Spot:
    """A place told by its line."""
    return Spot(f"line {position.line}", position)


def join(words: Sequence[str]) -> str:
    """Words as a sentence has them: a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
