"""How many records there are after a time: the scenario's own arithmetic, whatever is drawn."""

from __future__ import annotations

import math

from designer.scenario.model import Dataset, Operation, Scenario


def growth_of(scenario: Scenario, name: str) -> float:
    """Records added to a dataset per second, averaged over a day.

    What the dataset states is the truth, be it 0. Where it states nothing, every write of a workload adds its
    records. Raises KeyError.
    """
    dataset = scenario.datasets[name]
    if "growth" in dataset.model_fields_set:
        return dataset.growth
    return math.fsum(rate * count for _, rate, count in writes_to(scenario, name))


def writes_to(scenario: Scenario, name: str) -> list[tuple[str, float, float]]:
    """The writes that add records to a dataset: workload, requests per second on average, records a request."""
    return [
        (workload, facts.average_rate, touch.count * touch.records)
        for workload, facts in scenario.workloads.items()
        for touch in facts.touches
        if touch.dataset == name and touch.operation is Operation.WRITE
    ]


def most_records(dataset: Dataset, growth: float) -> float:
    """The number of records a dataset never exceeds: what is kept of its growth, or what is there at the start.

    Of the records of the start nobody knows the age: they go when newer ones have made up their number.
    """
    if growth <= 0.0:
        return dataset.records
    if dataset.retention is None:
        return math.inf
    return max(dataset.records, growth * dataset.retention)


def records_at(scenario: Scenario, name: str, seconds: float) -> float:
    """Records of a dataset after so many seconds: N + g t, but never more than are kept. Raises KeyError."""
    dataset = scenario.datasets[name]
    growth = growth_of(scenario, name)
    return min(dataset.records + growth * seconds, most_records(dataset, growth))
