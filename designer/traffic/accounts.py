"""Adding up: from the rates of visits to flows over connections and loads on nodes.

What a lookup in a cache on the side did not find is put there afterwards: one write to the cache for each operation
that missed, with the record. It goes with the lookup: nobody waits for it, and it is no call of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from designer.catalog.model import Behavior
from designer.design.model import Index, Node, Partitioning
from designer.scenario.model import Access, Operation, Scenario
from designer.traffic.demands import KEEPS_WRITES
from designer.traffic.model import Flow, Load, Visit
from designer.traffic.network import Network
from designer.traffic.payload import Payload
from designer.traffic.rates import Rates
from designer.traffic.topology import Topology

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})
_NOTHING = (0.0, 0.0)
_ASKS_CACHE_FOR_RECORDS = frozenset({Behavior.SERVICE, Behavior.STORE})


_Content = tuple[float, float, float, float]
"""What one visit all of whose operations are wanted asks for and carries: reads, writes, bytes there and back."""


class _Flow:
    """A flow while it is added up."""

    __slots__ = ("back", "calls", "deferred", "forward", "reads", "retried", "source", "target", "writes")

    def __init__(self, source: str, target: str) -> None:
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
        self._loads: dict[str, _Load] = {}  # by node
        self._flows: dict[int, _Flow] = {}  # by place of the connection in the design

    def add(self, numbers: range) -> None:
        """Add up these visits."""
        visits, rates, index = self._network.visits, self._rates, self._topology.index
        behaviors, loads = self._topology.behaviors, self._loads
        for number in numbers:
            visit, rate = visits[number], rates.visits[number]
            node = visit.node
            behavior = behaviors[index[node]]
            load = loads.get(node)
            if load is None:
                load = loads[node] = _Load()
            load.calls += rate
            load.refused += rates.arriving[number] - rate
            if visit.work:
                self._add_work(load, number, visit, behavior)
            elif behavior not in _KEEPS_DATA:
                load.reads += rate
                if behavior is Behavior.QUEUE:
                    self._add_messages(load, number, visit)
            self._add_links(number, visit, behavior)
        for flow in self._flows.values():
            sender, receiver = loads[flow.source], loads[flow.target]
            sender.sent += flow.forward
            sender.received += flow.back
            receiver.received += flow.forward
            receiver.sent += flow.back

    def _add_work(self, load: _Load, number: int, visit: Visit, behavior: Behavior) -> None:
        volume, touches = self._rates.volumes[number], self._touches
        node = self._topology.nodes[self._topology.index[visit.node]]
        # What is written to a sharded store with a global index is written to the index as well.
        doubled = behavior is Behavior.STORE and node.index is Index.GLOBAL and node.shards > 1
        for work in visit.work:
            touch, operations, dataset = touches[work.touch], volume * work.count, touches[work.touch].dataset
            if dataset is not None and touch.operation is not Operation.READ:
                reads, writes = 0.0, operations * 2.0 if doubled else operations
            else:
                reads, writes = operations, 0.0
                if behavior is Behavior.CACHE:
                    if not visit.calls:  # on the side: what was not there is put there
                        writes = operations * (1.0 - self._rates.hit_ratio(visit.node, dataset or ""))
                elif touch.access is not Access.KEY and _is_scattered(node, touch.access):
                    load.scattered += reads
                if dataset is not None:
                    load.add_popular(dataset, reads, self._rates.hottest(number, dataset))
            load.reads += reads
            load.writes += writes
            if dataset is not None:
                known = load.datasets.get(dataset, _NOTHING)
                load.datasets[dataset] = (known[0] + reads, known[1] + writes)

    def _add_messages(self, load: _Load, number: int, visit: Visit) -> None:
        volume = self._rates.volumes[number]
        for touch in visit.touches:
            dataset = self._touches[touch].dataset
            if dataset is not None:
                load.add_popular(dataset, volume, self._rates.hottest(number, dataset))
        load.given_up += self._rates.visits[number] * self._network.given_up.get(number, 0.0)

    def _add_links(self, number: int, visit: Visit, behavior: Behavior) -> None:
        visits, rates, flows, tries = self._network.visits, self._rates, self._flows, self._tries
        let_in = rates.admitted.get(visit.node, 1.0) if rates.admitted else 1.0
        plain = not visit.work and behavior is not Behavior.CACHE
        content = self._content_of_message(visit.touches) if plain else None
        links = self._network.inflow[number]
        for (source, _, _, _, place, deferred), (calls, volume) in zip(
            links, rates.calls[number], strict=True
        ):
            caller = visits[source].node
            if not plain:
                content = self._content(visit, behavior, caller)
            flow = flows.get(place)
            if flow is None:
                flow = flows[place] = _Flow(caller, visit.node)
            reads, writes, forward, back = content  # type: ignore[misc]
            flow.calls += calls
            flow.reads += volume * reads
            flow.writes += volume * writes
            flow.forward += volume * forward
            flow.back += volume * back * let_in
            if not deferred:
                flow.deferred = False
            if tries:
                flow.retried += calls * (1.0 - 1.0 / tries[place])

    def _content_of_message(self, touches: tuple[int, ...]) -> _Content:
        content = self._messages.get(touches)
        if content is None:
            operations = self._operations(touches, {})
            content = self._messages[touches] = (*operations, *self._payload.of_message(touches))
        return content

    def _operations(self, touches: tuple[int, ...], counts: Mapping[int, float]) -> tuple[float, float]:
        """Reads and writes of one visit."""
        reads = writes = 0.0
        for number in touches:
            touch = self._touches[number]
            operations = counts.get(number, touch.count)
            if touch.dataset is None or touch.operation is Operation.READ:
                reads += operations
            else:
                writes += operations
        return reads, writes

    def _content(self, visit: Visit, behavior: Behavior, caller: str) -> _Content:
        counts = {work.touch: work.count for work in visit.work}
        reads, writes = self._operations(visit.touches, counts)
        if behavior is Behavior.STORE:
            return (reads, writes, *self._payload.of_store(visit))
        if behavior is not Behavior.CACHE:
            return (reads, writes, *self._payload.of_message(visit.touches))
        index = self._topology.index
        if visit.calls:
            if self._topology.behaviors[index[caller]] in _ASKS_CACHE_FOR_RECORDS:
                return (reads, writes, *self._payload.of_inline_cache(visit))
            return (reads, writes, *self._payload.of_message(visit.touches))
        hit_ratios = {
            touch: self._rates.hit_ratio(visit.node, self._touches[touch].dataset or "")
            for touch in visit.touches
            if self._touches[touch].operation is Operation.READ
        }
        put = sum([counts.get(touch, 0.0) * (1.0 - ratio) for touch, ratio in hit_ratios.items()])
        kept = self._topology.nodes[index[visit.node]].writes in KEEPS_WRITES
        return (reads, writes + put, *self._payload.of_aside_cache(visit, hit_ratios, kept=kept))

    def list_flows(self) -> list[Flow]:
        """What was added up, in the order of the design's connections."""
        return [
            Flow(
                f"{flow.source}>{flow.target}",
                flow.source,
                flow.target,
                self._name,
                flow.calls,
                flow.reads,
                flow.writes,
                flow.forward,
                flow.back,
                flow.deferred,
                flow.retried,
            )
            for _, flow in sorted(self._flows.items(), key=_place)
        ]

    def list_loads(self) -> list[Load]:
        """What was added up, in the order of the design's nodes."""
        return [
            Load(
                node,
                self._name,
                load.calls,
                load.reads,
                load.writes,
                load.scattered,
                load.received,
                load.sent,
                load.datasets,
                {dataset: hot / reads for dataset, (reads, hot) in load.popular.items() if reads > 0.0},
                load.refused,
                load.given_up,
            )
            for node, load in sorted(self._loads.items(), key=lambda item: self._topology.index[item[0]])
        ]


def _place(item: tuple[int, _Flow]) -> int:
    return item[0]


def _is_scattered(node: Node, access: Access) -> bool:
    """Whether every shard of a store must answer. A directory can keep neighbours together, a hash cannot."""
    if access is Access.SCATTER:
        return True
    if node.shards == 1:
        return False
    if access is Access.INDEX:
        return node.index is Index.LOCAL
    return access is Access.RANGE and node.partitioning is Partitioning.HASH
