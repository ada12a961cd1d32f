"""The session's work: what the browser sends is judged and kept, and found again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from designer.analysis import State
from designer.catalog import Catalog
from designer.design.edit import SetNode
from designer.errors import DesignError
from designer.report import Report, review
from designer.rules.mending import mend
from designer.scenario import loader
from designer.scenario.loader import load_scenario
from designer.store import Attempt
from designer.ui import moves, state
from designer.ui.archive import Archive, Kept
from designer.ui.exercises import scenarios, unreadable_scenarios
from designer.ui.state import (
    ATTEMPT,
    BOARD,
    DESK,
    Desk,
    fresh_desk,
    open_desk,
    plain_data,
    stored_desk,
    take_in,
)

USERS = {"id": "users", "component": "users", "position": {"x": 0, "y": 0}}
SERVER = {"id": "app_server", "component": "app_server", "position": {"x": 200, "y": 0}}


def drawn(*nodes: dict[str, Any], connections: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    links = [{"from": source, "to": target} for source, target in connections]
    return {"version": 1, "name": "Drawn", "nodes": list(nodes), "connections": links}


def sent(desk: Desk, document: object, revision: int | None = None, **others: object) -> dict[str, Any]:
    """What the session holds when the browser has sent a board."""
    message = {
        "board": desk.attempt,
        "epoch": desk.epoch,
        "revision": desk.revision + 1 if revision is None else revision,
        "document": document,
        "selection": {"nodes": [], "connections": []},
        **others,
    }
    return {BOARD: {BOARD: message}}


@pytest.fixture
def desk(catalog: Catalog) -> Desk:
    return fresh_desk(load_scenario("url_shortener"), catalog)


def visit(
    archive: Archive, catalog: Catalog, address: dict[str, str] | None = None
) -> tuple[Desk, dict[Any, Any]]:
    session: dict[Any, Any] = {}
    return open_desk(session, {} if address is None else address, archive, catalog), session


def test_a_first_visit_gets_the_easiest_exercise_with_its_starter(archive: Archive, catalog: Catalog) -> None:
    address: dict[str, str] = {}
    desk, _ = visit(archive, catalog, address)
    assert desk.scenario.id == scenarios()[0].id
    assert desk.lesson == desk.scenario.starter.why if desk.scenario.starter else desk.lesson is None
    assert address[ATTEMPT] == desk.attempt
    assert desk.report is not None and desk.report.design.nodes
    assert desk.saved is Kept.YES


def test_two_visits_get_boards_nobody_can_guess(archive: Archive, catalog: Catalog) -> None:
    first, second = visit(archive, catalog)[0], visit(archive, catalog)[0]
    assert first.attempt != second.attempt
    assert len(first.attempt) >= 20


def test_an_edit_is_judged_and_kept(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    session.update(sent(desk, drawn(USERS, SERVER, connections=(("users", "app_server"),))))
    again = open_desk(session, {}, archive, catalog)
    assert again is desk
    assert desk.revision == 1
    assert desk.report is not None and set(desk.report.design.by_id) == {"users", "app_server"}
    stored = archive.load(desk.attempt)
    assert stored is not None and stored.revision == 1
    assert json.loads(stored.document)["nodes"] == [USERS, SERVER]
    assert stored.requirements == len(desk.scenario.requirements)


def test_a_reload_finds_the_same_board(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    session.update(sent(desk, drawn(USERS)))
    open_desk(session, {}, archive, catalog)
    found, _ = visit(archive, catalog, {ATTEMPT: desk.attempt})
    assert (found.attempt, found.epoch, found.revision) == (desk.attempt, desk.epoch, 1)
    assert found.document["nodes"] == [USERS]
    assert found.notice is None


def test_a_reload_before_the_first_edit_still_tells_the_lesson(archive: Archive, catalog: Catalog) -> None:
    desk, _ = visit(archive, catalog)
    found, _ = visit(archive, catalog, {ATTEMPT: desk.attempt})
    assert found.lesson == desk.lesson


@pytest.mark.parametrize(
    "asked",
    ["", "x", "../../etc/passwd", "<script>alert(1)</script>", "a" * 5_000, "unknown_but_well_formed"],
)
def test_a_broken_address_gets_a_fresh_board_and_a_calm_sentence(
    asked: str, archive: Archive, catalog: Catalog
) -> None:
    address = {ATTEMPT: asked}
    desk, _ = visit(archive, catalog, address)
    assert address[ATTEMPT] == desk.attempt != asked
    assert (desk.notice is None) == (asked == "")
    assert asked not in (desk.notice or "-") or asked == ""


@pytest.mark.parametrize("document", ["", "{", "[]", "null", "[" * 100_000])
def test_a_stored_board_that_cannot_be_read_is_none(
    document: str, archive: Archive, catalog: Catalog
) -> None:
    archive.save(Attempt("stored_board_0001", "url_shortener", document, 1, 1, datetime.now(UTC)))
    assert stored_desk("stored_board_0001", archive, catalog) is None


def test_a_stored_board_of_a_scenario_that_is_gone_is_none(archive: Archive, catalog: Catalog) -> None:
    archive.save(Attempt("stored_board_0001", "gone", "{}", 1, 1, datetime.now(UTC)))
    assert stored_desk("stored_board_0001", archive, catalog) is None


def test_messages_about_another_board_epoch_or_an_old_revision_change_nothing(
    desk: Desk, catalog: Catalog
) -> None:
    before = desk.document
    desk.revision = 5
    for message in (
        sent(desk, drawn(USERS), board="another"),
        sent(desk, drawn(USERS), epoch=desk.epoch + 1),
        sent(desk, drawn(USERS), revision=5),
    ):
        assert not take_in(desk, message, catalog)
    assert desk.document is before


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {BOARD: "text"},
        {BOARD: {"board": 1}},
        {BOARD: {"board": "b", "epoch": -1, "revision": 1, "document": {}}},
        {BOARD: {"board": "b", "epoch": 1, "revision": 1, "document": []}},
        {BOARD: {"board": "b", "epoch": 1, "revision": 1, "document": {"name": float("nan")}}},
        {BOARD: {"board": "b", "epoch": 1, "revision": 1, "document": {"name": "x" * 1_000_001}}},
    ],
)
def test_what_is_no_board_is_refused_without_loss(value: object, desk: Desk, catalog: Catalog) -> None:
    before = desk.document
    assert not take_in(desk, {BOARD: value}, catalog)
    assert desk.document is before
    assert desk.report is not None


def test_a_drawing_that_cannot_be_judged_is_kept_and_told(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    before = desk.report
    session.update(sent(desk, drawn({"id": "x", "component": "flux_capacitor"})))
    open_desk(session, {}, archive, catalog)
    assert desk.fault is not None and "flux_capacitor" in desk.fault
    assert desk.report is before
    assert archive.load(desk.attempt).document.count("flux_capacitor") == 1  # type: ignore[union-attr]
    session.update(sent(desk, drawn(USERS)))
    open_desk(session, {}, archive, catalog)
    assert desk.fault is None


def test_a_fault_of_the_engine_leaves_the_board(
    desk: Desk, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(state, "review", fail)
    assert take_in(desk, sent(desk, drawn(USERS)), catalog)
    assert desk.fault is not None and "ZeroDivisionError" not in desk.fault
    assert desk.document["nodes"] == [USERS]


def test_of_two_runs_at_once_the_newer_drawing_is_judged_last(
    desk: Desk, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = {"id": "app_server", "component": "app_server"}

    def overtaken(*arguments: Any, **options: Any) -> Report:
        # The run is called off, and the next is done before it is.
        monkeypatch.setattr(state, "review", review)
        assert take_in(desk, sent(desk, drawn(USERS, server)), catalog)
        return review(*arguments, **options)

    monkeypatch.setattr(state, "review", overtaken)
    assert take_in(desk, sent(desk, drawn(USERS)), catalog)
    assert desk.design is not None and [node.id for node in desk.design.nodes] == ["users", "app_server"]
    assert desk.report is not None and len(desk.report.design.nodes) == 2


def test_what_is_found_too_late_is_not_put_down(desk: Desk, catalog: Catalog) -> None:
    def overtaken() -> None:
        if desk.revision == 0:
            assert take_in(desk, sent(desk, drawn(USERS)), catalog)

    before = desk.report
    desk.measure_headroom(overtaken)
    assert desk.revision == 1 and desk.report is not before
    assert desk.lacks_headroom


def test_an_order_of_findings_found_too_late_is_not_put_down(desk: Desk, catalog: Catalog) -> None:
    desk.rank(lambda: take_in(desk, sent(desk, drawn(USERS)), catalog))
    assert desk.ranked is None and desk.lacks_ranking


def test_an_order_counts_though_another_run_has_found_the_headroom_meanwhile(desk: Desk) -> None:
    desk.rank(lambda: desk.measure_headroom(lambda: None))
    assert not desk.lacks_headroom
    assert desk.ranked is not None and not desk.lacks_ranking


def test_headroom_comes_after_the_review(desk: Desk, catalog: Catalog) -> None:
    assert desk.report is not None and desk.report.analysis.headroom is None
    desk.measure_headroom(lambda: None)
    assert desk.report.analysis.headroom is not None
    assert desk.design is not None
    assert desk.report.analysis.headroom == review(desk.scenario, desk.design, catalog).analysis.headroom


class AnotherEditError(BaseException):
    pass


def test_the_search_for_the_headroom_can_be_left(desk: Desk) -> None:
    def leave() -> None:
        raise AnotherEditError

    before = desk.report
    with pytest.raises(AnotherEditError):
        desk.measure_headroom(leave)
    assert desk.report is before


def test_commands_are_numbered_upwards(desk: Desk) -> None:
    for _ in range(50):
        desk.command("fit")
    numbers = [command["seq"] for command in desk.commands]
    assert numbers == sorted(set(numbers))
    assert len(numbers) <= 20


def test_a_fix_is_a_command_and_not_an_edit_of_ours(desk: Desk, catalog: Catalog) -> None:
    assert desk.design is not None
    node = next(item.id for item in desk.design.nodes if item.component == "app_server")
    before = (desk.document, desk.revision, desk.epoch)
    desk.mend([SetNode(node=node, field="instances", value=7)], catalog)
    assert (desk.document, desk.revision, desk.epoch) == before
    sent_nodes = {item["id"]: item for item in desk.commands[-1]["document"]["nodes"]}
    assert sent_nodes[node]["instances"] == 7


def test_a_lesson_is_told_until_it_is_learnt(desk: Desk, catalog: Catalog) -> None:
    """The starter's sentence asks for what is missing; who has drawn it need not be asked again."""
    assert desk.report is not None and desk.scenario.starter is not None
    assert desk.lesson_to_learn == desk.scenario.starter.why
    asked = {item.requirement for item in desk.report.verdicts if item.state is not State.MET}
    assert asked == set(desk.scenario.starter.misses)
    mended = mend(desk.report.analysis, desk.report.findings)
    assert mended.effect is not None
    assert take_in(desk, sent(desk, plain_data(mended.effect.analysis.design)), catalog)
    desk.judge(catalog)
    assert all(item.state is State.MET for item in desk.report.verdicts)
    assert desk.lesson_to_learn is None


def test_a_fix_that_does_not_go_is_refused(desk: Desk, catalog: Catalog) -> None:
    with pytest.raises(DesignError):
        desk.mend([SetNode(node="nobody", field="instances", value=7)], catalog)
    assert desk.commands == []


def test_without_a_database_the_work_goes_on(catalog: Catalog) -> None:
    away = Archive("sqlite:////nowhere/at/all/boards.sqlite3")
    desk, session = visit(away, catalog)
    assert desk.saved is Kept.NO
    session.update(sent(desk, drawn(USERS)))
    open_desk(session, {}, away, catalog)
    assert desk.saved is Kept.NO
    assert desk.document["nodes"] == [USERS]


# --- moves between boards -----------------------------------------------------------------------------------------


def test_an_untouched_board_is_replaced_in_place(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    epoch = desk.epoch
    moves.begin(None, session, {}, archive, catalog)
    assert session[DESK] is desk
    assert desk.epoch == epoch + 1
    assert desk.document.get("nodes", []) == []


def test_a_board_that_was_worked_on_is_kept(archive: Archive, catalog: Catalog) -> None:
    address: dict[str, str] = {}
    desk, session = visit(archive, catalog, address)
    session.update(sent(desk, drawn(USERS)))
    open_desk(session, address, archive, catalog)
    moves.begin(desk.scenario.references[0], session, address, archive, catalog)
    now: Desk = session[DESK]
    assert now.attempt != desk.attempt and address[ATTEMPT] == now.attempt
    assert [item.attempt for item in moves.earlier_boards(session)] == [desk.attempt]
    moves.go_back(desk.attempt, session, address, archive, catalog)
    assert session[DESK].document["nodes"] == [USERS]
    assert address[ATTEMPT] == desk.attempt


def test_each_exercise_keeps_its_board(archive: Archive, catalog: Catalog) -> None:
    address: dict[str, str] = {}
    desk, session = visit(archive, catalog, address)
    session.update(sent(desk, drawn(USERS)))
    open_desk(session, address, archive, catalog)
    other = next(item for item in scenarios() if item.id != desk.scenario.id)
    moves.change_exercise(other, session, address, archive, catalog)
    assert session[DESK].scenario.id == other.id
    moves.change_exercise(desk.scenario, session, address, archive, catalog)
    assert session[DESK].attempt == desk.attempt
    assert session[DESK].document["nodes"] == [USERS]


def test_without_a_database_earlier_boards_are_still_there(catalog: Catalog) -> None:
    away = Archive("sqlite:////nowhere/at/all/boards.sqlite3")
    desk, session = visit(away, catalog)
    session.update(sent(desk, drawn(USERS)))
    open_desk(session, {}, away, catalog)
    moves.begin(None, session, {}, away, catalog)
    moves.go_back(desk.attempt, session, {}, away, catalog)
    assert session[DESK] is desk


def test_two_windows_on_one_board_lose_nothing(archive: Archive, catalog: Catalog) -> None:
    first, session = visit(archive, catalog)
    second, other = visit(archive, catalog, {ATTEMPT: first.attempt})
    session.update(sent(first, drawn(USERS, SERVER), revision=9))
    open_desk(session, {}, archive, catalog)
    other.update(sent(second, drawn(USERS), revision=4))
    address = {ATTEMPT: first.attempt}
    open_desk(other, address, archive, catalog)
    assert second.saved is Kept.OLDER
    moves.go_on_apart(other, address, archive, catalog)
    assert other[DESK].attempt != first.attempt and other[DESK].document["nodes"] == [USERS]
    assert archive.load(first.attempt).revision == 9  # type: ignore[union-attr]


@pytest.mark.parametrize("move", ["begin", "change_exercise", "go_back"])
def test_what_waits_to_be_taken_in_is_kept_before_the_board_goes(
    move: str, archive: Archive, catalog: Catalog
) -> None:
    address: dict[str, str] = {}
    desk, session = visit(archive, catalog, address)
    session.update(sent(desk, drawn(USERS)))
    other = next(item for item in scenarios() if item.id != desk.scenario.id)
    if move == "begin":
        moves.begin(None, session, address, archive, catalog)
    elif move == "change_exercise":
        moves.change_exercise(other, session, address, archive, catalog)
    else:
        moves.go_back("never_was_there_0", session, address, archive, catalog)
    stored = archive.load(desk.attempt)
    assert stored is not None and json.loads(stored.document)["nodes"] == [USERS]
    assert [version.revision for version in archive.versions(desk.attempt)] == [0, 1]


def test_half_of_a_sign_is_kept(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    session.update(sent(desk, {**drawn(USERS), "name": "half \ud83d"}))
    open_desk(session, {}, archive, catalog)
    assert desk.saved is Kept.YES
    found, _ = visit(archive, catalog, {ATTEMPT: desk.attempt})
    assert found.document["name"] == "half \ud83d"


def test_a_board_that_is_gone_gives_a_notice(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    moves.go_back("never_was_there_0", session, {}, archive, catalog)
    assert session[DESK] is desk
    assert desk.notice is not None


def test_an_exercise_that_cannot_be_read_is_told_and_takes_no_other_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (loader.FOLDER / "news_feed.yaml").read_text(encoding="utf-8")
    (tmp_path / "news_feed.yaml").write_text(whole, encoding="utf-8")
    (tmp_path / "torn.yaml").write_text(whole.replace("difficulty:", "hardness:"), encoding="utf-8")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    assert [item.id for item in scenarios()] == ["news_feed"]
    (told,) = unreadable_scenarios()
    assert "torn.yaml:" in told
    assert "difficulty" in told


def test_a_kept_drawing_that_cannot_be_shown_stays_as_it_is(archive: Archive, catalog: Catalog) -> None:
    kept = Attempt(
        "an_id_long_enough",
        "url_shortener",
        '{"nodes": [{"id": "a", "ttl": "5 bananas"}]}',
        1,
        4,
        datetime.now(UTC),
    )
    archive.save(kept)
    desk = open_desk({}, {ATTEMPT: kept.id}, archive, catalog)
    assert (desk.attempt, desk.design) == (kept.id, None)
    assert desk.fault
    found = archive.load(kept.id)
    assert found is not None
    assert (found.document, found.revision) == (kept.document, kept.revision)
