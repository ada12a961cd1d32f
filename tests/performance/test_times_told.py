"""A time as it is told is drawn again by chance from nothing but what is told, and has the percentiles told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pytest

from designer import analyze, load_scenario, parse_notation
from designer.arithmetic import Arithmetic
from designer.catalog.loader import load
from designer.performance.attempts import hedged, retried
from designer.performance.distributions import (
    ZERO,
    Distribution,
    exponential,
    gamma,
    mixture,
    power,
    sequence,
    sometimes,
    wait,
)
from designer.performance.explain_distribution import METHOD, explain_distribution
from designer.performance.joins import first_of, order_statistic, parallel, repeat_max
from designer.scenario.loader import scenario_ids
from tests.performance.boards import READ, draw
from tests.performance.test_arithmetic import BOARDS, board

DRAWS = 200_000
PERCENTILES = (50.0, 95.0, 99.0)

Draws = npt.NDArray[np.float64]


class Sampler:
    """Draws a time by the formulas and inputs of its arithmetic."""

    def __init__(self, told: Arithmetic, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._steps = {step.result.symbol: step for step in (told, *told.steps)}

    def draw(self, symbol: str) -> Draws:
        step = self._steps[symbol]
        inputs = {item.symbol: item.value for item in step.inputs}
        formula = step.formula.removeprefix(f"{symbol} = ")
        if formula == "0":
            return np.zeros(DRAWS)
        if formula == "gamma(k, theta)":
            return self._random.gamma(inputs["k"], inputs["theta"], DRAWS)
        if formula == "0 with 1 - C, else gamma(k, theta)":
            drawn = self._random.gamma(inputs["k"], inputs["theta"], DRAWS)
            return np.where(self._random.random(DRAWS) < inputs["C"], drawn, 0.0)
        if re.fullmatch(r"X\d+( \+ X\d+)*", formula):
            return np.sum([self.draw(part) for part in formula.split(" + ")], axis=0)
        if " with w1" in formula:
            return self._draw_one_of(formula, inputs)
        return self._draw_again(formula, inputs)

    def _draw_one_of(self, formula: str, inputs: Mapping[str, float]) -> Draws:
        chance = self._random.random(DRAWS)
        drawn, reached = np.zeros(DRAWS), 0.0
        for part, weight in re.findall(r"(X\d+) with (w\d+)", formula):
            here = (chance >= reached) & (chance < reached + inputs[weight])
            drawn[here] = self.draw(part)[here]
            reached += inputs[weight]
        assert formula.endswith("else 0") or reached == pytest.approx(1.0, abs=1e-9)
        return drawn

    def _draw_again(self, formula: str, inputs: Mapping[str, float]) -> Draws:
        parts = re.findall(r"X\d+", formula)
        if formula.startswith("sum of n times"):
            return np.sum([self.draw(parts[0]) for _ in range(int(inputs["n"]))], axis=0)
        if formula.startswith("j-th of n times"):
            drawn = np.sort([self.draw(parts[0]) for _ in range(int(inputs["n"]))], axis=0)
            return np.asarray(drawn[int(inputs["j"]) - 1])
        if " ^ n" in formula:
            # A power that is no whole number is of the distribution function: drawn by its inverse.
            many = np.concatenate([self.draw(parts[-1]) for _ in range(8)])
            return np.asarray(np.quantile(many, self._random.random(DRAWS) ** (1.0 / inputs["n"])))
        if "h + " in formula:
            return np.minimum(self.draw(parts[0]), inputs["h"] + self.draw(parts[1]))
        if " ^ i " in formula:
            return self._draw_tries(parts[-1], inputs)
        assert formula.startswith(("max(", "min(")), formula
        least = np.max if formula.startswith("max(") else np.min
        return np.asarray(least([self.draw(part) for part in parts], axis=0))

    def _draw_tries(self, once: str, inputs: Mapping[str, float]) -> Draws:
        total, going = np.zeros(DRAWS), np.ones(DRAWS, dtype=bool)
        for number in range(int(inputs["r"]) + 1):
            took = self.draw(once)
            total += np.where(going, np.minimum(took, inputs["t"]), 0.0)
            going &= took > inputs["t"]
            if number < inputs["r"]:
                total += np.where(going, inputs["b"] * 2.0**number, 0.0)
        return total


def check(told: Arithmetic, mean: float, percentiles: Mapping[float, float]) -> None:
    drawn = Sampler(told).draw(told.result.symbol)
    error = 5.0 * float(np.std(drawn)) / DRAWS**0.5
    assert abs(float(drawn.mean()) - mean) <= error + 0.01 * mean
    for percentile in PERCENTILES:
        value = percentiles[percentile]
        # So many of the draws are below, but for chance and what inversion leaves.
        below = float(np.mean(drawn <= value * (1.0 + 1e-9)))
        assert below * 100.0 == pytest.approx(percentile, abs=0.35), percentile


MADE: dict[str, Distribution] = {
    "one": exponential(2.0),
    "in turn": sequence(gamma(4.0, 0.5), wait(0.3, 0.2), gamma(4.0, 0.5)),
    "a sum in a sum": sequence(sequence(exponential(1.0), gamma(2.0, 1.0)), exponential(0.1)),
    "one of two": mixture([(0.8, gamma(4.0, 0.5)), (0.2, exponential(5.0))]),
    "now and then": sequence(exponential(0.1), sometimes(0.3, exponential(3.0))),
    "three times": power(sequence(exponential(1.0), wait(0.5, 0.5)), 3.0),
    "two or three times": power(exponential(1.0), 2.5),
    "the slower": parallel(exponential(1.0), gamma(3.0, 0.5)),
    "the quicker": first_of(exponential(1.0), gamma(3.0, 0.5)),
    "the slowest of seven": repeat_max(exponential(1.0), 7.0),
    "the slowest of two or three": repeat_max(exponential(1.0), 2.5),
    "the second of three": order_statistic(exponential(1.0), 2, 3),
    "made twice": hedged(exponential(1.0), 0.5),
    "tried three times": retried(exponential(1.0), 1.5, 2, 0.25),
    "given up": sequence(exponential(0.2), retried(exponential(1.0), 2.0, 0)),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_told_of_a_time_suffices_to_draw_it(name: str) -> None:
    time = MADE[name]
    check(
        explain_distribution(time, "T", {}),
        time.mean,
        dict(zip(PERCENTILES, time.quantiles(PERCENTILES), strict=True)),
    )


def test_a_part_is_defined_once_and_has_its_name() -> None:
    operation = gamma(4.0, 0.5)
    told = explain_distribution(sequence(operation, exponential(1.0), operation), "T", {operation: "a read"})
    assert told.formula == "T = X1 + X2 + X1"
    assert [item.name for item in told.inputs] == ["a read, mean", "a time, mean"]
    assert [step.result.symbol for step in told.steps] == ["X1", "X2"]


def test_what_takes_no_time_to_speak_of_is_left_out() -> None:
    told = explain_distribution(sequence(exponential(1.0), wait(1e-9, 1e-12)), "T", {})
    assert told.formula == "T = X1"
    nothing = explain_distribution(
        sequence(exponential(1.0), mixture([(0.5, exponential(1e-12)), (0.5, ZERO)]), exponential(1.0)),
        "T",
        {},
    )
    assert nothing.formula == "T = X1 + X1"


def told_in(arithmetic: Arithmetic) -> Iterator[Arithmetic]:
    yield from (step for step in arithmetic.steps if step.method == METHOD)


@pytest.mark.parametrize("name", scenario_ids())
def test_every_time_of_the_references_is_drawn_again(name: str) -> None:
    scenario, catalog = load_scenario(name), load()
    for reference in scenario.references:
        analysis = analyze(scenario, parse_notation(reference.design, catalog))
        for response in (*analysis.responses.values(), *analysis.first_tokens.values()):
            (told,) = told_in(response.arithmetic)
            check(told, response.mean, response.percentiles)


@pytest.mark.parametrize("text", BOARDS)
def test_every_response_is_drawn_again(text: str) -> None:
    for response in board(text).answers.values():
        (told,) = told_in(response.arithmetic)
        check(told, response.mean, response.percentiles)


def test_a_call_that_is_tried_again_is_drawn_again() -> None:
    found = draw(
        "users > api:server >[timeout=40 ms, retries=2, backoff=10 ms] db:sql",
        READ,
        figures={"sql": {"service_time": 0.02, "service_time_p99": 0.1}},
    )
    response = found.answers["w"]
    (told,) = told_in(response.arithmetic)
    assert any(" ^ i " in step.formula for step in told.steps)
    check(told, response.mean, response.percentiles)


def test_what_has_no_end_is_not_put_together() -> None:
    found = draw("users > api:server > db:sql", READ, figures={"sql": {"read_rate": 1.0}}, rate=300.0)
    assert not list(told_in(found.answers["w"].arithmetic))
