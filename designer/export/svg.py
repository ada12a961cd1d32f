"""Graphviz's SVG made fit to leave the house: self-contained, with readable names and a legend.

Icons are embedded once each as data URIs. Nothing in the result refers to a file or an address: what Graphviz wrote is
read as a tree and written again without its document type and comments.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from designer.errors import RenderError, quote
from designer.export.drawing import FONT, Drawing
from designer.export.legend import LEAST_ROOM, SAMPLE, SAMPLE_GAP, SIZE, Entry, make_legend
from designer.export.themes import Theme
from designer.export.typeface import FAMILY

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
FAMILIES = f"{FAMILY}, {FONT}, Helvetica, sans-serif"
MARGIN = 21.6  # points: the `pad` of the layout, 0.3 inch
SIGN_HEIGHT = 5
LEGEND_GAP = 8
RIM = {"stroke-width": "3", "stroke-linejoin": "round", "paint-order": "stroke"}

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)

Element = ElementTree.Element


def finish(svg: str, drawing: Drawing) -> str:
    """The self-contained SVG. Raises RenderError when an icon cannot be read."""
    # What is parsed here was written by Graphviz in this process, and expat expands no external entities.
    root = ElementTree.fromstring(svg)  # noqa: S314
    graph = root.find(f"{{{SVG}}}g")
    assert graph is not None
    _name_parts(root, graph, drawing)
    _raise_labels(graph, drawing.theme)
    root.set("font-family", FAMILIES)
    for text in root.iter(f"{{{SVG}}}text"):
        text.attrib.pop("font-family")
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
    """Names of frames and arrows come last and get a rim of their ground: no line runs through their letters."""
    grounds = {"cluster": theme.zone_fill, "edge": theme.page}
    for title in graph.findall(f"{{{SVG}}}text"):
        title.set("x", "0")  # in line with the drawing: Graphviz keeps a margin of its own
    for part in graph.findall(f"{{{SVG}}}g"):
        if part.get("class") not in grounds:
            continue
        for text in part.findall(f"{{{SVG}}}text"):
            part.remove(text)
            text.attrib.update({"stroke": grounds[part.get("class", "")], **RIM})
            graph.append(text)


def _embed_icons(root: Element, icons: Mapping[str, Path]) -> None:
    """Each icon once, wherever it is used. Its id comes from its name: two pictures on one page may share it."""
    shapes: dict[str, Element] = {}
    for image in list(root.iter(f"{{{SVG}}}image")):
        name = image.attrib.pop(HREF)
        icon_id = "icon-" + re.sub(r"\W+", "-", name)
        side = {key: image.attrib.pop(key) for key in ("width", "height")}
        if name not in shapes:
            look = {"id": icon_id, **side, "preserveAspectRatio": "xMidYMid meet", HREF: _data_uri(icons[name])}
            shapes[name] = Element(f"{{{SVG}}}image", look)
        image.attrib.pop("preserveAspectRatio", None)
        image.tag = f"{{{SVG}}}use"
        image.set(HREF, f"#{icon_id}")
    if shapes:
        definitions = Element(f"{{{SVG}}}defs")
        definitions.extend(shapes.values())
        root.insert(0, definitions)


@lru_cache(maxsize=256)
def _data_uri(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RenderError(f"The icon {quote(path.name)} cannot be read: {quote(error.strerror or '')}") from error
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
        _draw_entry(root, entry, MARGIN + entry.x, height - MARGIN + LEGEND_GAP + entry.y, drawing.theme.muted)


def _draw_entry(root: Element, entry: Entry, x: float, y: float, ink: str) -> None:
    middle = y - SIZE / 3
    if entry.sign == "bar":
        top = middle - SIGN_HEIGHT / 2
        box = {"x": x, "y": top, "width": SAMPLE, "height": SIGN_HEIGHT, "fill": entry.color}
        _add(root, "rect", box)
    else:
        line = {"x1": x, "x2": x + SAMPLE, "y1": middle, "y2": middle, "stroke": entry.color}
        dashes = {"stroke-dasharray": "5,2"} if entry.sign == "dashes" else {}
        _add(root, "line", {**line, "stroke-width": 1.5 if dashes else SIGN_HEIGHT - 1, **dashes})
    style = {"font-size": SIZE, "fill": ink}
    _add(root, "text", {"x": x + SAMPLE + SAMPLE_GAP, "y": y, **style}).text = entry.text


def _add(parent: Element, tag: str, attributes: Mapping[str, str | float]) -> Element:
    texts = {key: value if isinstance(value, str) else f"{value:.2f}" for key, value in attributes.items()}
    return ElementTree.SubElement(parent, f"{{{SVG}}}{tag}", texts)
