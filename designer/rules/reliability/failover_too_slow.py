"""A leader whose followers need too long to take over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component, Replication
from designer.design.edit import Change, SetNode
from designer.design.model import Leaders, ReadFrom
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    allowances,
    availability_missed,
    label,
    loads_at,
    placed,
    workload_names,
)
from designer.rules.recovery import is_failover, late, verdicts_of, workload_of
from designer.rules.repairs import is_full
from designer.rules.timing import duration
from designer.scenario.model import Consistency
from designer.units import SECONDS_PER_YEAR, Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where a leader with followers has an availability or a recovery time to keep.",
    bad=(
        Example(
            "@ eu/a, eu/b, us/c, us/d\nusers > load_balancer*4[zones=a+c+b+d] > api:app_server*16[zones=a+c+b+d] > "
            "db:sql_database*2[zones=a+c, failover_time=15 min]",
            scenario="worldwide",
            note="Somebody has to get up at night and make the other copy the leader.",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3[acks=one, failover_time=20 min]",
            scenario="payments",
        ),
    ),
    good=(
        Example(
            "@ eu/a, eu/b, us/c, us/d\nusers > load_balancer*4[zones=a+c+b+d] > api:app_server*16[zones=a+c+b+d] > "
            "db:sql_database*2[zones=a+c]",
            scenario="worldwide",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3[acks=one]", scenario="payments"
        ),
    ),
    sources=(
        "Amazon RDS user guide, Concepts.MultiAZSingleStandby: failover takes 60 to 120 seconds",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: leader failure and failover",
    ),
    false_positives="Callers that try again until the new leader is there may see no failure at all.",
    fix="Let a follower take over by itself and sooner, or let followers answer reads meanwhile.",
    parameters=(
        Parameter(
            "share", 0.5, Dimension.RATIO, "part of the time a workload may be down that failovers may use"
        ),
    ),
)
def check(analysis: Analysis, share: float) -> Result:
    """A new leader takes over too slowly

    Where one leader takes the writes, every request for its data waits when it is lost, until the loss is noticed and a
    follower is made leader. That happens a few times a year, and each time counts in full against the time that the
    service may be down.
    """
    led = [node for node in placed(analysis, _is_led) if _fails_over(analysis, node)]
    allowed = allowances(analysis)
    times = verdicts_of(analysis, "recovery_time")
    if not led or not (allowed or times):
        return NotApplicable("Nothing that must be there or come back depends on a leader with followers.")
    complaints: dict[str, list[_Complaint]] = {}
    for item in (*_costly(analysis, led, share), *_slow(analysis, times)):
        complaints.setdefault(item.node, []).append(item)
    if complaints:
        return tuple(_fault(analysis, node, items) for node, items in complaints.items())
    return Passed("A follower takes over soon enough when a leader is lost.", tuple(led))


class _Complaint(NamedTuple):
    """What one workload has against the failover of a node."""

    node: str
    workload: str
    message: str
    severity: Severity
    arithmetic: Arithmetic | None


def _is_led(found: Component) -> bool:
    return found.replication is Replication.LEADER


def _fails_over(analysis: Analysis, node: str) -> bool:
    placed = analysis.graph.nodes[node]
    return placed.replicas > 0 and placed.leaders is Leaders.SINGLE


def _costly(analysis: Analysis, led: list[str], share: float) -> Iterator[_Complaint]:
    """Leaders whose failovers take up too much of the time that a workload may be down, for the strictest of these."""
    allowed = allowances(analysis)
    least = min(allowed.values(), default=math.inf)
    for node in led:
        switching = _switching(analysis, node)
        if switching <= share * least:
            continue
        part = {name: min(switching, costs) for name, costs in _costs(analysis, node).items()}
        over = [name for name, costs in part.items() if costs > share * allowed[name]]
        if over:
            strictest = min(over, key=lambda name: allowed[name])
            yield _complain(analysis, node, strictest, part[strictest])


def _switching(analysis: Analysis, node: str) -> float:
    """The part of a year in which the node has no leader."""
    placed = analysis.graph.nodes[node]
    failures, takes = analysis.figure(placed, "failures_per_year"), analysis.figure(placed, "failover_time")
    return (failures or 0.0) * (takes or 0.0) / SECONDS_PER_YEAR


def _costs(analysis: Analysis, node: str) -> dict[str, float]:
    """The time down that goes back to the node, by workload that waits for its leader and may be down only so much."""
    allowed = _needing_leader(analysis, node) & allowances(analysis).keys()
    return {
        item.workload: share.unavailability
        for item in analysis.reliability.workloads
        if item.workload in allowed
        for share in item.contributions
        if share.node == node
    }


def _needing_leader(analysis: Analysis, node: str) -> set[str]:
    """The workloads that come to the node and wait for its leader: reads that followers answer do not."""
    reads_wait = analysis.graph.nodes[node].read_from is not ReadFrom.REPLICAS
    loads = loads_at(analysis).get(node, ())
    return {load.workload for load in loads if reads_wait or load.writes > 0.0}


def _complain(analysis: Analysis, node: str, workload: str, costs: float) -> _Complaint:
    placed, limit = analysis.graph.nodes[node], allowances(analysis)[workload]
    failures = analysis.figure(placed, "failures_per_year") or 0.0
    takes = analysis.figure(placed, "failover_time") or 0.0
    is_missed = availability_missed(analysis, [workload])
    arithmetic = Arithmetic(
        formula="U = f t / year",
        result=Quantity("U", "time without a leader", failures * takes / SECONDS_PER_YEAR, Dimension.RATIO),
        inputs=(
            Quantity("f", "leaders lost in a year", failures, Dimension.COUNT),
            Quantity("t", f"failover of {label(analysis, node)}", takes, Dimension.TIME),
        ),
    )
    return _Complaint(
        node,
        workload,
        f"{_times(failures)} a year {label(analysis, node)} loses its leader, and it takes {duration(takes)} until "
        f"another takes over: {workload_names(analysis, [workload])} is down {duration(costs * SECONDS_PER_YEAR)} "
        f"a year for that. {duration(limit * SECONDS_PER_YEAR)} is allowed in all.",
        Severity.INFO if not is_missed else Severity.ERROR if costs > limit else Severity.WARNING,
        arithmetic,
    )


def _times(number: float) -> str:
    words = {1.0: "Once", 2.0: "Twice"}
    return words.get(number) or f"{format_quantity(number, Dimension.COUNT, digits=2)} times"


def _slow(analysis: Analysis, times: list[Verdict]) -> Iterator[_Complaint]:
    """Failovers that take longer than a workload may need to be back."""
    for verdict in times:
        for delay in late(analysis, verdict):
            if is_failover(analysis, delay):
                workload = workload_of(analysis, verdict)
                message = (
                    f"When the leader of {label(analysis, delay.node)} is lost, {workload_names(analysis, [workload])} "
                    f"is back after {duration(delay.seconds)}; {duration(verdict.limit)} is allowed."
                )
                yield _Complaint(delay.node, workload, message, Severity.ERROR, verdict.arithmetic)


def _fault(analysis: Analysis, node: str, complaints: list[_Complaint]) -> Fault:
    return Fault(
        nodes=(node,),
        message=" ".join([item.message for item in complaints]),
        severity=min([item.severity for item in complaints], key=list(Severity).index),
        fix=_read_meanwhile(analysis, node, {item.workload for item in complaints}),
        arithmetic=complaints[0].arithmetic,
    )


def _read_meanwhile(analysis: Analysis, node: str, workloads: set[str]) -> tuple[Change, ...]:
    """Reads from followers go on without a leader, where these workloads only read and old values do no harm."""
    placed = analysis.graph.nodes[node]
    loads = loads_at(analysis).get(node, ())
    writes = any(load.writes > 0.0 for load in loads if load.workload in workloads)
    datasets = {name for load in loads for name in load.datasets}
    is_fresh = any(
        analysis.scenario.datasets[name].consistency is not Consistency.EVENTUAL for name in datasets
    )
    is_short = is_full(analysis, node, (1 + placed.replicas) / placed.replicas)
    if writes or is_fresh or is_short or placed.read_from is ReadFrom.REPLICAS:
        return ()
    return (SetNode(node=node, field="read_from", value=ReadFrom.REPLICAS.value),)
