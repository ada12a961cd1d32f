"""Designs in files: `*.design.yaml`, or the same shape as JSON, read with positions and written in one way.

The board in the browser sends the same shape as plain data. Reading what was written gives the same design,
and writing that again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from designer.bounds import require_kind
from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.design.checks import forget_place, require_sound
from designer.design.model import DESIGN_VERSION, Connection, Design, Node
from designer.design.settings import LINK_QUANTITIES, QUANTITIES
from designer.design.values import spell_figure, spell_quantity
from designer.documents import Document, dump, fail, load_file, load_text, validate
from designer.errors import DesignError, quote
from designer.units import Dimension

EXTENSION = ".design.yaml"


def load_design(path: Path, catalog: Mapping[str, Component]) -> Design:
    """The design in the file, YAML or JSON. Raises DesignError with file, line and column."""
    require_kind("path", path, (str, Path), "the path of a design file")
    return _read(load_file(Path(path), error=DesignError), catalog)


def parse_design(text: str | bytes, name: str, catalog: Mapping[str, Component]) -> Design:
    """The design in the text, YAML or JSON; `name` stands for the file in errors. Raises DesignError."""
    return _read(load_text(text, name, error=DesignError), catalog)


def format_design(design: Design) -> str:
    """The design as YAML, in a fixed order, without neutral values."""
    return dump(design_to_data(design))


def design_from_data(data: object, catalog: Mapping[str, Component]) -> Design:
    """The design in data of the file's shape, as the board sends it. Raises DesignError naming the field."""
    try:
        return _read(Document("board", "", data, {}), catalog)
    except DesignError as error:
        raise forget_place(error) from None


def design_to_data(design: Design) -> dict[str, Any]:
    """The design as plain data of the file's shape; figures are written as people write them."""
    data: dict[str, Any] = {"version": design.version, "name": design.name}
    if design.scenario is not None:
        data["scenario"] = design.scenario
    parts: Mapping[str, list[dict[str, Any]]] = {
        "zones": [_plain(zone) for zone in design.zones],
        "nodes": [_plain_node(node) for node in design.nodes],
        "connections": [_plain_link(connection) for connection in design.connections],
        "groups": [_plain(group) for group in design.groups],
        "notes": [_plain(note) for note in design.notes],
        "ignore": [_plain(item) for item in design.ignore],
    }
    return data | {name: items for name, items in parts.items() if items}


def _plain(item: BaseModel) -> dict[str, Any]:
    return item.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _plain_node(node: Node) -> dict[str, Any]:
    data = _spelt(_plain(node), QUANTITIES)
    if node.figures:
        spelt = {name: spell_figure(name, value) for name, value in node.figures.items()}
        data["figures"] = {name: spelt[name] for name in FIGURE_DIMENSIONS if name in spelt}
    return data


def _plain_link(connection: Connection) -> dict[str, Any]:
    return _spelt(_plain(connection), LINK_QUANTITIES)


def _spelt(data: dict[str, Any], quantities: Mapping[str, Dimension]) -> dict[str, Any]:
    for name, dimension in quantities.items():
        if name in data:
            data[name] = spell_quantity(data[name], dimension)
    return data


def _read(document: Document, catalog: Mapping[str, Component]) -> Design:
    _refuse_other_versions(document)
    design = validate(Design, document, error=DesignError)
    require_sound(design, catalog, document)
    return design


def _refuse_other_versions(document: Document) -> None:
    version = document.data.get("version") if isinstance(document.data, dict) else None
    if type(version) is int and version != DESIGN_VERSION:
        message = f"version {quote(version)} of the design format is unknown"
        fail(document, ("version",), message, error=DesignError, expected=f"version {DESIGN_VERSION}")
