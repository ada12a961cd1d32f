"""From plans to rates: how often everything is called, what caches answer, what travels over each connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from designer.catalog.model import Component
from designer.design.model import Design
from designer.scenario.model import Operation, Scenario
from designer.traffic.accounts import Accounts
from designer.traffic.caching import Settled, settle
from designer.traffic.model import Traffic
from designer.traffic.network import Condition, Link, Network, connect
from designer.traffic.popularity import zipf_bins
from designer.traffic.routing import Routed, find_routes
from designer.traffic.stream import Source, Stream
from designer.traffic.topology import Topology, bits

_MOST_ROUNDS = 100
_STEADY = 1e-9
"""Hit ratios that depend on each other are taken as found when none changes by more in a round."""

# Reads per second of one dataset by the cache that they last missed; None: no cache yet.
Mix = dict[str | None, float]


def propagate(
    scenario: Scenario, design: Design, catalog: Mapping[str, Component], *, multiple: float = 1.0
) -> Traffic:
    """The traffic of `scenario` on `design`, every workload's peak rate times `multiple`.

    Raises DesignError as `route` does.
    """
    routed = find_routes(scenario, design, catalog)
    topology, network = routed.topology, _connect(routed)
    state = _State(scenario, topology, network, multiple)
    state.run()
    accounts = Accounts(scenario, design, topology, network, state.rates, state.miss_ratio, state.hit_ratio)
    flows, loads = accounts.add_up()
    hits = tuple(
        settled.hit
        for node_id in topology.ids
        for dataset in scenario.datasets
        if (settled := state.settled.get((node_id, dataset))) is not None
    )
    return Traffic(dict(routed.plans), flows, loads, hits, routed.problems)


@lru_cache(maxsize=64)
def _connect(routed: Routed) -> Network:
    topology = routed.topology
    caches = {topology.ids[number] for number in bits(topology.caches)}
    return connect(routed.plans, routed.touches, caches)


@dataclass(slots=True)
class _State:
    """Rates and hit ratios as far as they are known."""

    scenario: Scenario
    topology: Topology
    network: Network
    multiple: float
    rates: list[float] = field(default_factory=list)  # of each visit, per second
    settled: dict[tuple[str, str], Settled] = field(default_factory=dict)  # by cache and dataset
    mixes: list[dict[str, Mix]] = field(default_factory=list)  # of each visit, by dataset
    additions: dict[str, float] = field(default_factory=dict)  # new records of each dataset, per second

    def run(self) -> None:
        """Find all rates: in one round, or in as many as it takes for hit ratios that depend on each other."""
        size = len(self.network.visits)
        self.rates, self.mixes = [0.0] * size, [{} for _ in range(size)]
        self.additions = self._count_additions()
        filtered = self._filtered_datasets()
        if not self.network.circular:
            self._go_round(filtered)
            return
        for _ in range(_MOST_ROUNDS):
            before = dict(self.settled)
            self._go_round(filtered)
            if _alike(before, self.settled):
                break
        for item in self.network.order:  # what is reported must belong to the hit ratios reported
            if isinstance(item, int):
                self._visit(item, filtered)

    def _go_round(self, filtered: frozenset[str]) -> None:
        for item in self.network.order:
            if isinstance(item, int):
                self._visit(item, filtered)
            else:
                self._settle(item)

    def _count_additions(self) -> dict[str, float]:
        added: dict[str, float] = {}
        for workload in self.scenario.workloads.values():
            rate = workload.peak_rate * self.multiple
            for touch in workload.touches:
                if touch.dataset is not None and touch.operation is Operation.WRITE:
                    records = rate * touch.count * touch.records
                    added[touch.dataset] = added.get(touch.dataset, 0.0) + records
        return added

    def _filtered_datasets(self) -> frozenset[str]:
        """Datasets that more than one cache may answer: the later ones see what the earlier ones let through."""
        caches: dict[str, set[str]] = {}
        for link in self.network.links:
            if link.condition is not None:
                asked = (cache for cache, _ in link.condition.caches)
                caches.setdefault(link.condition.dataset, set()).update(asked)
        return frozenset(dataset for dataset, found in caches.items() if len(found) > 1)

    def _visit(self, number: int, filtered: frozenset[str]) -> None:
        workload = self.scenario.workloads[self.network.workloads[number]]
        entering = self.network.entries[number] * workload.peak_rate * self.multiple
        mixes: dict[str, Mix] = {}
        if filtered:
            touched = (workload.touches[touch].dataset for touch in self.network.visits[number].touches)
            mixes = {dataset: {None: entering} for dataset in touched if dataset in filtered}
        rate = entering
        for link in self.network.inflow[number]:
            missed = 1.0 if link.condition is None else self.miss_ratio(link.condition)
            rate += self.rates[link.source] * link.factor * missed
            for dataset, mix in mixes.items():
                self._blend(mix, link, dataset)
        self.rates[number] = rate
        self.mixes[number] = mixes

    def _blend(self, mix: Mix, link: Link, dataset: str) -> None:
        """Add to `mix` what comes by a link."""
        if link.condition is not None:
            for cache, part in link.condition.caches:
                missed = part * (1.0 - self.hit_ratio(cache, dataset))
                mix[cache] = mix.get(cache, 0.0) + self.rates[link.source] * link.factor * missed
            return
        for last, rate in self.mixes[link.source].get(dataset, {}).items():
            mix[last] = mix.get(last, 0.0) + rate * link.factor

    def miss_ratio(self, condition: Condition) -> float:
        """Part of the lookups that the caches asked do not answer."""
        return sum(
            part * (1.0 - self.hit_ratio(cache, condition.dataset)) for cache, part in condition.caches
        )

    def hit_ratio(self, cache: str, dataset: str) -> float:
        """The hit ratio known by now, or 0."""
        settled = self.settled.get((cache, dataset))
        return 0.0 if settled is None else settled.hit.ratio

    def _settle(self, cache: str) -> None:
        tallies: dict[str, _Tally] = {}
        for visit in self.network.at[cache]:
            self._tally(visit, tallies)
        streams = [tally.stream(name, self) for name, tally in tallies.items() if tally.reads > 0.0]
        if not streams:
            return
        number = self.topology.index[cache]
        for result in settle(self.topology.nodes[number], self.topology.components[number], streams):
            self.settled[cache, result.hit.dataset] = result

    def _tally(self, number: int, tallies: dict[str, _Tally]) -> None:
        """Add what one visit asks of a cache: reads it looks up, and updates that reach it or pass through it."""
        visit = self.network.visits[number]
        touches = self.scenario.workloads[self.network.workloads[number]].touches
        counts = {work.touch: work.count for work in visit.work}
        for touch in visit.touches:
            wanted = touches[touch]
            if wanted.dataset is None or self.rates[number] == 0.0:
                continue
            operations = self.rates[number] * counts.get(touch, wanted.count)
            tally = tallies.setdefault(wanted.dataset, _Tally())
            if wanted.operation is Operation.UPDATE:
                tally.updates += operations * wanted.records
            elif touch in counts:
                tally.lookups += operations
                tally.reads += operations * wanted.records
                factor = operations * wanted.records / self.rates[number]
                for last, rate in self.mixes[number].get(wanted.dataset, {}).items():
                    tally.mix[last] = tally.mix.get(last, 0.0) + rate * factor

    def sources(self, dataset: str, mix: Mix) -> tuple[Source, ...]:
        """The ways by which reads come; none when all come straight from where they begin."""
        total = sum(mix.values())
        if total == 0.0 or set(mix) == {None}:
            return ()
        data = self.scenario.datasets[dataset]
        found = []
        for last, rate in mix.items():
            through = self.settled.get((last, dataset)) if last is not None else None
            if through is not None:
                found.append(Source(rate / total, through.missed, through.guard))
            elif rate > 0.0:
                found.append(Source(rate / total, zipf_bins(data.records, data.skew).shares))
        return tuple(found)


@dataclass(slots=True)
class _Tally:
    """What a cache is asked for of one dataset, per second, while it is being added up."""

    lookups: float = 0.0
    reads: float = 0.0
    updates: float = 0.0
    mix: Mix = field(default_factory=dict)

    def stream(self, name: str, state: _State) -> Stream:
        return Stream(
            name=name,
            dataset=state.scenario.datasets[name],
            lookups=self.lookups,
            reads=self.reads,
            updates=self.updates,
            additions=state.additions.get(name, 0.0),
            sources=state.sources(name, self.mix),
        )


def _alike(before: Mapping[tuple[str, str], Settled], after: Mapping[tuple[str, str], Settled]) -> bool:
    return before.keys() == after.keys() and all(
        abs(before[key].hit.ratio - settled.hit.ratio) <= _STEADY for key, settled in after.items()
    )
