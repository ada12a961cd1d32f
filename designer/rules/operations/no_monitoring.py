"""Nobody looks, and so nobody knows."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Trait
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    behaving,
    label,
    listed,
    placed,
    workload_names,
    workloads_with,
)
from designer.rules.repairs import watch
from designer.scenario.model import Availability, Latency


@rule(
    severity=Severity.INFO,
    applies="Where a response time or an availability is asked of what is drawn.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3; monitoring",
            note="It is there, but nothing is connected to it.",
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3; api, db > monitoring"
    ),
    sources=(
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 6: monitoring distributed systems",
        "AWS Well-Architected Framework, Operational Excellence Pillar, OPS8: utilize workload observability",
    ),
    false_positives="Monitoring that the provider brings along, or that belongs to another team, is often left out.",
    fix="Send how many requests there are, how many fail and how long they take to something that wakes somebody up.",
)
def check(analysis: Analysis) -> Result:
    """Nobody would notice that it fails

    A promise about response times or availability means little when nobody measures them. Without monitoring it is the
    users who find out, and they do not say which part it was.
    """
    asked = workloads_with(analysis, Availability, Latency)
    workloads = [name for name in analysis.scenario.workloads if name in asked]
    # Whether they are answered already does not matter: closing a gap is not to bring up a fault.
    if not workloads or not behaving(analysis, Behavior.CLIENT) or not _parts(analysis):
        return NotApplicable("Nothing is drawn yet whose speed or availability is asked for.")
    observers = placed(analysis, _observes)
    at_work = [node for node in observers if _has_links(analysis, node)]
    if at_work:
        return Passed("Somebody watches, and hears of a failure before the users complain.", tuple(at_work))
    return (_fault(analysis, observers, workloads),)


def _observes(found: Component) -> bool:
    return Trait.OBSERVES in found.traits


def _has_links(analysis: Analysis, node: str) -> bool:
    return bool(analysis.graph.predecessors(node) or analysis.graph.successors(node))


def _parts(analysis: Analysis) -> list[str]:
    """The services, which see every request and how it ends; without any the stores."""
    return list(behaving(analysis, Behavior.SERVICE) or behaving(analysis, Behavior.STORE))


def _fault(analysis: Analysis, observers: list[str], workloads: list[str]) -> Fault:
    # Named are only observers: this is about the whole design, and not about each part of it.
    return Fault(
        nodes=tuple(observers),
        message=lambda: _tell(analysis, observers, workloads),
        fix=lambda: watch(analysis, _parts(analysis), observers[0] if observers else None),
    )


def _tell(analysis: Analysis, observers: list[str], workloads: list[str]) -> str:
    idle = listed(label(analysis, node) for node in observers)
    reason = f"nothing is connected to {idle}" if observers else "nothing in the design measures it"
    return (
        f"Speed or availability is promised for {workload_names(analysis, workloads)}, and {reason}: when the promise "
        "is broken, only users notice."
    )
