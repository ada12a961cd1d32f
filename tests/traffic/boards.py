"""Small boards and questions, plans in words, and what must hold of any traffic."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from designer.catalog import loader
from designer.catalog.model import Behavior
from designer.design.figures import figure_of
from designer.design.model import Design, Index, Node
from designer.design.model import Traffic as Carried
from designer.design.notation import parse_notation
from designer.scenario.model import Dataset, Difficulty, Operation, Scenario, Throughput, Touch, Workload
from designer.traffic.model import Call, Flow, Load, Option, Plan, Traffic, Visit
from designer.traffic.propagation import propagate
from designer.traffic.routing import route

CATALOG = loader.load()

RECORDS: dict[str, Any] = {"kind": "records", "record_size": 1_000.0, "records": 1_000_000, "skew": 0.8}
DATASETS = {
    "links": Dataset(name="Links", **RECORDS),
    "users": Dataset(name="Users", **RECORDS),
    "images": Dataset(
        name="Images",
        kind="blobs",
        record_size=100_000.0,
        records=10_000,
        skew=1.0,
        cacheable=("edge", "client"),
    ),
    "texts": Dataset(name="Texts", kind="documents", record_size=2_000.0, records=10_000),
}

READ = Touch(dataset="links")
WRITE = Touch(dataset="links", operation=Operation.WRITE)
UPDATE = Touch(dataset="links", operation=Operation.UPDATE)
USER = Touch(dataset="users")
IMAGE = Touch(dataset="images")
SEARCH = Touch(capability="search")
LATER = Touch(dataset="links", operation=Operation.WRITE, deferred=True)

RATE = 1_000.0


def ask(*touches: Touch, datasets: dict[str, Dataset] | None = None, **settings: Any) -> Scenario:
    """A scenario of one workload, `w`, that comes 1,000 times a second and has these touches."""
    return ask_all({"w": Workload(name="Ask", **{"rate": RATE, "touches": touches, **settings})}, datasets)


def ask_all(workloads: dict[str, Workload], datasets: dict[str, Dataset] | None = None) -> Scenario:
    """A scenario of these workloads."""
    return Scenario(
        id="board",
        name="Board",
        difficulty=Difficulty.CORE,
        summary="A board to try things on.",
        story="Nothing happens.",
        datasets=DATASETS if datasets is None else datasets,
        workloads=workloads,
        requirements={"load": Throughput(kind="throughput", workload=next(iter(workloads)))},
    )


def draw(text: str) -> Design:
    """The design that the notation describes."""
    return parse_notation(text, CATALOG)


def plan_of(text: str, *touches: Touch) -> Plan:
    """The plan of a workload with these touches; there must be no problem."""
    plans, problems = route(ask(*touches), draw(text), CATALOG)
    assert problems == ()
    return plans["w"]


def flow(text: str, *touches: Touch, **settings: Any) -> Traffic:
    """The traffic of a workload with these touches; there must be no problem."""
    traffic = propagate(ask(*touches, **settings), draw(text), CATALOG)
    assert traffic.problems == ()
    return traffic


def tell(plan: Plan) -> str:
    """The plan on one line: `users[0] > db[0]!0` is a client that calls a database, which does touch 0."""
    return " | ".join(_weigh(entry.weight) + _tell_visit(entry.visit) for entry in plan.entries)


def _tell_visit(visit: Visit) -> str:
    touches = "".join(str(touch) for touch in visit.touches)
    work = "".join(f"!{item.touch}" + ("" if item.count == 1 else f"x{item.count:g}") for item in visit.work)
    calls = ", ".join(_tell_call(visit, call) for call in visit.calls)
    if not calls:
        return f"{visit.node}[{touches}]{work}"
    return f"{visit.node}[{touches}]{work} > {calls if len(visit.calls) == 1 else f'({calls})'}"


def _tell_call(visit: Visit, call: Call) -> str:
    marks = "" if call.times == 1 else f"{call.times:g}x "
    if call.on_miss is not None:
        marks += "miss " if call.on_miss == visit.node else f"miss({call.on_miss}) "
    marks += "later " if call.deferred else ""
    marks += "try " if call.optional else ""
    options = " or ".join(_weigh(option.weight) + _tell_visit(option.visit) for option in call.options)
    return f"{marks}{{{options}}}" if len(call.options) > 1 else marks + options


def _weigh(weight: float) -> str:
    return "" if weight == 1 else f"{weight:.3g} "


def load_of(traffic: Traffic, node: str, workload: str = "w") -> Load:
    """What the workload makes the node do."""
    return next(load for load in traffic.loads if (load.node, load.workload) == (node, workload))


def calls_over(traffic: Traffic, connection: str, workload: str = "w") -> float:
    """Calls a second over a connection; 0 when the workload does not use it."""
    found = (
        item.calls for item in traffic.flows if (item.connection, item.workload) == (connection, workload)
    )
    return sum(found)


def visits_of(plan: Plan) -> list[Visit]:
    """Every visit of a plan, once."""
    found: dict[int, Visit] = {}
    waiting = [entry.visit for entry in plan.entries]
    while waiting:
        visit = waiting.pop()
        if id(visit) not in found:
            found[id(visit)] = visit
            waiting.extend(option.visit for call in visit.calls for option in call.options)
    return list(found.values())


def structure_errors(scenario: Scenario, design: Design, plan: Plan) -> Iterator[str]:
    """What is wrong with the shape of a plan: touches lost or done twice, weights that are no division."""
    touches = scenario.workloads[plan.workload].touches
    served = tuple(number for number in range(len(touches)) if number not in plan.unserved)
    connections = {connection.id for connection in design.connections}
    letters = {connection.id for connection in design.connections if connection.carries is Carried.FAILED}
    caches = {node.id for node in design.nodes if CATALOG[node.component].behavior is Behavior.CACHE}
    if plan.entries:
        yield from _division_errors("entries", plan.entries)
    for entry in plan.entries:
        if entry.visit.touches != served:
            yield f"the client is asked for {entry.visit.touches} of {served}"
    visits = visits_of(plan)
    options = [option for visit in visits for call in visit.calls for option in call.options]
    buried = {id(option.visit) for option in options if option.connection in letters}
    for visit in visits:
        if id(visit) not in buried or visit.work or visit.calls:
            yield from _touch_errors(visit, visit.node in caches)
        for call in visit.calls:
            yield from _division_errors(visit.node, call.options)
            datasets = {touches[touch].dataset for touch in call.touches}
            if call.on_miss is not None and (len(datasets) > 1 or None in datasets):
                yield f"{visit.node} makes one call on misses of {datasets}"
            yield from _option_errors(visit, call, connections)


def _touch_errors(visit: Visit, cache: bool) -> Iterator[str]:
    """A touch is done here or passed on in one call; only a cache may do both."""
    aside = {touch for call in visit.calls if call.optional for touch in call.touches}
    needed = [touch for call in visit.calls if not call.optional for touch in call.touches]
    worked = [work.touch for work in visit.work]
    done = sorted([*needed, *(touch for touch in worked if not (cache and touch in needed))])
    if done != list(visit.touches) or not aside <= set(needed):
        yield f"{visit.node} is asked for {visit.touches}, works on {worked} and passes {needed}"


def _option_errors(visit: Visit, call: Call, connections: set[str]) -> Iterator[str]:
    for option in call.options:
        if option.visit.touches != call.touches:
            yield f"{visit.node} calls for {call.touches}, {option.visit.node} hears {option.visit.touches}"
        if option.connection not in connections or option.connection != f"{visit.node}>{option.visit.node}":
            yield f"{visit.node} calls {option.visit.node} over {option.connection}"


def _division_errors(place: str, options: tuple[Option, ...]) -> Iterator[str]:
    total = sum(option.weight for option in options)
    if not math.isclose(total, 1.0, rel_tol=1e-9) or any(option.weight <= 0 for option in options):
        yield f"the options of {place} have weights {[option.weight for option in options]}"


def conservation_errors(scenario: Scenario, design: Design, traffic: Traffic) -> Iterator[str]:
    """Where what comes in is not turned away, done, passed on, given up or put away.

    What the whole design does is compared with what was asked only where nothing multiplies or takes away: no calls
    drawn, no limits, no consumer that fails, no store asked whatever the cache knew.
    """
    behaviors = {node.id: CATALOG[node.component].behavior for node in design.nodes}
    for name, plan in traffic.plans.items():
        rate = scenario.workloads[name].peak_rate
        loads = {load.node: load for load in traffic.loads if load.workload == name}
        flows = [item for item in traffic.flows if item.workload == name]
        for node, load in loads.items():
            arriving = sum(item.calls for item in flows if item.target == node)
            arriving += sum(entry.weight * rate for entry in plan.entries if entry.visit.node == node)
            yield from _unlike(f"visits of {name} to {node}", arriving, load.calls + load.refused)
            sent = sum(item.bytes_forward for item in flows if item.source == node)
            sent += sum(item.bytes_back for item in flows if item.target == node)
            yield from _unlike(f"bytes of {name} out of {node}", sent, load.bytes_out)
            received = sum(item.bytes_back for item in flows if item.source == node)
            received += sum(item.bytes_forward for item in flows if item.target == node)
            yield from _unlike(f"bytes of {name} into {node}", received, load.bytes_in)
        yield from _limit_errors(design, traffic)
        if all(connection.calls is None for connection in design.connections):
            yield from _queue_errors(design, plan, flows, loads)
            yield from _router_errors(design, traffic, name, behaviors)
            if _nothing_is_lost(design):
                yield from _work_errors(scenario, design, traffic, plan, loads)


def _nothing_is_lost(design: Design) -> bool:
    """Whether all that is asked is done once: nobody is turned away, no message fails, no cache is passed over."""
    nodes = design.by_id
    for connection in design.connections:
        queue = CATALOG[nodes[connection.source].component].behavior is Behavior.QUEUE
        if connection.on_miss is False or (queue and _error_rate(nodes[connection.target]) > 0.0):
            return False
    return all(node.limit is None for node in design.nodes)


def _error_rate(node: Node) -> float:
    return figure_of(node, CATALOG[node.component], "error_rate") or 0.0


def _limit_errors(design: Design, traffic: Traffic) -> Iterator[str]:
    """A node lets in what its limit allows, all workloads alike, and no less than comes where that is not reached."""
    for node in design.nodes:
        loads = [load for load in traffic.loads if load.node == node.id]
        arriving = sum(load.calls + load.refused for load in loads)
        allowed = arriving if node.limit is None else min(arriving, node.limit)
        for load in loads:
            part = allowed / arriving if arriving > 0.0 else 1.0
            yield from _unlike(
                f"{load.workload} let in by {node.id}", (load.calls + load.refused) * part, load.calls
            )


def _queue_errors(design: Design, plan: Plan, flows: Sequence[Flow], loads: dict[str, Load]) -> Iterator[str]:
    """Of the messages of each kind of work a queue has some are done, the rest are given up or put away."""
    nodes = design.by_id
    letters = {connection.id for connection in design.connections if connection.carries is Carried.FAILED}
    for queue, load in loads.items():
        visits = [visit for visit in visits_of(plan) if visit.node == queue]
        if CATALOG[nodes[queue].component].behavior is not Behavior.QUEUE or len(visits) != 1:
            continue
        handed = sum(not call.optional for call in visits[0].calls)
        done = put_away = 0.0
        for item in flows:
            if item.source == queue and item.connection in letters:
                put_away += item.calls
            elif item.source == queue:
                done += item.calls * (1.0 - _error_rate(nodes[item.target]))
        yield from _unlike(f"messages of {queue}", load.calls * handed, done + put_away + load.given_up)


def _work_errors(
    scenario: Scenario, design: Design, traffic: Traffic, plan: Plan, loads: dict[str, Load]
) -> Iterator[str]:
    """Reads are done by stores or answered by caches; writes and updates by stores."""
    workload = scenario.workloads[plan.workload]
    nodes = design.by_id
    served = [touch for number, touch in enumerate(workload.touches) if number not in plan.unserved]
    for dataset in scenario.datasets:
        reads = writes = 0.0
        for name, load in loads.items():
            read, written = load.datasets.get(dataset, (0.0, 0.0))
            node = nodes[name]
            cache = CATALOG[node.component].behavior is Behavior.CACHE
            indexed = 2.0 if node.index is Index.GLOBAL and node.shards > 1 else 1.0
            reads += read * traffic.hit_ratio(name, dataset) if cache else read
            writes += 0.0 if cache else written / indexed
        asked = [touch for touch in served if touch.dataset == dataset and plan.entries]
        read = sum(touch.count for touch in asked if touch.operation is Operation.READ)
        written = sum(touch.count for touch in asked if touch.operation is not Operation.READ)
        yield from _unlike(f"reads of {dataset} by {plan.workload}", read * workload.peak_rate, reads)
        yield from _unlike(f"writes of {dataset} by {plan.workload}", written * workload.peak_rate, writes)


def _router_errors(
    design: Design, traffic: Traffic, workload: str, behaviors: dict[str, Behavior]
) -> Iterator[str]:
    """A router passes on all that it does not do itself. What is put into a cache after a miss is beside that."""
    asking = {connection.source for connection in design.connections if connection.on_miss}
    for load in traffic.loads:
        if load.workload != workload or behaviors[load.node] is not Behavior.ROUTER or load.node in asking:
            continue
        flows = [item for item in traffic.flows if item.workload == workload]
        into = sum(item.reads + item.writes for item in flows if item.target == load.node)
        out = sum(
            item.reads + (0.0 if behaviors[item.target] is Behavior.CACHE else item.writes)
            for item in flows
            if item.source == load.node
        )
        if out > 0.0 and into < out * (1 - 1e-9):
            yield f"{load.node} passes on {out} of {into} operations of {workload}"


def _unlike(what: str, asked: float, done: float) -> Iterator[str]:
    if not math.isclose(asked, done, rel_tol=1e-9, abs_tol=1e-9):
        yield f"{what}: {asked} asked, {done} done"
