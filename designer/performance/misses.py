"""How likely it is that a call has to be made, when a cache was asked before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from designer.catalog.model import Behavior, Component
from designer.scenario.model import Touch
from designer.traffic.model import Call, Option, Traffic, Visit


class Misses:
    """The misses of one workload's lookups."""

    def __init__(
        self, traffic: Traffic, components: Mapping[str, Component], touches: Sequence[Touch]
    ) -> None:
        self._ratios = {(hit.cache, hit.dataset): 1.0 - hit.ratio for hit in traffic.hits}
        self._components = components
        self._touches = touches

    def chance(self, visit: Visit, call: Call, share: float) -> tuple[float, float]:
        """The chance that a call of a visit is made, and the part of its operations that is then left to do.

        `share` is the part that was left to do at the visit. Of n operations asked of a cache each misses with
        probability m: the call is made for any of them, which has probability 1 - (1 - m)^n, and has n m operations
        to do on average.
        """
        if call.on_miss is None:
            return 1.0, share
        misses = self._ratio(visit, call)
        if misses <= 0.0:
            return 0.0, 0.0
        asked = max(1.0, share * math.fsum(self._touches[touch].count for touch in call.touches))
        chance = -math.expm1(asked * math.log1p(-misses)) if misses < 1.0 else 1.0
        return chance, share * misses / chance

    def _ratio(self, visit: Visit, call: Call) -> float:
        """The part of the lookups that the caches asked before this call do not answer."""
        touch = call.touches[0]
        dataset = self._touches[touch].dataset or ""
        if call.on_miss != visit.node:
            lookup = next((item for item in visit.calls if item.optional and touch in item.touches), None)
            if lookup is not None:
                return math.fsum(
                    weight * self._ratios.get((cache, dataset), 1.0)
                    for cache, weight in self._asked(lookup.options, touch)
                )
        return self._ratios.get((call.on_miss or "", dataset), 1.0)

    def _asked(self, options: Sequence[Option], touch: int) -> Iterator[tuple[str, float]]:
        """The caches a lookup ends at, through at most one router, and the part of the lookups each gets."""
        for option in options:
            if self._components[option.visit.node].behavior is Behavior.CACHE:
                yield option.visit.node, option.weight
                continue
            for call in option.visit.calls:
                if touch in call.touches:
                    yield from (
                        (further.visit.node, option.weight * further.weight) for further in call.options
                    )
