"""Data that only grows."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic
from designer.errors import quote
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import agree, component, is_managed, label, listed, money, percent
from designer.rules.repairs import GB
from designer.scenario.model import Storage
from designer.units import SECONDS_PER_DAY, SECONDS_PER_MONTH, SECONDS_PER_YEAR, Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where data grows of which it is said neither how long it is kept nor how long there must be room.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*4 > jobs:message_queue > worker*6 > "
            "db:sharded_sql[shards=4, replicas=2]; api > db; jobs > notification_service",
            scenario="feed",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*4 > jobs:message_queue > worker*6 > "
            "db:sql_database*2[holds=lists]; api > notes:key_value_store[holds=notes]; jobs > notification_service",
            scenario="feed",
            note="It never gets full, and dearer every day.",
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > jobs:message_queue > worker*6 > "
        "db:sharded_sql[shards=12, replicas=2]; api > db; jobs > notification_service",
        scenario="feed",
    ),
    sources=(
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 26: data integrity, deletion and archives",
        "Amazon S3 user guide, object-lifecycle-mgmt; Apache Cassandra documentation, time to live: data that expires",
    ),
    false_positives="Data that the law wants kept for ever has to be kept; plan its archive instead.",
    fix="Say how long it is kept, delete or archive what is older, and only then make room for the rest.",
    parameters=(
        Parameter(
            "horizon",
            SECONDS_PER_YEAR,
            Dimension.TIME,
            "time for which there should be room when nobody says for how long",
        ),
        Parameter(
            "dear",
            0.5,
            Dimension.RATIO,
            "part of today's bill from which on what is added within that time is too dear",
        ),
    ),
)
def check(analysis: Analysis, horizon: float, dear: float) -> Result:
    """Data grows and nothing is ever deleted

    Somebody has to decide how long data is kept. If nobody does, the disks decide: the day they are full, nothing can
    be written any more. Where they cannot get full, the bill grows month after month for data that nobody reads.
    """
    growing = _growing(analysis)
    if not growing:
        return NotApplicable(
            "Nothing grows here of which it is not said how long it is kept, or must have room."
        )
    at: dict[str, list[str]] = {}
    for name in growing:
        for home in analysis.growth[name].homes:
            at.setdefault(home, []).append(name)
    faults = [
        fault
        for home, names in at.items()
        if (fault := _filling(analysis, home, names, horizon) or _dear(analysis, home, names, horizon, dear))
    ]
    if any(analysis.nodes[home].months_until_full == 0.0 for home in at):
        return tuple(faults) or NotApplicable("What grows is full today, which is told elsewhere.")
    return tuple(faults) or Passed(
        f"What grows has room for {format_quantity(horizon, Dimension.TIME)}, time enough to decide what to delete.",
        tuple(at),
    )


def _growing(analysis: Analysis) -> list[str]:
    """Datasets that grow without end, and of which no requirement says how long there must be room."""
    asked = {item.dataset for item in analysis.scenario.requirements.values() if isinstance(item, Storage)}
    return [
        name
        for name, growth in analysis.growth.items()
        if growth.growth > 0.0
        and growth.homes
        and name not in asked
        and analysis.scenario.datasets[name].retention is None
    ]


def _filling(analysis: Analysis, home: str, names: list[str], horizon: float) -> Fault | None:
    """A node that is full too soon; what is full today is disk_full_within_horizon's business."""
    months = analysis.nodes[home].months_until_full
    if months is None or not 0.0 < months * SECONDS_PER_MONTH < horizon:
        return None
    time = format_quantity(months * SECONDS_PER_MONTH, Dimension.TIME, digits=2)
    message = f"{_growth(analysis, names)} Unless something is, {label(analysis, home)} is full in {time}."
    return Fault((home,), message, arithmetic=_arithmetic(analysis, names))


def _dear(analysis: Analysis, home: str, names: list[str], horizon: float, dear: float) -> Fault | None:
    """A store without end whose bill grows by much; its price is for all copies."""
    price = analysis.figure(analysis.graph.nodes[home], "cost_per_gb_month")
    if price is None or not is_managed(component(analysis, home)) or not analysis.cost.total:
        return None
    more = price * _bytes_per_second(analysis, names) * horizon / GB
    if more < dear * analysis.cost.total:
        return None
    message = (
        f"{_growth(analysis, names)} In {format_quantity(horizon, Dimension.TIME)} {label(analysis, home)} costs "
        f"{money(more)} more for it, {percent(more / analysis.cost.total)} of today's whole bill."
    )
    return Fault((home,), message, Severity.INFO, arithmetic=_arithmetic(analysis, names))


def _growth(analysis: Analysis, names: list[str]) -> str:
    data = listed([quote(analysis.scenario.datasets[name].name) for name in names])
    daily = format_quantity(_bytes_per_second(analysis, names) * SECONDS_PER_DAY, Dimension.SIZE, digits=2)
    return f"{data} {agree(names, 'grows', 'grow')} by {daily} a day, and nothing says when any of it is deleted."


def _bytes_per_second(analysis: Analysis, names: list[str]) -> float:
    """How fast one copy of these grows."""
    datasets = analysis.scenario.datasets
    return math.fsum([analysis.growth[name].growth * datasets[name].record_size for name in names])


def _arithmetic(analysis: Analysis, names: list[str]) -> Arithmetic:
    fastest = max(names, key=lambda name: _bytes_per_second(analysis, [name]))
    return analysis.growth[fastest].arithmetic
