"""What a judge finds, and what several judges ask."""

from __future__ import annotations

from dataclasses import dataclass

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Later
from designer.traffic.model import Problem, Visit


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
