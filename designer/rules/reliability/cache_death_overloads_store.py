"""What the store would have to do while a part of the cache is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Place, Replication
from designer.design.model import ReadFrom
from designer.performance.machines import busiest_part, first_share
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import allowances, component, is_managed, label, percent, rate, workloads_at
from designer.rules.repairs import set_copies
from designer.traffic.model import CacheHit
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where a cache whose machines can die stands before a store.",
    bad=Example(
        "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > "
        "cache*2, db:sql_database*2[read_from=leader]",
        scenario="busy",
    ),
    good=(
        Example(
            "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > "
            "cache*2[replicas=1], db:sql_database*2[read_from=leader]",
            scenario="busy",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2, db:sql_database*2",
            note="The store is idle.",
        ),
    ),
    sources=(
        "R. Nishtala et al., Scaling Memcache at Facebook, NSDI'13, 3.3: spare machines stand in for failed caches",
        "Amazon Builders' Library, Caching challenges and strategies (M. Brinkley and J. Chhabra)",
    ),
    false_positives="Requests that are shed, or answered with less while the cache fills, never reach the store.",
    fix="Give each cache machine a replica, or use more and smaller ones so that each answers less.",
)
def check(analysis: Analysis) -> Result:
    """The store cannot stand in for a lost cache machine

    A cache does not only make things fast: it keeps load away from the store. When one of its machines dies, all
    that it answered arrives at the store at once. A store sized for the misses alone then falls too, and stays down,
    because nothing can fill the cache again.
    """
    hits = _hits(analysis)
    behind = {name: _strains(analysis, name) for name in {hit.dataset for hit in hits}}
    caches = tuple(dict.fromkeys([hit.cache for hit in hits if behind[hit.dataset]]))
    if not caches:
        return NotApplicable("No store of this design hides behind a cache that can die.")
    faults = [
        _fault(analysis, *ends, extra, strain)
        for ends, (extra, strain) in _moved(analysis, hits, behind).items()
        if strain.used.value <= 1.0 < strain.with_more(extra)
    ]
    return tuple(faults) or Passed("If a machine of the cache dies, the store can do its work.", caches)


class Strain(NamedTuple):
    """How busy a store is with operations, and what more reads would add: each falls on one machine that answers."""

    used: Utilisation
    share: float  # of further reads, on its busiest machine
    limit: float  # reads per second that one machine can do

    def with_more(self, reads: float) -> float:
        return self.used.value + reads * self.share / self.limit


def _hits(analysis: Analysis) -> list[CacheHit]:
    """What is asked of the caches whose machines can die."""
    hits = analysis.traffic.hits
    mortal = {hit.cache for hit in hits if _can_die(analysis, hit)}
    return [hit for hit in hits if hit.cache in mortal]


def _strains(analysis: Analysis, dataset: str) -> dict[str, Strain]:
    """How busy the homes of these data are, as far as that is known."""
    homes = analysis.growth[dataset].homes
    return {home: strain for home in homes if (strain := strain_of(analysis, home)) is not None}


def _moved(
    analysis: Analysis, hits: Sequence[CacheHit], behind: Mapping[str, Mapping[str, Strain]]
) -> Mapping[tuple[str, str], tuple[float, Strain]]:
    """For each cache and store the reads per second that one dead cache machine moves to it, where there are any."""
    moved: dict[tuple[str, str], tuple[float, Strain]] = {}
    for hit in hits:
        placed = analysis.graph.nodes[hit.cache]
        share = 0.0 if placed.replicas else analysis.nodes[hit.cache].hottest_share or 1.0 / placed.instances
        reads = hit.lookups * hit.ratio * share
        if reads > 0.0:
            each = reads / len(analysis.growth[hit.dataset].homes)
            for home, strain in behind[hit.dataset].items():
                known, _ = moved.get((hit.cache, home), (0.0, strain))
                moved[hit.cache, home] = (known + each, strain)
    return moved


def _can_die(analysis: Analysis, hit: CacheHit) -> bool:
    found = component(analysis, hit.cache)
    return found.place is Place.REGION and not is_managed(found) and hit.lookups * hit.ratio > 0.0


def strain_of(analysis: Analysis, store: str) -> Strain | None:
    """How busy the store is with operations; None where its ceilings are not known."""
    used = analysis.nodes[store].utilisation(Ceiling.OPERATIONS)
    limit = analysis.figure(analysis.graph.nodes[store], "read_rate")
    if used is None or not limit:
        return None
    share = (analysis.nodes[store].hottest_share or 1.0 / _parts(analysis, store)) / _readers(analysis, store)
    return Strain(used, share, limit)


def share_of(analysis: Analysis, store: str, dataset: str) -> float:
    """Share of the dataset's reads on the store's busiest machine when no cache answers those for popular records."""
    placed, data = analysis.graph.nodes[store], analysis.scenario.datasets[dataset]
    first = first_share(data.records, data.skew)
    return busiest_part(first, _parts(analysis, store), placed.partitioning) / _readers(analysis, store)


def _parts(analysis: Analysis, store: str) -> int:
    placed = analysis.graph.nodes[store]
    return placed.instances * placed.shards


def _readers(analysis: Analysis, store: str) -> int:
    placed = analysis.graph.nodes[store]
    if component(analysis, store).replication is not Replication.LEADER:
        return 1
    return {
        ReadFrom.LEADER: 1,
        ReadFrom.REPLICAS: max(1, placed.replicas),
        ReadFrom.ANY: 1 + placed.replicas,
    }[placed.read_from]


def _fault(analysis: Analysis, cache: str, store: str, extra: float, strain: Strain) -> Fault:
    after = strain.with_more(extra)
    arithmetic = Arithmetic(
        formula="rho' = rho + e h / m",
        result=Quantity("rho'", f"operations at {label(analysis, store)} then", after, Dimension.RATIO),
        inputs=(
            Quantity("rho", "its operations now", strain.used.value, Dimension.RATIO),
            Quantity("e", "reads per second the lost machine answered", extra, Dimension.RATE),
            Quantity("h", "share of them on the busiest machine of the store", strain.share, Dimension.RATIO),
            Quantity("m", "reads per second one machine can do", strain.limit, Dimension.RATE),
        ),
        method="utilisation law",
        steps=(strain.used.arithmetic,),
    )
    asked = allowances(analysis)
    matters = any(name in asked for name in workloads_at(analysis).get(store, ()))
    return Fault(
        nodes=(cache, store),
        message=f"When one machine of {label(analysis, cache)} dies, {rate(extra)} more reads reach "
        f"{label(analysis, store)}, which is then at {percent(after)} of what it can do.",
        severity=None if matters else Severity.INFO,
        fix=set_copies(analysis, cache, 2),
        arithmetic=arithmetic,
    )
