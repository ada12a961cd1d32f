"""The data outgrows its home before the time that was asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designer.analysis.model import Analysis, State
from designer.catalog.model import Knob
from designer.design.edit import Change
from designer.performance.model import Ceiling
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, percent
from designer.rules.repairs import set_count, split
from designer.scenario.model import Storage
from designer.units import SECONDS_PER_MONTH, Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where the exercise says for how long there must be room.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 > db:sharded_sql[replicas=2, disk=250 GB]"),
        Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3[disk=250 GB]"),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 > db:sharded_sql[shards=5, replicas=2, disk=250 GB]"
    ),
    sources=(
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 18: intent-based capacity planning",
        "Amazon RDS user guide, CHAP_Storage: volumes have a largest size",
    ),
    false_positives="Old records that are moved to cheaper storage, or compressed, take less room than counted here.",
    fix="Split the data over more shards, move old records to object storage, or delete what nobody needs.",
)
def check(analysis: Analysis) -> Result:
    """The disk fills up too soon

    Data that is kept only grows. A full disk stops all writes at once, and splitting a large store over new
    machines takes weeks: it has to be done long before.
    """
    asked = {name: item for name, item in analysis.scenario.requirements.items() if isinstance(item, Storage)}
    late = {item.requirement: item for item in analysis.verdicts if item.state is State.MISSED}
    faults: dict[str, Fault] = {}
    for name, item in asked.items():
        if name in late and late[name].value:
            for node in analysis.growth[item.dataset].homes:
                months = analysis.nodes[node].months_until_full
                if months is not None and months * SECONDS_PER_MONTH < item.horizon:
                    faults.setdefault(node, _filling(analysis, node, months, item.horizon))
    for node, facts in analysis.nodes.items():
        used = facts.utilisation(Ceiling.DISK)
        if used is not None and used.value > 1.0:
            faults[node] = _full(analysis, node, used.value)
    if faults:
        return tuple(faults.values())
    if not asked:
        return NotApplicable("The scenario does not say how long there must be room.")
    if any(not analysis.growth[item.dataset].homes for item in asked.values()):
        return NotApplicable("What must have room has no home yet.")
    return Passed("There is room for as long as was asked.")


def _asked(analysis: Analysis) -> Iterator[Storage]:
    return (item for item in analysis.scenario.requirements.values() if isinstance(item, Storage))


def _filling(analysis: Analysis, node: str, months: float, horizon: float) -> Fault:
    facts = analysis.nodes[node]
    used = facts.utilisation(Ceiling.DISK)
    time = format_quantity(months * SECONDS_PER_MONTH, Dimension.TIME, digits=2)
    wanted = format_quantity(horizon, Dimension.TIME)
    message = f"{label(analysis, node)} is full in {time}; room for {wanted} was asked for."
    return Fault(
        nodes=(node,),
        message=message,
        fix=_more_shards(analysis, node, horizon),
        arithmetic=None if used is None else used.arithmetic,
    )


def _full(analysis: Analysis, node: str, used: float) -> Fault:
    message = f"{label(analysis, node)} would need {percent(used)} of its disk for the data there is today."
    facts = analysis.nodes[node]
    found = facts.utilisation(Ceiling.DISK)
    horizon = max(
        (item.horizon for item in _asked(analysis) if node in analysis.growth[item.dataset].homes),
        default=0.0,
    )
    fix = _more_shards(analysis, node, horizon)
    return Fault((node,), message, fix=fix, arithmetic=None if found is None else found.arithmetic)


def _more_shards(analysis: Analysis, node: str, horizon: float) -> tuple[Change, ...]:
    """As many shards as hold, at the horizon, everything this node is a home of."""
    disk = analysis.figure(analysis.graph.nodes[node], "disk")
    if not disk:
        return ()
    total = 0.0
    for name, growth in analysis.growth.items():
        if node in growth.homes:
            data = analysis.scenario.datasets[name]
            grown = min(horizon, data.retention or math.inf)
            kept = growth.records_now + growth.growth * grown
            total += max(growth.bytes_now, kept * data.record_size)
    shards = math.ceil(total / disk)
    if Knob.SHARDS in component(analysis, node).knobs:
        return set_count(analysis, node, Knob.SHARDS, shards)
    return split(analysis, node, shards)
