"""The whiteboard: a component of its own in the browser (frontend/) and its Python side.

`catalog_entries` makes the palette once, `whiteboard` shows a board and returns what the browser last sent.
"""

from designer.ui.canvas.board import (
    BoardState,
    Request,
    Selection,
    read_state,
    send_after,
    whiteboard,
)
from designer.ui.canvas.palette import CatalogEntries, catalog_entries
from designer.ui.canvas.view import View

__all__ = [
    "BoardState",
    "CatalogEntries",
    "Request",
    "Selection",
    "View",
    "catalog_entries",
    "read_state",
    "send_after",
    "whiteboard",
]
