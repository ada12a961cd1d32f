"""One record that takes most of what a machine can do."""

from __future__ import annotations

import math
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Knob
from designer.design.edit import Change
from designer.design.model import ReadFrom
from designer.errors import quote
from designer.performance.machines import first_share
from designer.performance.model import Ceiling
from designer.rules.accesses import answering_copies, may_be_stale
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    allowed_at,
    behaving,
    label,
    loads_at,
    most_used,
    percent,
    rate,
)
from designer.rules.repairs import cache_beside, set_count
from designer.scenario.model import Operation
from designer.units import Dimension

_BY_KEY = (Ceiling.OPERATIONS, Ceiling.PARTITION)
"""Ceilings that a record uses alone."""


LARGE = 0.5
"""Part of what one machine, or one key, can do from which on one record is too much (rule of thumb)."""


@rule(
    severity=Severity.WARNING,
    applies="Where records are read or written, and what one machine or one key can do is known.",
    bad=(
        Example(
            "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > "
            "db:sharded_sql[shards=16, replicas=0, read_rate=50k/s, memory=200 GB]",
            scenario="busy",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*12 > jobs:message_queue > worker*24 > "
            "db:sharded_sql[shards=24, write_rate=1.2k/s]",
            scenario="votes",
            note="A cache would not help: the record is written.",
        ),
    ),
    good=(
        Example(
            "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > cache*3[replicas=1], "
            "db:sharded_sql[shards=16, replicas=0, read_rate=50k/s, memory=200 GB]",
            scenario="busy",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*12 > jobs:message_queue > worker*24 > "
            "db:sharded_sql[shards=24, write_rate=4k/s]",
            scenario="votes",
        ),
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 6: skewed workloads and relieving hot spots",
        "Amazon DynamoDB developer guide, bp-partition-key-design: one item has a ceiling of its own",
    ),
    false_positives="The skew is the scenario's estimate; measure it before you treat one record unlike the others.",
    fix="Answer reads from a cache or from more copies; split a record that is written into several that add up to it.",
    parameters=(
        Parameter(
            "large",
            LARGE,
            Dimension.RATIO,
            "part of what one machine, or one key, can do from which on one record is too much",
        ),
    ),
)
def check(analysis: Analysis, large: float) -> Result:
    """One record takes most of a machine

    It works today. But a record cannot be split as data can: it stays on one machine with its copies, however many
    others there are. When it becomes a little more popular, that machine is full, and no new shard takes it away.
    """
    used = {
        node: found
        for behavior in (Behavior.STORE, Behavior.CACHE)
        for node in behaving(analysis, behavior)
        if node in loads_at(analysis) and (found := most_used(analysis, node, _BY_KEY)) is not None
    }
    if not used:
        return NotApplicable("No records are read or written where it is known how many can be.")
    hot = {
        node: hottest
        for node, busiest in used.items()
        if busiest.value >= large  # the busiest machine has the record
        and (hottest := _hottest(analysis, node)) is not None
        and hottest.used >= large
    }
    if not hot:
        return Passed("No single record takes much of the machine it is on.", tuple(used))
    faults = tuple(
        [
            _fault(analysis, node, hottest)
            for node, hottest in hot.items()
            if used[node].value <= allowed_at(analysis, node)
        ]
    )
    return faults or NotApplicable(
        "What has a hot record has more to do than it may, which is told elsewhere."
    )


class _Hottest(NamedTuple):
    """The most wanted record of a node: what it is asked for, and the part of one machine or key that takes."""

    dataset: str
    reads: float
    updates: float
    used: float
    arithmetic: Arithmetic


def _hottest(analysis: Analysis, node: str) -> _Hottest | None:
    asked: dict[str, tuple[float, float]] = {}
    for load in loads_at(analysis)[node]:
        for name, (reads, writes) in load.datasets.items():
            known = asked.get(name, (0.0, 0.0))
            popular = load.hottest.get(name, 0.0) * reads
            asked[name] = known[0] + popular, known[1] + writes * _update_share(analysis, load.workload, name)
    found = [
        _measure(analysis, node, name, reads, updates * _first(analysis, name))
        for name, (reads, updates) in asked.items()
    ]
    return max(found, key=lambda item: item.used, default=None)


def _first(analysis: Analysis, name: str) -> float:
    data = analysis.scenario.datasets[name]
    return first_share(data.records, data.skew)


def _update_share(analysis: Analysis, workload: str, name: str) -> float:
    """Part of a workload's writes that change records there are; new ones are never popular yet."""
    counts = dict.fromkeys(Operation, 0.0)
    for touch in analysis.scenario.workloads[workload].touches:
        if touch.dataset == name:
            counts[touch.operation] += touch.count
    written = counts[Operation.WRITE] + counts[Operation.UPDATE]
    return counts[Operation.UPDATE] / written if written else 0.0


def _measure(analysis: Analysis, node: str, name: str, reads: float, updates: float) -> _Hottest:
    key = analysis.nodes[node].utilisation(Ceiling.PARTITION)
    if key is not None:
        return _Hottest(name, reads, updates, key.value, key.arithmetic)
    placed = analysis.graph.nodes[node]
    most_reads = analysis.figure(placed, "read_rate") or math.inf
    most_writes = analysis.figure(placed, "write_rate") or most_reads
    copies = answering_copies(analysis, node)
    used = reads / copies / most_reads + updates / most_writes
    arithmetic = Arithmetic(
        formula="rho = r / (c m) + u / w",
        result=Quantity("rho", "part of one machine", used, Dimension.RATIO),
        inputs=(
            Quantity("r", "reads of the record per second at peak", reads, Dimension.RATE),
            Quantity("c", "copies that answer them", float(copies), Dimension.COUNT),
            Quantity("m", "reads per second one machine can do", most_reads, Dimension.RATE),
            Quantity("u", "changes of the record per second at peak", updates, Dimension.RATE),
            Quantity("w", "writes per second one machine can do", most_writes, Dimension.RATE),
        ),
        method="utilisation law",
    )
    return _Hottest(name, reads, updates, used, arithmetic)


def _fault(analysis: Analysis, node: str, hottest: _Hottest) -> Fault:
    data = analysis.scenario.datasets[hottest.dataset].name
    done = [
        f"{verb} {rate(often)}"
        for verb, often in (("read", hottest.reads), ("changed", hottest.updates))
        if often > 0.0
    ]
    of_key = analysis.nodes[node].utilisation(Ceiling.PARTITION) is not None
    message = (
        f"One of the {quote(data)} at {label(analysis, node)} is {' and '.join(done)} at the busiest time. That is "
        f"{percent(hottest.used)} of what one {'key' if of_key else 'machine'} can do, however many "
        f"{'others' if of_key else 'shards'} there are."
    )
    return Fault((node,), message, fix=_relieve(analysis, node, hottest), arithmetic=hottest.arithmetic)


def _relieve(analysis: Analysis, node: str, hottest: _Hottest) -> tuple[Change, ...]:
    """A cache for what is read or, where there can be none, twice the copies that answer."""
    if hottest.reads <= hottest.updates or node not in behaving(analysis, Behavior.STORE):
        return ()
    cached = cache_beside(analysis, node)
    placed = analysis.graph.nodes[node]
    if cached or placed.read_from is ReadFrom.LEADER or not may_be_stale(analysis, node):
        return cached
    return set_count(analysis, node, Knob.REPLICAS, 2 * placed.replicas + 1)
