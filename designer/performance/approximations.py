"""Which approximations are in a response time."""

from __future__ import annotations

from operator import attrgetter

from designer.performance.bands import LARGE, MODERATE, Approximation, Liberties
from designer.performance.machines import QUORUM
from designer.performance.setting import Setting
from designer.performance.stations import SHARED, Station
from designer.performance.walk import Walk

_EXPONENTIAL = 1e-9
"""A squared coefficient of variation this near to 1 is that of an exponential."""
_WAITS = 1e-3
"""Where fewer than this part have to wait, how they wait does not show in a percentile."""


def approximations_of(setting: Setting, walk: Walk) -> tuple[Approximation, ...]:
    """All that keeps the percentiles of a walk from being exact, in the order of the table."""
    found = set(walk.approximations)
    waiting = 0
    alike = True
    known = setting.liberties
    for node_id in walk.hops:
        taken = known.get(node_id)
        if taken is None:
            taken = known[node_id] = _take(setting.stations[node_id])
        here, waits, exponential = taken
        if here:
            found |= here
        if waits:
            waiting += 1
            alike = alike and exponential
    if waiting > 1:
        found.add(Approximation.INDEPENDENCE)
        if not alike:
            found.add(Approximation.POISSON)
    return tuple([item for item in _ORDER if item in found]) if found else ()


_ORDER = tuple(Approximation)
_EXACT = Liberties(frozenset(), waits=False, exponential=True)
_CLAMPED = Liberties(frozenset({Approximation.CLAMPED}), waits=False, exponential=True)


def _take(station: Station) -> Liberties:
    clamped = station.make.clamped
    queues = station.queues
    queue = queues[0] if len(queues) == 1 else max(queues, key=attrgetter("utilisation"))
    if queue.occupancy == 0.0 or queue.chance_of_waiting < _WAITS:
        return _CLAMPED if clamped else _EXACT
    found = {Approximation.CLAMPED} if clamped else set()
    if station.discipline is SHARED and station.machines[0].count > 1:
        found.add(Approximation.SHORTEST_QUEUE)
    if queue.arrivals != 1.0:
        found.add(Approximation.ROUND_ROBIN)
    if station.layout.spread is QUORUM and station.layout.copies > 1:
        found.add(Approximation.QUORUM)
    exponential = abs(queue.variability - 1.0) < _EXPONENTIAL
    if queue.servers > 1 and not exponential:
        wide = Approximation.VARIABLE_SERVICE if queue.variability <= LARGE else Approximation.WILD_SERVICE
        found.add(Approximation.GENERAL_SERVICE if queue.variability <= MODERATE else wide)
    return Liberties(frozenset(found), True, exponential)
