"""What a session can do with its boards: change the exercise, begin anew, go back to an earlier board."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from designer.catalog import Catalog
from designer.design.edit import Change
from designer.design.model import Design
from designer.errors import DesignerError
from designer.scenario.model import SampleDesign, Scenario
from designer.ui.archive import Archive, Kept
from designer.ui.state import (
    DESK,
    Desk,
    fresh_desk,
    fresh_id,
    plain_data,
    sit_down,
    starting_design,
    stored_desk,
    take_in,
)

EARLIER = "earlier"
"""Where the boards of this visit are in the session's state, by attempt."""

MOST_EARLIER = 30


@dataclass(frozen=True, slots=True)
class Earlier:
    """A board this session was at. `desk` is kept only where the store has not got all of it."""

    attempt: str
    scenario: str
    name: str
    updated: datetime
    score: float | None
    desk: Desk | None
    is_touched: bool = True


Session = MutableMapping[Any, Any]
Address = MutableMapping[str, str]


def earlier_boards(session: Session) -> tuple[Earlier, ...]:
    """The boards of this visit but the one that is open, the latest first."""
    open_now: Desk | None = session.get(DESK)
    found: dict[str, Earlier] = session.get(EARLIER, {})
    return tuple(
        item for item in reversed(found.values()) if open_now is None or item.attempt != open_now.attempt
    )


def begin(
    sample: SampleDesign | None, session: Session, address: Address, archive: Archive, catalog: Catalog
) -> None:
    """Put a sample on the board, or nothing. A board that was worked on is kept as an attempt of its own."""
    desk = _settled(session, archive, catalog)
    design, lesson = starting_design(sample, desk.scenario, catalog)
    if desk.is_touched or desk.is_reader:
        _remember(desk, session)
        # What was asked and told belongs to the exercise, not to the board.
        desk = Desk(
            fresh_id(),
            desk.scenario,
            plain_data(design),
            lesson=lesson,
            asked=desk.asked,
            told=desk.told,
            hints=desk.hints,
        )
    else:
        desk.put(design, lesson)
    desk.judge(catalog)
    desk.keep(archive)
    sit_down(desk, session, address)


def change_exercise(
    scenario: Scenario, session: Session, address: Address, archive: Archive, catalog: Catalog
) -> None:
    """Go to the board of that scenario: this visit's latest one, or a fresh one."""
    desk = _settled(session, archive, catalog)
    if desk.scenario.id == scenario.id:
        return
    _remember(desk, session)
    for item in earlier_boards(session):
        if item.scenario == scenario.id and (found := reopen(item, archive, catalog)) is not None:
            sit_down(found, session, address)
            return
    fresh = fresh_desk(scenario, catalog)
    fresh.keep(archive)
    sit_down(fresh, session, address)


def open_apart(
    design: Design,
    scenario: Scenario,
    session: Session,
    address: Address,
    archive: Archive,
    catalog: Catalog,
    *,
    lesson: str | None = None,
) -> None:
    """Put a design on a board of its own, as a new attempt. The board that is open, if any, is kept as it is."""
    apart = Desk(fresh_id(), scenario, plain_data(design), lesson=lesson)
    if DESK in session:
        before = _settled(session, archive, catalog)
        _remember(before, session)
        if before.scenario.id == scenario.id:
            apart.asked, apart.told, apart.hints = before.asked, before.told, before.hints
    apart.judge(catalog)
    apart.keep(archive)
    sit_down(apart, session, address)


def go_back(attempt: str, session: Session, address: Address, archive: Archive, catalog: Catalog) -> None:
    """Open an earlier board of this visit again; when it is gone, a notice says so."""
    desk = _settled(session, archive, catalog)
    chosen = next((item for item in earlier_boards(session) if item.attempt == attempt), None)
    found = None if chosen is None else reopen(chosen, archive, catalog)
    if found is None:
        desk.notice = "That board cannot be opened just now."
        return
    _remember(desk, session)
    sit_down(found, session, address)


def go_on_apart(session: Session, address: Address, archive: Archive, catalog: Catalog) -> None:
    """Go on with the board as it is here as a board of its own, where another tab draws on the one it was."""
    desk: Desk = session[DESK]
    apart = Desk(fresh_id(), desk.scenario, desk.document, asked=desk.asked, told=desk.told, hints=desk.hints)
    apart.judge(catalog)
    apart.keep(archive)
    sit_down(apart, session, address)


def change_board(
    desk: Desk, changes: Iterable[Change], refusal: str, session: Session, catalog: Catalog
) -> None:
    """Make changes on the newest board, as one step that the browser can undo; where they do not go, a notice says why.

    What the browser has drawn meanwhile is taken in first, so that it is not lost.
    """
    take_in(desk, session, catalog)
    if desk.is_reader:
        desk.notice = f"{refusal}: another tab draws on this board."
        return
    if desk.fault is not None:
        desk.notice = f"{refusal}: the drawing cannot be judged just now."
        return
    try:
        desk.mend(changes, catalog)
    except DesignerError as error:
        desk.notice = f"{refusal}: {error.headline}."


def replace_drawing(design: Design, session: Session, catalog: Catalog) -> None:
    """Put another design in the place of the open board's, as one step that the browser can undo.

    A notice says why where another tab draws on the board.
    """
    desk: Desk = session[DESK]
    take_in(desk, session, catalog)
    if desk.is_reader:
        desk.notice = "The design was not put on the board: another tab draws on it."
        return
    drawn = design.model_copy(update={"scenario": desk.scenario.id})
    desk.command("apply", document=plain_data(drawn))
    desk.command("fit")


def _settled(session: Session, archive: Archive, catalog: Catalog) -> Desk:
    """The open desk with what was drawn until now: while a run takes long, it waits to be taken in."""
    desk: Desk = session[DESK]
    take_in(desk, session, catalog)
    desk.keep(archive)
    return desk


def _remember(desk: Desk, session: Session) -> None:
    boards: dict[str, Earlier] = dict(session.get(EARLIER, {}))
    boards.pop(desk.attempt, None)
    score = None if desk.report is None else desk.report.score.points
    unsaved = None if desk.saved is Kept.YES else desk
    boards[desk.attempt] = Earlier(
        desk.attempt, desk.scenario.id, desk.scenario.name, desk.updated, score, unsaved, desk.is_touched
    )
    session[EARLIER] = dict(list(boards.items())[-MOST_EARLIER:])


def reopen(item: Earlier, archive: Archive, catalog: Catalog) -> Desk | None:
    """The desk of an earlier board; None when it is gone."""
    return item.desk or stored_desk(item.attempt, archive, catalog)
