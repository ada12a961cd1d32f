"""From a Mermaid flowchart to a design: shapes become components by their words, arrows become connections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from designer.catalog.model import Catalog
from designer.design.model import MAX_NODES, Mode, NoteKind
from designer.errors import quote
from designer.importing.flowchart import Chart, Edge, Group, Heads, Stroke, Vertex
from designer.importing.flowchart_parser import Parser, nested
from designer.importing.guessing import Found, Guesser, Shape
from designer.importing.labels import one_line, split_counts
from designer.importing.model import Imported
from designer.importing.sheet import Sheet, Spot, line_spot, require_few
from designer.importing.source import Source
from designer.importing.zoning import Kind, read_kind

NOTES = {"note": NoteKind.STICKY, "text": NoteKind.TEXT}
"""What our own writer calls the classes of notes, by their kind."""

GROUP = "the_group_"
"""How the names begin that it gives to groups: whatever those are called, they are neither zones nor regions."""

AREAS = {"the_zone_": Kind.ZONE, "the_region_": Kind.REGION}
"""How the names begin that it gives to zones and regions, whatever those are called."""

UNNAMED = "Group"
"""What it calls a group without a name."""

_PART = re.compile(r"(.*) \((\d+) of (\d+)\)")
"""What it calls a group, or one part of it where that stands in several zones."""


def read_flowchart(text: str, origin: str, catalog: Catalog, form: str) -> Imported:
    """The design that the flowchart shows. Raises DesignError with line and column."""
    source = Source(text.replace("\r\n", "\n").replace("\r", "\n"), origin)
    chart = Parser(source).parse()
    drawn = [vertex for vertex in chart.vertices.values() if vertex.key not in chart.groups]
    require_few(len(drawn), MAX_NODES, "a design can have")
    sheet = Sheet(source.document, catalog)
    reader = _Reader(source, chart, sheet, Guesser(catalog))
    reader.tell_skipped()
    for vertex in drawn:
        reader.place(vertex)
    for edge in chart.edges:
        reader.connect(edge)
    reader.group_all()
    return sheet.finish(form, chart.title)


class _Reader:
    """Puts a flowchart on a sheet."""

    def __init__(self, source: Source, chart: Chart, sheet: Sheet, guesser: Guesser) -> None:
        self._chart = chart
        self._sheet = sheet
        self._guesser = guesser
        self._source = source
        self._ends = {end for edge in chart.edges for end in (edge.source, edge.target)}

    def _spot(self, index: int) -> Spot:
        return line_spot(self._source.position(index))

    def tell_skipped(self) -> None:
        """What is not read: how it looks."""
        for word, index in self._chart.skipped.items():
            self._sheet.tell(
                self._spot(index), f"{quote(word)} is left out", "since it says how a chart looks"
            )

    def place(self, vertex: Vertex) -> None:
        """A shape as a node, or as the note that its class says it is."""
        kind = next((NOTES[name] for name in vertex.classes if name in NOTES), None)
        if kind is not None and vertex.label and vertex.key not in self._ends:
            self._sheet.note(vertex.label, self._spot(vertex.index), {"kind": kind.value})
            return
        label, counts = split_counts(vertex.label or "")
        found, name = self._guess(vertex, label)
        self._sheet.place(
            vertex.key,
            found.component,
            self._spot(vertex.index),
            label=name,
            wanted=vertex.key,
            because=found.because,
            counts=counts,
            **self._zones(vertex),
        )

    def _guess(self, vertex: Vertex, label: str) -> tuple[Found, str]:
        """The component, and the name that the label gives it."""
        for name in vertex.classes:
            if name in self._sheet.catalog:
                # So does our own writer, whose further lines say what the class and the counts say.
                return Found(self._sheet.catalog[name], f"from its class {quote(name)}"), label.split("\n")[
                    0
                ].strip()
        shape = Shape.STORE if vertex.cylinder else None
        return self._guesser.from_drawing(label, vertex.key, "", shape), label

    def _zones(self, vertex: Vertex) -> Mapping[str, Any]:
        """The zone it stands in; a region without zones is one zone."""
        around = [(group, _kind(group)) for group in nested(self._chart, vertex.group)]
        zone = next((group for group, kind in around if kind is Kind.ZONE), None)
        region = next((group for group, kind in around if kind is Kind.REGION), None)
        found = zone or region
        if found is None:
            return {}
        within = None if region is None else region.title
        return {"zones": [self._sheet.zone(found.title, within, _own_id(found))]}

    def group_all(self) -> None:
        """Every other subgraph as a group of what stands in it, and in no group inside it."""
        held: dict[str, list[str]] = {}
        for vertex in self._chart.vertices.values():
            inner = next((item for item in nested(self._chart, vertex.group) if _kind(item) is None), None)
            if inner is not None and self._sheet.has(vertex.key):
                held.setdefault(inner.key, []).append(vertex.key)
        parts: dict[tuple[str, str], list[Group]] = {}
        for group in self._chart.groups.values():
            if _kind(group) is None:
                parts.setdefault(_whole(group), []).append(group)
        for (wanted, title), groups in parts.items():
            self._group(wanted, title, groups[0], [key for part in groups for key in held.get(part.key, ())])

    def _group(self, wanted: str, title: str, group: Group, nodes: list[str]) -> None:
        spot, said = self._spot(group.index), f"the group {quote(one_line(title or group.key))}"
        if not nodes:
            self._sheet.tell(
                spot, f"{said} is left out", "since no component stands in it and in no group inside it"
            )
            return
        if not group.key.startswith(GROUP):
            self._sheet.tell(spot, f"{said} stays a group", "since it is not called a zone or a region")
        color = self._chart.colors.get(group.key)
        self._sheet.group(title, spot, wanted, nodes, None if color is None else color.value)

    def connect(self, edge: Edge) -> None:
        """A line as a connection, or two."""
        spot = self._spot(edge.index)
        said = f"{quote(edge.source)} and {quote(edge.target)}"
        tell = partial(self._sheet.tell, spot)
        if edge.stroke is Stroke.INVISIBLE:
            tell(f"the invisible line between {said} is left out", "since it only says where shapes stand")
            return
        for end in (edge.source, edge.target):
            if end in self._chart.groups:
                tell(
                    f"the arrow between {said} is left out", f"since {quote(end)} is a group, not a component"
                )
                return
        mode = {"mode": Mode.ASYNC.value} if edge.stroke is Stroke.DOTTED else {}
        if mode:
            tell(
                f"the call from {quote(edge.source)} to {quote(edge.target)} is async", "from its dotted line"
            )
        if edge.heads is Heads.NONE:
            tell(
                f"{quote(edge.source)} calls {quote(edge.target)}",
                "since the line has no arrowhead and begins there",
            )
        if edge.heads is not Heads.SOURCE:
            self._sheet.connect(edge.source, edge.target, spot, mode, label=edge.label)
        if edge.heads is Heads.BOTH:
            tell(f"{said} call each other", "since the arrow has two heads; take one out if it is the answer")
        if edge.heads in (Heads.SOURCE, Heads.BOTH):
            self._sheet.connect(edge.target, edge.source, spot, mode, label=edge.label)


def _kind(group: Group) -> Kind | None:
    if group.key.startswith(GROUP):
        return None
    return next((kind for name, kind in AREAS.items() if group.key.startswith(name)), read_kind(group.title))


def _own_id(group: Group) -> str:
    """The id of a zone or region that our own writer wrote; empty for any other."""
    return next((group.key.removeprefix(name) for name in AREAS if group.key.startswith(name)), "")


def _whole(group: Group) -> tuple[str, str]:
    """The id and the title of the group that this is, or is a part of."""
    if not group.key.startswith(GROUP):
        return group.key, group.title
    wanted, title = group.key.removeprefix(GROUP), group.title
    if part := _PART.fullmatch(title):
        wanted, title = wanted.removesuffix(f"_{part[2]}"), part[1]
    return wanted, "" if title == UNNAMED else title
