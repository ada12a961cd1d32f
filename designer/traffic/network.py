"""The plans of all workloads as one network of visits, in an order in which their rates can be computed.

A visit depends on the visits that call it and on the caches whose misses lead to it; a cache depends on all visits to
it. Where caches depend on each other in a circle (two services ask two caches in opposite order) there is no such
order: `circular` says so, and the rates are found by going over the network until they no longer change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from designer.scenario.model import Touch
from designer.traffic.model import Call, Option, Plan, Visit


class Condition(NamedTuple):
    """A call that is made when a cache misses: which caches are asked, how often each, and for which dataset."""

    caches: tuple[tuple[str, float], ...]
    dataset: str


class Link(NamedTuple):
    """One option of a call between numbered visits. `factor` is calls per visit of the caller, before any miss."""

    source: int
    target: int
    factor: float
    condition: Condition | None
    connection: str
    deferred: bool


@dataclass(slots=True)
class Network:
    """All visits, with what leads to each."""

    visits: list[Visit] = field(default_factory=list)
    workloads: list[str] = field(default_factory=list)  # of each visit
    entries: list[float] = field(
        default_factory=list
    )  # part of its workload's requests that starts at each visit
    inflow: list[list[Link]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    at: dict[str, list[int]] = field(default_factory=dict)  # the visits to each cache
    order: list[int | str] = field(default_factory=list)  # numbers of visits, ids of caches
    circular: bool = False


def connect(plans: Mapping[str, Plan], touches: Mapping[str, Sequence[Touch]], caches: Set[str]) -> Network:
    """The network of these plans. `touches` are those of each workload, `caches` the ids of nodes that are caches."""
    network = Network()
    for plan in plans.values():
        numbers: dict[int, int] = {}
        for entry in plan.entries:
            for visit in _walk(entry.visit, numbers, len(network.visits)):
                _add(network, visit, plan.workload)
            network.entries[numbers[id(entry.visit)]] += entry.weight
        for number in numbers.values():
            _link(network, number, numbers, touches[plan.workload], caches)
    for number, visit in enumerate(network.visits):
        if visit.node in caches:
            network.at.setdefault(visit.node, []).append(number)
    _put_in_order(network)
    return network


def _walk(root: Visit, numbers: dict[int, int], following: int) -> Iterator[Visit]:
    """The visits from `root` on that have no number yet, each given the next, callers of a visit in any order."""
    waiting = [root]
    while waiting:
        visit = waiting.pop()
        if id(visit) in numbers:
            continue
        numbers[id(visit)] = following
        following += 1
        yield visit
        waiting.extend(option.visit for call in reversed(visit.calls) for option in reversed(call.options))


def _add(network: Network, visit: Visit, workload: str) -> None:
    network.visits.append(visit)
    network.workloads.append(workload)
    network.entries.append(0.0)
    network.inflow.append([])


def _link(
    network: Network,
    number: int,
    numbers: Mapping[int, int],
    touches: Sequence[Touch],
    caches: Set[str],
) -> None:
    visit = network.visits[number]
    for call in visit.calls:
        condition = None
        if call.on_miss is not None:
            condition = Condition(_asked(visit, call, caches), touches[call.touches[0]].dataset or "")
        for option in call.options:
            target = numbers[id(option.visit)]
            factor = call.times * option.weight
            link = Link(number, target, factor, condition, option.connection, call.deferred)
            network.links.append(link)
            network.inflow[target].append(link)


def _asked(visit: Visit, call: Call, caches: Set[str]) -> tuple[tuple[str, float], ...]:
    """The caches whose miss the call waits for: the visited one, or those that the lookup before it went to."""
    touch = call.touches[0]
    if call.on_miss != visit.node:
        for lookup in visit.calls:
            if lookup.optional and touch in lookup.touches:
                return tuple(_ends(lookup.options, touch, caches))
    return ((call.on_miss or visit.node, 1.0),)


def _ends(options: tuple[Option, ...], touch: int, caches: Set[str]) -> Iterator[tuple[str, float]]:
    """The caches a lookup ends at, with the part of the lookups each gets; at most one router is between."""
    for option in options:
        if option.visit.node in caches:
            yield option.visit.node, option.weight
            continue
        for onward in option.visit.calls:
            if touch in onward.touches:
                yield from (
                    (further.visit.node, option.weight * further.weight) for further in onward.options
                )


def _put_in_order(network: Network) -> None:
    order = _sort(network, network.at)
    if order is None:
        network.circular = True
        order = [*(_sort(network, {}) or ()), *network.at]
    network.order = order


def _sort(network: Network, at: Mapping[str, list[int]]) -> list[int | str] | None:
    """Visits and the caches in `at`, each after what it depends on; None when that goes in a circle."""
    order: list[int | str] = []
    state: dict[int | str, bool] = {}  # False: begun, True: done
    for root in range(len(network.visits)):
        stack: list[int | str] = [root]
        while stack:
            item = stack[-1]
            if item in state:
                stack.pop()
                if not state[item]:
                    state[item] = True
                    order.append(item)
                continue
            state[item] = False
            for needed in _needed(network, item, at):
                if state.get(needed) is False:
                    return None
                if needed not in state:
                    stack.append(needed)
    return order


def _needed(network: Network, item: int | str, at: Mapping[str, list[int]]) -> Iterator[int | str]:
    if isinstance(item, str):
        yield from at[item]
        return
    for link in network.inflow[item]:
        yield link.source
        if link.condition is not None:
            yield from (cache for cache, _ in link.condition.caches if cache in at)
