"""From a scenario and a design to all facts: each arrow of the flow is one call here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from designer.analysis.headroom import find_headroom
from designer.analysis.model import Analysis, Verdict
from designer.analysis.verdicts import judge
from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.graph import Graph
from designer.design.model import Design
from designer.performance.capacity import measure_nodes
from designer.performance.cost import price
from designer.performance.latency import respond
from designer.performance.model import Growth, NodePerformance
from designer.performance.storage import grow
from designer.reliability.availability import assess
from designer.scenario.model import Scenario
from designer.traffic.propagation import propagate


def analyze(
    scenario: Scenario, design: Design, catalog: Catalog | None = None, *, headroom: bool = True
) -> Analysis:
    """All facts about `design` under `scenario`. Faults of the design are values in the result.

    `headroom=False` leaves out the search over traffic multiples, which costs several analyses.
    Raises DesignError when the design names a component the catalogue does not have.
    """
    figures = (load() if catalog is None else catalog).overridden(scenario.catalog)
    analysis = _measure(scenario, design, figures)
    if not headroom:
        return analysis

    def judge_at(multiple: float) -> tuple[Verdict, ...]:
        return _measure(scale_traffic(scenario, multiple), design, figures).verdicts

    return replace(analysis, headroom=find_headroom(analysis, judge_at))


def scale_traffic(scenario: Scenario, multiple: float) -> Scenario:
    """The same scenario with every workload's rate times `multiple`."""
    workloads = {
        name: workload.model_copy(update={"rate": workload.average_rate * multiple})
        for name, workload in scenario.workloads.items()
    }
    return scenario.model_copy(update={"workloads": workloads})


def _measure(scenario: Scenario, design: Design, catalog: Catalog) -> Analysis:
    traffic = propagate(scenario, design, catalog)
    nodes = measure_nodes(scenario, design, catalog, traffic)
    responses, freshness = respond(scenario, design, catalog, traffic, nodes)
    growth = grow(scenario, design, catalog)
    analysis = Analysis(
        scenario=scenario,
        design=design,
        catalog=catalog,
        graph=Graph(design),
        traffic=traffic,
        nodes=nodes,
        responses=responses,
        freshness=freshness,
        growth=growth,
        cost=price(scenario, design, catalog, traffic),
        reliability=assess(scenario, design, catalog, traffic, _machines_needed(nodes), _homes(growth)),
        verdicts=(),
        headroom=None,
    )
    return replace(analysis, verdicts=judge(analysis))


def _machines_needed(nodes: Mapping[str, NodePerformance]) -> dict[str, int]:
    """How many of a node's machines carry its peak: what k-of-n availability asks for."""
    return {name: facts.needed for name, facts in nodes.items()}


def _homes(growth: Mapping[str, Growth]) -> dict[str, tuple[str, ...]]:
    return {name: item.homes for name, item in growth.items()}
