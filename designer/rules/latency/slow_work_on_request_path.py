"""Work that could wait, and that somebody waits for."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import AddNode, Change, InsertNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    component,
    label,
    latency_verdicts,
    listed,
    missed,
    rate,
    workload_names,
)
from designer.rules.repairs import (
    QUEUE,
    WORKER,
    connect,
    fits_budget,
    machines_for,
    new_node,
    price_of,
)
from designer.traffic.model import Call, Visit


@rule(
    severity=Severity.WARNING,
    applies="Where a latency is asked for and some work could be put off.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > db:sharded_sql[shards=4, replicas=2], notification_service",
        scenario="feed",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > message_queue > worker*6 > "
        "db:sharded_sql[shards=4, replicas=2]; api > db; message_queue > notification_service",
        scenario="feed",
    ),
    sources=(
        "G. Hohpe and B. Woolf, Enterprise Integration Patterns: point-to-point channel and competing consumers",
        "Amazon Builders' Library, Avoiding insurmountable queue backlogs (D. Yanacek)",
    ),
    false_positives="Work of a millisecond that never fails is not worth a queue of its own.",
    fix="Hand the work to a message queue and let workers do it after the answer is out.",
)
def check(analysis: Analysis) -> Result:
    """Somebody waits for work that could be done later

    The scenario allows part of the work to be done after the answer. Done before it, that work makes everybody wait,
    and when it is slow or fails, the request fails with it.
    """
    late = {
        name: {number for number, touch in enumerate(workload.touches) if touch.deferred}
        for name, workload in analysis.scenario.workloads.items()
    }
    deferrable = {
        name: touches for name, touches in late.items() if touches and analysis.traffic.plans[name].entries
    }
    if not deferrable:
        return NotApplicable("The scenario lets nothing wait that is done here.")
    faults: dict[tuple[str, ...], dict[str, set[int]]] = {}
    for name, touches in deferrable.items():
        for visit, call in _waited_for(analysis, name, touches):
            targets = dict.fromkeys(option.visit.node for option in call.options)
            found = faults.setdefault((visit.node, *targets), {})
            found.setdefault(name, set()).update(touches & set(call.touches))
    if faults:
        return tuple(_fault(analysis, nodes, work) for nodes, work in faults.items())
    return Passed(f"What can be done later of {workload_names(analysis, deferrable)} is done later.")


def _waited_for(analysis: Analysis, workload: str, touches: set[int]) -> list[tuple[Visit, Call]]:
    """Calls of services for these touches alone that are waited for all the way from the client."""
    plan = analysis.traffic.plans[workload]
    found: list[tuple[Visit, Call]] = []
    waiting = [entry.visit for entry in plan.entries]
    seen = {id(visit) for visit in waiting}
    for visit in waiting:
        for call in visit.calls:
            if call.deferred or call.optional or not touches & set(call.touches):
                continue
            targets = [option.visit for option in call.options]
            is_queue = any(component(analysis, target.node).behavior is Behavior.QUEUE for target in targets)
            serves = component(analysis, visit.node).behavior is Behavior.SERVICE
            if serves and not is_queue and any(_does(analysis, target, touches) for target in targets):
                found.append((visit, call))
            fresh = [target for target in targets if id(target) not in seen]
            seen.update(id(target) for target in fresh)
            waiting.extend(fresh)
    return found


def _does(analysis: Analysis, visit: Visit, touches: set[int]) -> bool:
    """Whether the work is done there, or right behind the routers that stand there."""
    while component(analysis, visit.node).behavior is Behavior.ROUTER and visit.calls:
        visit = visit.calls[0].options[0].visit
    return any(work.touch in touches for work in visit.work)


def _fault(analysis: Analysis, nodes: tuple[str, ...], work: dict[str, set[int]]) -> Fault:
    source, targets = nodes[0], nodes[1:]
    operations = _operations(analysis, work)
    requests = sum(analysis.scenario.workloads[name].peak_rate for name in work)
    verdicts = [item for name in work for item in latency_verdicts(analysis, name)]
    return Fault(
        nodes=nodes,
        message=f"{workload_names(analysis, work)} {agree(work, 'waits', 'wait')} at {label(analysis, source)} for "
        f"{listed(label(analysis, target) for target in targets)}: {rate(operations)} operations at the busiest time "
        "that may be done after the answer.",
        severity=Severity.ERROR if missed(verdicts) else None if verdicts else Severity.INFO,
        connections=tuple(f"{source}>{target}" for target in targets),
        fix=_put_off(analysis, source, targets, requests),
    )


def _operations(analysis: Analysis, work: dict[str, set[int]]) -> float:
    total = 0.0
    for name, touches in work.items():
        workload = analysis.scenario.workloads[name]
        total += workload.peak_rate * sum(workload.touches[number].count for number in touches)
    return total


def _put_off(
    analysis: Analysis, source: str, targets: tuple[str, ...], requests: float
) -> tuple[Change, ...]:
    """A queue before a service that does the work, or a queue and workers beside a store."""
    queue = new_node(analysis, QUEUE)
    if queue is None or len(targets) != 1:
        return ()
    target = targets[0]
    if component(analysis, target).behavior is Behavior.SERVICE:
        return (
            (InsertNode(node=queue, between=(source, target)),)
            if fits_budget(analysis, price_of(analysis, queue))
            else ()
        )
    worker = new_node(analysis, WORKER, machines_for(analysis, WORKER, requests), beside=source)
    if worker is None or not fits_budget(analysis, price_of(analysis, queue) + price_of(analysis, worker)):
        return ()
    return (
        AddNode(node=queue),
        AddNode(node=worker),
        connect(source, queue.id),
        connect(queue.id, worker.id),
        connect(worker.id, target),
    )
