"""The requirements in short, for a board that covers the strip above it because it fills the window."""

from __future__ import annotations

from designer.ui.state import Desk
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.requirements import is_hidden, limit_text, short

UNTOLD = "Not told yet"


def requirement_chips(desk: Desk) -> list[dict[str, str]]:
    """Title, value against limit, and state of each requirement; of one not asked for only that it is there."""
    report = desk.shown
    verdicts = () if report is None else report.verdicts
    chips = []
    for verdict in verdicts:
        if is_hidden(verdict, desk):
            chips.append({"title": UNTOLD, "value": "", "state": "unknown"})
            continue
        value = "—" if verdict.value is None else short(shown(verdict.value, verdict.dimension))
        state = verdict.state.name.lower()
        chips.append({"title": verdict.title, "value": f"{value} {limit_text(verdict)}", "state": state})
    return chips
