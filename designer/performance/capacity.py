"""How busy every node is at peak, how many machines carry it, and when its disks are full."""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.catalog.model import Behavior, Catalog
from designer.design.model import Design
from designer.performance.ceilings import (
    Bench,
    Case,
    bytes_per_machine,
    keeps_in_memory,
    measure,
    set_up,
)
from designer.performance.explain import explain
from designer.performance.machines import Spread, counts_of
from designer.performance.model import NodePerformance, Utilisation
from designer.performance.setting import Setting, setting_of
from designer.performance.sizing import find_minimum, find_needed
from designer.performance.storage import bytes_of, filling_of, months_until
from designer.performance.walk import walker_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic


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
    return {
        node_id: _measure(
            setting, _case(setting, node_id, kept.get(node_id, []), held), kept.get(node_id, [])
        )
        for node_id in setting.drawing.nodes
    }


def _case(setting: Setting, node_id: str, datasets: list[str], held: Mapping[str, float]) -> Case:
    drawing = setting.drawing
    figures = drawing.figures[node_id]
    pooled, unpooled = _connections(setting, node_id) if "connections" in figures else (0.0, 0.0)
    return Case(
        node=drawing.nodes[node_id],
        component=drawing.components[node_id],
        figures=figures,
        demand=setting.demands[node_id],
        overhead=drawing.catalog.environment.connection_overhead.default,
        stored=bytes_of(setting.scenario, datasets),
        pooled=pooled,
        held=held.get(node_id, 0.0) * unpooled,
        consumers=drawing.consumers.get(node_id),
    )


def _connections(setting: Setting, node_id: str) -> tuple[float, float]:
    """Connections that callers' pools keep open to each machine, and the part of the calls made without a pool.

    Only stores and caches are called through pools.
    """
    drawing = setting.drawing
    if drawing.components[node_id].behavior not in (Behavior.STORE, Behavior.CACHE):
        return 0.0, 1.0
    pooled = unpooled = 0.0
    callers = setting.callers[node_id]
    for caller, rate in callers.items():
        pool = drawing.figure(caller, "pool")
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
        if rate > 0.0:
            for node_id, count, seconds in walker_of(setting, name).served():
                found[node_id] = found.get(node_id, 0.0) + rate * count * seconds
    return found


def _measure(setting: Setting, case: Case, datasets: list[str]) -> NodePerformance:
    bench = set_up(case, counts_of(case.node))
    gauges = sorted(measure(bench), key=lambda gauge: -gauge.value)
    minimum, knob = find_minimum(bench, gauges)
    return NodePerformance(
        node=case.node.id,
        machines=bench.layout.machines,
        utilisations=tuple(
            Utilisation(gauge.ceiling, gauge.value, gauge.demand, gauge.limit, explain(setting, bench, gauge))
            for gauge in gauges
        ),
        needed=find_needed(bench, gauges),
        minimum=minimum,
        minimum_knob=None if knob is None else knob.value,
        hottest_share=_hottest_share(bench),
        months_until_full=_months(setting, bench, datasets),
    )


def _hottest_share(bench: Bench) -> float | None:
    demand, parts = bench.case.demand, bench.layout.parts
    if bench.layout.spread is Spread.EVEN or parts == 1 or not demand.keyed:
        return None
    total = sum(item.reads + item.updates for item in demand.keyed)
    hot = sum((item.reads + item.updates) * item.hottest(parts) for item in demand.keyed)
    return hot / total if total > 0.0 else None


def _months(setting: Setting, bench: Bench, datasets: list[str]) -> float | None:
    """Months until a machine's disk is full, or the memory of a store that keeps its data there."""
    if not datasets:
        return None
    part = bytes_per_machine(bench.layout, 1.0)
    fillings = [filling_of(setting.scenario, name, part) for name in datasets]
    rooms = ["disk", *(["memory"] if keeps_in_memory(bench.case.component) else [])]
    months = [
        months_until(fillings, bench.case.figures[room]) for room in rooms if room in bench.case.figures
    ]
    return min((value for value in months if value is not None), default=None)
