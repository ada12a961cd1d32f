"""What of a workload and of data survives: availability, durability, and recovery after the loss of a machine."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.analysis.rulings import Ruling, blocked, nodes_of
from designer.reliability.model import WorkloadAvailability
from designer.scenario.model import Availability, Durability, RecoveryPoint, RecoveryTime
from designer.traffic.model import ProblemKind
from designer.units import Dimension, format_quantity


def judge_availability(analysis: Analysis, requirement: Availability) -> Ruling:
    """The share of time the workload is served."""
    problem = blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else 0.0, problem.message, problem.nodes)
    for item in analysis.reliability.workloads:
        if item.workload == requirement.workload:
            full = _overloaded(analysis, item)
            if full:
                names = ", ".join(analysis.design.node(node).label for node in full)
                reason = f"More arrives at {names} at peak than it can serve, which counts as down."
                return Ruling(item.availability, reason, full, item.arithmetic)
            weakest = tuple(contribution.node for contribution in item.contributions[:1])
            label = f"; {analysis.design.node(weakest[0]).label} costs most of it" if weakest else ""
            reason = f"Available {format_quantity(item.availability, Dimension.RATIO)} of the time{label}."
            return Ruling(item.availability, reason, weakest, item.arithmetic)
    return Ruling(None, "Nothing answers this workload.")


def _overloaded(analysis: Analysis, item: WorkloadAvailability) -> tuple[str, ...]:
    """The nodes that even all their machines do not carry the peak of, where that is why nothing is served."""
    if item.availability > 0.0:
        return ()
    return tuple(
        node
        for node in nodes_of(analysis, item.workload)
        if analysis.nodes[node].needed > analysis.nodes[node].machines
    )


def judge_durability(analysis: Analysis, requirement: Durability) -> Ruling:
    """How likely a record survives a year."""
    for item in analysis.reliability.durabilities:
        if item.dataset == requirement.dataset:
            homes = analysis.growth[requirement.dataset].homes
            reason = f"A record survives a year with {format_quantity(item.durability, Dimension.RATIO)}."
            return Ruling(item.durability, reason, homes, item.arithmetic)
    name = analysis.scenario.datasets[requirement.dataset].name
    return Ruling(0.0, f"{name} has no durable home in this design.")


def judge_recovery_point(analysis: Analysis, requirement: RecoveryPoint) -> Ruling:
    """The seconds of writes that go with any one machine; inf where all of them may."""
    for item in analysis.reliability.durabilities:
        if item.dataset == requirement.dataset:
            homes = analysis.growth[requirement.dataset].homes
            lost = item.recovery_point
            if math.isinf(lost):
                reason = "Losing one machine takes every write it has: there is neither a copy nor a backup."
            elif lost > 0.0:
                reason = f"Losing one machine takes the writes of the last {format_quantity(lost, Dimension.TIME)}."
            else:
                reason = "No acknowledged write goes with any one machine."
            return Ruling(lost, reason, homes, item.recovery or item.arithmetic)
    name = analysis.scenario.datasets[requirement.dataset].name
    return Ruling(math.inf, f"{name} has no durable home in this design.")


def judge_recovery_time(analysis: Analysis, requirement: RecoveryTime) -> Ruling:
    """The seconds until the workload is served again after the loss of any one machine."""
    problem = blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else math.inf, problem.message, problem.nodes)
    name = analysis.scenario.workloads[requirement.workload].name
    for item in analysis.reliability.workloads:
        if item.workload == requirement.workload:
            taken = item.recovery_time
            if math.isinf(taken):
                reason = f"{name} does not come back by itself after the loss of a machine."
            elif taken > 0.0:
                length = format_quantity(taken, Dimension.TIME)
                reason = f"{name} is back {length} after the loss of any one machine."
            else:
                reason = f"{name} goes on when any one machine is lost."
            return Ruling(taken, reason, _alone(analysis, requirement.workload), item.recovery)
    return Ruling(None, "Nothing answers this workload.")


def _alone(analysis: Analysis, workload: str) -> tuple[str, ...]:
    """The nodes of which the loss of one machine takes the workload away."""
    return tuple(
        outage.name
        for outage in analysis.reliability.outages
        if outage.kind == "instance" and workload in outage.lost
    )
