"""draw.io files: shapes become components by label, icon and shape; what our own writer says is taken exactly."""

from __future__ import annotations

import re

from designer.catalog.model import Catalog
from designer.importing.model import Imported

NAME = "drawio"
EXTENSIONS = (".drawio", ".drawio.xml", ".xml", ".dio")

_BEGINNING = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:mxfile|mxGraphModel)[\s>]|\s*%3CmxGraphModel",
    re.DOTALL,
)


def recognise(text: str) -> bool:
    """Whether the text begins like a draw.io file or like its clipboard."""
    return _BEGINNING.match(text) is not None


def read(text: str, origin: str, catalog: Catalog) -> Imported:
    """The design on the first page. Raises DesignError with line and column."""
    from designer.importing.drawio_reader import read_drawing

    return read_drawing(text, origin, catalog, NAME)
