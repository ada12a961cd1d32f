"""Touches of one request add up: asked twice in a request is as much as asked by twice as many requests."""

from __future__ import annotations

import pytest

from designer.errors import DesignError
from designer.traffic.model import Traffic
from designer.traffic.propagation import propagate
from tests.traffic.boards import CATALOG, RATE, READ, SEARCH, UPDATE, WRITE, ask, calls_over, draw, flow

BOARD = "users > api:app_server > copies:cache[memory=20MB, ttl=10s, writes={policy}] > db:sql_database"


def hit_ratio(traffic: Traffic) -> float:
    found = traffic.hit_ratio("copies", "links")
    assert 0.0 < found < 1.0
    return found


@pytest.mark.parametrize("policy", ["invalidate", "through", "back"])
@pytest.mark.parametrize("change", [UPDATE, WRITE], ids=["update", "write"])
def test_two_touches_are_two_requests(policy: str, change: object) -> None:
    board = BOARD.format(policy=policy)
    twice = flow(board, READ, READ, change, change)  # type: ignore[arg-type]
    often = flow(board, READ, change, rate=2 * RATE)  # type: ignore[arg-type]
    assert hit_ratio(twice) == pytest.approx(hit_ratio(often), rel=1e-9)
    more_reads = flow(board, READ, change, change, rate=RATE)  # type: ignore[arg-type]
    if change is UPDATE and policy == "invalidate":
        assert hit_ratio(more_reads) < hit_ratio(often)


def test_what_asks_for_no_dataset_does_not_hide_what_does() -> None:
    board = BOARD.format(policy="invalidate") + "; api > engine:search_index"
    assert hit_ratio(flow(board, SEARCH, READ)) == pytest.approx(hit_ratio(flow(board, READ)), rel=1e-9)


def test_one_try_is_no_more_than_none_stated() -> None:
    design = draw("users > api:app_server > db:sql_database")
    traffic = propagate(ask(READ), design, CATALOG, tries={"api>db": 1.0})
    assert calls_over(traffic, "api>db") == RATE


def test_tries_of_a_connection_that_is_nearly_there_name_it() -> None:
    with pytest.raises(DesignError) as caught:
        propagate(ask(READ), draw("users > api:app_server > db:sql_database"), CATALOG, tries={"api>dv": 2.0})
    assert caught.value.suggestion is not None
    assert "api>db" in caught.value.suggestion
