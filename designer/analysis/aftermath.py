"""What is left while something is down, judged with numbers: the design without it, under the traffic it still serves.

What a failure takes away is said by the outages (designer.reliability); this adds how busy and how slow the rest is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from designer.analysis.facts import measure
from designer.analysis.model import Analysis, Verdict
from designer.catalog.model import Behavior, Place, Replication
from designer.design.model import Design, Node
from designer.errors import DesignError, quote, suggest
from designer.reliability.groups import is_managed, regions_of, zones_of
from designer.reliability.model import Outage
from designer.scenario.model import Scenario
from designer.traffic.model import Flow, Plan

KINDS = ("node", "zone", "region")
"""What can be taken down as a whole."""

AT_ONCE = frozenset({"throughput", "latency", "freshness"})
"""Requirements of every moment. Availability, durability and money are about a year or a month."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left. `rest` is None where nothing is: every workload is lost."""

    outage: Outage
    down: tuple[str, ...]  # nodes of which no machine is left
    reduced: tuple[str, ...]  # nodes that lost some of their machines
    unreached: tuple[str, ...]  # nodes that are up, but nothing comes to them any more
    stopped: tuple[str, ...]  # connections that nothing goes over any more
    waiting: tuple[str, ...]  # workloads that are answered, but what they put off waits
    without: tuple[str, ...]  # workloads that are answered without what a node that is down has for them
    rest: Analysis | None  # of what is left, under the workloads that are not lost

    def verdict(self, requirement: str) -> Verdict | None:
        """The verdict while it is down; None where its workload is lost, or it is not about a moment."""
        found = None if self.rest is None else self.rest.scenario.requirements.get(requirement)
        if self.rest is None or found is None or found.kind not in AT_ONCE:
            return None
        return self.rest.verdict(requirement)


def take_down(analysis: Analysis, kind: str, name: str) -> Aftermath:
    """What is left of the design without that node, zone or region. Costs an analysis.

    A node goes with all its machines; of what stands in several zones the machines elsewhere are left, and the
    traffic goes to them. Raises DesignError when there is nothing of that name.
    """
    outage = _outage_of(analysis, kind, name)
    rest: dict[str, Node | None] = {}  # None: nothing is left
    if kind == "node":
        rest[name] = None
    else:
        zones = frozenset(_zones_in(analysis.design, kind, name))
        for node in analysis.design.nodes:
            left = _left_of(analysis, node, zones)
            if left is not node:
                rest[node.id] = left
    down = tuple([node for node, left in rest.items() if left is None])
    measured = _measure_rest(analysis, rest, outage.lost)
    served = () if measured is None else measured.traffic.flows
    failing = [flow for flow in analysis.traffic.flows if flow.workload in outage.lost]
    run = _running((*served, *failing), set(_clients(analysis)) - {*down}, down)
    before = analysis.traffic.flows
    reached, lines = {flow.target for flow in run}, {flow.connection for flow in run}
    waiting, without = _affected(analysis, down, outage.lost)
    return Aftermath(
        outage=outage,
        down=down,
        reduced=tuple([node for node, left in rest.items() if left is not None]),
        unreached=tuple(
            [node for node in dict.fromkeys(flow.target for flow in before) if node not in {*reached, *down}]
        ),
        stopped=tuple(
            [item for item in dict.fromkeys(flow.connection for flow in before) if item not in lines]
        ),
        waiting=waiting,
        without=without,
        rest=measured,
    )


def _outage_of(analysis: Analysis, kind: str, name: str) -> Outage:
    outages = analysis.reliability.outages
    for outage in outages:
        if (outage.kind, outage.name) == (kind, name):
            return outage
    if kind == "node" and name in analysis.design.by_id:  # what never fails by itself: a client
        every = tuple(analysis.traffic.plans)
        return Outage(kind, name, tuple([item for item in every if _starts_at(analysis, item, name)]), ())
    known = [outage.name for outage in outages if outage.kind == kind]
    raise DesignError(
        f"there is no {kind if kind in KINDS else 'part'} {quote(name)} that could be down",
        suggestion=suggest(name, known),
    )


def _starts_at(analysis: Analysis, workload: str, node: str) -> bool:
    """Whether all requests of the workload begin at the node."""
    entries = analysis.traffic.plans[workload].entries
    return bool(entries) and all(entry.visit.node == node for entry in entries)


def _zones_in(design: Design, kind: str, name: str) -> Iterator[str]:
    if kind == "zone":
        yield name
        return
    stood = dict.fromkeys([zone for node in design.nodes for zone in zones_of(node, design)])
    yield from (zone for zone, region in regions_of(stood, design).items() if region == name)


def _left_of(analysis: Analysis, node: Node, zones: Collection[str]) -> Node | None:
    """The node with the machines it has outside these zones: itself where it loses none, None where it has none.

    Machines, and the copies of data, stand in the node's zones one after the other.
    """
    component = analysis.component(node.id)
    stands = component.place is Place.REGION and not is_managed(component)
    named = zones_of(node, analysis.design)
    kept = tuple([zone for zone in named if zone not in zones])
    if not stands or component.behavior is Behavior.CLIENT or len(kept) == len(named):
        return node
    if not kept:
        return None
    copies = 1 + node.replicas
    if component.replication is Replication.LEADER or (
        component.replication is Replication.NONE and copies > 1
    ):
        return _replace(node, kept, replicas=_standing(named, zones, copies) - 1)
    if node.instances == 1 and node.shards > 1:
        return _replace(node, kept, shards=_standing(named, zones, node.shards))
    return _replace(node, kept, instances=_standing(named, zones, node.instances))


def _standing(named: tuple[str, ...], lost: Collection[str], count: int) -> int:
    """How many of so many machines, one zone after the other, stand outside the lost zones."""
    return sum(named[number % len(named)] not in lost for number in range(count))


def _replace(node: Node, zones: tuple[str, ...], **counts: int) -> Node | None:
    """The node in those zones with those counts; None where one of them says that nothing is left."""
    least = {"instances": 1, "shards": 1, "replicas": 0}
    if any(count < least[name] for name, count in counts.items()):
        return None
    return node.model_copy(update={"zones": zones, **counts})


def _measure_rest(
    analysis: Analysis, rest: Mapping[str, Node | None], lost: Collection[str]
) -> Analysis | None:
    scenario = _without(analysis.scenario, lost)
    if not scenario.workloads:
        return None
    found = measure(scenario, _design_of(analysis.design, rest), analysis.catalog)
    if _is_as_drawn(found, analysis):
        return found
    # Without the node requests would be planned another way, which nobody does while it is only down: its callers go
    # on without it, so that it is the traffic of the others that tells how busy they are.
    kept = {name: left for name, left in rest.items() if left is not None}
    return measure(scenario, _design_of(analysis.design, kept), analysis.catalog)


def _design_of(design: Design, rest: Mapping[str, Node | None]) -> Design:
    nodes = tuple([left for node in design.nodes if (left := rest.get(node.id, node)) is not None])
    there = {node.id for node in nodes}
    links = [link for link in design.connections if link.source in there and link.target in there]
    return design.model_copy(update={"nodes": nodes, "connections": tuple(links)})


def _is_as_drawn(found: Analysis, before: Analysis) -> bool:
    """Whether every workload goes only where it went before, and is served."""
    used = {(flow.workload, flow.connection) for flow in before.traffic.flows}
    now = {(flow.workload, flow.connection) for flow in found.traffic.flows}
    broken = {problem.workload for problem in found.traffic.problems}
    was_broken = {problem.workload for problem in before.traffic.problems}
    return now <= used and broken <= was_broken


def _running(flows: Sequence[Flow], clients: Collection[str], down: Collection[str]) -> list[Flow]:
    """The flows that begin at a client and pass nothing that is down; requests that fail do so where it is."""
    reached = set(clients)
    left = [flow for flow in flows if flow.target not in down]
    growing = True
    while growing:
        more = {flow.target for flow in left if flow.source in reached} - reached
        reached |= more
        growing = bool(more)
    return [flow for flow in left if flow.source in reached]


def _clients(analysis: Analysis) -> Iterator[str]:
    for node in analysis.design.nodes:
        if analysis.component(node.id).behavior is Behavior.CLIENT:
            yield node.id


def _affected(
    analysis: Analysis, down: Collection[str], lost: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of what is still answered: what waits, since only put off work leads there, and what does without."""
    waiting: list[str] = []
    without: list[str] = []
    for workload, plan in analysis.traffic.plans.items():
        if workload not in lost and plan.entries:
            late = _visits_of(plan, answered=False)
            at_once = _visits_of(plan, answered=True)
            if not at_once.isdisjoint(down):
                without.append(workload)
            elif not late.isdisjoint(down):
                waiting.append(workload)
    return tuple(waiting), tuple(without)


def _visits_of(plan: Plan, *, answered: bool) -> set[str]:
    """The nodes that a request visits; `answered`: before the answer is out."""
    seen: set[int] = set()
    pending = [entry.visit for entry in plan.entries]
    found = set()
    for visit in pending:  # which grows on the way
        if visit.number in seen:
            continue
        seen.add(visit.number)
        found.add(visit.node)
        for call in visit.calls:
            if not (answered and call.deferred):
                pending += [option.visit for option in call.options]
    return found


def _without(scenario: Scenario, lost: Collection[str]) -> Scenario:
    """The scenario without workloads, and without what it asks of them."""
    requirements = {
        name: item
        for name, item in scenario.requirements.items()
        if getattr(item, "workload", None) not in lost
    }
    workloads = {name: item for name, item in scenario.workloads.items() if name not in lost}
    return scenario.model_copy(update={"requirements": requirements, "workloads": workloads})
