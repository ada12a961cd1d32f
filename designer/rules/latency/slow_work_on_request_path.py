"""Work that could wait, and that somebody waits for."""

from __future__ import annotations

from dataclasses import dataclass

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import AddNode, Change, Disconnect, InsertNode
from designer.design.model import Node
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    component,
    components,
    flows_into,
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
    works: list[_Work] = []
    for name, touches in deferrable.items():
        work = _Work({}, {})
        for visit, call in _waited_for(analysis, name, touches):
            work.add(visit.node, name, call, touches)
        if work.ways:
            works = [*_apart(works, work), work]
    if works:
        return tuple(_fault(analysis, work) for work in works)
    return Passed(f"What can be done later of {workload_names(analysis, deferrable)} is done later.")


@dataclass(frozen=True, slots=True)
class _Work:
    """What is waited for and could be done later: for each service the nodes it waits for, and whose work that is.

    All that one service could put off is told at once: one queue is enough for it.
    """

    ways: dict[str, dict[str, None]]
    touches: dict[str, set[int]]  # by workload

    def add(self, service: str, workload: str, call: Call, deferred: set[int]) -> None:
        """With one more call that is waited for."""
        self.ways.setdefault(service, {}).update(dict.fromkeys([item.visit.node for item in call.options]))
        self.touches.setdefault(workload, set()).update(deferred & set(call.touches))

    @property
    def targets(self) -> tuple[str, ...]:
        """All nodes that are waited for, but for services that wait themselves."""
        found = dict.fromkeys([node for nodes in self.ways.values() for node in nodes])
        return tuple([node for node in found if node not in self.ways])


def _apart(works: list[_Work], work: _Work) -> list[_Work]:
    """Those that have no service in common with `work`, which takes in the others."""
    apart = []
    for other in works:
        if other.ways.keys().isdisjoint(work.ways):
            apart.append(other)
            continue
        for service, nodes in other.ways.items():
            work.ways.setdefault(service, {}).update(nodes)
        work.touches.update(other.touches)
    return apart


def _waited_for(analysis: Analysis, workload: str, touches: set[int]) -> list[tuple[Visit, Call]]:
    """Calls of services for these touches alone that are waited for all the way from the client."""
    plan, placed = analysis.traffic.plans[workload], components(analysis)
    found: list[tuple[Visit, Call]] = []
    waiting = [entry.visit for entry in plan.entries]
    seen = {id(visit) for visit in waiting}
    for visit in waiting:
        for call in visit.calls:
            if call.deferred or call.optional or touches.isdisjoint(call.touches):
                continue
            targets = [option.visit for option in call.options]
            is_queue = any(placed[target.node].behavior is Behavior.QUEUE for target in targets)
            serves = placed[visit.node].behavior is Behavior.SERVICE
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


def _fault(analysis: Analysis, found: _Work) -> Fault:
    services, work = tuple(found.ways), found.touches
    requests = sum(analysis.scenario.workloads[name].peak_rate for name in work)
    verdicts = [item for name in work for item in latency_verdicts(analysis, name)]
    return Fault(
        nodes=(*services, *found.targets),
        message=lambda: _tell(analysis, found),
        severity=Severity.ERROR if missed(verdicts) else None if verdicts else Severity.INFO,
        connections=tuple(f"{source}>{target}" for source, nodes in found.ways.items() for target in nodes),
        fix=lambda: _put_off(analysis, found, requests),
    )


def _tell(analysis: Analysis, found: _Work) -> str:
    work = found.touches
    where, targets = (
        listed(label(analysis, node) for node in nodes) for nodes in (found.ways, found.targets)
    )
    operations = rate(_operations(analysis, work))
    return (
        f"{workload_names(analysis, work)} {agree(work, 'waits', 'wait')} at {where} for {targets}: {operations} "
        "operations at the busiest time that may be done after the answer."
    )


def _operations(analysis: Analysis, work: dict[str, set[int]]) -> float:
    total = 0.0
    for name, touches in work.items():
        workload = analysis.scenario.workloads[name]
        total += workload.peak_rate * sum(workload.touches[number].count for number in touches)
    return total


def _put_off(analysis: Analysis, work: _Work, requests: float) -> tuple[Change, ...]:
    """One queue for all of it: before a service that does it, or before new workers that do."""
    queue = new_node(analysis, QUEUE)
    if queue is None or not fits_budget(analysis, price_of(analysis, queue)):
        return ()
    doer = _doer(analysis, work)
    if doer is not None:
        return _before(analysis, work, queue, doer)
    worker = new_node(
        analysis, WORKER, machines_for(analysis, WORKER, requests), beside=next(iter(work.ways))
    )
    if worker is None or not fits_budget(analysis, price_of(analysis, queue) + price_of(analysis, worker)):
        return ()
    moved = [name for name in work.targets if _is_only_for(analysis, name, work)]
    kept = [name for name in work.targets if name not in moved]
    return (
        AddNode(node=queue),
        *([AddNode(node=worker)] if kept else []),
        *[
            Disconnect(source=source, target=name)
            for source, targets in work.ways.items()
            for name in moved
            if name in targets
        ],
        *[connect(source, queue.id) for source in work.ways],
        *[connect(queue.id, name) for name in (*moved, *([worker.id] if kept else []))],
        *[connect(worker.id, name) for name in kept],
    )


def _doer(analysis: Analysis, work: _Work) -> str | None:
    """A service that does all of it, and nothing that cannot wait; the one target, or one that waits itself."""
    named = [name for name, nodes in work.ways.items() if set(work.targets) <= nodes.keys()]
    found: list[str] = [*(work.targets if len(work.targets) == 1 else ()), *named]
    for name in found:
        callers = analysis.graph.predecessors(name)
        if _is_only_for(analysis, name, work) and all(_is_service(analysis, item) for item in callers):
            return name
    return None


def _is_only_for(analysis: Analysis, node: str, work: _Work) -> bool:
    """Whether it is a service that nothing else asks for anything."""
    flows = flows_into(analysis).get(node, ())
    return _is_service(analysis, node) and all(flow.workload in work.touches for flow in flows)


def _is_service(analysis: Analysis, node: str) -> bool:
    return component(analysis, node).behavior is Behavior.SERVICE


def _before(analysis: Analysis, work: _Work, queue: Node, doer: str) -> tuple[Change, ...]:
    """The queue between the service and all that call it or wait for the same."""
    first, *others = analysis.graph.predecessors(doer)
    waiting = [name for name in work.ways if name not in (doer, first, *others)]
    return (
        InsertNode(node=queue, between=(first, doer)),
        *[Disconnect(source=name, target=doer) for name in others],
        *[connect(name, queue.id) for name in (*others, *waiting)],
    )
