"""What the engine says of a case: every measure answered from an analysis of the set-up, or from the scenario."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from designer.analysis import Analysis, analyze, scale_traffic
from designer.catalog.model import Knob
from designer.errors import AnalysisError
from designer.fidelity.case import (
    Answer,
    Asked,
    Availability,
    Binding,
    Capacity,
    CapacityRatio,
    CopyWrites,
    Estimate,
    Machines,
    Measure,
    OfDesign,
    Sent,
    Used,
    Waiting,
)
from designer.fidelity.formulas import Formula, compute, dimension_of, steps_of
from designer.fidelity.loader import CAPACITY, LoadedCase, Rig
from designer.performance.model import Ceiling, Response, Utilisation
from designer.scenario.estimates import expected
from designer.scenario.model import EstimateCheck, EstimateFigure, Scenario
from designer.units import Dimension

_ROUNDS = 8
_SETTLED = 1e-9
"""Ceilings need not be straight lines: the capacity is looked for again at the capacity, until it stays."""

_CEILINGS: Mapping[Ceiling, Dimension] = {
    Ceiling.OPERATIONS: Dimension.RATE,
    Ceiling.BANDWIDTH: Dimension.BANDWIDTH,
    Ceiling.MEMORY: Dimension.SIZE,
    Ceiling.DISK: Dimension.SIZE,
    Ceiling.IOPS: Dimension.RATE,
    Ceiling.CONNECTIONS: Dimension.COUNT,
    Ceiling.PARTITION: Dimension.RATE,
    Ceiling.TOKENS: Dimension.RATE,
}

_MEASURES: Mapping[str, Dimension | None] = {
    "capacity": Dimension.RATE,
    "capacity_ratio": Dimension.COUNT,
    "binding": None,
    "utilisation": Dimension.RATIO,
    "response": Dimension.TIME,
    "waiting": Dimension.TIME,
    "hit_ratio": Dimension.RATIO,
    "share_reaching": Dimension.RATIO,
    "calls": Dimension.COUNT,
    "machines": Dimension.COUNT,
    "payload": Dimension.BANDWIDTH,
    "copy_writes": Dimension.RATE,
    "availability": Dimension.RATIO,
}

_ESTIMATES: Mapping[EstimateFigure, Dimension] = {
    EstimateFigure.AVERAGE_RATE: Dimension.RATE,
    EstimateFigure.PEAK_RATE: Dimension.RATE,
    EstimateFigure.AVERAGE_OPERATIONS: Dimension.RATE,
    EstimateFigure.PEAK_OPERATIONS: Dimension.RATE,
    EstimateFigure.AVERAGE_TOKENS: Dimension.RATE,
    EstimateFigure.PEAK_TOKENS: Dimension.RATE,
    EstimateFigure.AVERAGE_BANDWIDTH: Dimension.BANDWIDTH,
    EstimateFigure.PEAK_BANDWIDTH: Dimension.BANDWIDTH,
    EstimateFigure.RECORDS_AFTER: Dimension.COUNT,
    EstimateFigure.BYTES_AFTER: Dimension.SIZE,
}


def unit_of(ask: Measure | Formula) -> Dimension | None:
    """The dimension of what is asked; None where the answer is a word."""
    if not isinstance(ask, Measure):
        return dimension_of(ask)
    if isinstance(ask, Asked):
        return _CEILINGS[ask.ceiling]
    if isinstance(ask, Estimate):
        return _ESTIMATES[ask.figure]
    return _MEASURES[ask.measure]


def names_of(ask: Measure | Formula) -> tuple[str, ...]:
    """What tells the answers apart, one for each."""
    return ("",) if isinstance(ask, Measure) else steps_of(ask)


class Study:
    """One case under the engine. Analyses are made when first needed, and kept."""

    def __init__(self, loaded: LoadedCase) -> None:
        self._loaded = loaded
        self._analyses: dict[str, Analysis] = {}

    def answer(self, ask: Measure | Formula) -> tuple[float | str, ...]:
        """What the engine says. Raises AnalysisError where it cannot tell, with its reason."""
        if not isinstance(ask, Measure):
            return compute(ask)
        if isinstance(ask, Estimate):
            return (self._estimate(ask),)
        return (_ANSWERS[ask.measure](self, ask),)

    def _estimate(self, ask: Estimate) -> float:
        scenario = self._loaded.scenario
        if scenario is None:
            raise AnalysisError("there is no scenario to estimate from", field="scenario")
        check = EstimateCheck(
            figure=ask.figure, workload=ask.workload, dataset=ask.dataset, horizon=ask.horizon
        )
        return expected(check, scenario)

    def rig(self, setup: str | None) -> tuple[str, Rig]:
        """The set-up of that name, or the only one."""
        name = setup if setup is not None else next(iter(self._loaded.rigs))
        return name, self._loaded.rigs[name]

    def analysis(self, ask: OfDesign) -> Analysis:
        """The analysis of a set-up at its own rates."""
        name, rig = self.rig(ask.setup)
        if name not in self._analyses:
            self._analyses[name] = self.analyse(rig, rig.scenario)
        return self._analyses[name]

    def analyse(self, rig: Rig, scenario: Scenario) -> Analysis:
        """The analysis of a design under a scenario."""
        return analyze(scenario, rig.design, self._loaded.catalog, headroom=False)

    def at_capacity(self, ask: OfDesign, workload: str) -> tuple[float, Analysis]:
        """The rate at which the first ceiling on the way of a workload binds, and the analysis at that rate."""
        _, rig = self.rig(ask.setup)
        analysis, scenario = self.analysis(ask), rig.scenario
        for _ in range(_ROUNDS):
            verdict = analysis.verdict(CAPACITY + workload)
            if verdict.value is None or not 0.0 < verdict.value < math.inf:
                raise AnalysisError(f"the engine gives no capacity: {verdict.reason}", field=workload)
            multiple = verdict.value / scenario.workloads[workload].peak_rate
            if abs(multiple - 1.0) <= _SETTLED:
                break
            scenario = scale_traffic(scenario, multiple)
            analysis = self.analyse(rig, scenario)
        return scenario.workloads[workload].peak_rate, analysis


def _used(study: Study, ask: Used | Asked) -> Utilisation:
    found = study.analysis(ask).nodes[ask.node].utilisation(ask.ceiling)
    if found is None:
        raise AnalysisError(f"{ask.node} has no ceiling of {ask.ceiling.value}", field="ceiling")
    return found


def _capacity_ratio(study: Study, ask: CapacityRatio) -> float:
    other = Capacity(
        measure="capacity",
        setup=ask.over_setup or ask.setup,
        workload=ask.over_workload or ask.workload,
    )
    return study.at_capacity(ask, ask.workload)[0] / study.at_capacity(other, other.workload)[0]


def _binding(study: Study, ask: Binding) -> str:
    """The node that the verdict names, and the most used of its ceilings that bound a rate."""
    _, analysis = study.at_capacity(ask, ask.workload)
    node = analysis.verdict(CAPACITY + ask.workload).nodes[0]
    for used in analysis.nodes[node].utilisations:
        if used.ceiling is not Ceiling.DISK:
            return f"{node} {used.ceiling.value}"
    raise AnalysisError(f"{node} turns requests away before a ceiling binds", field="workload")


def _answered(study: Study, ask: Answer | Waiting) -> Response:
    response = study.analysis(ask).responses.get(ask.workload)
    if response is None:
        raise AnalysisError("nothing answers this workload", field="workload")
    return response


def _response(study: Study, ask: Answer) -> float:
    response = _answered(study, ask)
    return response.mean if ask.percentile is None else response.percentiles[ask.percentile]


def _waiting(study: Study, ask: Waiting) -> float:
    return math.fsum(hop.waiting for hop in _answered(study, ask).hops if hop.node == ask.node)


def _calls(study: Study, ask: Any) -> float:
    analysis = study.analysis(ask)
    done = math.fsum(
        load.reads + load.writes
        for load in analysis.traffic.loads
        if (load.node, load.workload) == (ask.node, ask.workload)
    )
    return done / analysis.scenario.workloads[ask.workload].peak_rate


def _machines(study: Study, ask: Machines) -> float:
    facts = study.analysis(ask).nodes[ask.node]
    if facts.minimum is None:
        return math.inf
    # What replicas copy is a machine too.
    return float(facts.minimum + (facts.minimum_knob == Knob.REPLICAS))


def _sent(study: Study, ask: Sent) -> float:
    loads = [load for load in study.analysis(ask).traffic.loads if load.node == ask.node]
    return math.fsum(load.bytes_in if ask.direction == "in" else load.bytes_out for load in loads)


def _copy_writes(study: Study, ask: CopyWrites) -> float:
    _, analysis = study.at_capacity(ask, ask.workload)
    written = math.fsum(load.writes for load in analysis.traffic.loads if load.node == ask.node)
    node = analysis.design.node(ask.node)
    machines = analysis.nodes[ask.node].machines
    return written * min(1 + node.replicas, machines) / machines


def _availability(study: Study, ask: Availability) -> float:
    for group in study.analysis(ask).reliability.groups:
        if group.node == ask.node:
            return group.availability
    raise AnalysisError(f"nothing is known of the availability of {ask.node}", field="node")


_ANSWERS: Mapping[str, Callable[[Study, Any], float | str]] = {
    "capacity": lambda study, ask: study.at_capacity(ask, ask.workload)[0],
    "capacity_ratio": _capacity_ratio,
    "binding": _binding,
    "utilisation": lambda study, ask: _used(study, ask).value,
    "demand": lambda study, ask: _used(study, ask).demand,
    "response": _response,
    "waiting": _waiting,
    "hit_ratio": lambda study, ask: study.analysis(ask).traffic.hit_ratio(ask.cache, ask.dataset),
    "share_reaching": _calls,
    "calls": _calls,
    "machines": _machines,
    "payload": _sent,
    "copy_writes": _copy_writes,
    "availability": _availability,
}
