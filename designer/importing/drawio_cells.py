"""The cells of a draw.io page: shapes, lines and layers, each with its style and what is written on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from designer.documents import Position
from designer.importing.labels import MOST_READ, read_html, tidy
from designer.importing.xml_tree import Element

WRAPPERS = ("object", "UserObject")
MOST_PARENTS = 64
"""Longest way from a cell to its page that is followed."""

_FARTHEST = 1e6
"""The edge of the board."""

_CYLINDERS = ("cylinder", "database", "datastore", "disk")
_PERSONS = ("actor", "user", "person")
_ICON_STYLES = ("resIcon", "grIcon", "prIcon", "image", "shape")
_TELLING_NOTHING = frozenset(
    {
        "mxgraph", "aws3", "aws4", "azure", "azure2", "gcp", "gcp2", "img", "lib", "svg", "png", "resourceicon",
        "producticon", "group", "groupcenter", "image", "rectangle", "ellipse", "stencil", "data", "flowchart", "basic",
        "card", "card2", "cylinder", "cylinder3", "hexagon", "process", "trapezoid", "note", "actor", "umlactor",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell. `attributes` are those of its wrapper, where there is one."""

    id: str
    label: str
    style: Mapping[str, str]
    attributes: Mapping[str, str]
    position: Position
    is_vertex: bool
    is_edge: bool
    parent: str = ""
    source: str = ""
    target: str = ""
    x: float = 0.0
    y: float = 0.0
    placed: bool = False
    parts: list[str] = field(default_factory=list)  # the labels of cells that only label this one

    @cached_property
    def shape(self) -> str:
        """The name of the shape in the style, in small letters."""
        return self.style.get("shape", "").casefold() or next(iter(self.style), "").casefold()

    @property
    def is_cylinder(self) -> bool:
        return any(word in self.shape for word in _CYLINDERS)

    @property
    def is_person(self) -> bool:
        return any(word in self.shape for word in _PERSONS)

    @property
    def is_note(self) -> bool:
        """Whether it is words on the page and no shape."""
        return self.shape == "note" or "text" in self.style

    @property
    def is_container(self) -> bool:
        """Whether other cells are meant to stand in it."""
        return self.style.get("container") == "1" or "swimlane" in self.style or "group" in self.style

    @cached_property
    def icon(self) -> str:
        """The words in the name of its icon: `elasticache` out of `resIcon=mxgraph.aws4.elasticache`."""
        names = [self.style[name] for name in _ICON_STYLES if name in self.style]
        words = [word for name in names for word in name.replace("/", ".").split(".")]
        telling = [word for word in words if word.casefold() not in _TELLING_NOTHING and ":" not in word]
        return "\n".join(reversed([word.replace("-", "_") for word in telling]))


def read_cells(model: Element) -> dict[str, Cell]:
    """The cells by id, in their order; of two with one id the first."""
    cells: dict[str, Cell] = {}
    for root in model.children:
        for element in root.children if root.tag == "root" else ():
            cell = _read(element, f"cell {len(cells)}")
            if cell is not None:
                cells.setdefault(cell.id, cell)
    return _with_labels(cells)


def place_of(cell: Cell, cells: Mapping[str, Cell]) -> tuple[float, float] | None:
    """Where its upper left corner is on the page: what it stands in moves with it. None where it does not say."""
    if not cell.placed:
        return None
    x, y = cell.x, cell.y
    for parent in parents(cell, cells):
        x, y = x + parent.x, y + parent.y
    return _near(x), _near(y)


def parents(cell: Cell, cells: Mapping[str, Cell]) -> list[Cell]:
    """The shapes it stands in, from the inside out."""
    found: list[Cell] = []
    current = cells.get(cell.parent)
    while current is not None and len(found) < MOST_PARENTS:
        if current.is_vertex:
            found.append(current)
        current = cells.get(current.parent)
    return found


def _with_labels(cells: dict[str, Cell]) -> dict[str, Cell]:
    """The cells without those that are only words on a line, whose words go to it."""
    kept: dict[str, Cell] = {}
    for cell in cells.values():
        line = cells.get(cell.parent)
        if cell.is_vertex and line is not None and line.is_edge:
            line.parts.append(cell.label)
        else:
            kept[cell.id] = cell
    return kept


def _read(element: Element, otherwise: str) -> Cell | None:
    wrapper: Mapping[str, str] = {}
    inner = element
    if element.tag in WRAPPERS:
        wrapper = element.attributes
        found = next((child for child in element.children if child.tag == "mxCell"), None)
        if found is None:
            return None
        inner = found
    elif element.tag != "mxCell":
        return None
    own = inner.attributes
    style = _read_style(own.get("style", ""))
    label = (wrapper.get("label", "") if wrapper else own.get("value", ""))[:MOST_READ]
    geometry = next((child.attributes for child in inner.children if child.tag == "mxGeometry"), None)
    return Cell(
        id=wrapper.get("id", "") or own.get("id", "") or otherwise,
        label=tidy(read_html(label) if style.get("html") == "1" else label),
        style=style,
        attributes=wrapper,
        position=element.position,
        is_vertex=own.get("vertex") == "1",
        is_edge=own.get("edge") == "1",
        parent=own.get("parent", ""),
        source=own.get("source", ""),
        target=own.get("target", ""),
        x=_number(geometry, "x"),
        y=_number(geometry, "y"),
        placed=geometry is not None and geometry.get("relative") != "1",
    )


def _read_style(text: str) -> Mapping[str, str]:
    """`shape=cylinder3;html=1` by name; a word without a value is the name of a style."""
    style: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            style.setdefault(name, value)
    return style


def _number(attributes: Mapping[str, str] | None, name: str) -> float:
    try:
        number = float((attributes or {}).get(name, "0"))
    except ValueError:
        return 0.0
    return _near(number) if math.isfinite(number) else 0.0


def _near(number: float) -> float:
    return min(max(number, -_FARTHEST), _FARTHEST)
