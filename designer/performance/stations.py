"""How long one operation at a node takes: its wait and its service, each as a distribution.

A machine is M/M/c: its `servers` are held for servers / rate seconds by an operation, so that it is as busy as its
ceiling of operations says. Its rate is that of the mix of reads and writes it gets. The wait comes on top of the
service time of the catalogue, which is the answer's time when nobody else asks.

Requests that are spread over machines at random queue at each machine apart. Behind a router that sends each to the
machine with the fewest, or when workers take the next message from a queue, all machines serve one queue. Round robin
counts as random.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from designer.catalog.model import Behavior, Component, Trait
from designer.design.figures import figure_of
from designer.design.model import Node, Routing
from designer.performance.distributions import (
    ZERO,
    Distribution,
    Gamma,
    gamma_from,
    mixture,
    mmc_wait,
    sequence,
)
from designer.performance.gamma import EXPONENTIAL_RATIO
from designer.performance.joins import parallel, repeat_max
from designer.performance.machines import Layout, Machines, Spread
from designer.performance.queueing import erlang_c

_NEVER = 1e-12
"""Whoever waits less often than this does not wait: no percentile and no mean would tell the difference."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue as M/M/c: of a machine, or shared by machines."""

    servers: int
    rate: float  # arrivals per second
    occupancy: float  # seconds an operation holds a server, on average

    @property
    def utilisation(self) -> float:
        """Part of the servers that are busy; 1 or more: no steady state."""
        return self.rate * self.occupancy / self.servers

    @property
    def chance_of_waiting(self) -> float:
        """Erlang C; 1 where there is no steady state."""
        return 1.0 if self.utilisation >= 1.0 else erlang_c(self.servers, self.rate * self.occupancy)


@dataclass(frozen=True, slots=True)
class Job:
    """One operation at a node. `time` is None, and `waiting` infinite, when the queue grows without end."""

    time: Distribution | None
    service: float  # mean seconds
    waiting: float


@dataclass(frozen=True)
class Station:
    """How long a node takes. `queues` and `waits` go with the groups of `machines`."""

    layout: Layout
    machines: tuple[Machines, ...]
    queues: tuple[Queue, ...]
    waits: tuple[Distribution | None, ...]
    reading: Distribution  # service times
    writing: Distribution
    shared: bool  # all machines serve one queue

    @cached_property
    def read(self) -> Job:
        """A read of one part."""
        shares = [group.read_share for group in self.machines]
        return _job(_blend(self.queues, self.waits, shares), self.reading)

    @cached_property
    def write(self) -> Job:
        """A write."""
        shares = [group.write_share for group in self.machines]
        return _job(_blend(self.queues, self.waits, shares), self.writing)

    @cached_property
    def scattered(self) -> Job:
        """A read that every part answers at once: the slowest of one machine of each part.

        What the slowest takes when nobody else asks is its service, all else is waiting.
        """
        if self.layout.spread is Spread.EVEN:
            return self.read
        service = repeat_max(self.reading, float(self.layout.parts))
        slowest = []
        for number in dict.fromkeys(group.group for group in self.machines):
            members = [index for index, group in enumerate(self.machines) if group.group == number]
            wait = _blend(
                [self.queues[index] for index in members],
                [self.waits[index] for index in members],
                [self.machines[index].read_share for index in members],
            )
            if wait is None:
                return Job(None, service.mean, math.inf)
            parts = float(self.machines[members[0]].count)
            slowest.append(repeat_max(sequence(wait, self.reading), parts))
        time = parallel(*slowest)
        return Job(time, min(service.mean, time.mean), max(0.0, time.mean - service.mean))

    @property
    def clamped(self) -> bool:
        """Whether a 99th percentile was beyond what the model of service times can have."""
        return any(isinstance(time, Gamma) and time.clamped for time in (self.reading, self.writing))


def _job(wait: Distribution | None, service: Distribution) -> Job:
    if wait is None:
        return Job(None, service.mean, math.inf)
    return Job(sequence(wait, service), service.mean, wait.mean)


def equip(
    figures: Mapping[str, float],
    layout: Layout,
    machines: tuple[Machines, ...],
    services: tuple[Distribution, Distribution],
    *,
    shared: bool,
) -> Station:
    """The station of a node with these figures, whose machines carry these loads.

    `services` are the times of a read and of a write, `shared` whether its machines serve one queue if they are alike.
    """
    shared = shared and layout.spread is Spread.EVEN
    queues = tuple([_queue(figures, group, shared=shared) for group in machines])
    return Station(
        layout=layout,
        machines=machines,
        queues=queues,
        waits=tuple([_wait(queue, layout) for queue in queues]),
        reading=services[0],
        writing=services[1],
        shared=shared,
    )


def shares_queue(callers: Sequence[tuple[Node, Component]]) -> bool:
    """Whether those who call a node leave it one queue for all its machines."""
    return bool(callers) and all(_sends_to_the_freest(node, component) for node, component in callers)


def _sends_to_the_freest(node: Node, component: Component) -> bool:
    if component.behavior is Behavior.QUEUE:
        return True  # whoever is free takes the next message
    if component.behavior is not Behavior.ROUTER:
        return False
    if node.routing is None:
        return Trait.BALANCES in component.traits
    return node.routing is Routing.LEAST_CONNECTIONS


def utilisation(figures: Mapping[str, float], reads: float, writes: float) -> float | None:
    """Part of a machine's operations per second in use by these; None where no ceiling is known.

    Reads and writes take their part of the same machine: r / R + w / W. A ceiling of writes that is not known is that
    of reads.
    """
    read_rate = figures.get("read_rate")
    write_rate = figures.get("write_rate", read_rate)
    if read_rate is None:
        return None if write_rate is None else part(writes, write_rate)
    return part(reads, read_rate) + (part(writes, write_rate or 0.0) if writes else 0.0)


def part(demand: float, limit: float) -> float:
    """Demand as part of the limit: infinite for a demand on nothing."""
    if demand <= 0.0:
        return 0.0
    return demand / limit if limit > 0.0 else math.inf


def _queue(figures: Mapping[str, float], group: Machines, *, shared: bool) -> Queue:
    busy = utilisation(figures, group.reads, group.writes)
    rate = group.reads + group.writes
    machines = group.count if shared else 1
    # Of what is not known to work on several requests at a time it is assumed that it works on one.
    servers = max(1, round(figures.get("servers", 1.0)))
    occupancy = busy * servers / rate if busy is not None and rate > 0.0 else 0.0
    return Queue(servers * machines, rate * machines, occupancy)


def _wait(queue: Queue, layout: Layout) -> Distribution | None:
    if queue.utilisation >= 1.0:
        return None
    if queue.occupancy == 0.0 or queue.chance_of_waiting < _NEVER:
        return ZERO
    if layout.spread is Spread.QUORUM:
        return quorum_wait(queue, layout.copies // 2 + 1, layout.copies)
    return mmc_wait(queue.servers, queue.rate, queue.occupancy)


def quorum_wait(queue: Queue, rank: int, of: int) -> Distribution:
    """The wait until `rank` of `of` members have begun, each with a queue like this.

    Of the members j have someone waiting with binomial probability; when these are too many for the quorum, the wait
    lasts until enough of their j exponential times have ended: a sum of exponentials with rates j d, (j - 1) d, ...
    """
    wait = mmc_wait(queue.servers, queue.rate, queue.occupancy)
    waits = 1.0 - wait.at_zero
    if waits <= 0.0 or of == 1:
        return wait
    mean = wait.mean / waits
    branches = []
    for busy in range(of + 1):
        chance = math.comb(of, busy) * waits**busy * (1.0 - waits) ** (of - busy)
        needed = max(0, rank - (of - busy))
        times = (
            gamma_from(mean / left, mean / left * EXPONENTIAL_RATIO)
            for left in range(busy, busy - needed, -1)
        )
        branches.append((chance, sequence(*times)))
    return mixture(branches)


def _blend(
    queues: Sequence[Queue], waits: Sequence[Distribution | None], shares: Sequence[float]
) -> Distribution | None:
    """The wait of an operation that goes to each group of machines with some probability."""
    total = sum(shares)
    branches: dict[Queue, tuple[float, Distribution]] = {}
    for queue, wait, share in zip(queues, waits, shares, strict=True):
        if share > 0.0:
            if wait is None:
                return None
            known = branches[queue][0] if queue in branches else 0.0
            branches[queue] = (known + share / total, wait)
    return mixture(branches.values())


def service_time(node: Node, component: Component, *, write: bool = False) -> Distribution:
    """The time of one operation when nobody else asks: a gamma with the mean and the 99th percentile of the figures.

    A mean set on the node alone takes the catalogue's 99th percentile along in proportion. Without a percentile the
    time is exponential; without a mean it takes no time. Writes without figures are like reads.
    """
    name = "service_time"
    if write and figure_of(node, component, "write_time") is not None:
        name = "write_time"
    mean = figure_of(node, component, name)
    if not mean:
        return ZERO
    p99 = figure_of(node, component, f"{name}_p99")
    if p99 is None:
        p99 = mean * EXPONENTIAL_RATIO
    usual = component.figure(name)
    if name in node.figures and f"{name}_p99" not in node.figures and usual is not None and usual.default:
        p99 *= mean / usual.default
    return gamma_from(mean, p99)
