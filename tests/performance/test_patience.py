"""What a caller sees who waits between its tries, or who has an answer of its own, worked out by hand."""

from __future__ import annotations

import math

import pytest

from designer.design.model import Connection
from designer.performance.attempts import patience, retried, seen_by_caller
from designer.performance.distributions import exponential
from designer.performance.model import Ceiling
from designer.scenario.model import Operation, Touch
from tests.performance.boards import COMPUTE, Board, draw
from tests.performance.test_policies import changed, connected, tries

ADD = Touch(dataset="links", operation=Operation.WRITE)
FULL = {"server": {"service_time": 0.001, "read_rate": 250.0}}
"""A thousand requests a second are four times what such a server can do."""


def mean_by_hand(timeout: float, retries: int, backoff: float) -> float:
    """An exponential of mean 1: each try takes (1 - p) on average, and try k + 1 comes with p^k after a wait."""
    late = math.exp(-timeout)
    waits = [late**number * backoff * 2 ** (number - 1) for number in range(1, retries + 1)]
    return 1.0 - late ** (retries + 1) + math.fsum(waits)


@pytest.mark.parametrize(
    ("timeout", "retries", "backoff"),
    [(1.0, 0, 0.5), (1.0, 2, 0.5), (0.3, 4, 0.1), (2.0, 3, 1.0), (1.0, 10, 0.1), (3.0, 20, 0.01)],
)
def test_waits_between_tries_add_to_the_mean(timeout: float, retries: int, backoff: float) -> None:
    time = retried(exponential(1.0), timeout, retries, backoff)
    assert time.mean == pytest.approx(mean_by_hand(timeout, retries, backoff), rel=5e-3)
    end = patience(timeout, backoff, retries)
    assert time.cdf(end * 1.001) == pytest.approx(1.0)
    assert end == pytest.approx((retries + 1) * timeout + backoff * (2**retries - 1))


def test_percentiles_know_when_each_try_begins() -> None:
    """Tries begin at 0, 2 + 1, 4 + 3 and 6 + 7; the 99th percentile is in the third, of which e^-4 are not yet done."""
    time = retried(exponential(1.0), 2.0, 3, 1.0)
    assert time.quantiles((99.0,))[0] == pytest.approx(7.0 - 4.0 + math.log(100.0), rel=2e-3)
    assert time.quantiles((50.0,))[0] == pytest.approx(math.log(2.0), rel=2e-3)
    # Between two tries nothing ends.
    assert time.cdf(2.1) == pytest.approx(time.cdf(2.9)) == pytest.approx(1.0 - math.exp(-2.0))


def test_a_try_that_fails_at_its_end_is_waited_for_and_then_tried_again() -> None:
    policy = Connection(source="a", target="b", retries=2, backoff=0.5)
    seen = seen_by_caller(exponential(1.0), policy, 0.2)
    assert seen.mean == pytest.approx(1.0 + 0.2 * (0.5 + 1.0) + 0.04 * (1.0 + 1.0))
    at_once = seen_by_caller(exponential(1.0), policy.model_copy(update={"backoff": None}), 0.2)
    assert at_once.mean == pytest.approx(1.0 + 0.2 + 0.04)


def test_the_end_of_the_last_try_is_the_end_however_it_is_rounded() -> None:
    for timeout in (0.7, 0.1, 0.3, 1.1):
        for retries in range(6):
            found = retried(exponential(1.0), timeout, retries).mean
            assert found == pytest.approx(mean_by_hand(timeout, retries, 0.0), rel=1e-2)


def test_a_deadline_leaves_room_for_fewer_tries_with_waits_between() -> None:
    board = connected(
        draw("users > lb:balancer > api:server", COMPUTE, figures=FULL), "lb>api", retries=3, timeout=1.0
    )
    left = 0.75
    assert tries(changed(board, "lb", deadline=3.5)) == {"lb>api": pytest.approx(1 + left + left**2)}
    # With waits of 1 s and 2 s the tries end at 1, 3 and 6 s.
    waiting = changed(connected(board, "lb>api", backoff=1.0), "lb", deadline=3.5)
    assert tries(waiting) == {"lb>api": pytest.approx(1 + left)}


def fallen_back(figures: dict[str, dict[str, float]], **settings: object) -> Board:
    board = draw("users > app:worker > api:server", COMPUTE, figures=figures)
    return connected(board, "app>api", **settings)


def test_who_has_an_answer_of_its_own_waits_no_longer_than_its_patience() -> None:
    hopeless = fallen_back(FULL, timeout=0.2, retries=1, backoff=0.05)
    assert hopeless.answers["w"].mean == math.inf and hopeless.answers["w"].saturated == ("api",)
    answer = fallen_back(FULL, timeout=0.2, retries=1, backoff=0.05, fallback=True).answers["w"]
    assert answer.mean == pytest.approx(hopeless.answers["w"].hops[0].network + 0.45, rel=1e-3)
    assert answer.saturated == ()
    assert math.fsum([hop.service + hop.waiting + hop.network for hop in answer.hops]) == pytest.approx(
        answer.mean
    )
    assert fallen_back(FULL, fallback=True).answers["w"].mean == math.inf


def test_a_fallback_changes_no_load_and_no_time_of_what_answers() -> None:
    figures = {"server": {"service_time": 0.01, "read_rate": 2_000.0}}
    plain, spared = fallen_back(figures), fallen_back(figures, fallback=True)
    assert spared.answers["w"].percentiles[99.0] == plain.answers["w"].percentiles[99.0]
    assert spared.used("api", Ceiling.OPERATIONS).value == plain.used("api").value


def test_a_write_has_no_answer_but_its_own() -> None:
    figures = {"sql": {"write_rate": 250.0, "write_time": 0.001}}
    board = draw("users > app:worker > db:sql", ADD, figures=figures)
    assert connected(board, "app>db", timeout=0.2, fallback=True).answers["w"].mean == math.inf
