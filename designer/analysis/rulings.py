"""What a judge finds, and what several judges ask."""

from __future__ import annotations

from dataclasses import dataclass

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Later
from designer.performance.failing import Failing
from designer.traffic.model import Problem, Visit
from designer.units import Dimension, format_quantity


@dataclass(frozen=True)
class Ruling:
    """What a judge finds: the value, why, where; `value` None is "cannot tell"."""

    value: float | None
    reason: Later[str] = Later()  # a descriptor
    nodes: tuple[str, ...] = ()
    arithmetic: Arithmetic | None = None


def blocked(analysis: Analysis, workload: str) -> Problem | None:
    """The problem that keeps part of the workload from being served, if there is one."""
    for problem in analysis.traffic.problems:
        if problem.workload in (workload, None):
            return problem
    return None


def nodes_of(analysis: Analysis, workload: str) -> tuple[str, ...]:
    """Every node the workload visits, in order of first visit, deferred work included."""
    plan = analysis.traffic.plans.get(workload)
    waiting: list[Visit] = [entry.visit for entry in reversed(plan.entries)] if plan else []
    seen: dict[str, None] = {}
    visited: set[int] = set()
    while waiting:
        node, _, _, calls, number = waiting.pop()
        if number not in visited:
            visited.add(number)
            seen[node] = None
            for call in reversed(calls):
                for _, _, visit in reversed(call.options):
                    if visit.number not in visited:
                        waiting.append(visit)
    return tuple(seen)


def retrying(analysis: Analysis, workload: str) -> str:
    """What is to be said of the retries on the workload's way, after a space; nothing where they are calm."""
    if not analysis.unsettled and not analysis.metastable:
        return ""
    used = {flow.connection for flow in analysis.traffic.flows if flow.workload == workload}
    for names, words in (
        (analysis.unsettled, "Retries towards {} feed an overload that does not settle."),
        (analysis.metastable, "Once overloaded, retries towards {} would keep it so."),
    ):
        ends = [name.partition(">")[2] for name in names if name in used]
        if ends:
            labels = dict.fromkeys(analysis.design.node(end).label for end in ends)
            return f" {words.format(' and '.join(labels))}"
    return ""


def tell_failing(analysis: Analysis, failing: Failing) -> str:
    """Why most of the requests fail that do so though all is up."""
    design = analysis.design
    for culprit in failing.culprits[:1]:
        source, _, target = culprit.connection.partition(">")
        caller, callee = design.node(source).label, design.node(target).label
        policy = analysis.setting.drawing.policies.get(culprit.connection)
        timeout = None if policy is None else policy.timeout
        if timeout is not None and culprit.late >= culprit.errors:
            limit, late = format_quantity(timeout, Dimension.TIME), _share(culprit.late)
            return f"{caller} gives {callee} up after {limit}, and {late} of the answers take longer"
        return f"{_share(culprit.errors)} of the answers of {callee} are errors"
    node = design.node(max(failing.deadlines, key=failing.deadlines.__getitem__))
    limit = format_quantity(node.deadline or 0.0, Dimension.TIME)
    return f"{node.label} gives up what takes longer than its deadline of {limit}"


def failing_nodes(failing: Failing) -> tuple[str, ...]:
    """Where to look for what most of these requests fail by."""
    for culprit in failing.culprits[:1]:
        source, _, target = culprit.connection.partition(">")
        return (target, source)
    return tuple(failing.deadlines)


def _share(value: float) -> str:
    return format_quantity(value, Dimension.RATIO, digits=2)
