"""Something that was asked for and that nothing answers."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, workload_names
from designer.rules.repairs import connect
from designer.traffic.model import Problem, ProblemKind

MOST_REASONS = 3
"""Reasons told of one place; a longer list is not read."""

_GAPS = (ProblemKind.NO_CLIENT, ProblemKind.UNREACHABLE, ProblemKind.NO_HOME)


@rule(
    severity=Severity.ERROR,
    applies="Where something is drawn, and no request goes in circles.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*8; db:sql_database*3",
            note="Nothing calls the database.",
        ),
        Example("users > load_balancer*2 > api:app_server*8 > cache*2", note="A cache is no home."),
        Example("load_balancer*2 > api:app_server*8 > db:sql_database*3", note="Nobody asks."),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3"),
    sources=("By definition: a request is answered when all that it touches is reached",),
    false_positives="None known: what no connection leads to cannot be answered.",
    fix="Draw the connection, or place what keeps the data or does the work.",
)
def check(analysis: Analysis) -> Result:
    """A request that nothing answers

    Every request must find its way, connection by connection, from the client to all that it needs. Where one
    connection is missing, the request fails however good the rest is.
    """
    problems = analysis.traffic.problems
    if any(problem.kind is ProblemKind.EMPTY for problem in problems):
        return NotApplicable("Nothing is drawn yet.")
    gaps: dict[tuple[ProblemKind, tuple[str, ...]], list[Problem]] = {}
    for problem in problems:
        if problem.kind in _GAPS:
            gaps.setdefault((problem.kind, problem.nodes), []).append(problem)
    if not gaps:
        if problems:
            return NotApplicable("Requests go in circles, so it cannot be told which of them are answered.")
        return Passed("Every request finds a way to all that it needs.")
    return tuple(_fault(analysis, found) for found in gaps.values())


def _fault(analysis: Analysis, problems: list[Problem]) -> Fault:
    """All gaps at one place. Workloads that fail for the same reason are named together."""
    reasons: dict[str, list[Problem]] = {}
    for problem in problems:
        reasons.setdefault(problem.message.partition(": ")[2], []).append(problem)
    sentences = [_say(analysis, alike) for alike in list(reasons.values())[:MOST_REASONS]]
    if len(reasons) > MOST_REASONS:
        sentences.append(f"And {len(reasons) - MOST_REASONS} more.")
    return Fault(problems[0].nodes, " ".join(sentences), fix=_bridge(analysis, problems[0]))


def _say(analysis: Analysis, problems: list[Problem]) -> str:
    first = problems[0]
    others = dict.fromkeys(
        item.workload for item in problems if item.workload is not None and item.workload != first.workload
    )
    return first.message + (f" The same goes for {workload_names(analysis, others)}." if others else "")


def _bridge(analysis: Analysis, problem: Problem) -> tuple[Change, ...]:
    """The missing connection, where a service stands on this side of the gap and calling on makes no circle."""
    if problem.kind is not ProblemKind.UNREACHABLE or len(problem.nodes) < 2:
        return ()
    source, target = problem.nodes[:2]
    joined = (source, target) in analysis.graph.connections
    if joined or component(analysis, source).behavior is not Behavior.SERVICE:
        return ()
    return () if source in analysis.graph.reachable(target) else (connect(source, target),)
