"""Growth of datasets, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.performance.storage import Filling, bytes_of, months_until
from designer.scenario.model import Dataset, Operation, Touch
from designer.units import SECONDS_PER_MONTH
from tests.performance.boards import DATASETS, READ, WRITE, ask, draw, measure, work

LINKS = Dataset(name="Links", record_size=100.0, records=1_000.0)


def test_growth_that_is_stated_is_the_truth() -> None:
    stated = Dataset(name="Links", record_size=100.0, records=1_000.0, growth=7.0)
    assert draw("users > db:sql", WRITE, datasets={"links": stated}).growth["links"].growth == 7.0
    none = Dataset(name="Links", record_size=100.0, records=1_000.0, growth=0.0)
    assert draw("users > db:sql", WRITE, datasets={"links": none}).growth["links"].growth == 0.0


def test_growth_that_is_not_stated_is_what_workloads_write_on_average() -> None:
    several = Touch(dataset="links", operation=Operation.WRITE, count=2, records=3)
    scenario = ask(
        {
            "one": work(WRITE, READ, rate=100.0, peak_factor=5.0),
            "two": work(several, rate=10.0),
            "three": work(Touch(dataset="links", operation=Operation.UPDATE), rate=1e6),
        },
        {"links": LINKS},
    )
    facts = measure(scenario, "users > db:sql_database").growth["links"]
    assert facts.growth == pytest.approx(100 + 60)
    assert (facts.records_now, facts.bytes_now) == (1_000.0, 100_000.0)
    assert facts.homes == ("db",)


def test_a_store_that_no_client_leads_to_keeps_nothing() -> None:
    board = draw("users > a:sql; idle:server > b:sql; c:sql", READ)
    assert board.growth["links"].homes == ("a",)
    held = draw("users > a:sql, b:sql[holds=hot]", READ)
    assert held.growth["hot"].homes == ("b",)


def test_bytes_of_several() -> None:
    scenario = ask({"w": work(READ)})
    assert bytes_of(scenario, ["links", "images"]) == 1e9 + 1e8
    assert bytes_of(scenario, []) == 0.0
    assert DATASETS["links"].records == 1e6


def test_months_until_full_of_one() -> None:
    filling = Filling(now=100.0, growth=1.0, most=float("inf"))
    assert months_until([filling], 100.0 + 3 * SECONDS_PER_MONTH) == pytest.approx(3.0)
    assert months_until([filling], 100.0) == 0.0
    assert months_until([filling], 50.0) == 0.0
    assert months_until([], 50.0) is None


def test_months_until_full_when_one_stops_growing() -> None:
    """Two grow by 1 and 2 a second; after 100 s the first is done, so 250 s make 100 + 500."""
    fillings = [Filling(0.0, 1.0, 100.0), Filling(0.0, 2.0, float("inf"))]
    assert months_until(fillings, 600.0) == pytest.approx(250 / SECONDS_PER_MONTH)
    assert months_until(fillings, 150.0) == pytest.approx(50 / SECONDS_PER_MONTH)


def test_what_stops_growing_below_the_limit_never_fills_it() -> None:
    assert months_until([Filling(10.0, 1.0, 50.0), Filling(5.0, 0.0, 5.0)], 60.0) is None


fillings = st.builds(
    lambda now, growth, more: Filling(now, growth, now + more),
    st.floats(0, 1e6),
    st.just(0.0) | st.floats(1e-3, 1e3),
    st.floats(0, 1e9),
)


@given(st.lists(fillings, max_size=5), st.floats(1, 1e9), st.floats(1, 10))
def test_a_larger_disk_is_never_full_earlier(items: list[Filling], limit: float, factor: float) -> None:
    small, large = months_until(items, limit), months_until(items, limit * factor)
    assert large is None or (small is not None and large >= small * (1 - 1e-9))


@given(st.lists(fillings, min_size=1, max_size=5), st.floats(1, 1e9))
def test_the_disk_is_full_when_it_says(items: list[Filling], limit: float) -> None:
    months = months_until(items, limit)
    if months:
        seconds = months * SECONDS_PER_MONTH
        there = sum(min(item.now + item.growth * seconds, max(item.now, item.most)) for item in items)
        assert there == pytest.approx(limit, rel=1e-6)
