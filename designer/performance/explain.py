"""The arithmetic of every ceiling, as data."""

from __future__ import annotations

from collections.abc import Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior
from designer.design.model import Partitioning
from designer.performance.ceilings import (
    Bench,
    Gauge,
    bytes_per_machine,
    copy_split,
    hottest_key,
    missed_share,
    share_of_calls,
)
from designer.performance.machines import Layout, Machines, Spread, read_split
from designer.performance.model import Ceiling
from designer.performance.setting import Setting
from designer.performance.sizing import shared_use
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
        case Ceiling.IOPS:
            return _iops(setting, bench, gauge)
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
    used = " + ".join(terms) or "0"
    if bench.efficiency != 1.0 and terms:
        step = _efficiency(setting, bench)
        used = f"({used}) / e"
        inputs.append(step.result)
        steps.append(step)
    return Arithmetic(f"rho = {used}", _result(gauge), tuple(inputs), steps=tuple(steps))


def _efficiency(setting: Setting, bench: Bench) -> Arithmetic:
    """What machines that wait for each other do less than they would alone."""
    machines = bench.layout.machines - bench.layout.idle
    inputs = [Quantity("N", "machines at work", float(machines), Dimension.COUNT)]
    inputs.extend(
        _figure(setting, bench, "contention", "sigma", "part of the work that only one does at a time")
    )
    inputs.extend(
        _figure(setting, bench, "coherency", "kappa", "cost of agreeing, for each pair of machines")
    )
    terms = {"sigma": "sigma (N - 1)", "kappa": "kappa N (N - 1)"}
    slower = " + ".join([terms[item.symbol] for item in inputs[1:]])
    return Arithmetic(
        formula=f"e = 1 / (1 + {slower})",
        result=Quantity("e", "what a machine does of what it does alone", bench.efficiency, Dimension.RATIO),
        inputs=tuple(inputs),
        method="Universal Scalability Law (Gunther)",
    )


def _reads(bench: Bench, machine: Machines) -> Arithmetic:
    """How reads come to the busiest machine."""
    demand, layout = bench.case.demand, bench.layout
    result = Quantity("r", "reads or requests at the busiest machine", machine.reads, Dimension.RATE)
    if layout.spread is Spread.EVEN:
        every = Quantity(
            "lambda", "reads or requests at the node", demand.single_reads + demand.scattered, Dimension.RATE
        )
        return _evenly("r", result, every, layout)
    total = Quantity("lambda", "reads of one part each, at the node", demand.single_reads, Dimension.RATE)
    share = Quantity("h", "share of the hottest part", demand.hottest_reads(layout), Dimension.RATIO)
    scattered = Quantity("s", "reads that every part does", demand.scattered, Dimension.RATE)
    if layout.spread is Spread.QUORUM:
        asked = f"lambda {_MEMBER_SHARE}"
        inputs = [total, share, *_members(layout)]
        if demand.scattered:
            asked = f"({asked} + s)"
            inputs.append(scattered)
        if layout.read_cost != 1.0:
            asked = f"{asked} q"
            cost = Quantity(
                "q", "members that answer a read, over a majority", layout.read_cost, Dimension.RATIO
            )
            inputs.append(cost)
        return Arithmetic(f"r = {asked}", result, tuple(inputs), method=_MEMBERS)
    # Each group of parts has its leaders first and then their followers, if there are any.
    follows = layout.copies > 1 and [item is machine for item in bench.machines].index(True) % 2
    copy = Quantity(
        "f", "part of its reads done by this copy", read_split(layout)[1 if follows else 0], Dimension.RATIO
    )
    method = _METHODS[layout.partitioning]
    if not demand.scattered:
        return Arithmetic("r = lambda h f", result, (total, share, copy), method=method)
    return Arithmetic("r = (lambda h + s) f", result, (total, share, scattered, copy), method=method)


def _writes(bench: Bench, machine: Machines) -> Arithmetic:
    """How writes come to the busiest machine. Every copy applies them."""
    demand, layout = bench.case.demand, bench.layout
    result = Quantity("w", "writes at the busiest machine", machine.writes, Dimension.RATE)
    total = Quantity("omega", "writes at the node", demand.all_writes, Dimension.RATE)
    if layout.spread is Spread.EVEN:
        return _evenly("w", result, total, layout)
    share = Quantity("h", "share of the hottest part", demand.hottest_writes(layout), Dimension.RATIO)
    if layout.spread is Spread.QUORUM:
        return Arithmetic(
            f"w = omega {_MEMBER_SHARE}", result, (total, share, *_members(layout)), method=_MEMBERS
        )
    return Arithmetic("w = omega h", result, (total, share), method=_METHODS[layout.partitioning])


_METHODS = {
    Partitioning.HASH: "keys by hash; the hottest part has the most popular record",
    Partitioning.RANGE: "keys by range; the last part has all new records",
    Partitioning.DIRECTORY: "keys by directory; the hottest part has the most popular record",
}
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
    overhead = setting.drawing.environment.connection_overhead
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


def _iops(setting: Setting, bench: Bench, gauge: Gauge) -> Arithmetic:
    machine = gauge.machine
    missed = missed_share(bench)
    return Arithmetic(
        formula="rho = (r m + w) / I",
        result=_result(gauge),
        inputs=(
            Quantity("r", "reads at the busiest machine", machine.reads, Dimension.RATE),
            Quantity("m", "part of them that its memory cannot answer", missed, Dimension.RATIO),
            Quantity("w", "writes at the busiest machine", machine.writes, Dimension.RATE),
            *_figure(setting, bench, "iops", "I", "operations that the disks of a machine do"),
        ),
        method="Che's approximation for the records that memory keeps",
        steps=(_explain_missed(setting, bench, missed),),
    )


def _explain_missed(setting: Setting, bench: Bench, missed: float) -> Arithmetic:
    return Arithmetic(
        formula="m = 1 - h(M, b)",
        result=Quantity("m", "part of the reads that go to disk", missed, Dimension.RATIO),
        inputs=(
            *_figure(setting, bench, "memory", "M", "memory of a machine"),
            Quantity(
                "b",
                "data on one machine",
                bytes_per_machine(bench.layout, bench.case.stored),
                Dimension.SIZE,
            ),
        ),
        method="Che's approximation over the popularity of the records that reach the store",
    )


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
        messages = Quantity("lambda", "messages", rate, Dimension.RATE)
        partitions = Quantity("p", "partitions", float(bench.counts.partitions), Dimension.COUNT)
        limit = _figure(setting, bench, "partition_rate", "Q", "messages a partition can take")
        if not bench.case.hottest_message:
            return Arithmetic("rho = lambda / p / Q", _result(gauge), (messages, partitions, *limit))
        record = Quantity("h", "part of them for one record", bench.case.hottest_message, Dimension.RATIO)
        return Arithmetic(
            formula="rho = lambda (h + (1 - h) / p) / Q",
            result=_result(gauge),
            inputs=(messages, record, partitions, *limit),
            method="messages of one record stay in order, so that they share a partition; Zipf's law",
        )
    hottest = hottest_key(demand, bench.layout)
    if hottest is None:
        return Arithmetic("rho = 0", _result(gauge))
    name = f"share of the most popular record of {hottest.dataset}"
    if hottest.reads and hottest.updates and hottest.first_read != hottest.first_update:
        formula = "rho = (p r f + v u) / Q"
        first = [
            Quantity("p", f"{name}, of the reads that get here", hottest.first_read, Dimension.RATIO),
            Quantity("v", f"{name}, of the updates", hottest.first_update, Dimension.RATIO),
        ]
    else:
        formula = "rho = p (r f + u) / Q"
        share = hottest.first_read if hottest.reads else hottest.first_update
        first = [Quantity("p", name, share, Dimension.RATIO)]
    return Arithmetic(
        formula=formula,
        result=_result(gauge),
        inputs=(
            *first,
            Quantity("r", "its dataset's reads", hottest.reads, Dimension.RATE),
            Quantity("f", "part of its reads done by one copy", copy_split(bench.layout), Dimension.RATIO),
            Quantity("u", "its dataset's updates", hottest.updates, Dimension.RATE),
            *_figure(setting, bench, "partition_rate", "Q", "operations one key can take"),
        ),
        method="Zipf's law",
    )


def explain_minimum(bench: Bench, gauges: Sequence[Gauge], minimum: int) -> Arithmetic:
    """The fewest machines, where each of n carries 1 / n of the whole."""
    return Arithmetic(
        formula="n = ceil(m rho)",
        result=Quantity("n", "fewest machines that carry the peak", float(minimum), Dimension.COUNT),
        inputs=(
            Quantity("m", "machines at work now", float(bench.layout.parts), Dimension.COUNT),
            Quantity("rho", "largest part in use of what they share", shared_use(gauges), Dimension.RATIO),
        ),
        method="machines that are all alike share the load evenly",
    )
