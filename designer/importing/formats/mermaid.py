"""Mermaid flowcharts: shapes become components by their words, arrows become connections."""

from __future__ import annotations

import re

from designer.catalog.model import Catalog
from designer.importing.flowchart import OTHER_DIAGRAMS
from designer.importing.model import Imported

NAME = "mermaid"
EXTENSIONS = (".mmd", ".mermaid")

_BEGINNING = re.compile(
    r"\s*(?:(?:`{3,}|~{3,})[^\S\n]*mermaid\b|(?:---[^\S\n]*\n(?:(?!---)[^\n]*\n)*---[^\S\n]*\n\s*)?"
    rf"(?:%%[^\n]*\n\s*)*(?:(?:flowchart(?:-elk)?|graph)(?=[\s;])|(?:{'|'.join(OTHER_DIAGRAMS)})\s*\n))"
)


def recognise(text: str) -> bool:
    """Whether the text begins like a flowchart, or like another diagram of Mermaid."""
    return _BEGINNING.match(text) is not None


def read(text: str, origin: str, catalog: Catalog) -> Imported:
    """The design that the flowchart shows. Raises DesignError with line and column."""
    from designer.importing.flowchart_reader import read_flowchart

    return read_flowchart(text, origin, catalog, NAME)
