"""From the answer to the end of the work put off."""

from __future__ import annotations

import math

import pytest

from designer.performance.queueing import mean_wait_mmc
from designer.scenario.model import Operation, Touch
from tests.performance.boards import READ, draw
from tests.performance.test_latency import LAST_MILE, NEXT_DOOR, hop, total

LATER = Touch(dataset="links", operation=Operation.WRITE, deferred=True)
FIGURES = {
    "server": {"service_time": 0.02},
    "queue": {"service_time": 0.01},
    "worker": {"service_time": 0.04},
    "sql": {"service_time": 0.005},
}
LINE = "users > api:server > q:queue > w:worker > db:sql"


def test_the_answer_ends_at_the_queue_and_freshness_begins_there() -> None:
    board = draw(LINE, LATER, figures=FIGURES)
    answer, late = board.answers["w"], board.freshness["w"]
    assert answer.mean == pytest.approx(LAST_MILE + 0.02 + NEXT_DOOR + 0.01)
    assert [item.node for item in answer.hops] == ["api", "q"]
    assert late.mean == pytest.approx(NEXT_DOOR + 0.04 + NEXT_DOOR + 0.005)
    assert [item.node for item in late.hops] == ["w", "db"]
    assert total(late) == pytest.approx(late.mean)
    assert late.percentiles[99.0] > late.mean


def test_what_is_not_put_off_has_no_freshness() -> None:
    board = draw("users > api:server > db:sql", LATER, READ, figures=FIGURES)
    assert board.freshness == {}
    assert board.answers["w"].mean == pytest.approx(LAST_MILE + 0.02 + 2 * NEXT_DOOR + 2 * 0.005, rel=0.1)


def test_workers_share_one_queue() -> None:
    figures = FIGURES | {"worker": {"service_time": 0.04, "read_rate": 125.0}}
    board = draw(LINE.replace("w:worker", "w:worker*10"), LATER, figures=figures)
    assert hop(board.freshness["w"], "w").waiting == pytest.approx(mean_wait_mmc(10, 1_000.0, 1 / 125))


def test_too_few_workers_are_never_done_but_the_answer_is() -> None:
    figures = FIGURES | {"worker": {"service_time": 0.04, "read_rate": 125.0}}
    board = draw(LINE.replace("w:worker", "w:worker*7"), LATER, figures=figures)
    assert board.answers["w"].mean < math.inf
    assert board.freshness["w"].mean == math.inf
    assert board.freshness["w"].saturated == ("w",)


def test_work_put_off_twice_is_done_at_the_end_of_the_second() -> None:
    board = draw(
        "users > api:server > a:queue > v:worker > b:queue > w:worker > db:sql", LATER, figures=FIGURES
    )
    expected = NEXT_DOOR + 0.04 + NEXT_DOOR + 0.01 + NEXT_DOOR + 0.04 + NEXT_DOOR + 0.005
    assert board.freshness["w"].mean == pytest.approx(expected)
    assert total(board.freshness["w"]) == pytest.approx(expected)


def test_of_two_works_put_off_the_last_counts() -> None:
    other = Touch(dataset="embeddings", operation=Operation.WRITE, deferred=True)
    figures = FIGURES | {
        "worker": {"service_time": 0.1},
        "vectors": {"service_time": 0.0001},
        "sql": {"service_time": 0.0001},
    }
    text = "users > api:server > a:queue > v:worker > db:sql; api > b:queue > w:worker > i:vectors"
    late = draw(text, LATER, other, figures=figures).freshness["w"]
    assert late.mean == pytest.approx(1.5 * 0.1 + 2 * NEXT_DOOR, rel=0.02)
    assert total(late) == pytest.approx(late.mean)


def test_only_the_way_that_puts_something_off_counts() -> None:
    """One service of two leaves the work to a queue; of its requests the freshness is told."""
    text = "users > lb:balancer > a:server > q:queue > w:worker > db:sql; lb > b:server > db"
    late = draw(text, LATER, figures=FIGURES).freshness["w"]
    assert late.mean == pytest.approx(NEXT_DOOR + 0.04 + NEXT_DOOR + 0.005)


def test_messages_of_one_request_are_worked_on_at_the_same_time() -> None:
    text = "users > api:server > q:queue >[calls=4] w:worker > db:sql"
    late = draw(
        text, LATER, figures=FIGURES | {"worker": {"service_time": 0.1}, "sql": {"service_time": 1e-6}}
    ).freshness["w"]
    assert late.mean == pytest.approx(0.1 * (1 + 1 / 2 + 1 / 3 + 1 / 4), rel=0.03)
    assert total(late) == pytest.approx(late.mean)
