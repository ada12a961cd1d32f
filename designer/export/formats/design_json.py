"""A design as a design file in JSON: the same as in YAML, for programs."""

from __future__ import annotations

from designer.design.files import design_to_data
from designer.documents import dump_json
from designer.export.formats.model import Format, Order

INDENT = "  "


def write(order: Order) -> bytes:
    """The design file."""
    return f"{dump_json(design_to_data(order.design), indent=INDENT)}\n".encode()


FORMAT = Format(
    extension="json",
    name="Design (JSON)",
    mime="application/json",
    description="The design file for programs: everything that was drawn, to be opened again.",
    write=write,
)
