"""A design as the text that the picture is laid out from: Graphviz DOT."""

from __future__ import annotations

from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The file; raises RenderError for a design too big to draw (see picture.py)."""
    from designer.export.picture import render

    return render(order.named, order.catalog, annotations=order.annotations, style=order.style, format="dot")


FORMAT = Format(
    extension="dot",
    name="Graphviz DOT",
    mime="text/vnd.graphviz",
    description="What the picture is laid out from, for Graphviz.",
    write=write,
)
