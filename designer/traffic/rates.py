"""How often everything is called, and what caches answer, found along the order of a network.

A visit has two rates: how often it is made, and how much of what it is for is still wanted. Of n operations asked of
a cache each misses with probability m; the call for what it did not have is made for any of them, with probability
1 - (1 - m)^n, and then has n m / (1 - (1 - m)^n) operations to do on average. So visits are counted by the first and
operations by the second rate; the two differ only behind caches that are asked for several things at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from designer.catalog.model import Behavior, Component
from designer.design.model import Design, WritePolicy
from designer.scenario.model import Operation, Scenario
from designer.traffic.caching import Settled, settle
from designer.traffic.demands import KEEPS_WRITES
from designer.traffic.network import Asked, Condition, Network
from designer.traffic.popularity import zipf_bins
from designer.traffic.stream import Source, Stream
from designer.traffic.topology import Topology

_MOST_ROUNDS = 100
_STEADY = 1e-9
"""Ratios that depend on each other are taken as found when none changes by more in a round."""

Mix = dict[str, float]
"""Operations per second that a cache did not have, by that cache; what came past none is the rest."""


Made = tuple[int, int, bool, float, float]
"""What one link brings to a visit: the visit that calls, the place of the connection in the design, whether nobody
waits, calls per second, and these as far as their operations are still wanted."""


@dataclass(slots=True)
class _Tally:
    """What a cache is asked for of one dataset, per second, while it is being added up."""

    lookups: float = 0.0
    reads: float = 0.0
    updates: float = 0.0
    renewals: float = 0.0
    inserted: float = 0.0
    mix: Mix = field(default_factory=dict)


class Rates:
    """Rates and ratios as far as they are known."""

    def __init__(
        self,
        scenario: Scenario,
        design: Design,
        catalog: Mapping[str, Component],
        topology: Topology,
        network: Network,
        multiple: float,
        tries: list[float],
    ) -> None:
        self._scenario = scenario
        self._nodes = design.nodes
        self._catalog = catalog
        self._topology = topology
        self._network = network
        self._tries = tries  # by connection
        size = len(network.visits)
        self.visits = [0.0] * size  # visits per second that are let in
        self.volumes = [0.0] * size  # visits per second as far as their operations are still wanted
        self.arriving = [0.0] * size  # visits per second, those turned away included
        self.calls: list[list[Made]] = [[]] * size  # by visit that is made
        self.mixes: dict[int, Mix] = {}  # of visits behind caches
        self.settled: dict[tuple[str, str], Settled] = {}  # by cache and dataset
        self.admitted: dict[int, float] = {}  # part of the visits let in, by number of a node with a limit
        self._first: dict[str, float] = {}  # part of the reads of a dataset for its most popular record
        self._entering = [0.0] * size
        self._workloads = [""] * size
        self._changes: dict[tuple[str, Operation], float] = {}  # records changed or added per second
        for name in scenario.workloads:
            self._count_changes(name, multiple)
        for name, numbers in network.workloads:
            self._workloads[numbers.start : numbers.stop] = [name] * len(numbers)
        for number, part in network.entries.items():
            self._entering[number] = scenario.workloads[self._workloads[number]].peak_rate * multiple * part

    def _count_changes(self, name: str, multiple: float) -> None:
        workload = self._scenario.workloads[name]
        for touch in workload.touches:
            if touch.dataset is not None and touch.operation is not Operation.READ:
                key = (touch.dataset, touch.operation)
                records = workload.peak_rate * multiple * touch.count * touch.records
                self._changes[key] = self._changes.get(key, 0.0) + records

    def find(self) -> None:
        """Find all rates: in one round, or in as many as it takes for ratios that depend on each other."""
        if not self._network.circular:
            self._go_round()
            return
        for _ in range(_MOST_ROUNDS):
            before = self._ratios()
            self._go_round()
            if _alike(before, self._ratios()):
                break
        for numbers, _ in self._network.order:  # what is reported must belong to the ratios reported
            self._visit(numbers)

    def _ratios(self) -> dict[object, float]:
        return {
            **{key: settled.hit.ratio for key, settled in self.settled.items()},
            **dict[object, float](self.admitted.items()),
        }

    def _go_round(self) -> None:
        for numbers, settled in self._network.order:
            self._visit(numbers)
            if settled is not None:
                self._settle(settled)

    def _visit(self, numbers: list[int]) -> None:
        """Find the rates of these visits, in this order."""
        visits, volumes, arriving, calls = self.visits, self.volumes, self.arriving, self.calls
        inflow, entering, mixes, tries = self._network.inflow, self._entering, self.mixes, self._tries
        for number in numbers:
            rate = volume = entering[number]
            made: list[Made] = []
            mix: Mix = {}
            for source, factor, condition, asked, connection, deferred in inflow[number]:
                often, wanted = visits[source] * factor, volumes[source] * factor
                if tries:
                    often *= tries[connection]
                    wanted *= tries[connection]
                if condition is not None:
                    self._blend(mix, condition, wanted)
                    share = wanted / often if often > 0.0 else 0.0
                    chance, missed = self._missed(condition, max(1.0, asked * share))
                    often *= chance
                    wanted *= missed
                elif source in mixes:
                    times = factor * tries[connection] if tries else factor
                    for last, missing in mixes[source].items():
                        mix[last] = mix.get(last, 0.0) + missing * times
                rate += often
                volume += wanted
                made.append((source, connection, deferred, often, wanted))
            calls[number] = made
            arriving[number] = rate
            if self.admitted:
                part = self.admitted.get(self._network.places[number], 1.0)
                rate, volume = rate * part, volume * part
                mix = {last: missing * part for last, missing in mix.items()}
            visits[number], volumes[number] = rate, volume
            if mix or number in mixes:
                mixes[number] = mix

    def _missed(self, condition: Condition, asked: float) -> tuple[float, float]:
        """Chance that a call for what caches did not have is made, and the part of its operations left to do."""
        chance = missed = 0.0
        for asked_cache in condition.caches:
            part, absent = asked_cache.part, 1.0 - self._answered(condition, asked_cache)
            missed += part * absent
            if asked == 1.0 or absent >= 1.0:
                chance += part * absent
            else:
                chance -= part * math.expm1(asked * math.log1p(-absent))
        return chance, missed

    def _answered(self, condition: Condition, asked: Asked) -> float:
        """Part of the lookups sent to a cache that are answered from it: one turned away is a miss."""
        ratio = self.hit_ratio(asked.cache, condition.dataset)
        if self.admitted and not condition.inline:
            ratio *= self.admitted.get(asked.place, 1.0)
            if asked.router != asked.place:
                ratio *= self.admitted.get(asked.router, 1.0)
        return ratio

    def _blend(self, mix: Mix, condition: Condition, wanted: float) -> None:
        for asked in condition.caches:
            missing = wanted * asked.part * (1.0 - self._answered(condition, asked))
            mix[asked.cache] = mix.get(asked.cache, 0.0) + missing

    def hit_ratio(self, cache: str, dataset: str) -> float:
        """The hit ratio known by now, or 0."""
        settled = self.settled.get((cache, dataset))
        return 0.0 if settled is None else settled.hit.ratio

    def _settle(self, place: int) -> None:
        node = self._nodes[place]
        if node.limit is not None:
            self._admit(place, node.limit)
        if self._topology.behaviors[place] is not Behavior.CACHE:
            return
        tallies: dict[str, _Tally] = {}
        for visit in self._network.at[place]:
            if self.volumes[visit] > 0.0:
                self._tally(visit, tallies, node.writes)
        streams = [self._stream(name, tally) for name, tally in tallies.items() if tally.reads > 0.0]
        if streams:
            for result in settle(node, self._catalog[node.component], streams):
                self.settled[node.id, result.hit.dataset] = result

    def _admit(self, place: int, limit: float) -> None:
        numbers = self._network.at[place]
        arriving = math.fsum([self.arriving[number] for number in numbers])
        part = 1.0 if arriving <= limit else limit / arriving
        before = self.admitted.get(place, 1.0)
        self.admitted[place] = part
        if part == before:
            return
        for number in numbers:
            self.visits[number] *= part / before
            self.volumes[number] *= part / before
            if number in self.mixes:
                self.mixes[number] = {
                    last: missing * part / before for last, missing in self.mixes[number].items()
                }

    def _tally(self, number: int, tallies: dict[str, _Tally], policy: WritePolicy) -> None:
        """Add what one visit asks of a cache: reads it looks up, and writes that reach it or pass through it."""
        visit, volume = self._network.visits[number], self.volumes[number]
        touches = self._scenario.workloads[self._workloads[number]].touches
        counts = {work.touch: work.count for work in visit.work}
        for touch in visit.touches:
            wanted = touches[touch]
            if wanted.dataset is None:
                continue
            operations = volume * counts.get(touch, wanted.count)
            records = operations * wanted.records
            tally = tallies.get(wanted.dataset)
            if tally is None:
                tally = tallies[wanted.dataset] = _Tally()
            if wanted.operation is Operation.READ:
                if touch in counts:
                    tally.lookups += operations
                    tally.reads += records
                    for last, missing in self.mixes.get(number, {}).items():
                        tally.mix[last] = tally.mix.get(last, 0.0) + missing * records / volume
            elif policy in KEEPS_WRITES:
                if wanted.operation is Operation.UPDATE:
                    tally.renewals += records
                else:
                    tally.inserted += records
            elif wanted.operation is Operation.UPDATE and policy is WritePolicy.INVALIDATE:
                tally.updates += records

    def _stream(self, name: str, tally: _Tally) -> Stream:
        added = self._changes.get((name, Operation.WRITE), 0.0)
        updated = self._changes.get((name, Operation.UPDATE), 0.0)
        seen = tally.updates + tally.renewals
        return Stream(
            name=name,
            dataset=self._scenario.datasets[name],
            lookups=tally.lookups,
            reads=tally.reads,
            updates=tally.updates,
            additions=added,
            sources=self._sources(name, tally),
            renewals=tally.renewals,
            unseen=updated - seen if seen < updated * (1.0 - _STEADY) else 0.0,
            inserted=min(1.0, tally.inserted / added) if added > 0.0 else 0.0,
        )

    def _sources(self, dataset: str, tally: _Tally) -> tuple[Source, ...]:
        """The ways by which reads come; none when all come straight from where they begin."""
        if not tally.mix:
            return ()
        found = []
        first_hand = tally.reads
        for last, rate in tally.mix.items():
            through = self.settled.get((last, dataset))
            if through is not None:
                found.append(Source(rate / tally.reads, through.missed, through.guard))
                first_hand -= rate
        if found and first_hand > tally.reads * _STEADY:
            data = self._scenario.datasets[dataset]
            found.append(Source(first_hand / tally.reads, zipf_bins(data.records, data.skew).shares))
        return tuple(found)

    def hottest(self, number: int, dataset: str) -> float:
        """Part of the reads of a visit for the record they ask for most, after the caches on its way."""
        mix = self.mixes.get(number)
        ways = []
        if mix and self.volumes[number] > 0.0:
            known = [(self.settled.get((last, dataset)), rate) for last, rate in mix.items()]
            ways = [(settled, rate) for settled, rate in known if settled is not None]
        if not ways:
            first = self._first.get(dataset)
            if first is None:
                data = self._scenario.datasets[dataset]
                first = self._first[dataset] = float(zipf_bins(data.records, data.skew).shares[0])
            return first
        first_hand = self.volumes[number] - math.fsum([rate for _, rate in ways])
        if len(ways) == 1 and first_hand <= self.volumes[number] * _STEADY:
            return ways[0][0].hottest
        data = self._scenario.datasets[dataset]
        bins = zipf_bins(data.records, data.skew)
        asked = max(0.0, first_hand) * bins.shares
        for settled, rate in ways:
            asked = asked + rate * settled.missed
        return min(1.0, float((asked / bins.records).max()) / self.volumes[number])


def _alike(before: Mapping[object, float], after: Mapping[object, float]) -> bool:
    return before.keys() == after.keys() and all(
        abs(before[key] - ratio) <= _STEADY for key, ratio in after.items()
    )
