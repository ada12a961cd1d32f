"""Response times: how long a workload's requests take, as percentiles, and how long its put-off work takes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.performance.machines import Spread
from designer.performance.model import PERCENTILES, Ceiling, Hop, NodePerformance, Response
from designer.performance.setting import Setting, setting_of
from designer.performance.stations import Station
from designer.performance.walk import Walk, Walker, walker_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic
from designer.units import Dimension

ADDITION = "the mean of a sum is the sum of the means"
INVERSION = "Abate-Whitt inversion of the sum's transform, the hops taken as independent of each other"
"""How percentiles are found: an approximation, right to about 1 % at p99 where requests do not come back."""

_ENDLESS = (Ceiling.BANDWIDTH, Ceiling.PARTITION)
"""Ceilings beside operations at which, once passed, requests pile up without end."""

Answers = dict[str, Response]


def respond(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    nodes: Mapping[str, NodePerformance],
) -> tuple[Answers, Answers]:
    """Time to the answer, and from the answer to the end of the work put off, by workload. `nodes` as measured.

    Only what is served whole is there; the second part has only workloads that put work off. Seconds; infinite where
    a node on the way has more to do than it can. Calls of one request are taken as independent of each other.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    overloaded = frozenset(name for name, facts in nodes.items() if _is_overloaded(facts))
    answers: Answers = {}
    freshness: Answers = {}
    for name, plan in traffic.plans.items():
        if not plan.entries or plan.unserved:
            continue
        walker = walker_of(setting, name)
        if not overloaded.isdisjoint(walker.nodes):
            walker = Walker(setting, plan, overloaded=overloaded)
        for walk, found in ((walker.walk(), answers), (walker.walk(late=True), freshness)):
            if walk is not None:
                found[name] = _response(setting, walk, nodes)
    return answers, freshness


def _is_overloaded(facts: NodePerformance) -> bool:
    """Whether a node can never keep up, for a reason that its queue for operations does not know."""
    return any(item.ceiling in _ENDLESS and item.value >= 1.0 for item in facts.utilisations)


def _response(setting: Setting, walk: Walk, nodes: Mapping[str, NodePerformance]) -> Response:
    hops = tuple(
        Hop(name, blame.service, blame.waiting, blame.network)
        for name, blame in walk.blame.items()
        if blame.service or blame.waiting or blame.network
    ) or tuple(Hop(name, 0.0, 0.0, 0.0) for name in list(walk.blame)[:1])
    if walk.time is None:
        mean = math.inf
        percentiles = dict.fromkeys(PERCENTILES, math.inf)
    else:
        mean = walk.time.mean
        percentiles = dict(zip(PERCENTILES, walk.time.quantiles(PERCENTILES), strict=True))
    return Response(
        mean=mean,
        percentiles=percentiles,
        hops=hops,
        saturated=walk.saturated,
        arithmetic=_explain(setting, mean, percentiles, hops, _causes(walk, nodes)),
    )


def _causes(walk: Walk, nodes: Mapping[str, NodePerformance]) -> list[Arithmetic]:
    """Why the time is unbounded, where it is: the ceilings of the nodes that cannot keep up."""
    found = [nodes[name].binding for name in walk.saturated if name in nodes]
    return [binding.arithmetic for binding in found if binding is not None]


def _explain(
    setting: Setting,
    mean: float,
    percentiles: Mapping[float, float],
    hops: tuple[Hop, ...],
    causes: list[Arithmetic],
) -> Arithmetic:
    times = tuple(
        Quantity(f"t[{hop.node}]", setting.label(hop.node), _total(hop), Dimension.TIME) for hop in hops
    )
    return Arithmetic(
        formula=f"T = {' + '.join([quantity.symbol for quantity in times])}",
        result=Quantity("T", "mean time", mean, Dimension.TIME),
        inputs=times,
        method=ADDITION + _caveat(setting, hops),
        steps=(
            _explain_hop(setting, max(hops, key=_total)),
            *causes,
            *[_explain_percentile(*item) for item in percentiles.items()],
        ),
    )


def _explain_percentile(percentile: float, value: float) -> Arithmetic:
    return Arithmetic(
        formula=f"P(T <= p{percentile:g}) = {percentile:g} %",
        result=Quantity(
            f"p{percentile:g}", f"time that {percentile:g} % do not exceed", value, Dimension.TIME
        ),
        method=INVERSION,
    )


def _total(hop: Hop) -> float:
    return hop.service + hop.waiting + hop.network


def _caveat(setting: Setting, hops: tuple[Hop, ...]) -> str:
    clamped = [setting.label(hop.node) for hop in hops if setting.stations[hop.node].clamped]
    if not clamped:
        return ""
    return (
        f"; the 99th percentile of {', '.join(clamped)} is beyond 1.047 to 28.3 times its mean, "
        "which is all a gamma distribution can have, and the nearest is used"
    )


def _explain_hop(setting: Setting, hop: Hop) -> Arithmetic:
    """What a hop's mean is made of, with the formula of its wait."""
    return Arithmetic(
        formula="t = s + w + n",
        result=Quantity("t", f"mean time for {setting.label(hop.node)}", _total(hop), Dimension.TIME),
        inputs=(
            Quantity("s", "its operations", hop.service, Dimension.TIME, _source(setting, hop.node)),
            Quantity("w", "waiting for a server", hop.waiting, Dimension.TIME),
            Quantity("n", "network on the way there", hop.network, Dimension.TIME),
        ),
        method="per request, by how often it goes there; of what runs at once, the slowest's time in proportion",
        steps=(_explain_wait(setting.stations[hop.node]),),
    )


def _source(setting: Setting, node_id: str) -> str | None:
    quantity = setting.drawing.quantity(node_id, "service_time", "s", "its operations")
    return None if quantity is None else quantity.source


def _explain_wait(station: Station) -> Arithmetic:
    """The wait of one operation at the busiest machine of a node."""
    number = max(range(len(station.queues)), key=lambda index: station.queues[index].utilisation)
    queue, wait = station.queues[number], station.waits[number]
    waits = 0.0 if wait is None else 1.0 - wait.at_zero
    whose = "all machines, which share one queue" if station.shared else "the busiest machine"
    mean = math.inf if wait is None else wait.mean
    inputs = [
        Quantity("C", "probability of having to wait", 1.0 if wait is None else waits, Dimension.RATIO),
        Quantity("c", f"servers of {whose}", float(queue.servers), Dimension.COUNT),
        Quantity("lambda", f"operations at {whose}", queue.rate, Dimension.RATE),
        Quantity("h", "time an operation holds a server: servers / rate", queue.occupancy, Dimension.TIME),
    ]
    formula, method = "w = C h / (c - lambda h)", "M/M/c (Erlang C)"
    if station.layout.spread is Spread.QUORUM and station.layout.copies > 1:
        copies, majority = station.layout.copies, station.layout.copies // 2 + 1
        chance = queue.chance_of_waiting
        inputs[0] = Quantity("C", "probability of having to wait at a member", chance, Dimension.RATIO)
        inputs.append(Quantity("n", "members that have a copy", float(copies), Dimension.COUNT))
        inputs.append(Quantity("k", "members that make a quorum", float(majority), Dimension.COUNT))
        formula = "w = h / (c - lambda h) sum over j > n - k of P(j of n wait) (1/(n - k + 1) + ... + 1/j)"
        method = "M/M/c (Erlang C) at each member; the k-th of n waits"
    return Arithmetic(
        formula=formula,
        result=Quantity("w", "mean wait of one operation", mean, Dimension.TIME),
        inputs=tuple(inputs),
        method=method,
    )
