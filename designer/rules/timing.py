"""How long answers may take and do take: what rules about response times ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from designer.analysis.model import Analysis, State, Verdict
from designer.keeping import remembered
from designer.performance.gamma import EXPONENTIAL_RATIO
from designer.rules.questions import latency_verdicts, loads_at, workloads_with
from designer.scenario.model import Latency
from designer.units import Dimension, format_quantity


def duration(value: float) -> str:
    """A time for a sentence: two digits do."""
    return format_quantity(value, Dimension.TIME, digits=2)


@remembered
def timed(analysis: Analysis) -> Mapping[str, Verdict]:
    """By workload the verdict on its response time with the least to spare, for those of which any is asked."""
    verdicts = {name: latency_verdicts(analysis, name) for name in analysis.responses}
    return {name: min(found, key=_spare) for name, found in verdicts.items() if found}


def unanswered(analysis: Analysis) -> bool:
    """Whether a response time is asked of anything that nothing answers."""
    asked = workloads_with(analysis, Latency)
    return not asked <= analysis.responses.keys()


def strictest(limits: Mapping[str, Verdict], workloads: Iterable[str]) -> str:
    """That of these workloads which must be answered soonest."""
    return min(workloads, key=lambda name: limits[name].limit)


def _spare(verdict: Verdict) -> float:
    margin = verdict.margin
    return -math.inf if margin is None else margin


def keeps_time(analysis: Analysis, workloads: Iterable[str], later: float) -> bool:
    """Whether all response times that are met still are when these workloads are answered `later` seconds later."""
    return all(
        item.state is not State.MET or (item.value or 0.0) + later <= item.limit
        for name in workloads
        for item in latency_verdicts(analysis, name)
    )


def keeps_time_at(analysis: Analysis, node: str, later: float) -> bool:
    """As `keeps_time`, when each operation at the node takes `later` seconds longer, one after the other.

    Not where a response time has no end: then it cannot be told what comes of it.
    """
    for load in loads_at(analysis).get(node, ()):
        rate = analysis.scenario.workloads[load.workload].peak_rate
        response = analysis.responses.get(load.workload)
        if response is None or not math.isfinite(response.mean):
            return False
        if not keeps_time(analysis, (load.workload,), later * max(1.0, (load.reads + load.writes) / rate)):
            return False
    return True


def is_missed_by(verdict: Verdict, seconds: float) -> bool:
    """Whether the response time is missed, and would not be if it were these seconds shorter."""
    if verdict.state is not State.MISSED or verdict.value is None:
        return False
    return verdict.value - seconds <= verdict.limit


def own_p99(analysis: Analysis, node: str, *, write: bool = False) -> float:
    """Seconds that 99 of 100 operations at the node do not exceed when nobody waits; 0 where no figure says.

    As the engine has it: a mean set on the node alone takes the catalogue's percentile along, and without a percentile
    times are exponential.
    """
    placed = analysis.graph.nodes[node]
    name = "write_time" if write and analysis.figure(placed, "write_time") else "service_time"
    mean, p99 = analysis.figure(placed, name), analysis.figure(placed, f"{name}_p99")
    if not mean:
        return 0.0
    if p99 is None:
        return mean * EXPONENTIAL_RATIO
    usual = analysis.catalog[placed.component].figure(name)
    is_scaled = name in placed.figures and f"{name}_p99" not in placed.figures
    return p99 * mean / usual.default if is_scaled and usual is not None and usual.default else p99
