"""Adding up: from the rates of visits to flows over connections and loads on nodes.

What a lookup in a cache on the side did not find is put there afterwards: one write to the cache for each operation
that missed, with the record. It goes with the lookup: nobody waits for it, and it is no call of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from designer.catalog.model import Behavior
from designer.design.model import Index, Node, Partitioning
from designer.scenario.model import Access, Operation, Scenario
from designer.traffic.demands import KEEPS_WRITES
from designer.traffic.model import Flow, Load, Visit
from designer.traffic.network import Network
from designer.traffic.payload import Payload
from designer.traffic.rates import Rates
from designer.traffic.topology import Topology

# An enumeration is looked up more slowly than a name of the module, and these are looked up for every visit.
_STORE, _CACHE, _QUEUE = Behavior.STORE, Behavior.CACHE, Behavior.QUEUE
_READ, _BY_KEY = Operation.READ, Access.KEY

_KEEPS_DATA = frozenset({_STORE, _CACHE})
_NOTHING = (0.0, 0.0)
_NONE: Mapping[str, float] = MappingProxyType({})
_ASKS_CACHE_FOR_RECORDS = frozenset({Behavior.SERVICE, _STORE})


_Content = tuple[float, float, float, float]
"""What one visit all of whose operations are wanted asks for and carries: reads, writes, bytes there and back."""


class _Flow:
    """A flow while it is added up."""

    __slots__ = ("back", "calls", "deferred", "forward", "reads", "retried", "source", "target", "writes")

    def __init__(self, source: int, target: int) -> None:
        self.source, self.target = source, target
        self.calls = self.reads = self.writes = self.forward = self.back = self.retried = 0.0
        self.deferred = True


class _Load:
    """A load while it is added up."""

    __slots__ = (
        "calls", "datasets", "given_up", "popular", "reads", "received", "refused", "scattered", "sent", "writes",
    )  # fmt: skip

    def __init__(self) -> None:
        self.calls = self.reads = self.writes = self.scattered = self.received = self.sent = 0.0
        self.refused = self.given_up = 0.0
        self.datasets: dict[str, tuple[float, float]] = {}
        self.popular: dict[str, tuple[float, float]] = {}  # reads, and those for the most popular record

    def add_popular(self, dataset: str, reads: float, share: float) -> None:
        """Count reads of which `share` ask for the most popular record."""
        known, hottest = self.popular.get(dataset, (0.0, 0.0))
        self.popular[dataset] = (known + reads, hottest + reads * share)

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
        flows += accounts.list_flows()
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

    def add(self, numbers: range) -> None:
        """Add up these visits."""
        visits, places, rates, loads = (self._network.visits, self._network.places, self._rates, self._loads)
        behaviors = self._topology.behaviors
        for number in numbers:
            place, rate = places[number], rates.visits[number]
            behavior = behaviors[place]
            load = loads.get(place)
            if load is None:
                load = loads[place] = _Load()
            load.calls += rate
            load.refused += rates.arriving[number] - rate
            if visits[number].work:
                self._add_work(load, number, behavior)
            elif behavior not in _KEEPS_DATA:
                load.reads += rate
                if behavior is _QUEUE:
                    self._add_messages(load, number)
            if self._network.inflow[number]:
                self._add_links(number, behavior)
        for flow in self._flows.values():
            sender, receiver = loads[flow.source], loads[flow.target]
            sender.sent += flow.forward
            sender.received += flow.back
            receiver.received += flow.forward
            receiver.sent += flow.back

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
                if dataset is not None:
                    load.add_popular(dataset, reads, self._rates.hottest(number, dataset))
            load.reads += reads
            load.writes += writes
            if dataset is not None:
                known = load.datasets.get(dataset, _NOTHING)
                load.datasets[dataset] = (known[0] + reads, known[1] + writes)

    def _add_messages(self, load: _Load, number: int) -> None:
        volume = self._rates.volumes[number]
        for touch in self._network.visits[number].touches:
            dataset = self._touches[touch].dataset
            if dataset is not None:
                load.add_popular(dataset, volume, self._rates.hottest(number, dataset))
        load.given_up += self._rates.visits[number] * self._network.given_up.get(number, 0.0)

    def _add_links(self, number: int, behavior: Behavior) -> None:
        network, rates, flows, tries = (self._network, self._rates, self._flows, self._tries)
        visit, place, places = (network.visits[number], network.places[number], network.places)
        let_in = rates.admitted.get(place, 1.0) if rates.admitted else 1.0
        inline = behavior is _CACHE and bool(visit.calls)
        reads, writes, forward, back = self._content(visit, behavior, place)
        for link, (calls, volume) in zip(network.inflow[number], rates.calls[number], strict=True):
            source, _, _, _, connection, deferred = link
            if inline and self._topology.behaviors[places[source]] in _ASKS_CACHE_FOR_RECORDS:
                forward, back = self._payload.of_inline_cache(visit)
            elif inline:
                forward, back = self._payload.of_message(visit.touches)
            flow = flows.get(connection)
            if flow is None:
                flow = flows[connection] = _Flow(places[source], place)
            flow.calls += calls
            flow.reads += volume * reads
            flow.writes += volume * writes
            flow.forward += volume * forward
            flow.back += volume * back * let_in
            if not deferred:
                flow.deferred = False
            if tries:
                flow.retried += calls * (1.0 - 1.0 / tries[connection])

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
        ids, name = self._topology.ids, self._name
        listed = []
        for _, flow in sorted(self._flows.items()):
            source, target = ids[flow.source], ids[flow.target]
            listed.append(
                Flow(
                    f"{source}>{target}",
                    source,
                    target,
                    name,
                    flow.calls,
                    flow.reads,
                    flow.writes,
                    flow.forward,
                    flow.back,
                    flow.deferred,
                    flow.retried,
                )
            )
        return listed

    def list_loads(self) -> list[Load]:
        """What was added up, in the order of the design's nodes."""
        return [
            Load(
                self._topology.ids[place],
                self._name,
                load.calls,
                load.reads,
                load.writes,
                load.scattered,
                load.received,
                load.sent,
                load.datasets,
                load.hottest(),
                load.refused,
                load.given_up,
            )
            for place, load in sorted(self._loads.items())
        ]


def _is_scattered(node: Node, access: Access) -> bool:
    """Whether every shard of a store must answer. A directory can keep neighbours together, a hash cannot."""
    if access is Access.SCATTER:
        return True
    if node.shards == 1:
        return False
    if access is Access.INDEX:
        return node.index is Index.LOCAL
    return access is Access.RANGE and node.partitioning is Partitioning.HASH
