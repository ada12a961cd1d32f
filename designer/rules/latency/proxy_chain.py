"""Router after router after router."""

from __future__ import annotations

from itertools import pairwise

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.design.edit import Change, RemoveNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import agree, callees_first, component, label, percent, placed, workload_names
from designer.rules.regions import furthest
from designer.rules.timing import duration, is_missed_by, own_p99, strictest, timed
from designer.units import Dimension

_JOBS = frozenset({Trait.BALANCES, Trait.LIMITS_RATE, Trait.CACHES, Trait.TERMINATES_TLS})
"""What a router can be there for, beside handing on."""

Row = tuple[str, ...]


@rule(
    severity=Severity.INFO,
    applies="Where requests of which a response time is asked pass two routers in a row.",
    bad=Example(
        "users > load_balancer*2 > api_gateway > reverse_proxy*2 > api:app_server*8 > "
        "db:sharded_sql*4[replicas=1, index=global]",
        scenario="directory",
    ),
    good=Example(
        "users > load_balancer*2 > reverse_proxy*2 > api:app_server*8 > db:sharded_sql*4[replicas=1, index=global]",
        scenario="directory",
        note="Not needed either, but it costs a hundredth of the time there is.",
    ),
    sources=(
        "Amazon Builders' Library, Using load balancing to avoid overload: each hop adds its own queue",
        "sirupsen/napkin-math, README: 50 us for each proxy hop, 250 us for each way within a region",
    ),
    false_positives="Routers on the same machine as what they stand before are drawn as a hop and are hardly one.",
    fix="Let one router do the work of two, and leave out one that neither spreads nor limits anything.",
    parameters=(
        Parameter(
            "worth_it",
            0.05,
            Dimension.RATIO,
            "part of the response time asked for from which on a chain of routers is worth a word",
        ),
    ),
)
def check(analysis: Analysis, worth_it: float) -> Result:
    """A chain of routers that takes a good part of the time

    A router does little, but each one is another stop: the request comes in, is read, is handed on and travels further.
    Of several in a row all but the first are paid for in time by every request, and most of all by the slowest.
    """
    limits, routers = timed(analysis), set(placed(analysis, _is_router))
    following = {name for name in routers if not routers.isdisjoint(analysis.graph.successors(name))}
    rows: dict[Row, list[str]] = {}
    for name in limits if following else ():
        row = _longest(analysis, name, routers)
        if len(row) > 1:
            rows.setdefault(row, []).append(name)
    if not rows:
        return NotApplicable("No request of which a response time is asked passes two routers in a row.")
    faults = []
    for row, names in rows.items():
        cost, limit = _cost(analysis, row), limits[strictest(limits, names)]
        enough = worth_it * limit.limit
        if cost.result.value >= enough:
            faults.append(_fault(analysis, row, names, limit, cost, enough))
    return tuple(faults) or Passed("Routers in a row take hardly any of the time there is.")


def _is_router(found: Component) -> bool:
    return found.behavior is Behavior.ROUTER and found.place is Place.REGION


def _longest(analysis: Analysis, workload: str, routers: set[str]) -> Row:
    """The longest row of routers that one request passes."""
    rows: dict[int, Row] = {}  # by number of the visit
    for visit in callees_first(analysis, workload):
        if visit.node in routers:
            behind = [
                rows.get(option.visit.number, ())
                for call in visit.calls
                if not call.deferred
                for option in call.options
            ]
            rows[visit.number] = (visit.node, *max(behind, key=len, default=()))
    return max(rows.values(), key=len, default=())


def _cost(analysis: Analysis, row: Row) -> Arithmetic:
    """What all but the first add to the slowest answers: 99th percentiles added up, which is an upper bound."""
    inputs = []
    for before, node in pairwise(row):
        name = label(analysis, node)
        way = furthest(analysis, before, node)
        inputs.append(Quantity(f"n[{node}]", f"way to {name}, p99", way.p99, Dimension.TIME, way.source))
        inputs.append(Quantity(f"s[{node}]", f"{name}, p99", own_p99(analysis, node), Dimension.TIME))
    return Arithmetic(
        formula=f"t = {' + '.join([item.symbol for item in inputs])}",
        result=Quantity(
            "t", "what further routers add", sum([item.value for item in inputs]), Dimension.TIME
        ),
        inputs=tuple(inputs),
        method="99th percentiles added up: an upper bound",
    )


def _fault(
    analysis: Analysis, row: Row, names: list[str], limit: Verdict, cost: Arithmetic, enough: float
) -> Fault:
    added = cost.result.value
    trail = " → ".join(label(analysis, node) for node in row)
    message = (
        f"{workload_names(analysis, names)} {agree(names, 'passes', 'pass')} {len(row)} routers in a row: {trail}. All "
        f"but the first add up to {duration(added)} to the slowest answers, {percent(added / limit.limit)} of the "
        f"{duration(limit.limit)} there are."
    )
    return Fault(
        nodes=row,
        message=message,
        severity=Severity.ERROR if is_missed_by(limit, added) else None,
        connections=tuple(f"{before}>{node}" for before, node in pairwise(row)),
        fix=_leave_out(analysis, row, enough),
        arithmetic=cost,
    )


def _leave_out(analysis: Analysis, row: Row, enough: float) -> tuple[Change, ...]:
    """As few as bring the cost below `enough`, the slowest first, of those that do nothing which others do not do."""
    kept, spare = row, []
    for node in sorted(row, key=lambda name: own_p99(analysis, name), reverse=True):
        if _is_spare(analysis, kept, node):
            spare.append(node)
            kept = tuple(name for name in kept if name != node)
            if _cost(analysis, kept).result.value < enough:
                return tuple(RemoveNode(node=name, reconnect=True) for name in spare)
    return ()


def _is_spare(analysis: Analysis, row: Row, node: str) -> bool:
    graph, place = analysis.graph, row.index(node)
    own = component(analysis, node).traits & _JOBS
    others = {job for name in row if name != node for job in component(analysis, name).traits}
    picks_way = len(graph.successors(node)) > 1 or (place > 0 and len(graph.predecessors(node)) > 1)
    limits = graph.nodes[node].limit is not None
    return own <= others and not (picks_way or limits) and not _is_needed_to_spread(analysis, row, place)


def _is_needed_to_spread(analysis: Analysis, row: Row, place: int) -> bool:
    """Whether nobody right before it could spread requests over the machines that come next."""
    if Trait.BALANCES not in component(analysis, row[place]).traits:
        return False
    if place > 0:
        return Trait.BALANCES not in component(analysis, row[place - 1]).traits
    return len(row) == 1 or analysis.graph.nodes[row[1]].instances > 1
