"""A queue that nobody takes from."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import Change
from designer.design.model import Traffic
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import behaving, label, listed
from designer.rules.repairs import connect
from designer.traffic.model import ProblemKind

SIDE = (
    "users > load_balancer*2 > api:app_server*4 > db:sharded_sql[shards=4, replicas=2], notes:message_queue"
)


@rule(
    severity=Severity.WARNING,
    applies="Where something is put into a queue.",
    bad=(
        Example(
            f"{SIDE}; worker*6 > db, notification_service", scenario="feed", note="A connection is missing."
        ),
        Example(f"{SIDE}; api > notification_service", scenario="feed"),
    ),
    good=Example(f"{SIDE} > worker*6 > db, notification_service", scenario="feed"),
    sources=(
        "G. Hohpe and B. Woolf, Enterprise Integration Patterns: message endpoint, polling consumer",
        "Amazon SQS developer guide: messages are deleted after their retention, of four days if nothing is said",
    ),
    false_positives="A consumer that belongs to somebody else is not drawn; draw it as a service without machines.",
    fix="Connect the queue to what takes its messages, or place a worker that does.",
)
def check(analysis: Analysis) -> Result:
    """A queue that nobody takes from

    A queue only keeps what others are to do. When nobody takes the messages out, nothing of it is ever done, although
    every sender was told that its message is safe; after some days the queue deletes them.
    """
    filled = {
        queue: senders
        for queue in behaving(analysis, Behavior.QUEUE)
        if (senders := _senders(analysis, queue))
    }
    if not filled:
        return NotApplicable("Nothing is put into a queue here.")
    dead = [queue for queue in filled if not _has_consumer(analysis, queue)]
    if dead:
        return tuple(_fault(analysis, queue, filled[queue]) for queue in dead)
    return Passed("Somebody takes the messages out of every queue.", tuple(filled))


def _senders(analysis: Analysis, queue: str) -> list[str]:
    """What puts messages into it to be done, and not because they could not be."""
    watching = behaving(analysis, Behavior.OBSERVER)
    links = analysis.graph.incoming(queue)
    return [
        link.source for link in links if link.carries is not Traffic.FAILED and link.source not in watching
    ]


def _has_consumer(analysis: Analysis, queue: str) -> bool:
    watching = behaving(analysis, Behavior.OBSERVER)
    links = analysis.graph.outgoing(queue)
    return any(link.carries is not Traffic.FAILED and link.target not in watching for link in links)


def _fault(analysis: Analysis, queue: str, senders: list[str]) -> Fault:
    fails = any(problem.kind is ProblemKind.UNREACHABLE for problem in analysis.traffic.problems)
    names = listed(label(analysis, sender) for sender in senders)
    return Fault(
        nodes=(queue,),
        message=f"{names} may put messages into {label(analysis, queue)}, and nobody takes them out.",
        severity=Severity.ERROR if fails else None,
        fix=_feed(analysis, queue),
    )


def _feed(analysis: Analysis, queue: str) -> tuple[Change, ...]:
    """A connection to the one service that does not get any work from anywhere, where there is one."""
    graph = analysis.graph
    idle = [
        node
        for node in behaving(analysis, Behavior.SERVICE)
        if not graph.predecessors(node) and graph.successors(node) and queue not in graph.reachable(node)
    ]
    return (connect(queue, idle[0]),) if len(idle) == 1 else ()
