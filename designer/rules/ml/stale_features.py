"""Features that are older than they may be."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis, State, Verdict
from designer.catalog.model import DataKind
from designer.performance.model import Hop
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import label
from designer.rules.repairs import PLANNED, enough
from designer.scenario.model import Freshness, Operation
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where features are brought up to date and the exercise says how fresh they must be.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], features:feature_store[shards=8, "
        "replicas=1], model:model_server*3; api > queue:message_queue > update:worker*3 >[write] features, "
        "archive:object_storage",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], features:feature_store[shards=8, "
        "replicas=1], model:model_server*3; api > queue:message_queue > update:worker*10 >[write] features, "
        "archive:object_storage",
        scenario="ranking",
    ),
    sources=(
        "M. Zinkevich, Rules of Machine Learning (Google), rule 8: know the freshness requirements of your system",
        "Feast documentation, Architecture: push and materialization jobs keep the online store fresh",
    ),
    false_positives="Features that hardly ever change may be as old as you like: the exercise should not ask then.",
    fix="More machines where the updates wait, or a stream instead of a batch.",
)
def check(analysis: Analysis) -> Result:
    """The features are older than they may be

    A model answers with what it is told, and features that are too old tell it about yesterday: no error is logged,
    the answers are just worse. How old they get is decided by the slowest step between an event and the store.
    """
    judged = {
        verdict.requirement: verdict
        for verdict in analysis.verdicts
        if verdict.kind == "freshness" and _renews_features(analysis, verdict)
    }
    if not judged:
        return NotApplicable("The exercise does not say how fresh features must be.")
    if all(verdict.state is State.UNKNOWN for verdict in judged.values()):
        return NotApplicable("Nothing brings the features up to date yet.")
    late = [verdict for verdict in judged.values() if verdict.state is State.MISSED]
    if late:
        return tuple(_fault(analysis, verdict) for verdict in late)
    slowest = max((verdict.value for verdict in judged.values() if verdict.value is not None), default=0.0)
    age = format_quantity(slowest, Dimension.TIME)
    return Passed(f"An event is in the features after {age} at the latest, as the 99th percentile tells it.")


def _workload(analysis: Analysis, verdict: Verdict) -> str:
    asked = analysis.scenario.requirements[verdict.requirement]
    return asked.workload if isinstance(asked, Freshness) else ""


def _renews_features(analysis: Analysis, verdict: Verdict) -> bool:
    datasets = analysis.scenario.datasets
    return any(
        touch.dataset is not None
        and touch.operation is not Operation.READ
        and datasets[touch.dataset].kind is DataKind.FEATURES
        for touch in analysis.scenario.workloads[_workload(analysis, verdict)].touches
    )


def _fault(analysis: Analysis, verdict: Verdict) -> Fault:
    value = math.inf if verdict.value is None else verdict.value
    hop = _slowest(analysis, verdict)
    limit = format_quantity(verdict.limit, Dimension.TIME)
    age = (
        "keep falling behind"
        if math.isinf(value)
        else f"are up to {format_quantity(value, Dimension.TIME)} old"
    )
    binding = None if hop is None else analysis.nodes[hop.node].binding
    return Fault(
        nodes=() if hop is None else (hop.node,),
        message=f"Features {age}; they may be {limit} old."
        + ("" if hop is None else f" Most of the time goes by at {label(analysis, hop.node)}."),
        fix=() if hop is None or binding is None else enough(analysis, hop.node, binding.value / PLANNED),
        arithmetic=verdict.arithmetic,
    )


def _slowest(analysis: Analysis, verdict: Verdict) -> Hop | None:
    response = analysis.freshness.get(_workload(analysis, verdict))
    if response is None:
        return None
    return max(response.hops, key=lambda hop: hop.waiting + hop.service + hop.network, default=None)
