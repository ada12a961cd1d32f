"""Where a rising function reaches a target."""

from __future__ import annotations

import math

import pytest

from designer.traffic.popularity import find_crossing


@pytest.mark.parametrize("target", [1e-9, 0.5, 1.0, 15.9])
def test_the_crossing_is_found_on_any_scale(target: float) -> None:
    assert find_crossing(lambda value: value, target, 16.0) == pytest.approx(target, rel=2e-9)
    assert find_crossing(lambda value: value**3, target**3, 16.0) == pytest.approx(target, rel=2e-9)
    assert find_crossing(math.sqrt, math.sqrt(target), 16.0) == pytest.approx(target, rel=2e-9)


def test_what_is_reached_from_the_start_is_reached_at_nothing() -> None:
    assert find_crossing(lambda _: 2.0, 1.0, 16.0) == 0.0


def test_what_is_reached_late_or_never_is_reached_at_the_end() -> None:
    assert find_crossing(lambda value: value, 16.0, 16.0) == 16.0
    assert find_crossing(lambda value: value, 20.0, 16.0) == 16.0
