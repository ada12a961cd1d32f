"""What a session works on: one attempt at a time, its newest board, and what was judged of it.

The browser is the only writer of a board. Python hands it a document once for each epoch, takes in what it sends
back, revision by revision, and keeps it. The attempt's id stands in the address, so that a reload, another window
or a new server finds the same board again.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from designer.analysis import Analysis, State, measure, scale_traffic
from designer.analysis.ladder import Ladder, climb
from designer.catalog import Catalog
from designer.design.edit import Change, apply
from designer.design.files import design_from_data
from designer.design.model import Design
from designer.design.naming import name_nodes
from designer.errors import DesignerError, DesignError
from designer.report import Report, rank_findings, review
from designer.scenario.loader import build_design, load_scenario
from designer.scenario.model import SampleDesign, Scenario
from designer.store import Attempt
from designer.ui.archive import Archive, Kept
from designer.ui.canvas import BoardState, Request, Selection, View, read_state
from designer.ui.exercises import scenarios
from designer.ui.inquiries import Inquiry
from designer.ui.looks import Look, Seen
from designer.ui.outlook import Outlook, complete, look_at, with_headroom
from designer.ui.pasting import answer, spent

DESK = "desk"
"""Where the desk is in the session's state."""

BOARD = "board"
"""The whiteboard's key, and the name of its one value."""

ATTEMPT = "attempt"
"""The attempt's name in the address."""

ATTEMPT_BYTES = 16
"""Randomness of an attempt's id: whoever has it may read and change the board, so it must not be guessed."""

MOST_COMMANDS = 20
"""Commands repeated to the browser; it carries each out once, and none is older than a few runs."""

_TAKING = threading.Lock()  # a run that was called off may still be at it, with an older board
_log = logging.getLogger(__name__)
_ATTEMPT_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass
class Desk:
    """One attempt as this session knows it. `document` is the newest board, as the browser writes it.

    A run that is called off for the next goes on beside it until it has something to show: whatever took a while to
    find is put down only if it is still about what is on the board.
    """

    attempt: str
    scenario: Scenario
    document: Mapping[str, Any]
    epoch: int = 1
    revision: int = 0
    kept: tuple[int, int] | None = None  # epoch and revision that the store has
    saved: Kept = Kept.NO
    lesson: str | None = None  # the one sentence that goes with the design that was put here
    design: Design | None = None  # the newest board that could be judged, as it was drawn
    report: Report | None = None  # of that design, with a name for every node that its card gives one
    ranked: Report | None = None  # the same with its findings ranked, once they were asked for
    look: Look | None = None  # the newest at the findings
    view: View = field(default_factory=View)  # how the browser looks at the board
    outlook: Outlook | None = None  # the report under that view
    ladder: Ladder | None = None  # of that report, once it was asked for
    fault: str | None = None  # why the newest board cannot be judged; the report is then of the one before
    notice: str | None = None
    is_reader: bool = False  # another tab draws on the board, and this one looks on (tabs.py)
    passed: tuple[int, int] | None = None  # newest drawing of an epoch before that was looked at
    selection: Selection = field(default_factory=Selection)
    commands: list[dict[str, Any]] = field(default_factory=list)
    answered: int = 0  # number of the browser's request that was answered last
    asked: set[int] = field(default_factory=set)  # clarifications
    told: bool = False  # hidden requirements were asked for
    hints: int = 0
    inquiries: dict[str, Inquiry[Any]] = field(default_factory=dict)  # of a drawing, by question
    unfolded: set[str] = field(default_factory=set)  # questions whose fold was open in the newest run
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_touched(self) -> bool:
        """Whether anything was drawn since the board was put here."""
        return self.revision > 0

    @property
    def lacks_headroom(self) -> bool:
        """Whether there is a design whose headroom is still to be found."""
        report = self.report
        return report is not None and bool(report.design.nodes) and report.analysis.headroom is None

    @property
    def lacks_ranking(self) -> bool:
        """Whether there are findings whose order is still to be found."""
        return self.report is not None and self.ranked is None

    def command(self, kind: str, **details: Any) -> None:
        """Ask the browser to do something once."""
        # Numbers grow even over a restart of the server, which a page that stays open outlives.
        newest = self.commands[-1]["seq"] if self.commands else 0
        number = max(newest + 1, time.time_ns() // 1_000_000)
        self.commands = [*self.commands, {"seq": number, "kind": kind, **details}][-MOST_COMMANDS:]

    def reply(self, request: Request | None, catalog: Catalog) -> None:
        """Answer what the browser asks, once; an answer that it has got is not repeated to it."""
        if request is None:
            self.commands = [spent(item) if "request" in item else item for item in self.commands]
        elif request.number != self.answered:
            self.answered = request.number
            self.command(**answer(request.number, request.text, catalog))

    def judge(self, catalog: Catalog) -> None:
        """Review the newest board."""
        document, fault = self.document, None
        judged: tuple[Design, Report] | None = None
        try:
            design = design_from_data(document, catalog)
            if self.report is None or self.design != design:
                # The search for the headroom, and trying the fixes, each cost several reviews: they wait until the
                # board has its numbers.
                named = name_nodes(design, catalog)
                judged = design, review(self.scenario, named, catalog, headroom=False, ranked=False)
        except DesignerError as error:
            fault = error.headline
        except Exception:  # a fault of ours must not take the board away from who draws on it
            _log.exception("the board %s could not be judged", self.attempt)
            fault = "something went wrong in judging it, which the app's log tells more of"
        if self.document is not document:
            return  # a run that was called off is done later than the one that took its place
        self.fault = fault
        if judged is not None:
            self.design, self.report = judged
            self.ranked = self.outlook = self.ladder = None

    def look_over(self) -> Outlook | None:
        """The report as it is looked at; None when nothing was judged."""
        drawn, report, outlook = self.design, self.report, self.outlook
        if report is not None and (outlook is None or outlook.view != self.view):
            outlook = look_at(report, self.view)
            if self.design is drawn:
                self.outlook = outlook
        return outlook

    @property
    def shown(self) -> Report | None:
        """The report of the traffic that is looked at, whatever is down."""
        outlook = self.look_over()
        if self.report is None or outlook is None or outlook.scale == 1.0:
            return self.report
        return with_headroom(outlook, self.report)

    def climb(self, breathe: Callable[[], object]) -> Ladder | None:
        """How far the drawing carries, which takes some analyses of other traffic. `breathe` as for the headroom."""
        drawn, report = self.design, self.report
        headroom = None if report is None else report.analysis.headroom
        if report is None or headroom is None or self.ladder is not None:
            return self.ladder

        def measure_at(multiple: float) -> Analysis:
            breathe()
            return measure(scale_traffic(report.scenario, multiple), report.design, report.analysis.catalog)

        try:
            found = climb(report.analysis, headroom, measure_at)
            if self.design is drawn:
                self.ladder = found
        except Exception:  # the report without its ladder is still a report
            _log.exception("how far the board %s carries could not be found", self.attempt)
        return self.ladder

    def measure_headroom(self, breathe: Callable[[], object]) -> None:
        """Complete the report with its headroom.

        That takes many reviews of other traffic. `breathe` is called before each of them, and may end the search by
        raising: when another edit has come, nobody waits for the headroom of the one before.
        """
        drawn, report = self.design, self.report
        if report is None or not self.lacks_headroom:
            return
        try:
            found = complete(report, breathe)
            if self.design is drawn:
                self.report = found
        except Exception:  # the report without its headroom is still a report
            _log.exception("the headroom of the board %s could not be found", self.attempt)

    def rank(self, breathe: Callable[[], object]) -> None:
        """Find the order of the findings, which tries their fixes. `breathe` is as for the headroom."""
        drawn, report = self.design, self.report
        if report is None or not self.lacks_ranking:
            return
        breathe()
        try:
            found = rank_findings(report, breathe)
        except Exception:  # findings in the order of their severity are still findings
            _log.exception("the findings of the board %s could not be ranked", self.attempt)
            found = report
        if self.design is drawn:
            self.ranked = found

    def look_at_findings(self) -> Seen:
        """What is new, and what was mended, since the findings of another drawing were looked at last."""
        if self.report is None:
            return Seen()
        self.look = Look.at(self.report, self.look)
        return self.look.seen

    def put(self, design: Design, lesson: str | None) -> None:
        """Replace the board: the browser takes a document over only when the epoch is a new one."""
        self.epoch, self.revision, self.lesson, self.look = self.epoch + 1, 0, lesson, None
        self.document = plain_data(design)

    @property
    def lesson_to_learn(self) -> str | None:
        """The one sentence, as long as what it speaks of is missed: then somebody has done what it asks."""
        samples = (self.scenario.starter, self.scenario.naive)
        missing = [item.misses for item in samples if item is not None and item.why == self.lesson]
        if self.report is None or not missing or not missing[0]:
            return self.lesson
        unmet = [item.requirement for item in self.report.verdicts if item.state is not State.MET]
        return self.lesson if set(missing[0]) & set(unmet) else None

    def mend(self, changes: Iterable[Change], catalog: Catalog) -> None:
        """Put a fix on the board, as one step that the browser can undo. Raises DesignError when it does not go."""
        if self.design is None:
            raise DesignError("there is no design to mend")
        self.command("apply", document=plain_data(apply(self.design, changes, catalog)))

    def keep(self, archive: Archive) -> None:
        """Save the newest board, unless the store has it already."""
        at = (self.epoch, self.revision)
        if self.is_reader or (self.kept == at and self.saved is not Kept.NO):
            return
        self.saved = archive.save(self.as_attempt())
        if self.saved is Kept.YES:
            self.kept = at

    def as_attempt(self) -> Attempt:
        """The newest board as the store keeps it; one that cannot be judged has no score."""
        report = None if self.fault is not None else self.report
        verdicts = () if report is None else report.verdicts
        self.updated = datetime.now(UTC)
        return Attempt(
            id=self.attempt,
            scenario=self.scenario.id,
            document=json_text(self.document),
            epoch=self.epoch,
            revision=self.revision,
            updated=self.updated,
            score=None if report is None else report.score.points,
            met=sum(verdict.state is State.MET for verdict in verdicts),
            requirements=len(verdicts),
            cost=None if report is None else report.analysis.cost.total,
        )


def json_text(document: Mapping[str, Any]) -> str:
    """The document as it is stored. Escaped: half of a sign of two halves is no text that a database takes."""
    return json.dumps(document, separators=(",", ":"))


def plain_data(design: Design) -> dict[str, Any]:
    """The design as the browser reads and writes it: figures are numbers in base units."""
    return design.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def fresh_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(ATTEMPT_BYTES)


def fresh_desk(scenario: Scenario, catalog: Catalog, *, attempt: str | None = None) -> Desk:
    """A new attempt, with the scenario's starter on the board where it has one."""
    design, lesson = starting_design(scenario.starter, scenario, catalog)
    desk = Desk(attempt or fresh_id(), scenario, plain_data(design), lesson=lesson)
    desk.judge(catalog)
    return desk


def starting_design(
    sample: SampleDesign | None, scenario: Scenario, catalog: Catalog
) -> tuple[Design, str | None]:
    """A sample and its one sentence; without a sample, an empty board."""
    if sample is None:
        return Design(name=scenario.name, scenario=scenario.id), None
    return build_design(sample, scenario, catalog), sample.why


def stored_desk(attempt_id: str, archive: Archive, catalog: Catalog) -> Desk | None:
    """The desk of a stored attempt; None when there is none of that id, or it cannot be used any more."""
    if not _ATTEMPT_ID.fullmatch(attempt_id):
        return None
    stored = archive.load(attempt_id)
    if stored is None:
        return None
    try:
        document = json.loads(stored.document)
        scenario = load_scenario(stored.scenario)
    except (ValueError, RecursionError, DesignerError):
        return None
    if not isinstance(document, dict):
        return None
    desk = Desk(stored.id, scenario, document, epoch=stored.epoch, revision=stored.revision)
    desk.kept, desk.saved = (stored.epoch, stored.revision), Kept.YES
    desk.updated = stored.updated
    desk.lesson = _lesson_of(document, scenario, catalog) if not desk.is_touched else None
    desk.judge(catalog)
    return desk


def _lesson_of(document: Mapping[str, Any], scenario: Scenario, catalog: Catalog) -> str | None:
    design, lesson = starting_design(scenario.starter, scenario, catalog)
    return lesson if plain_data(design) == document else None


def sent_board(session: Mapping[Any, Any], key: str = BOARD) -> BoardState | None:
    """What the browser sent last of the whiteboard of that key; None when it has not sent a board.

    Raises DesignError for what is none.
    """
    value = session.get(key)
    message = value.get(BOARD) if isinstance(value, Mapping) else None
    return None if message is None else read_state(message)


def take_in(desk: Desk, session: Mapping[Any, Any], catalog: Catalog) -> bool:
    """Take over what the browser sent, if it is about this board and newer; says whether it was."""
    try:
        state = sent_board(session)
    except DesignError as error:
        desk.fault = error.headline
        return False
    if state is None or (state.board, state.epoch) != (desk.attempt, desk.epoch):
        return False
    desk.selection, desk.view = state.selection, state.view
    with _TAKING:
        if state.revision <= desk.revision:
            return False
        desk.document, desk.revision = state.document, state.revision
    desk.judge(catalog)
    desk.reply(state.request, catalog)
    return True


def open_desk(
    session: MutableMapping[Any, Any], address: MutableMapping[str, str], archive: Archive, catalog: Catalog
) -> Desk:
    """The attempt the address names, or the one this session is at, or a fresh one.

    Raises DesignerError when there is no scenario to begin with.
    """
    asked = address.get(ATTEMPT)
    desk: Desk | None = session.get(DESK)
    if desk is None or asked not in (None, desk.attempt):
        desk = _desk_asked_for(asked, desk, archive, catalog)
    sit_down(desk, session, address)
    take_in(desk, session, catalog)
    desk.keep(archive)
    return desk


def _desk_asked_for(asked: str | None, desk: Desk | None, archive: Archive, catalog: Catalog) -> Desk:
    found = stored_desk(asked, archive, catalog) if asked else None
    if found is not None:
        return found
    if desk is None:
        choice = scenarios()
        if not choice:
            raise DesignerError(
                "there is no exercise to begin with", expected="a scenario file that can be read"
            )
        desk = fresh_desk(choice[0], catalog)
    if asked:
        away = "saved boards cannot be read just now" if archive.is_away else "no board is saved under it"
        desk.notice = f"The board this address asks for could not be opened: {away}. Here is another one."
    return desk


def sit_down(desk: Desk, session: MutableMapping[Any, Any], address: MutableMapping[str, str]) -> None:
    """Make the desk the session's own, and the address its."""
    session[DESK] = desk
    if address.get(ATTEMPT) != desk.attempt:
        address[ATTEMPT] = desk.attempt
