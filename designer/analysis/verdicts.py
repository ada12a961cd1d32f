"""Each requirement judged: met, missed or cannot tell, with the arithmetic behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from designer.analysis.model import Analysis, State, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.performance.model import Ceiling, NodePerformance, Response, Utilisation
from designer.scenario.model import (
    Availability,
    Budget,
    Durability,
    Freshness,
    Latency,
    Requirement,
    RequirementBase,
    Storage,
    Throughput,
)
from designer.traffic.model import Problem, ProblemKind, Visit
from designer.units import SECONDS_PER_MONTH, Dimension, format_quantity

CARRYING = (Ceiling.OPERATIONS, Ceiling.BANDWIDTH, Ceiling.MEMORY, Ceiling.CONNECTIONS, Ceiling.PARTITION)
"""Ceilings that bound the rate of requests. Disk fills over time and has a requirement of its own."""

UNDRAWN = (ProblemKind.EMPTY, ProblemKind.NO_CLIENT)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a judge finds: the value, why, where; `value` None is "cannot tell"."""

    value: float | None
    reason: str
    nodes: tuple[str, ...] = ()
    arithmetic: Arithmetic | None = None


def judge(analysis: Analysis) -> tuple[Verdict, ...]:
    """One verdict per requirement, in the scenario's order."""
    return tuple(_verdict(analysis, name, item) for name, item in analysis.scenario.requirements.items())


def _verdict(analysis: Analysis, name: str, requirement: Requirement) -> Verdict:
    judge_one, limit, at_most, dimension = _JUDGES[requirement.kind]
    bound = limit(analysis, requirement)
    ruling = _undrawn(analysis) or judge_one(analysis, requirement)
    return Verdict(
        requirement=name,
        kind=requirement.kind,
        title=requirement.title or title_of(analysis, requirement),
        state=_state(ruling.value, bound, at_most),
        value=ruling.value,
        limit=bound,
        at_most=at_most,
        dimension=dimension,
        reason=ruling.reason,
        nodes=ruling.nodes,
        arithmetic=ruling.arithmetic,
        hidden=requirement.hidden,
    )


def _state(value: float | None, limit: float, at_most: bool) -> State:
    if value is None or math.isnan(value):
        return State.UNKNOWN
    return State.MET if (value <= limit if at_most else value >= limit) else State.MISSED


def title_of(analysis: Analysis, requirement: RequirementBase) -> str:
    """A requirement's title when its author gave none, such as "Follow a link: p99"."""
    scenario = analysis.scenario
    match requirement:
        case Throughput():
            return f"{scenario.workloads[requirement.workload].name}: throughput"
        case Latency():
            return f"{scenario.workloads[requirement.workload].name}: p{requirement.percentile:g}"
        case Availability():
            return f"{scenario.workloads[requirement.workload].name}: availability"
        case Freshness():
            return f"{scenario.workloads[requirement.workload].name}: freshness"
        case Durability():
            return f"{scenario.datasets[requirement.dataset].name}: durability"
        case Storage():
            return f"{scenario.datasets[requirement.dataset].name}: room to grow"
        case _:
            return "Budget"


def _undrawn(analysis: Analysis) -> Ruling | None:
    problem = next((item for item in analysis.traffic.problems if item.kind in UNDRAWN), None)
    return None if problem is None else Ruling(None, problem.message)


def _blocked(analysis: Analysis, workload: str) -> Problem | None:
    """The problem that keeps part of the workload from being served, if there is one."""
    return next((item for item in analysis.traffic.problems if item.workload in (workload, None)), None)


def _judge_throughput(analysis: Analysis, requirement: Throughput) -> Ruling:
    problem = _blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else 0.0, problem.message, problem.nodes)
    tightest = _tightest(analysis, nodes_of(analysis, requirement.workload))
    if tightest is None:
        return Ruling(None, "No node on the way has a known ceiling.")
    node, used = tightest
    peak = analysis.scenario.workloads[requirement.workload].peak_rate
    carried = math.inf if used.value == 0 else peak * requirement.utilisation / used.value
    label = analysis.design.node(node).label
    load, arriving = format_quantity(used.value, Dimension.RATIO), format_quantity(peak, Dimension.RATE)
    reason = (
        f"{label} is the tightest part: {used.ceiling.value} at {load} when the peak of {arriving} arrives."
    )
    arithmetic = Arithmetic(
        formula="X = lambda * U / rho",
        result=Quantity("X", "requests the design can carry", carried, Dimension.RATE),
        inputs=(
            Quantity("lambda", "peak rate of the workload", peak, Dimension.RATE, "the scenario"),
            Quantity("U", "utilisation allowed", requirement.utilisation, Dimension.RATIO, "the requirement"),
            Quantity("rho", f"{used.ceiling.value} in use at {label}", used.value, Dimension.RATIO),
        ),
        method="utilisation law",
        steps=(used.arithmetic,),
    )
    return Ruling(carried, reason, (node,), arithmetic)


def _tightest(analysis: Analysis, nodes: tuple[str, ...]) -> tuple[str, Utilisation] | None:
    candidates = [
        (name, used)
        for name in nodes
        for used in _facts(analysis, name).utilisations
        if used.ceiling in CARRYING
    ]
    return max(candidates, key=lambda pair: pair[1].value, default=None)


def _facts(analysis: Analysis, node: str) -> NodePerformance:
    return analysis.nodes[node]


def nodes_of(analysis: Analysis, workload: str) -> tuple[str, ...]:
    """Every node the workload visits, in order of first visit, deferred work included."""
    plan = analysis.traffic.plans.get(workload)
    waiting: list[Visit] = [entry.visit for entry in reversed(plan.entries)] if plan else []
    seen: dict[str, None] = {}
    visited: set[int] = set()
    while waiting:
        visit = waiting.pop()
        if id(visit) not in visited:
            visited.add(id(visit))
            seen[visit.node] = None
            waiting.extend(
                option.visit for call in reversed(visit.calls) for option in reversed(call.options)
            )
    return tuple(seen)


def _judge_latency(analysis: Analysis, requirement: Latency) -> Ruling:
    return _judge_response(analysis, requirement, analysis.responses, "answers")


def _judge_freshness(analysis: Analysis, requirement: Freshness) -> Ruling:
    workload = analysis.scenario.workloads[requirement.workload]
    response = analysis.responses.get(requirement.workload)
    if response is not None and requirement.workload not in analysis.freshness:
        if math.isinf(response.mean):  # done with the answer, which never comes
            return _judge_response(analysis, requirement, analysis.responses, "has everything done")
        return Ruling(0.0, f"Nothing of {workload.name} is put off: it is done when the answer is out.")
    return _judge_response(analysis, requirement, analysis.freshness, "has everything done")


def _judge_response(
    analysis: Analysis, requirement: Latency | Freshness, responses: Mapping[str, Response], verb: str
) -> Ruling:
    problem = _blocked(analysis, requirement.workload)
    if problem is not None:
        return Ruling(None, problem.message, problem.nodes)
    response = responses.get(requirement.workload)
    if response is None:
        return Ruling(None, "Nothing answers this workload.")
    value = response.percentiles[float(requirement.percentile)]
    if math.isinf(value):
        names = ", ".join(analysis.design.node(name).label for name in response.saturated)
        reason = f"Unbounded: more arrives at {names} than it can serve, so the wait grows without end."
        return Ruling(value, reason, response.saturated, response.arithmetic)
    slowest = max(response.hops, key=lambda hop: hop.service + hop.waiting + hop.network)
    share = (slowest.service + slowest.waiting + slowest.network) / response.mean if response.mean else 0.0
    label, part = analysis.design.node(slowest.node).label, format_quantity(share, Dimension.RATIO, digits=2)
    reason = (
        f"p{requirement.percentile:g} {verb} in {format_quantity(value, Dimension.TIME)}; "
        f"{label} takes {part} of the mean."
    )
    return Ruling(value, reason, (slowest.node,), response.arithmetic)


def _judge_availability(analysis: Analysis, requirement: Availability) -> Ruling:
    problem = _blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else 0.0, problem.message, problem.nodes)
    for item in analysis.reliability.workloads:
        if item.workload == requirement.workload:
            weakest = tuple(contribution.node for contribution in item.contributions[:1])
            label = f"; {analysis.design.node(weakest[0]).label} costs most of it" if weakest else ""
            reason = f"Available {format_quantity(item.availability, Dimension.RATIO)} of the time{label}."
            return Ruling(item.availability, reason, weakest, item.arithmetic)
    return Ruling(None, "Nothing answers this workload.")


def _judge_durability(analysis: Analysis, requirement: Durability) -> Ruling:
    for item in analysis.reliability.durabilities:
        if item.dataset == requirement.dataset:
            homes = analysis.growth[requirement.dataset].homes
            reason = f"A record survives a year with {format_quantity(item.durability, Dimension.RATIO)}."
            return Ruling(item.durability, reason, homes, item.arithmetic)
    name = analysis.scenario.datasets[requirement.dataset].name
    return Ruling(0.0, f"{name} has no durable home in this design.")


def _judge_storage(analysis: Analysis, requirement: Storage) -> Ruling:
    growth = analysis.growth.get(requirement.dataset)
    if growth is None or not growth.homes:
        name = analysis.scenario.datasets[requirement.dataset].name
        return Ruling(0.0, f"{name} has no home in this design.")
    months = [(analysis.nodes[home].months_until_full, home) for home in growth.homes]
    first = min(((value, home) for value, home in months if value is not None), default=None)
    if first is None:
        return Ruling(math.inf, "Its home does not fill up.", growth.homes, growth.arithmetic)
    seconds = first[0] * SECONDS_PER_MONTH
    label = analysis.design.node(first[1]).label
    reason = f"{label} is full in {format_quantity(seconds, Dimension.TIME)}."
    return Ruling(seconds, reason, (first[1],), growth.arithmetic)


def _judge_budget(analysis: Analysis, requirement: Budget) -> Ruling:
    cost = analysis.cost
    dearest = max(cost.nodes, key=lambda item: item.total, default=None)
    if dearest is None or not analysis.responses:
        return Ruling(None, "Nothing is answered yet, so there is nothing to pay for.")
    arithmetic = Arithmetic(
        formula="C = sum of the nodes' costs",
        result=Quantity("C", "cost per month", cost.total, Dimension.MONEY),
        inputs=tuple(
            Quantity(f"C[{item.node}]", analysis.design.node(item.node).label, item.total, Dimension.MONEY)
            for item in cost.nodes
        ),
        steps=tuple(item.arithmetic for item in cost.nodes),
    )
    reason = (
        f"{format_quantity(cost.total, Dimension.MONEY)}; {analysis.design.node(dearest.node).label} "
        f"is the dearest part with {format_quantity(dearest.total, Dimension.MONEY)}."
    )
    return Ruling(cost.total, reason, (dearest.node,), arithmetic)


def _peak(analysis: Analysis, requirement: Throughput) -> float:
    return analysis.scenario.workloads[requirement.workload].peak_rate


_JUDGES: dict[str, tuple[Callable[..., Ruling], Callable[..., float], bool, Dimension]] = {
    "throughput": (_judge_throughput, _peak, False, Dimension.RATE),
    "latency": (_judge_latency, lambda _, item: item.limit, True, Dimension.TIME),
    "availability": (_judge_availability, lambda _, item: item.minimum, False, Dimension.RATIO),
    "durability": (_judge_durability, lambda _, item: item.minimum, False, Dimension.RATIO),
    "freshness": (_judge_freshness, lambda _, item: item.limit, True, Dimension.TIME),
    "storage": (_judge_storage, lambda _, item: item.horizon, False, Dimension.TIME),
    "budget": (_judge_budget, lambda _, item: item.limit, True, Dimension.MONEY),
}
