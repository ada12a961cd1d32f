"""A cache without which everything would be as good."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
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
    strains = _strains(analysis, answering.values())
    spare = {
        cache: found
        for cache, hits in answering.items()
        if (found := _spare(analysis, cache, hits, strains, busy))
    }
    if not spare:
        return Passed(
            "Each cache here saves its store work that it has no room for, or time that there is not.",
            tuple(answering),
        )
    return tuple([_fault(analysis, cache, answering[cache], found) for cache, found in spare.items()])


class _Moved(NamedTuple):
    """What a store has to do when a cache no longer answers before it."""

    strain: Strain
    reads: float  # per second that the cache answers now
    busiest: float  # of these, on the store's busiest machine
    hottest: float  # part of what one machine can do that the record asked for most takes then

    @property
    def after(self) -> float:
        """How busy it is then."""
        return self.strain.used.value + self.busiest / self.strain.limit

    def with_more(self, other: _Moved) -> _Moved:
        """With what comes to the same store for other data: only one record is the most wanted."""
        reads, busiest = self.reads + other.reads, self.busiest + other.busiest
        return _Moved(self.strain, reads, busiest, max(self.hottest, other.hottest))


def _strains(analysis: Analysis, hits: Iterable[Sequence[CacheHit]]) -> dict[str, Strain]:
    """How busy each store behind these caches is, where a record may be asked for as often as a machine answers.

    Where it may not, the cache keeps the hottest record away.
    """
    found: dict[str, Strain] = {}
    for dataset in dict.fromkeys([hit.dataset for each in hits for hit in each]):
        for home in analysis.growth[dataset].homes:
            strain = None if home in found else strain_of(analysis, home)
            if strain is not None and analysis.nodes[home].utilisation(Ceiling.PARTITION) is None:
                found[home] = strain
    return found


def _spare(
    analysis: Analysis, cache: str, hits: Sequence[CacheHit], strains: Mapping[str, Strain], busy: float
) -> dict[str, _Moved]:
    """The stores that would answer instead, with what comes to each; none where one of them could not."""
    if analysis.graph.nodes[cache].writes is WritePolicy.BACK:
        return {}
    found: dict[str, _Moved] = {}
    for store, moved in _moved(analysis, hits, strains).items():
        allowed = min(busy, allowed_at(analysis, store))
        if moved is None or moved.after > allowed or moved.hottest >= LARGE:
            return {}
        found[store] = moved
    slower = max([own_p99(analysis, store) for store in found], default=0.0)
    return found if keeps_time(analysis, workloads_at(analysis)[cache], slower) else {}


def _moved(
    analysis: Analysis, hits: Sequence[CacheHit], strains: Mapping[str, Strain]
) -> Mapping[str, _Moved | None]:
    """What comes to each store without the cache; None for a store of which it is not known what it can do."""
    found: dict[str, _Moved | None] = {}
    for hit in hits:
        homes = analysis.growth[hit.dataset].homes
        for home in homes:
            known, strain = found.get(home), strains.get(home)
            if strain is None:
                found[home] = None
            elif known is not None or home not in found:
                moved = _move(analysis, hit, home, strain, len(homes))
                found[home] = moved if known is None else known.with_more(moved)
    return found


def _move(analysis: Analysis, hit: CacheHit, store: str, strain: Strain, homes: int) -> _Moved:
    data, copies = analysis.scenario.datasets[hit.dataset], answering_copies(analysis, store)
    reads, asked = hit.lookups * hit.ratio / homes, hit.lookups / homes
    busiest = reads * share_of(analysis, store, hit.dataset)
    hottest = asked * first_share(data.records, data.skew) / copies / strain.limit
    return _Moved(strain, reads, busiest, hottest)


def _fault(analysis: Analysis, cache: str, hits: Sequence[CacheHit], stores: Mapping[str, _Moved]) -> Fault:
    answered = math.fsum([hit.lookups * hit.ratio for hit in hits])
    store = max(stores, key=lambda name: stores[name].after)
    price = next((item.total for item in analysis.cost.nodes if item.node == cache), 0.0)
    return Fault(
        nodes=(cache, *stores),
        message=lambda: (
            f"{label(analysis, cache)} answers {rate(answered)}, and costs {money(price)}. Without it "
            f"{label(analysis, store)} would be at {percent(stores[store].after)} of what it can do."
        ),
        fix=lambda: (RemoveNode(node=cache, reconnect=bool(analysis.graph.successors(cache))),),
        arithmetic=Arithmetic.later(lambda: _explain(analysis, store, stores[store])),
    )


def _explain(analysis: Analysis, store: str, moved: _Moved) -> Arithmetic:
    strain = moved.strain
    return Arithmetic(
        formula="rho' = rho + b / m",
        result=Quantity("rho'", f"operations at {label(analysis, store)} then", moved.after, Dimension.RATIO),
        inputs=(
            Quantity("rho", "its operations now", strain.used.value, Dimension.RATIO),
            Quantity("b", "reads per second that come to its busiest machine", moved.busiest, Dimension.RATE),
            Quantity("m", "reads per second one machine can do", strain.limit, Dimension.RATE),
        ),
        method="utilisation law",
        steps=(strain.used.arithmetic,),
    )
