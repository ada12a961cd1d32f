"""What a call after a cache was asked has left to do: of so many lookups some were answered, by chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from designer.catalog.model import Behavior, Component
from designer.scenario.model import Touch
from designer.traffic.model import Call, Option, Traffic, Visit

MOST_COUNTED = 16
"""Of up to so many lookups at once each may miss; of more, the usual number does."""

_ROUNDING = 1e-9


class Lookups:
    """The lookups of one workload."""

    def __init__(
        self, traffic: Traffic, components: Mapping[str, Component], touches: Sequence[Touch]
    ) -> None:
        self._missing = {(hit.cache, hit.dataset): 1.0 - hit.ratio for hit in traffic.hits}
        self._components = components
        self._touches = touches

    def miss_ratio(self, cache: str, dataset: str) -> float:
        """Part of the lookups of a dataset that a cache does not answer; all, where it never sees it."""
        return self._missing.get((cache, dataset), 1.0)

    def left(self, visit: Visit, call: Call, share: float) -> list[tuple[float, float]]:
        """The part of its operations that a call may have to do, each with its chance; what is missing has none to do.

        `share` is the part that was to be done at the visit.
        """
        if call.on_miss is None:
            return [(1.0, share)]
        missing = self._chance_of_missing(visit, call)
        if missing <= 0.0:
            return []
        asked = share * math.fsum(self._touches[touch].count for touch in call.touches)
        whole = round(asked)
        if whole < 1 or whole > MOST_COUNTED or abs(asked - whole) > _ROUNDING:
            any_missing = -math.expm1(max(1.0, asked) * math.log1p(-missing)) if missing < 1.0 else 1.0
            return [(any_missing, share * missing / any_missing)]
        chances = [
            math.comb(whole, count) * missing**count * (1.0 - missing) ** (whole - count)
            for count in range(1, whole + 1)
        ]
        return [
            (chance, share * count / whole) for count, chance in enumerate(chances, start=1) if chance > 0.0
        ]

    def _chance_of_missing(self, visit: Visit, call: Call) -> float:
        """The chance that the caches asked before a call do not have what one of its operations is about."""
        touch = call.touches[0]
        dataset = self._touches[touch].dataset or ""
        if call.on_miss != visit.node:
            lookup = next((item for item in visit.calls if item.optional and touch in item.touches), None)
            if lookup is not None:
                return math.fsum(
                    weight * self.miss_ratio(cache, dataset)
                    for cache, weight in self._asked(lookup.options, touch)
                )
        return self.miss_ratio(call.on_miss or "", dataset)

    def _asked(self, options: Sequence[Option], touch: int) -> Iterator[tuple[str, float]]:
        """The caches a lookup ends at, through at most one router, and the part of the lookups that each gets."""
        for option in options:
            if self._components[option.visit.node].behavior is Behavior.CACHE:
                yield option.visit.node, option.weight
                continue
            for call in option.visit.calls:
                if touch in call.touches:
                    for further in call.options:
                        yield further.visit.node, option.weight * further.weight
