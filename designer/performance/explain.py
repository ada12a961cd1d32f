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
from designer.performance.machines import Machines, Spread, read_split
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
    machine = gauge.machine
    reads = _figure(setting, bench, "read_rate", "R", "reads or requests a machine can do")
    writes = _figure(setting, bench, "write_rate", "W", "writes a machine can do") or _figure(
        setting, bench, "read_rate", "W", "writes a machine can do, taken as its reads"
    )
    asked = Quantity("r", "reads or requests at the busiest machine", machine.reads, Dimension.RATE)
    if bench.case.demand.all_writes == 0.0:
        return Arithmetic("rho = r / R", _result(gauge), (asked, *reads), steps=(_share(bench, machine),))
    written = Quantity("w", "writes at the busiest machine", machine.writes, Dimension.RATE)
    formula = "rho = r / R + w / W" if reads else "rho = w / W"
    inputs = (asked, *reads, written, *writes) if reads else (written, *writes)
    return Arithmetic(formula, _result(gauge), inputs, steps=(_share(bench, machine),))


def _share(bench: Bench, machine: Machines) -> Arithmetic:
    """How the node's operations come to the busiest machine."""
    demand, layout = bench.case.demand, bench.layout
    result = Quantity("r", "reads or requests at the busiest machine", machine.reads, Dimension.RATE)
    total = Quantity("lambda", "reads or requests at the node", demand.single_reads, Dimension.RATE)
    if layout.spread is Spread.EVEN:
        count = Quantity("n", "machines", float(layout.parts), Dimension.COUNT)
        return Arithmetic("r = lambda / n", result, (total, count))
    hottest = Quantity("h", "share of the hottest part", demand.hottest_reads(layout.parts), Dimension.RATIO)
    inputs = [total, hottest]
    if layout.spread is Spread.QUORUM:
        inputs.append(Quantity("c", "copies", float(layout.copies), Dimension.COUNT))
        inputs.append(Quantity("n", "members", float(layout.parts), Dimension.COUNT))
        share = "(h + (c - 1) (1 - h) / (n - 1)) / c" if layout.parts > 1 else "h"
        formula, method = f"r = lambda {share}", "keys by hash; a member holds copies of its neighbours' keys"
    else:
        split = read_split(layout)[0 if machine.write_share > 0.0 else 1]
        inputs.append(Quantity("f", "part of its reads done by this copy", split, Dimension.RATIO))
        formula, method = "r = lambda h f", "keys by hash; the hottest part has the most popular record"
    if demand.scattered:
        inputs.append(Quantity("s", "reads that every part does", demand.scattered, Dimension.RATE))
        formula = "r = (lambda h + s) f" if layout.spread is Spread.LEADER else f"{formula} + s"
    return Arithmetic(formula, result, tuple(inputs), method=method)


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
            Quantity("L", "calls in progress: rate x time held, without queueing", case.held, Dimension.COUNT),
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
    assert hottest is not None  # or there would be no such ceiling
    return Arithmetic(
        formula="rho = p (r f + u) / Q",
        result=_result(gauge),
        inputs=(
            Quantity("p", f"share of the most popular record of {hottest.dataset}", first_share(hottest), Dimension.RATIO),
            Quantity("r", "its dataset's reads", hottest.reads, Dimension.RATE),
            Quantity("f", "part of its reads done by one copy", copy_split(bench.layout), Dimension.RATIO),
            Quantity("u", "its dataset's updates", hottest.updates, Dimension.RATE),
            *_figure(setting, bench, "partition_rate", "Q", "operations one key can take"),
        ),
        method="Zipf's law",
    )
