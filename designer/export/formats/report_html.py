"""A one-page report as HTML: one file without scripts, light or dark as the reader has it."""

from __future__ import annotations

from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The page.

    Raises DesignerError for an order without a report, RenderError for a design too big to draw.
    """
    from designer.export.html_report import make_page

    return make_page(order)


FORMAT = Format(
    extension="html",
    name="Report (HTML)",
    mime="text/html",
    description="One page in one file: the picture, requirements, findings and cost; light and dark.",
    write=write,
    is_report=True,
)
