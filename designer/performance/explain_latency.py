"""The arithmetic of response times, as data."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.performance.generation import Written, explain_written
from designer.performance.machines import Spread
from designer.performance.model import Hop, NodePerformance
from designer.performance.queueing import wait_factor
from designer.performance.queues import Queue
from designer.performance.setting import Setting
from designer.performance.stations import Discipline, Station
from designer.units import Dimension

ADDITION = "the mean of a sum is the sum of the means"
INVERSION = "Abate-Whitt inversion of the sum's transform, the hops taken as independent of each other"
"""How percentiles are found: an approximation, right to about 1 % at p99 where requests do not come back."""


def explain_response(
    setting: Setting,
    mean: float,
    percentiles: Mapping[float, float],
    hops: tuple[Hop, ...],
    saturated: Sequence[NodePerformance],
    written: Sequence[Written] = (),
    streamed: int | None = None,
) -> Arithmetic:
    """How a response time comes about; above saturation the ceilings of the nodes that cannot keep up say why.

    `written`: what language models do for it; of the touch `streamed` only the first token is waited for.
    """
    causes = [facts.binding.arithmetic for facts in saturated if facts.binding is not None]
    times = tuple(
        Quantity(f"t[{hop.node}]", setting.label(hop.node), _total(hop), Dimension.TIME) for hop in hops
    )
    return Arithmetic(
        formula=f"T = {' + '.join([quantity.symbol for quantity in times])}",
        result=Quantity(
            "T", "mean time" if streamed is None else "mean time to the first token", mean, Dimension.TIME
        ),
        inputs=times,
        method=ADDITION + _caveat(setting, hops),
        steps=(
            _explain_hop(setting, max(hops, key=_total), {item.node for item in written}),
            *explain_written(setting, written, streamed),
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


def _explain_hop(setting: Setting, hop: Hop, writing: Container[str]) -> Arithmetic:
    """What a hop's mean is made of, with the formula of its wait. What nodes that are `writing` do has its own."""
    source = None if hop.node in writing else _source(setting, hop.node)
    return Arithmetic(
        formula="t = s + w + n",
        result=Quantity("t", f"mean time for {setting.label(hop.node)}", _total(hop), Dimension.TIME),
        inputs=(
            Quantity("s", "its operations", hop.service, Dimension.TIME, source),
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
    queue = station.queues[number]
    whose = "all machines, which share one queue" if station.shared else "the busiest machine"
    inputs = [
        Quantity("C", "probability of having to wait", queue.chance_of_waiting, Dimension.RATIO),
        Quantity("c", f"servers of {whose}", float(queue.servers), Dimension.COUNT),
        Quantity("lambda", f"operations at {whose}", queue.rate, Dimension.RATE),
        Quantity("h", "time an operation holds a server: servers / rate", queue.occupancy, Dimension.TIME),
    ]
    if station.layout.spread is Spread.QUORUM and station.layout.copies > 1:
        return _explain_quorum(station, number, inputs)
    formula, method, steps = "w = C h / (c - lambda h)", "M/M/c (Erlang C)", ()
    factor = _factor(queue)
    if factor != 1.0:
        formula = "w = g C h / (c - lambda h)"
        inputs.append(
            Quantity("g", "for service and arrivals that are not exponential", factor, Dimension.RATIO)
        )
        method = f"G/G/c: M/M/c (Erlang C) with a correction ({_corrections(station, queue)})"
    return Arithmetic(
        formula=formula,
        result=Quantity("w", "mean wait of one operation", queue.mean_wait, Dimension.TIME),
        inputs=tuple(inputs),
        method=method,
        steps=steps,
    )


def _factor(queue: Queue) -> float:
    """What the mean wait is, as a multiple of C h / (c - lambda h) with the chance of waiting that is told."""
    if queue.utilisation >= 1.0 or queue.occupancy == 0.0:
        return 1.0
    if queue.arrivals == 1.0:
        return wait_factor(queue.servers, queue.utilisation, queue.variability)
    left = queue.servers - queue.rate * queue.occupancy
    return queue.mean_wait * left / (queue.chance_of_waiting * queue.occupancy)


def _corrections(station: Station, queue: Queue) -> str:
    named = [f"Björklund and Elldin, squared variation of service {queue.variability:.3g}"]
    if station.discipline is Discipline.ROUND_ROBIN:
        named.append(f"E_k/M/1, squared variation of arrivals {queue.arrivals:.3g}")
    return "; ".join(named)


def _explain_quorum(station: Station, number: int, inputs: list[Quantity]) -> Arithmetic:
    queue, layout = station.queues[number], station.layout
    wait = station.waits[number]
    inputs[0] = Quantity(
        "C", "probability of having to wait at a member", queue.chance_of_waiting, Dimension.RATIO
    )
    inputs.append(Quantity("n", "members that have a copy", float(layout.copies), Dimension.COUNT))
    inputs.append(Quantity("k", "members that make a quorum", float(layout.read_quorum), Dimension.COUNT))
    return Arithmetic(
        formula="w = h / (n (c - lambda h)) sum over j > n - k of P(j of n wait) (1/(n - k + 1) + ... + 1/j)",
        result=Quantity(
            "w", "mean wait of one operation", math.inf if wait is None else wait.mean, Dimension.TIME
        ),
        inputs=tuple(inputs),
        method="M/M/c (Erlang C) at each member; the k-th of n waits",
    )
