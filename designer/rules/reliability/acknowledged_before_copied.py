"""Writes that are confirmed and that only one machine has."""

from __future__ import annotations

import math
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.design.figures import quantity_of
from designer.reliability.durability import copies_of
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, durabilities, label, percent
from designer.rules.recovery import (
    allowance,
    answers_before_copied,
    lost_with_leaders,
    recovery_points,
    wait_for_copies,
    written,
)
from designer.rules.timing import duration
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where it is asked of data in several copies that no write is lost, or only few.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3", scenario="payments"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:wide_column_store*3[replicas=2, write_quorum=1]",
            scenario="payments",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3[replication_lag=5 min]",
            note="The copies follow far behind: more is lost with a leader than may be lost in a year.",
        ),
    ),
    good=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3[acks=one]", scenario="payments"
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3",
            note="A second of writes, twice a year, is within what may be lost.",
        ),
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: synchronous and asynchronous replication",
        "PostgreSQL documentation, Log-Shipping Standby Servers: synchronous replication",
    ),
    false_positives="Whoever sends a write again until it is found in a copy loses nothing.",
    fix="Answer a write only when a second machine has it, and have three copies so that one may be missing.",
)
def check(analysis: Analysis) -> Result:
    """A write is confirmed before a second machine has it

    A leader that answers first and copies afterwards is fast, but its last writes are on no other machine. When it is
    lost, a follower takes over that has never heard of them, although their senders were told that they are safe.
    """
    homes = _copied_homes(analysis)
    if not homes:
        return NotApplicable("Nothing that must not be lost is written to several copies here.")
    early = {home: datasets for home, datasets in homes.items() if answers_before_copied(analysis, home)}
    if not early:
        return Passed("A second machine has each write before it is answered.", tuple(homes))
    losses = {home: _losses(analysis, home, datasets) for home, datasets in early.items()}
    faults = tuple([_fault(analysis, home, found) for home, found in losses.items() if found])
    return faults or Passed("What a lost leader takes with it is within what may be lost.", tuple(early))


class _Loss(NamedTuple):
    """What is lost of a dataset together with a leader, in words, and from what that follows."""

    message: str
    arithmetic: Arithmetic | None
    severity: Severity


def _copied_homes(analysis: Analysis) -> dict[str, list[str]]:
    """Where data that must not be lost is written to several copies, with the datasets that are at home there alone."""
    found: dict[str, list[str]] = {}
    for dataset in dict.fromkeys((*recovery_points(analysis), *durabilities(analysis))):
        homes = analysis.growth[dataset].homes
        if len(homes) == 1 and _copies(analysis, homes[0]) > 1 and written(analysis, homes[0], dataset) > 0.0:
            found.setdefault(homes[0], []).append(dataset)
    return found


def _copies(analysis: Analysis, node: str) -> int:
    return copies_of(analysis.graph.nodes[node], component(analysis, node))


def _losses(analysis: Analysis, home: str, datasets: list[str]) -> list[_Loss]:
    """More than may be lost, of these datasets."""
    points = {item.dataset: item for item in analysis.reliability.durabilities}
    found = []
    for dataset in datasets:
        limit, kept = recovery_points(analysis).get(dataset, math.inf), points.get(dataset)
        if kept is not None and kept.recovery_point > limit:
            message = _say_point(analysis, home, dataset, kept.recovery_point, limit)
            found.append(_Loss(message, kept.recovery, Severity.ERROR))
            continue
        allowed = 1.0 - durabilities(analysis).get(dataset, 0.0)
        if lost_with_leaders(analysis, home) > allowed:
            found.append(_lost_in_a_year(analysis, home, dataset, allowed))
    return found


def _say_point(analysis: Analysis, home: str, dataset: str, lost: float, limit: float) -> str:
    name = analysis.scenario.datasets[dataset].name
    may = allowance(limit)
    if math.isinf(lost):
        return f"Of {name} all that no other copy has yet goes with that machine; {may}."
    number = format_quantity(lost * written(analysis, home, dataset), Dimension.COUNT, digits=2)
    return (
        f"Of {name} the writes of the last {duration(lost)} go with that machine, {number} at the busiest time; "
        f"{may}."
    )


def _lost_in_a_year(analysis: Analysis, home: str, dataset: str, allowed: float) -> _Loss:
    placed, found = analysis.graph.nodes[home], component(analysis, home)
    lost, name = lost_with_leaders(analysis, home), analysis.scenario.datasets[dataset].name
    inputs = (
        quantity_of(placed, found, "failures_per_year", "f", "leaders lost in a year"),
        quantity_of(placed, found, "replication_lag", "l", f"lag of the copies of {label(analysis, home)}"),
    )
    return _Loss(
        f"Of {name} {percent(lost)} of a year's writes go with lost leaders; {percent(allowed)} may be lost.",
        Arithmetic(
            formula="L = f l / year",
            result=Quantity("L", f"writes to {name} lost in a year", lost, Dimension.RATIO),
            inputs=tuple([item for item in inputs if item is not None]),
        ),
        Severity.WARNING,
    )


def _fault(analysis: Analysis, home: str, losses: list[_Loss]) -> Fault:
    number = _copies(analysis, home)
    message = f"{label(analysis, home)} answers a write as soon as one of its {number} copies has it."
    return Fault(
        nodes=(home,),
        message=" ".join([message, *[loss.message for loss in losses]]),
        severity=min([loss.severity for loss in losses], key=list(Severity).index),
        fix=wait_for_copies(analysis, home),
        arithmetic=losses[0].arithmetic,
    )
