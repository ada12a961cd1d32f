"""A design as a design file in YAML: nothing is lost."""

from __future__ import annotations

from designer.design.files import format_design
from designer.export.formats.model import Format, Order


def write(order: Order) -> bytes:
    """The design file."""
    return format_design(order.design).encode()


FORMAT = Format(
    extension="yaml",
    name="Design (YAML)",
    mime="application/yaml",
    description="The design file: everything that was drawn, to be opened again.",
    write=write,
)
