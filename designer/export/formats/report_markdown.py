"""A one-page report as Markdown: the drawing as Mermaid, requirements, findings, cost."""

from __future__ import annotations

from designer.export.formats import mermaid
from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The page. Raises DesignerError for an order without a report."""
    from designer.export.markdown_report import make_page

    return make_page(order, mermaid.write(order).decode())


FORMAT = Format(
    extension="md",
    name="Report (Markdown)",
    mime="text/markdown",
    description="One page: the drawing, requirements, findings and cost, for a wiki or a repository.",
    write=write,
    is_report=True,
)
