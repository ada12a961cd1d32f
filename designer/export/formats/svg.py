"""A design as a picture: SVG picture."""

from __future__ import annotations

from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The file; raises RenderError for a design too big to draw (see picture.py)."""
    from designer.export.picture import render

    return render(order.named, order.catalog, annotations=order.annotations, style=order.style, format="svg")


FORMAT = Format(
    extension="svg",
    name="SVG picture",
    mime="image/svg+xml",
    description="A picture that stays sharp at any size, in one file.",
    write=write,
)
