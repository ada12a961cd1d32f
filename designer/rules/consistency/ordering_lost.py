"""Changes that overtake each other on their way through a queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Knob
from designer.design.edit import Change, SetNode
from designer.performance.model import Ceiling
from designer.rules.definition import rule
from designer.rules.freshness import UPDATING, fresh_data, must_see
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import allowed_utilisation, behaving, component, label, listed, loads_at, rate

_SERVICE = (
    "users > load_balancer*2 > api:app_server*8 >[read] db:sql_database*3[read_from=leader]; api >[write] "
)


@rule(
    severity=Severity.ERROR,
    applies="Where a queue carries changes of records that must be fresh.",
    bad=(
        Example(
            f"{_SERVICE}jobs:message_queue > worker*6 > db",
            scenario="carts",
        ),
        Example(
            f"{_SERVICE}log:log_stream*3[replicas=2, partitions=12] > worker*6 > db",
            scenario="carts",
        ),
    ),
    good=(
        Example(
            f"{_SERVICE}jobs:message_queue[ordered=true] > worker*6 > db",
            scenario="carts",
        ),
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 11: partitioned logs and the order of messages",
        "Amazon SQS developer guide: FIFO queues keep the order of the messages of a group",
    ),
    false_positives="Changes with a version, of which the older never overwrites the newer, may come in any order.",
    fix="Keep the messages of one record in order, or let each change carry a version and drop the older one.",
)
def check(analysis: Analysis) -> Result:
    """Changes of one record overtake each other in a queue

    Two workers take two changes of the same record at the same time, and the one that began later may be done first.
    Then the older value is written over the newer one and stays, though everybody did as they should.
    """
    fresh = fresh_data(analysis, UPDATING)
    if not fresh:
        return NotApplicable("Nothing that must be fresh is changed here.")
    carried = _carried(analysis, fresh)
    if not carried:
        return NotApplicable("No queue carries changes of what must be fresh.")
    faults = [
        _fault(analysis, queue, takers, tuple(datasets))
        for queue, datasets in carried.items()
        if not analysis.graph.nodes[queue].ordered and sum((takers := _takers(analysis, queue)).values()) > 1
    ]
    return tuple(faults) or Passed(
        "Changes of one record stay in order on their way through a queue.", tuple(carried)
    )


def _carried(analysis: Analysis, fresh: Iterable[str]) -> dict[str, dict[str, None]]:
    """For each queue the datasets whose changes it carries."""
    queues, found = behaving(analysis, Behavior.QUEUE), dict[str, dict[str, None]]()
    wanted = set(fresh)
    for name, workload in analysis.scenario.workloads.items() if queues else ():
        changes = {
            number: touch.dataset
            for number, touch in enumerate(workload.touches)
            if touch.operation in UPDATING and touch.dataset in wanted and touch.dataset is not None
        }
        for visit in analysis.traffic.plans[name].visits if changes else ():
            if visit.node in queues:
                for number in changes.keys() & set(visit.touches):
                    found.setdefault(visit.node, {})[changes[number]] = None
    return found


def _takers(analysis: Analysis, queue: str) -> dict[str, float]:
    """Those that take from the queue, with the messages that each works on at once."""
    takers = [name for name in analysis.graph.successors(queue) if loads_at(analysis).get(name)]
    return {name: _at_once(analysis, queue, name) for name in takers}


def _at_once(analysis: Analysis, queue: str, taker: str) -> float:
    """Messages that one node takes at a time: of a partitioned queue one machine for each partition."""
    machines = analysis.nodes[taker].machines
    if Knob.PARTITIONS in component(analysis, queue).knobs:
        machines = min(machines, analysis.graph.nodes[queue].partitions)
    return machines * (analysis.figure(analysis.graph.nodes[taker], "servers") or 1.0)


def _fault(analysis: Analysis, queue: str, takers: Mapping[str, float], datasets: Sequence[str]) -> Fault:
    changes = sum(
        [load.calls for load in loads_at(analysis).get(queue, ()) if _carries(load.hottest, datasets)]
    )
    data = listed(analysis.scenario.datasets[name].name for name in datasets)
    message = (
        f"{label(analysis, queue)} hands {rate(changes)} changes of {data} to "
        f"{listed(label(analysis, name) for name in takers)} at the busiest time, up to {sum(takers.values()):.0f} at "
        f"once and in any order. The older of two may be written last, although {must_see(analysis, datasets)} must "
        "see the newer one."
    )
    return Fault(
        nodes=(queue, *takers),
        message=message,
        connections=tuple(f"{queue}>{name}" for name in takers),
        fix=_keep_in_order(analysis, queue),
    )


def _carries(hottest: Iterable[str], datasets: Sequence[str]) -> bool:
    return any(name in hottest for name in datasets)


def _keep_in_order(analysis: Analysis, queue: str) -> tuple[Change, ...]:
    """Where the partition of the record that changes most has room for all messages about it."""
    return (SetNode(node=queue, field="ordered", value=True),) if _has_room(analysis, queue) else ()


def _has_room(analysis: Analysis, queue: str) -> bool:
    used = analysis.nodes[queue].utilisation(Ceiling.PARTITION)
    if used is None:
        return True
    loads, partitions = loads_at(analysis).get(queue, ()), analysis.graph.nodes[queue].partitions
    messages = used.demand * partitions
    first = max([share for load in loads for share in load.hottest.values()], default=0.0)
    allowed = allowed_utilisation(analysis, [load.workload for load in loads])
    return messages * (first + (1.0 - first) / partitions) <= used.limit * allowed
