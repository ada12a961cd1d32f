"""The search for tries that bring about the load they come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from designer.analysis import Analysis, analyze
from designer.analysis.retries import MOST_ROUNDS, Tries, find_rest, most_tries, settle
from designer.design.model import Connection
from designer.design.notation import parse_notation
from designer.performance.tries import find_tries
from tests.analysis.boards import CATALOG, PLAIN, analysis_of, shop

RETRIES = 3


def overload(load: float) -> float:
    """Tries when `load` is what one try for each call would use of a node: 1 + f + f^2 + f^3, f = 1 - 1 / u."""

    def tries(used: float) -> float:
        failing = max(0.0, 1.0 - 1.0 / used)
        return sum(failing**number for number in range(RETRIES + 1))

    value = 1.0
    for _ in range(100_000):
        value = tries(load * value)
    return value


def step_of(load: float, floor: float = 0.0, waste: float = 1.0) -> Callable[[Tries], Tries]:
    """A node that answers 1 / u of what it gets too much of; above 1, `waste` has it work for some in vain."""

    def step(tries: Tries) -> Tries:
        used = load * tries["a>b"]
        failing = max(floor, 1.0 - used**-waste)
        return {"a>b": sum(failing**number for number in range(RETRIES + 1))}

    return step


def test_without_overload_there_is_one_try() -> None:
    rest = find_rest(step_of(0.9), {"a>b": 1.0}, rising=True)
    assert (rest.tries, rest.unsettled) == ({"a>b": 1.0}, ())


def test_a_chance_of_failing_is_a_geometric_sum() -> None:
    rest = find_rest(step_of(0.1, floor=0.5), {"a>b": 1.0}, rising=True)
    assert rest.tries == {"a>b": 1.875}


def test_an_overload_rises_to_where_it_keeps_itself() -> None:
    rest = find_rest(step_of(1.5), {"a>b": 1.0}, rising=True)
    assert rest.tries["a>b"] == pytest.approx(overload(1.5), rel=1e-4)
    assert rest.unsettled == ()


def test_from_above_an_overload_may_be_kept_that_would_not_come_by_itself() -> None:
    """At 90 % nothing fails. With four tries for each call it is at 360 %, and far more than half of them fail."""
    step = step_of(0.9, waste=2.0)
    calm = find_rest(step, {"a>b": 1.0}, rising=True)
    stormy = find_rest(step, {"a>b": 4.0}, rising=False)
    assert calm.tries["a>b"] == 1.0
    assert stormy.tries["a>b"] > 3.0


def test_at_little_load_both_ways_end_at_the_same() -> None:
    stormy = find_rest(step_of(0.2), {"a>b": 4.0}, rising=False)
    assert stormy.tries["a>b"] == pytest.approx(1.0)


def test_what_never_comes_to_rest_is_named() -> None:
    asked: list[float] = []

    def worse(tries: Tries) -> Tries:
        asked.append(tries["a>b"])
        return {"a>b": tries["a>b"] * 1.5, "c>d": 1.0}

    rest = find_rest(worse, {"a>b": 1.0, "c>d": 1.0}, rising=True)
    assert rest.unsettled == ("a>b",)
    assert len(asked) == MOST_ROUNDS + 1
    assert asked[-1] == rest.tries["a>b"]


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        ({"retries": 3}, 4.0),
        ({"retries": 3, "retry_budget": 0.2}, 1.2),
        ({"hedge_after": 0.01}, 2.0),
        ({"retries": 1, "hedge_after": 0.01}, 3.0),
        ({}, 1.0),
    ],
)
def test_the_most_tries_of_a_connection(settings: dict[str, float], most: float) -> None:
    connection = Connection(source="a", target="b", **settings)  # type: ignore[arg-type]
    assert most_tries(connection) == pytest.approx(most)


def test_without_retries_nothing_is_repeated() -> None:
    analysis = analysis_of()
    settled = settle(shop(), parse_notation(PLAIN, CATALOG), CATALOG)
    assert (settled.tries, settled.unsettled, settled.metastable) == ({}, (), ())
    assert settled.traffic == analysis.traffic
    assert (analysis.tries, analysis.unsettled, analysis.metastable) == ({}, (), ())


def retrying(notation: str, **settings: float) -> Analysis:
    """The shop with settings on the connection from `api` to `db`."""
    design = parse_notation(notation, CATALOG)
    connections = tuple(
        Connection.model_validate({**item.model_dump(), **settings}) if item.id == "api>db" else item
        for item in design.connections
    )
    changed = design.model_copy(update={"connections": connections})
    return analyze(shop(), changed, CATALOG, headroom=False)


CALM = "users > api:app_server*4 > db:sql_database[disk=2TB]"
FULL = "users > api:app_server*4 > db:sql_database[disk=2TB, read_rate=400/s, write_rate=400/s]"


def test_retries_of_a_store_with_room_are_hardly_needed() -> None:
    analysis = retrying(CALM, timeout=10.0, retries=3)
    assert analysis.tries["api>db"] == pytest.approx(1.0, abs=0.01)
    assert analysis.unsettled == ()


def test_retries_of_an_overloaded_store_are_more_load_for_it() -> None:
    once, again = retrying(FULL, timeout=1.0), retrying(FULL, timeout=1.0, retries=3)
    assert once.tries == {}
    assert 1.0 < again.tries["api>db"] <= 4.0
    used = [analysis.nodes["db"].utilisations[0].value for analysis in (once, again)]
    assert used[1] > used[0]


def test_a_budget_of_retries_bounds_them() -> None:
    analysis = retrying(FULL, timeout=1.0, retries=3, retry_budget=0.1)
    assert 1.0 < analysis.tries["api>db"] <= 1.1 + 1e-9


def test_tries_and_load_belong_together() -> None:
    """What is reported is the state in which the tries bring about the load that they come from."""
    analysis = retrying(FULL, timeout=1.0, retries=3)
    again = find_tries(analysis.scenario, analysis.design, CATALOG, analysis.traffic, analysis.nodes)
    assert again["api>db"] == pytest.approx(analysis.tries["api>db"], rel=1e-4)
