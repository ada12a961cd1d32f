"""A part that nothing uses."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import Change, RemoveNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, money, placed, visited

_ASIDE = (Behavior.CLIENT, Behavior.OBSERVER)


@rule(
    severity=Severity.INFO,
    applies="Where something else than clients is drawn.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3; cache*2"),
        Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3, vector_index"),
    ),
    good=(
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3 > monitoring", note="It watches."
        ),
    ),
    sources=("J. Gall, Systemantics: a complex system that works has evolved from a simple one that worked",),
    false_positives="Parts for jobs that no request starts, such as a nightly export, look unused here.",
    fix="Connect it to what should use it, or take it away.",
)
def check(analysis: Analysis) -> Result:
    """A part that no request uses

    Whatever stands in a design has to be paid for, watched, updated and explained. What no request ever reaches helps
    nobody.
    """
    parts = placed(analysis, lambda found: found.behavior not in _ASIDE)
    if not parts:
        return NotApplicable("Nothing is drawn yet but clients.")
    reached = visited(analysis)
    faults = tuple(
        _fault(analysis, node) for node in parts if node not in reached and _is_idle(analysis, node)
    )
    if not faults and analysis.traffic.problems:
        return NotApplicable(
            "Not every request finds its way, so it cannot be told what none of them would use."
        )
    return faults or Passed("Every part is there for something.")


def _is_idle(analysis: Analysis, node: str) -> bool:
    """Connected to nothing, or on the way of requests that all go elsewhere.

    Not where a request that finds no way looks for it: what is missing then is the way, as is told elsewhere.
    """
    graph = analysis.graph
    if any(node in problem.nodes for problem in analysis.traffic.problems):
        return False
    if not graph.successors(node) and not graph.predecessors(node):
        return True
    # With a gap somewhere it cannot be told what would pass here once the gap is closed.
    return not analysis.traffic.problems and not _is_own_work(analysis, node)


def _is_own_work(analysis: Analysis, node: str) -> bool:
    """Part of what services and schedulers start by themselves, such as training or a nightly export."""
    seen, waiting = {node}, [node]
    while waiting:
        name = waiting.pop()
        callers = analysis.graph.predecessors(name)
        behavior = component(analysis, name).behavior
        if behavior is Behavior.OBSERVER or (
            behavior is Behavior.SERVICE and _starts_itself(analysis, callers)
        ):
            return True
        fresh = [item for item in callers if item not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _starts_itself(analysis: Analysis, callers: tuple[str, ...]) -> bool:
    """Whether a service with these callers works without being asked: nobody calls it, or it takes from a queue."""
    return all(component(analysis, name).behavior is Behavior.QUEUE for name in callers)


def _fault(analysis: Analysis, node: str) -> Fault:
    graph = analysis.graph
    alone = not graph.successors(node) and not graph.predecessors(node)
    state = "is connected to nothing" if alone else "is connected, but no request ever goes there"
    price = next((item.total for item in analysis.cost.nodes if item.node == node), 0.0)
    costs = f" It costs {money(price)} all the same." if price > 0.0 else ""
    return Fault((node,), f"{label(analysis, node)} {state}.{costs}", fix=_remove(analysis, node))


def _remove(analysis: Analysis, node: str) -> tuple[Change, ...]:
    kept = any(node in growth.homes for growth in analysis.growth.values())
    return () if kept else (RemoveNode(node=node, reconnect=False),)
