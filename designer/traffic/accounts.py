"""Adding up: from the rates of visits to flows over connections and loads on nodes.

What a lookup in a cache on the side did not find is put there afterwards: one write to the cache for each operation
that missed, with the record. It goes with the lookup: nobody waits for it, and it is no call of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from designer.catalog.model import Behavior
from designer.design.model import Design, Index, Node, Partitioning
from designer.scenario.model import Access, Operation, Scenario
from designer.traffic.demands import KEEPS_WRITES
from designer.traffic.model import Flow, Generation, Load, Visit
from designer.traffic.network import Network
from designer.traffic.payload import Bytes, Payload
from designer.traffic.rates import Rates
from designer.traffic.topology import Topology

# An enumeration is looked up more slowly than a name of the module, and these are looked up for every visit.
_STORE, _CACHE, _QUEUE = Behavior.STORE, Behavior.CACHE, Behavior.QUEUE
_READ, _BY_KEY, _GLOBAL = Operation.READ, Access.KEY, Index.GLOBAL

_KEEPS_DATA = frozenset({_STORE, _CACHE})
_NOTHING = (0.0, 0.0)
_NONE: Mapping[str, Any] = MappingProxyType({})
_ASKS_CACHE_FOR_RECORDS = frozenset({Behavior.SERVICE, _STORE})

# A named tuple is made in a third of the time without its own constructor.
_make = tuple.__new__

_Flow = tuple[str, str, str, str, float, float, float, float, float, bool, float]
"""The fields of a flow while it is added up."""

_Content = tuple[float, float, float, float]
"""What one visit all of whose operations are wanted asks for and carries: reads, writes, bytes there and back."""


_Data = dict[int, dict[str, tuple[float, float]]]
"""Two numbers for each dataset that nodes, by number, have to do with. Most have to do with none."""


def add_up(
    scenario: Scenario,
    design: Design,
    topology: Topology,
    network: Network,
    rates: Rates,
    tries: list[float],
) -> tuple[tuple[Flow, ...], tuple[Load, ...]]:
    """Flows by workload and connection, loads by workload and node, in the order of scenario and design."""
    flows: list[Flow] = []
    loads: list[Load] = []
    for name, numbers in network.workloads:
        accounts = _Accounts(scenario, design, topology, network, rates, tries, name)
        accounts.add_visits(numbers)
        accounts.add_links(numbers)
        flows += accounts.list_flows()
        loads += accounts.list_loads(numbers)
    return tuple(flows), tuple(loads)


class _Accounts:
    """Flows and loads of one workload."""

    def __init__(
        self,
        scenario: Scenario,
        design: Design,
        topology: Topology,
        network: Network,
        rates: Rates,
        tries: list[float],
        name: str,
    ) -> None:
        self._name = name
        self._touches = scenario.workloads[name].touches
        self._payload = Payload(scenario.workloads[name], scenario.datasets)
        self._nodes = design.nodes
        self._topology = topology
        self._network = network
        self._rates = rates
        self._tries = tries
        self._messages: dict[tuple[int, ...], _Content] = {}  # of visits that pass on what they are for
        self._flows: dict[int, _Flow] = {}  # by place of the connection in the design
        # By number of the node, as the fields of a load; what few nodes have is there for those alone.
        size = len(topology.ids)
        self._calls, self._reads, self._writes = [0.0] * size, [0.0] * size, [0.0] * size
        self._received, self._sent = [0.0] * size, [0.0] * size
        self._scattered: dict[int, float] = {}
        self._generations: dict[int, tuple[Generation, ...]] = {}
        self._refused: dict[int, float] = {}
        self._given_up: dict[int, float] = {}
        self._datasets: _Data = {}  # reads and writes
        self._popular: _Data = {}  # reads, and those for the most popular record

    def add_visits(self, numbers: range) -> None:
        """Add what is done during these visits."""
        visits, places, behaviors = self._network.visits, self._network.places, self._topology.behaviors
        made, arriving, refused = self._rates.visits, self._rates.arriving, self._refused
        limited, calls, reads = self._rates.admitted, self._calls, self._reads
        for number in numbers:
            place, rate = places[number], made[number]
            behavior = behaviors[place]
            calls[place] += rate
            if place in limited:
                refused[place] = refused.get(place, 0.0) + arriving[number] - rate
            if visits[number].work:
                self._add_work(number, place, behavior)
            elif behavior not in _KEEPS_DATA:
                reads[place] += rate
                if behavior is _QUEUE:
                    self._add_messages(number, place)

    def _add_work(self, number: int, place: int, behavior: Behavior) -> None:
        visit, volume = self._network.visits[number], self._rates.volumes[number]
        node = self._nodes[place]
        # What is written to a sharded store with a global index is written to the index as well.
        doubled = behavior is _STORE and node.index is _GLOBAL and node.shards > 1
        for item in visit.work:
            touch, operations = self._touches[item.touch], volume * item.count
            dataset = touch.dataset
            if dataset is not None and touch.operation is not _READ:
                reads, writes = 0.0, operations * 2.0 if doubled else operations
            else:
                reads, writes = operations, 0.0
                if behavior is _CACHE:
                    if not visit.calls:  # on the side: what was not there is put there
                        writes = operations * (1.0 - self._rates.hit_ratio(visit.node, dataset or ""))
                elif touch.access is not _BY_KEY and _is_scattered(node, touch.access):
                    self._scattered[place] = self._scattered.get(place, 0.0) + reads
                if touch.prompt_tokens or touch.output_tokens:
                    made = Generation(reads, touch.prompt_tokens, touch.output_tokens)
                    self._generations[place] = (*self._generations.get(place, ()), made)
                if dataset is not None:
                    self._add_popular(number, place, dataset, reads)
            self._reads[place] += reads
            self._writes[place] += writes
            if dataset is not None:
                _count(self._datasets, place, dataset, reads, writes)

    def _add_popular(self, number: int, place: int, dataset: str, reads: float) -> None:
        _count(self._popular, place, dataset, reads, reads * self._rates.hottest(number, dataset))

    def _add_messages(self, number: int, place: int) -> None:
        volume = self._rates.volumes[number]
        for touch in self._network.visits[number].touches:
            dataset = self._touches[touch].dataset
            if dataset is not None:
                self._add_popular(number, place, dataset, volume)
        lost = self._network.given_up.get(number)
        if lost is not None:
            lost *= self._rates.visits[number]
            self._given_up[place] = self._given_up.get(place, 0.0) + lost

    def add_links(self, numbers: range) -> None:
        """Add what the calls to these visits ask for and carry."""
        visits, places, links = self._network.visits, self._network.places, self._rates.calls
        ids, names, behaviors = self._topology.ids, self._topology.names, self._topology.behaviors
        flows, messages, received, sent = self._flows, self._messages, self._received, self._sent
        name, admitted, tries = self._name, self._rates.admitted, self._tries
        for number in numbers:
            if not links[number]:
                continue
            visit, place = visits[number], places[number]
            node, touches, work, onward, _ = visit
            behavior = behaviors[place]
            inline = False
            if work or behavior is _CACHE:
                inline = behavior is _CACHE and bool(onward)
                content = self._content(visit, behavior, place)
            else:
                known = messages.get(touches)
                if known is None:
                    known = messages[touches] = self._content_of_message(visit)
                content = known
            reads, writes, forward, back = content
            let_in = admitted.get(place, 1.0) if admitted else 1.0
            for source, connection, deferred, calls, volume in links[number]:
                start = places[source]
                if inline:
                    forward, back = self._carried(visit, start)
                there, returned = volume * forward, volume * back * let_in
                sent[start] += there
                received[start] += returned
                received[place] += there
                sent[place] += returned
                retried = calls * (1.0 - 1.0 / tries[connection]) if tries else 0.0
                flow = (
                    names[connection], ids[start], node, name, calls, volume * reads, volume * writes,
                    there, returned, deferred, retried,
                )  # fmt: skip
                flows[connection] = _join(flows[connection], flow) if connection in flows else flow

    def _carried(self, visit: Visit, caller: int) -> Bytes:
        """What a call to a cache on the way carries: records, for who asks it as a store."""
        if self._topology.behaviors[caller] in _ASKS_CACHE_FOR_RECORDS:
            return self._payload.of_inline_cache(visit)
        return self._payload.of_message(visit.touches)

    def _content(self, visit: Visit, behavior: Behavior, place: int) -> _Content:
        if behavior is _CACHE and not visit.calls:
            return self._content_of_lookup(visit, place)
        if behavior is not _STORE:
            return self._content_of_message(visit)
        operations = self._operations(visit.touches, {work.touch: work.count for work in visit.work})
        return (*operations, *self._payload.of_store(visit))

    def _content_of_message(self, visit: Visit) -> _Content:
        operations = self._operations(visit.touches, {work.touch: work.count for work in visit.work})
        return (*operations, *self._payload.of_message(visit.touches))

    def _content_of_lookup(self, visit: Visit, place: int) -> _Content:
        """A cache on the side is asked, or told; what it does not have is put there."""
        counts = {work.touch: work.count for work in visit.work}
        reads, writes = self._operations(visit.touches, counts)
        hit_ratios = {
            touch: self._rates.hit_ratio(visit.node, self._touches[touch].dataset or "")
            for touch in visit.touches
            if self._touches[touch].operation is _READ
        }
        put = sum([counts.get(touch, 0.0) * (1.0 - ratio) for touch, ratio in hit_ratios.items()])
        kept = self._nodes[place].writes in KEEPS_WRITES
        return (reads, writes + put, *self._payload.of_aside_cache(visit, hit_ratios, kept=kept))

    def _operations(self, touches: tuple[int, ...], counts: Mapping[int, float]) -> tuple[float, float]:
        """Reads and writes of one visit."""
        reads = writes = 0.0
        for number in touches:
            touch = self._touches[number]
            operations = counts.get(number, touch.count)
            if touch.dataset is None or touch.operation is _READ:
                reads += operations
            else:
                writes += operations
        return reads, writes

    def list_flows(self) -> list[Flow]:
        """What was added up, in the order of the design's connections."""
        flows = self._flows
        return [_make(Flow, flows[number]) for number in sorted(flows)]

    def list_loads(self, numbers: range) -> list[Load]:
        """What was added up, in the order of the design's nodes."""
        ids, name = self._topology.ids, self._name
        calls, reads, writes = self._calls, self._reads, self._writes
        received, sent, scattered = self._received, self._sent, self._scattered
        datasets, popular, refused, given_up = self._datasets, self._popular, self._refused, self._given_up
        listed = []
        for place in sorted(set(self._network.places[numbers.start : numbers.stop])):
            sums = (
                ids[place], name, calls[place], reads[place], writes[place], scattered.get(place, 0.0),
                received[place], sent[place], datasets.get(place, _NONE),
                _hottest(popular[place]) if place in popular else _NONE,
                refused.get(place, 0.0), given_up.get(place, 0.0), self._generations.get(place, ()),
            )  # fmt: skip
            listed.append(_make(Load, sums))
        return listed


def _count(sums: _Data, place: int, dataset: str, one: float, other: float) -> None:
    """Add to the two numbers of a dataset at a node."""
    here = sums.setdefault(place, {})
    known = here.get(dataset, _NOTHING)
    here[dataset] = (known[0] + one, known[1] + other)


def _hottest(popular: Mapping[str, tuple[float, float]]) -> Mapping[str, float]:
    """Part of the reads of each dataset for its most popular record."""
    return {dataset: hot / reads for dataset, (reads, hot) in popular.items() if reads > 0.0}


def _join(one: _Flow, other: _Flow) -> _Flow:
    """What goes over one connection in all; somebody waits for it if somebody waits for either."""
    connection, source, target, workload, calls, reads, writes, forward, back, deferred, retried = one
    return (
        connection, source, target, workload, calls + other[4], reads + other[5], writes + other[6],
        forward + other[7], back + other[8], deferred and other[9], retried + other[10],
    )  # fmt: skip


def _is_scattered(node: Node, access: Access) -> bool:
    """Whether every shard of a store must answer. A directory can keep neighbours together, a hash cannot."""
    if access is Access.SCATTER:
        return True
    if node.shards == 1:
        return False
    if access is Access.INDEX:
        return node.index is Index.LOCAL
    return access is Access.RANGE and node.partitioning is Partitioning.HASH
