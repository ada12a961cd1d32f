"""How busy and how slow: utilisation of every ceiling, latency percentiles, storage growth and cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Later

PERCENTILES = (50.0, 95.0, 99.0, 99.9)


class Ceiling(StrEnum):
    """What can run out at a node."""

    OPERATIONS = "operations"
    BANDWIDTH = "bandwidth"
    MEMORY = "memory"
    DISK = "disk"
    IOPS = "iops"  # operations of the disks
    CONNECTIONS = "connections"
    PARTITION = "partition"  # the hottest shard, partition or key
    TOKENS = "tokens"  # what a language model reads and writes


class Utilisation(NamedTuple):
    """Demand against limit, in the base unit of the ceiling, for the busiest machine of the node."""

    ceiling: Ceiling
    value: float  # demand / limit; inf for a demand on nothing
    demand: float
    limit: float
    arithmetic: Arithmetic


class NodePerformance(NamedTuple):
    """How busy one node is at peak."""

    node: str
    machines: int
    utilisations: tuple[Utilisation, ...]  # the ceilings that apply, most used first
    needed: int  # machines that carry the peak at or below 100 %: the k of k-of-n, from 1 to `machines` + 1
    minimum: (
        int | None
    )  # fewest of the scaling knob that keep every ceiling at or below 100 %; None: no count can
    minimum_knob: str | None  # "instances", "shards", ...: the knob `minimum` counts
    hottest_share: float | None  # share of the node's keyed load on its hottest shard
    months_until_full: float | None  # at the stated growth; None: does not grow
    moved_share: float | None = None  # part of the records that move when a part is added; None: has no parts
    minimum_arithmetic: Arithmetic | None = None  # where the minimum is not found by trying

    @property
    def binding(self) -> Utilisation | None:
        return self.utilisations[0] if self.utilisations else None

    def utilisation(self, ceiling: Ceiling) -> Utilisation | None:
        for item in self.utilisations:
            if item.ceiling is ceiling:
                return item
        return None


class Hop(NamedTuple):
    """Mean seconds one request of the workload spends at `node`, weighted by how often it goes there."""

    node: str
    service: float
    waiting: float
    network: float  # reaching the node


@dataclass(frozen=True)
class Response:
    """Time from the client's question to its answer (or, as `freshness`, to the end of the deferred work)."""

    mean: float  # seconds; inf above saturation
    percentiles: Mapping[float, float]  # keys PERCENTILES, seconds; inf above saturation
    hops: tuple[Hop, ...]  # in order of first visit
    saturated: tuple[str, ...]  # nodes on the way whose utilisation is 1 or more
    arithmetic: Arithmetic
    # The percentiles are right to this part of themselves, by comparison with simulation.
    band: Later[float] = Later(0.0)
    approximations: Later[tuple[str, ...]] = Later(())  # why they are not exact, each a phrase


@dataclass(frozen=True, slots=True)
class Growth:
    """A dataset over time. Records and bytes are logical (one copy)."""

    dataset: str
    records_now: float
    growth: float  # records per second, average
    bytes_now: float
    homes: tuple[str, ...]  # nodes that hold it
    arithmetic: Arithmetic


class NodeCost(NamedTuple):
    """USD per month."""

    node: str
    machines: float
    storage: float
    requests: float
    egress: float
    tokens: float
    arithmetic: Arithmetic

    @property
    def total(self) -> float:
        return self.machines + self.storage + self.requests + self.egress + self.tokens

    @property
    def by_use(self) -> float:
        """What grows and falls with the traffic."""
        return self.requests + self.egress + self.tokens


@dataclass(frozen=True, slots=True)
class Cost:
    """What the whole design costs."""

    nodes: tuple[NodeCost, ...]
    total: float  # USD per month
    per_million_requests: float | None  # USD; None without traffic
    millions: float = 0.0  # million requests a month, of all workloads together

    def per_million(self, amount: float) -> float | None:
        """What an amount a month is for a million requests, in USD; None without traffic."""
        return amount / self.millions if self.millions > 0.0 else None
