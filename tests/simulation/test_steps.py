"""Pieces of a request's way: times, choices, repetitions."""

from __future__ import annotations

import pytest

from designer.performance.distributions import ZERO, exponential, gamma_from, mixture, sequence
from designer.simulation.model import Choose, Delay, Fork, Law, Repeat, Shape, Steps
from designer.simulation.steps import at_once, law_of, many, one_of, pass_time


def test_times_keep_mean_and_variation() -> None:
    assert law_of(ZERO).mean == 0.0
    assert law_of(exponential(0.2)) == Law(Shape.EXPONENTIAL, 0.2, 1.0)
    gamma = gamma_from(0.01, 0.02)
    assert law_of(gamma).variability == pytest.approx(gamma.variance / gamma.mean**2)
    other = law_of(sequence(exponential(1.0), exponential(3.0)))
    assert (other.shape, other.mean) == (Shape.GAMMA, 4.0) and other.variability == pytest.approx(10 / 16)
    sometimes = law_of(mixture(((0.75, ZERO), (0.25, exponential(2.0)))))
    assert sometimes.mean * (1 - sometimes.nothing) == pytest.approx(0.5)


def test_a_mixture_of_times_is_a_choice() -> None:
    (choice,) = pass_time(mixture(((0.5, ZERO), (0.2, exponential(1.0)), (0.3, exponential(2.0)))))
    assert isinstance(choice, Choose)
    assert [chance for chance, _ in choice.options] == pytest.approx([0.2, 0.3, 0.5])
    assert choice.options[-1][1] == ()
    assert pass_time(ZERO) == ()


def test_counts_that_are_not_whole_are_met_on_average() -> None:
    once: Steps = (Delay(Law(Shape.CONSTANT, 1.0)),)
    (some,) = many(once, 0.25, together=True)
    assert isinstance(some, Choose) and some.options[0] == (0.25, once)
    (turns,) = many(once, 2.5, together=False)
    assert turns == Repeat(once, 2.5)
    (both,) = many(once, 2.5, together=True)
    assert isinstance(both, Choose)
    ways = [len(way[0].ways) for _, way in both.options if isinstance(way[0], Fork)]
    assert ways == [3, 2] and both.options[0][0] == 0.5
    assert many((), 3.0, together=True) == () == many(once, 0.0, together=False) == at_once([])


def test_one_of_nothing_is_nothing() -> None:
    assert one_of([(0.5, ()), (0.5, ())]) == ()
    once: Steps = (Delay(Law(Shape.CONSTANT, 1.0)),)
    assert one_of([(1.0, once)]) == once
    assert one_of([(0.25, once)]) == (Choose(((0.25, once), (0.75, ()))),)
