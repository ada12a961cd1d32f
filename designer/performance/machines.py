"""How a node's work is laid out over its machines, and what the busiest of them has to do.

Three ways to spread work: evenly (anything without data, and what a provider manages); by key, with one leader and its
replicas for each part of the data; and by key over the members of a quorum. Every copy applies every write.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from designer.catalog.model import Knob
from designer.design.model import Leaders, Node, Partitioning, ReadFrom
from designer.keeping import remembered_formula
from designer.performance.makes import Make
from designer.traffic.model import Generation
from designer.traffic.popularity import zipf_bins

_EVEN = 1.0 + 1e-9
"""Parts whose share is above the average by less than this are all alike."""


class Spread(StrEnum):
    """How work finds its machine."""

    EVEN = "even"
    LEADER = "leader"
    QUORUM = "quorum"


EVEN, LEADER, QUORUM = Spread
# Members of enumerations that are asked for at every node: looking one up takes longer than the test it is for.
_RANGE, _DIRECTORY = Partitioning.RANGE, Partitioning.DIRECTORY
_FROM_LEADER, _FROM_REPLICAS = ReadFrom.LEADER, ReadFrom.REPLICAS
_MULTI = Leaders.MULTI


class Counts(NamedTuple):
    """The knobs of a node that count something, other than they are set there."""

    instances: int
    shards: int
    replicas: int
    partitions: int


def turn(counts: Counts | Node, knob: Knob, count: int) -> Counts:
    """The same counts with one knob at `count`."""
    return Counts(
        count if knob is Knob.INSTANCES else counts.instances,
        count if knob is Knob.SHARDS else counts.shards,
        count if knob is Knob.REPLICAS else counts.replicas,
        count if knob is Knob.PARTITIONS else counts.partitions,
    )


class Layout:
    """`parts` of the load, each on `copies` machines (members of a quorum hold several parts each)."""

    __slots__ = (
        "copies",
        "idle",
        "leaders",
        "machines",
        "partitioning",
        "parts",
        "read_from",
        "read_quorum",
        "spread",
        "write_quorum",
    )

    def __init__(
        self,
        spread: Spread,
        parts: int,
        copies: int,
        read_from: ReadFrom,
        idle: int = 0,
        partitioning: Partitioning = Partitioning.HASH,
        leaders: Leaders = Leaders.SINGLE,
        read_quorum: int = 1,
        write_quorum: int = 1,
    ) -> None:
        self.spread = spread
        self.parts = parts
        self.copies = copies
        self.read_from = read_from
        self.idle = idle  # machines that get nothing to do
        self.partitioning = partitioning
        self.leaders = leaders
        self.read_quorum = read_quorum  # members that answer a read; 1 where there is no quorum
        self.write_quorum = write_quorum
        self.machines = (parts * copies if spread is LEADER else parts) + idle  # in all

    @property
    def majority(self) -> int:
        """Members of a quorum that are more than half of those with a copy."""
        return self.copies // 2 + 1

    @property
    def read_cost(self) -> float:
        """Reads at the members as part of those that a majority would do: the figures are for a majority."""
        return self.read_quorum / self.majority if self.spread is QUORUM else 1.0


def lay_out(make: Make, node: Node, counts: Counts | Node, consumers: int | None = None) -> Layout:
    """How a node of this make with these counts spreads its work.

    `consumers`: how many can take work at a time from the partitioned queues that are its only callers.
    """
    parts, copies = counts.instances * counts.shards, 1 + counts.replicas
    if make.managed:
        return Layout(EVEN, parts, 1, node.read_from)
    if make.voted:
        copies = min(copies, parts)
        majority = copies // 2 + 1
        return Layout(
            QUORUM,
            parts,
            copies,
            node.read_from,
            partitioning=node.partitioning,
            read_quorum=min(copies, node.read_quorum or majority),
            write_quorum=min(copies, node.write_quorum or majority),
        )
    if make.keyed:
        return Layout(LEADER, parts, copies, node.read_from, 0, node.partitioning, node.leaders)
    machines = parts * copies
    working = machines if consumers is None else min(machines, consumers)
    return Layout(EVEN, working, 1, node.read_from, machines - working)


@remembered_formula(4_096)
def first_share(records: float, skew: float) -> float:
    """Part of a dataset's operations that its most popular record gets, by Zipf's law."""
    return float(zipf_bins(records, skew).shares[0])


def busiest_part(first: float, parts: int, partitioning: Partitioning) -> float:
    """Share of the busiest of `parts` parts, when the most popular record has the share `first`.

    By hash or range it has that record and, of the others, its even part. A directory puts the others elsewhere as far
    as it takes to be even.
    """
    if partitioning is _DIRECTORY:
        return max(first, 1.0 / parts)
    return first + (1.0 - first) / parts


@dataclass(slots=True)
class Keyed:
    """Operations per second on one dataset that go to the part with their key: reads, and updates of records."""

    dataset: str
    records: float
    skew: float
    reads: float
    updates: float
    first_read: float  # part of the reads that ask for the most popular record
    first_update: float


class Demand:
    """All that is asked of a node per second at peak, deferred work included. Bytes are payload."""

    __slots__ = (
        "all_writes",
        "calls",
        "generations",
        "keyed",
        "read_bytes",
        "reads",
        "scattered",
        "single_reads",
        "write_bytes",
        "writes",
    )

    def __init__(
        self,
        keyed: tuple[Keyed, ...] = (),
        reads: float = 0.0,
        writes: float = 0.0,
        scattered: float = 0.0,
        calls: float = 0.0,
        read_bytes: tuple[float, float] = (0.0, 0.0),
        write_bytes: tuple[float, float] = (0.0, 0.0),
        generations: tuple[Generation, ...] = (),
    ) -> None:
        self.keyed = keyed
        self.reads = reads  # that any part can do
        self.writes = writes  # of new records
        self.scattered = scattered  # reads that every part must do
        self.calls = calls
        self.generations = generations  # which are not among the reads
        self.read_bytes = read_bytes  # in and out, for reads
        self.write_bytes = write_bytes  # in and out, for writes
        self.single_reads = reads  # that one part does
        self.all_writes = writes  # of any kind
        if keyed:
            self.single_reads += sum([item.reads for item in keyed])
            self.all_writes += sum([item.updates for item in keyed])

    def hottest_reads(self, layout: Layout) -> float:
        """Share of `single_reads` on the hottest part."""
        parts = layout.parts
        if parts == 1:
            return 1.0
        hot = self.reads / parts
        for item in self.keyed:
            hot += item.reads * busiest_part(item.first_read, parts, layout.partitioning)
        return hot / self.single_reads if hot > 0.0 else 1.0 / parts

    def hottest_writes(self, layout: Layout) -> float:
        """Share of `all_writes` on the hottest part. Ranges put every new record on the last part."""
        parts = layout.parts
        if parts == 1:
            return 1.0
        hot = self.writes if layout.partitioning is _RANGE else self.writes / parts
        for item in self.keyed:
            hot += item.updates * busiest_part(item.first_update, parts, layout.partitioning)
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
    busy: float  # part of the operations that one of them can do; 0 where that is not known
    generations: tuple[Generation, ...] = ()  # at one of them, not among the reads
    spent: float = 0.0  # part of its time that these take; 0 where that is not known


def load_machines(make: Make, layout: Layout, demand: Demand) -> tuple[Machines, ...]:
    """The machines of a node in groups of equal load; those of the hottest part come first."""
    if layout.spread is EVEN:
        return (_even(make, layout.parts, demand),)
    if layout.spread is LEADER:
        return tuple(_led(make, layout, demand))
    return tuple(_quorum(make, layout, demand))


def _even(make: Make, count: int, demand: Demand) -> Machines:
    reads, writes = (demand.single_reads + demand.scattered) / count, demand.all_writes / count
    generations: tuple[Generation, ...] = ()
    spent = 0.0
    if demand.generations:
        generations = tuple([item._replace(rate=item.rate / count) for item in demand.generations])
        spent = math.fsum([item.rate * make.share(item.prompt, item.output) for item in generations])
    return Machines(
        count,
        0,
        reads,
        writes,
        1.0,
        1.0,
        (demand.read_bytes[0] + demand.write_bytes[0]) / count,
        (demand.read_bytes[1] + demand.write_bytes[1]) / count,
        make.busy(reads, writes),
        generations,
        spent,
    )


def _groups(layout: Layout, demand: Demand) -> list[tuple[int, float, float]]:
    """The hottest part and the others: how many, and the share of single reads and of writes of **one** of them."""
    parts = layout.parts
    reads, writes = demand.hottest_reads(layout), demand.hottest_writes(layout)
    if max(reads, writes) <= _EVEN / parts:
        return [(parts, 1.0 / parts, 1.0 / parts)]
    return [(1, reads, writes), (parts - 1, (1.0 - reads) / (parts - 1), (1.0 - writes) / (parts - 1))]


def read_split(layout: Layout) -> tuple[float, float]:
    """The part of a part's reads that its leader does, and the part that each replica does."""
    replicas = layout.copies - 1
    if replicas == 0 or layout.read_from is _FROM_LEADER:
        return 1.0, 0.0
    if layout.read_from is _FROM_REPLICAS:
        return 0.0, 1.0 / replicas
    return 1.0 / layout.copies, 1.0 / layout.copies


def _led(make: Make, layout: Layout, demand: Demand) -> Iterator[Machines]:
    """Writes go to the part's leader and are applied by its replicas too, at the same cost.

    With several leaders each copy answers its part of the writes, and all of them apply all.
    """
    replicas = layout.copies - 1
    leading, following = read_split(layout)
    answered = 1.0 / layout.copies if layout.leaders is _MULTI else 1.0
    for group, (parts, reads, writes) in enumerate(_groups(layout, demand)):
        bytes_in, bytes_out = _volume(layout.parts, demand, reads)
        rate = reads * demand.single_reads + demand.scattered
        written = writes * demand.all_writes
        received = writes * demand.write_bytes[0]
        told = writes * demand.write_bytes[1] + received * replicas  # answers, and copies passed on
        yield Machines(
            parts,
            group,
            rate * leading,
            written,
            parts * reads * leading,
            parts * writes * answered,
            bytes_in * leading + received,
            bytes_out * leading + told * answered,
            make.busy(rate * leading, written),
        )
        if replicas:
            passed_on = told * answered if layout.leaders is _MULTI else 0.0
            yield Machines(
                parts * replicas,
                group,
                rate * following,
                written,
                parts * reads * following * replicas,
                parts * writes * (1.0 - answered),
                bytes_in * following + received,
                bytes_out * following + passed_on,
                make.busy(rate * following, written),
            )


def _quorum(make: Make, layout: Layout, demand: Demand) -> Iterator[Machines]:
    """Rates of a quorum's members are of client requests, so each client request counts as one over all members.

    That is for reads from a majority: a read from more or fewer members is so much more or less work. A write is always
    done by all of them. A member has one part of its own and copies of those of its neighbours: the machines of the
    hottest part have (h + (c - 1) (1 - h) / (n - 1)) / c each.
    """
    members, copies = layout.parts, layout.copies
    reads = member_share(demand.hottest_reads(layout), members, copies)
    writes = member_share(demand.hottest_writes(layout), members, copies)
    rest = members - copies
    yield _member(make, copies, 0, layout, demand, reads, writes)
    if rest:
        others = (1.0 - copies * reads) / rest, (1.0 - copies * writes) / rest
        yield _member(make, rest, 1, layout, demand, *others)


def member_share(hottest: float, members: int, copies: int) -> float:
    """The part of all requests that a member with the hottest part has, which is `hottest` of them."""
    if members == 1:
        return 1.0
    return (hottest + (copies - 1) * (1.0 - hottest) / (members - 1)) / copies


def _member(
    make: Make, count: int, group: int, layout: Layout, demand: Demand, reads: float, writes: float
) -> Machines:
    bytes_in, bytes_out = _volume(layout.parts, demand, reads)
    rate = (reads * demand.single_reads + demand.scattered) * layout.read_cost
    written = writes * demand.all_writes
    return Machines(
        count,
        group,
        rate,
        written,
        count * reads,
        count * writes,
        bytes_in + writes * demand.write_bytes[0],
        bytes_out + writes * demand.write_bytes[1],
        make.busy(rate, written),
    )


def _volume(parts: int, demand: Demand, share: float) -> tuple[float, float]:
    """Bytes in and out for the reads of one part: its share of single reads, an even part of scattered ones."""
    total = demand.single_reads + demand.scattered
    if total == 0.0:
        return demand.read_bytes[0] / parts, demand.read_bytes[1] / parts
    part = (demand.single_reads * share + demand.scattered / parts) / total
    return demand.read_bytes[0] * part, demand.read_bytes[1] * part
