"""Retries that make an overload, and keep it going."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.analysis.retries import most_tries
from designer.catalog.model import Behavior
from designer.design.edit import Change, SetConnection
from designer.design.model import Connection
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    behaving,
    label,
    latency_verdicts,
    listed,
    missed,
    most_used,
    percent,
    workloads_at,
)
from designer.units import Dimension, format_quantity

BUDGET = 0.1
"""Retries as a part of the calls that a repair allows (Google, Site Reliability Engineering, chapter 21: 10 %)."""

BUSY = 0.9
"""Utilisation from which waiting alone makes calls fail, so that even few retries are too many (rule of thumb)."""


@rule(
    severity=Severity.WARNING,
    applies="Where calls are made again when they fail.",
    bad=(
        Example(
            "users > load_balancer*2 >[timeout=1 s, retries=3] api:app_server*10 >[timeout=300 ms, retries=3] "
            "pages:app_server*8 > db:sql_database*3",
            scenario="quiet",
            note="Calm now; after a spike it would not be again.",
        ),
        Example(
            "users > load_balancer*2 >[timeout=2 s, retries=2] api:app_server*8 >[timeout=500 ms, retries=2] "
            "db:sql_database*3",
            note="Nine calls for one when the database fails.",
        ),
    ),
    good=(
        Example(
            "users > load_balancer*2 >[timeout=1 s, retries=3, retry_budget=10 %] api:app_server*10 "
            ">[timeout=300 ms, retries=3, retry_budget=10 %] pages:app_server*8 > db:sql_database*3",
            scenario="quiet",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 >[timeout=500 ms, retries=2] db:sql_database*3",
            note="One layer that tries again.",
        ),
    ),
    sources=(
        "N. Bronson et al., Metastable failures in distributed systems, HotOS 2021",
        "Amazon Builders' Library, Timeouts, retries, and backoff with jitter (M. Brooker)",
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 22: addressing cascading failures",
    ),
    false_positives="A circuit breaker that is not drawn stops the retries as well.",
    fix="Limit retries to a tenth of the calls with a retry budget, or let only one layer try again.",
    parameters=(
        Parameter(
            "most", 4, Dimension.COUNT, "calls at the end of a chain that one call at its start may become"
        ),
        Parameter("usual", 1.5, Dimension.COUNT, "tries that a call may take on average"),
    ),
)
def check(analysis: Analysis, most: float, usual: float) -> Result:
    """Retries that turn a failure into a flood

    A call that failed is made again, and so arrives once more where there was too much to do already. Layers that all
    try again multiply: three tries in each of three layers are 27 calls. An overload that began with a short spike then
    feeds itself, and stays when the spike is long over.
    """
    retrying = {item.id: item for item in analysis.design.connections if item.retries}
    if not retrying:
        return NotApplicable("No call is made again when it fails.")
    ways = _worst_ways(analysis, retrying)
    storms = [
        storm for link in retrying.values() if (storm := _storm_over(analysis, link, ways, usual)) is not None
    ]
    if storms:
        return (_fault(analysis, storms, ways),)
    worst = max(ways.values(), key=lambda way: way.calls, default=_Way())
    if worst.calls > most and len(worst.links) > 1:
        return (_chain(analysis, worst),)
    return Passed("When something fails here, retries do not make much more of it.")


class _Way(NamedTuple):
    """The connections with retries on a way from the clients, and the calls at its end for one at its start."""

    calls: float = 1.0
    links: tuple[Connection, ...] = ()


class _Storm(NamedTuple):
    """Retries over a connection, and what they overload or would overload if they all happened."""

    link: Connection
    end: str
    strain: float  # utilisation of the end with as many calls as retries can make
    tries: float  # that a call takes on average now


def _storm_over(analysis: Analysis, link: Connection, ways: dict[str, _Way], usual: float) -> _Storm | None:
    """The storm that the connection's retries make, or keep going once it has begun."""
    # Of hedged calls it cannot be told how many are tries again.
    tries = 1.0 if link.hedge_after is not None else analysis.tries.get(link.id, 1.0)
    if tries <= usual and link.id not in analysis.unsettled and link.id not in analysis.metastable:
        return None
    strains = {
        node: used.value * (1.0 if tries > usual else ways[node].calls)
        for node in sorted(analysis.graph.reachable(link.target))
        if node in ways and (used := most_used(analysis, node, CARRYING)) is not None
    }
    end = max(strains, key=lambda node: strains[node], default=link.target)
    strain = strains.get(end, 0.0)
    # Below that no retries overload anything: what is late is late for another reason.
    return _Storm(link, end, strain, tries) if strain > 1.0 else None


def _worst_ways(analysis: Analysis, retrying: dict[str, Connection]) -> dict[str, _Way]:
    """By node the way to it on which calls multiply most. What is put off is not tried again from further up."""
    waited = {flow.connection for flow in analysis.traffic.flows if flow.calls > 0.0 and not flow.deferred}
    queues = behaving(analysis, Behavior.QUEUE)
    found: dict[str, _Way] = {}
    for node in analysis.graph.order():
        way = found.get(node, _Way())
        for target in () if node in queues else analysis.graph.successors(node):
            name = f"{node}>{target}"
            if name not in waited:
                continue
            link = retrying.get(name)
            onward = way if link is None else _Way(way.calls * most_tries(link), (*way.links, link))
            if onward.calls > found.get(target, _Way(0.0)).calls:
                found[target] = onward
    return found


def _fault(analysis: Analysis, storms: Sequence[_Storm], ways: dict[str, _Way]) -> Fault:
    worst = max(storms, key=lambda storm: storm.strain)
    raging = max(storms, key=lambda storm: storm.tries)
    ends = dict.fromkeys([storm.link.target for storm in storms])
    is_raging = raging.tries > 1.0 + BUDGET
    links = dict.fromkeys([*[storm.link for storm in storms], *ways.get(worst.end, _Way()).links])
    return Fault(
        nodes=tuple(ends),
        message=_say_raging(analysis, raging) if is_raging else _say_waiting(analysis, worst, ends, ways),
        severity=Severity.ERROR if is_raging and _is_missed(analysis, ends) else None,
        connections=tuple([storm.link.id for storm in storms]),
        fix=_calm(analysis, tuple(links), worst.end),
    )


def _say_raging(analysis: Analysis, storm: _Storm) -> str:
    return (
        f"{label(analysis, storm.end)} is at {percent(storm.strain)} of what it can do, and each call to "
        f"{label(analysis, storm.link.target)} is made {_count(storm.tries)} times on average: the retries are part of "
        "what overloads it."
    )


def _say_waiting(analysis: Analysis, storm: _Storm, ends: Iterable[str], ways: dict[str, _Way]) -> str:
    calls = ways[storm.end].calls
    names = listed(label(analysis, node) for node in ends)
    return (
        f"{label(analysis, storm.end)} is at {percent(storm.strain / calls)} now. Once a spike has overloaded it, "
        f"calls to {names} are tried again until one has become {_count(calls)}, and that alone keeps it overloaded."
    )


def _is_missed(analysis: Analysis, nodes: Iterable[str]) -> bool:
    reached = workloads_at(analysis)
    return any(missed(latency_verdicts(analysis, name)) for node in nodes for name in reached.get(node, ()))


def _chain(analysis: Analysis, way: _Way) -> Fault:
    end = way.links[-1].target
    tries = " × ".join([_count(most_tries(link)) for link in way.links])
    callers = listed(label(analysis, link.source) for link in way.links)
    return Fault(
        nodes=(*[link.source for link in way.links], end),
        message=f"When {label(analysis, end)} fails, {callers} each try again: one request becomes {tries} = "
        f"{_count(way.calls)} calls to it.",
        connections=tuple([link.id for link in way.links]),
        fix=_calm(analysis, way.links, end),
    )


def _count(value: float) -> str:
    return format_quantity(value, Dimension.COUNT, digits=2)


def _calm(analysis: Analysis, links: Sequence[Connection], end: str) -> tuple[Change, ...]:
    """A retry budget on each, or no retries where even those of a budget are too many for the busiest."""
    used = most_used(analysis, end, CARRYING)
    once = 0.0 if used is None else used.value / max([analysis.tries.get(link.id, 1.0) for link in links])
    free = [link for link in links if link.retry_budget is None or link.retry_budget > BUDGET]
    if free and once * (1.0 + BUDGET) ** len(links) <= BUSY:
        return tuple([_set(link, "retry_budget", BUDGET) for link in free])
    # What is said of retries goes with them.
    without = [
        _set(link, field, None)
        for field in ("retry_budget", "backoff")
        for link in links
        if getattr(link, field) is not None
    ]
    return (*without, *[_set(link, "retries", 0) for link in links])


def _set(link: Connection, field: str, value: float | None) -> SetConnection:
    return SetConnection(source=link.source, target=link.target, field=field, value=value)
