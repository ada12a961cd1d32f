"""A one-page report as PDF: the picture across the page, requirements, findings and cost below it."""

from __future__ import annotations

from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The page, or pages where there is much to tell.

    Raises DesignerError for an order without a report, RenderError for a design too big to draw.
    """
    from designer.export.pdf_report import make_report

    return make_report(order)


FORMAT = Format(
    extension="report.pdf",
    name="Report (PDF)",
    mime="application/pdf",
    description="One page to print or to hand in: the picture, requirements, findings and cost.",
    write=write,
    is_report=True,
)
