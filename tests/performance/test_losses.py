"""How often a call ends without an answer though everything is up: closed forms, and nothing at the edges."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from designer.errors import AnalysisError
from designer.performance.attempts import patience
from designer.performance.distributions import ZERO, exponential
from designer.performance.drawing import Drawing
from designer.performance.losses import Loss, Sight, either, later_than, lose, most_tries, repeated
from designer.performance.setting import setting_of
from tests.performance.boards import COMPUTE, draw

MEAN = 0.01
TIME = exponential(MEAN)
chances = some.floats(0.0, 1.0)


def drawing(settings: str = "", errors: float = 0.0, **node: float) -> Drawing:
    """One service that calls another, which fails so often, over a connection with these settings."""
    own = "".join(f"[{name}={value}]" for name, value in node.items())
    board = draw(
        f"users > app:worker{own} >{settings} api:server", COMPUTE, figures={"server": {"error_rate": errors}}
    )
    return setting_of(board.scenario, board.design, board.catalog, board.traffic).drawing


def lost(settings: str = "", errors: float = 0.0, inside: float = 0.0, **node: float) -> Loss | None:
    found = drawing(settings, errors, **node)
    visit = SimpleNamespace(alone=inside, late=0.0, whole=TIME)
    sight = Sight(found.policies.get("app>api"), node.get("deadline"), None, visit, ZERO, TIME)
    return lose(found, "app>api", "api", sight)


def share(settings: str = "", errors: float = 0.0, inside: float = 0.0, **node: float) -> float:
    found = lost(settings, errors, inside, **node)
    assert found is not None
    return found.share


@given(chances, some.integers(0, 12))
def test_of_a_whole_number_of_calls_all_have_to_be_answered(chance: float, times: int) -> None:
    assert repeated(chance, float(times)) == pytest.approx(1.0 - (1.0 - chance) ** times, abs=1e-12)


@given(chances, some.integers(0, 5), some.floats(0.01, 0.99))
def test_of_a_part_of_a_call_the_chance_is_that_part(chance: float, whole: int, part: float) -> None:
    kept = (1.0 - chance) ** whole * (1.0 - part * chance)
    assert repeated(chance, whole + part) == pytest.approx(1.0 - kept, abs=1e-12)


def test_small_chances_keep_their_digits() -> None:
    assert repeated(1e-18, 3.0) == pytest.approx(3e-18, rel=1e-12)
    assert either([1e-18, 2e-18]) == pytest.approx(3e-18, rel=1e-12)


@given(some.lists(chances, max_size=5))
def test_either_is_all_but_none(items: list[float]) -> None:
    assert either(items) == pytest.approx(1.0 - math.prod([1.0 - item for item in items]), abs=1e-12)


def test_later_than_a_limit() -> None:
    assert later_than(TIME, 0.02) == pytest.approx(math.exp(-2.0), rel=1e-7)
    assert later_than(None, 0.02) == 1.0
    assert later_than(ZERO, 0.02) == 0.0
    assert later_than(TIME, 1e-12) <= 1.0
    assert later_than(TIME, 1.0) >= 0.0


def test_what_never_fails_loses_nothing() -> None:
    assert lost() is None
    assert lost("[retries=3]") is None


def test_what_always_fails_is_lost_however_often_it_is_tried() -> None:
    assert share(errors=1.0) == 1.0
    assert share("[retries=3]", errors=1.0) == 1.0


def test_a_try_fails_for_any_of_three_reasons() -> None:
    found = lost("[timeout=20 ms]", errors=0.1, inside=0.05)
    assert found is not None
    late = math.exp(-2.0)
    assert (found.connection, found.errors, found.inside, found.most) == ("app>api", 0.1, 0.05, 1)
    assert found.late == pytest.approx(late, rel=1e-7)
    assert found.share == pytest.approx(1.0 - 0.9 * (1.0 - late) * 0.95, rel=1e-7)
    assert found.budget is None and not found.is_limited


def test_a_call_made_twice_at_a_time_is_late_when_both_are() -> None:
    # The second begins 5 ms later: both last longer than 20 ms and 15 ms.
    found = lost("[timeout=20 ms, hedge_after=5 ms]")
    assert found is not None
    assert found.late == pytest.approx(math.exp(-2.0) * math.exp(-1.5), rel=1e-6)


def test_a_call_is_lost_when_its_last_try_is() -> None:
    assert share("[retries=2]", errors=0.1) == pytest.approx(0.1**3)


def test_a_budget_ends_the_tries_only_where_they_are_more() -> None:
    # Without a budget 1 + p + p^2 + p^3 tries: 1.111 at p = 10 %.
    loose = lost("[retries=3, retry_budget=12 %]", errors=0.1)
    assert loose is not None and not loose.is_limited
    assert (loose.share, loose.budget, loose.most) == (pytest.approx(1e-4), 0.12, 4)
    tight = lost("[retries=3, retry_budget=11 %]", errors=0.1)
    assert tight is not None and tight.is_limited
    assert (tight.share, tight.budget, tight.most) == (pytest.approx(1.0 - 1.11 * 0.9), 0.11, 4)
    assert tight.share >= loose.share


def test_tries_end_before_the_deadline_or_at_it() -> None:
    backoff = "[timeout=1, retries=3, backoff=1]"
    ends = [patience(1.0, 1.0, again) for again in (1, 2, 3)]
    assert ends == [3.0, 6.0, 11.0]
    for deadline, most in ((2.5, 1), (3.0, 2), (5.9, 2), (6.0, 3), (11.0, 4), (100.0, 4)):
        found = drawing(backoff, 0.5, deadline=deadline)
        assert most_tries(found, found.policies["app>api"]) == most
    # Rounding does not take a try away: 0.1 + 0.2 is more than 0.3.
    found = drawing("[timeout=0.1, retries=2]", 0.5, deadline=0.3)
    assert most_tries(found, found.policies["app>api"]) == 3
    assert share(backoff, errors=0.5, deadline=3.0) == pytest.approx(0.5**2, rel=1e-6)


def test_without_a_deadline_or_a_limit_there_is_time_for_all() -> None:
    for found in (drawing("[timeout=1, retries=3]", 0.5), drawing("[retries=3]", 0.5, deadline=0.5)):
        assert most_tries(found, found.policies["app>api"]) == 4


@pytest.mark.parametrize(
    ("chance", "times", "field"), [(1.5, 1.0, "lost"), (-0.1, 1.0, "lost"), (0.5, -1.0, "times")]
)
def test_what_is_no_chance_and_no_count_is_named(chance: float, times: float, field: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        repeated(chance, times)
    assert caught.value.field == field


def test_what_is_certain_stays_certain() -> None:
    assert repeated(1.0, 3.0) == repeated(1.0, 2.5) == 1.0
    assert repeated(1.0, 0.5) == 0.5
    assert repeated(1.0, 0.0) == repeated(0.0, 5.0) == 0.0
