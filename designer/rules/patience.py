"""How long an answer takes that is not given up too soon: what rules about time limits ask."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.rules.questions import callees_first
from designer.rules.regions import is_spread
from designer.rules.timing import own_p99


def slowest(analysis: Analysis, target: str, workloads: list[str]) -> float:
    """Seconds that nearly all answers of the target take at most: the slow ones of all it waits for, added up."""
    world = analysis.catalog.environment
    way = world.cross_region.p99 if is_spread(analysis) else world.cross_zone.p99
    waits = _waits(analysis, workloads)
    return sum(
        [
            max(own_p99(analysis, node), own_p99(analysis, node, write=True)) + waits.get(node, 0.0) + way
            for node in _waited_for(analysis, target, workloads)
        ]
    )


def _waited_for(analysis: Analysis, target: str, workloads: list[str]) -> dict[str, None]:
    """The target, and all that it waits for when it answers."""
    nodes = {target: None}
    for name in workloads:
        for visit in reversed(callees_first(analysis, name)):
            if visit.node in nodes:
                nodes.update(
                    {
                        option.visit.node: None
                        for call in visit.calls
                        if not call.deferred
                        for option in call.options
                    }
                )
    return nodes


def _waits(analysis: Analysis, workloads: list[str]) -> dict[str, float]:
    """The longest mean wait at each node on the way of these workloads."""
    found: dict[str, float] = {}
    for name in workloads:
        response = analysis.responses.get(name)
        for hop in response.hops if response else ():
            found[hop.node] = max(found.get(hop.node, 0.0), hop.waiting)
    return found


def rounded(seconds: float) -> float:
    """Up to two digits, as people set it."""
    if not 0.0 < seconds < math.inf:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(seconds)) - 1)
    return float(f"{math.ceil(seconds / unit) * unit:.3g}")
