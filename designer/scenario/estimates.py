"""Estimation questions: what the scenario's own numbers say, and whether a guess comes near enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from designer.errors import ScenarioError, UnitError
from designer.scenario.growth import records_at
from designer.scenario.model import Estimate, EstimateCheck, EstimateFigure, Scenario
from designer.units import Dimension, parse

_PER_PERIOD = re.compile(r"(?P<things>.*?)\s*(?:/|\bper\b)\s*(?P<period>\w+)", re.DOTALL)

_DIMENSIONS: Mapping[EstimateFigure, Dimension] = {
    EstimateFigure.AVERAGE_RATE: Dimension.RATE,
    EstimateFigure.PEAK_RATE: Dimension.RATE,
    EstimateFigure.AVERAGE_OPERATIONS: Dimension.RATE,
    EstimateFigure.PEAK_OPERATIONS: Dimension.RATE,
    EstimateFigure.AVERAGE_TOKENS: Dimension.RATE,
    EstimateFigure.PEAK_TOKENS: Dimension.RATE,
    EstimateFigure.AVERAGE_BANDWIDTH: Dimension.BANDWIDTH,
    EstimateFigure.PEAK_BANDWIDTH: Dimension.BANDWIDTH,
    EstimateFigure.RECORDS_AFTER: Dimension.COUNT,
    EstimateFigure.BYTES_AFTER: Dimension.SIZE,
}

NEEDS: Mapping[EstimateFigure, tuple[str, ...]] = {
    EstimateFigure.AVERAGE_RATE: ("workload",),
    EstimateFigure.PEAK_RATE: ("workload",),
    EstimateFigure.AVERAGE_OPERATIONS: ("workload", "dataset"),
    EstimateFigure.PEAK_OPERATIONS: ("workload", "dataset"),
    EstimateFigure.AVERAGE_TOKENS: ("workload",),
    EstimateFigure.PEAK_TOKENS: ("workload",),
    EstimateFigure.AVERAGE_BANDWIDTH: ("workload",),
    EstimateFigure.PEAK_BANDWIDTH: ("workload",),
    EstimateFigure.RECORDS_AFTER: ("dataset", "horizon"),
    EstimateFigure.BYTES_AFTER: ("dataset", "horizon"),
}
"""The fields of a check that its figure needs, and that no other figure may have."""


def unit_size(estimate: Estimate) -> float:
    """How much one of the estimate's `unit` is in base units (per second, bytes per second, bytes, records).

    A rate may be of anything: "deliveries per second", "links/day". Raises ScenarioError for a unit that does
    not suit the figure; 1 for an estimate without a check.
    """
    if estimate.check is None:
        return 1.0
    dimension = _DIMENSIONS[estimate.check.figure]
    if dimension is Dimension.COUNT:
        return _scale(estimate.unit)
    try:
        return parse(f"1 {_spelling(estimate.unit, dimension)}", dimension)
    except UnitError as error:
        message = f"{estimate.unit!r} is no unit of {estimate.check.figure.value}"
        raise ScenarioError(message, expected=error.expected) from None


def _spelling(unit: str, dimension: Dimension) -> str:
    found = _PER_PERIOD.fullmatch(unit)
    if dimension is not Dimension.RATE or found is None:
        return unit
    # "thousand requests": what is counted does not matter, but how many of it are counted as one does.
    return (
        f"{found['things'].split()[0]}/{found['period']}"
        if _is_scale(found["things"])
        else f"/{found['period']}"
    )


def _is_scale(things: str) -> bool:
    return bool(things.split()) and _scale(things) != 1.0


def _scale(things: str) -> float:
    """What the first word multiplies by: "billion links" are 10^9 each; "links" are one each."""
    words = things.split()
    try:
        return parse(f"1 {words[0]}", Dimension.COUNT) if words else 1.0
    except UnitError:
        return 1.0


def expected(check: EstimateCheck, scenario: Scenario) -> float:
    """What the scenario's numbers say, in base units. The check must have passed the loader."""
    return _FIGURES[check.figure](check, scenario)


def stated(estimate: Estimate) -> float:
    """The estimate's own answer in base units. Raises ScenarioError for a unit that does not suit the figure."""
    return estimate.answer * unit_size(estimate)


def is_near(estimate: Estimate, guess: float) -> bool:
    """Whether a guess, in the estimate's unit, lies within its tolerance of the answer."""
    return abs(guess - estimate.answer) <= estimate.tolerance * estimate.answer


def _average_rate(check: EstimateCheck, scenario: Scenario) -> float:
    return scenario.workloads[check.workload or ""].average_rate


def _peak_rate(check: EstimateCheck, scenario: Scenario) -> float:
    return scenario.workloads[check.workload or ""].peak_rate


def _operations(check: EstimateCheck, scenario: Scenario) -> float:
    """Operations of one request on the dataset."""
    touches = scenario.workloads[check.workload or ""].touches
    return sum(touch.count for touch in touches if touch.dataset == check.dataset)


def _tokens(check: EstimateCheck, scenario: Scenario) -> float:
    """Tokens that language models read and write for one request."""
    touches = scenario.workloads[check.workload or ""].touches
    return sum(touch.count * (touch.prompt_tokens + touch.output_tokens) for touch in touches)


def _answered(check: EstimateCheck, scenario: Scenario) -> float:
    return scenario.workloads[check.workload or ""].response_size


def _records(check: EstimateCheck, scenario: Scenario) -> float:
    return records_at(scenario, check.dataset or "", check.horizon or 0.0)


def _record_size(check: EstimateCheck, scenario: Scenario) -> float:
    return scenario.datasets[check.dataset or ""].record_size


_FIGURES: Mapping[EstimateFigure, Callable[[EstimateCheck, Scenario], float]] = {
    EstimateFigure.AVERAGE_RATE: _average_rate,
    EstimateFigure.PEAK_RATE: _peak_rate,
    EstimateFigure.AVERAGE_OPERATIONS: lambda check, of: _average_rate(check, of) * _operations(check, of),
    EstimateFigure.PEAK_OPERATIONS: lambda check, of: _peak_rate(check, of) * _operations(check, of),
    EstimateFigure.AVERAGE_TOKENS: lambda check, of: _average_rate(check, of) * _tokens(check, of),
    EstimateFigure.PEAK_TOKENS: lambda check, of: _peak_rate(check, of) * _tokens(check, of),
    EstimateFigure.AVERAGE_BANDWIDTH: lambda check, of: _average_rate(check, of) * _answered(check, of),
    EstimateFigure.PEAK_BANDWIDTH: lambda check, of: _peak_rate(check, of) * _answered(check, of),
    EstimateFigure.RECORDS_AFTER: _records,
    EstimateFigure.BYTES_AFTER: lambda check, of: _records(check, of) * _record_size(check, of),
}
