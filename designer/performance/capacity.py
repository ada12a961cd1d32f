"""How busy every node is at peak, how many machines carry it, and when its disks are full."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

from designer.arithmetic import Arithmetic
from designer.catalog.model import Catalog, Knob
from designer.design.model import Design, Hashing, Partitioning
from designer.performance.ceilings import (
    Bench,
    Case,
    Gauge,
    bytes_per_machine,
    keeps_in_memory,
    measure,
)
from designer.performance.explain import explain, explain_minimum
from designer.performance.machines import EVEN, busiest_part, first_share
from designer.performance.makes import Make
from designer.performance.model import NodePerformance, Utilisation
from designer.performance.setting import Setting, setting_of
from designer.performance.sizing import find_minimum, find_needed, shares_out
from designer.performance.storage import bytes_of, filling_of, months_until
from designer.performance.walk import course_of
from designer.performance.working_set import Kept
from designer.scenario.model import Scenario
from designer.traffic.model import Plan, Traffic
from designer.traffic.popularity import moved_keys

_NOTHING: Sequence[str] = ()
_USE = attrgetter("value")
_make = tuple.__new__  # quicker than a named tuple's own
# Members of enumerations that are asked for at every node: looking one up takes longer than the test it is for.
_RANGE = Partitioning.RANGE
_SHARDS, _INSTANCES = Knob.SHARDS, Knob.INSTANCES
_NAMES = {knob: knob.value for knob in Knob}


def measure_nodes(
    scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic
) -> dict[str, NodePerformance]:
    """Utilisation of every ceiling of every node, for its busiest machine, at peak and with deferred work.

    Raises KeyError when the design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    kept: dict[str, list[str]] = {}
    for dataset, homes in setting.drawing.homes(scenario.datasets).items():
        for home in homes:
            kept.setdefault(home, []).append(dataset)
    held = _calls_in_progress(setting)
    found = {}
    for node_id in setting.drawing.nodes:
        datasets = kept.get(node_id, _NOTHING)
        found[node_id] = _measure(setting, _case(setting, node_id, datasets, held), datasets)
    return found


def _case(setting: Setting, node_id: str, datasets: Sequence[str], held: Mapping[str, float]) -> Case:
    drawing = setting.drawing
    make = drawing.makes[node_id]
    node = drawing.nodes[node_id]
    pooled, unpooled = _connections(setting, node_id) if "connections" in make.figures else (0.0, 0.0)
    ordered = node.ordered and make.queues
    return Case(
        node,
        make,
        setting.demands[node_id],
        drawing.environment.connection_overhead.default,
        bytes_of(setting.scenario, datasets) if datasets else 0.0,
        _kept(setting.scenario, datasets) if datasets and "iops" in make.figures else (),
        pooled,
        held.get(node_id, 0.0) * unpooled,
        drawing.consumers.get(node_id),
        _hottest_message(setting, node_id) if ordered else 0.0,
    )


def _kept(scenario: Scenario, datasets: Sequence[str]) -> Sequence[Kept]:
    found = [(name, scenario.datasets[name]) for name in datasets]
    return [Kept(name, data.records, data.record_size, data.skew) for name, data in found]


def _connections(setting: Setting, node_id: str) -> tuple[float, float]:
    """Connections that callers' pools keep open to each machine, and the part of the calls made without a pool.

    Only stores and caches are called through pools.
    """
    drawing = setting.drawing
    if not drawing.makes[node_id].keyed:
        return 0.0, 1.0
    pooled = unpooled = 0.0
    callers = setting.callers[node_id]
    for caller, rate in callers.items():
        pool = drawing.makes[caller].figures.get("pool")
        if pool is None:
            unpooled += rate
        else:
            pooled += drawing.layouts[caller].machines * pool
    return pooled, unpooled / math.fsum(callers.values()) if unpooled else 0.0


def _calls_in_progress(setting: Setting) -> dict[str, float]:
    """Little's law: how many calls each node has open on average, on all its machines together.

    A call is open as long as its visit lasts without queueing: waiting shows at the node where it happens, and above
    saturation it has no mean.
    """
    found: dict[str, float] = {}
    for name, rate in setting.request_rates.items():
        walk = course_of(setting, name).answer if rate > 0.0 else None
        if walk is not None:
            for node_id, seconds in walk.held.items():
                known = found.get(node_id, 0.0)
                found[node_id] = known + rate * seconds
    return found


def _hottest_message(setting: Setting, node_id: str) -> float:
    """The part of an ordered queue's messages about one record: the most popular of what each carries first."""
    total = hot = 0.0
    for load in setting.loads.get(node_id, ()):
        total += load.calls
        hot += load.calls * _first_of_message(setting, setting.traffic.plans[load.workload], node_id)
    return hot / total if total > 0.0 else 0.0


def _first_of_message(setting: Setting, plan: Plan, node_id: str) -> float:
    for visit in reversed(plan.visits):
        if visit.node == node_id:
            touches = setting.scenario.workloads[plan.workload].touches
            named = [touches[touch].dataset for touch in visit.touches]
            datasets = [setting.scenario.datasets[name] for name in named if name is not None]
            return first_share(datasets[0].records, datasets[0].skew) if datasets else 0.0
    return 0.0


def _measure(setting: Setting, case: Case, datasets: Sequence[str]) -> NodePerformance:
    node_id = case.node.id
    drawing = setting.drawing
    bench = Bench(case, case.node, drawing.layouts[node_id], setting.machines[node_id])
    gauges = measure(bench)
    gauges.sort(key=_USE, reverse=True)
    utilisations = []
    for gauge in gauges:
        arithmetic = Arithmetic.later(explain, setting, bench, gauge)
        used = (gauge.ceiling, gauge.value, gauge.demand, gauge.limit, arithmetic)
        utilisations.append(_make(Utilisation, used))
    minimum, knob = find_minimum(bench, gauges)
    partitioned = bench.layout.spread is not EVEN
    facts = (
        node_id,
        bench.layout.machines,
        tuple(utilisations),
        find_needed(bench, gauges),
        minimum,
        None if knob is None else _NAMES[knob],
        _hottest_share(bench) if partitioned else None,
        _months(setting, bench, datasets) if datasets else None,
        _moved_share(bench) if partitioned else None,
        _explain_minimum(bench, gauges, minimum, knob),
    )
    return _make(NodePerformance, facts)


def _explain_minimum(
    bench: Bench, gauges: Sequence[Gauge], minimum: int | None, knob: Knob | None
) -> Arithmetic | None:
    if minimum is None or knob is None or not gauges or not shares_out(bench, knob):
        return None
    return Arithmetic.later(explain_minimum, bench, gauges, minimum)


def _hottest_share(bench: Bench) -> float | None:
    demand, layout = bench.case.demand, bench.layout
    if layout.parts == 1 or not demand.keyed:
        return None
    total = hot = demand.writes if layout.partitioning is _RANGE else 0.0
    for item in demand.keyed:
        total += item.reads + item.updates
        hot += item.reads * busiest_part(item.first_read, layout.parts, layout.partitioning)
        hot += item.updates * busiest_part(item.first_update, layout.parts, layout.partitioning)
    return hot / total if total > 0.0 else None


def _moved_share(bench: Bench) -> float | None:
    """What moves when a part is added: a range is cut in two, a directory says where each record is."""
    layout, knobs = bench.layout, bench.case.make.component.knobs
    if not (_SHARDS in knobs or _INSTANCES in knobs):
        return None
    if layout.partitioning is _RANGE:
        return 0.5 / layout.parts
    consistent = (
        bench.case.node.hashing is Hashing.CONSISTENT or layout.partitioning is Partitioning.DIRECTORY
    )
    return moved_keys(layout.parts, layout.parts + 1, consistent)


def _months(setting: Setting, bench: Bench, datasets: Sequence[str]) -> float | None:
    """Months until a machine's disk is full, or the memory of a store that keeps its data there."""
    limit = _room(bench.case.make)
    if limit is None:
        return None
    part = bytes_per_machine(bench.layout, 1.0)
    return months_until([filling_of(setting.scenario, name, part) for name in datasets], limit)


@lru_cache(maxsize=4_096)
def _room(make: Make) -> float | None:
    """The bytes that fit on a machine; None where no figure says."""
    rooms = ("disk", "memory") if keeps_in_memory(make.component) else ("disk",)
    return min([make.figures[room] for room in rooms if room in make.figures], default=None)
