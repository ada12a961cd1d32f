"""What happened among the findings since they were last looked at. A finding is known by its rule and place."""

from __future__ import annotations

from dataclasses import dataclass

from designer.design.model import Design
from designer.report import Report
from designer.ui.inquiries import essence


@dataclass(frozen=True, slots=True)
class Seen:
    """Identities of the findings that were not there at the look before, and of those that are gone since."""

    new: frozenset[str] = frozenset()
    mended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the findings of a drawing. What the drawing ignores was neither mended nor is it new."""

    design: Design  # with what bears on the findings only
    counted: frozenset[str]
    ignored: frozenset[str]
    seen: Seen

    @staticmethod
    def at(report: Report, before: Look | None) -> Look:
        """A look at the report's findings; another look at the same drawing is the look before."""
        design = essence(report.design)
        if before is not None and before.design == design:
            return before
        counted = frozenset([item.identity for item in report.findings])
        ignored = frozenset([item.finding.identity for item in report.ignored])
        if before is None:
            return Look(design, counted, ignored, Seen())
        seen = Seen(
            new=counted - before.counted - before.ignored,
            mended=before.counted - counted - ignored,
        )
        return Look(design, counted, ignored, seen)
