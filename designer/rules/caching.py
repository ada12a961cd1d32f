"""Questions about what caches answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Place
from designer.keeping import remembered
from designer.rules.questions import behaving, component
from designer.traffic.model import CacheHit


@remembered
def regional_hits(analysis: Analysis) -> Mapping[str, Sequence[CacheHit]]:
    """What each cache in a region is asked for, by cache; those that are asked for nothing are left out."""
    found: dict[str, list[CacheHit]] = {}
    caches = {
        node for node in behaving(analysis, Behavior.CACHE) if component(analysis, node).place is Place.REGION
    }
    for hit in analysis.traffic.hits:
        if hit.cache in caches and hit.lookups > 0.0:
            found.setdefault(hit.cache, []).append(hit)
    return found


def hit_ratio(hits: Sequence[CacheHit]) -> float:
    """The part of all these lookups that is answered."""
    lookups = math.fsum([hit.lookups for hit in hits])
    return math.fsum([hit.lookups * hit.ratio for hit in hits]) / lookups if lookups else 0.0
