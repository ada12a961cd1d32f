"""One answer that waits for the slowest of very many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior
from designer.design.edit import Change, SetConnection, SetNode
from designer.design.model import CallOrder, Index, Partitioning
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import behaving, component, is_managed, label, loads_at, percent, workload_names
from designer.rules.repairs import is_full
from designer.rules.timing import duration, is_missed_by, own_p99, strictest, timed
from designer.scenario.model import Access, Operation, Touch
from designer.traffic.model import Visit
from designer.units import Dimension

SLOW = 0.01
"""The part of one machine's answers that are told apart as its slowest: those beyond the 99th percentile."""

HEDGE_AT = 0.5
"""Part of the 99th percentile after which a second call is worth its cost: rule of thumb, one call in ten or fewer."""

HEDGED = 1.1
"""Calls made for one call wanted when a second one starts then."""


class _Join(NamedTuple):
    """Answers of `leaf` that one visit of `waiter` needs all of, at once."""

    waiter: str
    leaf: str
    answers: float
    connection: (
        tuple[str, str] | None
    )  # over which the slowest are asked for; None: all parts of the leaf answer
    is_single: bool = False  # each call over it asks the leaf itself for one answer


@rule(
    severity=Severity.WARNING,
    applies="Where a response time is asked for and a request needs several answers at once.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:document_store*40[replicas=1, service_time=5 ms]",
            scenario="directory",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8[calls=parallel] >[read, calls=30] page:app_server*40 > "
            "db:sharded_sql*4[replicas=1, index=global]; api >[write] db",
            scenario="directory",
        ),
    ),
    good=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > "
            "db:document_store*40[replicas=1, service_time=5 ms, index=global]",
            scenario="directory",
            note="The index is split by what is looked up, so one part answers.",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8[calls=parallel] >[read, calls=30, hedge_after=50 ms] "
            "page:app_server*40 > db:sharded_sql*4[replicas=1, index=global]; api >[write] db",
            scenario="directory",
            note="A second machine is asked when the first is slow.",
        ),
    ),
    sources=(
        "J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013: 1 - 0.99^100 = 63 %",
    ),
    false_positives="Where an answer without the last few parts will do, nobody has to wait for the slowest.",
    fix="Ask fewer at once, ask a second machine when the first is slow, or answer without those that are late.",
    parameters=(
        Parameter("many", 20, Dimension.COUNT, "answers waited for at once from which on the slowest decide"),
        Parameter(
            "matters",
            0.1,
            Dimension.RATIO,
            "part of the response time asked for that one slow answer takes at least",
        ),
    ),
)
def check(analysis: Analysis, many: float, matters: float) -> Result:
    """Every request waits for the slowest of many answers

    One answer in a hundred is slow: a disk was busy, memory was being tidied up. Whoever needs one answer hardly
    notices. Whoever needs a hundred at once meets a slow one nearly every time, so the rare case becomes the usual one.
    """
    limits = timed(analysis)
    if not limits:
        return NotApplicable("Nothing is answered here of which a response time is asked.")
    parallel = {node.id for node in analysis.design.nodes if node.calls is CallOrder.PARALLEL}
    joins = [(join, name) for name in limits for join in _joins(analysis, name, parallel)]
    if not joins:
        return NotApplicable("No request waits for several answers at once.")
    found: dict[tuple[str, str], list[tuple[_Join, str]]] = {}
    for join, name in joins:
        slow = own_p99(analysis, join.leaf)
        if join.answers >= many and slow >= matters * limits[name].limit:
            found.setdefault((join.waiter, join.leaf), []).append((join, name))
    faults = [_fault(analysis, met, limits) for met in found.values()]
    return tuple(faults) or Passed("No request waits for so many answers that the slowest of them decide.")


def _joins(analysis: Analysis, workload: str, parallel: set[str]) -> Iterator[_Join]:
    touches = analysis.scenario.workloads[workload].touches
    unkeyed = {number for number, touch in enumerate(touches) if _is_by_other_than_key(touch)}
    if not unkeyed and not parallel:
        return
    for visit in analysis.traffic.plans[workload].visits:
        if unkeyed and any(work.touch in unkeyed for work in visit.work):
            parts = _parts_asked(
                analysis, visit, [touches[number] for number in unkeyed & set(visit.touches)]
            )
            yield _Join(visit.node, visit.node, float(parts), None)
        if visit.node in parallel and (join := _join_of_calls(analysis, visit)) is not None:
            yield join


def _is_by_other_than_key(touch: Touch) -> bool:
    return touch.dataset is not None and touch.operation is Operation.READ and touch.access is not Access.KEY


def _parts_asked(analysis: Analysis, visit: Visit, touches: list[Touch]) -> int:
    """The parts of a store that all have to answer one of these reads."""
    found, placed = component(analysis, visit.node), analysis.graph.nodes[visit.node]
    if found.behavior is not Behavior.STORE or is_managed(found):
        return 1
    asked = [
        touch
        for touch in touches
        if not (touch.access is Access.INDEX and placed.index is Index.GLOBAL)
        and not (touch.access is Access.RANGE and placed.partitioning is not Partitioning.HASH)
    ]
    return placed.instances * placed.shards if asked else 1


def _join_of_calls(analysis: Analysis, visit: Visit) -> _Join | None:
    """What a service asks for at once. An answer that a second call backs up is not waited for when it is slow."""
    links = analysis.graph.connections
    waited = [
        (option.visit.node, _behind_routers(analysis, option.visit), call.times * option.weight)
        for call in visit.calls
        if not (call.deferred or call.optional)
        for option in call.options
        if links[visit.node, option.visit.node].hedge_after is None
    ]
    if not waited:
        return _Join(visit.node, visit.node, 0.0, None) if visit.calls else None
    first, slowest, _ = max(waited, key=lambda item: own_p99(analysis, item[1].node))
    answers = sum([times * max(1.0, sum([work.count for work in leaf.work])) for _, leaf, times in waited])
    is_single = first == slowest.node and sum([work.count for work in slowest.work]) <= 1.0
    return _Join(visit.node, slowest.node, answers, (visit.node, first), is_single)


def _behind_routers(analysis: Analysis, visit: Visit) -> Visit:
    routers = behaving(analysis, Behavior.ROUTER)
    while visit.node in routers and visit.calls:
        visit = visit.calls[0].options[0].visit
    return visit


def _fault(analysis: Analysis, met: Sequence[tuple[_Join, str]], limits: Mapping[str, Verdict]) -> Fault:
    join = max([join for join, _ in met], key=lambda join: join.answers)
    names = list(dict.fromkeys(name for _, name in met))
    limit = limits[strictest(limits, names)]
    slow = own_p99(analysis, join.leaf)
    chance = Arithmetic(
        formula="P = 1 - (1 - p)^n",
        result=Quantity(
            "P", "requests that meet a slow answer", 1.0 - (1.0 - SLOW) ** join.answers, Dimension.RATIO
        ),
        inputs=(
            Quantity("p", "answers that are slow", SLOW, Dimension.RATIO),
            Quantity("n", "answers waited for at once", join.answers, Dimension.COUNT),
        ),
        method="answers that are slow independently of each other",
    )
    message = (
        f"{workload_names(analysis, names)} must wait for the slowest of {join.answers:.0f} answers of "
        f"{label(analysis, join.leaf)}. One in a hundred takes {duration(slow)} or longer, so "
        f"{percent(chance.result.value)} of the requests meet such a one; {duration(limit.limit)} are allowed in all."
    )
    return Fault(
        nodes=tuple(dict.fromkeys((join.waiter, join.leaf))),
        message=message,
        severity=Severity.ERROR if is_missed_by(limit, slow) else None,
        connections=(">".join(join.connection),) if join.connection else (),
        fix=_shorten(analysis, join),
        arithmetic=chance,
    )


def _shorten(analysis: Analysis, join: _Join) -> tuple[Change, ...]:
    if join.connection is None:
        return _split_the_index(analysis, join.leaf)
    return _hedge(analysis, join.leaf, join.connection) if join.is_single else ()


def _split_the_index(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """Where all that is found without the key is found by an index, and there is time for the second write."""
    by_index = all(
        touch.access in (Access.KEY, Access.INDEX)
        for workload in analysis.scenario.workloads.values()
        for touch in workload.touches
    )
    loads = loads_at(analysis).get(node, ())
    writes, reads = sum([load.writes for load in loads]), sum([load.reads for load in loads])
    has_shards = analysis.graph.nodes[node].shards > 1 and reads > 0.0
    if not by_index or not has_shards or is_full(analysis, node, 1.0 + writes / (reads + writes)):
        return ()
    return (SetNode(node=node, field="index", value=Index.GLOBAL.value),)


def _hedge(analysis: Analysis, leaf: str, connection: tuple[str, str]) -> tuple[Change, ...]:
    """A second call where it does no harm: nothing is written, and there are machines with time for it."""
    flows = [flow for flow in analysis.traffic.flows if (flow.source, flow.target) == connection]
    busy = (leaf, *analysis.graph.successors(leaf))
    writes = any(flow.writes > 0.0 for flow in flows)
    alone = analysis.nodes[leaf].machines < 2
    is_limited = analysis.graph.connections[connection].timeout is not None
    if writes or alone or is_limited or any(is_full(analysis, node, HEDGED) for node in busy):
        return ()
    slow = sum([own_p99(analysis, node) for node in busy])
    after = round(slow * HEDGE_AT, 6)
    return (SetConnection(source=connection[0], target=connection[1], field="hedge_after", value=after),)
