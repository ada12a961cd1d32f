"""Calls that come back to where they were."""

from __future__ import annotations

from itertools import pairwise

from designer.analysis.model import Analysis
from designer.design.edit import Change, Disconnect
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.traffic.model import ProblemKind


@rule(
    severity=Severity.ERROR,
    applies="Where nodes are connected.",
    bad=Example(
        "users > load_balancer*2 > north:app_server*8 > n_db:sql_database*3; load_balancer > south:app_server*8 > "
        "s_db:sql_database*3; north > south; south > north",
        note="Each half asks the other for what it does not have.",
    ),
    good=Example(
        "users > load_balancer*2 > north:app_server*8 > n_db:sql_database*3; load_balancer > south:app_server*8 > "
        "s_db:sql_database*3; north > south"
    ),
    sources=("M. Nygard, Release It!, 2nd edition, chapter 4: cascading failures and blocked threads",),
    false_positives="Two services may call each other for different things; draw them as the parts that do.",
    fix="Take away one of the connections, or put a queue where the answer is not waited for.",
)
def check(analysis: Analysis) -> Result:
    """Calls that go in circles

    When A waits for B and B waits for A, a few requests hold all workers of both, and each waits for the other for
    ever. It also cannot be said how much work one request makes.
    """
    cycles: dict[tuple[str, ...], str] = {}
    for problem in analysis.traffic.problems:
        if problem.kind is ProblemKind.CYCLE:
            cycles.setdefault(problem.nodes, problem.message)
    if not analysis.design.connections:
        return NotApplicable("Nothing is connected yet.")
    if not cycles:
        return Passed("No request comes back to where it has been.")
    return tuple(
        Fault(nodes, message, connections=_links(nodes), fix=_open(analysis, nodes))
        for nodes, message in cycles.items()
    )


def _links(nodes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{source}>{target}" for source, target in pairwise((*nodes, nodes[0])))


def _open(analysis: Analysis, nodes: tuple[str, ...]) -> tuple[Change, ...]:
    """Without the connection of the circle that was drawn last: what closed it."""
    inside = set(pairwise((*nodes, nodes[0])))
    drawn = [ends for ends in analysis.graph.connections if ends in inside]
    return (Disconnect(source=drawn[-1][0], target=drawn[-1][1]),) if drawn else ()
