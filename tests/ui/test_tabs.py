"""Tabs of one board: who draws, who looks on, and that no stroke of either is lost."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from designer.catalog import Catalog
from designer.store import Claim
from designer.ui import moves, tabs
from designer.ui.archive import Archive, Kept
from designer.ui.state import ATTEMPT, BOARD, DESK, Desk, open_desk
from designer.ui.tabs import LATE, LEASE_S, RENEWED_S, attend, board_name, is_alive, is_overtaken, take_over

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
USERS = {"id": "users", "component": "users", "position": {"x": 0, "y": 0}}
SERVER = {"id": "app_server", "component": "app_server", "position": {"x": 200, "y": 0}}


@dataclass
class Server:
    """Which session is running, and which have a browser."""

    running: str = "none"
    connected: set[str] = field(default_factory=set)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(
        tabs, "this_tab", lambda: f"{tabs._host()}/{os.getpid()}/{tabs._BOOT}/{found.running}"
    )
    monkeypatch.setattr(tabs, "_is_connected", lambda session: session in found.connected)
    return found


class Tab:
    """One session with a browser of its own."""

    def __init__(self, name: str, server: Server, archive: Archive, catalog: Catalog) -> None:
        self.name, self.server, self.archive, self.catalog = name, server, archive, catalog
        self.session: dict[Any, Any] = {}
        self.address: dict[str, str] = {}
        server.connected.add(name)

    @property
    def desk(self) -> Desk:
        desk: Desk = self.session[DESK]
        return desk

    def run(self, attempt: str | None = None) -> Desk:
        """One run of the page."""
        self.server.running = self.name
        if attempt is not None:
            self.address[ATTEMPT] = attempt
        desk = open_desk(self.session, self.address, self.archive, self.catalog)
        attend(desk, self.session, self.archive, self.catalog)
        return self.desk

    def send(self, *nodes: dict[str, Any], epoch: int | None = None, revision: int | None = None) -> None:
        """What the browser has drawn, before a run takes it in."""
        desk = self.desk
        self.session[BOARD] = {
            BOARD: {
                "board": desk.attempt,
                "epoch": desk.epoch if epoch is None else epoch,
                "revision": desk.revision + 1 if revision is None else revision,
                "document": {"version": 1, "name": "Drawn", "nodes": list(nodes), "connections": []},
                "selection": {"nodes": [], "connections": []},
            }
        }

    def draw(self, *nodes: dict[str, Any]) -> Desk:
        self.send(*nodes)
        return self.run()

    def take_over(self) -> None:
        self.server.running = self.name
        take_over(self.session, self.archive, self.catalog)

    def sees_change(self) -> bool:
        self.server.running = self.name
        return is_overtaken(self.desk, self.archive)

    def close(self) -> None:
        self.server.connected.discard(self.name)


@pytest.fixture
def first(server: Server, archive: Archive, catalog: Catalog) -> Tab:
    tab = Tab("first", server, archive, catalog)
    tab.run()
    return tab


@pytest.fixture
def second(first: Tab, server: Server, archive: Archive, catalog: Catalog) -> Tab:
    """A second tab on the board of the first."""
    tab = Tab("second", server, archive, catalog)
    tab.run(first.desk.attempt)
    return tab


def stored(tab: Tab) -> list[dict[str, Any]]:
    found = tab.archive.load(tab.desk.attempt)
    assert found is not None
    nodes: list[dict[str, Any]] = json.loads(found.document)["nodes"]
    return nodes


def test_the_only_tab_draws(first: Tab) -> None:
    assert not first.desk.is_reader
    assert not first.sees_change()
    assert board_name(first.desk) == (first.desk.attempt, first.desk.epoch)


def test_a_second_tab_looks_on_and_follows(first: Tab, second: Tab) -> None:
    assert second.desk.is_reader and not first.desk.is_reader
    assert not second.sees_change()
    name, edition = board_name(second.desk)
    assert name != second.desk.attempt
    first.draw(USERS, SERVER)
    assert second.sees_change()
    second.run()
    assert second.desk.document["nodes"] == [USERS, SERVER]
    assert second.desk.report is not None and set(second.desk.report.design.by_id) == {"users", "app_server"}
    assert board_name(second.desk)[1] > edition
    assert not second.sees_change()
    assert not first.run().is_reader


def test_a_reload_of_the_only_tab_draws_on(
    first: Tab, server: Server, archive: Archive, catalog: Catalog
) -> None:
    first.draw(USERS)
    first.close()
    again = Tab("again", server, archive, catalog)
    desk = again.run(first.desk.attempt)
    assert not desk.is_reader
    assert (desk.epoch, desk.revision) == (first.desk.epoch, first.desk.revision)


def test_taking_over_goes_on_with_the_newest_and_tells_the_first(first: Tab, second: Tab) -> None:
    first.draw(USERS)
    second.take_over()
    assert not second.desk.is_reader
    assert second.desk.document["nodes"] == [USERS]
    assert second.desk.epoch == first.desk.epoch + 1
    assert first.sees_change()
    second.draw(USERS, SERVER)
    first.run()
    assert first.desk.is_reader
    assert first.desk.document["nodes"] == [USERS, SERVER]
    assert first.desk.notice is None
    assert stored(second) == [USERS, SERVER]


def test_a_stroke_on_its_way_when_the_board_is_taken_over_is_kept_aside(first: Tab, second: Tab) -> None:
    first.draw(USERS)
    first.send(USERS, SERVER)
    second.take_over()
    first.run()
    assert first.desk.is_reader
    assert stored(second) == [USERS]
    late = first.archive.versions(first.desk.attempt)[-1]
    assert late.name == LATE
    assert first.desk.notice is not None and f"version {late.number}" in first.desk.notice
    text = first.archive.documents(first.desk.attempt, [late.number])[late.number]
    assert json.loads(text)["nodes"] == [USERS, SERVER]


def test_what_the_browser_sends_after_it_was_told_is_kept_aside_once(first: Tab, second: Tab) -> None:
    epoch = first.draw(USERS).epoch
    second.take_over()
    first.run()
    for _ in range(2):
        first.send(SERVER, epoch=epoch, revision=9)
        first.run()
    names = [version.name for version in first.archive.versions(first.desk.attempt)]
    assert names.count(LATE) == 1
    assert stored(second) == [USERS]


def test_what_was_taken_in_before_is_not_kept_aside_again(first: Tab, second: Tab) -> None:
    first.draw(USERS)
    second.take_over()
    first.run()
    first.run()
    assert first.desk.notice is None
    assert LATE not in [version.name for version in first.archive.versions(first.desk.attempt)]


def test_strokes_drawn_without_a_connection_are_kept_when_another_tab_went_on(
    first: Tab, server: Server, archive: Archive, catalog: Catalog
) -> None:
    first.draw(USERS)
    first.close()
    other = Tab("other", server, archive, catalog)
    other.run(first.desk.attempt)
    other.draw(USERS, {**SERVER, "id": "other"})
    server.connected.add("first")
    first.send(USERS, SERVER, revision=first.desk.revision + 8)
    first.run()
    assert first.desk.is_reader
    documents = archive.documents(first.desk.attempt, range(1, 99)).values()
    drawn = [[node["id"] for node in json.loads(text).get("nodes", ())] for text in documents]
    assert ["users", "app_server"] in drawn and ["users", "other"] in drawn


def test_when_the_other_tab_is_closed_the_reader_draws(first: Tab, second: Tab) -> None:
    first.draw(USERS)
    first.close()
    assert second.sees_change()
    second.run()
    assert not second.desk.is_reader
    second.draw(USERS, SERVER)
    assert stored(second) == [USERS, SERVER]


def test_the_board_goes_back_and_forth(first: Tab, second: Tab) -> None:
    second.take_over()
    first.run()
    first.take_over()
    second.run()
    assert second.desk.is_reader and not first.desk.is_reader
    first.draw(SERVER)
    second.run()
    assert second.desk.document["nodes"] == [SERVER]


def test_whoever_goes_to_another_board_leaves_the_one_before(first: Tab, second: Tab) -> None:
    attempt = first.desk.attempt
    first.server.running = "first"
    first.send(USERS)
    moves.begin(None, first.session, first.address, first.archive, first.catalog)
    first.run()
    assert first.desk.attempt != attempt
    assert second.sees_change()
    assert not second.run().is_reader


def test_a_reader_changes_nothing(first: Tab, second: Tab) -> None:
    moves.change_board(second.desk, (), "The fix was not applied", second.session, second.catalog)
    assert second.desk.commands == []
    assert second.desk.notice is not None and "another tab" in second.desk.notice
    moves.begin(None, second.session, second.address, second.archive, second.catalog)
    assert second.desk.attempt != first.desk.attempt
    assert not second.run().is_reader
    assert first.archive.newest(first.desk.attempt) == (first.desk.epoch, first.desk.revision)


def test_a_reader_goes_on_in_a_copy(first: Tab, second: Tab) -> None:
    first.draw(USERS)
    second.run()
    moves.go_on_apart(second.session, second.address, second.archive, second.catalog)
    second.run()
    assert second.desk.attempt != first.desk.attempt
    assert second.desk.document["nodes"] == [USERS] and not second.desk.is_reader


def test_two_tabs_without_a_database_each_keep_their_own(server: Server, catalog: Catalog) -> None:
    away = Archive("sqlite:////nowhere/at/all/boards.sqlite3")
    tab = Tab("lonely", server, away, catalog)
    tab.run()
    tab.draw(USERS)
    assert not tab.desk.is_reader and tab.desk.saved is Kept.NO
    assert not tab.sees_change()


def test_a_claim_is_renewed_before_it_runs_out(first: Tab) -> None:
    archive, attempt = first.archive, first.desk.attempt
    found = archive.claim_on(attempt)
    assert found is not None
    old = Claim(found.holder, found.seen - timedelta(seconds=RENEWED_S + 1))
    assert archive.claim(attempt, old, found.holder)
    assert not first.sees_change()
    renewed = archive.claim_on(attempt)
    assert renewed is not None and renewed.seen > old.seen + timedelta(seconds=RENEWED_S)


@pytest.mark.parametrize(
    ("holder", "age", "alive"),
    [
        ("{host}/{pid}/{boot}/connected", LEASE_S * 9, True),
        ("{host}/{pid}/{boot}/closed", 0.0, False),
        ("{host}/{pid}/another/connected", 0.0, False),
        ("{host}/1/another/session", 0.0, True),
        ("{host}/1/another/session", LEASE_S, False),
        ("{host}/999999999/another/session", 0.0, False),
        ("{host}/../another/session", 0.0, False),
        ("elsewhere/999999999/another/session", 0.0, True),
        ("elsewhere/1/another/session", LEASE_S, False),
        ("nonsense", 0.0, True),
        ("", LEASE_S, False),
    ],
)
def test_whether_a_tab_is_still_there(server: Server, holder: str, age: float, alive: bool) -> None:
    server.connected.add("connected")
    parts = {"host": tabs._host(), "pid": os.getpid(), "boot": tabs._BOOT}
    claim = Claim(holder.format(**parts), NOW - timedelta(seconds=age))
    assert is_alive(claim, NOW) is alive


def test_who_looks_on_sees_the_numbers_of_the_newest_drawing(
    server: Server, archive: Archive, catalog: Catalog
) -> None:
    first, second = Tab("one", server, archive, catalog), Tab("two", server, archive, catalog)
    first.run()
    first.draw(USERS)
    second.run(first.desk.attempt)
    assert second.desk.is_reader and seen_nodes(second) == ["users"]
    first.draw(USERS, SERVER)
    second.run()
    assert seen_nodes(second) == ["users", "app_server"]


def seen_nodes(tab: Tab) -> list[str]:
    """The nodes of the report that the board's numbers are of."""
    outlook = tab.desk.look_over()
    return [] if outlook is None else [node.id for node in outlook.report.design.nodes]
