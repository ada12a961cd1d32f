"""Why a drawing does not answer a workload, in sentences that say what to draw next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from designer.catalog.model import Behavior, Component, DataKind
from designer.errors import quote
from designer.scenario.model import Operation, Scenario, Touch, Workload
from designer.traffic.demands import Demand
from designer.traffic.model import Problem, ProblemKind
from designer.traffic.topology import Lane, Topology, bits, lowest

_MOST_NAMED = 4
"""Components or nodes named in one sentence; a longer list is not read."""

_VERBS: Mapping[Operation, str] = {
    Operation.READ: "read",
    Operation.WRITE: "write",
    Operation.UPDATE: "update",
}


def empty_board() -> Problem:
    """Nothing is drawn."""
    message = "Nothing is drawn yet: place a client, and what answers it."
    return Problem(ProblemKind.EMPTY, message)


def no_client() -> Problem:
    """Something is drawn, but nobody asks it anything."""
    message = (
        "No request enters the design: place a client, such as users, and connect it to what it calls first."
    )
    return Problem(ProblemKind.NO_CLIENT, message)


def going_in_circles(
    topology: Topology, cycle: Sequence[int], name: str, workload: Workload, touch: int
) -> Problem:
    """The calls for a touch come back to where they were."""
    trail = " → ".join(topology.name(number) for number in (*cycle, cycle[0]))
    message = f"{quote(workload.name)} goes in circles: {trail}. Remove one of these connections."
    nodes = tuple(topology.ids[number] for number in cycle)
    return Problem(ProblemKind.CYCLE, message, nodes, name, touch)


def never_done(topology: Topology, queue: int, consumer: int, name: str, workload: Workload) -> Problem:
    """A consumer fails at every message, and its queue hands each out until it is done."""
    message = (
        f"{quote(workload.name)} goes in circles: {topology.name(consumer)} fails every time, and "
        f"{topology.name(queue)} hands out each message until it is done. Limit its deliveries."
    )
    nodes = (topology.ids[queue], topology.ids[consumer])
    return Problem(ProblemKind.CYCLE, message, nodes, name)


def stranded_cache(
    topology: Topology,
    scenario: Scenario,
    demand: Demand,
    cache: int,
    name: str,
    workload: Workload,
    touch: int,
) -> Problem:
    """A cache that is to write to the store what it was given has no connection towards it."""
    goals = _either(topology.name(number) for number in bits(demand.serving))
    message = (
        f"{quote(workload.name)} writes to {topology.name(cache)}, which is to write "
        f"{quote(scenario.datasets[demand.dataset or ''].name)} to the store later (write-back) but has no "
        f"connection towards {goals}: connect the two."
    )
    nodes = (topology.ids[cache], *(topology.ids[number] for number in bits(demand.serving)))
    return Problem(ProblemKind.UNREACHABLE, message, nodes, name, touch)


def no_home(
    topology: Topology,
    scenario: Scenario,
    name: str,
    workload: Workload,
    touch: int,
    catalog: Mapping[str, Component],
) -> Problem:
    """Nothing keeps the dataset, or nothing offers the capability."""
    wanted = workload.touches[touch]
    if wanted.dataset is None:
        able = _either(item.name for item in catalog.values() if wanted.capability in item.provides)
        missing = f"nothing offers {quote(wanted.capability)}"
        remedy = f"place one that does, such as {able}" if able else "let a node provide it"
        return _homeless(workload, name, touch, f"{missing}; {remedy}", ())
    data = scenario.datasets[wanted.dataset]
    missing = f"nothing keeps {quote(data.name)} ({data.kind})"
    reserved = _reserved_stores(topology, data.kind)
    if reserved:
        nodes = tuple(topology.ids[number] for number in reserved)
        remedy = (
            f"{_either(topology.name(number) for number in reserved)} could, but is set to hold other data"
        )
        return _homeless(workload, name, touch, f"{missing}; {remedy}", nodes)
    able = _either(item.name for item in catalog.values() if data.kind in item.holds)
    remedy = f"place one that can, such as {able}" if able else "no component can"
    return _homeless(workload, name, touch, f"{missing}; {remedy}", ())


def _homeless(workload: Workload, name: str, touch: int, reason: str, nodes: tuple[str, ...]) -> Problem:
    message = f"{quote(workload.name)} cannot be answered: {reason}."
    return Problem(ProblemKind.NO_HOME, message, nodes, name, touch)


def _reserved_stores(topology: Topology, kind: DataKind) -> list[int]:
    return [
        number
        for number, component in enumerate(topology.components)
        if component.behavior is Behavior.STORE and kind in component.holds
    ]


def unreachable(
    topology: Topology, scenario: Scenario, demand: Demand, name: str, workload: Workload, touch: int
) -> Problem:
    """There is a home, but no client has a way to it together with what else the workload needs."""
    wanted = workload.touches[touch]
    goal = list(bits(demand.serving))
    goals = _either(topology.name(number) for number in goal)
    what = f"{quote(workload.name)} cannot {_describe(scenario, wanted)}"
    if demand.reach & topology.clients:
        reason = "no client has a way to this and to all else that it needs"
        nodes = tuple(topology.ids[number] for number in goal)
        return Problem(ProblemKind.UNREACHABLE, f"{what}: {reason}.", nodes, name, touch)
    last = _last_reached(topology, demand.lane)
    one_way = _one_way_connection(topology, demand)
    if one_way is not None:
        source, target = one_way
        carried = "reads" if demand.lane is Lane.WRITE else "writes"
        reason = (
            f"the connection from {topology.name(source)} to {topology.name(target)} carries only {carried}"
        )
        nodes = (topology.ids[source], topology.ids[target])
    else:
        reason = f"the request gets as far as {topology.name(last)}, which has no connection towards {goals}"
        nodes = (topology.ids[last], *(topology.ids[number] for number in goal))
    return Problem(ProblemKind.UNREACHABLE, f"{what}: {reason}.", nodes, name, touch)


def _describe(scenario: Scenario, touch: Touch) -> str:
    if touch.dataset is None:
        return f"get {quote(touch.capability)}"
    return f"{_VERBS[touch.operation]} {quote(scenario.datasets[touch.dataset].name)}"


def _last_reached(topology: Topology, lane: Lane) -> int:
    """Where a request from the clients gets furthest: the last service, or else the last node, first drawn first."""
    layer = reached = topology.clients
    last, services = layer, 0
    while layer:
        last = layer
        services = layer & topology.services or services
        layer = _after(topology, layer, lane) & ~reached
        reached |= layer
    return lowest(services or last)


def _reached(topology: Topology, lane: Lane) -> int:
    found = waiting = topology.clients
    while waiting:
        waiting = _after(topology, waiting, lane) & ~found
        found |= waiting
    return found


def _after(topology: Topology, nodes: int, lane: Lane) -> int:
    found = 0
    for number in bits(nodes):
        found |= topology.successors[lane][number]
    return found


def _one_way_connection(topology: Topology, demand: Demand) -> tuple[int, int] | None:
    """A connection that would close the gap, if it carried this operation too."""
    reached = _reached(topology, demand.lane)
    for source in bits(reached):
        closing = (
            topology.successors[Lane.ANY][source] & ~topology.successors[demand.lane][source] & demand.reach
        )
        if closing:
            return source, lowest(closing)
    return None


def _either(names: Iterable[str]) -> str:
    """ "A", "A or B", "A, B or C": at most a few."""
    words = list(islice(names, _MOST_NAMED))
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
