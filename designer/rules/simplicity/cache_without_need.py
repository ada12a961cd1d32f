"""A cache without which everything would be as good."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.design.edit import RemoveNode
from designer.design.model import WritePolicy
from designer.performance.machines import first_share
from designer.performance.model import Ceiling
from designer.rules.accesses import answering_copies
from designer.rules.caching import hit_ratio, regional_hits
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import allowed_at, label, money, percent, rate, workloads_at
from designer.rules.reliability.cache_death_overloads_store import Strain, share_of, strain_of
from designer.rules.repairs import PLANNED
from designer.rules.scalability.hot_key import LARGE
from designer.rules.timing import keeps_time, own_p99
from designer.traffic.model import CacheHit
from designer.units import Dimension


@rule(
    severity=Severity.INFO,
    applies="Where a cache in a region answers reads of a store that could be asked instead.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3",
        scenario="carts",
    ),
    good=Example(
        "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > "
        "cache*2[replicas=1], db:sql_database*2[read_from=leader]",
        scenario="busy",
    ),
    sources=(
        "Amazon Builders' Library, Caching challenges and strategies (M. Brinkley and J. Chhabra): caches are hard",
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 9: simplicity",
    ),
    false_positives="A cache may be there for what comes next year, or for a crowd the exercise does not tell of.",
    fix="Take it away until it is needed: data that is kept in one place only is never old.",
    parameters=(
        Parameter(
            "busy",
            PLANNED,
            Dimension.RATIO,
            "part of what a store can do that it may do without the cache, where no less is allowed",
        ),
        Parameter("least", 0.1, Dimension.RATIO, "part of the lookups from which on a cache answers much"),
    ),
)
def check(analysis: Analysis, busy: float, least: float) -> Result:
    """A cache that no requirement needs

    Every copy can be old, has to be told of changes, and must be thought of when something looks wrong. That is a
    small price for a store that could not do without, and too much where the store would hardly notice.
    """
    answering = {cache: hits for cache, hits in regional_hits(analysis).items() if hit_ratio(hits) >= least}
    if not answering:
        return NotApplicable("No cache in a region answers much here.")
    data = dict.fromkeys([hit.dataset for hits in answering.values() for hit in hits])
    behind = {dataset: _behind(analysis, dataset, busy) for dataset in data}
    spare = {
        cache: found for cache, hits in answering.items() if (found := _spare(analysis, cache, hits, behind))
    }
    if not spare:
        return Passed(
            "Each cache here saves its store work that it has no room for, or time that there is not.",
            tuple(answering),
        )
    return tuple([_fault(analysis, cache, answering[cache], found) for cache, found in spare.items()])


@dataclass(frozen=True, slots=True)
class _Way:
    """A store that is asked for some data where no cache answers, and what more it can do."""

    store: str
    used: float  # part of what it can do that it does now
    limit: float  # reads per second that one machine can do
    allowed: float  # part of what it can do that it may do
    busiest: float  # part of the reads of these data on its busiest machine
    hottest: float  # part of the lookups of these data that are of the record asked for most
    copies: int  # of that record


class _Behind(NamedTuple):
    """The stores that are asked for some data where no cache answers."""

    ways: tuple[_Way, ...]
    delay: float  # seconds that 99 of 100 reads at the slowest of them do not exceed when nobody waits


def _behind(analysis: Analysis, dataset: str, busy: float) -> _Behind | None:
    """The stores of these data; None where it is not known of one of them what it can do.

    Or where a record may not be asked for as often as a machine answers: then a cache keeps the hottest away.
    """
    homes = analysis.growth[dataset].homes
    ways = [way for home in homes if (way := _way(analysis, home, dataset, busy)) is not None]
    if len(ways) < len(homes):
        return None
    return _Behind(tuple(ways), max([own_p99(analysis, home) for home in homes], default=0.0))


def _way(analysis: Analysis, store: str, dataset: str, busy: float) -> _Way | None:
    strain, data = strain_of(analysis, store), analysis.scenario.datasets[dataset]
    if strain is None or analysis.nodes[store].utilisation(Ceiling.PARTITION) is not None:
        return None
    return _Way(
        store,
        strain.used.value,
        strain.limit,
        min(busy, allowed_at(analysis, store)),
        share_of(analysis, store, dataset),
        first_share(data.records, data.skew),
        answering_copies(analysis, store),
    )


def _spare(
    analysis: Analysis, cache: str, hits: Sequence[CacheHit], behind: Mapping[str, _Behind | None]
) -> dict[str, float]:
    """The stores that would answer instead, with the reads that each gets on its busiest machine.

    None where one of them could not. What comes to a store for several data adds up, but for the record most wanted.
    """
    if analysis.graph.nodes[cache].writes is WritePolicy.BACK:
        return {}
    found: dict[str, float] = {}
    slower = 0.0
    for hit in hits:
        stores = behind[hit.dataset]
        if stores is None:
            return {}
        for way in stores.ways:
            reads, asked = hit.lookups * hit.ratio / len(stores.ways), hit.lookups / len(stores.ways)
            more = found.get(way.store, 0.0) + reads * way.busiest
            hottest = asked * way.hottest / way.copies / way.limit
            if way.used + more / way.limit > way.allowed or hottest >= LARGE:
                return {}
            found[way.store] = more
        slower = max(slower, stores.delay)
    return found if keeps_time(analysis, workloads_at(analysis)[cache], slower) else {}


def _fault(analysis: Analysis, cache: str, hits: Sequence[CacheHit], stores: Mapping[str, float]) -> Fault:
    return Fault(
        nodes=(cache, *stores),
        message=lambda: _tell(analysis, cache, hits, stores),
        fix=lambda: (RemoveNode(node=cache, reconnect=bool(analysis.graph.successors(cache))),),
        arithmetic=Arithmetic.later(lambda: _explain(analysis, stores)),
    )


def _tell(analysis: Analysis, cache: str, hits: Sequence[CacheHit], stores: Mapping[str, float]) -> str:
    answered = math.fsum([hit.lookups * hit.ratio for hit in hits])
    price = next((item.total for item in analysis.cost.nodes if item.node == cache), 0.0)
    store, _, after = _busiest(analysis, stores)
    return (
        f"{label(analysis, cache)} answers {rate(answered)}, and costs {money(price)}. Without it "
        f"{label(analysis, store)} would be at {percent(after)} of what it can do."
    )


def _busiest(analysis: Analysis, stores: Mapping[str, float]) -> tuple[str, Strain, float]:
    """The store that would have the least to spare, how busy it is now, and then."""
    strains = [(store, strain_of(analysis, store), reads) for store, reads in stores.items()]
    afters = [
        (store, strain, strain.used.value + reads / strain.limit)
        for store, strain, reads in strains
        if strain is not None
    ]
    return max(afters, key=lambda item: item[2])


def _explain(analysis: Analysis, stores: Mapping[str, float]) -> Arithmetic:
    store, strain, after = _busiest(analysis, stores)
    return Arithmetic(
        formula="rho' = rho + b / m",
        result=Quantity("rho'", f"operations at {label(analysis, store)} then", after, Dimension.RATIO),
        inputs=(
            Quantity("rho", "its operations now", strain.used.value, Dimension.RATIO),
            Quantity("b", "reads per second that come to its busiest machine", stores[store], Dimension.RATE),
            Quantity("m", "reads per second one machine can do", strain.limit, Dimension.RATE),
        ),
        method="utilisation law",
        steps=(strain.used.arithmetic,),
    )
