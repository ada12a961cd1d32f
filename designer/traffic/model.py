"""How requests flow: for each workload the plan of calls, and the rates it puts on every node and connection.

A plan says who calls whom for what (routing.py makes it from the drawing alone); propagation.py walks the plans,
computes hit ratios on the way and adds up the rates. All rates are per second **at peak**.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Later


@dataclass(frozen=True, slots=True)
class Work:
    """Operations done at a node during one visit: `count` operations for touch number `touch` of the workload."""

    touch: int
    count: float


class Visit(NamedTuple):
    """What one request of one workload does at `node` when it needs the touches numbered in `touches`.

    `work` is done here (stores, caches, providers of a capability); `calls` are made onward, in this order. A touch is
    either worked on here or in exactly one call, but for a read that a cache answers: it is worked on at the cache
    and goes on when that misses.

    Visits are shared, so a plan is a graph without cycles in which a visit may be met on very many ways. `number` is
    the place of the visit in `Plan.visits`, where those that it calls come before it: walk that list, not the graph.
    Comparing two visits goes through each of their visits once; hashing looks at the first only.
    """

    node: str
    touches: tuple[int, ...]
    work: tuple[Work, ...]
    calls: tuple[Call, ...]
    number: int

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Visit):
            return NotImplemented
        return self is other or _outline(self) == _outline(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.node, self.touches))

    def __repr__(self) -> str:
        return f"Visit(node={self.node!r}, touches={self.touches!r}, work={self.work!r})"


def _outline(root: Visit) -> list[object]:
    """All visits from `root` on in a fixed order, each with the places of those it calls in that order."""
    places = {id(root): 0}
    visits = [root]
    outline: list[object] = []
    for visit in visits:
        calls = []
        for call in visit.calls:
            options = []
            for option in call.options:
                if id(option.visit) not in places:
                    places[id(option.visit)] = len(visits)
                    visits.append(option.visit)
                options.append((option.weight, option.connection, places[id(option.visit)]))
            calls.append((call.touches, call.times, call.on_miss, call.deferred, call.optional, options))
        outline.append((visit.node, visit.touches, visit.work, calls))
    return outline


class Call(NamedTuple):
    """One onward call of a visit: `times` calls per visit, each to one of `options` (weights sum to 1).

    `on_miss` names the cache whose miss is the condition of this call, for the dataset that all its touches share.
    Read-through it is the visiting node itself; cache-aside it is the cache that the optional call before asked (the
    first of its options, where it has several: the condition is then a miss of whichever was asked).

    `deferred`: the caller does not wait for it. Such calls leave a queue (the call into the queue is waited for) or a
    cache that writes back, or go over asynchronous connections alone.
    `optional`: the request still succeeds when this call fails: a lookup in a cache on the side, news of a write for
    it, messages that a queue puts away because it gave them up, and reads for which the caller has an answer of its
    own (a fallback).
    """

    touches: tuple[int, ...]
    times: float
    options: tuple[Option, ...]
    on_miss: str | None = None
    deferred: bool = False
    optional: bool = False


class Option(NamedTuple):
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
    visits: tuple[Visit, ...] = field(default=(), compare=False)  # all of them, callees before their callers


class ProblemKind(StrEnum):
    """What keeps a plan from being whole."""

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


class Flow(NamedTuple):
    """What one workload sends over one connection, per second at peak. Bytes are payload."""

    connection: str
    source: str
    target: str
    workload: str
    calls: float  # with retries and hedged calls
    reads: float  # operations asked of the target or of what lies behind it for this call; capabilities are reads
    writes: float
    bytes_forward: float  # caller to callee
    bytes_back: float
    deferred: bool  # nobody waits for the answer
    retried: float = 0.0  # part of `calls` that are tries after the first


class Generation(NamedTuple):
    """Operations with tokens, all with as many: what each gives a language model to read, and has it write."""

    rate: float  # operations per second
    prompt: float  # tokens of one
    output: float


class Load(NamedTuple):
    """What one workload makes one node do, per second at peak."""

    node: str
    workload: str
    calls: float  # visits
    # Operations done here: at stores and caches on data, elsewhere on a capability; a visit to what neither stores nor
    # offers what is asked counts as one read. What only passes through a cache is in `calls` alone.
    reads: float
    # At a cache: copies forgotten or written, and what is put there after a miss (a cache on the side). At a sharded
    # store with a global index: twice those asked for.
    writes: float
    scattered_reads: float  # part of `reads` that every shard must answer
    bytes_in: float  # all that arrives over the network: requests, and answers to the node's own calls
    bytes_out: float  # all that leaves: answers, and the node's own requests
    datasets: Mapping[str, tuple[float, float]]  # dataset -> (reads, writes) per second done here
    # Part of the reads of each dataset here that ask for the record asked for most here: caches on the way answer most
    # of the reads for the popular ones, so it may be far below the popularity of the first. At a queue, part of the
    # messages about a dataset that are about one record.
    hottest: Mapping[str, float] = MappingProxyType({})
    refused: float = 0.0  # visits turned away by the node's limit, not in `calls`
    given_up: float = 0.0  # messages that were never done: at-most-once, or after the last delivery
    generations: tuple[Generation, ...] = ()  # those of `reads` that have tokens


@dataclass(frozen=True)
class CacheHit:
    """Hit ratio of one cache for one dataset, by Che's approximation over all it keeps.

    `bound` is what a cache has that keeps the records most asked for in terms of their size: of all datasets together
    none of that memory answers more.
    """

    cache: str
    dataset: str
    ratio: float  # effective: after invalidation by updates
    lookups: float  # per second at peak
    characteristic_time: float  # seconds; inf when everything fits
    arithmetic: Arithmetic
    kept_records: Later[float] = Later(0.0)
    bound: Later[float] = Later(1.0)  # the hit ratio of a perfect LFU with the same memory: none does better
    stale: Later[float] = Later(0.0)  # part of the hits that answer with a value older than the last write
    warm_up: Later[float] = Later(0.0)  # seconds after a restart until it has nine tenths of `ratio`
    warming: Arithmetic | None = None  # of `warm_up`
    staleness: Arithmetic | None = None  # of `stale`


@dataclass(frozen=True, slots=True)
class Traffic:
    """What `propagate` finds."""

    plans: Mapping[str, Plan]
    flows: tuple[Flow, ...]
    loads: tuple[Load, ...]
    hits: tuple[CacheHit, ...]
    problems: tuple[Problem, ...]

    def hit_ratio(self, cache: str, dataset: str) -> float:
        """Effective hit ratio, 0 when the cache does not see the dataset."""
        return next((hit.ratio for hit in self.hits if hit.cache == cache and hit.dataset == dataset), 0.0)
