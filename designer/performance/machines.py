"""How a node's work is laid out over its machines, and what the busiest of them has to do.

Three ways to spread work: evenly (anything without data, and what a provider manages); by key, with one leader and its
replicas for each part of the data; and by key over the members of a quorum. Keys are spread by a hash, so the part
with the most popular record is the hottest; new records fall on all parts alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from designer.catalog.model import Behavior, Component, Knob, Replication, Trait
from designer.design.model import Node, ReadFrom
from designer.traffic.popularity import hottest_share

_KEYED = frozenset({Behavior.STORE, Behavior.CACHE})
_EVEN = 1.0 + 1e-9
"""Parts whose share is above the average by less than this are all alike."""


class Spread(StrEnum):
    """How work finds its machine."""

    EVEN = "even"
    LEADER = "leader"
    QUORUM = "quorum"


@dataclass(slots=True)
class Counts:
    """The knobs of a node that count something."""

    instances: int
    shards: int
    replicas: int
    partitions: int

    def turned(self, knob: Knob, count: int) -> Counts:
        """The same with one knob at `count`."""
        return Counts(
            count if knob is Knob.INSTANCES else self.instances,
            count if knob is Knob.SHARDS else self.shards,
            count if knob is Knob.REPLICAS else self.replicas,
            count if knob is Knob.PARTITIONS else self.partitions,
        )


def counts_of(node: Node) -> Counts:
    """The knobs as they are set at the node."""
    return Counts(node.instances, node.shards, node.replicas, node.partitions)


@dataclass(slots=True)
class Layout:
    """`parts` of the load, each on `copies` machines (members of a quorum hold several parts each)."""

    spread: Spread
    parts: int
    copies: int
    read_from: ReadFrom
    idle: int = 0  # machines that get nothing to do

    @property
    def machines(self) -> int:
        """Machines in all."""
        return (self.parts * self.copies if self.spread is Spread.LEADER else self.parts) + self.idle


def lay_out(
    component: Component, counts: Counts, read_from: ReadFrom, consumers: int | None = None
) -> Layout:
    """How a node of this component with these counts spreads its work.

    `consumers`: how many can take work at a time from the partitioned queues that are its only callers.
    """
    parts, copies = counts.instances * counts.shards, 1 + counts.replicas
    if Trait.MANAGED in component.traits or component.replication is Replication.MANAGED:
        return Layout(Spread.EVEN, parts, 1, read_from)
    if component.replication is Replication.QUORUM:
        return Layout(Spread.QUORUM, parts, min(copies, parts), read_from)
    if component.behavior in _KEYED:
        return Layout(Spread.LEADER, parts, copies, read_from)
    machines = parts * copies
    working = machines if consumers is None else min(machines, consumers)
    return Layout(Spread.EVEN, working, 1, read_from, machines - working)


@dataclass(frozen=True, slots=True)
class Keyed:
    """Operations per second on one dataset that go to the part with their key: reads, and updates of records."""

    dataset: str
    records: float
    skew: float
    reads: float
    updates: float

    def hottest(self, parts: int) -> float:
        """Part of them that the busiest of `parts` parts gets."""
        return hottest_share(self.records, self.skew, parts)


@dataclass(frozen=True, slots=True)
class Demand:
    """All that is asked of a node per second at peak, deferred work included. Bytes are payload."""

    keyed: tuple[Keyed, ...] = ()
    reads: float = 0.0  # that any part can do
    writes: float = 0.0  # of new records
    scattered: float = 0.0  # reads that every part must do
    calls: float = 0.0
    read_bytes: tuple[float, float] = (0.0, 0.0)  # in and out, for reads
    write_bytes: tuple[float, float] = (0.0, 0.0)  # in and out, for writes

    single_reads: float = field(init=False)  # reads that one part does
    all_writes: float = field(init=False)  # writes of any kind

    def __post_init__(self) -> None:
        object.__setattr__(self, "single_reads", self.reads + math.fsum(item.reads for item in self.keyed))
        object.__setattr__(self, "all_writes", self.writes + math.fsum(item.updates for item in self.keyed))

    def hottest_reads(self, parts: int) -> float:
        """Share of `single_reads` on the hottest part."""
        if parts == 1:
            return 1.0
        hot = self.reads / parts + math.fsum(item.reads * item.hottest(parts) for item in self.keyed)
        return hot / self.single_reads if hot > 0.0 else 1.0 / parts

    def hottest_writes(self, parts: int) -> float:
        """Share of `all_writes` on the hottest part."""
        if parts == 1:
            return 1.0
        hot = self.writes / parts + math.fsum(item.updates * item.hottest(parts) for item in self.keyed)
        return hot / self.all_writes if hot > 0.0 else 1.0 / parts


@dataclass(slots=True)
class Machines:
    """`count` machines with the same load. Rates are per second on **one** of them."""

    count: int
    group: int  # machines of one group hold the same parts of the data; 0 is the hottest
    reads: float
    writes: float
    read_share: float  # part of the node's single reads that these machines do between them
    write_share: float  # part of the node's writes that wait for these machines
    bytes_in: float
    bytes_out: float


def load_machines(layout: Layout, demand: Demand) -> tuple[Machines, ...]:
    """The machines of a node in groups of equal load; those of the hottest part come first."""
    match layout.spread:
        case Spread.EVEN:
            return (_even(layout.parts, demand),)
        case Spread.LEADER:
            return tuple(_led(layout, demand))
        case Spread.QUORUM:
            return tuple(_quorum(layout, demand))


def _even(count: int, demand: Demand) -> Machines:
    return Machines(
        count=count,
        group=0,
        reads=(demand.single_reads + demand.scattered) / count,
        writes=demand.all_writes / count,
        read_share=1.0,
        write_share=1.0,
        bytes_in=(demand.read_bytes[0] + demand.write_bytes[0]) / count,
        bytes_out=(demand.read_bytes[1] + demand.write_bytes[1]) / count,
    )


def _groups(layout: Layout, demand: Demand) -> Iterator[tuple[int, float, float]]:
    """The hottest part and the others: how many, and the share of single reads and of writes of **one** of them."""
    parts = layout.parts
    reads, writes = demand.hottest_reads(parts), demand.hottest_writes(parts)
    if max(reads, writes) <= _EVEN / parts:
        yield parts, 1.0 / parts, 1.0 / parts
        return
    yield 1, reads, writes
    yield parts - 1, (1.0 - reads) / (parts - 1), (1.0 - writes) / (parts - 1)


def read_split(layout: Layout) -> tuple[float, float]:
    """The part of a part's reads that its leader does, and the part that each replica does."""
    replicas = layout.copies - 1
    if replicas == 0 or layout.read_from is ReadFrom.LEADER:
        return 1.0, 0.0
    if layout.read_from is ReadFrom.REPLICAS:
        return 0.0, 1.0 / replicas
    return 1.0 / layout.copies, 1.0 / layout.copies


def _led(layout: Layout, demand: Demand) -> Iterator[Machines]:
    """Writes go to the part's leader and are applied by its replicas too, at the same cost."""
    replicas = layout.copies - 1
    leading, following = read_split(layout)
    for group, (parts, reads, writes) in enumerate(_groups(layout, demand)):
        volume = _volume(layout.parts, demand, reads)
        rate = reads * demand.single_reads + demand.scattered
        written = writes * demand.all_writes
        received = writes * demand.write_bytes[0]
        yield Machines(
            count=parts,
            group=group,
            reads=rate * leading,
            writes=written,
            read_share=parts * reads * leading,
            write_share=parts * writes,
            bytes_in=volume[0] * leading + received,
            bytes_out=volume[1] * leading + writes * demand.write_bytes[1] + received * replicas,
        )
        if replicas:
            yield Machines(
                count=parts * replicas,
                group=group,
                reads=rate * following,
                writes=written,
                read_share=parts * reads * following * replicas,
                write_share=0.0,
                bytes_in=volume[0] * following + received,
                bytes_out=volume[1] * following,
            )


def _quorum(layout: Layout, demand: Demand) -> Iterator[Machines]:
    """Rates of a quorum's members are of client requests, so each client request counts as one over all members.

    A member has one part of its own and copies of those of its neighbours: the machines of the hottest part have
    (h + (c - 1) (1 - h) / (n - 1)) / c each.
    """
    members, copies = layout.parts, layout.copies
    reads = _member_share(demand.hottest_reads(members), members, copies)
    writes = _member_share(demand.hottest_writes(members), members, copies)
    rest = members - copies
    yield _member(copies, 0, layout, demand, reads, writes)
    if rest:
        others = (1.0 - copies * reads) / rest, (1.0 - copies * writes) / rest
        yield _member(rest, 1, layout, demand, *others)


def _member_share(hottest: float, members: int, copies: int) -> float:
    if members == 1:
        return 1.0
    return (hottest + (copies - 1) * (1.0 - hottest) / (members - 1)) / copies


def _member(count: int, group: int, layout: Layout, demand: Demand, reads: float, writes: float) -> Machines:
    volume = _volume(layout.parts, demand, reads)
    return Machines(
        count=count,
        group=group,
        reads=reads * demand.single_reads + demand.scattered,
        writes=writes * demand.all_writes,
        read_share=count * reads,
        write_share=count * writes,
        bytes_in=volume[0] + writes * demand.write_bytes[0],
        bytes_out=volume[1] + writes * demand.write_bytes[1],
    )


def _volume(parts: int, demand: Demand, share: float) -> tuple[float, float]:
    """Bytes in and out for the reads of one part: its share of single reads, an even part of scattered ones."""
    total = demand.single_reads + demand.scattered
    if total == 0.0:
        return demand.read_bytes[0] / parts, demand.read_bytes[1] / parts
    part = (demand.single_reads * share + demand.scattered / parts) / total
    return demand.read_bytes[0] * part, demand.read_bytes[1] * part
