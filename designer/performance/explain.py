"""The arithmetic of every ceiling, as data."""

from __future__ import annotations

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior
from designer.performance.ceilings import (
    Bench,
    Gauge,
    copy_split,
    first_share,
    hottest_key,
    share_of_calls,
)
from designer.performance.machines import Layout, Machines, Spread, read_split
from designer.performance.model import Ceiling
from designer.performance.setting import Setting
from designer.units import Dimension


def explain(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    """How a ceiling's utilisation comes about, with the sources of its figures."""
    match gauge.ceiling:
        case Ceiling.OPERATIONS:
            return _operations(setting, bench, gauge)
        case Ceiling.BANDWIDTH:
            return _bandwidth(setting, bench, gauge)
        case Ceiling.MEMORY | Ceiling.DISK:
            return _room(setting, bench, gauge)
        case Ceiling.CONNECTIONS:
            return _connections(setting, bench, gauge)
        case Ceiling.PARTITION:
            return _partition(setting, bench, gauge)


def _result(gauge: Gauge) -> Quantity:
    return Quantity("rho", f"{gauge.ceiling.value} in use", gauge.value, Dimension.RATIO)


def _figure(setting: Setting, bench: Bench, name: str, symbol: str, label: str) -> tuple[Quantity, ...]:
    found = setting.drawing.quantity(bench.case.node.id, name, symbol, label)
    return () if found is None else (found,)


def _operations(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    demand = bench.case.demand
    reads = _figure(setting, bench, "read_rate", "R", "reads or requests a machine can do")
    writes = _figure(setting, bench, "write_rate", "W", "writes a machine can do")
    if not writes:
        writes = _figure(setting, bench, "read_rate", "W", "writes a machine can do, taken as its reads")
    terms: list[str] = []
    inputs: list[Quantity] = []
    steps: list[Arithmetic] = []
    if reads and (demand.all_writes == 0.0 or demand.single_reads + demand.scattered > 0.0):
        step = _reads(bench, gauge.machine)
        terms.append("r / R")
        inputs.extend((step.result, *reads))
        steps.append(step)
    if demand.all_writes > 0.0:
        step = _writes(bench, gauge.machine)
        terms.append("w / W")
        inputs.extend((step.result, *writes))
        steps.append(step)
    return Arithmetic(f"rho = {' + '.join(terms) or '0'}", _result(gauge), tuple(inputs), steps=tuple(steps))


def _reads(bench: Bench, machine: Machines) -> Arithmetic:
    """How reads come to the busiest machine."""
    demand, layout = bench.case.demand, bench.layout
    result = Quantity("r", "reads or requests at the busiest machine", machine.reads, Dimension.RATE)
    if layout.spread is Spread.EVEN:
        asked = demand.single_reads + demand.scattered
        every = Quantity("lambda", "reads or requests at the node", asked, Dimension.RATE)
        return _evenly("r", result, every, layout)
    total = Quantity("lambda", "reads of one part each, at the node", demand.single_reads, Dimension.RATE)
    share = Quantity("h", "share of the hottest part", demand.hottest_reads(layout.parts), Dimension.RATIO)
    scattered = Quantity("s", "reads that every part does", demand.scattered, Dimension.RATE)
    if layout.spread is Spread.QUORUM:
        formula = f"r = lambda {_MEMBER_SHARE}"
        return Arithmetic(
            formula if not demand.scattered else f"{formula} + s",
            result,
            (total, share, *_members(layout), *((scattered,) if demand.scattered else ())),
            method=_MEMBERS,
        )
    split = read_split(layout)[0 if machine.write_share > 0.0 else 1]
    copy = Quantity("f", "part of its reads done by this copy", split, Dimension.RATIO)
    if not demand.scattered:
        return Arithmetic("r = lambda h f", result, (total, share, copy), method=_HASHED)
    return Arithmetic("r = (lambda h + s) f", result, (total, share, scattered, copy), method=_HASHED)


def _writes(bench: Bench, machine: Machines) -> Arithmetic:
    """How writes come to the busiest machine. Every copy applies them."""
    demand, layout = bench.case.demand, bench.layout
    result = Quantity("w", "writes at the busiest machine", machine.writes, Dimension.RATE)
    total = Quantity("omega", "writes at the node", demand.all_writes, Dimension.RATE)
    if layout.spread is Spread.EVEN:
        return _evenly("w", result, total, layout)
    share = Quantity("h", "share of the hottest part", demand.hottest_writes(layout.parts), Dimension.RATIO)
    if layout.spread is Spread.QUORUM:
        return Arithmetic(
            f"w = omega {_MEMBER_SHARE}", result, (total, share, *_members(layout)), method=_MEMBERS
        )
    return Arithmetic("w = omega h", result, (total, share), method=_HASHED)


_HASHED = "keys by hash; the hottest part has the most popular record"
_MEMBERS = "keys by hash; a member holds copies of its neighbours' keys"
_MEMBER_SHARE = "(h + (c - 1) (1 - h) / max(1, n - 1)) / c"


def _members(layout: Layout) -> tuple[Quantity, Quantity]:
    return (
        Quantity("c", "copies", float(layout.copies), Dimension.COUNT),
        Quantity("n", "members", float(layout.parts), Dimension.COUNT),
    )


def _evenly(symbol: str, result: Quantity, total: Quantity, layout: Layout) -> Arithmetic:
    count = Quantity("n", "machines at work", float(layout.parts), Dimension.COUNT)
    return Arithmetic(f"{symbol} = {total.symbol} / n", result, (total, count))


def _bandwidth(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    machine = gauge.machine
    overhead = setting.drawing.catalog.environment.connection_overhead
    return Arithmetic(
        formula="rho = max(i, o) (1 + v) / B",
        result=_result(gauge),
        inputs=(
            Quantity("i", "payload into the busiest machine", machine.bytes_in, Dimension.BANDWIDTH),
            Quantity("o", "payload out of it", machine.bytes_out, Dimension.BANDWIDTH),
            Quantity("v", "overhead of protocols", overhead.default, Dimension.RATIO, overhead.source),
            *_figure(setting, bench, "bandwidth", "B", "bandwidth of a machine, each way"),
        ),
    )


def _room(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    figure = gauge.ceiling.value
    inputs = [
        Quantity("b", "data kept here, one copy", bench.case.stored, Dimension.SIZE, "the scenario"),
        Quantity("n", "parts it is spread over", float(bench.layout.parts), Dimension.COUNT),
    ]
    formula = "rho = b / n / D"
    if bench.layout.spread is Spread.QUORUM:
        inputs.append(Quantity("c", "copies of each record", float(bench.layout.copies), Dimension.COUNT))
        formula = "rho = b c / n / D"
    inputs.extend(_figure(setting, bench, figure, "D", f"{figure} of a machine"))
    return Arithmetic(formula, _result(gauge), tuple(inputs))


def _connections(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    case = bench.case
    share = share_of_calls(bench, gauge.machine)
    return Arithmetic(
        formula="rho = (P + L f) / K",
        result=_result(gauge),
        inputs=(
            Quantity("P", "connections in the pools of all callers", case.pooled, Dimension.COUNT),
            Quantity(
                "L", "calls in progress: rate x time held, without queueing", case.held, Dimension.COUNT
            ),
            Quantity("f", "part of the calls at the busiest machine", share, Dimension.RATIO),
            *_figure(setting, bench, "connections", "K", "connections a machine accepts"),
        ),
        method="Little's law",
    )


def _partition(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    demand = bench.case.demand
    if bench.case.component.behavior is Behavior.QUEUE:
        rate = demand.single_reads + demand.all_writes
        return Arithmetic(
            formula="rho = lambda / p / Q",
            result=_result(gauge),
            inputs=(
                Quantity("lambda", "messages", rate, Dimension.RATE),
                Quantity("p", "partitions", float(bench.counts.partitions), Dimension.COUNT),
                *_figure(setting, bench, "partition_rate", "Q", "messages a partition can take"),
            ),
        )
    hottest = hottest_key(demand, bench.layout)
    if hottest is None:
        return Arithmetic("rho = 0", _result(gauge))
    return Arithmetic(
        formula="rho = p (r f + u) / Q",
        result=_result(gauge),
        inputs=(
            Quantity(
                "p",
                f"share of the most popular record of {hottest.dataset}",
                first_share(hottest),
                Dimension.RATIO,
            ),
            Quantity("r", "its dataset's reads", hottest.reads, Dimension.RATE),
            Quantity("f", "part of its reads done by one copy", copy_split(bench.layout), Dimension.RATIO),
            Quantity("u", "its dataset's updates", hottest.updates, Dimension.RATE),
            *_figure(setting, bench, "partition_rate", "Q", "operations one key can take"),
        ),
        method="Zipf's law",
    )
