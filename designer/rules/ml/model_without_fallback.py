"""A model without which there is no answer, where the answer must not fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Trait
from designer.design.edit import Change, SetConnection
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    allowances,
    availability_missed,
    behaving,
    callees_first,
    label,
    listed,
    percent,
    placed,
    workload_names,
)
from designer.scenario.model import Operation
from designer.traffic.model import Call
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where requests that must be answered need a model.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > model:model_server*2, db:sql_database*2",
            scenario="suggestions",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > pool:load_balancer*2 > model:model_server*2; "
            "api > db:sql_database*2",
            scenario="suggestions",
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 >[fallback=true, timeout=100 ms] model:model_server*2; "
        "api > db:sql_database*2",
        scenario="suggestions",
    ),
    sources=(
        "X. Amatriain and J. Basilico, System Architectures for Personalization and Recommendation, Netflix, 2013",
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 22: graceful degradation",
    ),
    false_positives="Where the story says that an answer without the model counts as an outage, it is one, and a rule "
    "cannot know. An answer that is hardly ever given may itself be broken when it is needed.",
    fix="Let the caller answer without the model when it fails: popular items, yesterday's list. Give it a time limit.",
    parameters=(
        Parameter("part", 0.5, Dimension.RATIO, "of the downtime that is allowed, what one model may cause"),
        Parameter("little", 0.1, Dimension.RATIO, "part of it that matters not even where too much is down"),
    ),
)
def check(analysis: Analysis, part: float, little: float) -> Result:
    """The answer needs a model, and nothing stands in for it

    A model makes an answer better; seldom is it the answer. It runs on few and costly machines, takes minutes to
    load, and is replaced often. Where a plainer answer will do for a while, a request need not fail with it.
    """
    models = placed(analysis, _is_model) if allowances(analysis) else []
    if not models:
        return NotApplicable("No model is asked for what must be answered.")
    needed = {name: failing for name in models if (failing := _failing(analysis, name))}
    faults = [
        _fault(analysis, name, failing)
        for name, failing in needed.items()
        if (worst := failing[0]).part > (little if availability_missed(analysis, (worst.workload,)) else part)
    ]
    return tuple(faults) or _praise(analysis, models, needed)


class _Failing(NamedTuple):
    """Requests that fail because a model does, as part of the time that they may."""

    part: float
    workload: str
    down: float


def _is_model(found: Component) -> bool:
    return found.behavior is Behavior.SERVICE and {Trait.ML, Trait.COMPUTES} <= found.traits


def _failing(analysis: Analysis, model: str) -> list[_Failing]:
    """The workloads that must be answered and are not without the model, the worst first."""
    allowed = allowances(analysis)
    found = [
        _Failing(
            share.unavailability / max(allowed[item.workload], 1e-12), item.workload, share.unavailability
        )
        for item in analysis.reliability.workloads
        if item.workload in allowed
        for share in item.contributions
        if share.node == model and share.unavailability > 0.0
    ]
    return sorted(found, reverse=True)


def _fault(analysis: Analysis, model: str, failing: Sequence[_Failing]) -> Fault:
    worst = failing[0]
    calls = [list(_waited_for(analysis, item.workload, model)) for item in failing]
    connections = dict.fromkeys(
        [option.connection for some in calls for call in some for option in call.options]
    )
    allowed = allowances(analysis)[worst.workload]
    return Fault(
        nodes=(model,),
        message=f"{workload_names(analysis, (worst.workload,))} fails when {label(analysis, model)} cannot answer: "
        f"{percent(worst.down)} of the time, where {percent(allowed)} is allowed in all.",
        severity=Severity.ERROR if _is_to_blame(analysis, worst, allowed) else None,
        connections=tuple(connections),
        fix=_answer_without(connections) if all(calls) and not _writes(analysis, failing, calls) else (),
    )


def _is_to_blame(analysis: Analysis, failing: _Failing, allowed: float) -> bool:
    """Whether the workload is down too often, and would not be if the model never were."""
    total = next(
        item.unavailability for item in analysis.reliability.workloads if item.workload == failing.workload
    )
    return total > allowed >= total - failing.down


def _waited_for(analysis: Analysis, workload: str, model: str) -> Iterator[Call]:
    """The calls by which services reach the model, perhaps through routers."""
    routers, services = behaving(analysis, Behavior.ROUTER), behaving(analysis, Behavior.SERVICE)
    leading: set[int] = set()
    for visit in callees_first(analysis, workload):
        if visit.node == model:
            leading.add(visit.number)
        for call in visit.calls:
            needed = not (call.deferred or call.optional)
            if needed and any(option.visit.number in leading for option in call.options):
                if visit.node in routers:
                    leading.add(visit.number)
                elif visit.node in services:
                    yield call


def _writes(analysis: Analysis, failing: Sequence[_Failing], calls: Sequence[Sequence[Call]]) -> bool:
    """Whether one of the calls changes data, which no answer of the caller's own does."""
    for item, some in zip(failing, calls, strict=True):
        touches = analysis.scenario.workloads[item.workload].touches
        for touch in [touches[number] for call in some for number in call.touches]:
            if touch.capability is None and touch.operation is not Operation.READ:
                return True
    return False


def _answer_without(connections: Mapping[str, None]) -> tuple[Change, ...]:
    ends = [connection.split(">") for connection in connections]
    return tuple(
        SetConnection(source=source, target=target, field="fallback", value=True) for source, target in ends
    )


def _praise(analysis: Analysis, models: Sequence[str], needed: Mapping[str, Sequence[_Failing]]) -> Passed:
    if not needed:
        names = listed([label(analysis, name) for name in models])
        return Passed(f"Requests are answered even while {names} cannot answer.", tuple(models))
    worst = max(failing[0] for failing in needed.values())
    return Passed(
        f"For want of a model {workload_names(analysis, (worst.workload,))} fails {percent(worst.down)} of the "
        f"time, {percent(worst.part)} of what is allowed.",
        tuple(needed),
    )
