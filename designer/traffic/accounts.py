"""Adding up: from the rates of visits to flows over connections and loads on nodes.

What a lookup in a cache on the side did not find is put there afterwards: one write to the cache for each operation
that missed, with the record. It goes with the lookup: nobody waits for it, and it is no call of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from designer.catalog.model import Behavior
from designer.design.model import Index, Node, Partitioning
from designer.scenario.model import Access, Operation, Scenario
from designer.traffic.demands import KEEPS_WRITES
from designer.traffic.model import Flow, Generation, Load, Visit
from designer.traffic.network import Network
from designer.traffic.payload import Bytes, Payload
from designer.traffic.rates import Rates
from designer.traffic.topology import Topology

# An enumeration is looked up more slowly than a name of the module, and these are looked up for every visit.
_STORE, _CACHE, _QUEUE = Behavior.STORE, Behavior.CACHE, Behavior.QUEUE
_READ, _BY_KEY = Operation.READ, Access.KEY

_KEEPS_DATA = frozenset({_STORE, _CACHE})
_NOTHING = (0.0, 0.0)
_NONE: Mapping[str, Any] = MappingProxyType({})
_ASKS_CACHE_FOR_RECORDS = frozenset({Behavior.SERVICE, _STORE})

# A named tuple is made in a third of the time without its own constructor.
_make = tuple.__new__

_Content = tuple[float, float, float, float]
"""What one visit all of whose operations are wanted asks for and carries: reads, writes, bytes there and back."""


_Flow = tuple[int, int, float, float, float, float, float, float]
"""A flow while it is added up, plain as there are many: its nodes, calls, reads, writes, bytes forward and back, and
calls tried again."""


class _Load:
    """A load while it is added up. Most have to do with no dataset."""

    calls = reads = writes = scattered = received = sent = refused = given_up = 0.0
    datasets: Mapping[str, tuple[float, float]] = _NONE
    popular: Mapping[str, tuple[float, float]] = _NONE  # reads, and those for the most popular record
    generations: tuple[Generation, ...] = ()

    def add_operations(self, dataset: str, reads: float, writes: float) -> None:
        """Count operations on a dataset."""
        known = self.datasets.get(dataset, _NOTHING)
        self.datasets = {**self.datasets, dataset: (known[0] + reads, known[1] + writes)}

    def add_popular(self, dataset: str, reads: float, share: float) -> None:
        """Count reads of which `share` ask for the most popular record."""
        known, hottest = self.popular.get(dataset, _NOTHING)
        self.popular = {**self.popular, dataset: (known + reads, hottest + reads * share)}

    def hottest(self) -> Mapping[str, float]:
        """Part of the reads of each dataset for its most popular record."""
        if not self.popular:
            return _NONE
        return {dataset: hot / reads for dataset, (reads, hot) in self.popular.items() if reads > 0.0}


def add_up(
    scenario: Scenario, topology: Topology, network: Network, rates: Rates, tries: list[float]
) -> tuple[tuple[Flow, ...], tuple[Load, ...]]:
    """Flows by workload and connection, loads by workload and node, in the order of scenario and design."""
    flows: list[Flow] = []
    loads: list[Load] = []
    for name, numbers in network.workloads:
        accounts = _Accounts(scenario, topology, network, rates, tries, name)
        accounts.add(numbers)
        flows += accounts.list_flows()  # which also tells the nodes what they send
        loads += accounts.list_loads()
    return tuple(flows), tuple(loads)


class _Accounts:
    """Flows and loads of one workload."""

    def __init__(
        self,
        scenario: Scenario,
        topology: Topology,
        network: Network,
        rates: Rates,
        tries: list[float],
        name: str,
    ) -> None:
        self._name = name
        self._touches = scenario.workloads[name].touches
        self._payload = Payload(scenario.workloads[name], scenario.datasets)
        self._topology = topology
        self._network = network
        self._rates = rates
        self._tries = tries
        self._messages: dict[tuple[int, ...], _Content] = {}  # of visits that pass on what they are for
        self._loads: dict[int, _Load] = {}  # by number of the node
        self._flows: dict[int, _Flow] = {}  # by place of the connection in the design
        self._waited: set[int] = set()  # connections over which somebody waits

    def add(self, numbers: range) -> None:
        """Add up these visits."""
        visits, places, inflow = self._network.visits, self._network.places, self._network.inflow
        made, arriving, loads = self._rates.visits, self._rates.arriving, self._loads
        behaviors = self._topology.behaviors
        for number in numbers:
            place, rate = places[number], made[number]
            behavior = behaviors[place]
            load = loads.get(place)
            if load is None:
                load = loads[place] = _Load()
            load.calls += rate
            load.refused += arriving[number] - rate
            if visits[number].work:
                self._add_work(load, number, behavior)
            elif behavior not in _KEEPS_DATA:
                load.reads += rate
                if behavior is _QUEUE:
                    self._add_messages(load, number)
            if inflow[number]:
                self._add_links(number, place, behavior)

    def _add_work(self, load: _Load, number: int, behavior: Behavior) -> None:
        visit, volume, touches = (self._network.visits[number], self._rates.volumes[number], self._touches)
        node = self._topology.nodes[self._network.places[number]]
        # What is written to a sharded store with a global index is written to the index as well.
        doubled = behavior is _STORE and node.index is Index.GLOBAL and node.shards > 1
        for work in visit.work:
            touch, operations, dataset = (
                touches[work.touch],
                volume * work.count,
                touches[work.touch].dataset,
            )
            if dataset is not None and touch.operation is not _READ:
                reads, writes = 0.0, operations * 2.0 if doubled else operations
            else:
                reads, writes = operations, 0.0
                if behavior is _CACHE:
                    if not visit.calls:  # on the side: what was not there is put there
                        writes = operations * (1.0 - self._rates.hit_ratio(visit.node, dataset or ""))
                elif touch.access is not _BY_KEY and _is_scattered(node, touch.access):
                    load.scattered += reads
                if touch.prompt_tokens or touch.output_tokens:
                    load.generations += (Generation(reads, touch.prompt_tokens, touch.output_tokens),)
                if dataset is not None:
                    load.add_popular(dataset, reads, self._rates.hottest(number, dataset))
            load.reads += reads
            load.writes += writes
            if dataset is not None:
                load.add_operations(dataset, reads, writes)

    def _add_messages(self, load: _Load, number: int) -> None:
        volume = self._rates.volumes[number]
        for touch in self._network.visits[number].touches:
            dataset = self._touches[touch].dataset
            if dataset is not None:
                load.add_popular(dataset, volume, self._rates.hottest(number, dataset))
        load.given_up += self._rates.visits[number] * self._network.given_up.get(number, 0.0)

    def _add_links(self, number: int, place: int, behavior: Behavior) -> None:
        network, rates, flows, tries = self._network, self._rates, self._flows, self._tries
        visit, waited, places = network.visits[number], self._waited, network.places
        let_in = rates.admitted.get(place, 1.0) if rates.admitted else 1.0
        inline = behavior is _CACHE and bool(visit.calls)
        reads, writes, forward, back = self._content(visit, behavior, place)
        for link, (calls, volume) in zip(network.inflow[number], rates.calls[number], strict=True):
            source, _, _, _, connection, deferred = link
            if inline:
                forward, back = self._carried(visit, places[source])
            retried = calls * (1.0 - 1.0 / tries[connection]) if tries else 0.0
            if not deferred:
                waited.add(connection)
            flow = flows.get(connection)
            if flow is None:
                flows[connection] = (
                    places[source], place, calls, volume * reads, volume * writes,
                    volume * forward, volume * back * let_in, retried,
                )  # fmt: skip
            else:
                flows[connection] = (
                    places[source], place, flow[2] + calls, flow[3] + volume * reads, flow[4] + volume * writes,
                    flow[5] + volume * forward, flow[6] + volume * back * let_in, flow[7] + retried,
                )  # fmt: skip

    def _carried(self, visit: Visit, caller: int) -> Bytes:
        """What a call to a cache on the way carries: records, for who asks it as a store."""
        if self._topology.behaviors[caller] in _ASKS_CACHE_FOR_RECORDS:
            return self._payload.of_inline_cache(visit)
        return self._payload.of_message(visit.touches)

    def _content(self, visit: Visit, behavior: Behavior, place: int) -> _Content:
        if behavior is _CACHE and not visit.calls:
            return self._content_of_lookup(visit, place)
        if not visit.work:
            content = self._messages.get(visit.touches)
            if content is None:
                content = (*self._operations(visit.touches, {}), *self._payload.of_message(visit.touches))
                self._messages[visit.touches] = content
            return content
        operations = self._operations(visit.touches, {work.touch: work.count for work in visit.work})
        if behavior is _STORE:
            return (*operations, *self._payload.of_store(visit))
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
        kept = self._topology.nodes[place].writes in KEEPS_WRITES
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
        ids, loads, name, waited = self._topology.ids, self._loads, self._name, self._waited
        listed = []
        for number, sums in sorted(self._flows.items()):
            start, end, calls, reads, writes, forward, back, retried = sums
            source, target, sender, receiver = ids[start], ids[end], loads[start], loads[end]
            sender.sent += forward
            sender.received += back
            receiver.received += forward
            receiver.sent += back
            flow = (
                f"{source}>{target}", source, target, name, calls, reads, writes, forward, back,
                number not in waited, retried,
            )  # fmt: skip
            listed.append(_make(Flow, flow))
        return listed

    def list_loads(self) -> list[Load]:
        """What was added up, in the order of the design's nodes."""
        ids, name = self._topology.ids, self._name
        listed = []
        for place, load in sorted(self._loads.items()):
            sums = (
                ids[place], name, load.calls, load.reads, load.writes, load.scattered, load.received, load.sent,
                load.datasets, load.hottest(), load.refused, load.given_up, load.generations,
            )  # fmt: skip
            listed.append(_make(Load, sums))
        return listed


def _is_scattered(node: Node, access: Access) -> bool:
    """Whether every shard of a store must answer. A directory can keep neighbours together, a hash cannot."""
    if access is Access.SCATTER:
        return True
    if node.shards == 1:
        return False
    if access is Access.INDEX:
        return node.index is Index.LOCAL
    return access is Access.RANGE and node.partitioning is Partitioning.HASH
