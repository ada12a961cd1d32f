"""How much a board takes from a browser, who refuses what is more, and in which sentence."""

from __future__ import annotations

from typing import Any

import pytest

from designer.catalog import Catalog
from designer.design.model import MAX_NODES
from designer.ui.archive import Archive, Kept
from designer.ui.state import BOARD, Desk, open_desk

NODE = {"component": "app_server", "position": {"x": 0, "y": 0}}


def visit(archive: Archive, catalog: Catalog) -> tuple[Desk, dict[Any, Any]]:
    session: dict[Any, Any] = {}
    return open_desk(session, {}, archive, catalog), session


def send(desk: Desk, session: dict[Any, Any], count: int, padding: int = 0) -> None:
    nodes = [{"id": "users", "component": "users"}, *({"id": f"n{item}", **NODE} for item in range(1, count))]
    notes = [{"id": f"note{item}", "text": "x" * 2_000} for item in range(padding)]
    session[BOARD] = {
        BOARD: {
            "board": desk.attempt,
            "epoch": desk.epoch,
            "revision": desk.revision + 1,
            "document": {"version": 1, "name": "Large", "nodes": nodes, "notes": notes},
            "selection": {"nodes": [], "connections": []},
        }
    }


def test_a_thousand_nodes_are_judged_and_kept(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    send(desk, session, 1_000)
    open_desk(session, {}, archive, catalog)
    assert desk.fault is None and desk.saved is Kept.YES
    assert desk.report is not None and len(desk.report.design.nodes) == 1_000
    assert len(archive.versions(desk.attempt)) == 2


def test_more_nodes_than_a_design_has_are_kept_and_told(archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    before = desk.report
    send(desk, session, MAX_NODES + 1)
    open_desk(session, {}, archive, catalog)
    assert desk.fault is not None and f"{MAX_NODES:,}".replace(",", "") in desk.fault.replace(",", "")
    assert desk.report is before
    assert desk.saved is Kept.YES
    assert archive.versions(desk.attempt)[-1].score is None


def test_a_document_that_is_too_large_is_refused_and_the_board_before_it_stays(
    archive: Archive, catalog: Catalog
) -> None:
    desk, session = visit(archive, catalog)
    before = desk.document
    send(desk, session, 2, padding=600)
    open_desk(session, {}, archive, catalog)
    assert desk.fault == (
        "what the board sent cannot be used: its document is 1.2 MB long; "
        "expected at most 1 MB: remove nodes or shorten notes"
    )
    assert desk.document is before and desk.revision == 0
    send(desk, session, 2)
    open_desk(session, {}, archive, catalog)
    assert desk.fault is None


@pytest.mark.parametrize("count", [2, 1_000])
def test_a_reload_finds_it(count: int, archive: Archive, catalog: Catalog) -> None:
    desk, session = visit(archive, catalog)
    send(desk, session, count)
    open_desk(session, {}, archive, catalog)
    again = open_desk({}, {"attempt": desk.attempt}, archive, catalog)
    assert len(again.document["nodes"]) == count
