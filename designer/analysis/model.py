"""All facts about one design under one scenario: what rules and reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from designer.arithmetic import Arithmetic, Later
from designer.catalog.model import Catalog, Component
from designer.design.figures import figure_of
from designer.design.graph import Graph
from designer.design.model import Design, Node
from designer.performance.failing import Failing
from designer.performance.model import Cost, Growth, NodePerformance, Response
from designer.performance.setting import Setting
from designer.reliability.model import Reliability
from designer.scenario.model import Requirement, Scenario
from designer.traffic.model import Traffic
from designer.units import Dimension


class State(StrEnum):
    """How a requirement stands."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True)
class Verdict:
    """One requirement judged. `value` and `limit` are in the base unit of `dimension`; `value` is None when unknown."""

    requirement: str
    kind: str
    title: str
    state: State
    value: float | None
    limit: float
    at_most: bool  # True: value must not exceed limit; False: must reach it
    dimension: Dimension
    nodes: tuple[str, ...]  # where to look when it is missed
    arithmetic: Arithmetic | None
    # One sentence with this design's numbers.
    reason: Later[str] = Later()  # a descriptor
    hidden: bool = False

    @property
    def margin(self) -> float | None:
        """How far inside the limit: 0.2 is 20 % to spare, negative is missed."""
        if self.value is None or self.limit == 0:
            return None
        return (
            (self.limit - self.value) / self.limit if self.at_most else (self.value - self.limit) / self.limit
        )


@dataclass(frozen=True, slots=True)
class Headroom:
    """Largest multiple of today's traffic at which every requirement that traffic decides still holds.

    `multiple` is below 1 when one of them is missed now, 0 when none of them holds at any traffic, and inf when
    nothing ever breaks. Requirements that are missed at any traffic are named in `reason`.
    """

    multiple: float
    breaks: str | None  # the requirement that gives way first
    nodes: tuple[str, ...]
    reason: str
    beyond: Verdict | None = None  # what gives way, just above the multiple


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Every fact about one design under one scenario. `catalog` holds the scenario's own figures already."""

    scenario: Scenario
    design: Design
    catalog: Catalog
    graph: Graph
    traffic: Traffic
    nodes: Mapping[str, NodePerformance]
    responses: Mapping[str, Response]  # by workload; only those that are served
    freshness: Mapping[str, Response]  # by workload with deferred work
    first_tokens: Mapping[str, Response]  # by workload that a language model answers
    growth: Mapping[str, Growth]  # by dataset
    cost: Cost
    reliability: Reliability
    verdicts: tuple[Verdict, ...]
    headroom: Headroom | None  # None when not asked for
    # What all this was found from: held, so that it is found again as long as there is something to ask of it.
    setting: Setting = field(repr=False)
    # By connection with retries or hedged calls: calls made for one call wanted, on average.
    tries: Mapping[str, float] = field(default_factory=dict)
    unsettled: tuple[
        str, ...
    ] = ()  # connections whose tries had not come to rest when the search was given up
    metastable: tuple[str, ...] = ()  # connections whose retries keep an overload going once there is one
    # By workload what fails of it while all is up; only those of which anything does.
    failing: Mapping[str, Failing] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)  # see designer.keeping

    def component(self, node_id: str) -> Component:
        """The component of a node. Raises KeyError."""
        return self.catalog[self.design.node(node_id).component]

    def verdict(self, requirement: str) -> Verdict:
        """Raises KeyError."""
        for verdict in self.verdicts:
            if verdict.requirement == requirement:
                return verdict
        raise KeyError(requirement)

    def requirement(self, requirement: str) -> Requirement:
        """Raises KeyError."""
        return self.scenario.requirements[requirement]

    def figure(self, node: Node | str, name: str) -> float | None:
        """The figure in force at a node: its own, the scenario's or the catalogue's. None: no such."""
        found = self.design.node(node) if isinstance(node, str) else node
        return figure_of(found, self.catalog[found.component], name)


@dataclass(frozen=True, slots=True)
class Survival:
    """What still holds while something is down. `kind` and `name` are those of the outage."""

    kind: str  # "instance" (one machine of a node), "node", "zone" or "region"
    name: str
    holds: tuple[str, ...]  # requirements that are met, and still are
    breaks: tuple[str, ...]  # requirements that are met, and no longer are
