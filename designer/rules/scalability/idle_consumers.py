"""Consumers for which no partition is left."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Knob
from designer.design.edit import Change
from designer.rules.consumers import consumers_at_a_time, idle
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    agree,
    allowed_at,
    label,
    listed,
    most_used,
    percent,
)
from designer.rules.repairs import set_count
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where messages are taken from something that is split into partitions.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > log:log_stream*3[replicas=2, partitions=4] > worker*9 > "
        "db:sharded_sql[shards=4, replicas=2]; api > db; log > notification_service",
        scenario="feed",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > log:log_stream*3[replicas=2, partitions=9] > worker*9 > "
        "db:sharded_sql[shards=4, replicas=2]; api > db; log > notification_service",
        scenario="feed",
    ),
    sources=(
        "Apache Kafka documentation, design, the consumer: each partition is consumed by one consumer of a group",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 11: partitioned logs, load balancing",
    ),
    false_positives="A spare consumer that takes over when another dies stands idle on purpose.",
    fix="Split it into at least as many partitions as there are consumers, or run fewer consumers.",
)
def check(analysis: Analysis) -> Result:
    """More consumers than there are partitions

    Each partition is read by one machine of a group at a time, because only so do its messages stay in order. What is
    more than there are partitions gets nothing to do: it costs money, and adding another one makes nothing faster.
    """
    capped = consumers_at_a_time(analysis)
    if not capped:
        return NotApplicable("Nothing here takes its messages from partitions alone.")
    faults = tuple(
        [_fault(analysis, node, useful) for node, useful in capped.items() if idle(analysis, node)]
    )
    return faults or Passed("There is a partition for every consumer.", tuple(capped))


def _fault(analysis: Analysis, node: str, useful: int) -> Fault:
    machines, spare = analysis.nodes[node].machines, idle(analysis, node)
    queues = analysis.graph.predecessors(node)
    message = (
        f"{label(analysis, node)} has {machines} machines, and {listed(label(analysis, name) for name in queues)} "
        f"{agree(queues, 'has', 'have')} {useful} {'partition' if useful == 1 else 'partitions'}: "
        f"{spare} {'machine gets' if spare == 1 else 'machines get'} nothing to do."
    )
    used = most_used(analysis, node, CARRYING)
    full = used is not None and used.value > allowed_at(analysis, node)
    if used is not None and full:
        message += f" The others are at {percent(used.value)} of what they can do."
    return Fault(
        nodes=(node, *queues),
        message=message,
        severity=Severity.ERROR if full else None,
        connections=tuple([f"{name}>{node}" for name in queues]),
        fix=_split(analysis, queues[0], spare),
        arithmetic=_count(machines, useful, spare),
    )


def _split(analysis: Analysis, queue: str, spare: int) -> tuple[Change, ...]:
    return set_count(analysis, queue, Knob.PARTITIONS, analysis.graph.nodes[queue].partitions + spare)


def _count(machines: int, useful: int, spare: int) -> Arithmetic:
    return Arithmetic(
        formula="i = n - p",
        result=Quantity("i", "machines without a partition", float(spare), Dimension.COUNT),
        inputs=(
            Quantity("n", "machines", float(machines), Dimension.COUNT),
            Quantity("p", "partitions", float(useful), Dimension.COUNT),
        ),
    )
