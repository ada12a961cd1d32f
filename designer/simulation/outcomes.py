"""A design simulated, with what was computed beside everything that came out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from designer.bounds import require_kind
from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.errors import AnalysisError, quote
from designer.performance.capacity import measure_nodes
from designer.performance.failing import find_failing
from designer.performance.latency import respond
from designer.performance.model import Response
from designer.performance.setting import Setting, setting_of
from designer.scenario.model import Scenario
from designer.simulation.blueprints import Blueprint, draw_up, gate_of
from designer.simulation.model import Estimate, Outcome, SourceOutcome, StationOutcome, Times
from designer.simulation.runs import simulate
from designer.traffic.propagation import propagate

FEWEST, MOST = 1_000, 100_000_000
"""Requests that can be asked for: with fewer there is nothing to tell a 99th percentile from."""

WARM_UP = 0.1
"""As part of the requests, the least that pass before anything is measured: stations begin empty."""

SETTLING = 5.0
"""Before anything is measured, so many times the longest 99th percentile that is computed passes."""

SHORT = 20.0
"""A run is short when it lasts less than so many times the longest 99th percentile."""

TELLING = 10
"""Of fewer failures nothing can be told."""

_SURE = 1.959963984540054
"""Standard deviations to either side of a mean that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class WorkloadOutcome:
    """One workload: what became of its requests. Rates per second, times in seconds.

    `computed` and `computed_late` are None where nothing can be computed, as for a workload that is not served whole.
    """

    workload: str
    name: str
    asked: float  # requests per second at peak
    throughput: Estimate  # answered per second
    arrived: int
    completed: int
    failed: int
    responses: Times | None
    computed: Response | None
    deferred: Times | None
    computed_deferred: Response | None
    computed_failed: float = 0.0  # part of the requests that fail though all is up
    carried: float | None = None  # answered per second as computed, never more than are asked


@dataclass(frozen=True, slots=True)
class NodeOutcome:
    """One node: how busy its machines were on average, and what was computed."""

    node: str
    name: str
    utilisation: Estimate
    computed: float
    waiting: Estimate  # mean seconds before service
    refused: int
    longest_queue: int


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How many machines failed in a run, and how many are to be expected of it."""

    seen: int
    expected: float

    @property
    def suffices(self) -> bool:
        """Whether what became of requests says something about failures."""
        return self.seen >= TELLING


@dataclass(frozen=True, slots=True)
class DesignOutcome:
    """What came out of one run of a design at its peak."""

    scenario: str
    design: str
    seed: int
    seconds: float  # simulated, after the warm-up
    workloads: tuple[WorkloadOutcome, ...]
    nodes: tuple[NodeOutcome, ...]
    left_out: tuple[str, ...]  # what the design has and the simulation does not
    short: bool = False  # too short beside the times that were measured to trust the intervals
    failures: FailureCount | None = None  # None: machines were not let fail


def simulate_design(
    scenario: Scenario,
    design: Design,
    catalog: Catalog | None = None,
    *,
    seed: int,
    requests: int,
    failures: bool = False,
    tries: Mapping[str, float] | None = None,
) -> DesignOutcome:
    """Run `requests` requests of all workloads through the design at their peak rates; the same seed, the same outcome.

    `failures` lets machines fail as often as their figures say. `tries` are the average tries of each connection with
    retries as analysis settles them: they matter to what is computed, not to what is simulated. Raises AnalysisError
    for a seed or a number of requests that cannot be, for a design in which nothing can be served, and for one that is
    too much to simulate; DesignError when the design names a component the catalogue does not have.
    """
    require(seed=seed, requests=requests)
    require_kind("scenario", scenario, Scenario, "a scenario, as load_scenario gives")
    require_kind("design", design, Design, "a design, as parse_notation or load_design gives")
    figures = (load() if catalog is None else catalog).overridden(scenario.catalog)
    traffic = propagate(scenario, design, figures, tries=tries)
    setting = setting_of(scenario, design, figures, traffic)
    blueprint = draw_up(setting, failures=failures)
    if not blueprint.network.sources:
        problem = next((item.message for item in traffic.problems), "no request can be served")
        raise AnalysisError(f"there is nothing to simulate: {problem}", field="design")
    nodes = measure_nodes(scenario, design, figures, traffic)
    answers, fresh = respond(scenario, design, figures, traffic, nodes)
    failing = find_failing(scenario, design, figures, traffic, nodes)
    longest = _longest([*answers.values(), *fresh.values()])
    rate = math.fsum(source.rate for source in blueprint.network.sources)
    warm_up = math.ceil(min(MOST, max(requests * WARM_UP, SETTLING * longest * rate)))
    outcome = simulate(blueprint.network, seed=seed, requests=requests, warm_up=warm_up)
    return DesignOutcome(
        scenario=scenario.name,
        design=design.name,
        seed=seed,
        seconds=outcome.seconds,
        workloads=tuple(
            replace(
                _workload(setting, source, outcome, answers.get(source.name), fresh.get(source.name)),
                computed_failed=(failed := failing[source.name].share if source.name in failing else 0.0),
                carried=_carried(setting, blueprint, source.name, answers.get(source.name), failed),
            )
            for source in outcome.sources
        ),
        nodes=tuple(_nodes(setting, blueprint, outcome)),
        left_out=blueprint.left_out,
        short=outcome.seconds < SHORT * longest,
        failures=_count(blueprint, outcome) if failures else None,
    )


def _count(blueprint: Blueprint, outcome: Outcome) -> FailureCount:
    rates = [
        station.machines / (station.failure.working.mean + station.failure.down.mean)
        for station in blueprint.network.stations
        if station.failure is not None
    ]
    return FailureCount(outcome.failures, outcome.seconds * math.fsum(rates))


def _carried(
    setting: Setting, blueprint: Blueprint, name: str, computed: Response | None, failed: float
) -> float | None:
    """What is left of a workload's peak after what is turned away, what waits without end at the fullest node, and the
    part that has `failed`.

    None where nothing is computed. Of the visits to a node that has more to do than it can, the part that it can do is
    done; a request that does not go there is answered.
    """
    if computed is None:
        return None
    asked = setting.request_rates[name]
    on_the_way = {hop.node for hop in computed.hops}
    turned_away, stuck = 0.0, 0.0
    for item in setting.traffic.loads:
        if item.workload == name and item.node in on_the_way and asked > 0.0:
            visits = (item.calls + item.refused) / asked
            turned_away += (item.refused + item.given_up) / max(1.0, visits)
            used = blueprint.computed.get(item.node, 0.0)
            if used > 1.0:
                stuck = max(stuck, min(1.0, item.calls / asked) * (1.0 - 1.0 / used))
    return min(max(0.0, asked - turned_away), asked * (1.0 - stuck)) * (1.0 - failed)


def _longest(responses: Sequence[Response]) -> float:
    """The longest 99th percentile that has an end, in seconds."""
    found = [response.percentiles[99.0] for response in responses]
    return max([value for value in found if math.isfinite(value)], default=0.0)


def require(*, seed: int, requests: int) -> None:
    """Raise AnalysisError for a seed or a number of requests that cannot be."""
    if not _is_whole(seed) or not 0 <= seed < 2**32:
        raise AnalysisError(
            f"the seed cannot be {quote(seed)}",
            field="seed",
            expected="a whole number from 0 to 4,294,967,295",
        )
    if not _is_whole(requests) or not FEWEST <= requests <= MOST:
        raise AnalysisError(
            f"{quote(requests)} requests cannot be simulated",
            field="requests",
            expected=f"a whole number from {FEWEST:,} to {MOST:,}",
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _workload(
    setting: Setting,
    source: SourceOutcome,
    outcome: Outcome,
    computed: Response | None,
    computed_deferred: Response | None,
) -> WorkloadOutcome:
    return WorkloadOutcome(
        workload=source.name,
        name=setting.scenario.workloads[source.name].name,
        asked=setting.request_rates[source.name],
        throughput=_rate(source.completed, outcome.seconds),
        arrived=source.arrived,
        completed=source.completed,
        failed=source.failed,
        responses=source.responses,
        computed=computed,
        deferred=source.deferred,
        computed_deferred=computed_deferred,
    )


def _turned_away(gate: StationOutcome | None) -> int:
    return 0 if gate is None else gate.refused


def _rate(count: int, seconds: float) -> Estimate:
    """A rate per second from a count, which is as uncertain as that of random arrivals: its variance is its mean."""
    if seconds <= 0.0:
        return Estimate(0.0, 0.0, 0.0)
    off = _SURE * math.sqrt(count)
    return Estimate(count / seconds, max(0.0, count - off) / seconds, (count + off) / seconds)


def _nodes(setting: Setting, blueprint: Blueprint, outcome: Outcome) -> list[NodeOutcome]:
    stations: dict[str, StationOutcome] = {station.name: station for station in outcome.stations}
    return [
        NodeOutcome(
            node=node_id,
            name=setting.label(node_id),
            utilisation=stations[node_id].utilisation,
            computed=blueprint.computed[node_id],
            waiting=stations[node_id].waiting,
            refused=stations[node_id].refused + _turned_away(stations.get(gate_of(node_id))),
            longest_queue=stations[node_id].longest_queue,
        )
        for node_id in setting.drawing.nodes
        if node_id in stations and node_id in blueprint.computed
    ]
