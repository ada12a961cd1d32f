"""A design as a picture: PNG, SVG or Graphviz's DOT, the same bytes for the same input.

    design -> drawing (DOT, through `diagrams`) -> layout (Graphviz) -> svg (icons, legend) -> paint (PNG)

Slow imports wait until a picture is asked for. Made pictures are kept for a while, by the text they were made
from.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal

from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.errors import RenderError, quote
from designer.export.annotations import Annotations, CardFacts, EdgeFacts, Style

if TYPE_CHECKING:
    from designer.export.drawing import Drawing

__all__ = ["FORMATS", "Annotations", "CardFacts", "EdgeFacts", "Style", "render"]

Format = Literal["png", "svg", "dot"]
FORMATS: tuple[Format, ...] = ("png", "svg", "dot")
KEPT_BYTES = 32_000_000


class Shelf:
    """The latest used pictures by their key, up to a total size in bytes. Safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._used = 0

    def get(self, key: str) -> bytes | None:
        with self._lock:
            picture = self._pictures.get(key)
            if picture is not None:
                self._pictures.move_to_end(key)
            return picture

    def put(self, key: str, picture: bytes) -> None:
        with self._lock:
            self._used += len(picture) - len(self._pictures.pop(key, b""))
            self._pictures[key] = picture
            while self._used > self._size:
                _key, oldest = self._pictures.popitem(last=False)
                self._used -= len(oldest)


_SHELF = Shelf(KEPT_BYTES)


def render(
    design: Design,
    catalog: Catalog,
    *,
    annotations: Annotations = Annotations.empty,
    style: Style = Style(),  # noqa: B008  # frozen
    format: Format,  # noqa: A002  # the word everyone looks for
) -> bytes:
    """The picture of a sound design (see design/checks.py). Notes stay on the board.

    Raises RenderError for a design too big to draw, one that takes too long, an unknown component or format,
    or when the front end has not been built; CatalogError when an icon is not installed.
    """
    if format not in FORMATS:
        raise RenderError(f"there are no pictures of format {quote(format)}", expected="png, svg or dot")
    from designer.export.drawing import draw  # brings `diagrams`

    drawing = draw(design, catalog, annotations, style)
    if format == "dot":
        return drawing.dot.encode()
    svg = _svg(drawing)
    return svg if format == "svg" else _png(svg)


def _svg(drawing: Drawing) -> bytes:
    key = _key("svg", repr(drawing).encode())
    made = _SHELF.get(key)
    if made is None:
        from designer.export.graphviz import POOL  # brings V8
        from designer.export.svg import finish

        made = finish(POOL.lay_out(drawing.dot, drawing.icons), drawing).encode()
        _SHELF.put(key, made)
    return made


def _png(svg: bytes) -> bytes:
    key = _key("png", svg)
    made = _SHELF.get(key)
    if made is None:
        from designer.export.paint import paint

        made = paint(svg.decode())
        _SHELF.put(key, made)
    return made


def _key(kind: str, text: bytes) -> str:
    return kind + hashlib.sha256(text).hexdigest()
