"""The seven ceilings of a node: what its busiest machine is asked for, against what it can give.

A ceiling is there when a figure says so; what has no figure has no ceiling. Caches are full by definition, so that
their memory is no ceiling; that of stores which keep their data in memory (vectors, features, documents) is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from designer.catalog.model import Behavior, Component, DataKind
from designer.design.model import Node
from designer.performance.machines import (
    LEADER,
    QUORUM,
    Counts,
    Demand,
    Keyed,
    Layout,
    Machines,
    lay_out,
    load_machines,
    read_split,
)
from designer.performance.makes import Make, part
from designer.performance.model import Ceiling
from designer.performance.working_set import Kept, disk_reads

IN_MEMORY = frozenset({DataKind.VECTORS, DataKind.FEATURES, DataKind.DOCUMENTS})
"""Kinds of data that a store made for nothing else searches or serves from memory."""

OPERATIONS, BANDWIDTH, MEMORY, DISK, IOPS, CONNECTIONS, PARTITION = Ceiling


@dataclass(slots=True)
class Case:
    """A node with all its ceilings depend on, but for its counts."""

    node: Node
    make: Make
    demand: Demand
    overhead: float  # share of bandwidth that protocols take on top of payload
    stored: float  # bytes of the datasets kept here, one copy
    kept: Sequence[Kept]  # those datasets
    pooled: float  # connections that callers keep open to each machine
    held: float  # calls in progress, on all machines together, from callers without a pool
    consumers: int | None  # machines that can work at a time on what partitioned queues hand on
    hottest_message: float  # part of a queue's messages that must stay in one partition, for one record

    @property
    def component(self) -> Component:
        return self.make.component

    @property
    def figures(self) -> Mapping[str, float]:
        """The figures in force, in base units."""
        return self.make.figures


@dataclass(slots=True)
class Gauge:
    """One ceiling of the busiest machine: demand and limit in the base unit of the ceiling."""

    ceiling: Ceiling
    demand: float
    limit: float
    value: float  # part of the limit in use
    machine: Machines  # the busiest


@dataclass(slots=True)
class Bench:
    """A case with its machines, for one setting of its counts."""

    case: Case
    counts: Counts | Node
    layout: Layout
    machines: tuple[Machines, ...]

    @property
    def efficiency(self) -> float:
        """What each machine does as part of what it does alone."""
        return self.case.make.efficiency(self.layout.machines - self.layout.idle)


def set_up(case: Case, counts: Counts) -> Bench:
    """The machines of a case with these counts."""
    layout = lay_out(case.make, case.node, counts, case.consumers)
    return Bench(case, counts, layout, load_machines(case.make, layout, case.demand))


def measure(bench: Bench, ceilings: Sequence[Ceiling] | None = None) -> list[Gauge]:
    """All ceilings that apply, or those of them that are wanted."""
    found = []
    for ceiling, gauge in _stated(bench.case.make):
        if ceilings is None or ceiling in ceilings:
            measured = gauge(bench)
            if measured is not None:
                found.append(measured)
    return found


def _operations(bench: Bench) -> Gauge:
    make = bench.case.make
    machine = bench.machines[0]
    for other in bench.machines:
        if other.busy > machine.busy:
            machine = other
    efficiency = bench.efficiency if make.interferes else 1.0
    value = machine.busy / efficiency
    demand = machine.reads + machine.writes
    # The limit is that of this mix: so many operations of which each is a read as often as now.
    if 0.0 < value < math.inf:
        limit = demand / value
    else:
        limit = make.figures.get("read_rate", make.figures.get("write_rate", 0.0)) * efficiency
    return Gauge(OPERATIONS, demand, limit, value, machine)


def _bandwidth(bench: Bench) -> Gauge:
    limit = bench.case.make.figures["bandwidth"]
    machine, most = bench.machines[0], -1.0
    for other in bench.machines:
        # Networks are full duplex: payload in or out, whichever is more.
        payload = max(other.bytes_in, other.bytes_out)
        if payload > most:
            machine, most = other, payload
    demand = most * (1.0 + bench.case.overhead)
    return Gauge(BANDWIDTH, demand, limit, part(demand, limit), machine)


def bytes_per_machine(layout: Layout, stored: float) -> float:
    """Bytes on one machine of a node that keeps `stored` bytes, one copy; keys are spread evenly by number."""
    copies = layout.copies if layout.spread is QUORUM else 1
    return stored * copies / layout.parts


def keeps_in_memory(component: Component) -> bool:
    """Whether a store's data has to fit in memory: it is made for kinds of data that are searched or served there."""
    return component.behavior is Behavior.STORE and bool(component.holds) and component.holds <= IN_MEMORY


def _memory(bench: Bench) -> Gauge:
    return _room(bench, MEMORY, "memory")


def _disk(bench: Bench) -> Gauge:
    return _room(bench, DISK, "disk")


def _room(bench: Bench, ceiling: Ceiling, figure: str) -> Gauge:
    limit = bench.case.make.figures[figure]
    demand = bytes_per_machine(bench.layout, bench.case.stored)
    return Gauge(ceiling, demand, limit, part(demand, limit), bench.machines[0])


def _iops(bench: Bench) -> Gauge:
    """What misses the memory of the store, and all writes."""
    limit = bench.case.make.figures["iops"]
    missed = missed_share(bench)
    machine = max(bench.machines, key=lambda item: item.reads * missed + item.writes)
    demand = machine.reads * missed + machine.writes
    return Gauge(IOPS, demand, limit, part(demand, limit), machine)


def missed_share(bench: Bench) -> float:
    """The part of a machine's reads that its memory cannot answer."""
    case = bench.case
    copies = bench.layout.copies if bench.layout.spread is QUORUM else 1
    memory = case.make.figures.get("memory", 0.0)
    return disk_reads(case.demand, case.kept, copies / bench.layout.parts, memory)


def _connections(bench: Bench) -> Gauge:
    limit = bench.case.make.figures["connections"]
    machine = bench.machines[0]
    for other in bench.machines:
        if other.reads + other.writes > machine.reads + machine.writes:
            machine = other
    demand = bench.case.pooled
    if bench.case.held:
        demand += bench.case.held * share_of_calls(bench, machine)
    return Gauge(CONNECTIONS, demand, limit, part(demand, limit), machine)


def share_of_calls(bench: Bench, machine: Machines) -> float:
    """The part of a node's calls that one machine gets, by its operations."""
    demand = bench.case.demand
    total = demand.single_reads + demand.scattered + demand.all_writes
    return (machine.reads + machine.writes) / total if total > 0.0 else 1.0 / bench.layout.machines


def _partition(bench: Bench) -> Gauge | None:
    case = bench.case
    limit = case.make.figures["partition_rate"]
    if case.make.queues:
        demand = (case.demand.single_reads + case.demand.all_writes) * hottest_partition(bench)
    else:
        hottest = hottest_key(case.demand, bench.layout)
        if hottest is None:
            return None
        demand = key_rate(hottest, bench.layout)
    return Gauge(PARTITION, demand, limit, part(demand, limit), bench.machines[0])


def hottest_partition(bench: Bench) -> float:
    """The part of a queue's messages in its busiest partition: those of one record, where they stay in order."""
    first = bench.case.hottest_message
    return first + (1.0 - first) / bench.counts.partitions


def hottest_key(demand: Demand, layout: Layout) -> Keyed | None:
    """The dataset with the most popular record, by operations per second on one copy of it."""
    return max(demand.keyed, key=lambda item: key_rate(item, layout), default=None)


def copy_split(layout: Layout) -> float:
    """Part of a record's reads that the copy with the most of them does."""
    return max(read_split(layout)) if layout.spread is LEADER else 1.0


def key_rate(keyed: Keyed, layout: Layout) -> float:
    """Operations per second on the busiest copy of a dataset's most popular record; every copy applies updates."""
    return keyed.first_read * keyed.reads * copy_split(layout) + keyed.first_update * keyed.updates


_Measure = Callable[[Bench], Gauge | None]
_MEASURES: Mapping[Ceiling, _Measure] = {
    OPERATIONS: _operations,
    BANDWIDTH: _bandwidth,
    MEMORY: _memory,
    DISK: _disk,
    IOPS: _iops,
    CONNECTIONS: _connections,
    PARTITION: _partition,
}


@lru_cache(maxsize=4_096)
def _stated(make: Make) -> Sequence[tuple[Ceiling, _Measure]]:
    """The ceilings of which the figures of a make say something, and how they are measured."""
    figures, component = make.figures, make.component
    stores = component.behavior is Behavior.STORE
    stated = {
        OPERATIONS: "read_rate" in figures or "write_rate" in figures,
        BANDWIDTH: "bandwidth" in figures,
        MEMORY: "memory" in figures and keeps_in_memory(component),
        DISK: "disk" in figures and stores,
        IOPS: "iops" in figures and stores,
        CONNECTIONS: "connections" in figures,
        PARTITION: "partition_rate" in figures,
    }
    return tuple([(ceiling, take) for ceiling, take in _MEASURES.items() if stated[ceiling]])
