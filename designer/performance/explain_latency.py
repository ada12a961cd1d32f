"""The arithmetic of response times, as data."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.performance.compose import Time
from designer.performance.distances import time_over
from designer.performance.distributions import ZERO, Distribution
from designer.performance.explain_distribution import NOTHING, explain_distribution
from designer.performance.generation import Written, explain_written
from designer.performance.machines import Spread
from designer.performance.model import Hop, NodePerformance
from designer.performance.queueing import wait_factor
from designer.performance.queues import Queue
from designer.performance.setting import Setting
from designer.performance.stations import Discipline, Station
from designer.units import Dimension

ADDITION = "the mean of a sum is the sum of the means"
INVERSION = (
    "Abate-Whitt inversion of the transform of T, the hops taken as independent of each other: each operation and "
    "each way a gamma of its mean and 99th percentile, each wait nothing or a gamma"
)
"""How percentiles are found: an approximation, right to about 1 % at p99 where requests do not come back."""


WHOLE = "the time, put together of its parts"
_NAMES = 3
"""Parts with the same figures are one; of so many its name is told."""

OPERATIONS = (
    ("service_time", "a", "a read, or a visit, takes on average"),
    ("service_time_p99", "a99", "99 % of these take at most"),
    ("write_time", "b", "a write takes on average"),
    ("write_time_p99", "b99", "99 % of the writes take at most"),
)
"""Figures of how long what is done at a node takes."""


def explain_response(
    setting: Setting,
    workload: str,
    time: Time,
    percentiles: Mapping[float, float],
    hops: tuple[Hop, ...],
    saturated: Sequence[NodePerformance],
    written: Sequence[Written] = (),
    streamed: int | None = None,
) -> Arithmetic:
    """How a response time comes about; above saturation the ceilings of the nodes that cannot keep up say why.

    `written`: what language models do for it; of the touch `streamed` only the first token is waited for.
    """
    mean = math.inf if time is None else time.mean
    writing = {item.node for item in written}
    slowest, *others = sorted(hops, key=lambda hop: -_total(hop))
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
            _explain_hop(setting, workload, slowest, writing),
            *explain_written(setting, written, streamed),
            *causes,
            *[_explain_percentile(time, *item) for item in percentiles.items()],
            *[_explain_hop(setting, workload, hop, writing) for hop in others],
            *_explain_distribution(setting, workload, time, hops),
        ),
    )


def _explain_distribution(
    setting: Setting, workload: str, time: Time, hops: Sequence[Hop]
) -> Iterator[Arithmetic]:
    """What the time is put together of, if it has an end and takes any time at all."""
    if time is not None and time.mean >= NOTHING:
        yield explain_distribution(time, "T", {**_name_parts(setting, workload, hops), time: WHOLE})


def _name_parts(setting: Setting, workload: str, hops: Sequence[Hop]) -> dict[Distribution, str]:
    """What the parts of a time are; parts with the same figures are one and have several names."""
    found: dict[Distribution, list[str]] = {}
    for hop in hops:
        for part, name in _parts_of(setting, workload, hop.node):
            if part is not None and part is not ZERO and name not in found.setdefault(part, []):
                found[part].append(name)
    return {
        part: "; ".join(names[:_NAMES]) + ("; and others" if len(names) > _NAMES else "")
        for part, names in found.items()
    }


def _parts_of(setting: Setting, workload: str, node_id: str) -> Iterator[tuple[Time, str]]:
    label, station = setting.label(node_id), setting.stations[node_id]
    yield station.reading, f"{label}, an operation"
    if station.writing is not station.reading:
        yield station.writing, f"{label}, a write"
    yield station.lookup, f"{label}, finding where a record is"
    yield station.acknowledgement, f"{label}, acknowledgement by copies"
    for wait in station.waits:
        yield wait, f"{label}, a wait"
    distances, world = setting.drawing.distances, setting.drawing.environment
    for caller in _callers(setting, workload, node_id):
        yield distances.between(caller, node_id), f"way to {label}"
        for name in distances.stretches(caller, node_id):
            yield time_over(getattr(world, name)), f"{name.replace('_', ' ')}, there and back"


def _callers(setting: Setting, workload: str, node_id: str) -> list[str]:
    return [
        flow.source for flow in setting.traffic.flows if flow.target == node_id and flow.workload == workload
    ]


def _explain_percentile(time: Time, percentile: float, value: float) -> Arithmetic:
    inputs: tuple[Quantity, ...] = ()
    if time is not None:
        inputs = (
            Quantity("T", "mean time", time.mean, Dimension.TIME),
            Quantity("sigma", "its standard deviation", math.sqrt(time.variance), Dimension.TIME),
        )
    return Arithmetic(
        formula=f"P(T <= p{percentile:g}) = {percentile:g} %",
        result=Quantity(
            f"p{percentile:g}", f"time that {percentile:g} % do not exceed", value, Dimension.TIME
        ),
        inputs=inputs,
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


def _explain_hop(setting: Setting, workload: str, hop: Hop, writing: Container[str]) -> Arithmetic:
    """What a hop's mean is made of, each part with what it comes from. What nodes that are `writing` do has its own."""
    waiting = 0.0 if hop.waiting < NOTHING else hop.waiting
    service = Quantity("s", "its operations", hop.service, Dimension.TIME)
    network = Quantity("n", "network on the way there", hop.network, Dimension.TIME)
    steps = [
        _explain_wait(setting.stations[hop.node]),
        None if hop.node in writing else _explain_service(setting, workload, hop.node, service),
        _explain_network(setting, workload, hop.node, network),
    ]
    return Arithmetic(
        formula="t = s + w + n",
        result=Quantity("t", f"mean time for {setting.label(hop.node)}", _total(hop), Dimension.TIME),
        inputs=(service, Quantity("w", "waiting for a server", waiting, Dimension.TIME), network),
        method="per request, by how often it goes there; of what runs at once, the slowest's time in proportion",
        steps=tuple([step for step in steps if step is not None]),
    )


def _explain_service(setting: Setting, workload: str, node_id: str, result: Quantity) -> Arithmetic | None:
    """The figures of what the workload does at the node: of reads, of writes, or of both."""
    loads = [load for load in setting.loads.get(node_id, ()) if load.workload == workload]
    reads, writes = (math.fsum([getattr(load, name) for load in loads]) for name in ("reads", "writes"))
    known = {
        name: setting.drawing.quantity(node_id, name, symbol, words) for name, symbol, words in OPERATIONS
    }
    told = []
    if reads > 0.0 or writes <= 0.0 or known["write_time"] is None:
        told += [known["service_time"], known["service_time_p99"]]
    if writes > 0.0:
        told += [known["write_time"], known["write_time_p99"]]
    inputs = tuple([quantity for quantity in told if quantity is not None])
    if not inputs or result.value <= 0.0:
        return None
    formula = "s = sum over operations of the time that each takes, by how often a request asks for it"
    return Arithmetic(formula, result, inputs)


def _explain_network(setting: Setting, workload: str, node_id: str, result: Quantity) -> Arithmetic | None:
    """The distances between the node and those that the workload's requests come from."""
    callers = _callers(setting, workload, node_id)
    distances, world = setting.drawing.distances, setting.drawing.environment
    names = dict.fromkeys([name for caller in callers for name in distances.stretches(caller, node_id)])
    if not names or result.value <= 0.0:
        return None
    inputs = []
    for name in names:
        distance, words = getattr(world, name), name.replace("_", " ")
        inputs.append(
            Quantity(f"d[{name}]", f"{words}, there and back", distance.mean, Dimension.TIME, distance.source)
        )
        inputs.append(Quantity(f"d99[{name}]", "of which 99 % take at most", distance.p99, Dimension.TIME))
    formula = "n = sum over ways of d, by how often a request goes each"
    return Arithmetic(formula, result, tuple(inputs))


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
    if queue.mean_wait < NOTHING:
        result = Quantity("w", "mean wait of one operation: less than a nanosecond", 0.0, Dimension.TIME)
        return Arithmetic(
            "w = 0", result, tuple(inputs[1:]), "M/M/c (Erlang C): hardly any operation has to wait"
        )
    if station.layout.spread is Spread.QUORUM and station.layout.copies > 1:
        return _explain_quorum(station, number, inputs)
    formula, method, steps = "w = C h / (c - lambda h)", "M/M/c (Erlang C)", ()
    factor = _factor(queue)
    if factor != 1.0:
        formula = "w = g C h / (c - lambda h)"
        inputs.append(
            Quantity("g", "for service and arrivals that are not exponential", factor, Dimension.COUNT)
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
