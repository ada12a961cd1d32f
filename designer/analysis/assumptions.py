"""Assumptions behind a verdict: catalogue figures with a band, and which end of it is the worse one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from designer.catalog.environment import Environment
from designer.catalog.model import FIGURE_DIMENSIONS, Catalog, Component
from designer.catalog.values import Figure
from designer.design.model import Design
from designer.units import Dimension


class End(StrEnum):
    """An end of a figure's band."""

    LOW = "low"
    HIGH = "high"

    @property
    def other(self) -> End:
        return End.HIGH if self is End.LOW else End.LOW


WORSE: Mapping[str, End] = MappingProxyType(
    {
        "read_rate": End.LOW,
        "write_rate": End.LOW,
        "servers": End.LOW,  # as much work in fewer places: requests wait for each other more often
        "service_time": End.HIGH,
        "service_time_p99": End.HIGH,
        "write_time": End.HIGH,
        "write_time_p99": End.HIGH,
        "connections": End.LOW,
        "pool": End.HIGH,  # every caller keeps as many connections of the store's
        "bandwidth": End.LOW,
        "memory": End.LOW,
        "disk": End.LOW,
        "iops": End.LOW,
        "partition_rate": End.LOW,
        "prompt_rate": End.LOW,
        "token_rate": End.LOW,
        "token_time": End.HIGH,
        "context": End.LOW,
        "contention": End.HIGH,
        "coherency": End.HIGH,
        "error_rate": End.HIGH,
        "availability": End.LOW,
        "failures_per_year": End.HIGH,
        "failover_time": End.HIGH,
        "replication_lag": End.HIGH,
        "restore_rate": End.LOW,
        "durability": End.LOW,
        "cost": End.HIGH,
        "cost_per_million": End.HIGH,
        "cost_per_million_prompt_tokens": End.HIGH,
        "cost_per_million_output_tokens": End.HIGH,
        "cost_per_gb_month": End.HIGH,
        "egress_per_gb": End.HIGH,
    }
)
"""The worse end of every figure of a component."""

WORSE_AROUND: Mapping[str, End] = MappingProxyType(
    {
        "zone_availability": End.LOW,
        "region_availability": End.LOW,
        "egress_per_gb": End.HIGH,
        "connection_overhead": End.HIGH,
    }
)
"""The worse end of every figure of the environment."""

DEARER: Mapping[str, End] = MappingProxyType({"memory": End.HIGH})
"""Figures that are paid for: where money is asked, the worse end is the one that costs more."""

AROUND_DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        "zone_availability": Dimension.RATIO,
        "region_availability": Dimension.RATIO,
        "egress_per_gb": Dimension.MONEY,
        "connection_overhead": Dimension.RATIO,
    }
)

_WHOLE = frozenset({"servers", "connections", "pool", "context"})
"""Figures that are whole numbers."""

_MEANS = (("service_time", "service_time_p99"), ("write_time", "write_time_p99"))
"""Means with their 99th percentiles, which are never below them."""

ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure of one component (or of the environment) that was seen in a band. Values are in the base unit."""

    component: str | None  # None: the environment
    figure: str
    default: float
    low: float
    high: float
    dimension: Dimension
    source: str
    label: str  # such as "write rate of SQL database"

    @property
    def name(self) -> str:
        """Such as "sql_database.write_rate"."""
        return f"{self.component or ENVIRONMENT}.{self.figure}"

    def worse(self, *, money: bool = False) -> End:
        """The worse end of the band; `money`: for what is asked of the cost."""
        if self.component is None:
            return WORSE_AROUND[self.figure]
        return DEARER.get(self.figure, WORSE[self.figure]) if money else WORSE[self.figure]

    def at(self, end: End, part: float = 1.0) -> float:
        """The value `part` of the way from the default to that end; whole numbers are rounded towards the end."""
        if part >= 1.0:
            return self.low if end is End.LOW else self.high
        found = self.default + part * ((self.low if end is End.LOW else self.high) - self.default)
        if self.component is not None and self.figure in _WHOLE:
            return float(math.floor(found) if end is End.LOW else math.ceil(found))
        return found


def list_assumptions(design: Design, catalog: Catalog) -> tuple[Assumption, ...]:
    """Every figure with a band that is in force at a node of the design, figure by figure, and those around them.

    A figure that all nodes of its component override, or that the scenario states, has no band any more.
    """
    return (*_placed(design, catalog), *_around(catalog.environment))


def assume_around(environment: Environment, figure: str) -> Assumption:
    """A figure of the environment, band or not. Raises KeyError for what AROUND_DIMENSIONS does not have."""
    return _assume(None, figure, getattr(environment, figure), AROUND_DIMENSIONS[figure])


def _placed(design: Design, catalog: Catalog) -> Iterator[Assumption]:
    overridden: dict[str, set[str]] = {}
    for node in design.nodes:
        figures = set(node.figures)
        known = overridden.setdefault(node.component, figures)
        overridden[node.component] = known & figures
    # Figures of one kind stand together, since it is mostly these that bear on one requirement.
    for name, dimension in FIGURE_DIMENSIONS.items():
        for component_id, settled in overridden.items():
            component = catalog[component_id]
            figure = component.figure(name)
            if figure is not None and figure.low < figure.high and name not in settled:
                yield _assume(component, name, figure, dimension)


def _assume(
    component: Component | None, name: str, figure: Figure[float], dimension: Dimension
) -> Assumption:
    words = name.replace("_", " ")
    return Assumption(
        component=None if component is None else component.id,
        figure=name,
        default=figure.default,
        low=figure.low,
        high=figure.high,
        dimension=dimension,
        source=figure.source,
        label=words if component is None else f"{words} of {component.name}",
    )


def _around(environment: Environment) -> Iterator[Assumption]:
    for name, dimension in AROUND_DIMENSIONS.items():
        figure: Figure[float] = getattr(environment, name)
        if figure.low < figure.high:
            yield _assume(None, name, figure, dimension)


class Shifted(Catalog):
    """A catalogue with some of its figures moved from where they are."""

    def __init__(self, base: Catalog, moves: Sequence[tuple[Assumption, float]]) -> None:
        self._base = base
        moved: dict[str | None, dict[str, float]] = {}
        for assumption, value in moves:
            moved.setdefault(assumption.component, {})[assumption.figure] = value
        around = moved.pop(None, None)
        self._environment = base.environment
        if around is not None:
            update = {name: _moved(getattr(base.environment, name), value) for name, value in around.items()}
            self._environment = base.environment.model_copy(update=update)
        self._components = {
            name: _move(base[name], values) for name, values in moved.items() if name is not None
        }

    def __getitem__(self, key: str) -> Component:
        found = self._components.get(key)
        return self._base[key] if found is None else found

    def __contains__(self, key: object) -> bool:
        return key in self._base

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)

    @property
    def environment(self) -> Environment:
        """The facts of the world around the components."""
        return self._environment


def _moved(figure: Figure[float], value: float) -> Figure[float]:
    return figure.model_copy(update={"default": value})


def _move(component: Component, values: Mapping[str, float]) -> Component:
    """The component with these figures elsewhere in their bands; a percentile follows a mean that overtakes it."""
    wanted = dict(values)
    for mean, percentile in _MEANS:
        least, found = _value(component, mean, values), _value(component, percentile, values)
        if least is not None and found is not None and found < least:
            wanted[percentile] = least
    update = {
        name: _moved(figure, value)
        for name, value in wanted.items()
        if (figure := component.figure(name)) is not None
    }
    return component.model_copy(update={"figures": component.figures.model_copy(update=update)})


def _value(component: Component, name: str, values: Mapping[str, float]) -> float | None:
    figure = component.figure(name)
    return values.get(name, None if figure is None else figure.default)
