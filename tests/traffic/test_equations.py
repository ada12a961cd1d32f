"""Open networks with feedback against their closed forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.errors import DesignerError
from designer.traffic.equations import TrafficError, solve_traffic_equations


@given(st.floats(0.001, 1e6), st.floats(0, 0.999))
def test_one_station_with_feedback(rate: float, again: float) -> None:
    rates = solve_traffic_equations({"a": rate}, {"a": {"a": again}})
    assert rates["a"] == pytest.approx(rate / (1 - again), rel=1e-9)


def test_two_stations_that_send_work_to_each_other() -> None:
    # x = 10 + y / 2, y = 3 x / 4: x = 10 / (1 - 3/8) = 16, y = 12.
    rates = solve_traffic_equations({"a": 10, "b": 0}, {"a": {"b": 0.75}, "b": {"a": 0.5}})
    assert rates == pytest.approx({"a": 16, "b": 12}, rel=1e-12)


def test_a_central_server_with_peripherals() -> None:
    # The processor gets rate / p(out) jobs, each disk its part of them.
    parts = {"disk": 0.5, "tape": 0.3}
    rates = solve_traffic_equations(
        {"cpu": 2.0, "disk": 0.0, "tape": 0.0},
        {"cpu": parts, "disk": {"cpu": 1.0}, "tape": {"cpu": 1.0}},
    )
    assert rates == pytest.approx({"cpu": 10.0, "disk": 5.0, "tape": 3.0}, rel=1e-12)


@given(st.data())
def test_what_enters_leaves_and_every_station_is_in_balance(data: st.DataObject) -> None:
    names = [f"s{number}" for number in range(data.draw(st.integers(1, 8)))]
    arrivals = {name: data.draw(st.floats(0, 1_000)) for name in names}
    routing = {}
    for name in names:
        weights = [data.draw(st.sampled_from([0.0, 1.0, 2.0])) for _ in names]
        kept = data.draw(st.floats(0, 0.95)) / (sum(weights) or 1.0)
        routing[name] = {other: weight * kept for other, weight in zip(names, weights, strict=True)}
    rates = solve_traffic_equations(arrivals, routing)
    for name in names:
        into = arrivals[name] + sum(rates[other] * routing[other].get(name, 0.0) for other in names)
        assert rates[name] == pytest.approx(into, rel=1e-9, abs=1e-9)
    left = sum(rates[name] * (1 - sum(routing[name].values())) for name in names)
    assert left == pytest.approx(sum(arrivals.values()), rel=1e-9, abs=1e-9)


def test_work_that_never_leaves_is_refused() -> None:
    with pytest.raises(TrafficError, match="'b', 'c' never leaves"):
        solve_traffic_equations({"a": 1, "b": 0, "c": 0}, {"a": {"b": 0.5}, "b": {"c": 1.0}, "c": {"b": 1.0}})
    # Where none gets to the trap there is nothing to refuse.
    found = solve_traffic_equations({"a": 1, "b": 0, "c": 0}, {"b": {"c": 1.0}, "c": {"b": 1.0}})
    assert found == {"a": 1.0, "b": 0.0, "c": 0.0}


@pytest.mark.parametrize(
    ("arrivals", "routing", "message"),
    [
        ({"a": -1.0}, {}, r"arrivals\['a'\] must be a finite rate"),
        ({"a": float("nan")}, {}, r"arrivals\['a'\] must be a finite rate"),
        ({"a": 1.0}, {"a": {"b": 0.5}}, "routing names 'b', which has no arrivals"),
        ({"a": 1.0}, {"a": {"a": 1.5}}, r"routing\['a'\]\['a'\] must be a part"),
        ({"a": 1.0, "b": 0.0}, {"a": {"a": 0.7, "b": 0.7}}, "sends on more than there is: 1.4"),
    ],
)
def test_what_cannot_be_is_refused(
    arrivals: dict[str, float], routing: dict[str, dict[str, float]], message: str
) -> None:
    with pytest.raises(DesignerError, match=message):
        solve_traffic_equations(arrivals, routing)


def test_nothing_is_a_network_too() -> None:
    assert solve_traffic_equations({}, {}) == {}
