"""Questions that several rules ask of an analysis. Everything here is looked up; nothing is computed anew.

The answers to some are kept for the last few analyses, which many rules ask about one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from types import MappingProxyType

from designer.analysis.model import Analysis, State, Verdict
from designer.catalog.model import Behavior, Component, Place, Replication, Trait
from designer.errors import quote
from designer.keeping import remembered
from designer.performance.model import Ceiling, NodeCost, Utilisation
from designer.reliability.groups import zones_of
from designer.reliability.model import Outage
from designer.scenario.model import Availability, Durability, Latency, RequirementBase, Throughput
from designer.traffic.model import Flow, Load, Visit
from designer.units import Dimension, format_quantity

CARRYING = (Ceiling.OPERATIONS, Ceiling.BANDWIDTH, Ceiling.MEMORY, Ceiling.PARTITION, Ceiling.TOKENS)
"""Ceilings of what arrives; disks and connections have rules of their own."""

_WHOLE = 0.995
"""From here on a ratio has three digits before the point when it is rounded."""

_MOST_NAMED = 4
"""Names in one sentence; a longer list is not read."""

_NONE: Mapping[str, None] = MappingProxyType({})


def label(analysis: Analysis, node: str) -> str:
    """What the node is called on the board."""
    return analysis.graph.nodes[node].label


def component(analysis: Analysis, node: str) -> Component:
    """What was placed there."""
    return analysis.setting.drawing.components[node]


def components(analysis: Analysis) -> Mapping[str, Component]:
    """What was placed, by node."""
    return analysis.setting.drawing.components


@remembered
def kinds(analysis: Analysis) -> Mapping[str, Component]:
    """What was placed at all, by the component's id."""
    found = components(analysis)
    return {node.component: found[node.id] for node in analysis.design.nodes}


def placed(analysis: Analysis, fits: Callable[[Component], bool]) -> list[str]:
    """The nodes whose component fits, in the order of the design: each component is asked once."""
    fitting = {name for name, found in kinds(analysis).items() if fits(found)}
    return [node.id for node in analysis.design.nodes if node.component in fitting] if fitting else []


def behaving(analysis: Analysis, behavior: Behavior) -> Mapping[str, None]:
    """The nodes that do this with requests, in the order of the design."""
    return _behaving(analysis).get(behavior, _NONE)


@remembered
def _behaving(analysis: Analysis) -> Mapping[Behavior, dict[str, None]]:
    found: dict[Behavior, dict[str, None]] = {}
    for node, component in components(analysis).items():
        found.setdefault(component.behavior, {})[node] = None
    return found


def kept_at(analysis: Analysis, node: str) -> Sequence[str]:
    """The data that the node is a home of."""
    return _kept(analysis).get(node, ())


@remembered
def _kept(analysis: Analysis) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, growth in analysis.growth.items():
        for home in growth.homes:
            found.setdefault(home, []).append(name)
    return found


@remembered
def costs(analysis: Analysis) -> Mapping[str, NodeCost]:
    """What each node costs."""
    return {item.node: item for item in analysis.cost.nodes}


def listed(names: Iterable[str]) -> str:
    """ "A", "A and B", "A, B and C"; of many the first few and how many more."""
    found = list(names)
    if not found:
        return "nothing"
    if len(found) > _MOST_NAMED:
        found = [*found[: _MOST_NAMED - 1], f"{len(found) - _MOST_NAMED + 1} more"]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def workload_names(analysis: Analysis, workloads: Iterable[str]) -> str:
    """The workloads as the scenario calls them, in quotes."""
    return listed(quote(analysis.scenario.workloads[name].name) for name in workloads)


def agree(names: Iterable[object], one: str, many: str) -> str:
    """The form of a verb that goes with these names."""
    return one if len(list(names)) == 1 else many


def others(count: int) -> str:
    """ "other costs", "other 3 cost": those beyond what is needed, before their price."""
    return "other costs" if count == 1 else f"other {count} cost"


def percent(value: float) -> str:
    """A ratio for a sentence: two digits do, as long as they are those before the point."""
    return format_quantity(value, Dimension.RATIO, digits=2 if value < _WHOLE else 3)


def rate(value: float) -> str:
    """Requests per second for a sentence."""
    return format_quantity(value, Dimension.RATE)


def money(value: float) -> str:
    """USD per month for a sentence."""
    return format_quantity(value, Dimension.MONEY)


@remembered
def allowances(analysis: Analysis) -> Mapping[str, float]:
    """How much of the time each workload may be down, for those of which availability is asked."""
    found: dict[str, float] = {}
    for item in analysis.scenario.requirements.values():
        if isinstance(item, Availability):
            allowed = 1.0 - item.minimum
            found[item.workload] = min(allowed, found.get(item.workload, math.inf))
    return found


@remembered
def durabilities(analysis: Analysis) -> Mapping[str, float]:
    """The yearly durability asked of each dataset, for those of which any is."""
    found: dict[str, float] = {}
    for item in analysis.scenario.requirements.values():
        if isinstance(item, Durability):
            found[item.dataset] = max(item.minimum, found.get(item.dataset, 0.0))
    return found


def latency_verdicts(analysis: Analysis, workload: str) -> tuple[Verdict, ...]:
    """The verdicts on how fast this workload is answered."""
    return _latency_verdicts(analysis).get(workload, ())


@remembered
def _latency_verdicts(analysis: Analysis) -> Mapping[str, tuple[Verdict, ...]]:
    found: dict[str, tuple[Verdict, ...]] = {}
    for verdict in analysis.verdicts:
        item = analysis.scenario.requirements[verdict.requirement]
        if isinstance(item, Latency):
            found[item.workload] = (*found.get(item.workload, ()), verdict)
    return found


def outages(analysis: Analysis, kind: str) -> list[Outage]:
    """What goes with each single failure of this kind."""
    return [item for item in analysis.reliability.outages if item.kind == kind]


def missed(verdicts: Iterable[Verdict]) -> bool:
    """Whether any of them is missed."""
    return any(item.state is State.MISSED for item in verdicts)


def availability_missed(analysis: Analysis, workloads: Iterable[str]) -> bool:
    """Whether one of these workloads is down more than it may be."""
    return not _down_too_much(analysis).isdisjoint(workloads)


@remembered
def _down_too_much(analysis: Analysis) -> frozenset[str]:
    asked = {
        name: item.workload
        for name, item in analysis.scenario.requirements.items()
        if isinstance(item, Availability)
    }
    return frozenset(
        [
            asked[item.requirement]
            for item in analysis.verdicts
            if item.requirement in asked and item.state is State.MISSED
        ]
    )


@remembered
def visited(analysis: Analysis) -> frozenset[str]:
    """Every node that some request may go to, though it need not at these hit ratios."""
    return frozenset([visit.node for plan in analysis.traffic.plans.values() for visit in plan.visits])


def visited_by(analysis: Analysis, workload: str) -> Mapping[str, None]:
    """The nodes that a request of the workload may go to."""
    return dict.fromkeys([visit.node for visit in callees_first(analysis, workload)])


@remembered
def workloads_at(analysis: Analysis) -> Mapping[str, Mapping[str, float]]:
    """For each node that requests reach: the workloads that do, with their visits per second at peak."""
    found: dict[str, dict[str, float]] = {}
    for load in analysis.traffic.loads:
        if load.calls > 0.0:
            here = found.setdefault(load.node, {})
            here[load.workload] = here.get(load.workload, 0.0) + load.calls
    return found


def loads_at(analysis: Analysis) -> Mapping[str, Sequence[Load]]:
    """What each workload makes each node do; nothing for a node that is not in it."""
    return analysis.setting.loads


def allowed_utilisation(analysis: Analysis, workloads: Iterable[str]) -> float:
    """How much of a ceiling these workloads may use: the strictest of their throughput requirements, or all of it."""
    limits = _utilisations(analysis)
    return min([limits[name] for name in workloads if name in limits], default=1.0)


@remembered
def _utilisations(analysis: Analysis) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for item in analysis.scenario.requirements.values():
        if isinstance(item, Throughput):
            found[item.workload] = min(item.utilisation, found.get(item.workload, 1.0))
    return found


@remembered
def flows_into(analysis: Analysis) -> Mapping[str, tuple[Flow, ...]]:
    """What arrives at each node that is called at all."""
    found: dict[str, list[Flow]] = {}
    for flow in analysis.traffic.flows:
        if flow.calls > 0.0:
            found.setdefault(flow.target, []).append(flow)
    return {name: tuple(flows) for name, flows in found.items()}


def most_used(analysis: Analysis, node: str, ceilings: Container[Ceiling]) -> Utilisation | None:
    """The most used of these ceilings of the node, or None when none of them applies."""
    for item in analysis.nodes[node].utilisations:
        if item.ceiling in ceilings:
            return item
    return None


def is_managed(found: Component) -> bool:
    """The provider keeps it running, over several zones."""
    return Trait.MANAGED in found.traits or found.replication is Replication.MANAGED


def passed_openly(analysis: Analysis, passes: Callable[[Component], bool]) -> frozenset[str]:
    """Clients, and all that their requests come through while nothing but what `passes` is on the way."""
    open_to_all = set(placed(analysis, passes))
    waiting = list(behaving(analysis, Behavior.CLIENT))
    found = set(waiting)
    while waiting:
        for target in analysis.graph.successors(waiting.pop()):
            if target in open_to_all and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def standing(analysis: Analysis, node: str, machines: int) -> tuple[str, ...]:
    """The zones in which the node's `machines` stand; empty for what stands in no zone of the design."""
    found = component(analysis, node)
    if is_managed(found) or found.place is not Place.REGION:
        return ()
    return zones_of(analysis.graph.nodes[node], analysis.design)[:machines]


def callees_first(analysis: Analysis, workload: str) -> tuple[Visit, ...]:
    """Every visit of the workload's plan once, callees before all that call them."""
    plan = analysis.traffic.plans.get(workload)
    return plan.visits if plan else ()


def workloads_with(analysis: Analysis, *kinds: type[RequirementBase]) -> frozenset[str]:
    """The workloads of which a requirement of one of these kinds is asked."""
    return frozenset(
        [
            str(getattr(item, "workload", ""))
            for item in analysis.scenario.requirements.values()
            if isinstance(item, kinds)
        ]
    )


def allowed_at(analysis: Analysis, node: str) -> float:
    """How much of its ceilings the node may use, by the workloads that reach it."""
    return allowed_utilisation(analysis, workloads_at(analysis).get(node, ()))
