"""A design as a picture in a PDF: lines and texts, not dots."""

from __future__ import annotations

from designer.export.formats.model import UNNAMED, Format, Order


def write(order: Order) -> bytes:
    """The file, one page as large as the picture; raises RenderError for a design too big to draw."""
    from designer.export.pdf import make_picture
    from designer.export.picture import render

    svg = render(order.named, order.catalog, annotations=order.annotations, style=order.style, format="svg")
    return make_picture(svg, order.title or UNNAMED)


FORMAT = Format(
    extension="pdf",
    name="PDF picture",
    mime="application/pdf",
    description="A picture for printing and slides, sharp at any size, with its fonts in it.",
    write=write,
)
