"""A cache without which everything would be as good."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.design.edit import RemoveNode
from designer.design.model import WritePolicy
from designer.performance.model import Ceiling
from designer.rules.caching import hit_ratio, regional_hits
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import label, money, percent, rate, workloads_at
from designer.rules.reliability.cache_death_overloads_store import Strain, strain_of
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
            "busy", 0.4, Dimension.RATIO, "part of what a store can do that it may do without the cache"
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
        return Passed("No store here could do as well without the cache before it.", tuple(answering))
    return tuple([_fault(analysis, cache, answering[cache], found) for cache, found in spare.items()])


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
) -> dict[str, tuple[Strain, float]]:
    """The stores that would answer instead, with the reads that come to each; none where one of them could not."""
    if analysis.graph.nodes[cache].writes is WritePolicy.BACK:
        return {}
    found: dict[str, tuple[Strain, float]] = {}
    for store, extra in _moved(analysis, hits).items():
        strain = strains.get(store)
        if strain is None or strain.with_more(extra) > busy:
            return {}
        found[store] = strain, extra
    slower = max([own_p99(analysis, store) for store in found], default=0.0)
    return found if keeps_time(analysis, workloads_at(analysis)[cache], slower) else {}


def _moved(analysis: Analysis, hits: Sequence[CacheHit]) -> Mapping[str, float]:
    """Reads per second that each store gets without the cache."""
    found: dict[str, float] = {}
    for hit in hits:
        homes = analysis.growth[hit.dataset].homes
        for home in homes:
            found[home] = found.get(home, 0.0) + hit.lookups * hit.ratio / len(homes)
    return found


def _fault(
    analysis: Analysis, cache: str, hits: Sequence[CacheHit], stores: dict[str, tuple[Strain, float]]
) -> Fault:
    answered = math.fsum([hit.lookups * hit.ratio for hit in hits])
    store = max(stores, key=lambda name: stores[name][0].with_more(stores[name][1]))
    strain, extra = stores[store]
    price = next((item.total for item in analysis.cost.nodes if item.node == cache), 0.0)
    return Fault(
        nodes=(cache, *stores),
        message=lambda: (
            f"{label(analysis, cache)} answers {rate(answered)}, and costs {money(price)}. Without it "
            f"{label(analysis, store)} would be at {percent(strain.with_more(extra))} of what it can do."
        ),
        fix=lambda: (RemoveNode(node=cache, reconnect=bool(analysis.graph.successors(cache))),),
        arithmetic=Arithmetic.later(lambda: _explain(analysis, store, strain, extra)),
    )


def _explain(analysis: Analysis, store: str, strain: Strain, extra: float) -> Arithmetic:
    return Arithmetic(
        formula="rho' = rho + e h / m",
        result=Quantity(
            "rho'", f"operations at {label(analysis, store)} then", strain.with_more(extra), Dimension.RATIO
        ),
        inputs=(
            Quantity("rho", "its operations now", strain.used.value, Dimension.RATIO),
            Quantity("e", "reads per second that the cache answers", extra, Dimension.RATE),
            Quantity("h", "share of them on the busiest machine of the store", strain.share, Dimension.RATIO),
            Quantity("m", "reads per second one machine can do", strain.limit, Dimension.RATE),
        ),
        method="utilisation law",
        steps=(strain.used.arithmetic,),
    )
