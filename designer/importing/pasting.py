"""Text from the clipboard: everything that a file may be, but less of it at once."""

from __future__ import annotations

from designer.catalog.model import Catalog
from designer.documents import Limits, admit
from designer.errors import DesignError
from designer.importing.library import read_design
from designer.importing.model import Imported
from designer.importing.sheet import require_few

MAX_BYTES = 200_000
MAX_NODES = 300
"""Most nodes pasted at once: the board lays out so many without a wait."""

ORIGIN = "clipboard"
"""What stands for the name of a file in errors."""


def paste(text: str, catalog: Catalog) -> Imported:
    """The design in pasted text, whatever format it is in. Raises DesignError, also for more than the board takes."""
    if not text.strip():
        raise DesignError("there is nothing to paste", expected="a design as text")
    known = admit(text, ORIGIN, error=DesignError, limits=Limits(max_bytes=MAX_BYTES))
    imported = read_design(known, ORIGIN, catalog)
    require_few(len(imported.design.nodes), MAX_NODES, "can be pasted at once")
    return imported
