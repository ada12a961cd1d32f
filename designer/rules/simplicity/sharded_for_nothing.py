"""Data that is split though one machine would do."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Knob
from designer.design.edit import SetNode
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    behaving,
    component,
    costs,
    kept_at,
    label,
    money,
    others,
    percent,
    workloads_at,
)
from designer.rules.repairs import PLANNED
from designer.scenario.growth import records_at
from designer.scenario.model import Storage
from designer.units import SECONDS_PER_YEAR, Dimension

_ROOMS = (Ceiling.DISK, Ceiling.MEMORY)


@rule(
    severity=Severity.INFO,
    applies="Where something is kept that can be split into shards.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sharded_sql[shards=6, replicas=1]"
    ),
    good=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sharded_sql[shards=1, replicas=1]"
        ),
        Example(
            "users > load_balancer*2 > api:app_server*4 > message_queue > worker*6 > "
            "db:sharded_sql[shards=4, replicas=2]; api > db; message_queue > notification_service",
            scenario="feed",
            note="One leader could hardly take these writes.",
        ),
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 6: partitioning, for what exceeds one machine",
        "F. McSherry, M. Isard and D. Murray, Scalability! But at what COST?, HotOS XV, 2015",
    ),
    false_positives="Shards may stand near their users, or keep customers apart, and not be there for the load.",
    fix="Keep it on one shard with replicas until the load or the data comes near to what one machine can do.",
    parameters=(
        Parameter(
            "idle", 0.05, Dimension.RATIO, "part of a shard in use below which it has nearly nothing to do"
        ),
        Parameter(
            "horizon",
            SECONDS_PER_YEAR,
            Dimension.TIME,
            "time for which there should be room on one machine when nobody says for how long",
        ),
    ),
)
def check(analysis: Analysis, idle: float, horizon: float) -> Result:
    """Data is split although one machine would do

    Once data is split, a query over all of it, a change of two records at once and every change of the split itself
    become work for people. That price is worth paying when one machine is not enough, and not before: a machine with
    replicas is easier to run than ten shards that are all idle.
    """
    reached = workloads_at(analysis)
    stores = [
        node
        for node in behaving(analysis, Behavior.STORE)
        if Knob.SHARDS in component(analysis, node).knobs and node in reached
    ]
    if not stores:
        return NotApplicable("Nothing is kept here that can be split into shards.")
    idling = {
        node: used
        for node in stores
        if (used := _whole(analysis, node, idle)) is not None and _has_room(analysis, node, horizon)
    }
    if not idling:
        return Passed("Nothing is split that one machine could carry easily.", tuple(stores))
    return tuple([_fault(analysis, node, used) for node, used in idling.items()])


def _whole(analysis: Analysis, node: str, idle: float) -> Utilisation | None:
    """The fullest ceiling of idle shards that one machine in their place would have no trouble with."""
    facts, shards = analysis.nodes[node], analysis.graph.nodes[node].shards
    used = facts.binding
    if shards == 1 or used is None or facts.minimum != 1 or facts.minimum_knob != Knob.SHARDS:
        return None
    shared = [item for item in facts.utilisations if item.ceiling is not Ceiling.CONNECTIONS]
    most = max(shared, key=lambda item: item.value, default=None)
    return most if most is not None and most.value < idle and most.value * shards < PLANNED else None


def _has_room(analysis: Analysis, node: str, horizon: float) -> bool:
    """Whether one machine keeps all of it until the end of the time that is asked for."""
    datasets = analysis.scenario.datasets
    asked = {
        item.dataset: item.horizon
        for item in analysis.scenario.requirements.values()
        if isinstance(item, Storage)
    }
    kept = math.fsum(
        [
            records_at(analysis.scenario, name, asked.get(name, horizon)) * datasets[name].record_size
            for name in kept_at(analysis, node)
        ]
    )
    rooms = [item.limit for item in analysis.nodes[node].utilisations if item.ceiling in _ROOMS]
    return kept <= min(rooms, default=math.inf)


def _fault(analysis: Analysis, node: str, used: Utilisation) -> Fault:
    shards = analysis.graph.nodes[node].shards
    return Fault(
        nodes=(node,),
        message=lambda: _say(analysis, node, used, shards),
        fix=lambda: (SetNode(node=node, field="shards", value=1),),
        arithmetic=Arithmetic.later(lambda: _explain(used, shards)),
    )


def _explain(used: Utilisation, shards: int) -> Arithmetic:
    return Arithmetic(
        formula="rho' = n rho",
        result=Quantity(
            "rho'",
            f"{used.ceiling.value} of one shard instead, at most",
            used.value * shards,
            Dimension.RATIO,
        ),
        inputs=(
            Quantity("n", "shards", float(shards), Dimension.COUNT),
            Quantity("rho", f"{used.ceiling.value} of the busiest shard", used.value, Dimension.RATIO),
        ),
        steps=(used.arithmetic,),
    )


def _say(analysis: Analysis, node: str, used: Utilisation, shards: int) -> str:
    cost = costs(analysis).get(node)
    spare = 0.0 if cost is None else cost.machines * (1.0 - 1.0 / shards)
    saved = f" The {others(shards - 1)} {money(spare)}." if spare > 0.0 else ""
    return (
        f"The busiest of the {shards} shards of {label(analysis, node)} is at {percent(used.value)} of its "
        f"{used.ceiling.value}; one shard would be at {percent(used.value * shards)} at most.{saved}"
    )
