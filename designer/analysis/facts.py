"""From a scenario and a design to all facts: each arrow of the flow is one call here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import NoneType

from designer.analysis.headroom import find_headroom
from designer.analysis.model import Analysis, Verdict
from designer.analysis.retries import settle
from designer.analysis.verdicts import judge
from designer.bounds import require_kind, require_number
from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.graph import Graph
from designer.design.model import Design
from designer.errors import AnalysisError, quote, suggest
from designer.performance.cost import price
from designer.performance.failing import find_failing
from designer.performance.latency import await_tokens, respond
from designer.performance.model import Cost, Growth, NodePerformance
from designer.performance.storage import grow
from designer.reliability.availability import assess
from designer.reliability.model import Reliability
from designer.scenario.model import Scenario


def analyze(
    scenario: Scenario, design: Design, catalog: Catalog | None = None, *, headroom: bool = True
) -> Analysis:
    """All facts about `design` under `scenario`. Faults of the design are values in the result.

    `headroom=False` leaves out the search over traffic multiples, which costs several analyses.
    Raises DesignError when the design names a component the catalogue does not have.
    """
    require_asked(scenario, design, catalog)
    figures = (load() if catalog is None else catalog).overridden(scenario.catalog)
    analysis = measure(scenario, design, figures, storms=True)
    if not headroom:
        return analysis

    def judge_at(multiple: float, requirements: Collection[str]) -> tuple[Verdict, ...]:
        found = judge_only(scale_traffic(scenario, multiple), design, figures, requirements)
        return tuple(found.values())

    return replace(analysis, headroom=find_headroom(analysis, judge_at))


def require_asked(scenario: Scenario, design: Design, catalog: Catalog | None = None) -> None:
    """Raise AnalysisError for what is no scenario, no design, or no catalogue."""
    require_kind("catalog", catalog, (Catalog, NoneType), "a catalogue, as load_catalog gives")
    require_kind("scenario", scenario, Scenario, "a scenario, as load_scenario gives")
    require_kind("design", design, Design, "a design, as parse_notation or load_design gives")


def scale_traffic(scenario: Scenario, multiple: float) -> Scenario:
    """The same scenario with every workload's rate times `multiple`. Raises AnalysisError for one below 0."""
    require_number("multiple", multiple, 0.0)
    workloads = {
        name: workload.model_copy(update={"rate": workload.average_rate * multiple})
        for name, workload in scenario.workloads.items()
    }
    return scenario.model_copy(update={"workloads": workloads})


def measure(scenario: Scenario, design: Design, catalog: Catalog, *, storms: bool = False) -> Analysis:
    """As analyze, without headroom and with the figures as `catalog` has them, whatever the scenario states.

    `storms` also looks for retries that keep an overload going, which takes a few more rounds.
    """
    analysis = _gather(scenario, design, catalog, _KINDS, storms=storms)
    return replace(analysis, verdicts=judge(analysis))


def judge_only(
    scenario: Scenario, design: Design, catalog: Catalog, requirements: Collection[str]
) -> dict[str, Verdict]:
    """The verdicts on these requirements alone, as measure finds them, for the price of what they ask for.

    Raises AnalysisError for a requirement that the scenario does not have.
    """
    for name in requirements:
        if name not in scenario.requirements:
            known = scenario.requirements
            raise AnalysisError(
                f"there is no requirement {quote(name)}",
                field="requirements",
                expected=f"some of {', '.join(known)}",
                suggestion=suggest(str(name), known),
            )
    kinds = frozenset(scenario.requirements[name].kind for name in requirements)
    analysis = _gather(scenario, design, catalog, kinds)
    return {item.requirement: item for item in judge(analysis, requirements)}


_ANSWERED = frozenset({"latency", "freshness"})
_SURVIVING = frozenset({"availability", "durability", "recovery_point", "recovery_time"})
_REACHING = frozenset({"throughput", "availability"})
_KINDS = _ANSWERED | _SURVIVING | _REACHING | {"budget"}
"""Kinds of requirements that ask for more than traffic, load and growth."""


def _gather(
    scenario: Scenario, design: Design, catalog: Catalog, kinds: Collection[str], *, storms: bool = False
) -> Analysis:
    """The facts that requirements of these kinds are judged by; the others are left empty. Without verdicts."""
    settled = settle(scenario, design, catalog, storms=storms)
    traffic, nodes = settled.traffic, settled.nodes
    timed = bool(_ANSWERED.intersection(kinds))
    responses, freshness = respond(scenario, design, catalog, traffic, nodes) if timed else ({}, {})
    growth = grow(scenario, design, catalog)
    return Analysis(
        scenario=scenario,
        design=design,
        catalog=catalog,
        graph=Graph(design),
        traffic=traffic,
        nodes=nodes,
        responses=responses,
        freshness=freshness,
        first_tokens=await_tokens(scenario, design, catalog, traffic, nodes) if timed else {},
        growth=growth,
        cost=price(scenario, design, catalog, traffic) if "budget" in kinds else Cost((), 0.0, None),
        reliability=(
            assess(
                scenario,
                design,
                catalog,
                traffic,
                _machines_needed(nodes),
                _homes(growth),
                stored=_stored(growth),
            )
            if _SURVIVING.intersection(kinds)
            else Reliability((), (), (), ())
        ),
        verdicts=(),
        headroom=None,
        tries=settled.tries,
        unsettled=settled.unsettled,
        metastable=settled.metastable,
        setting=settled.setting,
        failing=(
            find_failing(scenario, design, catalog, traffic, nodes) if _REACHING.intersection(kinds) else {}
        ),
    )


def _machines_needed(nodes: Mapping[str, NodePerformance]) -> dict[str, int]:
    """How many of a node's machines carry its peak: what k-of-n availability asks for."""
    return {name: facts.needed for name, facts in nodes.items()}


def _homes(growth: Mapping[str, Growth]) -> dict[str, tuple[str, ...]]:
    return {name: item.homes for name, item in growth.items()}


def _stored(growth: Mapping[str, Growth]) -> dict[str, float]:
    """Bytes of one copy of all that each node keeps, now."""
    found: dict[str, float] = {}
    for item in growth.values():
        for home in item.homes:
            found[home] = found.get(home, 0.0) + item.bytes_now
    return found
