"""Calls that are tried again the moment they have failed."""

from __future__ import annotations

from collections.abc import Mapping

from designer.analysis.model import Analysis, State
from designer.catalog.model import Behavior
from designer.design.edit import Change, SetConnection
from designer.design.model import Connection
from designer.performance.model import Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import CARRYING, component, label, most_used, percent
from designer.units import Dimension, format_quantity

_USUAL = 0.02
"""Seconds that a call takes of which nothing is known (rule of thumb)."""


@rule(
    severity=Severity.INFO,
    applies="Where calls are tried again.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 >[timeout=100 ms, retries=2] db:sql_database*2"),
        Example(
            "users > load_balancer*2 > api:app_server*8 >[timeout=100 ms, retries=2] "
            "db:sql_database*2[read_from=leader, read_rate=4.5k/s]",
            note="Busy already.",
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 >[timeout=100 ms, retries=2, backoff=20 ms] db:sql_database*2"
    ),
    sources=(
        "M. Brooker, Timeouts, retries, and backoff with jitter, Amazon Builders' Library",
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 22: addressing cascading failures",
    ),
    false_positives="A call that failed because one machine of several was down may be tried on another one at once.",
    fix="Wait before the second try a few times as long as a call takes, and twice as long before each further one; in "
    "the code let chance change each wait, so that not all come back at the same moment.",
    parameters=(
        Parameter(
            "busy", 0.8, Dimension.RATIO, "part of what the callee can do from which retries may be too much"
        ),
        Parameter("calls", 4.0, Dimension.COUNT, "times that a call takes which the first wait lasts"),
    ),
)
def check(analysis: Analysis, busy: float, calls: float) -> Result:
    """A failed call is tried again at once

    What is overloaded fails many calls at the same time. When all callers come back the next moment it has the same
    load once more, and never catches up. A wait that grows with every try gives it the time to.
    """
    passing = _passing(analysis) if analysis.tries else {}
    if not passing:
        return NotApplicable("Nothing is tried again here.")
    retrying = [item for item in analysis.design.connections if item.id in passing]
    hasty = [item for item in retrying if item.backoff is None]
    if not hasty:
        return Passed(
            "Whoever tries again waits first, and longer each time.",
            tuple(dict.fromkeys([item.source for item in retrying])),
        )
    return tuple(_fault(analysis, item, passing[item.id], busy, calls) for item in hasty)


def _passing(analysis: Analysis) -> Mapping[str, set[str]]:
    """By connection over which calls are tried again: the workloads that make some."""
    found: dict[str, set[str]] = {item.id: set() for item in analysis.design.connections if item.retries}
    for flow in analysis.traffic.flows:
        if flow.connection in found and flow.calls > 0.0:
            found[flow.connection].add(flow.workload)
    return {name: workloads for name, workloads in found.items() if workloads}


def _fault(analysis: Analysis, connection: Connection, passing: set[str], busy: float, calls: float) -> Fault:
    tries = "" if connection.retries == 1 else f", up to {connection.retries} times"
    message = (
        f"When a call to {label(analysis, connection.target)} fails, {label(analysis, connection.source)} tries again "
        f"at once{tries}."
    )
    node, used = _busiest(analysis, connection.target)
    at_risk = used is not None and used.value > busy
    if used is not None and at_risk:
        message += f" {label(analysis, node)} is at {percent(used.value)} of what it can do already."
    return Fault(
        nodes=(connection.source, connection.target),
        message=message,
        severity=Severity.WARNING if at_risk else None,
        connections=(connection.id,),
        fix=_wait(analysis, connection, passing, calls),
        arithmetic=used.arithmetic if used is not None and at_risk else None,
    )


def _busiest(analysis: Analysis, target: str) -> tuple[str, Utilisation | None]:
    """The busiest of those that may answer: of a router's targets, or the target itself."""
    behind = analysis.graph.successors(target) if _routes(analysis, target) else ()
    found = [(name, most_used(analysis, name, CARRYING)) for name in (target, *behind)]
    return max(found, key=lambda item: 0.0 if item[1] is None else item[1].value)


def _routes(analysis: Analysis, node: str) -> bool:
    return component(analysis, node).behavior is Behavior.ROUTER


def _wait(analysis: Analysis, connection: Connection, passing: set[str], calls: float) -> tuple[Change, ...]:
    """A first wait of a few calls, if response times that are met have room for all waits."""
    backoff = calls * _usual_time(analysis, connection.target)
    longest = backoff * (2**connection.retries - 1)
    for verdict in analysis.verdicts:
        asked = getattr(analysis.scenario.requirements[verdict.requirement], "workload", None)
        met = verdict.kind in ("latency", "freshness") and verdict.state is State.MET
        if met and asked in passing and (verdict.value or 0.0) + longest > verdict.limit:
            return ()
    words = format_quantity(backoff, Dimension.TIME, digits=2)
    return (SetConnection(source=connection.source, target=connection.target, field="backoff", value=words),)


def _usual_time(analysis: Analysis, target: str) -> float:
    """Seconds that one operation of the target takes, or of the quickest that a router sends to."""
    behind = analysis.graph.successors(target) if _routes(analysis, target) else (target,)
    times = [analysis.figure(name, "service_time") for name in behind]
    return min([time for time in times if time], default=_USUAL)
