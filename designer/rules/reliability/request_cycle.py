"""Calls that come back to where they were."""

from __future__ import annotations

from itertools import pairwise

from designer.analysis.model import Analysis
from designer.design.edit import Change, Disconnect
from designer.design.model import Connection
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import flows_into, label, percent
from designer.traffic.model import ProblemKind


@rule(
    severity=Severity.ERROR,
    applies="Where nodes are connected.",
    bad=(
        Example(
            "users > load_balancer*2 > north:app_server*8 > n_db:sql_database*3; load_balancer > south:app_server*8 > "
            "s_db:sql_database*3; north > south; south > north",
            note="Each half asks the other for what it does not have.",
        ),
        Example(
            "users > lb:load_balancer*2 > inner:load_balancer*2 >[share=0.8] api:app_server*8 > db:sql_database*3; "
            "inner >[share=0.2] lb",
            note="A fifth of the requests is drawn to start again.",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > prices:app_server*4 > db:sql_database*3; "
            "prices >[calls=0.3] api",
        ),
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
    faults = [
        Fault(nodes, message, connections=_links(nodes), fix=_open(analysis, nodes))
        for nodes, message in cycles.items()
    ]
    faults += [_blame(analysis, link) for link in analysis.design.connections if _leads_back(analysis, link)]
    return tuple(faults) or Passed("No request comes back to where it has been.")


def _leads_back(analysis: Analysis, link: Connection) -> bool:
    """Whether a number says that requests go this way, and none does since it leads to where they come from."""
    if not link.share and not link.calls:
        return False
    flows = flows_into(analysis)
    if not flows.get(link.source) or any(flow.connection == link.id for flow in flows.get(link.target, ())):
        return False
    return link.source in analysis.graph.reachable(link.target)


def _blame(analysis: Analysis, link: Connection) -> Fault:
    """Not as grave as a circle that requests must run into: all of them are answered, another way."""
    source, target = label(analysis, link.source), label(analysis, link.target)
    if link.share:
        said = f"{percent(link.share)} of the calls of {source} are drawn to go to {target}"
        instead = "; the other connections carry them"
    else:
        said, instead = f"{link.calls:g} calls of {source} a request are drawn to go to {target}", ""
    return Fault(
        nodes=(link.source, link.target),
        message=f"{said}, which it is called from: requests do not go in circles, so none goes that way{instead}.",
        severity=Severity.WARNING,
        connections=(link.id,),
        fix=(Disconnect(source=link.source, target=link.target),),
    )


def _links(nodes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{source}>{target}" for source, target in pairwise((*nodes, nodes[0])))


def _open(analysis: Analysis, nodes: tuple[str, ...]) -> tuple[Change, ...]:
    """Without the connection of the circle that was drawn last: what closed it."""
    inside = set(pairwise((*nodes, nodes[0])))
    drawn = [ends for ends in analysis.graph.connections if ends in inside]
    return (Disconnect(source=drawn[-1][0], target=drawn[-1][1]),) if drawn else ()
