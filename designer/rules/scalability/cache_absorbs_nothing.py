"""A cache that hardly ever has what it is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from designer.analysis.model import Analysis
from designer.design.edit import Change, RemoveNode
from designer.design.model import WritePolicy
from designer.errors import quote
from designer.performance.machines import first_share
from designer.performance.model import Ceiling
from designer.rules.caching import hit_ratio, regional_hits
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    allowed_at,
    label,
    money,
    percent,
    rate,
)
from designer.rules.repairs import is_full
from designer.traffic.model import CacheHit
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.INFO,
    applies="Where a cache in a region is asked for something.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*30 > cache*2, db:sql_database*2[read_from=replicas]",
            scenario="phone_book",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1, ttl=100 ms], db:sql_database*3",
            note="Copies are given up before anybody asks again.",
        ),
    ),
    good=(
        Example(
            "users > load_balancer*2 > api:app_server*30 > cache*2[memory=200 GB], "
            "db:sql_database*2[read_from=replicas]",
            scenario="phone_book",
        ),
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    ),
    sources=(
        "Amazon Builders' Library, Caching challenges and strategies (M. Brinkley and J. Chhabra)",
        "L. Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM'99",
    ),
    false_positives="A cache that is there for one burst a day looks idle on the average of all requests.",
    fix="Take it away or, where records are asked for again, let it keep them longer or give it more memory.",
    parameters=(
        Parameter(
            "least", 0.1, Dimension.RATIO, "part of the lookups that a cache must answer to be worth it"
        ),
    ),
)
def check(analysis: Analysis, least: float) -> Result:
    """A cache that hardly ever has what is wanted

    A cache helps when the same thing is asked for again while it is still there. Where that is rare, nearly every
    request asks the cache in vain and then the store all the same: it takes longer, costs more, and there is one more
    place where an old value may be found.
    """
    caches = regional_hits(analysis)
    if not caches:
        return NotApplicable("No cache in a region is asked for anything here.")
    faults = tuple(
        [
            _fault(analysis, cache, hits)
            for cache, hits in caches.items()
            if hit_ratio(hits) < least and not any(_keeps_one_away(analysis, hit) for hit in hits)
        ]
    )
    if faults:
        return faults
    return Passed(_praise(analysis, caches, least), tuple(caches))


def _praise(analysis: Analysis, caches: Mapping[str, Sequence[CacheHit]], least: float) -> str:
    best = max(caches, key=lambda cache: hit_ratio(caches[cache]))
    ratio = hit_ratio(caches[best])
    if ratio < least:
        return (
            f"{label(analysis, best)} answers little, but keeps a record away that no store could answer for."
        )
    return f"{label(analysis, best)} answers {percent(ratio)} of what it is asked."


def _keeps_one_away(analysis: Analysis, hit: CacheHit) -> bool:
    """Whether a store behind it could not answer for the most wanted record alone."""
    data = analysis.scenario.datasets[hit.dataset]
    wanted = hit.lookups * first_share(data.records, data.skew)
    for home in analysis.growth[hit.dataset].homes:
        key = analysis.nodes[home].utilisation(Ceiling.PARTITION)
        allowed = allowed_at(analysis, home)
        if key is not None and wanted > key.limit * allowed:
            return True
    return False


def _fault(analysis: Analysis, cache: str, hits: Sequence[CacheHit]) -> Fault:
    lookups = math.fsum([hit.lookups for hit in hits])
    price = next((item.total for item in analysis.cost.nodes if item.node == cache), 0.0)
    most = max(hits, key=lambda hit: hit.lookups)
    message = (
        f"{label(analysis, cache)} answers {percent(hit_ratio(hits))} of the {rate(lookups)} lookups and costs "
        f"{money(price)}: {_reason(analysis, most)}."
    )
    return Fault((cache,), message, fix=_remove(analysis, cache, hits), arithmetic=most.arithmetic)


def _reason(analysis: Analysis, hit: CacheHit) -> str:
    data, ttl = analysis.scenario.datasets[hit.dataset], analysis.graph.nodes[hit.cache].ttl
    if ttl is not None and ttl < hit.characteristic_time:
        return f"copies of {quote(data.name)} are given up after {format_quantity(ttl, Dimension.TIME)}"
    if math.isfinite(hit.characteristic_time):
        kept, whole = (
            format_quantity(count, Dimension.COUNT, digits=2) for count in (hit.kept_records, data.records)
        )
        return f"it has room for {kept} of {whole} {quote(data.name)}"
    return f"{quote(data.name)} change about as often as they are read"


def _remove(analysis: Analysis, cache: str, hits: Sequence[CacheHit]) -> tuple[Change, ...]:
    """Without the cache, where nothing is drawn that means it, and the stores have room for what it answered."""
    graph = analysis.graph
    depends = any(link.on_miss for name in graph.predecessors(cache) for link in graph.outgoing(name))
    if depends or graph.nodes[cache].writes is WritePolicy.BACK:
        return ()
    factor = 1.0 / (1.0 - hit_ratio(hits))
    homes = {home for hit in hits for home in analysis.growth[hit.dataset].homes}
    if any(is_full(analysis, home, factor) for home in homes):
        return ()
    return (RemoveNode(node=cache, reconnect=True),)
