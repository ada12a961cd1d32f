"""A call to the other side of the world, with somebody waiting for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.design.edit import Change, SetNode
from designer.design.model import Leaders
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import agree, flows_into, label, percent, workload_names
from designer.rules.regions import is_spread, regions_at, zones_at
from designer.rules.timing import duration, is_missed_by, strictest, timed
from designer.scenario.model import Latency
from designer.traffic.model import Flow
from designer.units import Dimension

MOST_MOVED = 20
"""Nodes that are moved with one click; to move more is another design."""


class _Way(NamedTuple):
    """Calls over one connection that are waited for: the part of them that goes to another region."""

    part: float
    forced: float  # the part that finds no machine of the callee in its own region
    calls: Mapping[str, float]  # for one request, by workload


@rule(
    severity=Severity.WARNING,
    applies="Where a design has several regions and a response time is asked for.",
    bad=Example(
        "@ eu/a, eu/b, us/c, us/d\n"
        "users > load_balancer*2[zones=a+b] > api:app_server*8[zones=a+b] > db:sql_database*2[zones=c+d]"
    ),
    good=Example(
        "@ eu/a, eu/b, us/c, us/d\n"
        "users > load_balancer*2[zones=a+b] > api:app_server*8[zones=a+b] > db:sql_database*2[zones=a+b]"
    ),
    sources=(
        "sirupsen/napkin-math, README: 60 ms between the coasts of North America, 80 ms from Europe to its east coast",
        "J. Dean, Numbers Everyone Should Know: 150 ms from California to the Netherlands and back",
    ),
    false_positives="Where the law says in which country data lies, the way there has to be paid for.",
    fix="Let what is called stand in the region of its callers, or do the call after the answer.",
    parameters=(
        Parameter(
            "worth_it",
            0.1,
            Dimension.RATIO,
            "part of the response time asked for from which on a way between regions is more than worth knowing",
        ),
    ),
)
def check(analysis: Analysis, worth_it: float) -> Result:
    """A call to another region while somebody waits

    Light needs tens of milliseconds from one continent to the other and back, and no machine makes that shorter. One
    such call on the way of a request often takes longer than all that the machines do for it.
    """
    limits = timed(analysis)
    if not is_spread(analysis):
        return NotApplicable("The design has no second region.")
    if not limits:
        return NotApplicable("Nothing is answered here of which a response time is asked.")
    faults = [
        fault
        for flows in flows_into(analysis).values()
        for waited in _by_caller(flows, limits)
        if (fault := _judge(analysis, waited, limits, worth_it)) is not None
    ]
    return tuple(faults) or Passed("Nobody waits for a call that has to go to another region.")


def _by_caller(flows: Iterable[Flow], limits: Mapping[str, Verdict]) -> Iterable[Sequence[Flow]]:
    """The flows into a node that requests wait for which must be answered in time, by caller."""
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        if flow.workload in limits and not flow.deferred:
            found.setdefault(flow.source, []).append(flow)
    return found.values()


def _judge(
    analysis: Analysis, flows: Sequence[Flow], limits: Mapping[str, Verdict], worth_it: float
) -> Fault | None:
    way = _way(analysis, flows)
    if way is None:
        return None
    names = [name for name, calls in way.calls.items() if calls * way.part > _rare(analysis, limits[name])]
    distance = analysis.catalog.environment.cross_region.p99
    added = {name: distance * max(1.0, way.calls[name]) for name in names}
    missed_by = [name for name in names if is_missed_by(limits[name], added[name])]
    # Where each region has machines of the callee it is the choice among them that costs, which is worth a word only
    # when it costs too much.
    if not names or (way.forced == 0.0 and not missed_by):
        return None
    heavy = any(added[name] >= worth_it * limits[name].limit for name in names)
    severity = Severity.ERROR if missed_by else Severity.WARNING if heavy else Severity.INFO
    return _fault(analysis, flows[0], way, limits, missed_by or names, severity)


def _way(analysis: Analysis, flows: Sequence[Flow]) -> _Way | None:
    """From any machine of the caller to any of the callee, as the engine has it; to several leaders, to the nearest."""
    source, target = flows[0].source, flows[0].target
    here, there = regions_at(analysis, source), regions_at(analysis, target)
    if not here or not there:
        return None
    forced = sum(part for region, part in here.items() if region not in there)
    any_part = 1.0 - sum(part * there.get(region, 0.0) for region, part in here.items())
    writes_only = not any(flow.reads > 0.0 for flow in flows)
    nearest = writes_only and analysis.graph.nodes[target].leaders is Leaders.MULTI
    part = forced if nearest else any_part
    if part <= 0.0:
        return None
    rates = analysis.scenario.workloads
    return _Way(part, forced, {flow.workload: flow.calls / rates[flow.workload].peak_rate for flow in flows})


def _rare(analysis: Analysis, limit: Verdict) -> float:
    """The part of the requests that may take as long as they like."""
    asked = analysis.scenario.requirements[limit.requirement]
    return 1.0 - asked.percentile / 100.0 if isinstance(asked, Latency) else 0.0


def _fault(
    analysis: Analysis,
    flow: Flow,
    way: _Way,
    limits: Mapping[str, Verdict],
    names: list[str],
    severity: Severity,
) -> Fault:
    distance = analysis.catalog.environment.cross_region
    soonest = strictest(limits, names)
    calls = way.calls[soonest] * way.part
    source, target = label(analysis, flow.source), label(analysis, flow.target)
    part = "Every call" if way.part == 1.0 else f"{percent(way.part)} of the calls"
    message = (
        f"{part} from {source} to {target} {'goes' if way.part == 1.0 else 'go'} to another region: "
        f"{duration(distance.mean)} there and back, {duration(distance.p99)} for the slowest. "
        f"{workload_names(analysis, names)} {agree(names, 'waits', 'wait')} for that; "
        f"{duration(limits[soonest].limit)} are allowed in all."
    )
    added = Arithmetic(
        formula="t = n r",
        result=Quantity(
            "t", "time on ways between regions for one request", calls * distance.mean, Dimension.TIME
        ),
        inputs=(
            Quantity("n", "calls of one request to another region", calls, Dimension.COUNT),
            Quantity("r", "way to another region and back", distance.mean, Dimension.TIME, distance.source),
        ),
    )
    return Fault(
        nodes=(flow.target, flow.source),
        message=message,
        severity=severity,
        connections=(flow.connection,),
        fix=_move_home(analysis, flow.source, flow.target),
        arithmetic=added,
    )


def _move_home(analysis: Analysis, source: str, target: str) -> tuple[Change, ...]:
    """The callee, and what it calls in its own region, to as many zones of the caller's region."""
    here, there = regions_at(analysis, source), regions_at(analysis, target)
    moved = _with_those_behind(analysis, target, there)
    callers = {caller for node in moved for caller in analysis.graph.predecessors(node)} - set(moved)
    stays = any(regions_at(analysis, name) not in ({}, here) for name in callers)
    if len(here) != 1 or len(there) != 1 or not moved or stays:
        return ()
    zones = {node: analysis.graph.nodes[node].zones or zones_at(analysis, node) for node in moved}
    old = dict.fromkeys(zone for stood in zones.values() for zone in stood)
    home = [zone.id for zone in analysis.design.zones if zone.region in here]
    if len(home) < len(old):
        return ()
    new = dict(zip(old, home, strict=False))
    return tuple(
        SetNode(node=node, field="zones", value=tuple(new[zone] for zone in stood))
        for node, stood in zones.items()
    )


def _with_those_behind(analysis: Analysis, node: str, regions: Mapping[str, float]) -> list[str]:
    """The node and what can be reached from it without leaving its regions; nothing where that is too much to move."""
    found = {node: None}
    waiting = [node]
    while waiting and len(found) <= MOST_MOVED:
        for target in analysis.graph.successors(waiting.pop()):
            if target not in found and regions_at(analysis, target) == regions:
                found[target] = None
                waiting.append(target)
    return list(found) if len(found) <= MOST_MOVED else []
