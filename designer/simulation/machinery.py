"""The machines of a node as a station, and what one operation does there.

An operation waits for a server, holds it for its occupancy (servers / rate of the figures), and its answer is there
after its service time: the two are parts of one random time, so that what takes long also holds long. Reads and writes
have times of their own. Where records have a home, an operation goes to the machines that have its part of the data;
the hottest part gets the share that performance computes from the popularity of records.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from designer.catalog.model import Behavior
from designer.design.model import Leaders, Node, Routing
from designer.performance.distributions import Distribution
from designer.performance.machines import Layout, Machines, Spread
from designer.performance.setting import Setting
from designer.performance.stations import Station as Timing
from designer.performance.stations import time_of_quorum, utilisation
from designer.simulation.model import (
    Choose,
    Delay,
    Discipline,
    Failure,
    Law,
    Serve,
    Shape,
    Station,
    Steps,
)
from designer.simulation.steps import at_once, law_of, pass_time, set_going
from designer.units import SECONDS_PER_YEAR

_INSTANT = 1e-9
"""Part of an occupancy after which the answer is there, where an operation is all occupancy and no service time."""


@dataclass(slots=True)
class Workplace:
    """The station of a node and the steps of each kind of operation there. `station` is None where nothing is held."""

    node: str
    station: Station | None
    read: Steps
    write: Steps
    scattered: Steps
    share: tuple[float, ...] = field(default=())  # computed utilisation of each machine

    @property
    def computed(self) -> float:
        """Part of all servers in use as computed."""
        return math.fsum(self.share) / len(self.share) if self.share else 0.0


def build(setting: Setting, node_id: str, *, failures: bool = False) -> Workplace:
    """The workplace of a node, with machines that fail where that is asked for and known."""
    return _Builder(setting, node_id, failures=failures).build()


def generate(setting: Setting, node_id: str, prompt: float, output: float) -> Steps:
    """An operation with so many tokens at a node of which it is known what they cost."""
    return _Builder(setting, node_id, failures=False).generate(prompt, output)


class _Builder:
    def __init__(self, setting: Setting, node_id: str, *, failures: bool) -> None:
        self._setting = setting
        self._id = node_id
        self._node: Node = setting.drawing.nodes[node_id]
        self._figures = setting.drawing.figures[node_id]
        self._timing: Timing = setting.stations[node_id]
        self._layout: Layout = self._timing.layout
        self._servers = _servers(self._timing)
        self._failures = failures

    def build(self) -> Workplace:
        shares = tuple(self._shares())
        reading = self._serve(self._timing.reading, self._occupancy(write=False))
        writing = self._serve(self._timing.writing, self._occupancy(write=True))
        holds = self._timing.make.generates or any(isinstance(step, Serve) for step in (*reading, *writing))
        if not holds:
            return Workplace(self._id, None, reading, writing, reading)
        station = Station(
            name=self._id,
            machines=len(shares),
            servers=self._servers,
            discipline=self._discipline(),
            failure=find_failure(self._node, self._figures) if self._failures else None,
        )
        found = pass_time(self._timing.lookup)
        return Workplace(
            self._id,
            station,
            (*found, *self._read(reading)),
            (*found, *self._write(writing)),
            self._scatter(reading),
            shares,
        )

    def _shares(self) -> Iterator[float]:
        for group, queue in zip(self._timing.machines, self._timing.queues, strict=True):
            yield from [queue.utilisation] * group.count

    def generate(self, prompt: float, output: float) -> Steps:
        """An operation with so many tokens, at one machine."""
        make = self._timing.make
        held = make.share(prompt, output) * self._servers * self._slowdown()
        return self._serve(make.generating(prompt, output), held)

    def _serve(self, lasting: Distribution, occupancy: float) -> Steps:
        """An operation at one machine, whichever it is: how long it lasts, and how long it holds a server."""
        time = law_of(lasting)
        if occupancy <= 0.0:
            return () if time.mean == 0.0 else (Delay(time),)
        if time.mean == 0.0:
            return (_hold(self._id, Law(Shape.EXPONENTIAL, occupancy)),)
        return (Serve(self._id, time, occupancy / time.mean),)

    def _occupancy(self, *, write: bool) -> float:
        """Seconds that an operation holds a server, with all that machines of one node cost each other."""
        alone = utilisation(self._figures, float(not write), float(write))
        if alone is None or not math.isfinite(alone):
            return 0.0
        return alone * self._servers * self._slowdown()

    def _slowdown(self) -> float:
        """The mean occupancy as a multiple of what the figures say of one machine, which others do not slow down."""
        return 1.0 / self._timing.make.efficiency(self._layout.machines - self._layout.idle)

    def _discipline(self) -> Discipline:
        if self._layout.spread is not Spread.EVEN:
            return Discipline.RANDOM
        drawing = self._setting.drawing
        callers = [
            (drawing.nodes[name], drawing.components[name].behavior)
            for name in self._setting.callers[self._id]
        ]
        if self._timing.shared:
            queues = all(behavior is Behavior.QUEUE for _, behavior in callers)
            return Discipline.SHARED if queues else Discipline.LEAST_CONNECTIONS
        turns = all(
            behavior is Behavior.ROUTER and node.routing is Routing.ROUND_ROBIN for node, behavior in callers
        )
        return Discipline.ROUND_ROBIN if callers and turns else Discipline.RANDOM

    def _read(self, serve: Steps) -> Steps:
        match self._layout.spread:
            case Spread.EVEN:
                return serve
            case Spread.LEADER:
                return _weighed(serve, self._weights([group.read_share for group in self._timing.machines]))
            case Spread.QUORUM:
                return self._ask_quorum(serve, self._layout.read_quorum, reads=True)

    def _write(self, serve: Steps) -> Steps:
        match self._layout.spread:
            case Spread.EVEN:
                return serve
            case Spread.LEADER:
                return self._lead(serve)
            case Spread.QUORUM:
                return self._ask_quorum(serve, self._layout.write_quorum, reads=False)

    def _scatter(self, serve: Steps) -> Steps:
        """A read that one machine of each part must answer."""
        match self._layout.spread:
            case Spread.EVEN:
                return serve
            case Spread.LEADER:
                return at_once([self._read_part(serve, part) for part in self._parts()])
            case Spread.QUORUM:
                asked = [
                    replace(step, hold=step.hold * self._layout.read_cost)
                    if isinstance(step, Serve)
                    else step
                    for step in serve
                ]
                return at_once([_at(tuple(asked), machine) for machine in range(self._layout.parts)])

    def _weights(self, shares: list[float]) -> list[float]:
        """The chance of each machine, from the share of each group."""
        return [
            share / group.count
            for group, share in zip(self._timing.machines, shares, strict=True)
            for _ in range(group.count)
        ]

    def _parts(self) -> Iterator[_Part]:
        """The parts of the data with the machines that have them, hottest first."""
        groups: dict[int, list[tuple[int, Machines]]] = {}
        first = 0
        for machines in self._timing.machines:
            groups.setdefault(machines.group, []).append((first, machines))
            first += machines.count
        for members in groups.values():
            count = members[0][1].count
            writes = math.fsum(machines.write_share for _, machines in members) / count
            for number in range(count):
                held = [
                    (start + number * (machines.count // count) + copy, machines.reads)
                    for start, machines in members
                    for copy in range(machines.count // count)
                ]
                yield _Part(writes, tuple(machine for machine, _ in held), tuple(rate for _, rate in held))

    def _read_part(self, serve: Steps, part: _Part) -> Steps:
        total = math.fsum(part.reads)
        weights = [0.0] * self._layout.machines
        for machine, rate in zip(part.machines, part.reads, strict=True):
            weights[machine] = rate / total if total > 0.0 else 1.0 / len(part.machines)
        return _weighed(serve, weights)

    def _lead(self, serve: Steps) -> Steps:
        """A write of a part: done by its leader, or by one of its leaders, and then by its other copies."""
        parts = list(self._parts())
        if self._layout.copies == 1:
            weights = [0.0] * self._layout.machines
            for part in parts:
                weights[part.machines[0]] = part.writes
            return _weighed(serve, weights)
        leaders = self._layout.copies if self._layout.leaders is Leaders.MULTI else 1
        options = []
        for part in parts:
            for first in range(leaders):
                machines = (*part.machines[first:], *part.machines[:first])
                options.append((part.writes / leaders, self._copy(serve, machines)))
        return _choose_part(options)

    def _copy(self, serve: Steps, machines: Sequence[int]) -> Steps:
        """A write at the first of these machines, and then at the others.

        An answer that waits for these waits for the way there and back: they have the write in their log before they
        apply it.
        """
        leader, *followers = [_at(serve, machine) for machine in machines]
        applied = [set_going(follower) for follower in followers]
        return (*leader, *applied, *pass_time(self._timing.acknowledgement))

    def _ask_quorum(self, serve: Steps, rank: int, *, reads: bool) -> Steps:
        """Ask every member that has the record, and go on when `rank` of them have begun.

        The rates of a quorum are of its clients' requests: each member has its part of the work of one, and the
        service time is that of the whole.
        """
        members, copies = self._layout.parts, self._layout.copies
        step = serve[0]
        if not isinstance(step, Serve):
            return serve
        parts = _heaviest(members, self._hottest(reads=reads))
        if copies == 1:
            return _weighed(serve, parts)
        held = self._occupancy(write=not reads) * (self._layout.read_cost if reads else 1.0) / copies
        ask = _hold(self._id, replace(step.time, mean=held))
        options = []
        for first, weight in enumerate(parts):
            asked = [_at((ask,), (first + copy) % members) for copy in range(copies)]
            options.append((weight, at_once(asked, rank)))
        stated = self._timing.reading if reads else self._timing.writing
        if rank != self._layout.majority:
            stated = time_of_quorum(stated, rank, copies)
        return (*_choose_part(options), *pass_time(stated))

    def _hottest(self, *, reads: bool) -> float:
        """The share of the hottest part, from that of the members that have it: its own and its neighbours'."""
        members, copies = self._layout.parts, self._layout.copies
        hot = self._timing.machines[0]
        share = (hot.read_share if reads else hot.write_share) / hot.count
        others = (copies - 1) / (members - 1) if members > 1 else 0.0
        return (share * copies - others) / (1.0 - others) if others < 1.0 else 1.0 / members


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a node's data: the share of writes it gets, its machines (the leader first), their rates of reads."""

    writes: float
    machines: tuple[int, ...]
    reads: tuple[float, ...]


def _hold(station: str, time: Law) -> Serve:
    """Hold a server for that time, and go on as soon as it is held."""
    return Serve(station, replace(time, mean=time.mean * _INSTANT), 1.0 / _INSTANT)


def _servers(timing: Timing) -> int:
    queue, machines = timing.queues[0], timing.machines[0]
    return queue.servers // machines.count if timing.shared else queue.servers


def _heaviest(parts: int, hottest: float) -> list[float]:
    """The share of each part where the first has `hottest` and the others the rest evenly."""
    if parts == 1:
        return [1.0]
    return [hottest, *[(1.0 - hottest) / (parts - 1)] * (parts - 1)]


def _choose_part(options: list[tuple[float, Steps]]) -> Steps:
    total = math.fsum(weight for weight, _ in options)
    if total <= 0.0:
        options, total = [(1.0, steps) for _, steps in options], float(len(options))
    possible = tuple((weight / total, steps) for weight, steps in options if weight > 0.0)
    return possible[0][1] if len(possible) == 1 else (Choose(possible),)


def _at(serve: Steps, machine: int) -> Steps:
    """The operation at that machine."""
    return tuple(
        Serve(step.station, step.time, step.hold, machine=machine) if isinstance(step, Serve) else step
        for step in serve
    )


def _weighed(serve: Steps, weights: list[float]) -> Steps:
    """The operation at one of the machines, by these weights."""
    total = math.fsum(weights)
    if total <= 0.0 or max(weights) - min(weights) <= 1e-12 * total:
        return serve
    shares = tuple(weight / total for weight in weights)
    return tuple(
        Serve(step.station, step.time, step.hold, weights=shares) if isinstance(step, Serve) else step
        for step in serve
    )


def find_failure(node: Node, known: Mapping[str, float]) -> Failure | None:
    """How often a machine is lost and how long it is then missed; None where the figures do not say."""
    often = known.get("failures_per_year", 0.0)
    if often <= 0.0:
        return None
    between = SECONDS_PER_YEAR / often
    down = known.get("failover_time") if node.replicas else None
    if down is None and "availability" in known:
        down = between * (1.0 - known["availability"])
    if not down or down >= between:
        return None
    return Failure(Law(Shape.EXPONENTIAL, between - down), Law(Shape.EXPONENTIAL, down))
