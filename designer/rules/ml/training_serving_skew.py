"""A model that is trained on other data than it is asked with."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, DataKind
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.machine_learning import downstream, homes_of, is_trainer, upstream
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, flows_into, label, listed, placed
from designer.rules.repairs import connect

_KEEPS = (Behavior.STORE, Behavior.QUEUE)


@rule(
    severity=Severity.WARNING,
    applies="Where models are trained, and asked with features that are looked up.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], features:feature_store[shards=8, "
        "replicas=1], model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] features; update > archive:object_storage; "
        "nightly:scheduler > training_pipeline > warehouse:wide_column_store*3[replicas=2, holds=vectors]",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], features:feature_store[shards=8, "
        "replicas=1], model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] features; update > archive:object_storage; "
        "nightly:scheduler > training_pipeline > archive",
        scenario="ranking",
    ),
    sources=(
        "M. Zinkevich, Rules of Machine Learning (Google), rules 29 and 32: train as you serve",
        "E. Breck et al., The ML Test Score, IEEE Big Data 2017, Monitor 3: training and serving features",
    ),
    false_positives="Two paths that compute a feature with the very same code, tested against each other, agree.",
    fix="Train from the features as they were served, or from what the same job has written.",
)
def check(analysis: Analysis) -> Result:
    """Training sees other features than serving

    When one program computes a feature for training and another one for serving, they differ in small ways: another
    time zone, another rounding, data that was not there yet. The model is then worse in service than it was on paper,
    and nothing reports an error.
    """
    served = dict.fromkeys(home for homes in homes_of(analysis, DataKind.FEATURES).values() for home in homes)
    trainers = placed(analysis, is_trainer)
    if not trainers or not served:
        return NotApplicable("No model is trained here on features that are looked up in service.")
    same = set(served) | _fed_alike(analysis, served)
    faults = []
    for trainer in trainers:
        sources = _sources(analysis, trainer)
        if not same & sources:
            faults.append(_fault(analysis, trainer, tuple(served), tuple(sorted(sources))))
    return tuple(faults) or Passed(
        "Training and serving see features that were made in one place.", tuple(trainers)
    )


def _fed_alike(analysis: Analysis, served: dict[str, None]) -> set[str]:
    """What those who write the features write besides, and the logs they take them from."""
    found: set[str] = set()
    flows = flows_into(analysis)
    for home in served:
        for flow in flows.get(home, ()):
            if flow.writes > 0.0:
                found |= {name for name in analysis.graph.successors(flow.source) if _keeps(analysis, name)}
                found |= {name for name in analysis.graph.predecessors(flow.source) if _keeps(analysis, name)}
    return found


def _keeps(analysis: Analysis, node: str) -> bool:
    return component(analysis, node).behavior in _KEEPS


def _sources(analysis: Analysis, trainer: str) -> set[str]:
    """The stores and logs that training can read."""
    around = downstream(analysis, trainer) | upstream(analysis, trainer)
    return {name for name in around if _keeps(analysis, name)}


def _fault(analysis: Analysis, trainer: str, served: tuple[str, ...], sources: tuple[str, ...]) -> Fault:
    online = listed(label(analysis, node) for node in served)
    known = listed(label(analysis, node) for node in sources)
    trained = f"is trained from {known}" if sources else "has no data to be trained from"
    return Fault(
        nodes=(trainer, *served),
        message=f"Requests are answered with the features in {online}, but what {label(analysis, trainer)} makes "
        f"{trained}: the two need not agree.",
        fix=_read_what_is_served(trainer, served),
    )


def _read_what_is_served(trainer: str, served: tuple[str, ...]) -> tuple[Change, ...]:
    return (connect(trainer, served[0]),)
