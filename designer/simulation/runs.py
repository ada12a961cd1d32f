"""One run of a network: the loop called batch by batch, and what was counted in between."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from designer.errors import AnalysisError
from designer.simulation.checks import check_network, check_run
from designer.simulation.lowering import blank_tokens, lower
from designer.simulation.model import Network, Outcome, SourceOutcome, Station, StationOutcome
from designer.simulation.records import (
    ANSWERS,
    ARRIVED,
    CLOCK,
    COMING,
    EVENT,
    FAR,
    FRAME,
    NEAR_SIZE,
    TAILS,
    USED_FRAMES,
    USED_TOKENS,
    Op,
    State,
    Status,
    Tables,
    make_table,
)
from designer.simulation.statistics import BATCHES, Floats, Sample, estimate_ratio

MOST_TOKENS = 2**21
"""Requests and parts of requests that may be under way at once: more would take more than 500 MB."""

FEWEST_PER_BATCH = 10
WARM_UP = 10
"""Unless told otherwise the warm-up has a tenth as many requests as are measured."""


def simulate(network: Network, *, seed: int, requests: int, warm_up: int | None = None) -> Outcome:
    """Run a network event by event until `warm_up + requests` requests have come in, and say what was seen.

    Counted is from the arrival of the first request after the warm-up (a tenth of `requests` unless it is given) to
    that of the last one: what completes in this time, whenever it came in. The same seed gives the same outcome;
    each purpose draws its own random numbers, so that two networks that differ little see much the same chances.
    Times are in seconds. The first run on a machine compiles the loop, which takes some seconds.

    Raises AnalysisError, naming the field, for a network that cannot be run and for one that gets so far behind its
    sources that more than two million pieces of work are under way at once.
    """
    warm_up = requests // WARM_UP if warm_up is None and isinstance(requests, int) else warm_up or 0
    check_run(seed, requests, warm_up)
    check_network(network)
    # Integers may multiply past their end on purpose; compiled code never complains, Python would.
    with np.errstate(over="ignore"):
        return _Run(network, seed).measure(requests, warm_up)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """Everything counted since the start of the run, at one moment. Arrays go by source, or by station."""

    time: float
    arrived: Floats
    failed: Floats
    lost: Floats
    completed: Floats
    visits: Floats
    refused: Floats
    started: Floats
    waited: Floats
    queued: Floats  # requests x seconds in the queue
    busy: Floats  # servers x seconds
    able: Floats  # servers x seconds that they were up
    breaks: int  # machines that went down


class _Run:
    """The tables of one run and the samples taken from them."""

    def __init__(self, network: Network, seed: int) -> None:
        # Here, because only who simulates should wait for numba.
        from designer.simulation import kernel

        self.network = network
        self.seed = seed
        self.tables: Tables = lower(network, seed)
        self.advance = kernel.advance
        self.slack = kernel.MARGIN + 2 * len(self.tables.servers) + len(self.tables.policies)
        forks = self.tables.code["many"][self.tables.code["op"] == Op.FORK]
        self.widest = int(forks.max(initial=1))
        self.completed = np.zeros(len(network.sources))
        self.responses = [Sample() for _ in network.sources]
        self.deferred = [Sample() for _ in network.sources]
        kernel.start(self.tables)

    def measure(self, requests: int, warm_up: int) -> Outcome:
        batches = max(1, min(BATCHES, requests // FEWEST_PER_BATCH))
        self._begin_batch()
        going = self._run_until(warm_up) if warm_up else True
        self.responses = [Sample() for _ in self.network.sources]
        self.deferred = [Sample() for _ in self.network.sources]
        self.tables.pools["longest"] = self.tables.pools["waiting"]
        snapshots = [self._snapshot(warm=True)]
        for batch in range(1, batches + 1):
            if not going:
                break
            self._begin_batch()
            going = self._run_until(warm_up + requests * batch // batches)
            snapshots.append(self._snapshot())
        return self._describe(snapshots)

    def _begin_batch(self) -> None:
        for sample in (*self.responses, *self.deferred):
            sample.begin_batch()

    def _run_until(self, arrivals: int) -> bool:
        """False when nothing will happen any more."""
        while True:
            status = self.advance(self.tables, arrivals)
            self._take_away()
            if status != Status.FULL:
                return bool(status == Status.REACHED)
            self._enlarge()

    def _take_away(self) -> None:
        """Empty the tables of answers."""
        tables = self.tables
        for register, table, samples in (
            (ANSWERS, tables.answers, self.responses),
            (TAILS, tables.tails, self.deferred),
        ):
            rows = table.view(np.ndarray)[: tables.registers[register]]
            tables.registers[register] = 0
            for number, sample in enumerate(samples):
                times = rows["time"] if len(samples) == 1 else rows["time"][rows["source"] == number]
                sample.add(np.array(times))
                if register is ANSWERS:
                    self.completed[number] += len(times)

    def _enlarge(self) -> None:
        """Make room in the tables that are full."""
        tables, registers = self.tables, self.tables.registers
        if registers[USED_TOKENS] + self.widest > len(tables.tokens):
            used = len(tables.tokens)
            more = max(used, self.widest)
            if used + more > MOST_TOKENS:
                raise AnalysisError(
                    f"more than {used:,} pieces of work are under way at once",
                    field="requests",
                    expected="a network that keeps up with its sources, or fewer requests",
                )
            tokens = np.concatenate([tables.tokens, blank_tokens(used, more)]).view(np.recarray)
            ready = np.concatenate([tables.ready, np.zeros(more, dtype=np.int64)])
            tables = tables._replace(tokens=tokens, ready=ready)
        if registers[USED_FRAMES] >= len(tables.frames):
            frames = np.concatenate([tables.frames, make_table(FRAME, len(tables.frames))]).view(np.recarray)
            tables = tables._replace(frames=frames)
        if registers[FAR] > len(tables.far) - self.slack - NEAR_SIZE:
            far = np.concatenate([tables.far, make_table(EVENT, len(tables.far))]).view(np.recarray)
            tables = tables._replace(far=far)
        self.tables = tables

    def _snapshot(self, *, warm: bool = False) -> _Snapshot:
        tables = self.tables
        clock, coming = float(tables.clock[CLOCK]), float(tables.clock[COMING])
        time = coming if math.isfinite(coming) else clock
        if warm and tables.registers[ARRIVED] == 0:
            time = 0.0
        # Without numpy's record arrays, whose columns are slow to take.
        pools, servers, machines, sources, tokens = (
            table.view(np.ndarray)
            for table in (tables.pools, tables.servers, tables.machines, tables.sources, tables.tokens)
        )
        working = servers["due"] >= 0.0
        left = np.bincount(servers["pool"][working], servers["due"][working] - time, minlength=len(pools))
        queued = tokens[tokens["state"] == State.QUEUED]
        so_far = np.bincount(queued["place"], time - queued["since"], minlength=len(pools))
        down = machines[machines["up"] == 0]
        lost = np.bincount(down["pool"], down["servers"] * time, minlength=len(pools))
        started = pools["arrivals"] - pools["refused"] - pools["drops"] - pools["waiting"]
        turned = tables.stations["turned"].astype(np.float64)
        return _Snapshot(
            time=time,
            arrived=sources["arrived"].astype(np.float64),
            failed=sources["failed"].astype(np.float64),
            lost=sources["lost"].astype(np.float64),
            completed=self.completed.copy(),
            visits=self._by_station(pools["arrivals"]) + turned,
            refused=self._by_station(pools["refused"]) + turned,
            started=self._by_station(started),
            waited=self._by_station(pools["waited"]),
            queued=self._by_station(pools["waited"] + pools["dropped"] + so_far),
            busy=self._by_station(pools["busy"] - left),
            able=self._by_station(pools["servers"] * time - pools["lost"] - lost),
            breaks=int(machines["breaks"].sum()),
        )

    def _by_station(self, values: Floats) -> Floats:
        """Figures of pools added up by station."""
        if not self.network.stations:
            return np.zeros(1)
        sums: Floats = np.add.reduceat(np.asarray(values, dtype=np.float64), self.tables.stations["first"])
        return sums

    def _describe(self, snapshots: list[_Snapshot]) -> Outcome:
        first, last = snapshots[0], snapshots[-1]
        return Outcome(
            seed=self.seed,
            seconds=last.time - first.time,
            sources=tuple(
                self._describe_source(number, first, last) for number in range(len(self.network.sources))
            ),
            stations=tuple(
                self._describe_station(number, station, snapshots)
                for number, station in enumerate(self.network.stations)
            ),
            failures=last.breaks - first.breaks,
        )

    def _describe_source(self, number: int, first: _Snapshot, last: _Snapshot) -> SourceOutcome:
        def change(name: str) -> int:
            return round(float(getattr(last, name)[number] - getattr(first, name)[number]))

        def in_flight(at: _Snapshot) -> int:
            return round(float(at.arrived[number] - at.completed[number] - at.failed[number]))

        return SourceOutcome(
            name=self.network.sources[number].name,
            arrived=change("arrived"),
            completed=change("completed"),
            failed=change("failed"),
            responses=self.responses[number].describe(),
            deferred=self.deferred[number].describe(),
            carried_over=in_flight(first),
            in_flight=in_flight(last),
            lost=change("lost"),
        )

    def _describe_station(self, number: int, station: Station, snapshots: list[_Snapshot]) -> StationOutcome:
        def changes(name: str) -> list[float]:
            if name == "time":
                return [float(late.time - early.time) for early, late in itertools.pairwise(snapshots)]
            seen = [float(getattr(at, name)[number]) for at in snapshots]
            return [late - early for early, late in itertools.pairwise(seen)]

        pools = self.tables.pools[self.tables.stations[number]["first"] :][
            : self.tables.stations[number]["many"]
        ]
        return StationOutcome(
            name=station.name,
            utilisation=estimate_ratio(changes("busy"), changes("able")),
            arrivals=round(sum(changes("visits"))),
            refused=round(sum(changes("refused"))),
            waiting=estimate_ratio(changes("waited"), changes("started")),
            longest_queue=int(pools["longest"].max()),
            queue=estimate_ratio(changes("queued"), changes("time")),
        )
