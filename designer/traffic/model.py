"""How requests flow: for each workload the plan of calls, and the rates it puts on every node and connection.

A plan says who calls whom for what (routing.py makes it from the drawing alone); propagation.py walks the plans,
computes hit ratios on the way and adds up the rates. All rates are per second **at peak**.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from designer.arithmetic import Arithmetic


@dataclass(frozen=True, slots=True)
class Work:
    """Operations done at a node during one visit: `count` operations for touch number `touch` of the workload."""

    touch: int
    count: float


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request of one workload does at `node` when it needs the touches numbered in `touches`.

    `work` is done here (stores, caches, providers of a capability); `calls` are made onward, in this order.
    Visits are shared: the same (node, touches) of a workload is the same object, so a plan is a DAG.
    """

    node: str
    touches: tuple[int, ...]
    work: tuple[Work, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One onward call of a visit: `times` calls per visit, each to one of `options` (weights sum to 1).

    `on_miss` names the cache whose miss is the condition of this call (read-through: the visiting node itself;
    cache-aside: the cache asked by the call before). `deferred`: the caller does not wait for it (it ends in a queue).
    `optional`: the request still succeeds when this call fails (a cache-aside lookup or invalidation).
    """

    touches: tuple[int, ...]
    times: float
    options: tuple[Option, ...]
    on_miss: str | None = None
    deferred: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One possible target of a call."""

    weight: float
    connection: str  # "source>target"
    visit: Visit


@dataclass(frozen=True, slots=True)
class Plan:
    """How a workload runs. `entries` are the clients' own visits; empty when nothing can be served."""

    workload: str
    entries: tuple[Option, ...]  # connection is "" here: a client has no caller
    unserved: tuple[int, ...] = ()  # touches no connection leads to


class ProblemKind(StrEnum):
    EMPTY = "empty"
    NO_CLIENT = "no_client"
    UNREACHABLE = "unreachable"  # a touch has no way to what it needs
    NO_HOME = "no_home"  # no node holds the dataset or provides the capability
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why part of the design cannot be judged. A value, not an exception: the rest is still judged."""

    kind: ProblemKind
    message: str
    nodes: tuple[str, ...] = ()
    workload: str | None = None
    touch: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """What one workload sends over one connection, per second at peak. Bytes are payload."""

    connection: str
    source: str
    target: str
    workload: str
    calls: float
    reads: float  # operations asked of the target or of what lies behind it for this call
    writes: float
    bytes_forward: float  # caller to callee
    bytes_back: float
    deferred: bool


@dataclass(frozen=True, slots=True)
class Load:
    """What one workload makes one node do, per second at peak."""

    node: str
    workload: str
    calls: float  # visits
    reads: float  # operations done here (for what does not store: visits count as reads)
    writes: float
    scattered_reads: float  # part of `reads` that every shard must answer
    bytes_in: float
    bytes_out: float
    datasets: Mapping[str, tuple[float, float]]  # dataset -> (reads, writes) per second done here


@dataclass(frozen=True, slots=True)
class CacheHit:
    """Hit ratio of one cache for one dataset, by Che's approximation for LRU over all it keeps."""

    cache: str
    dataset: str
    ratio: float  # effective: after invalidation by updates
    lookups: float  # per second at peak
    kept_records: float
    characteristic_time: float  # seconds; inf when everything fits
    arithmetic: Arithmetic


@dataclass(frozen=True, slots=True)
class Traffic:
    plans: Mapping[str, Plan]
    flows: tuple[Flow, ...]
    loads: tuple[Load, ...]
    hits: tuple[CacheHit, ...]
    problems: tuple[Problem, ...]

    def hit_ratio(self, cache: str, dataset: str) -> float:
        """Effective hit ratio, 0 when the cache does not see the dataset."""
        return next((hit.ratio for hit in self.hits if hit.cache == cache and hit.dataset == dataset), 0.0)
