"""Copies near the users of what may not be copied."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.design.edit import Change, RemoveNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, listed, placed, rate, workloads_at
from designer.rules.repairs import fits_budget
from designer.rules.timing import keeps_time
from designer.scenario.model import Operation

_SERVICE = "load_balancer*2 > api:app_server*8 > db:sharded_sql*4[replicas=1, index=global]"


@rule(
    severity=Severity.WARNING,
    applies="Where requests pass a cache at the edge.",
    bad=Example(f"users > cdn > {_SERVICE}", scenario="directory"),
    good=Example(
        "users > cdn > load_balancer*2 > api:app_server*8 > db:sql_database*3",
        note="Here the edge keeps products, which are the same for everybody.",
    ),
    sources=(
        "OWASP Web Security Testing Guide, WSTG-ATHN-06: testing for browser cache weaknesses",
        "O. Gil, Web Cache Deception Attack, Black Hat USA 2017",
        "RFC 9111, HTTP Caching, section 5.2.2.7: the directive private",
    ),
    false_positives="An edge that is there against attacks, or to end TLS near the users, is set to keep nothing.",
    fix="Let what may not be kept there go straight to the region, and the edge serve what is the same for everybody.",
)
def check(analysis: Analysis) -> Result:
    """Personal data pass a cache that may keep none of them

    A cache at the edge gives one answer to many people. When nothing that passes it may be kept there, it only costs
    money and can fail; and one wrong header is enough for it to show one person's page to another.
    """
    edges = [node for node in placed(analysis, _is_at_the_edge) if node in workloads_at(analysis)]
    if not edges:
        return NotApplicable("No request passes a cache at the edge.")
    useful = {hit.cache for hit in analysis.traffic.hits}
    faults = [
        _fault(analysis, node, read)
        for node in edges
        if node not in useful and (read := _data_read(analysis, node))
    ]
    return tuple(faults) or Passed(
        "The caches at the edge keep what is the same for everybody.", tuple(edges)
    )


def _is_at_the_edge(found: Component) -> bool:
    return found.behavior is Behavior.CACHE and found.place is Place.EDGE


def _data_read(analysis: Analysis, node: str) -> list[str]:
    """The datasets that requests past this node read."""
    found = {
        touch.dataset: None
        for name in workloads_at(analysis)[node]
        for touch in analysis.scenario.workloads[name].touches
        if touch.dataset is not None and touch.operation is Operation.READ
    }
    return list(found)


def _fault(analysis: Analysis, node: str, read: list[str]) -> Fault:
    passing = sum(workloads_at(analysis)[node].values())
    data = listed(analysis.scenario.datasets[name].name for name in read)
    message = (
        f"{label(analysis, node)} passes on all of its {rate(passing)} requests at the busiest time and may keep "
        f"nothing: {data} must not be copied to the edge. One wrong header there, and one person sees "
        "the page of another."
    )
    return Fault(nodes=(node,), message=message, fix=_take_away(analysis, node))


def _take_away(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """Where what comes next is made to be the way in, is near enough, and answers from there are not too dear."""
    inner = [component(analysis, name) for name in analysis.graph.successors(node)]
    is_way_in = all({Trait.ENTRY, Trait.TERMINATES_TLS} <= found.traits for found in inner)
    in_time = keeps_time(analysis, workloads_at(analysis)[node], _later(analysis))
    if not is_way_in or not in_time or not fits_budget(analysis, _dearer(analysis, node)):
        return ()
    return (RemoveNode(node=node, reconnect=True),)


def _later(analysis: Analysis) -> float:
    """Seconds by which the slowest answers come later over one long way than over two shorter ones.

    What is beyond the means adds up in squares, as of independent times; beside all else it is less than that.
    """
    world = analysis.catalog.environment
    near, far, whole = world.client_to_edge, world.edge_to_region, world.client_to_region
    beyond = math.hypot(near.p99 - near.mean, far.p99 - far.mean)
    return max(0.0, whole.p99 - near.mean - far.mean - beyond)


def _dearer(analysis: Analysis, node: str) -> float:
    """USD a month more when what comes next answers the clients, at the price of what leaves a region."""
    cost = next(item for item in analysis.cost.nodes if item.node == node)
    price = analysis.figure(node, "egress_per_gb")
    region = analysis.catalog.environment.egress_per_gb.default
    return (cost.egress * (region / price - 1.0) if price else 0.0) - cost.requests
