"""Consumers that can never catch up."""

from __future__ import annotations

import math
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.performance.model import Ceiling, Utilisation
from designer.rules.consumers import average, consumers, idle
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    allowed_at,
    flows_into,
    label,
    listed,
    most_used,
    percent,
    rate,
)
from designer.rules.repairs import PLANNED, enough
from designer.units import SECONDS_PER_DAY, Dimension, format_quantity

SECONDS_PER_HOUR = SECONDS_PER_DAY / 24


@rule(
    severity=Severity.ERROR,
    applies="Where a service takes messages from a queue.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > jobs:message_queue > worker*2 > "
        "db:sharded_sql[shards=4, replicas=2]; api > db; jobs > notification_service",
        scenario="feed",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > jobs:message_queue > worker*6 > "
        "db:sharded_sql[shards=4, replicas=2]; api > db; jobs > notification_service",
        scenario="feed",
    ),
    sources=(
        "J. D. C. Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9(3), 1961",
        "Amazon Builders' Library, Avoiding insurmountable queue backlogs (D. Yanacek)",
    ),
    false_positives="Messages that are dropped on purpose when they are old need not all be worked on.",
    fix="Run more consumers, or give each message less work: in batches, for instance.",
)
def check(analysis: Analysis) -> Result:
    """The backlog grows for ever

    A queue evens out bursts: what piles up at a busy hour is worked off in a quiet one. When messages come faster than
    they are taken even on average, no quiet hour helps. Everything gets later each day, and messages that become older
    than the queue keeps them are lost.
    """
    queues: dict[str, list[str]] = {}
    for queue, consumer in consumers(analysis):
        queues.setdefault(consumer, []).append(queue)
    pace = {consumer: found for consumer in queues if (found := _pace(analysis, consumer)) is not None}
    if not pace:
        return NotApplicable("Nothing here takes messages from a queue at a known rate.")
    busiest = max(pace, key=lambda consumer: pace[consumer].used)
    if pace[busiest].used <= 1.0:
        return Passed(
            f"Whatever piles up is worked off again: {label(analysis, busiest)} is at {percent(pace[busiest].used)} "
            "of what it can do on average.",
            tuple(pace),
        )
    faults = tuple(
        [
            _fault(analysis, consumer, queues[consumer], found)
            for consumer, found in pace.items()
            if found.used > 1.0 and not idle(analysis, consumer)  # idle_consumers says why
        ]
    )
    return faults or NotApplicable("What is too slow has idle machines, and partitions are what is missing.")


def never_catches_up(analysis: Analysis, node: str) -> bool:
    """Whether it takes messages from a queue, and more slowly than they come on average."""
    pace = _pace(analysis, node) if any(consumer == node for _, consumer in consumers(analysis)) else None
    return pace is not None and pace.used > 1.0


class _Pace(NamedTuple):
    """How a consumer keeps up: what comes per second on average, and the part of its capacity that takes."""

    comes: float
    used: float
    peak: Utilisation

    @property
    def left(self) -> float:
        """Messages per second that are left over."""
        return self.comes * (1.0 - 1.0 / self.used)


def _pace(analysis: Analysis, consumer: str) -> _Pace | None:
    used = most_used(analysis, consumer, (Ceiling.OPERATIONS, Ceiling.BANDWIDTH))
    flows = flows_into(analysis).get(consumer, ())
    if used is None or not flows:
        return None
    comes = math.fsum([average(analysis, flow) for flow in flows])
    return _Pace(comes, used.value * comes / math.fsum([flow.calls for flow in flows]), used)


def _fault(analysis: Analysis, consumer: str, queues: list[str], pace: _Pace) -> Fault:
    hourly = format_quantity(pace.left * SECONDS_PER_HOUR, Dimension.COUNT, digits=2)
    return Fault(
        nodes=(consumer, *queues),
        message=f"{label(analysis, consumer)} gets {rate(pace.comes)} messages on average and can do "
        f"{rate(pace.comes - pace.left)}: {listed([label(analysis, queue) for queue in queues])} "
        f"{agree(queues, 'grows', 'grow')} by {hourly} messages every hour, day and night.",
        connections=tuple([f"{queue}>{consumer}" for queue in queues]),
        fix=enough(analysis, consumer, pace.peak.value / min(allowed_at(analysis, consumer), PLANNED)),
        arithmetic=_explain(analysis, consumer, pace),
    )


def _explain(analysis: Analysis, consumer: str, pace: _Pace) -> Arithmetic:
    return Arithmetic(
        formula="g = a (1 - 1 / u)",
        result=Quantity(
            "g", f"messages left over at {label(analysis, consumer)} each second", pace.left, Dimension.RATE
        ),
        inputs=(
            Quantity("a", "messages per second, average", pace.comes, Dimension.RATE),
            Quantity("u", "utilisation at the average rate", pace.used, Dimension.RATIO),
        ),
        method="utilisation law",
        steps=(pace.peak.arithmetic,),
    )
