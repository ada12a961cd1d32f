"""How likely it is that a call has to be made, when a cache was asked before it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from designer.catalog.model import Behavior, Component
from designer.scenario.model import Touch
from designer.traffic.model import Call, Option, Visit

_CACHE = Behavior.CACHE  # looking it up takes longer than the test it is for


class Misses:
    """The misses of one workload's lookups."""

    def __init__(
        self,
        ratios: Mapping[tuple[str, str], float],
        components: Mapping[str, Component],
        touches: Sequence[Touch],
    ) -> None:
        self._ratios = ratios  # what each cache does not have of each dataset
        self._components = components
        self._touches = touches

    def chance(self, visit: Visit, call: Call, share: float) -> tuple[float, float]:
        """The chance that a call of a visit is made, and the part of its operations that is then left to do.

        `share` is the part that was left to do at the visit. Of n operations asked of a cache each misses with
        probability m: the call is made for any of them, which has probability 1 - (1 - m)^n, and has n m operations
        to do on average.
        """
        misses = self._ratio(visit, call)
        if misses <= 0.0:
            return 0.0, 0.0
        asked = share * math.fsum([self._touches[touch].count for touch in call.touches])
        chance = -math.expm1(max(1.0, asked) * math.log1p(-misses)) if misses < 1.0 else 1.0
        return chance, share * misses / chance

    def _ratio(self, visit: Visit, call: Call) -> float:
        """The part of the lookups that the caches asked before this call do not answer."""
        touch, cache, ratios = call.touches[0], call.on_miss or "", self._ratios
        dataset = self._touches[touch].dataset or ""
        if cache != visit.node:
            for touches, _, options, _, _, optional in visit.calls:
                if optional and touch in touches:
                    asked = self._asked(options, touch)
                    return math.fsum([weight * ratios.get((name, dataset), 1.0) for name, weight in asked])
        return ratios.get((cache, dataset), 1.0)

    def _asked(self, options: Sequence[Option], touch: int) -> list[tuple[str, float]]:
        """The caches a lookup ends at, through at most one router, and the part of the lookups each gets."""
        found = []
        for weight, _, visit in options:
            if self._components[visit.node].behavior is _CACHE:
                found.append((visit.node, weight))
                continue
            for call in visit.calls:
                if touch in call.touches:
                    found += [(further.visit.node, weight * further.weight) for further in call.options]
        return found
