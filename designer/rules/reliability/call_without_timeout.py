"""A call that may be waited for without end."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Trait
from designer.design.edit import Change, SetConnection
from designer.design.model import Connection
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.patience import rounded, slowest
from designer.rules.questions import (
    agree,
    behaving,
    component,
    flows_into,
    is_managed,
    label,
    workload_names,
    workloads_with,
)
from designer.rules.reliability.retry_storm import BUDGET
from designer.rules.timing import duration
from designer.scenario.model import Latency
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where a response time is asked for, and the design says how calls are given up or made again.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 >[retries=2] db:sql_database*3"),
        Example(
            "users > load_balancer*2 >[timeout=2 s] api:app_server*4 > db:sharded_sql[shards=4, replicas=2], "
            "push:notification_service[service_time=20 ms, service_time_p99=100 ms]",
            scenario="feed",
            note="Others send the messages, and nobody knows how long they take today.",
        ),
    ),
    good=(
        Example("users > load_balancer*2 > api:app_server*8 >[timeout=50 ms, retries=2] db:sql_database*3"),
        Example(
            "users > load_balancer*2 >[timeout=2 s] api:app_server*4 > db:sharded_sql[shards=4, replicas=2]; "
            "api >[timeout=500 ms] push:notification_service[service_time=20 ms, service_time_p99=100 ms]",
            scenario="feed",
        ),
    ),
    sources=(
        "Amazon Builders' Library, Timeouts, retries, and backoff with jitter (M. Brooker)",
        "M. Nygard, Release It!, 2nd edition, chapter 5: timeouts",
    ),
    false_positives="Many client libraries have a time limit of their own; draw it, so that it can be judged.",
    fix="Give the call up after a few times what the slowest one in a hundred takes.",
    parameters=(
        Parameter(
            "patience", 3, Dimension.COUNT, "times the 99th percentile of the callee that the repair waits"
        ),
    ),
)
def check(analysis: Analysis, patience: float) -> Result:
    """A call without a time limit

    Sooner or later something that is called neither answers nor fails. Without a time limit its caller waits for ever,
    and with it a worker, a connection, and the person who asked. Retries do not help: the first try never ends, so the
    second never begins.
    """
    timed = workloads_with(analysis, Latency)
    links = analysis.design.connections
    if not timed or not any(link.timeout is not None or link.retries for link in links):
        return NotApplicable("Nothing is said here about when a call is given up.")
    hanging = [
        (link, workloads)
        for link in links
        if _may_hang(analysis, link) and (workloads := _waiting(analysis, link, timed))
    ]
    if hanging:
        return tuple(_fault(analysis, link, workloads, patience) for link, workloads in hanging)
    return Passed("Whatever may be slow or is tried again is given up in time.")


def _may_hang(analysis: Analysis, link: Connection) -> bool:
    """A call that is made again, or goes to what is slow or in other hands, and has no time limit."""
    if link.timeout is not None or link.source in behaving(analysis, Behavior.QUEUE):
        return False
    return link.retries > 0 or _is_unsure(component(analysis, link.target))


def _is_unsure(found: Component) -> bool:
    """Runs models, or is a service that others run."""
    return found.behavior is Behavior.SERVICE and (Trait.ML in found.traits or is_managed(found))


def _waiting(analysis: Analysis, link: Connection, timed: frozenset[str]) -> list[str]:
    """The workloads with a response time to keep that wait for this call."""
    flows = flows_into(analysis).get(link.target, ())
    waited = [flow.workload for flow in flows if flow.source == link.source and not flow.deferred]
    return [name for name in dict.fromkeys(waited) if name in timed]


def _fault(analysis: Analysis, link: Connection, workloads: list[str], patience: float) -> Fault:
    slow = slowest(analysis, link.target, workloads)
    again = ", and no retry ever begins" if link.retries else ""
    hangs = f"{workload_names(analysis, workloads)} {agree(workloads, 'hangs', 'hang')}{again}"
    return Fault(
        nodes=(link.source, link.target),
        message=f"{label(analysis, link.source)} waits for {label(analysis, link.target)} without a time limit: when "
        f"no answer comes, {hangs}. Of a hundred answers ninety-nine take less than {duration(slow)}.",
        connections=(link.id,),
        fix=_give_up(link, rounded(slow * patience)),
    )


def _give_up(link: Connection, after: float) -> tuple[Change, ...]:
    """The time limit, and a budget with it: with a limit, slow answers are tried again too."""
    if not after or (link.hedge_after is not None and link.hedge_after >= after):
        return ()
    limit = SetConnection(source=link.source, target=link.target, field="timeout", value=after)
    if not link.retries or (link.retry_budget is not None and link.retry_budget <= BUDGET):
        return (limit,)
    return (limit, SetConnection(source=link.source, target=link.target, field="retry_budget", value=BUDGET))
