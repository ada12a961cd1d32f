"""A cache without room for what is asked for, before a store that cannot answer the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis, State, Verdict
from designer.catalog.model import Knob
from designer.design.edit import Change
from designer.errors import quote
from designer.performance.machines import Demand, Keyed, first_share
from designer.performance.model import Ceiling, Utilisation
from designer.performance.sizing import fewest
from designer.performance.working_set import Kept, disk_reads
from designer.rules.caching import hit_ratio, regional_hits
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    allowed_at,
    component,
    label,
    listed,
    loads_at,
    most_used,
    percent,
)
from designer.rules.repairs import PLANNED, set_count
from designer.traffic.model import CacheHit
from designer.units import Dimension, format_quantity

MOST_TIMES = 64
"""How many times as many machines a repair offers at most (rule of thumb)."""

QUIET = 0.05
"""Updates per lookup above which memory does not tell what would be answered (rule of thumb)."""

_SUFFERING = (Ceiling.OPERATIONS, Ceiling.BANDWIDTH, Ceiling.IOPS)
"""Ceilings of a store that reads use up, and that fewer of them would relieve."""


@rule(
    severity=Severity.ERROR,
    applies="Where a cache in a region stands before a store.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*2, "
        "db:sql_database*2[read_rate=700/s, servers=8, service_time=10 ms, service_time_p99=30 ms]"
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*6, "
        "db:sql_database*2[read_rate=700/s, servers=8, service_time=10 ms, service_time_p99=30 ms]"
    ),
    sources=(
        "P. J. Denning, The Working Set Model for Program Behavior, Communications of the ACM 11(5), 1968",
        "H. Che, Y. Tung and Z. Wang, Hierarchical Web Caching Systems, IEEE JSAC 20(7), 2002",
    ),
    false_positives="The skew is the scenario's estimate: where few records are wanted by most, less memory is enough.",
    fix="Give the cache more machines or more memory, or keep less of each record in it.",
    parameters=(
        Parameter(
            "far_below",
            0.1,
            Dimension.RATIO,
            "part of the lookups that a cache with room for everything would answer and this one does not",
        ),
    ),
)
def check(analysis: Analysis, far_below: float) -> Result:
    """The cache has no room for what is asked for

    A cache keeps what was asked for last and gives up the rest when it is full. If what is wanted again and again does
    not fit, it is given up just before somebody asks for it, and the store has to answer. Memory is then what is
    missing, not a larger store.
    """
    caches = regional_hits(analysis)
    if not caches:
        return NotApplicable("No cache in a region stands before a store here.")
    suffering = _suffering_behind(analysis, caches.values())
    faults = []
    for cache, hits in caches.items() if suffering else ():
        short = [hit for hit in hits if _is_short(hit, suffering, far_below)]
        if short:
            faults.append(_fault(analysis, cache, short, suffering))
    return tuple(faults) or Passed(
        "No store suffers because a cache before it has too little memory.", tuple(caches)
    )


class _Suffering(NamedTuple):
    """A dataset with stores that cannot answer what caches leave to them, and how often its records change there."""

    stores: Sequence[str]
    updates: float


def _suffering_behind(analysis: Analysis, caches: Iterable[Sequence[CacheHit]]) -> Mapping[str, _Suffering]:
    """By cached dataset; those whose stores have no trouble are left out."""
    late = {node for item in analysis.verdicts if _is_late(item) for node in item.nodes}
    found = {}
    for name in {hit.dataset: None for hits in caches for hit in hits}:
        homes = analysis.growth[name].homes
        stores = [home for home in homes if home in late or _overload(analysis, home) is not None]
        if stores:
            loads = [load for home in homes for load in loads_at(analysis).get(home, ())]
            updates = math.fsum([load.datasets[name][1] for load in loads if name in load.datasets])
            found[name] = _Suffering(stores, updates)
    return found


def _is_late(verdict: Verdict) -> bool:
    return verdict.kind == "latency" and verdict.state is State.MISSED


def _is_short(hit: CacheHit, suffering: Mapping[str, _Suffering], far_below: float) -> bool:
    """Whether it is memory that keeps the hit ratio down; an update makes a copy useless in any cache."""
    if hit.dataset not in suffering or not math.isfinite(hit.characteristic_time):
        return False
    return hit.lookups / (hit.lookups + suffering[hit.dataset].updates) - hit.ratio >= far_below


def _overload(analysis: Analysis, store: str) -> Utilisation | None:
    used = most_used(analysis, store, _SUFFERING)
    return used if used is not None and used.value > allowed_at(analysis, store) else None


def _fault(
    analysis: Analysis, cache: str, short: Sequence[CacheHit], suffering: Mapping[str, _Suffering]
) -> Fault:
    stores = list(dict.fromkeys([store for hit in short for store in suffering[hit.dataset].stores]))
    quiet = all(suffering[hit.dataset].updates <= QUIET * hit.lookups for hit in short)
    most = max(short, key=lambda hit: hit.lookups * (1.0 - hit.ratio))
    data = analysis.scenario.datasets[most.dataset]
    kept, whole = (
        format_quantity(count, Dimension.COUNT, digits=2) for count in (most.kept_records, data.records)
    )
    message = (
        f"{label(analysis, cache)} has room for {kept} of {whole} {quote(data.name)} and answers "
        f"{percent(most.ratio)} of the reads. The rest is too much for "
        f"{listed([_describe(analysis, store) for store in stores])}."
    )
    return Fault(
        nodes=(cache, *stores),
        message=message,
        fix=_more_memory(analysis, cache, stores) if quiet else (),
        arithmetic=most.arithmetic,
    )


def _describe(analysis: Analysis, store: str) -> str:
    used = _overload(analysis, store)
    at = "" if used is None else f", which is at {percent(used.value)} of its {used.ceiling.value}"
    return label(analysis, store) + at


def _more_memory(analysis: Analysis, cache: str, stores: Sequence[str]) -> tuple[Change, ...]:
    """As many machines as leave the stores no more than they are allowed, with room to lose a machine."""
    memory = analysis.figure(analysis.graph.nodes[cache], "memory")
    if memory is None or Knob.INSTANCES not in component(analysis, cache).knobs:
        return ()
    hits = regional_hits(analysis)[cache]
    names = {hit.dataset for hit in hits}
    lasting = min([_lasting(analysis, store, names) for store in stores])
    now, answered = analysis.graph.nodes[cache].instances, hit_ratio(hits)
    before = 1.0 - _missed(analysis, hits, memory * now)
    if before <= 0.0:
        return ()

    def lasts(count: int) -> bool:
        # What updates make useless, no memory brings back: the hit ratio grows from what it is.
        grown = min(1.0, answered * (1.0 - _missed(analysis, hits, memory * count)) / before)
        return 1.0 - grown <= lasting * (1.0 - answered)

    wanted = fewest(lasts, least=now + 1, most=MOST_TIMES * now, guess=2 * now)
    return () if wanted is None else set_count(analysis, cache, Knob.INSTANCES, wanted)


def _missed(analysis: Analysis, hits: Sequence[CacheHit], memory: float) -> float:
    """The part of these lookups that so many bytes do not answer, by Che's approximation and without updates.

    A store's memory keeps what was asked for last just as a cache does.
    """
    keyed, kept = [], []
    for hit in hits:
        data = analysis.scenario.datasets[hit.dataset]
        first = first_share(data.records, data.skew)
        keyed.append(Keyed(hit.dataset, data.records, data.skew, hit.lookups, 0.0, first, 0.0))
        kept.append(Kept(hit.dataset, data.records, data.record_size, data.skew))
    return disk_reads(Demand(tuple(keyed)), kept, 1.0, memory)


def _lasting(analysis: Analysis, store: str, datasets: set[str]) -> float:
    """The part of what the cache misses that a store can go on answering; 0 when even nothing of it is too much."""
    used = _overload(analysis, store)
    if used is None:
        return 0.0  # too slow, though not too busy: it cannot be told what would be enough
    share = _share_of_misses(analysis, store, datasets)
    wanted = min(allowed_at(analysis, store), PLANNED)
    return max(0.0, 1.0 - (1.0 - wanted / used.value) / share) if share else 0.0


def _share_of_misses(analysis: Analysis, store: str, datasets: set[str]) -> float:
    """The part of a store's work that is reads of these datasets."""
    placed = analysis.graph.nodes[store]
    read_rate = analysis.figure(placed, "read_rate") or 1.0
    write_rate = analysis.figure(placed, "write_rate") or read_rate
    loads = loads_at(analysis)[store]
    whole = math.fsum([load.reads / read_rate + load.writes / write_rate for load in loads])
    reads = math.fsum(
        [load.datasets[name][0] for load in loads for name in load.datasets if name in datasets]
    )
    return reads / read_rate / whole if whole else 0.0
