"""The search for the smallest count, and what it is used for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.performance.sizing import fewest
from designer.scenario.model import Operation, Touch
from tests.performance.boards import COMPUTE, HOT, READ, draw


@given(st.integers(0, 20_000), st.integers(0, 10_000), st.integers(-5, 30_000))
def test_the_smallest_is_found_from_any_guess(threshold: int, least: int, guess: int) -> None:
    found = fewest(lambda count: count >= threshold, least=least, most=10_000, guess=guess)
    assert found == (None if threshold > 10_000 else max(least, threshold))


def test_the_search_asks_little() -> None:
    asked: list[int] = []

    def holds(count: int) -> bool:
        asked.append(count)
        return count >= 9_000

    assert fewest(holds, least=1, most=10_000, guess=1) == 9_000
    assert len(asked) < 35


@given(st.integers(1, 300), st.floats(10.0, 5_000.0))
def test_the_minimum_is_enough_and_one_less_is_not(instances: int, ceiling: float) -> None:
    figures = {"server": {"read_rate": ceiling}}
    minimum = draw(f"users > api:server*{instances}", COMPUTE, figures=figures).nodes["api"].minimum
    assert minimum is not None
    assert draw(f"users > api:server*{minimum}", COMPUTE, figures=figures).used("api").value <= 1 + 1e-9
    if minimum > 1:
        assert draw(f"users > api:server*{minimum - 1}", COMPUTE, figures=figures).used("api").value > 1


@given(st.integers(1, 40), st.floats(250.0, 2_000.0), st.integers(0, 2))
def test_the_minimum_of_shards_with_a_hot_record(shards: int, ceiling: float, replicas: int) -> None:
    figures = {"sharded": {"read_rate": ceiling, "write_rate": ceiling}}
    touches = (HOT, Touch(dataset="hot", operation=Operation.UPDATE, count=0.1))

    def used(count: int) -> float:
        text = f"users > db:sharded[shards={count}, replicas={replicas}]"
        return draw(text, *touches, figures=figures).used("db").value

    board = draw(f"users > db:sharded[shards={shards}, replicas={replicas}]", *touches, figures=figures)
    minimum, knob = board.nodes["db"].minimum, board.nodes["db"].minimum_knob
    if knob == "shards" and minimum is not None:
        assert used(minimum) <= 1 + 1e-9
        assert minimum == 1 or used(minimum - 1) > 1


@pytest.mark.parametrize("instances", [1, 7, 200])
def test_the_minimum_does_not_hang_on_what_is_there(instances: int) -> None:
    board = draw(f"users > api:server*{instances} > db:sql", READ, figures={"server": {"read_rate": 30.0}})
    assert board.nodes["api"].minimum == 34
    assert board.nodes["api"].needed == (34 if instances >= 34 else instances + 1)


def test_more_than_anybody_may_draw_is_no_count() -> None:
    board = draw("users > api:server", COMPUTE, figures={"server": {"read_rate": 0.01}})
    assert (board.nodes["api"].minimum, board.nodes["api"].minimum_knob) == (None, "instances")
