"""Messages that are given up and thrown away."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import Change, SetNode
from designer.design.model import Delivery
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import behaving, label, loads_at, percent, rate, workload_names
from designer.rules.reliability.retries_without_end import FEED, failing_consumers, has_place_aside
from designer.rules.repairs import is_full, put_aside
from designer.units import Dimension

ROOM = 0.9
"""Part of what a consumer may do up to which it is given more (rule of thumb)."""


@rule(
    severity=Severity.ERROR,
    applies="Where a queue gives up on messages.",
    bad=(
        Example(
            f"{FEED}notes:message_queue[deliveries=2] > worker*6[error_rate=1 %] > db; notes > notification_service",
            scenario="feed",
        ),
        Example(
            f"{FEED}notes:message_queue[delivery=at_most_once] > worker*6[error_rate=1 %] > db; "
            "notes > notification_service",
            scenario="feed",
        ),
    ),
    good=Example(
        f"{FEED}notes:message_queue[deliveries=2] > worker*6[error_rate=1 %] > db; notes > notification_service; "
        "notes >[failed] dead:message_queue",
        scenario="feed",
    ),
    sources=(
        "G. Hohpe and B. Woolf, Enterprise Integration Patterns: dead letter channel",
        "Amazon SQS developer guide: using dead-letter queues",
    ),
    false_positives="Measurements and the like may be thrown away: the next one comes soon.",
    fix="Put what is given up into a queue of its own, where it can be looked at and tried again.",
    parameters=(
        Parameter(
            "tries", 5, Dimension.COUNT, "deliveries that the repair gives a queue that tries only once"
        ),
    ),
)
def check(analysis: Analysis, tries: float) -> Result:
    """Messages are given up, and nobody ever sees them again

    A message that was taken is a promise: somebody was told that it will be done. When it fails and is thrown away,
    the promise is broken and nobody knows. Put aside, it can be looked at, mended and tried again.
    """
    queues = behaving(analysis, Behavior.QUEUE)
    loads = loads_at(analysis)
    lost = {
        queue: given_up
        for queue in queues
        if (
            given_up := {load.workload: load.given_up for load in loads.get(queue, ()) if load.given_up > 0.0}
        )
    }
    if lost:
        return tuple(_fault(analysis, queue, given_up, tries) for queue, given_up in lost.items())
    kept = tuple([queue for queue in queues if has_place_aside(analysis, queue)])
    if not kept:
        return NotApplicable("No queue here gives up on a message.")
    return Passed("What a queue gives up on is put aside, so that somebody can look at it.", kept)


def _fault(analysis: Analysis, queue: str, given_up: dict[str, float], tries: float) -> Fault:
    placed = analysis.graph.nodes[queue]
    total = sum(given_up.values())
    arriving = sum([load.calls for load in loads_at(analysis)[queue]])
    number = 1 if placed.delivery is Delivery.AT_MOST_ONCE else placed.deliveries or 1
    after = "the first try" if number == 1 else f"{number} tries"
    return Fault(
        nodes=(queue,),
        message=f"{label(analysis, queue)} throws away what failed after {after}: {rate(total)} of {rate(arriving)} "
        f"messages ({percent(total / arriving)}) of {workload_names(analysis, given_up)} are lost at the busiest time.",
        fix=_keep(analysis, queue, tries),
    )


def _keep(analysis: Analysis, queue: str, tries: float) -> tuple[Change, ...]:
    """A place for them; a queue that hands out once does not know what failed, so it has to try more often."""
    aside = put_aside(analysis, queue)
    if analysis.graph.nodes[queue].delivery is not Delivery.AT_MOST_ONCE:
        return aside
    if not (aside or has_place_aside(analysis, queue)) or not _has_room(analysis, queue):
        return ()
    return (
        SetNode(node=queue, field="delivery", value=Delivery.AT_LEAST_ONCE.value),
        SetNode(node=queue, field="deliveries", value=max(1, min(int(tries), 100))),
        *aside,
    )


def _has_room(analysis: Analysis, queue: str) -> bool:
    """Whether consumers, and what they call, can do all that failed again."""
    failing = failing_consumers(analysis, queue)
    worst = max(failing.values(), default=0.0)
    again = 1.0 / (1.0 - worst) / ROOM if worst < 1.0 else math.inf
    return not any(is_full(analysis, node, again) for node in analysis.graph.reachable(*failing))
