"""What the store would have to do while a part of the cache is away."""

from __future__ import annotations

from collections.abc import Iterator

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Place, Replication
from designer.design.model import ReadFrom
from designer.performance.model import Ceiling
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import allowances, component, is_managed, label, percent, rate, workloads_at
from designer.rules.repairs import set_copies
from designer.traffic.model import CacheHit
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
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
    cases = list(_cases(analysis))
    if not cases:
        return NotApplicable("No store of this design hides behind a cache that can die.")
    faults = []
    for cache, store, extra, arithmetic in cases:
        before, after = arithmetic.inputs[0].value, arithmetic.result.value
        if before <= 1.0 < after:
            faults.append(_fault(analysis, cache, store, extra, arithmetic))
    if faults:
        return tuple(faults)
    return Passed(
        "If a machine of the cache dies, the store can do its work.", tuple({case[0]: None for case in cases})
    )


def _cases(analysis: Analysis) -> Iterator[tuple[str, str, float, Arithmetic]]:
    """Each cache and store with the reads per second that one dead cache machine moves, and the sum it makes."""
    moved: dict[tuple[str, str], float] = {}
    regional = {hit.cache: hit for hit in analysis.traffic.hits if _can_die(analysis, hit)}
    for hit in analysis.traffic.hits:
        homes = analysis.growth[hit.dataset].homes
        if hit.cache not in regional or not homes:
            continue
        placed = analysis.graph.nodes[hit.cache]
        share = 0.0 if placed.replicas else analysis.nodes[hit.cache].hottest_share or 1.0 / placed.instances
        for home in homes:
            key = hit.cache, home
            moved[key] = moved.get(key, 0.0) + hit.lookups * hit.ratio * share / len(homes)
    for (cache, store), extra in moved.items():
        arithmetic = _utilisation(analysis, store, extra)
        if arithmetic is not None:
            yield cache, store, extra, arithmetic


def _can_die(analysis: Analysis, hit: CacheHit) -> bool:
    found = component(analysis, hit.cache)
    return found.place is Place.REGION and not is_managed(found) and hit.lookups * hit.ratio > 0.0


def _utilisation(analysis: Analysis, store: str, extra: float) -> Arithmetic | None:
    """The store's operations with `extra` reads per second more: each falls on one machine that answers reads."""
    used = analysis.nodes[store].utilisation(Ceiling.OPERATIONS)
    limit = analysis.figure(analysis.graph.nodes[store], "read_rate")
    if used is None or not limit:
        return None
    share = (analysis.nodes[store].hottest_share or 1.0 / _parts(analysis, store)) / _readers(analysis, store)
    after = used.value + extra * share / limit
    return Arithmetic(
        formula="rho' = rho + e h / m",
        result=Quantity("rho'", f"operations at {label(analysis, store)} then", after, Dimension.RATIO),
        inputs=(
            Quantity("rho", "its operations now", used.value, Dimension.RATIO),
            Quantity("e", "reads per second the lost machine answered", extra, Dimension.RATE),
            Quantity("h", "share of them on the busiest machine of the store", share, Dimension.RATIO),
            Quantity("m", "reads per second one machine can do", limit, Dimension.RATE),
        ),
        method="utilisation law",
        steps=(used.arithmetic,),
    )


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


def _fault(analysis: Analysis, cache: str, store: str, extra: float, arithmetic: Arithmetic) -> Fault:
    asked = allowances(analysis)
    matters = any(name in asked for name in workloads_at(analysis).get(store, ()))
    return Fault(
        nodes=(cache, store),
        message=f"When one machine of {label(analysis, cache)} dies, {rate(extra)} more reads reach "
        f"{label(analysis, store)}, which is then at {percent(arithmetic.result.value)} of what it can do.",
        severity=None if matters else Severity.INFO,
        fix=set_copies(analysis, cache, 2),
        arithmetic=arithmetic,
    )
