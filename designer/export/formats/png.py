"""A design as a picture: PNG picture."""

from __future__ import annotations

from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The file; raises RenderError for a design too big to draw (see picture.py)."""
    from designer.export.picture import render

    return render(order.named, order.catalog, annotations=order.annotations, style=order.style, format="png")


FORMAT = Format(
    extension="png",
    name="PNG picture",
    mime="image/png",
    description="A picture for slides and pages, with icons and a legend.",
    write=write,
)
