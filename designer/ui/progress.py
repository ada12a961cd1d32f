"""What was done in an exercise in this visit, and how to begin it or go on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from designer.catalog import Catalog
from designer.design.files import design_from_data
from designer.design.model import Design
from designer.errors import DesignerError
from designer.scenario.model import Scenario
from designer.ui.archive import Archive
from designer.ui.moves import Address, Earlier, Session, change_exercise, earlier_boards, go_back, open_apart
from designer.ui.state import DESK, Desk, plain_data, starting_design


@dataclass(frozen=True, slots=True)
class Progress:
    """The last board that was drawn on in an exercise, and the best score of all that were."""

    attempt: str
    score: float | None
    best: float | None
    earlier: Earlier | None  # None where it is the board that is open


def progress_in(scenario: Scenario, session: Session) -> Progress | None:
    """How far this visit is in the exercise; None where nothing was drawn."""
    desk: Desk = session[DESK]
    found: list[tuple[str, float | None, Earlier | None]] = []
    if desk.is_touched and desk.scenario.id == scenario.id:
        found.append((desk.attempt, None if desk.report is None else desk.report.score.points, None))
    found += [
        (item.attempt, item.score, item)
        for item in earlier_boards(session)
        if item.is_touched and item.scenario == scenario.id
    ]
    if not found:
        return None
    attempt, score, earlier = found[0]
    scores = [points for _, points, _ in found if points is not None]
    return Progress(attempt, score, max(scores, default=None), earlier)


def last_design(progress: Progress, session: Session, archive: Archive, catalog: Catalog) -> Design | None:
    """What is on that board; None when it cannot be read now."""
    if progress.earlier is None:
        desk: Desk = session[DESK]
        return desk.design
    if progress.earlier.desk is not None:
        return progress.earlier.desk.design
    stored = archive.load(progress.attempt)
    if stored is None:
        return None
    try:
        return design_from_data(json.loads(stored.document), catalog)
    except (ValueError, RecursionError, DesignerError):
        return None


def begin_exercise(
    scenario: Scenario, session: Session, address: Address, archive: Archive, catalog: Catalog
) -> None:
    """Go to a board with what the exercise begins with. Nothing that was drawn is replaced."""
    change_exercise(scenario, session, address, archive, catalog)
    desk: Desk = session[DESK]
    design, lesson = starting_design(scenario.starter, scenario, catalog)
    if desk.is_reader or desk.document != plain_data(design):
        open_apart(design, scenario, session, address, archive, catalog, lesson=lesson)


def go_on(progress: Progress, session: Session, address: Address, archive: Archive, catalog: Catalog) -> None:
    """Open that board again."""
    if progress.earlier is not None:
        go_back(progress.attempt, session, address, archive, catalog)
