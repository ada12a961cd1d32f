"""Response times: how long a workload's requests take, as percentiles, and how long its put-off work takes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.figures import quantity_of
from designer.design.model import Design
from designer.performance.model import PERCENTILES, Ceiling, Hop, NodePerformance, Response
from designer.performance.setting import Setting, setting_of
from designer.performance.walk import Walk, Walker
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic
from designer.units import Dimension

METHOD = (
    "means add up; percentiles by Abate-Whitt inversion of the sum's transform, the hops taken as independent "
    "(independence approximation)"
)
"""How the times of hops become the time of a request."""

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
        arithmetic=_explain(setting, mean, hops, walk.saturated, nodes),
    )


def _explain(
    setting: Setting,
    mean: float,
    hops: tuple[Hop, ...],
    saturated: tuple[str, ...],
    nodes: Mapping[str, NodePerformance],
) -> Arithmetic:
    slowest = max(hops, key=_total)
    steps = [_explain_hop(setting, slowest)]
    for name in saturated:
        binding = nodes[name].binding if name in nodes else None
        if binding is not None:
            steps.append(binding.arithmetic)
    return Arithmetic(
        formula="T = sum over hops of t",
        result=Quantity("T", "mean time", mean, Dimension.TIME),
        inputs=tuple(
            Quantity(f"t[{hop.node}]", setting.nodes[hop.node].label, _total(hop), Dimension.TIME)
            for hop in hops
        ),
        method=METHOD + _caveat(setting, hops),
        steps=tuple(steps),
    )


def _total(hop: Hop) -> float:
    return hop.service + hop.waiting + hop.network


def _caveat(setting: Setting, hops: tuple[Hop, ...]) -> str:
    clamped = [setting.nodes[hop.node].label for hop in hops if setting.stations[hop.node].clamped]
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
        result=Quantity("t", f"mean time for {setting.nodes[hop.node].label}", _total(hop), Dimension.TIME),
        inputs=(
            Quantity("s", "its operations", hop.service, Dimension.TIME, _source(setting, hop.node)),
            Quantity("w", "waiting for a server", hop.waiting, Dimension.TIME),
            Quantity("n", "network on the way there", hop.network, Dimension.TIME),
        ),
        method="per request, by how often it goes there; of what runs at once, the slowest's time in proportion",
        steps=(_explain_wait(setting, hop.node),),
    )


def _source(setting: Setting, node_id: str) -> str | None:
    quantity = quantity_of(setting.nodes[node_id], setting.components[node_id], "service_time", "s", "")
    return None if quantity is None else quantity.source


def _explain_wait(setting: Setting, node_id: str) -> Arithmetic:
    """The wait of one operation at the busiest machine of a node."""
    station = setting.stations[node_id]
    number = max(range(len(station.queues)), key=lambda index: station.queues[index].utilisation)
    queue, wait = station.queues[number], station.waits[number]
    waits = 0.0 if wait is None else 1.0 - wait.at_zero
    whose = "all machines, which share one queue" if station.shared else "the busiest machine"
    return Arithmetic(
        formula="w = C(c, a) h / (c - a), a = lambda h",
        result=Quantity("w", "mean wait of one operation", math.inf if wait is None else wait.mean, Dimension.TIME),
        inputs=(
            Quantity("c", f"servers of {whose}", float(queue.servers), Dimension.COUNT),
            Quantity("lambda", f"operations at {whose}", queue.rate, Dimension.RATE),
            Quantity("h", "time an operation holds a server: servers / rate", queue.occupancy, Dimension.TIME),
            Quantity("C", "probability of having to wait", 1.0 if wait is None else waits, Dimension.RATIO),
        ),
        method="M/M/c (Erlang C)",
    )
