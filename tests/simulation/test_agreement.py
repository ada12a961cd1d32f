"""What is computed agrees with what is simulated, on 200 random designs of every shape below 85 % utilisation."""

from __future__ import annotations

import pytest

from tests.simulation.agreement import (
    BOARDS,
    Comparison,
    Gap,
    Station,
    compare_all,
    is_sure,
    summarize,
    worst,
)
from tests.simulation.boards import LEAST_BUSY, MOST_BUSY, random_board

MEAN, P99 = 0.05, 0.10
"""How far a computed mean and 99th percentile may be off where nothing wider is stated."""
WIDEST = 0.35
"""A band that says anything."""

Compared = tuple[list[Comparison], list[Station]]


@pytest.fixture(scope="module")
def compared() -> Compared:
    return compare_all()


def test_the_boards_are_of_every_shape_and_busy_enough(compared: Compared) -> None:
    comparisons, _ = compared
    assert len({item.seed for item in comparisons}) == BOARDS >= 200
    busy = [item.busy for item in comparisons]
    assert LEAST_BUSY <= min(busy) < 0.3 and 0.75 < max(busy) <= MOST_BUSY
    counts: dict[str, int] = {}
    for item in comparisons:
        for feature in item.features:
            counts[feature] = counts.get(feature, 0) + 1
    assert min(counts.values()) >= 5 and len(counts) >= 12, counts


def test_means_are_within_five_percent_or_the_stated_band(compared: Compared) -> None:
    comparisons, _ = compared
    off = [item for item in comparisons if item.mean.certain > max(MEAN, item.band)]
    assert off == [], "\n".join(worst(off))


def test_p99_is_within_ten_percent_or_the_stated_band(compared: Compared) -> None:
    comparisons, _ = compared
    off = [item for item in comparisons if item.p99.certain > max(P99, item.band)]
    assert off == [], "\n".join(worst(off))


def test_bands_are_hardly_ever_needed(compared: Compared) -> None:
    """They say what may be; without them 99 of 100 means are within 5 % all the same, and as many p99 within 10 %."""
    comparisons, _ = compared
    means = [item for item in comparisons if item.mean.certain > MEAN]
    tails = [item for item in comparisons if item.p99.certain > P99]
    print(f"{len(means)} means and {len(tails)} p99 of {len(comparisons)} need their band")
    assert max(len(means), len(tails)) <= 0.01 * len(comparisons), "\n".join(worst(means + tails))


def test_taken_together_they_are_closer_than_that(compared: Compared) -> None:
    comparisons, _ = compared
    print(summarize([item for item in comparisons if is_sure(item)]))
    means = sorted(abs(item.mean.error) for item in comparisons)
    tails = sorted(abs(item.p99.error) for item in comparisons)
    assert means[len(means) // 2] < MEAN / 3 and tails[len(tails) // 2] < P99 / 3
    assert sum(item.mean.error for item in comparisons) / len(means) < MEAN / 3


def test_the_simulation_is_sure_enough_to_tell(compared: Compared) -> None:
    comparisons, _ = compared
    unsure = [item for item in comparisons if not is_sure(item)]
    assert len(unsure) < 0.05 * len(comparisons), "\n".join(worst(unsure))


def test_bands_are_stated_where_they_are_needed_and_say_something(compared: Compared) -> None:
    comparisons, _ = compared
    assert all(0.0 <= item.band <= WIDEST for item in comparisons)


def test_machines_are_as_busy_as_computed(compared: Compared) -> None:
    _, stations = compared
    assert len(stations) > 3 * BOARDS
    off = [item for item in stations if item.gap.certain > 0.03]
    assert off == []


def test_a_board_is_always_the_same() -> None:
    assert random_board(3) == random_board(3) != random_board(4)


def test_an_error_that_chance_explains_is_none() -> None:
    assert Gap(0.04, 0.05).certain == 0.0
    assert Gap(-0.07, 0.05).certain == pytest.approx(0.02)
