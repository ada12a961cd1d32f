"""As many machines as are needed, and not one more."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import Knob, Replication
from designer.design.edit import Change
from designer.reliability.model import Group
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowances,
    allowed_utilisation,
    availability_missed,
    component,
    label,
    most_used,
    percent,
    standing,
    workloads_at,
)
from designer.rules.repairs import set_copies, set_count


@rule(
    severity=Severity.WARNING,
    applies="Where an availability is asked for of tiers with several machines.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*2[read_rate=4k/s, servers=80] > db:sql_database*3"),
        Example(
            "@ a, b\nusers > load_balancer*2[zones=a+b] > api:app_server*8[zones=a+b] > db:sql_database*4[zones=a+b]",
            note="Four of eight are left when a zone fails, and five are needed.",
        ),
    ),
    good=(
        Example("users > load_balancer*2 > api:app_server*3[read_rate=4k/s, servers=80] > db:sql_database*3"),
        Example(
            "@ a, b\nusers > load_balancer*2[zones=a+b] > api:app_server*10[zones=a+b] > db:sql_database*4[zones=a+b]"
        ),
    ),
    sources=(
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 18: provisioning with N + 2 redundancy",
        "AWS Whitepaper, Static stability using Availability Zones (B. Weiss and M. Furr)",
    ),
    false_positives="Who may shed part of the traffic during a failure needs fewer machines than the peak asks for.",
    fix="Have enough machines that the peak is carried by what a failure leaves.",
)
def check(analysis: Analysis) -> Result:
    """Nothing to spare when something fails

    Machines that only just carry the peak together carry it no longer when one of them, or a whole zone, is down. The
    rest is overloaded then, and what was a small failure becomes a large one.
    """
    allowed = allowances(analysis)
    reached = workloads_at(analysis)
    needed_by = {node: [name for name in names if name in allowed] for node, names in reached.items()}
    vital = {item.name for item in analysis.reliability.outages if item.kind == "node" and item.lost}
    groups = {
        item.node: item
        for item in analysis.reliability.groups
        if item.node in vital and needed_by.get(item.node) and item.machines > 1
    }
    if not groups:
        return NotApplicable("No availability is asked of anything that runs on several machines here.")
    short: dict[str, str | None] = {}  # by node: the zone that it cannot lose, or None for any machine
    for outage in analysis.reliability.outages:
        for node in outage.overloaded:
            if node in groups and groups[node].needed <= groups[node].machines:
                short[node] = None if outage.kind == "instance" else short.get(node, outage.name)
    faults = [
        _fault(analysis, groups[node], zone, needed_by[node])
        for node, zone in short.items()
        if not _is_overloaded(analysis, node)
    ]
    return tuple(faults) or Passed("What a failure leaves can carry the peak.", tuple(groups))


def _is_overloaded(analysis: Analysis, node: str) -> bool:
    """Whether the peak is too much even with all machines up, which is another rule's business."""
    used = most_used(analysis, node, CARRYING)
    allowed = allowed_utilisation(analysis, workloads_at(analysis).get(node, ()))
    return used is not None and used.value > allowed


def _fault(analysis: Analysis, group: Group, zone: str | None, workloads: list[str]) -> Fault:
    node = group.node
    if zone is None:
        message = (
            f"{label(analysis, node)} needs all of its {group.machines} machines at the busiest time: when one stops, "
            "the others cannot keep up."
        )
    else:
        left = group.machines - _most_in_one_zone(analysis, group)
        message = (
            f"{label(analysis, node)} needs {group.needed} of its {group.machines} machines at the busiest time; "
            f"when a zone fails, {left} may be left."
        )
    costs = _costs(analysis, node, workloads)
    limit = min(allowances(analysis)[name] for name in workloads)
    missed = availability_missed(analysis, workloads)
    if missed:
        message += f" That costs {percent(costs)} of the time; {percent(limit)} is allowed in all."
    severity = (
        Severity.ERROR if missed and costs > limit / 2 else Severity.WARNING if missed else Severity.INFO
    )
    return Fault((node,), message, severity=severity, fix=_more(analysis, group), arithmetic=group.arithmetic)


def _costs(analysis: Analysis, node: str, workloads: list[str]) -> float:
    return max(
        (
            share.unavailability
            for item in analysis.reliability.workloads
            if item.workload in workloads
            for share in item.contributions
            if share.node == node
        ),
        default=0.0,
    )


def _most_in_one_zone(analysis: Analysis, group: Group) -> int:
    return math.ceil(group.machines / max(1, len(standing(analysis, group.node, group.machines))))


def _more(analysis: Analysis, group: Group) -> tuple[Change, ...]:
    """As many machines as leave enough when one of them, or the zone with most of them, is down."""
    zones = len(standing(analysis, group.node, group.machines))
    wanted = math.ceil(group.needed * zones / (zones - 1)) if zones > 1 else group.needed + 1
    replication = component(analysis, group.node).replication
    if replication is Replication.LEADER:
        return set_copies(analysis, group.node, wanted)
    if replication is Replication.NONE:
        return set_count(analysis, group.node, Knob.INSTANCES, wanted)
    return ()
