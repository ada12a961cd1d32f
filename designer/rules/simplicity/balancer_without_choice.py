"""Somebody who spreads requests, and one place to spread them to."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.design.edit import Change, RemoveNode
from designer.rules.definition import rule
from designer.rules.entries import unencrypted
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    allowances,
    component,
    is_managed,
    label,
    money,
    placed,
    visited,
    workloads_at,
)


@rule(
    severity=Severity.INFO,
    applies="Where requests pass a load balancer.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > inner:load_balancer*2 > object_storage",
            scenario="static",
        ),
        Example(
            "users > api_gateway > load_balancer*2 > api:app_server[read_rate=9k/s] > db:sql_database*2",
            scenario="quiet",
        ),
    ),
    good=(
        Example("users > load_balancer*2 > api:app_server*8 > object_storage", scenario="static"),
        Example(
            "users > load_balancer*2 > api:app_server*2[read_rate=9k/s] > db:sql_database*2", scenario="quiet"
        ),
    ),
    sources=(
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 20: load balancing in the datacenter",
        "Amazon S3 user guide, optimizing-performance: a managed service spreads requests over its own machines",
    ),
    false_positives="With a balancer in front, one machine can be replaced by another without anybody noticing.",
    fix="Take it away, or give it several machines to choose from.",
)
def check(analysis: Analysis) -> Result:
    """A load balancer with nothing to choose from

    A load balancer picks one of several machines for each request. In front of a single machine, or of a service whose
    provider spreads the load itself, there is nothing to pick: it only costs time and money.
    """
    reached = visited(analysis)
    balancers = [node for node in placed(analysis, _balances) if node in reached]
    if not balancers:
        return NotApplicable("No request passes a load balancer.")
    faults = []
    for node in balancers:
        target = _only_target(analysis, node)
        if target is not None and not _ends_tls(analysis, node) and not _is_about_to_grow(analysis, target):
            faults.append(_fault(analysis, node, target))
    return tuple(faults) or Passed(
        "Every load balancer has several machines to choose from, or ends the encryption for them.",
        tuple(balancers),
    )


def _balances(found: Component) -> bool:
    """A gateway that counts callers is there for that."""
    routes = found.behavior is Behavior.ROUTER and found.place is Place.REGION
    return routes and Trait.BALANCES in found.traits and Trait.LIMITS_RATE not in found.traits


def _only_target(analysis: Analysis, node: str) -> str | None:
    """The one place it can send requests to; None where there are several, or another router, which picks in turn."""
    targets = analysis.graph.successors(node)
    if len(targets) != 1 or targets[0] not in visited(analysis):
        return None
    found, placed_there = component(analysis, targets[0]), analysis.graph.nodes[targets[0]]
    if found.behavior is Behavior.ROUTER:
        return None
    copies = placed_there.instances * placed_there.shards * (1 + placed_there.replicas)
    return targets[0] if is_managed(found) or copies == 1 else None


def _is_about_to_grow(analysis: Analysis, target: str) -> bool:
    """Whether it is the one machine that is wrong: something must not stop, and stops with it."""
    single = target in analysis.reliability.single_points
    return single and not workloads_at(analysis).get(target, {}).keys().isdisjoint(allowances(analysis))


def _fault(analysis: Analysis, node: str, target: str) -> Fault:
    price = next((item.machines + item.requests for item in analysis.cost.nodes if item.node == node), 0.0)
    costs = f" and costs {money(price)}" if price > 0.0 else ""
    name = label(analysis, target)
    managed = is_managed(component(analysis, target))
    message = f"{label(analysis, node)} has nothing to choose from: {name} is " + (
        "one place, whose provider spreads the load" if managed else "one machine"
    )
    return Fault(
        nodes=(node, target),
        message=f"{message}. It does nothing else{costs}.",
        connections=(f"{node}>{target}",),
        fix=_take_away(analysis, node),
    )


def _ends_tls(analysis: Analysis, node: str) -> bool:
    """Whether requests come here from clients with nothing before that ends TLS: then it is there for that."""
    if Trait.TERMINATES_TLS not in component(analysis, node).traits:
        return False
    return not unencrypted(analysis).isdisjoint(analysis.graph.predecessors(node))


def _take_away(analysis: Analysis, node: str) -> tuple[Change, ...]:
    return () if analysis.graph.nodes[node].limit is not None else (RemoveNode(node=node, reconnect=True),)
