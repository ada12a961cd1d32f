"""Graphviz's SVG made fit to leave the house: self-contained, with readable names and a legend.

Icons are embedded once each as data URIs. Nothing in the result refers to a file or an address: what Graphviz
wrote is read as a tree and written again without its document type and comments.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from designer.errors import RenderError, quote
from designer.export.cards import ICON
from designer.export.drawing import FONT, Drawing
from designer.export.legend import LEAST_ROOM, SAMPLE, SAMPLE_GAP, SIZE, Entry, make_legend
from designer.export.racks import SQUARE
from designer.export.themes import Theme
from designer.export.typeface import FAMILY

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
FAMILIES = f"{FAMILY}, {FONT}, Helvetica, sans-serif"
MARGIN = 21.6  # points: the `pad` of the layout, 0.3 inch
SIGN_HEIGHT = 5
LEGEND_GAP = 14
DASHES = {"stroke-dasharray": "4,2"}
ICON_RADIUS = 6
TILE_INSET = 0.5  # points
CORNERS = "icon-corners"
RIM = {"stroke-linejoin": "round", "paint-order": "stroke"}
RIM_WIDTHS = {
    "cluster": "6",
    "edge": "3",
}  # that of a frame's name reaches across the spaces between its words

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)

Element = ElementTree.Element


def finish(svg: str, drawing: Drawing) -> str:
    """The self-contained SVG. Raises RenderError when an icon cannot be read."""
    # What is parsed here was written by Graphviz in this process, and expat expands no external entities.
    root = ElementTree.fromstring(svg)  # noqa: S314
    graph = root[0]
    _name_parts(root, graph, drawing)
    _raise_labels(graph, drawing.theme)
    root.set("font-family", FAMILIES)
    for text in root.iter(f"{{{SVG}}}text"):
        text.attrib.pop("font-family")
    _shape_tiles(graph, drawing.theme.tile)
    _embed_icons(root, drawing.icons)
    _extend(root, drawing)
    return ElementTree.tostring(root, encoding="unicode")


def _name_parts(root: Element, graph: Element, drawing: Drawing) -> None:
    """Titles become what a person calls the part; browsers show them on hover and read them out."""
    root.set("role", "img")
    names = drawing.names
    for part in graph.iter(f"{{{SVG}}}g"):
        title = part.find(f"{{{SVG}}}title")
        if title is None:
            continue
        source, arrow, target = (title.text or "").partition("->")
        if source in names:
            title.text = f"{names[source]} to {names[target]}" if arrow else names[source]
        else:
            part.remove(title)
    graph.attrib.pop("id", None)


def _raise_labels(graph: Element, theme: Theme) -> None:
    """Names of frames and arrows come last, with a rim of their ground: no line runs through letters."""
    for title in graph.findall(f"{{{SVG}}}text"):
        title.set("x", "0")  # in line with the drawing: Graphviz keeps a margin of its own
    for part in graph.findall(f"{{{SVG}}}g"):
        kind = part.get("class", "")
        if kind not in RIM_WIDTHS:
            continue
        ground = _ground(part) if kind == "cluster" else theme.page
        for text in part.findall(f"{{{SVG}}}text"):
            part.remove(text)
            text.attrib.update({"stroke": ground, "stroke-width": RIM_WIDTHS[kind], **RIM})
            graph.append(text)


def _ground(part: Element) -> str:
    """What a frame is filled with."""
    return next(shape.attrib["fill"] for shape in part if shape.get("fill"))


def _shape_tiles(graph: Element, fill: str) -> None:
    """The ground behind each icon in the shape of the icon and a little smaller, so that no rim of it shows."""
    for part in graph.findall(f"{{{SVG}}}g"):
        for tile, image in pairwise(list(part)):
            if image.tag != f"{{{SVG}}}image" or tile.get("fill") != fill:
                continue
            x, y = float(image.attrib["x"]) + TILE_INSET, float(image.attrib["y"]) + TILE_INSET
            side = ICON - 2 * TILE_INSET
            tile.tag, tile.text = f"{{{SVG}}}rect", None
            tile.attrib.clear()
            places = {"x": x, "y": y, "width": side, "height": side, "rx": ICON_RADIUS - TILE_INSET}
            tile.attrib.update({name: f"{value:g}" for name, value in places.items()}, fill=fill)


def _embed_icons(root: Element, icons: Mapping[str, Path]) -> None:
    """Each icon once, however often it is used. Its id is its name: two pictures on one page may share it."""
    shapes: dict[str, Element] = {}
    for image in list(root.iter(f"{{{SVG}}}image")):
        name = image.attrib.pop(HREF)
        icon_id = "icon-" + re.sub(r"\W+", "-", name)
        side = {key: image.attrib.pop(key) for key in ("width", "height")}
        if name not in shapes:
            look = {
                "id": icon_id,
                **side,
                "preserveAspectRatio": "xMidYMid meet",
                "clip-path": f"url(#{CORNERS})",
            }
            shapes[name] = Element(f"{{{SVG}}}image", {**look, HREF: _data_uri(icons[name])})
        image.attrib.pop("preserveAspectRatio", None)
        image.tag = f"{{{SVG}}}use"
        image.set(HREF, f"#{icon_id}")
    if shapes:
        definitions = Element(f"{{{SVG}}}defs")
        corners = _add(definitions, "clipPath", {"id": CORNERS})
        _add(corners, "rect", {"width": ICON, "height": ICON, "rx": ICON_RADIUS})
        definitions.extend(shapes.values())
        root.insert(0, definitions)


@lru_cache(maxsize=256)
def _data_uri(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RenderError(
            f"the icon {quote(path.name)} cannot be read: {quote(error.strerror or '')}"
        ) from error
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def _extend(root: Element, drawing: Drawing) -> None:
    """Make room for the legend below and colour the whole page."""
    width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
    legend = make_legend(drawing, width - 2 * MARGIN)
    full = max(width, LEAST_ROOM + 2 * MARGIN) if legend.entries else width
    tall = height + (legend.height + LEGEND_GAP if legend.entries else 0)
    root.set("viewBox", f"0 0 {full:.2f} {tall:.2f}")
    root.set("width", f"{full:.2f}pt")
    root.set("height", f"{tall:.2f}pt")
    page = {"width": f"{full:.2f}", "height": f"{tall:.2f}", "fill": drawing.theme.page}
    root.insert(0, Element(f"{{{SVG}}}rect", page))
    for entry in legend.entries:
        _draw_entry(
            root, entry, MARGIN + entry.x, height - MARGIN + LEGEND_GAP + entry.y, drawing.theme.muted
        )


def _draw_entry(root: Element, entry: Entry, x: float, y: float, ink: str) -> None:
    middle = y - SIZE / 3
    if entry.sign in {"bar", "frame"}:
        top = middle - SIGN_HEIGHT / 2
        look = (
            {"fill": entry.color}
            if entry.sign == "bar"
            else {"fill": "none", "stroke": entry.color, **DASHES}
        )
        _add(root, "rect", {"x": x, "y": top, "width": SAMPLE, "height": SIGN_HEIGHT, **look})
    elif entry.sign in {"square", "outline"}:
        look = {"fill": entry.color} if entry.sign == "square" else {"fill": "none", "stroke": entry.color}
        place = {"x": x + SAMPLE - SQUARE, "y": middle - SQUARE / 2, "width": SQUARE, "height": SQUARE}
        _add(root, "rect", {**place, **look})
    else:
        look = {"stroke-width": "4"} if entry.sign == "line" else {"stroke-width": "1.5", **DASHES}
        ends = {"x1": x, "x2": x + SAMPLE, "y1": middle, "y2": middle}
        _add(root, "line", {**ends, "stroke": entry.color, **look})
    style = {"font-size": SIZE, "fill": ink}
    _add(root, "text", {"x": x + SAMPLE + SAMPLE_GAP, "y": y, **style}).text = entry.text


def _add(parent: Element, tag: str, attributes: Mapping[str, object]) -> Element:
    texts = {
        key: f"{value:.2f}" if isinstance(value, float) else str(value) for key, value in attributes.items()
    }
    return ElementTree.SubElement(parent, f"{{{SVG}}}{tag}", texts)
