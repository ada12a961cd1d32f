"""A design file as it was read: where its parts stand, and the same file with another design in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from designer.catalog.model import Component
from designer.design.files import design_to_data, format_design, parse_design
from designer.design.model import Design
from designer.documents import Document, Position, dump_json, load_file
from designer.documents.document import find_position
from designer.errors import DesignError
from designer.export.yaml_patch import NoPatchError, patch

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_INDENT = re.compile(r"\n([ \t]+)")


@dataclass(frozen=True, slots=True)
class DesignFile:
    """The file, its text and the design in it."""

    path: Path
    document: Document
    design: Design

    def position_of(self, part: str) -> Position:
        """Where a node or a connection, by its id, is written; anything else is written at the beginning."""
        groups = {
            "nodes": [node.id for node in self.design.nodes],
            "connections": [connection.id for connection in self.design.connections],
        }
        for group, names in groups.items():
            if part in names:
                return find_position(self.document, (group, names.index(part)))
        return Position(1, 1)


def read_file(path: Path, catalog: Mapping[str, Component]) -> DesignFile:
    """The design file. Raises DesignError with file, line and column."""
    document = load_file(path, error=DesignError)
    return DesignFile(path, document, parse_design(document.text, str(path), catalog))


def rewrite(file: DesignFile, design: Design, catalog: Mapping[str, Component]) -> str:
    """The text of the file with this design in it: JSON stays JSON, and what does not change is not touched.

    YAML that is not laid out in lines is written anew as a whole, without its comments.
    """
    before, wanted = design_to_data(file.design), design_to_data(design)
    if before == wanted:
        return file.document.text
    if _is_json(file.document.text):
        indent = _INDENT.search(file.document.text)
        return dump_json(wanted, indent=indent and indent[1]) + "\n"
    try:
        text = patch(file.document, before, wanted)
        if design_to_data(parse_design(text, str(file.path), catalog)) == wanted:
            return text
    except (NoPatchError, DesignError):
        pass
    return format_design(design)


def split_lines(text: str) -> list[str]:
    """The lines of the text with their ends, as positions count them."""
    return _LINE.findall(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
