"""Data or requests that a lost machine takes away for longer than they may be gone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from designer.analysis.model import Analysis, State, Verdict
from designer.arithmetic import Arithmetic
from designer.catalog.model import Behavior, Knob, Replication
from designer.design.edit import Change, SetNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import allowances, component, label, listed, workload_names
from designer.rules.recovery import (
    OFTEN,
    allowance,
    answers_before_copied,
    is_failover,
    late,
    verdicts_of,
    wait_for_copies,
    workload_of,
)
from designer.rules.repairs import second_machine, set_count
from designer.rules.timing import duration


class _Miss(NamedTuple):
    """One requirement that is missed at some nodes: in words, and by how much."""

    nodes: tuple[str, ...]
    message: str
    arithmetic: Arithmetic | None
    gone: float = math.inf  # seconds of writes that may be gone, where it is about those
    away: float = math.inf  # seconds that requests may be away, where it is about those


@rule(
    severity=Severity.ERROR,
    applies="Where the scenario says how soon a workload must be back, or how many writes may be gone.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 > db:sql_database", scenario="payments"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database[backup_every=1 day]",
            scenario="payments",
            note="It takes most of an hour to bring a backup back.",
        ),
        Example(
            "users > load_balancer > api:app_server*8 > db:sql_database*3[acks=one]", scenario="payments"
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 > db:sql_database*3[acks=one]", scenario="payments"
    ),
    sources=(
        "AWS Well-Architected Framework, Reliability Pillar, REL13: plan for disaster recovery, RTO and RPO",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: handling node outages",
    ),
    false_positives="A machine that an orchestrator starts again with the same disk is back within minutes.",
    fix="Keep a second copy that takes over, or take backups as often as writes may be gone.",
)
def check(analysis: Analysis) -> Result:
    """Back too late, or without the last writes

    When a machine is lost, two things can be asked: how soon requests are answered again, and how many of the last
    writes are gone. A second copy that is up answers both within seconds; a backup takes hours to be copied back, and
    knows nothing of what was written after it.
    """
    points = verdicts_of(analysis, "recovery_point")
    times = verdicts_of(analysis, "recovery_time")
    if not points and not times:
        return NotApplicable("Nothing is said here about recovery.")
    misses: dict[tuple[str, ...], list[_Miss]] = {}
    for miss in (*_lost_writes(analysis, points), *_long_waits(analysis, times)):
        misses.setdefault(miss.nodes, []).append(miss)
    if misses:
        return tuple(_fault(analysis, nodes, found) for nodes, found in misses.items())
    if any(item.state is not State.MET for item in (*points, *times)):
        return NotApplicable("What is missed of recovery here has a cause that another rule is about.")
    return Passed("When any one machine is lost, data and requests are back as soon as they must be.")


def _lost_writes(analysis: Analysis, verdicts: list[Verdict]) -> Iterator[_Miss]:
    lasting = {item.dataset for item in analysis.reliability.durabilities}
    for verdict in verdicts:
        dataset = str(getattr(analysis.scenario.requirements[verdict.requirement], "dataset", ""))
        homes = analysis.growth[dataset].homes
        if verdict.state is not State.MISSED or dataset not in lasting:
            continue
        # Copies that come too late are another rule's business.
        if not any(answers_before_copied(analysis, home) for home in homes):
            message = _say_lost(analysis, dataset, homes, verdict)
            yield _Miss(homes, message, verdict.arithmetic, gone=verdict.limit)


def _say_lost(analysis: Analysis, dataset: str, homes: tuple[str, ...], verdict: Verdict) -> str:
    name = analysis.scenario.datasets[dataset].name
    where = listed(label(analysis, home) for home in homes)
    allowed = allowance(verdict.limit)
    if verdict.value is None or math.isinf(verdict.value):
        return f"{name} is kept in one copy at {where}, without a backup: all writes go with one machine; {allowed}."
    return (
        f"{name} is kept in one copy at {where}: with it go the writes since the last backup, of up to "
        f"{duration(verdict.value)}; {allowed}."
    )


def _long_waits(analysis: Analysis, verdicts: list[Verdict]) -> Iterator[_Miss]:
    for verdict in verdicts:
        for delay in late(analysis, verdict):
            workload = workload_of(analysis, verdict)
            # Other rules are about leaders that are slow to follow each other, and about machines that are missing
            # where an availability says how much that costs.
            is_gone = math.isinf(delay.seconds)
            if is_failover(analysis, delay) or (is_gone and workload in allowances(analysis)):
                continue
            back = "does not come back by itself" if is_gone else f"is back after {duration(delay.seconds)}"
            message = (
                f"When a machine of {label(analysis, delay.node)} is lost, {workload_names(analysis, [workload])} "
                f"{back} ({delay.reason}); {duration(verdict.limit)} is allowed."
            )
            yield _Miss((delay.node,), message, verdict.arithmetic, away=verdict.limit)


def _fault(analysis: Analysis, nodes: tuple[str, ...], misses: list[_Miss]) -> Fault:
    return Fault(
        nodes=nodes,
        message=" ".join([miss.message for miss in misses]),
        fix=_mend(analysis, nodes[0], misses) if len(nodes) == 1 else (),
        arithmetic=misses[0].arithmetic,
    )


def _mend(analysis: Analysis, node: str, misses: list[_Miss]) -> tuple[Change, ...]:
    """Backups as often as they are needed where that is enough, else another machine that takes over in time."""
    gone, away = min([miss.gone for miss in misses]), min([miss.away for miss in misses])
    found = component(analysis, node)
    if found.replication is Replication.NONE:
        facts = analysis.nodes[node]
        return set_count(analysis, node, Knob.INSTANCES, max(facts.needed, facts.minimum or 0) + 1)
    if math.isinf(away) and gone >= OFTEN and found.behavior is Behavior.STORE:
        return (SetNode(node=node, field="backup_every", value=gone),)
    if (analysis.figure(node, "failover_time") or 0.0) > away:
        return ()
    is_behind = (analysis.figure(node, "replication_lag") or 0.0) > gone
    if is_behind or found.replication is Replication.QUORUM:
        return wait_for_copies(analysis, node)
    return second_machine(analysis, node)
