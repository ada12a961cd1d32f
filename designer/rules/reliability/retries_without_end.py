"""Messages that come back for ever."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import SetNode
from designer.design.model import Delivery, Traffic
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import behaving, flows_into, label, listed, percent, rate
from designer.rules.repairs import put_aside
from designer.units import Dimension

FEED = "users > load_balancer*2 > api:app_server*4 > db:sharded_sql[shards=4, replicas=2]; api > "


@rule(
    severity=Severity.WARNING,
    applies="Where what takes messages from a queue is known to fail now and then, or failed messages have a place.",
    bad=(
        Example(
            f"{FEED}notes:message_queue > worker*6[error_rate=1 %] > db; notes > notification_service",
            scenario="feed",
        ),
        Example(
            f"{FEED}notes:message_queue > worker*6 > db; notes > notification_service; "
            "notes >[failed] dead:message_queue",
            scenario="feed",
            note="There is a place for failed messages, and none is ever put there.",
        ),
    ),
    good=Example(
        f"{FEED}notes:message_queue[deliveries=5] > worker*6[error_rate=1 %] > db; notes > notification_service; "
        "notes >[failed] dead:message_queue",
        scenario="feed",
    ),
    sources=(
        "Amazon SQS developer guide: using dead-letter queues, maxReceiveCount",
        "G. Hohpe and B. Woolf, Enterprise Integration Patterns: dead letter channel and invalid message channel",
    ),
    false_positives="Where every failure is sure to pass, such as a store that restarts, trying on is right.",
    fix="Limit how often a message is handed out, and put it aside after that.",
    parameters=(
        Parameter(
            "tries",
            5,
            Dimension.COUNT,
            "deliveries of a message that the repair allows",
            "AWS Lambda developer guide, Using Lambda with Amazon SQS: a maxReceiveCount of at least 5",
        ),
    ),
)
def check(analysis: Analysis, tries: float) -> Result:
    """A message that cannot be done comes back for ever

    Some messages can never be done: they are malformed, or what they are about is gone. A queue that hands out each
    message until it is done hands these out for ever. They take the place of others, and nobody looks at them.
    """
    queues = [
        queue
        for queue in behaving(analysis, Behavior.QUEUE)
        if analysis.graph.nodes[queue].delivery is Delivery.AT_LEAST_ONCE
    ]
    failing = {queue: failing_consumers(analysis, queue) for queue in queues}
    told = [queue for queue in queues if failing[queue] or has_place_aside(analysis, queue)]
    if not told:
        return NotApplicable("No queue here is known to hand out a message in vain.")
    endless = [queue for queue in told if analysis.graph.nodes[queue].deliveries is None]
    if endless:
        return tuple(_fault(analysis, queue, failing[queue], tries) for queue in endless)
    return Passed("A message that cannot be done is tried a few times and no more.", tuple(told))


def failing_consumers(analysis: Analysis, queue: str) -> dict[str, float]:
    """What takes messages from the queue and fails in a known part of them."""
    found = {}
    for link in analysis.graph.outgoing(queue):
        part = analysis.figure(link.target, "error_rate")
        if part and link.carries is not Traffic.FAILED:
            found[link.target] = part
    return found


def has_place_aside(analysis: Analysis, queue: str) -> bool:
    """Whether the queue puts the messages somewhere that it gives up on."""
    return any(link.carries is Traffic.FAILED for link in analysis.graph.outgoing(queue))


def _fault(analysis: Analysis, queue: str, failing: dict[str, float], tries: float) -> Fault:
    most = max(1, min(int(tries), 100))
    return Fault(
        nodes=(queue, *failing),
        message=_say(analysis, queue, failing),
        fix=(SetNode(node=queue, field="deliveries", value=most), *put_aside(analysis, queue)),
    )


def _say(analysis: Analysis, queue: str, failing: dict[str, float]) -> str:
    name = label(analysis, queue)
    if not failing:
        return (
            f"{name} hands each message out until it is done, so its place for those that fail stays empty."
        )
    names = listed(
        f"{label(analysis, node)} fails in {percent(part)} of its work" for node, part in failing.items()
    )
    vain = sum(
        [
            flow.calls * failing[node]
            for node in failing
            for flow in flows_into(analysis).get(node, ())
            if flow.source == queue
        ]
    )
    return (
        f"{names}, and {name} hands each message out until it is done: {rate(vain)} come back, some for ever."
    )
