"""A design as a draw.io file, with everything in its place and what it means in attributes of its own.

A node's cell has the node's id. `settings` on the page, on nodes, connections and notes is what the design file says of
them, as JSON, so that the design can be read back whole; docs/exchange.md tells how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from designer.catalog.model import Behavior
from designer.design.files import design_to_data
from designer.documents import dump_json
from designer.export.annotations import ThemeName
from designer.export.arrangement import Arrangement, Rectangle, arrange
from designer.export.formats.model import UNNAMED, Format, Order
from designer.export.palette import PALETTES, Palette
from designer.export.sketch import Area, Arrow, Box, Sketch, Slip, make_sketch
from designer.export.tints import paper, tint, words_ink

Element = ElementTree.Element

SHAPES: Mapping[Behavior, str] = {
    Behavior.CLIENT: "rounded=1;arcSize=50",
    Behavior.ROUTER: "shape=trapezoid;perimeter=trapezoidPerimeter;size=14;fixedSize=1",
    Behavior.SERVICE: "rounded=1;arcSize=10",
    Behavior.CACHE: "rounded=1;arcSize=30",
    Behavior.STORE: "shape=cylinder3;size=8;boundedLbl=1",
    Behavior.QUEUE: "shape=hexagon;perimeter=hexagonPerimeter2;size=14;fixedSize=1",
    Behavior.OBSERVER: "shape=process;size=0.06",
}
TEXT = "html=0;whiteSpace=wrap;fontFamily=Helvetica;fontSize=11"
"""`html=0`: draw.io shows a label as it is, and never as a page."""

ROOT, LAYER = "0", "1"
CONTENT = "design"
"""What the page's attribute of this name holds says that the file is one of ours: the version of these attributes."""

VERSION = "1"
LONGEST_TITLE = 60  # of the page's tab, in characters


@dataclass(frozen=True, slots=True)
class _Pen:
    """All that drawing one part needs. `data` is the design as its file says it."""

    places: Arrangement
    tone: ThemeName
    data: Mapping[str, Any]

    @property
    def palette(self) -> Palette:
        return PALETTES[self.tone]

    def settings(self, group: str, at: int, *without: str) -> str:
        """What the file says of one part, as JSON, without what the drawing says in another way."""
        return dump_json({name: value for name, value in self.data[group][at].items() if name not in without})


def write(order: Order) -> bytes:
    """The file as XML, not compressed."""
    sketch = make_sketch(order)
    pen = _Pen(arrange(order.design, sketch), order.theme, design_to_data(order.design))
    root = Element("root")
    root.append(_page(pen))
    root.append(Element("mxCell", {"id": LAYER, "parent": ROOT}))
    root.extend(_parts(order, sketch, pen))
    return _file(root, sketch, pen.palette, order.theme)


def _page(pen: _Pen) -> Element:
    """The root cell holds what belongs to no part of the drawing: name, scenario, zones, groups, what is ignored."""
    drawn = ("nodes", "connections", "notes")
    settings = dump_json({name: value for name, value in pen.data.items() if name not in drawn})
    page = Element("object", {"label": "", CONTENT: VERSION, "settings": settings, "id": ROOT})
    ElementTree.SubElement(page, "mxCell")
    return page


def _parts(order: Order, sketch: Sketch, pen: _Pen) -> Iterator[Element]:
    """Frames, then what stands in them, then arrows: draw.io draws in this order."""
    places = {node.id: at for at, node in enumerate(order.design.nodes)}
    parents: dict[str, Area] = {}
    for area in sketch.areas:
        yield from _frames(area, None, pen)
    for area in sketch.all_areas:
        parents |= {box.id: area for box in area.boxes}
    for box in sketch.boxes:
        yield _box(box, places[box.id], parents.get(box.id), pen)
    for at, arrow in enumerate(sketch.arrows):
        yield _arrow(arrow, at, pen)
    for at, slip in enumerate(sketch.slips):
        yield _note(slip, at, pen)


def _frames(area: Area, outer: Area | None, pen: _Pen) -> Iterator[Element]:
    """The frame of an area, and those in it."""
    place = pen.places.areas[area.kind, area.id]
    parent, place = (LAYER, place) if outer is None else _within(outer, place, pen)
    # A group that is drawn in several parts has its id before the number of the part.
    words = {"label": area.name, area.kind: area.id.partition(" ")[0], "id": area.key}
    look = "rounded=1;arcSize=4;container=1;collapsible=0;align=left;verticalAlign=top;spacingLeft=8"
    yield _vertex(words, f"{look};{_frame_look(area, pen)};{TEXT}", parent, place)
    for inner in area.areas:
        yield from _frames(inner, area, pen)


def _frame_look(area: Area, pen: _Pen) -> str:
    theme = pen.palette.theme
    if area.color is not None:
        shade = tint(area.color, pen.tone)
        return f"dashed=0;{_colors(shade.ground, shade.line, shade.name)}"
    if area.kind == "zone":
        return f"dashed=1;{_colors(theme.zone_fill, theme.zone_line, theme.ink)}"
    return f"dashed=0;{_colors(theme.region_fill, theme.region_line, theme.ink)}"


def _note(slip: Slip, at: int, pen: _Pen) -> Element:
    note = slip.note
    settings = pen.settings("notes", at, "id", "text", "position")
    words = {"label": note.text, "note": note.id, "settings": settings, "id": slip.key}
    shade = paper(note, pen.tone)
    look = (
        f"text;fontStyle=1;{_colors('none', 'none', words_ink(note, pen.tone))}"
        if shade is None
        else f"shape=note;size=12;{_colors(shade.paper, shade.line, shade.paper_ink)}"
    )
    place = pen.places.notes[note.id]
    return _vertex(words, f"{look};align=left;verticalAlign=top;spacing=8;{TEXT}", LAYER, place)


def _box(box: Box, at: int, area: Area | None, pen: _Pen) -> Element:
    words = {
        "label": "\n".join((box.label, *box.lines)),
        "component": box.component.id,
        "settings": pen.settings("nodes", at, "id", "component", "position"),
        "id": box.id,
    }
    paint = pen.palette.boxes[box.behavior]
    place = pen.places.cards[box.id]
    parent, place = (LAYER, place) if area is None else _within(area, place, pen)
    look = f"{SHAPES[box.behavior]};{_colors(paint.fill, paint.line, pen.palette.theme.ink)};{TEXT}"
    return _vertex(words, look, parent, place)


def _arrow(arrow: Arrow, at: int, pen: _Pen) -> Element:
    settings = pen.settings("connections", at, "from", "to")
    words = {"label": "\n".join(arrow.lines), "settings": settings, "id": arrow.connection.id}
    item = Element("object", words)
    theme = pen.palette.theme
    line = f"dashed={int(arrow.deferred)};strokeColor={theme.line};fontColor={theme.muted}"
    ground = f"labelBackgroundColor={theme.page};endArrow=block;endFill=1;rounded=1"
    bends = pen.places.bends.get(arrow.connection.id, ())
    way = "edgeStyle=none" if bends else "edgeStyle=orthogonalEdgeStyle"
    look = f"{way};{line};{ground};{TEXT}"
    ends = {"edge": "1", "parent": LAYER, "source": arrow.source, "target": arrow.target}
    cell = ElementTree.SubElement(item, "mxCell", {"style": look, **ends})
    geometry = ElementTree.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    if bends:
        points = ElementTree.SubElement(geometry, "Array", {"as": "points"})
        points.extend(Element("mxPoint", {"x": _number(x), "y": _number(y)}) for x, y in bends)
    return item


def _vertex(words: Mapping[str, str], look: str, parent: str, place: Rectangle) -> Element:
    item = Element("object", dict(words))
    cell = ElementTree.SubElement(item, "mxCell", {"style": look, "vertex": "1", "parent": parent})
    sizes = {"x": place.x, "y": place.y, "width": place.width, "height": place.height}
    texts = {name: _number(value) for name, value in sizes.items()}
    ElementTree.SubElement(cell, "mxGeometry", {**texts, "as": "geometry"})
    return item


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _within(area: Area, place: Rectangle, pen: _Pen) -> tuple[str, Rectangle]:
    """The frame's cell, and the place as seen from the frame's corner."""
    frame = pen.places.areas[area.kind, area.id]
    inside = Rectangle(place.x - frame.x, place.y - frame.y, place.width, place.height)
    return area.key, inside


def _colors(fill: str, line: str, ink: str) -> str:
    return f"fillColor={fill};strokeColor={line};fontColor={ink}"


def _file(root: Element, sketch: Sketch, palette: Palette, theme: ThemeName) -> bytes:
    model = Element(
        "mxGraphModel", {"grid": "1", "gridSize": "10", "arrows": "1", "connect": "1", "page": "0"}
    )
    if theme == "dark":
        model.set("background", palette.theme.page)
    model.append(root)
    file = Element("mxfile")
    page = ElementTree.SubElement(
        file, "diagram", {"id": "design", "name": (sketch.title or UNNAMED)[:LONGEST_TITLE]}
    )
    page.append(model)
    ElementTree.indent(file)
    return f"{ElementTree.tostring(file, encoding='unicode')}\n".encode()


FORMAT = Format(
    extension="drawio",
    name="draw.io",
    mime="application/vnd.jgraph.mxfile",
    description="A drawing to go on with in draw.io, everything in its place; it can be read back as a design.",
    write=write,
)
