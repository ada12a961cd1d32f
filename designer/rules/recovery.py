"""What goes with one lost machine, for a while or for good: what rules about recovery ask and offer."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import NamedTuple

from designer.analysis.model import Analysis, State, Verdict
from designer.catalog.model import Replication
from designer.design.edit import Change, SetNode
from designer.design.model import Acks
from designer.keeping import remembered
from designer.reliability.durability import copies_of
from designer.reliability.groups import k_of_n_unavailability
from designer.reliability.recovery import acknowledged
from designer.rules.questions import component, is_managed, loads_at, standing
from designer.rules.regions import furthest
from designer.rules.repairs import set_copies
from designer.rules.timing import duration, keeps_time, own_p99
from designer.scenario.model import RecoveryPoint
from designer.units import SECONDS_PER_YEAR

OFTEN = 300.0
"""Seconds between backups that can be had (Amazon RDS user guide: transaction logs are stored every five minutes)."""

SAFE_COPIES = 3
"""Copies of which one may be lost while two must have each write."""


class Delay(NamedTuple):
    """A node that keeps a workload waiting when one of its machines is lost."""

    node: str
    seconds: float  # inf: not by itself
    reason: str


@remembered
def recovery_points(analysis: Analysis) -> Mapping[str, float]:
    """The seconds of writes that may go with one machine, by dataset, for those of which it is asked."""
    found: dict[str, float] = {}
    for item in analysis.scenario.requirements.values():
        if isinstance(item, RecoveryPoint):
            found[item.dataset] = min(item.limit, found.get(item.dataset, math.inf))
    return found


def allowance(limit: float) -> str:
    """How many of the last writes may be lost, for a sentence."""
    return f"those of {duration(limit)} may be lost" if limit > 0.0 else "none may be lost"


def verdicts_of(analysis: Analysis, kind: str) -> list[Verdict]:
    """The verdicts on requirements of this kind."""
    return [verdict for verdict in analysis.verdicts if verdict.kind == kind]


def workload_of(analysis: Analysis, verdict: Verdict) -> str:
    """The workload that the requirement is about; no name for one about something else."""
    return str(getattr(analysis.scenario.requirements[verdict.requirement], "workload", ""))


def delays(analysis: Analysis, workload: str) -> tuple[Delay, ...]:
    """What keeps the workload waiting after the loss of a machine: the `T[node]` of its arithmetic."""
    for item in analysis.reliability.workloads:
        if item.workload == workload and item.recovery is not None:
            return tuple(
                [
                    Delay(node, each.value, each.name.removeprefix(f"{node}: "))
                    for each in item.recovery.inputs
                    for node in (each.symbol[2:-1],)
                ]
            )
    return ()


def late(analysis: Analysis, verdict: Verdict) -> list[Delay]:
    """What keeps a workload waiting longer than its recovery time allows."""
    if verdict.state is not State.MISSED:
        return []
    return [item for item in delays(analysis, workload_of(analysis, verdict)) if item.seconds > verdict.limit]


def is_failover(analysis: Analysis, delay: Delay) -> bool:
    """Whether the wait is for a follower that takes over."""
    placed = analysis.graph.nodes[delay.node]
    is_led = component(analysis, delay.node).replication is Replication.LEADER and placed.replicas > 0
    return is_led and delay.seconds == analysis.figure(placed, "failover_time")


def answers_before_copied(analysis: Analysis, node: str) -> bool:
    """Whether the node keeps several copies, and answers a write that only one of them has."""
    placed, found = analysis.graph.nodes[node], component(analysis, node)
    if is_managed(found) or found.replication is Replication.NONE:
        return False
    return copies_of(placed, found) > 1 and acknowledged(placed, found) == 1


def lost_with_leaders(analysis: Analysis, node: str) -> float:
    """The part of a year's writes that no copy has yet when leaders are lost."""
    placed = analysis.graph.nodes[node]
    lag, failures = analysis.figure(placed, "replication_lag"), analysis.figure(placed, "failures_per_year")
    return (lag or 0.0) * (failures or 0.0) / SECONDS_PER_YEAR


def written(analysis: Analysis, node: str, dataset: str) -> float:
    """Writes per second at peak of the dataset at the node."""
    return sum([load.datasets.get(dataset, (0.0, 0.0))[1] for load in loads_at(analysis).get(node, ())])


def keeps_up(analysis: Analysis, workloads: Collection[str], down: float) -> bool:
    """Whether all availabilities that are met still are when these workloads are down for so much more of the time."""
    return all(
        item.value is None or item.state is not State.MET or item.value - down >= item.limit
        for item in verdicts_of(analysis, "availability")
        if workload_of(analysis, item) in workloads
    )


def wait_for_copies(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """A write is answered when two machines have it, and there are three, so that one may be lost.

    Nothing where that breaks the budget, or a response time or an availability that is kept.
    """
    placed, found = analysis.graph.nodes[node], component(analysis, node)
    more: tuple[Change, ...] = ()
    if copies_of(placed, found) < SAFE_COPIES:
        more = set_copies(analysis, node, SAFE_COPIES)
        if not more:
            return ()
    writing = [load.workload for load in loads_at(analysis).get(node, ()) if load.writes > 0.0]
    later = furthest(analysis, node, node).p99 + own_p99(analysis, node, write=True)
    if not keeps_time(analysis, writing, later):
        return ()
    if not keeps_up(analysis, writing, _down_more(analysis, node)):
        return ()
    if found.replication is Replication.QUORUM:
        return (*more, SetNode(node=node, field="write_quorum", value=None))
    return (*more, SetNode(node=node, field="acks", value=Acks.ONE.value))


def _down_more(analysis: Analysis, node: str) -> float:
    """How much of the time two copies of three are not up: two machines, or the zone with two of them, are down."""
    down = 1.0 - (analysis.figure(node, "availability") or 1.0)
    few = k_of_n_unavailability(2, SAFE_COPIES, down)
    if len(standing(analysis, node, SAFE_COPIES)) != 2:
        return few
    return few + 1.0 - analysis.catalog.environment.zone_availability.default
