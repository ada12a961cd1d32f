"""The page History as Streamlit runs it, and what stands behind it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from designer.catalog import Catalog
from designer.scenario.loader import load_scenario
from designer.store import Attempt, Version
from designer.ui import tabs
from designer.ui.archive import Archive
from designer.ui.state import DESK, Desk, fresh_desk
from designer.ui.versions import (
    MOST_FRAMES,
    MOST_READ,
    MOST_REPLAYED,
    READ,
    choose_frames,
    name_version,
    put_back,
    read_version,
    replay_frames,
    tell_changes,
)
from designer.ui.widgets.wording import plain

PATIENCE_S = 90.0
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
USERS = {"id": "users", "component": "users", "position": {"x": 0, "y": 0}}
SERVER = {"id": "app_server", "component": "app_server", "position": {"x": 200, "y": 0}}
HOSTILE = "<img src=x onerror=alert(1)> :red[d] $e$"


def version(number: int, size: int = 10, name: str | None = None) -> Version:
    return Version(number, 1, number, NOW, name, None, 0, 0, None, size)


@pytest.fixture
def desk(archive: Archive, catalog: Catalog) -> Desk:
    found = fresh_desk(load_scenario("url_shortener"), catalog)
    found.keep(archive)
    return found


def draw(desk: Desk, archive: Archive, catalog: Catalog, *nodes: dict[str, Any], **others: Any) -> None:
    desk.document = {"version": 1, "name": "Drawn", "nodes": list(nodes), "connections": [], **others}
    desk.revision += 1
    desk.judge(catalog)
    desk.keep(archive)


@pytest.mark.parametrize("count", [1, 2, 3, MOST_FRAMES, MOST_FRAMES + 1, 500])
def test_a_replay_has_the_first_and_the_last_and_goes_forward(count: int) -> None:
    frames = choose_frames([version(number) for number in range(1, count + 1)])
    numbers = [item.number for item in frames]
    assert (numbers[0], numbers[-1]) == (1, count)
    assert numbers == sorted(set(numbers))
    assert len(numbers) == min(count, MOST_FRAMES)


def test_a_replay_of_large_drawings_passes_some_over() -> None:
    frames = choose_frames([version(number, MOST_REPLAYED // 10) for number in range(1, 101)])
    assert (frames[0].number, frames[-1].number) == (1, 100)
    assert 2 <= sum(item.size for item in frames) // (MOST_REPLAYED // 10) <= 10


def test_a_version_is_read_judged_and_told(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    draw(desk, archive, catalog, USERS)
    draw(desk, archive, catalog, USERS, SERVER)
    session: dict[Any, Any] = {}
    before, now = (
        read_version(desk, item, session, archive, catalog) for item in archive.versions(desk.attempt)[-2:]
    )
    assert now.report is not None and desk.report is not None
    assert now.report.score == desk.report.score
    assert tell_changes(before, now, catalog) == ("Add an API / app server",)
    assert read_version(desk, now.version, session, archive, catalog) == now


def test_only_so_many_stay_read(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    session: dict[Any, Any] = {}
    for x in range(MOST_READ + 4):
        draw(desk, archive, catalog, {**USERS, "position": {"x": x, "y": 0}})
    for item in archive.versions(desk.attempt):
        read_version(desk, item, session, archive, catalog)
    assert len(session[READ]) == MOST_READ


@pytest.mark.parametrize(
    "document", ["", "{", "[]", "null", '{"nodes": "x"}', '{"nodes": [{"id": 1}]}', "[" * 9_999]
)
def test_what_is_no_drawing_is_told(document: str, desk: Desk, archive: Archive, catalog: Catalog) -> None:
    archive.save(Attempt(desk.attempt, desk.scenario.id, document, 9, 1, NOW))
    last = archive.versions(desk.attempt)[-1]
    session: dict[Any, Any] = {}
    found = read_version(desk, last, session, archive, catalog)
    assert found.report is None and found.fault
    assert put_back(desk, found, session, archive, catalog) is not None
    assert tell_changes(found, found, catalog) == ()
    assert len(replay_frames(desk, [last], archive)) == (1 if document.startswith('{"') else 0)


def test_without_a_database_a_version_is_told_to_be_away(desk: Desk, catalog: Catalog) -> None:
    away = Archive("sqlite:////nowhere/at/all/boards.sqlite3")
    found = read_version(desk, version(1), {}, away, catalog)
    assert found.fault == "it cannot be read just now"
    assert "cannot be written" in (name_version(desk, version(1), "name", away) or "")


def test_a_name_is_given_and_refused(desk: Desk, archive: Archive) -> None:
    (only,) = archive.versions(desk.attempt)
    assert name_version(desk, only, f"  {HOSTILE}\n", archive) is None
    assert archive.versions(desk.attempt)[0].name == HOSTILE
    assert "at most 80" in (name_version(desk, only, "x" * 81, archive) or "")
    assert not archive.is_away
    assert "gone" in (name_version(desk, version(99), "x", archive) or "")


def test_going_back_is_one_command_and_no_edit_of_ours(
    desk: Desk, archive: Archive, catalog: Catalog
) -> None:
    draw(desk, archive, catalog, USERS)
    draw(desk, archive, catalog, SERVER)
    session: dict[Any, Any] = {DESK: desk}
    before = (desk.document, desk.epoch, desk.revision)
    then = read_version(desk, archive.versions(desk.attempt)[-2], session, archive, catalog)
    assert put_back(desk, then, session, archive, catalog) is None
    assert (desk.document, desk.epoch, desk.revision) == before
    assert desk.commands[-1]["kind"] == "apply"
    assert [node["id"] for node in desk.commands[-1]["document"]["nodes"]] == ["users"]
    # The name that only the page gives it does not go into the drawing.
    assert "name" not in desk.commands[-1]["document"]["nodes"][0]


def test_a_reader_cannot_go_back(
    desk: Desk, archive: Archive, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    session: dict[Any, Any] = {DESK: desk}
    monkeypatch.setattr(tabs, "_is_connected", lambda _: True)
    monkeypatch.setattr(tabs, "this_tab", lambda: f"here/1/{tabs._BOOT}/other")
    tabs.attend(desk, {}, archive, catalog)
    monkeypatch.setattr(tabs, "this_tab", lambda: f"here/1/{tabs._BOOT}/mine")
    (only,) = archive.versions(desk.attempt)
    shown = read_version(desk, only, session, archive, catalog)
    assert "another tab" in (put_back(desk, shown, session, archive, catalog) or "")
    assert desk.commands == []


# --- the page ------------------------------------------------------------------------------------------------------


def open_history(desk: Desk) -> AppTest:
    """The history of that desk's board."""
    script = "from designer.ui.pages import history\nhistory.show()"
    app = AppTest.from_string(script, default_timeout=PATIENCE_S)
    app.session_state[DESK] = desk
    app.run()
    assert not app.exception and not app.error
    return app


@pytest.fixture
def app(desk: Desk, archive: Archive, catalog: Catalog) -> AppTest:
    """The history of a board with three versions."""
    draw(desk, archive, catalog, USERS)
    draw(desk, archive, catalog, USERS, SERVER)
    return open_history(desk)


def shown_board(app: AppTest) -> dict[str, Any]:
    found: dict[str, Any] = next(
        json.loads(element.proto.json) for element in app.get("bidi_component") if element.proto.json
    )
    return found


def text_of(app: AppTest) -> str:
    return "\n".join(item.value for item in (*app.markdown, *app.caption))


def test_the_page_shows_the_newest_version_and_scrubs(app: AppTest) -> None:
    board = shown_board(app)
    assert board["readonly"] and board["replay"] is None
    assert [node["id"] for node in board["document"]["nodes"]] == ["users", "app_server"]
    assert app.button(key="put_back").disabled
    slider = app.select_slider[0]
    assert slider.value == 3
    slider.set_value(2).run()
    assert not app.exception and not app.error
    assert [node["id"] for node in shown_board(app)["document"]["nodes"]] == ["users"]
    assert "Remove" in text_of(app)
    assert not app.button(key="put_back").disabled


def test_play_sends_every_version_once(app: AppTest) -> None:
    app.select_slider[0].set_value(1).run()
    app.button(key="play_versions").click().run()
    board = shown_board(app)
    assert len(board["replay"]["frames"]) == 3
    assert app.select_slider[0].value == 3
    first = board["replay"]["id"]
    app.run()
    assert shown_board(app)["replay"] is None
    app.button(key="play_versions").click().run()
    assert shown_board(app)["replay"]["id"] > first


def test_a_hostile_name_is_shown_as_it_is_and_leads_to_its_version(app: AppTest) -> None:
    app.select_slider[0].set_value(2).run()
    app.text_input[0].set_value(HOSTILE)
    next(button for button in app.button if button.label == "Name this version").click().run()
    assert not app.exception and not app.error
    app.select_slider[0].set_value(3).run()
    link = app.button(key="go_to_version_2")
    assert link.label == plain(HOSTILE)
    link.click().run()
    assert app.select_slider[0].value == 2
    assert plain(HOSTILE) in text_of(app) and HOSTILE not in text_of(app)


def test_two_versions_are_compared_with_their_headroom(app: AppTest) -> None:
    app.selectbox[0].set_value(1).run()
    assert not app.exception and not app.error
    words = text_of(app)
    assert "The second design" in words and "| Headroom |" in words
    assert "First: Version 1" in words


def test_going_back_puts_the_version_on_its_way_to_the_board(app: AppTest) -> None:
    app.select_slider[0].set_value(2).run()
    app.button(key="put_back").click().run()
    assert not app.exception and not app.error
    desk: Desk = app.session_state[DESK]
    assert desk.commands[-1]["kind"] == "apply"
    assert [node["id"] for node in desk.commands[-1]["document"]["nodes"]] == ["users"]


def test_a_board_with_one_version_says_how_to_get_more(desk: Desk) -> None:
    app = open_history(desk)
    assert not app.select_slider
    assert "one version so far" in text_of(app)
    assert app.button(key="play_versions").disabled


def test_without_a_database_the_page_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATABASE_URL", "sqlite:////nowhere/at/all/boards.sqlite3")
    app = open_history(desk)
    assert "cannot be read just now" in app.info[0].value


def test_a_drawing_that_cannot_be_judged_is_a_version_all_the_same(
    desk: Desk, archive: Archive, catalog: Catalog
) -> None:
    draw(desk, archive, catalog, USERS)
    draw(desk, archive, catalog, {"id": "x", "component": "flux_capacitor"})
    app = open_history(desk)
    assert "flux" in app.warning[0].value
    app.select_slider[0].set_value(2).run()
    assert not app.exception and not app.error and not app.warning
