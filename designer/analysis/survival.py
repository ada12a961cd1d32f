"""What of a workload and of data survives: availability, durability, and recovery after the loss of a machine."""

from __future__ import annotations

import math
from functools import partial

from designer.analysis.availability import find_availabilities
from designer.analysis.model import Analysis
from designer.analysis.rulings import Ruling, blocked, failing_nodes, nodes_of, tell_failing
from designer.performance.failing import Failing
from designer.reliability.model import DatasetDurability, WorkloadAvailability
from designer.scenario.model import Availability, Durability, RecoveryPoint, RecoveryTime
from designer.traffic.model import ProblemKind
from designer.units import Dimension, format_quantity


def judge_availability(analysis: Analysis, requirement: Availability) -> Ruling:
    """The share of time the workload is served."""
    problem = blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else 0.0, problem.message, problem.nodes)
    whole = find_availabilities(analysis).get(requirement.workload)
    if whole is None:
        return Ruling(None, "Nothing answers this workload.")
    found, answered = whole.machines, whole.answered
    full = _overloaded(analysis, found)
    if full:
        names = ", ".join([analysis.design.node(node).label for node in full])
        reason = f"More arrives at {names} at peak than it can serve, which counts as down."
        return Ruling(answered, reason, full, whole.arithmetic)
    failing = whole.failing
    if failing is not None and failing.share > found.unavailability:
        said = partial(_tell_answered, analysis, answered, failing)
        return Ruling(answered, said, failing_nodes(failing), whole.arithmetic)
    told = partial(_tell_availability, analysis, found, answered)
    return Ruling(answered, told, _weakest(found), whole.arithmetic)


def _tell_answered(analysis: Analysis, answered: float, failing: Failing) -> str:
    part = format_quantity(answered, Dimension.RATIO)
    return f"{part} of the requests are answered at peak: {tell_failing(analysis, failing)}."


def _weakest(found: WorkloadAvailability) -> tuple[str, ...]:
    return tuple([contribution.node for contribution in found.contributions[:1]])


def _tell_availability(analysis: Analysis, found: WorkloadAvailability, part: float) -> str:
    told = ""
    for item in found.contributions[:1]:
        label = analysis.design.node(item.node).label
        # Zones and regions fail too, and often take more than any node does.
        most = 2.0 * item.unavailability > found.unavailability
        told = f"; {label} costs most of it" if most else f"; of its nodes {label} costs most"
    return f"Available {format_quantity(part, Dimension.RATIO)} of the time{told}."


def _workload(analysis: Analysis, workload: str) -> WorkloadAvailability | None:
    for item in analysis.reliability.workloads:
        if item.workload == workload:
            return item
    return None


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
    found = _dataset(analysis, requirement.dataset)
    if found is None:
        return Ruling(0.0, _homeless(analysis, requirement.dataset))
    kept = found.durability
    return Ruling(
        kept,
        lambda: f"A record survives a year with a probability of {format_quantity(kept, Dimension.RATIO)}.",
        analysis.growth[requirement.dataset].homes,
        found.arithmetic,
    )


def judge_recovery_point(analysis: Analysis, requirement: RecoveryPoint) -> Ruling:
    """The seconds of writes that go with any one machine; inf where all of them may."""
    found = _dataset(analysis, requirement.dataset)
    if found is None:
        return Ruling(math.inf, _homeless(analysis, requirement.dataset))
    lost = found.recovery_point
    homes = analysis.growth[requirement.dataset].homes
    return Ruling(lost, partial(_tell_lost, lost, found), homes, found.recovery)


def _tell_lost(lost: float, found: DatasetDurability) -> str:
    if math.isinf(lost):
        return f"Losing one machine may take every write it has: {found.recovery.method}."
    if lost > 0.0:
        return f"Losing one machine takes the writes of the last {format_quantity(lost, Dimension.TIME)}."
    return "No acknowledged write goes with any one machine."


def _dataset(analysis: Analysis, dataset: str) -> DatasetDurability | None:
    for item in analysis.reliability.durabilities:
        if item.dataset == dataset:
            return item
    return None


def _homeless(analysis: Analysis, dataset: str) -> str:
    return f"{analysis.scenario.datasets[dataset].name} has no durable home in this design."


def judge_recovery_time(analysis: Analysis, requirement: RecoveryTime) -> Ruling:
    """The seconds until the workload is served again after the loss of any one machine."""
    problem = blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else math.inf, problem.message, problem.nodes)
    found = _workload(analysis, requirement.workload)
    if found is None:
        return Ruling(None, "Nothing answers this workload.")
    name, taken = analysis.scenario.workloads[requirement.workload].name, found.recovery_time
    nodes = _alone(analysis, requirement.workload)
    return Ruling(taken, partial(_tell_recovery, name, taken), nodes, found.recovery)


def _tell_recovery(name: str, taken: float) -> str:
    if math.isinf(taken):
        return f"{name} does not come back by itself after the loss of a machine."
    if taken > 0.0:
        return f"{name} is back {format_quantity(taken, Dimension.TIME)} after the loss of any one machine."
    return f"{name} goes on when any one machine is lost."


def _alone(analysis: Analysis, workload: str) -> tuple[str, ...]:
    """The nodes of which the loss of one machine takes the workload away."""
    return tuple(
        outage.name
        for outage in analysis.reliability.outages
        if outage.kind == "instance" and workload in outage.lost
    )
