"""Several machines, and nothing that spreads the requests over them."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.design.edit import Change, Disconnect
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    behaving,
    component,
    is_managed,
    label,
    listed,
    passed_openly,
    workloads_at,
)
from designer.rules.repairs import BALANCER, connect, insert, machines_for, new_node


@rule(
    severity=Severity.WARNING,
    applies="Where several machines do the same work.",
    bad=(
        Example("users > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example("users, mobile_app > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > dns > api:app_server*8 > cache*2[replicas=1], db:sql_database*3",
            note="A name is no balancer.",
        ),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapters 19 and 20: load balancing",
        "Amazon Route 53 developer guide: clients keep the old address for minutes or longer",
    ),
    false_positives="Clients of your own that know all addresses and their health can spread requests themselves.",
    fix="Put a load balancer in front of them.",
)
def check(analysis: Analysis) -> Result:
    """Several machines, but nothing spreads the load

    A browser knows one address. Without a load balancer it stays with one machine, whether that is busy, slow or
    dead, and the others stand idle.
    """
    services = behaving(analysis, Behavior.SERVICE)
    tiers = [node for node in workloads_at(analysis) if node in services and _needs_balancing(analysis, node)]
    if not tiers:
        return NotApplicable("No tier of several machines stands here.")
    unspread = passed_openly(analysis, _spreads_nothing)
    entries = {
        node: tuple(source for source in analysis.graph.predecessors(node) if source in unspread)
        for node in tiers
    }
    faults = tuple(_fault(analysis, node, callers) for node, callers in entries.items() if callers)
    return faults or Passed("Requests from outside are spread over all machines.", tuple(tiers))


def _needs_balancing(analysis: Analysis, node: str) -> bool:
    return analysis.graph.nodes[node].instances > 1 and not is_managed(component(analysis, node))


def _spreads_nothing(found: Component) -> bool:
    """Hands requests on to the one address it knows."""
    passes = found.behavior is Behavior.ROUTER or (
        found.behavior is Behavior.CACHE and found.place is not Place.REGION
    )
    return passes and Trait.BALANCES not in found.traits


def _fault(analysis: Analysis, node: str, callers: tuple[str, ...]) -> Fault:
    count = analysis.graph.nodes[node].instances
    message = (
        f"{label(analysis, node)} has {count} machines, but {listed(label(analysis, name) for name in callers)} "
        f"{agree(callers, 'reaches', 'reach')} them with nothing in between that picks one for each request."
    )
    return Fault(
        nodes=(node,),
        message=message,
        connections=tuple(f"{source}>{node}" for source in callers),
        fix=_balance(analysis, node, callers),
    )


def _balance(analysis: Analysis, node: str, callers: tuple[str, ...]) -> tuple[Change, ...]:
    calls = sum(
        flow.calls for flow in analysis.traffic.flows if flow.target == node and flow.source in callers
    )
    balancer = new_node(analysis, BALANCER, machines_for(analysis, BALANCER, calls), beside=node)
    changes = insert(analysis, balancer, callers[0], node)
    if balancer is None or not changes:
        return ()
    for source in callers[1:]:
        changes = (*changes, Disconnect(source=source, target=node), connect(source, balancer.id))
    return changes
