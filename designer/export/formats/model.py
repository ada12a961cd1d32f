"""What a format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from designer.export.order import UNNAMED, Order

__all__ = ["UNNAMED", "Format", "Order"]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `extension` is how its file names end, without the first dot.

    `name` and `description` are fit to be shown. `write` gives the same bytes for the same order, and raises
    DesignerError for what cannot be written. A format that `is_report` tells of a verdict: its orders have a report.
    """

    extension: str
    name: str
    mime: str
    description: str
    write: Callable[[Order], bytes]
    is_report: bool = False
