"""A backlog that takes long to work off."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Trait
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    behaving,
    component,
    flows_into,
    label,
    most_used,
    rate,
    workload_names,
    workloads_at,
)
from designer.rules.repairs import enough
from designer.rules.timing import duration
from designer.scenario.model import Freshness
from designer.traffic.model import Flow
from designer.units import Dimension, format_quantity

_DOING = (Ceiling.OPERATIONS, Ceiling.BANDWIDTH)


@rule(
    severity=Severity.WARNING,
    applies="Where it is asked how fresh something is that comes through a queue.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > message_queue > worker*3 > db:sharded_sql[shards=4, replicas=2]; "
        "api > db; message_queue > notification_service",
        scenario="feed",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > message_queue > worker*6 > db:sharded_sql[shards=4, replicas=2]; "
        "api > db; message_queue > notification_service",
        scenario="feed",
    ),
    sources=(
        "Amazon Builders' Library, Avoiding insurmountable queue backlogs (D. Yanacek)",
        "L. Kleinrock, Queueing Systems, volume 2, chapter 2: fluid approximation of queues",
    ),
    false_positives="Workers that are added by themselves when the queue grows catch up sooner.",
    fix="Have more consumers than the busiest time needs, or take in less while they are behind.",
    parameters=(
        Parameter("away", 600.0, Dimension.TIME, "time for which the consumers are gone"),
        Parameter(
            "patience", 3, Dimension.COUNT, "times as long as they were gone that catching up may take"
        ),
    ),
)
def check(analysis: Analysis, away: float, patience: float) -> Result:
    """After a pause the queue needs too long to catch up

    While a release goes wrong or a store is down, messages wait. Afterwards the consumers have to do those and the new
    ones, so only what they can do beyond the busiest time helps to catch up. With little of that, ten minutes of
    trouble make everything late for hours.
    """
    asked = _freshness(analysis)
    fed = [item for item in _fed(analysis) if any(flow.workload in asked for flow in item[2])]
    if not fed:
        return NotApplicable("Nothing that must be fresh comes through a queue here.")
    faults = []
    for queue, consumer, flows in fed:
        used = most_used(analysis, consumer, _DOING)
        limit = max(patience * away, min([asked.get(flow.workload, math.inf) for flow in flows]))
        if used is not None and used.value < 1.0 and _drain(analysis, consumer, flows, used, away) > limit:
            faults.append(_fault(analysis, queue, consumer, flows, used, away, limit))
    return tuple(faults) or Passed(
        "When consumers have been away for a while, they soon catch up.",
        tuple(dict.fromkeys([queue for queue, *_ in fed])),
    )


def _freshness(analysis: Analysis) -> dict[str, float]:
    """The strictest freshness asked, by workload."""
    found: dict[str, float] = {}
    for item in analysis.scenario.requirements.values():
        if isinstance(item, Freshness):
            found[item.workload] = min(item.limit, found.get(item.workload, math.inf))
    return found


def _fed(analysis: Analysis) -> Iterator[tuple[str, str, list[Flow]]]:
    """Each queue that takes in whatever comes, with each of the team's own consumers and what it hands to it."""
    for queue in behaving(analysis, Behavior.QUEUE):
        if analysis.graph.nodes[queue].limit is not None:
            continue
        for consumer in analysis.graph.successors(queue):
            flows = [flow for flow in flows_into(analysis).get(consumer, ()) if flow.source == queue]
            if flows and Trait.COMPUTES in component(analysis, consumer).traits:
                yield queue, consumer, flows


def _drain(analysis: Analysis, consumer: str, flows: list[Flow], used: Utilisation, away: float) -> float:
    """Seconds until what came meanwhile is done, at the busiest time: with what the consumer can do beyond that."""
    return away * used.value * _part(analysis, consumer, flows) / (1.0 - used.value)


def _part(analysis: Analysis, consumer: str, flows: list[Flow]) -> float:
    """How much of the consumer's work comes out of the queue."""
    return sum([flow.calls for flow in flows]) / sum(workloads_at(analysis)[consumer].values())


def _fault(
    analysis: Analysis,
    queue: str,
    consumer: str,
    flows: list[Flow],
    used: Utilisation,
    away: float,
    limit: float,
) -> Fault:
    arriving = sum([flow.calls for flow in flows])
    part = _part(analysis, consumer, flows)
    takes = _drain(analysis, consumer, flows, used, away)
    names = dict.fromkeys([flow.workload for flow in flows])
    backlog = format_quantity(arriving * away, Dimension.COUNT, digits=2)
    spare = arriving / (used.value * part) * (1.0 - used.value)
    # At this utilisation it would take just as long as it may.
    enough_at = limit / (limit + part * away)
    return Fault(
        nodes=(queue, consumer),
        message=f"After {duration(away)} without {label(analysis, consumer)}, {backlog} messages wait in "
        f"{label(analysis, queue)}. Beside the new ones it can do {rate(spare)} of them, so for {duration(takes)} "
        f"{workload_names(analysis, names)} {agree(names, 'is', 'are')} late.",
        fix=enough(analysis, consumer, used.value / enough_at),
        arithmetic=Arithmetic(
            formula="T = a rho q / (1 - rho)",
            result=Quantity("T", "time to catch up", takes, Dimension.TIME),
            inputs=(
                Quantity("a", "time without the consumer", away, Dimension.TIME),
                Quantity("rho", f"utilisation of {label(analysis, consumer)}", used.value, Dimension.RATIO),
                Quantity("q", "part of its work that comes out of the queue", part, Dimension.RATIO),
            ),
            method="fluid approximation",
            steps=(used.arithmetic,),
        ),
    )
