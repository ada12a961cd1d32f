"""How busy every node is at peak, how many machines carry it, and when its disks are full."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from designer.catalog.model import FIGURE_DIMENSIONS, Behavior, Catalog, Knob, Trait
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
from designer.performance.machines import Counts, Spread, counts_of
from designer.performance.model import Ceiling, NodePerformance, Utilisation
from designer.performance.setting import Setting, setting_of
from designer.performance.storage import filling_of, homes_of_all, months_until
from designer.performance.walk import Walker
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic

_CEILINGS = ("read_rate", "write_rate", "connections", "bandwidth", "memory", "disk", "partition_rate")
assert set(_CEILINGS) <= set(FIGURE_DIMENSIONS)

_SCALING: Mapping[Knob, int] = {
    Knob.SHARDS: 10_000,
    Knob.INSTANCES: 10_000,
    Knob.REPLICAS: 100,
    Knob.PARTITIONS: 100_000,
}
"""Knobs in the order in which they are tried, with the most a node may have of each."""

_FULL = 1.0 + 1e-9
"""100 %, give or take the rounding of sums."""

_CARRYING = frozenset({Ceiling.OPERATIONS, Ceiling.BANDWIDTH})
"""Ceilings that the machines left have to keep when others are down."""


def measure_nodes(
    scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic
) -> dict[str, NodePerformance]:
    """Utilisation of every ceiling of every node, for its busiest machine, at peak and with deferred work.

    Raises KeyError when the design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    kept: dict[str, list[str]] = {}
    for dataset, homes in homes_of_all(scenario, design, catalog).items():
        for home in homes:
            kept.setdefault(home, []).append(dataset)
    held = _calls_in_progress(setting)
    return {
        node_id: _measure(setting, _case(setting, node_id, kept.get(node_id, []), held), kept.get(node_id, []))
        for node_id in setting.nodes
    }


def _case(setting: Setting, node_id: str, datasets: list[str], held: Mapping[str, float]) -> Case:
    node, component = setting.nodes[node_id], setting.components[node_id]
    figures = {
        name: value for name in _CEILINGS if (value := setting.figure(node_id, name)) is not None
    }
    pooled, unpooled = _connections(setting, node_id) if "connections" in figures else (0.0, 0.0)
    stored = math.fsum(
        setting.scenario.datasets[name].records * setting.scenario.datasets[name].record_size
        for name in datasets
    )
    return Case(
        node=node,
        component=component,
        figures=figures,
        demand=setting.demands[node_id],
        overhead=setting.catalog.environment.connection_overhead.default,
        stored=stored,
        pooled=pooled,
        held=held.get(node_id, 0.0) * unpooled,
    )


def _connections(setting: Setting, node_id: str) -> tuple[float, float]:
    """Connections that callers' pools keep open to each machine, and the part of the calls made without a pool.

    Only stores and caches are called through pools.
    """
    if setting.components[node_id].behavior not in (Behavior.STORE, Behavior.CACHE):
        return 0.0, 1.0
    pooled = calls = unpooled = 0.0
    callers: dict[str, float] = {}
    for flow in setting.traffic.flows:
        if flow.target == node_id and flow.calls > 0.0:
            callers[flow.source] = callers.get(flow.source, 0.0) + flow.calls
    for caller, rate in callers.items():
        calls += rate
        pool = setting.figure(caller, "pool")
        if pool is None:
            unpooled += rate
        else:
            pooled += setting.layouts[caller].machines * pool
    return pooled, unpooled / calls if calls else 0.0


def _calls_in_progress(setting: Setting) -> dict[str, float]:
    """Little's law: how many calls each node has open on average, on all its machines together.

    A call is open as long as its visit lasts without queueing: waiting shows at the node where it happens, and above
    saturation it has no mean.
    """
    if not any(setting.figure(node_id, "connections") is not None for node_id in setting.nodes):
        return {}
    found: dict[str, float] = {}
    rates = setting.request_rates
    for name, plan in setting.traffic.plans.items():
        if plan.entries:
            for node_id, count, seconds in Walker(setting, plan, waiting=False).durations():
                found[node_id] = found.get(node_id, 0.0) + rates[name] * count * seconds
    return found


def _measure(setting: Setting, case: Case, datasets: list[str]) -> NodePerformance:
    counts = counts_of(case.node)
    bench = set_up(case, counts)
    gauges = measure(bench)
    utilisations = sorted(
        (
            Utilisation(gauge.ceiling, gauge.value, gauge.demand, gauge.limit, explain(setting, bench, gauge))
            for gauge in gauges
        ),
        key=lambda item: -item.value,
    )
    minimum, knob = _minimum(case, counts)
    return NodePerformance(
        node=case.node.id,
        machines=bench.layout.machines,
        utilisations=tuple(utilisations),
        needed=_needed(case, bench),
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


def _minimum(case: Case, counts: Counts) -> tuple[int | None, Knob | None]:
    """The fewest of a knob that keep every ceiling, by the first knob of the component that can do it at all."""
    knobs = [knob for knob in _SCALING if knob in case.component.knobs]
    for knob in knobs:
        found = _fewest(
            lambda count, knob=knob: _holds(case, counts.turned(knob, count)),  # type: ignore[misc]
            least=0 if knob is Knob.REPLICAS else 1,
            most=_SCALING[knob],
            guess=_guess(case, counts, knob),
        )
        if found is not None:
            return found, knob
    return None, knobs[0] if knobs else None


def _holds(case: Case, counts: Counts, ceilings: frozenset[Ceiling] = frozenset(Ceiling)) -> bool:
    return all(
        gauge.value <= _FULL for gauge in measure(set_up(case, counts)) if gauge.ceiling in ceilings
    )


def _guess(case: Case, counts: Counts, knob: Knob) -> int:
    """The count that would do if all use of the ceilings went down in proportion."""
    now = max(1, getattr(counts, knob.value))
    used = max((gauge.value for gauge in measure(set_up(case, counts))), default=0.0)
    return max(1, math.ceil(min(now * used, 1e9) - 1e-9))


def _fewest(holds: Callable[[int], bool], least: int, most: int, guess: int) -> int | None:
    """The smallest count for which `holds`, which stays true once it is; None when not even the largest will do.

    Doubling the distance from the guess, up or down, until the answer is between two counts; then bisection.
    """
    guess = min(max(guess, least), most)
    step = 1
    if holds(guess):
        high, low = guess, guess - step
        while low >= least and holds(low):
            high, step = low, step * 2
            low = high - step
        low = max(low, least - 1)
    else:
        low, high = guess, min(guess + step, most)
        while not holds(high):
            if high == most:
                return None
            low, step = high, step * 2
            high = min(high + step, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _needed(case: Case, bench: Bench) -> int:
    """Machines that carry the peak: one more than there are when not even all of them do.

    With leaders the copies each part needs, for every part; of a quorum the members; of anything else the machines.
    What a provider manages counts as one.
    """
    if Trait.MANAGED in case.component.traits or case.component.behavior is Behavior.CLIENT:
        return 1
    layout, counts = bench.layout, bench.counts
    if layout.spread is Spread.LEADER:
        copies = _fewest(
            lambda count: _holds(case, counts.turned(Knob.REPLICAS, count - 1), _CARRYING),
            least=1,
            most=layout.copies,
            guess=1,
        )
        return layout.machines + 1 if copies is None else layout.parts * copies
    alone = Counts(1, 1, counts.replicas if layout.spread is Spread.QUORUM else 0, counts.partitions)
    machines = _fewest(
        lambda count: _holds(case, alone.turned(Knob.INSTANCES, count), _CARRYING),
        least=1,
        most=layout.machines,
        guess=1,
    )
    return layout.machines + 1 if machines is None else machines


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
