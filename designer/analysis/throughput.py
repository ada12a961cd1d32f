"""Whether every request of a workload is answered: the tightest ceiling on its way, what is turned away, what fails."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.analysis.rulings import Ruling, blocked, failing_nodes, nodes_of, retrying, tell_failing
from designer.arithmetic import Arithmetic, Quantity
from designer.performance.model import Ceiling, Utilisation
from designer.scenario.model import Throughput
from designer.traffic.model import ProblemKind
from designer.units import Dimension, format_quantity

CARRYING = (
    Ceiling.OPERATIONS,
    Ceiling.TOKENS,
    Ceiling.BANDWIDTH,
    Ceiling.MEMORY,
    Ceiling.IOPS,
    Ceiling.CONNECTIONS,
    Ceiling.PARTITION,
)
"""Ceilings that bound the rate of requests. Disk fills over time and has a requirement of its own."""

NOTICED = 1e-9
"""Less than this part of the requests turned away is the rounding of sums."""


TOLERATED = 0.01
"""Of a hundred requests one may fail before a rate counts as not answered in full (rule of thumb)."""


def judge_throughput(analysis: Analysis, requirement: Throughput) -> Ruling:
    """The requests per second at which the workload is carried in full, or those that are answered where it is not."""
    problem = blocked(analysis, requirement.workload)
    if problem is not None:
        cannot_tell = problem.kind is ProblemKind.CYCLE
        return Ruling(None if cannot_tell else 0.0, problem.message, problem.nodes)
    carried = _judge_ceilings(analysis, requirement)
    kept = find_dropped(analysis, requirement.workload)
    failed = find_failed(analysis, requirement.workload, kept)
    return min([item for item in (carried, kept, failed) if item is not None], key=_least)


def _least(ruling: Ruling) -> float:
    """What cannot be told bounds nothing."""
    return math.inf if ruling.value is None else ruling.value


def _judge_ceilings(analysis: Analysis, requirement: Throughput) -> Ruling:
    tightest = _tightest(analysis, nodes_of(analysis, requirement.workload))
    if tightest is None:
        return Ruling(None, "No node on the way has a known ceiling.")
    node, used = tightest
    peak = analysis.scenario.workloads[requirement.workload].peak_rate
    carried = math.inf if used.value == 0 else peak * requirement.utilisation / used.value
    label = analysis.design.node(node).label
    return Ruling(
        carried,
        lambda: (
            f"{label} is the tightest part: {used.ceiling.value} at {format_quantity(used.value, Dimension.RATIO)} "
            f"when the peak of {format_quantity(peak, Dimension.RATE)} arrives."
            f"{retrying(analysis, requirement.workload)}"
        ),
        (node,),
        Arithmetic.later(_explain, carried, peak, requirement.utilisation, used, label),
    )


def _explain(carried: float, peak: float, allowed: float, used: Utilisation, label: str) -> Arithmetic:
    return Arithmetic(
        formula="X = lambda * U / rho",
        result=Quantity("X", "requests the design can carry", carried, Dimension.RATE),
        inputs=(
            Quantity("lambda", "peak rate of the workload", peak, Dimension.RATE, "the scenario"),
            Quantity("U", "utilisation allowed", allowed, Dimension.RATIO, "the requirement"),
            Quantity("rho", f"{used.ceiling.value} in use at {label}", used.value, Dimension.RATIO),
        ),
        method="utilisation law",
        steps=(used.arithmetic,),
    )


def find_dropped(analysis: Analysis, workload: str) -> Ruling | None:
    """What is left of the workload's peak after what nodes turn away and give up; None when that is all of it.

    A visit that is not made costs one request, or as small a part of one as the request makes visits there.
    """
    peak = analysis.scenario.workloads[workload].peak_rate
    dropped: list[tuple[str, float, bool]] = []
    for load in analysis.traffic.loads:
        if load.workload != workload:
            continue
        lost = load.refused + load.given_up
        if lost > NOTICED * peak:
            visits = (load.calls + load.refused) / peak
            dropped.append((load.node, lost / max(1.0, visits), load.refused >= load.given_up))
    if not dropped:
        return None
    dropped.sort(key=lambda item: -item[1])
    node, most, refused = dropped[0]
    carried = max(0.0, peak - math.fsum(lost for _, lost, _ in dropped))
    label, part = analysis.design.node(node).label, format_quantity(most / peak, Dimension.RATIO, digits=2)
    verb = "turns away" if refused else "gives up"
    reason = f"{label} {verb} {part} of it at peak.{retrying(analysis, workload)}"
    arithmetic = Arithmetic(
        formula="X = lambda - sum of r",
        result=Quantity("X", "requests done in full", carried, Dimension.RATE),
        inputs=(
            Quantity("lambda", "peak rate of the workload", peak, Dimension.RATE, "the scenario"),
            *(
                Quantity(f"r[{name}]", f"lost at {analysis.design.node(name).label}", lost, Dimension.RATE)
                for name, lost, _ in dropped
            ),
        ),
        method="conservation of requests",
    )
    return Ruling(carried, reason, tuple(name for name, _, _ in dropped), arithmetic)


def find_failed(analysis: Analysis, workload: str, kept: Ruling | None = None) -> Ruling | None:
    """What is answered of the workload's peak, or of what is `kept` of it, when requests fail though all is up.

    None where fewer fail than a rate takes notice of: the availability of the workload counts every one.
    """
    failing = analysis.failing.get(workload)
    if failing is None or failing.share < TOLERATED:
        return None
    peak = analysis.scenario.workloads[workload].peak_rate
    reaching = peak if kept is None or kept.value is None else kept.value
    answered = reaching * (1.0 - failing.share)
    arithmetic = Arithmetic(
        formula="X = lambda * (1 - f)",
        result=Quantity("X", "requests answered", answered, Dimension.RATE),
        inputs=(
            Quantity("lambda", "peak rate of the workload", peak, Dimension.RATE, "the scenario")
            if kept is None
            else Quantity("lambda", "what is left of the peak", reaching, Dimension.RATE),
            Quantity("f", "part that fails though all is up", failing.share, Dimension.RATIO),
        ),
        method="conservation of requests",
        steps=(failing.arithmetic, *([kept.arithmetic] if kept and kept.arithmetic else [])),
    )
    part = format_quantity(failing.share, Dimension.RATIO, digits=2)
    return Ruling(
        answered,
        lambda: f"{part} of it fails at peak though all is up: {tell_failing(analysis, failing)}.",
        failing_nodes(failing),
        arithmetic,
    )


def _tightest(analysis: Analysis, nodes: tuple[str, ...]) -> tuple[str, Utilisation] | None:
    tightest: tuple[str, Utilisation] | None = None
    most = -math.inf
    for name in nodes:
        for used in analysis.nodes[name].utilisations:  # the most used come first
            if used.ceiling in CARRYING:
                if used.value > most:
                    tightest, most = (name, used), used.value
                break
    return tightest
