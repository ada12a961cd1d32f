"""How numbers came about that stand beside the verdicts: rates, costs and the headroom. Put together when asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.design.model import Design
from designer.performance.model import Cost
from designer.scenario.model import Scenario
from designer.units import SECONDS_PER_MONTH, Dimension

STATED = "the scenario"

RATES: Mapping[str, tuple[str, Dimension]] = {
    "calls": ("requests that arrive", Dimension.RATE),
    "reads": ("operations that only read", Dimension.RATE),
    "writes": ("operations that change something", Dimension.RATE),
    "bytes_in": ("all that arrives over the network", Dimension.BANDWIDTH),
    "bytes_out": ("all that leaves", Dimension.BANDWIDTH),
    "refused": ("requests turned away", Dimension.RATE),
    "given_up": ("requests given up", Dimension.RATE),
}
"""What a load has of each workload: fields of `Load`, in words."""


def explain_peak(scenario: Scenario, name: str, symbol: str = "lambda") -> Arithmetic:
    """The peak rate of a workload. Raises KeyError."""
    workload = scenario.workloads[name]
    source = workload.source or STATED
    factor = Quantity("f", "peak over average", workload.peak_factor, Dimension.COUNT, source)
    result = Quantity(symbol, f"{workload.name}, at peak", workload.peak_rate, Dimension.RATE)
    if workload.rate is not None:
        rate = Quantity("r", "requests on average", workload.rate, Dimension.RATE, source)
        return Arithmetic(f"{symbol} = r f", result, (rate, factor))
    users = Quantity("u", "users", workload.users or 0.0, Dimension.COUNT, source)
    actions = Quantity(
        "a", "requests of each a day", workload.actions_per_day or 0.0, Dimension.COUNT, source
    )
    return Arithmetic(f"{symbol} = u a f / 86,400 s", result, (users, actions, factor))


def explain_rates(analysis: Analysis, node: str) -> tuple[Arithmetic, ...]:
    """Each rate of a node that is not 0, workload by workload."""
    loads = [load for load in analysis.traffic.loads if load.node == node]
    label = analysis.design.node(node).label
    found = []
    for field, (words, dimension) in RATES.items():
        parts = {load.workload: float(getattr(load, field)) for load in loads if getattr(load, field)}
        if parts:
            result = Quantity("X", f"{label}: {words}", math.fsum(parts.values()), dimension)
            found.append(_share_out(analysis.scenario, result, parts.items()))
    return tuple(found)


def explain_calls(analysis: Analysis, connection: str) -> Arithmetic:
    """The calls over a connection, tries after the first and all."""
    parts: dict[str, float] = {}
    for flow in analysis.traffic.flows:
        if flow.connection == connection and flow.calls:
            parts[flow.workload] = parts.get(flow.workload, 0.0) + flow.calls
    source, _, target = connection.partition(">")
    ends = [analysis.design.node(name).label for name in (source, target)]
    result = Quantity("X", f"calls of {ends[1]} by {ends[0]}", math.fsum(parts.values()), Dimension.RATE)
    return _share_out(analysis.scenario, result, parts.items())


def _share_out(scenario: Scenario, result: Quantity, parts: Iterable[tuple[str, float]]) -> Arithmetic:
    """A rate as the sum over workloads of their peak rate and what one request of each brings."""
    each = Dimension.SIZE if result.dimension is Dimension.BANDWIDTH else Dimension.COUNT
    inputs = []
    for name, value in parts:
        peak = scenario.workloads[name].peak_rate
        label = scenario.workloads[name].name
        inputs.append(Quantity(f"lambda[{name}]", f"{label}, at peak", peak, Dimension.RATE))
        inputs.append(Quantity(f"v[{name}]", "for one request of it", value / peak if peak else 0.0, each))
    return Arithmetic(
        formula="X = sum over workloads of lambda v" if inputs else "X = 0",
        result=result,
        inputs=tuple(inputs),
        method="forced flow law" if inputs else None,
        steps=tuple([explain_peak(scenario, name, f"lambda[{name}]") for name, _ in parts]),
    )


def add_up(cost: Cost, design: Design) -> Arithmetic:
    """The cost of the whole design, node by node."""
    return Arithmetic(
        formula="C = sum of the nodes' costs",
        result=Quantity("C", "cost per month", cost.total, Dimension.MONEY),
        inputs=tuple(
            [
                Quantity(f"C[{item.node}]", design.node(item.node).label, item.total, Dimension.MONEY)
                for item in cost.nodes
            ]
        ),
        steps=tuple([item.arithmetic for item in cost.nodes]),
    )


def explain_node_per_million(analysis: Analysis, node: str) -> Arithmetic | None:
    """What a million requests cost at one node; None without traffic, or where it costs nothing."""
    whole = explain_per_million(analysis)
    steps = () if whole is None else whole.steps
    return next((step for step in steps if step.result.symbol == f"c[{node}]"), None)


def explain_per_million(analysis: Analysis) -> Arithmetic | None:
    """What a million requests cost, in all and by node; None without traffic."""
    cost, scenario = analysis.cost, analysis.scenario
    if cost.per_million_requests is None:
        return None
    inputs = [Quantity("C", "cost per month", cost.total, Dimension.MONEY)]
    for name, workload in scenario.workloads.items():
        rate, source = workload.average_rate, workload.source or STATED
        inputs.append(Quantity(f"r[{name}]", f"{workload.name}, average", rate, Dimension.RATE, source))
    inputs.append(Quantity("T", "a month", SECONDS_PER_MONTH, Dimension.TIME))
    inputs.append(Quantity("R", "million requests a month", cost.millions, Dimension.COUNT))
    steps = [
        Arithmetic(
            f"c[{item.node}] = C[{item.node}] / R",
            _amount(f"c[{item.node}]", analysis.design.node(item.node).label, cost.per_million(item.total)),
            (Quantity(f"C[{item.node}]", "cost per month", item.total, Dimension.MONEY),),
        )
        for item in cost.nodes
        if item.total > 0.0
    ]
    return Arithmetic(
        formula="c = C / R, where R = T (sum of r) / 1,000,000",
        result=_amount("c", "all nodes", cost.per_million_requests),
        inputs=tuple(inputs),
        steps=tuple(steps),
    )


def _amount(symbol: str, name: str, value: float | None) -> Quantity:
    # Money is an amount a month everywhere else, and printed as that.
    return Quantity(symbol, f"{name}: US dollars for a million requests", value or 0.0, Dimension.COUNT)


def explain_headroom(analysis: Analysis) -> Arithmetic | None:
    """Where the headroom ends: what gives way first, as it stands now and just above; None where none was found."""
    found = analysis.headroom
    if found is None:
        return None
    result = Quantity("m", "times the stated traffic", found.multiple, Dimension.COUNT)
    if found.beyond is None:
        return Arithmetic("m = the largest of 1 to 1,024 at which all that traffic decides holds", result)
    return Arithmetic(
        formula="m = the largest multiple of every rate at which all that traffic decides holds, to 1 %",
        result=result,
        inputs=tuple(_sides(analysis.verdict(found.beyond.requirement), found.beyond)),
        method="bisection",
        steps=() if found.beyond.arithmetic is None else (found.beyond.arithmetic,),
    )


def _sides(now: Verdict, beyond: Verdict) -> Iterable[Quantity]:
    limit = Quantity("L", f"{now.title}: what is asked", now.limit, now.dimension, "the requirement")
    if now.kind != "throughput":  # asks for as much more as there is more traffic
        yield limit
    if now.value is not None:
        yield Quantity("y(1)", "at the stated traffic", now.value, now.dimension)
    if beyond.value is not None:
        yield Quantity("y(m+)", "just above m", beyond.value, beyond.dimension)
    if now.kind == "throughput":
        yield Quantity("L(m+)", "what is asked just above m", beyond.limit, beyond.dimension)
