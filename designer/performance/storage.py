"""How datasets grow, and when the nodes that keep them are full."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.performance.drawing import drawing_of
from designer.performance.model import Growth
from designer.scenario.growth import growth_of, most_records, writes_to
from designer.scenario.model import Dataset, Scenario
from designer.units import SECONDS_PER_MONTH, Dimension


def grow(scenario: Scenario, design: Design, catalog: Catalog) -> dict[str, Growth]:
    """Every dataset of the scenario: how much there is, how fast it grows, and which nodes keep it.

    Raises DesignError for a component that the catalogue does not have.
    """
    kept = drawing_of(design, catalog).homes(scenario.datasets)
    return {name: _grow(scenario, name, homes) for name, homes in kept.items()}


def _grow(scenario: Scenario, name: str, homes: tuple[str, ...]) -> Growth:
    dataset = scenario.datasets[name]
    return Growth(
        dataset=name,
        records_now=dataset.records,
        growth=growth_of(scenario, name),
        bytes_now=dataset.records * dataset.record_size,
        homes=homes,
        arithmetic=Arithmetic.later(explain_growth, scenario, name),
    )


class Filling(NamedTuple):
    """Bytes of one dataset on one machine over time: a straight line up to `most`."""

    now: float
    growth: float  # bytes per second
    most: float

    @property
    def until(self) -> float:
        """Seconds for which it grows."""
        return (self.most - self.now) / self.growth if self.growth > 0.0 else 0.0


def filling_of(scenario: Scenario, name: str, part: float) -> Filling:
    """How `part` of a dataset grows on a machine (above 1 for a machine with several copies). Raises KeyError."""
    dataset = scenario.datasets[name]
    growth, size = growth_of(scenario, name), dataset.record_size * part
    return Filling(dataset.records * size, growth * size, most_records(dataset, growth) * size)


def bytes_of(scenario: Scenario, datasets: Iterable[str]) -> float:
    """Bytes of these datasets now, one copy. Raises KeyError."""
    kept = [scenario.datasets[name] for name in datasets]
    return math.fsum([dataset.records * dataset.record_size for dataset in kept])


def months_until(fillings: Sequence[Filling], limit: float) -> float | None:
    """Months until these together reach `limit` bytes: 0 when they have, None when they never will."""
    left = limit - math.fsum([filling.now for filling in fillings])
    if left <= 0.0:
        return 0.0
    time = 0.0
    ends = sorted([(until, filling.growth) for filling in fillings if (until := filling.until) > 0.0])
    for number, (until, _) in enumerate(ends):
        speed = math.fsum([growth for _, growth in ends[number:]])
        reached = time + left / speed
        if reached <= until:
            return reached / SECONDS_PER_MONTH
        left -= speed * (until - time)
        time = until
    return None


def explain_growth(scenario: Scenario, name: str) -> Arithmetic:
    """How much of a dataset there is, one copy, and how it grows. Raises KeyError."""
    dataset = scenario.datasets[name]
    growth = growth_of(scenario, name)
    source = dataset.source or "the scenario"
    inputs = [
        Quantity("N", "records at the start", dataset.records, Dimension.COUNT, source),
        Quantity("b", "size of a record", dataset.record_size, Dimension.SIZE, source),
        Quantity("g", "records added", growth, Dimension.RATE, source if _states_growth(dataset) else None),
    ]
    formula = "B(t) = b (N + g t)"
    if dataset.retention is not None:
        formula = "B(t) = b min(N + g t, max(N, g R))"
        inputs.append(Quantity("R", "time a record is kept", dataset.retention, Dimension.TIME, source))
    steps = () if _states_growth(dataset) else (_explain_additions(scenario, name, growth),)
    return Arithmetic(
        formula=formula,
        result=Quantity(
            "B(0)", f"{dataset.name}, one copy", dataset.records * dataset.record_size, Dimension.SIZE
        ),
        inputs=tuple(inputs),
        steps=steps,
    )


def _states_growth(dataset: Dataset) -> bool:
    return "growth" in dataset.model_fields_set


def _explain_additions(scenario: Scenario, name: str, growth: float) -> Arithmetic:
    inputs = []
    writes = writes_to(scenario, name)
    for workload, rate, count in writes:
        label = scenario.workloads[workload].name
        inputs.append(Quantity(f"r[{workload}]", f"{label}, average", rate, Dimension.RATE, "the scenario"))
        inputs.append(Quantity(f"n[{workload}]", "records it adds", count, Dimension.COUNT, "the scenario"))
    return Arithmetic(
        formula=f"g = {' + '.join([f'r[{workload}] n[{workload}]' for workload, _, _ in writes]) or '0'}",
        result=Quantity("g", "records added", growth, Dimension.RATE),
        inputs=tuple(inputs),
    )
