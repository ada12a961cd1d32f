"""As many machines as are needed, and not one more."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Knob, Replication
from designer.design.edit import Change
from designer.reliability.model import Group
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowances,
    allowed_at,
    availability_missed,
    component,
    label,
    listed,
    most_used,
    outages,
    percent,
    workloads_at,
)
from designer.rules.repairs import set_copies, set_count
from designer.rules.spares import lacking, outlasting, per_zone, zone_down
from designer.units import Dimension


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
    parameters=(
        Parameter(
            "most",
            0.25,
            Dimension.RATIO,
            "part of the time a workload may be down that one tier may use up by having too few machines left",
        ),
    ),
)
def check(analysis: Analysis, most: float) -> Result:
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
    crowded = {node: None for node in reached if _is_overloaded(analysis, node, groups.get(node))}
    able = {node: group for node, group in groups.items() if node not in crowded}
    faults = _find(analysis, able, needed_by, most)
    if faults:
        return tuple(faults)
    if crowded:
        names = listed(label(analysis, node) for node in crowded)
        return NotApplicable(
            f"{names} cannot carry the peak as it is; what a failure leaves comes after that."
        )
    return Passed("What a failure leaves can carry the peak.", tuple(groups))


def _find(
    analysis: Analysis, groups: Mapping[str, Group], workloads: Mapping[str, list[str]], most: float
) -> list[Fault]:
    alone = {name for item in outages(analysis, "instance") for name in item.overloaded if name == item.name}
    by_zone = {name for item in outages(analysis, "zone") for name in item.overloaded}
    short = [
        node
        for node in groups
        if node in alone or (node in by_zone and _lacks_a_zone(analysis, groups[node]))
    ]
    few = [
        node
        for node in groups
        if node not in short and _are_few(analysis, groups[node], workloads[node], most)
    ]
    return [
        *[_fault(analysis, groups[node], node in alone, workloads[node]) for node in short],
        *[_fault_of_few(analysis, groups[node], workloads[node]) for node in few],
    ]


def _lacks_a_zone(analysis: Analysis, group: Group) -> bool:
    """Whether it is the node's own machines that are too few without a zone, and not a cache's before it."""
    return 0 < _left(analysis, group) < group.needed


def _left(analysis: Analysis, group: Group) -> int:
    """Machines when the zone with most of them is down."""
    return group.machines - max(per_zone(analysis, group.node, group.machines))


def _is_overloaded(analysis: Analysis, node: str, group: Group | None) -> bool:
    """Whether the peak is too much even with all machines up, which is another rule's business."""
    used = most_used(analysis, node, CARRYING)
    is_full = used is not None and used.value > allowed_at(analysis, node)
    return is_full or (group is not None and group.placement.overloaded)


def _late(analysis: Analysis, workloads: list[str]) -> list[str]:
    """Those of the workloads that are down more than they may be."""
    return [name for name in workloads if availability_missed(analysis, (name,))]


def _are_few(analysis: Analysis, group: Group, workloads: list[str], most: float) -> bool:
    """Whether an availability is missed, and too much of that is for machines that fail one by one."""
    late = _late(analysis, workloads)
    if not late:
        return False
    limit = min([allowances(analysis)[name] for name in late])
    return lacking(analysis, group.node, group.needed, group.machines) > most * limit


def _fault(analysis: Analysis, group: Group, is_alone: bool, workloads: list[str]) -> Fault:
    return _tell(
        analysis,
        group,
        workloads,
        lambda: _say(analysis, group, is_alone),
        lambda: _costs(analysis, group.node, workloads),
        group.arithmetic,
    )


def _say(analysis: Analysis, group: Group, is_alone: bool) -> str:
    name = label(analysis, group.node)
    if is_alone:
        return (
            f"{name} needs all of its {group.machines} machines at the busiest time: when one stops, "
            "the others cannot keep up."
        )
    return (
        f"{name} needs {group.needed} of its {group.machines} machines at the busiest time; "
        f"when a zone fails, {_left(analysis, group)} may be left."
    )


def _fault_of_few(analysis: Analysis, group: Group, workloads: list[str]) -> Fault:
    """Enough are left by any one failure, and too often there is a second one meanwhile."""
    node = group.node
    late = _late(analysis, workloads)
    costs = lacking(analysis, node, group.needed, group.machines)
    return _tell(
        analysis,
        group,
        late,
        lambda: (
            f"{label(analysis, node)} needs {group.needed} of its {group.machines} machines at the busiest time, and "
            "when one more fails, or a zone and then a machine, too few are up."
        ),
        lambda: costs,
        Arithmetic.later(lambda: _explain(analysis, group, costs)),
    )


def _tell(
    analysis: Analysis,
    group: Group,
    workloads: list[str],
    say: Callable[[], str],
    costing: Callable[[], float],
    arithmetic: Arithmetic,
) -> Fault:
    limit = min(allowances(analysis)[name] for name in workloads)
    message, severity = say, Severity.INFO
    if availability_missed(analysis, workloads):
        costs = costing()
        severity = Severity.ERROR if costs > limit / 2 else Severity.WARNING

        def message() -> str:
            return f"{say()} That costs {percent(costs)} of the time; {percent(limit)} is allowed in all."

    return Fault(
        (group.node,),
        message,
        severity=severity,
        fix=lambda: _more(analysis, group, workloads),
        arithmetic=arithmetic,
    )


def _explain(analysis: Analysis, group: Group, costs: float) -> Arithmetic:
    parts = per_zone(analysis, group.node, group.machines)
    zones = (
        Quantity("q", "part of the time that a zone is down", zone_down(analysis), Dimension.RATIO),
        Quantity("m", "machines in a zone, at most", float(max(parts)), Dimension.COUNT),
    )
    return Arithmetic(
        formula="U = F(k, n, a) + q sum over zones F(k, n - m, a)" if len(parts) > 1 else "U = F(k, n, a)",
        result=Quantity("U", "time with too few machines up", costs, Dimension.RATIO),
        inputs=(
            Quantity("k", "machines needed at peak", float(group.needed), Dimension.COUNT),
            Quantity("n", "machines there are", float(group.machines), Dimension.COUNT),
            Quantity("a", "availability of one", 1.0 - group.placement.down, Dimension.RATIO),
            *(zones if len(parts) > 1 else ()),
        ),
        method="F: the binomial probability that fewer than k of n are up",
    )


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


def _more(analysis: Analysis, group: Group, workloads: list[str]) -> tuple[Change, ...]:
    """As many machines as leave enough when one of them, or the zone with most of them, is down."""
    wanted = outlasting(analysis, group.node, group.needed, workloads)
    replication = component(analysis, group.node).replication
    if replication is Replication.LEADER:
        return set_copies(analysis, group.node, wanted)
    if replication is Replication.NONE:
        return set_count(analysis, group.node, Knob.INSTANCES, wanted)
    return ()
