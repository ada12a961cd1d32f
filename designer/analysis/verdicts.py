"""Each requirement judged: met, missed or cannot tell, with the arithmetic behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

from designer.analysis.derivations import add_up
from designer.analysis.model import Analysis, State, Verdict
from designer.analysis.rulings import Ruling, blocked, retrying
from designer.analysis.survival import (
    judge_availability,
    judge_durability,
    judge_recovery_point,
    judge_recovery_time,
)
from designer.analysis.throughput import judge_throughput
from designer.arithmetic import Arithmetic
from designer.performance.explain_storage import explain_filling
from designer.performance.model import Growth, Response
from designer.scenario.model import (
    Budget,
    Durability,
    Freshness,
    Latency,
    RecoveryPoint,
    Requirement,
    Storage,
    Throughput,
)
from designer.traffic.model import ProblemKind
from designer.units import SECONDS_PER_MONTH, Dimension, format_quantity

UNDRAWN = (ProblemKind.EMPTY, ProblemKind.NO_CLIENT)


def judge(analysis: Analysis, only: Collection[str] | None = None) -> tuple[Verdict, ...]:
    """One verdict per requirement, or for those of `only`, in the scenario's order."""
    undrawn = _undrawn(analysis)
    return tuple(
        [
            _verdict(analysis, name, item, undrawn)
            for name, item in analysis.scenario.requirements.items()
            if only is None or name in only
        ]
    )


def _verdict(analysis: Analysis, name: str, requirement: Requirement, undrawn: Ruling | None) -> Verdict:
    judge_one, limit, at_most, dimension = _JUDGES[requirement.kind]
    bound = limit(analysis, requirement)
    ruling = undrawn or judge_one(analysis, requirement)
    return Verdict(
        requirement=name,
        kind=requirement.kind,
        title=requirement.title or title_of(analysis, requirement),
        state=_state(ruling.value, bound, at_most),
        value=ruling.value,
        limit=bound,
        at_most=at_most,
        dimension=dimension,
        reason=lambda: ruling.reason,
        nodes=ruling.nodes,
        arithmetic=ruling.arithmetic,
        hidden=requirement.hidden,
    )


def _state(value: float | None, limit: float, at_most: bool) -> State:
    if value is None or math.isnan(value):
        return State.UNKNOWN
    return State.MET if (value <= limit if at_most else value >= limit) else State.MISSED


def title_of(analysis: Analysis, requirement: Requirement) -> str:
    """A requirement's title when its author gave none, such as "Follow a link: p99"."""
    if requirement.kind == "budget":
        return "Budget"
    asked = requirement.kind.replace("_", " ")
    if requirement.kind == "latency":
        asked = f"p{requirement.percentile:g}"
    elif requirement.kind == "storage":
        asked = "room to grow"
    if isinstance(requirement, Durability | RecoveryPoint | Storage):
        return f"{analysis.scenario.datasets[requirement.dataset].name}: {asked}"
    return f"{analysis.scenario.workloads[requirement.workload].name}: {asked}"


def _undrawn(analysis: Analysis) -> Ruling | None:
    problem = next((item for item in analysis.traffic.problems if item.kind in UNDRAWN), None)
    return None if problem is None else Ruling(None, problem.message)


def _judge_latency(analysis: Analysis, requirement: Latency) -> Ruling:
    return _judge_response(analysis, requirement, analysis.responses, "answers")


def _judge_freshness(analysis: Analysis, requirement: Freshness) -> Ruling:
    workload = analysis.scenario.workloads[requirement.workload]
    response = analysis.responses.get(requirement.workload)
    if response is not None and requirement.workload not in analysis.freshness:
        if math.isinf(response.mean):  # done with the answer, which never comes
            return _judge_response(analysis, requirement, analysis.responses, "has everything done")
        return Ruling(0.0, f"Nothing of {workload.name} is put off: it is done when the answer is out.")
    return _judge_response(analysis, requirement, analysis.freshness, "has everything done")


def _judge_response(
    analysis: Analysis, requirement: Latency | Freshness, responses: Mapping[str, Response], verb: str
) -> Ruling:
    problem = blocked(analysis, requirement.workload)
    if problem is not None:
        return Ruling(None, problem.message, problem.nodes)
    response = responses.get(requirement.workload)
    if response is None:
        return Ruling(None, "Nothing answers this workload.")
    value = response.percentiles[float(requirement.percentile)]
    if math.isinf(value):
        return Ruling(
            value,
            lambda: (
                f"Unbounded: more arrives at {', '.join(_labels(analysis, response.saturated))} than it can serve, "
                f"so the wait grows without end.{retrying(analysis, requirement.workload)}"
            ),
            response.saturated,
            response.arithmetic,
        )
    spent = [service + waiting + network for _, service, waiting, network in response.hops]
    most = max(spent)
    slowest = response.hops[spent.index(most)].node
    share = most / response.mean if response.mean else 0.0
    return Ruling(
        value,
        lambda: (
            f"p{requirement.percentile:g} {verb} in {format_quantity(value, Dimension.TIME)}; "
            f"{analysis.design.node(slowest).label} takes {format_quantity(share, Dimension.RATIO, digits=2)} "
            f"of the mean.{retrying(analysis, requirement.workload)}"
        ),
        (slowest,),
        response.arithmetic,
    )


def _labels(analysis: Analysis, nodes: Sequence[str]) -> list[str]:
    return [analysis.design.node(name).label for name in nodes]


def _judge_storage(analysis: Analysis, requirement: Storage) -> Ruling:
    growth = analysis.growth.get(requirement.dataset)
    if growth is None or not growth.homes:
        name = analysis.scenario.datasets[requirement.dataset].name
        return Ruling(0.0, f"{name} has no home in this design.")
    months = [(analysis.nodes[home].months_until_full, home) for home in growth.homes]
    first = min([(value, home) for value, home in months if value is not None], default=None)
    if first is None:
        home = growth.homes[0]
        return Ruling(math.inf, "Its home does not fill up.", growth.homes, _filling(analysis, growth, home))
    seconds, home = first[0] * SECONDS_PER_MONTH, first[1]
    return Ruling(
        seconds,
        lambda: _tell_full(analysis.design.node(home).label, seconds),
        (home,),
        _filling(analysis, growth, home),
    )


def _filling(analysis: Analysis, growth: Growth, home: str) -> Arithmetic:
    setting = analysis.setting
    return Arithmetic.later(lambda: explain_filling(setting, home) or growth.arithmetic)


def _tell_full(name: str, seconds: float) -> str:
    if seconds <= 0.0:
        return f"{name} is full today."
    return f"{name} is full in {format_quantity(seconds, Dimension.TIME)}."


def _judge_budget(analysis: Analysis, requirement: Budget) -> Ruling:
    cost, design = analysis.cost, analysis.design
    answered = any(plan.entries for plan in analysis.traffic.plans.values())
    if not cost.nodes or not answered:
        return Ruling(None, "Nothing is answered yet, so there is nothing to pay for.")
    totals = [item.total for item in cost.nodes]
    most = max(totals)
    dearest = cost.nodes[totals.index(most)].node
    return Ruling(
        cost.total,
        lambda: (
            f"{format_quantity(cost.total, Dimension.MONEY)}; {design.node(dearest).label} "
            f"is the dearest part with {format_quantity(most, Dimension.MONEY)}."
        ),
        (dearest,),
        Arithmetic.later(add_up, cost, design),
    )


def _peak(analysis: Analysis, requirement: Throughput) -> float:
    return analysis.scenario.workloads[requirement.workload].peak_rate


_JUDGES: dict[str, tuple[Callable[..., Ruling], Callable[..., float], bool, Dimension]] = {
    "throughput": (judge_throughput, _peak, False, Dimension.RATE),
    "latency": (_judge_latency, lambda _, item: item.limit, True, Dimension.TIME),
    "availability": (judge_availability, lambda _, item: item.minimum, False, Dimension.RATIO),
    "durability": (judge_durability, lambda _, item: item.minimum, False, Dimension.RATIO),
    "recovery_point": (judge_recovery_point, lambda _, item: item.limit, True, Dimension.TIME),
    "recovery_time": (judge_recovery_time, lambda _, item: item.limit, True, Dimension.TIME),
    "freshness": (_judge_freshness, lambda _, item: item.limit, True, Dimension.TIME),
    "storage": (_judge_storage, lambda _, item: item.horizon, False, Dimension.TIME),
    "budget": (_judge_budget, lambda _, item: item.limit, True, Dimension.MONEY),
}
