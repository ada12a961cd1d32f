"""A model of which nobody learns whether it was right."""

from __future__ import annotations

from collections.abc import Container

from designer.analysis.model import Analysis
from designer.catalog.model import DataKind, Trait
from designer.rules.definition import rule
from designer.rules.machine_learning import homes_of, is_trainer, serving_models
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import agree, component, kinds, label, listed


@rule(
    severity=Severity.INFO,
    applies="Where requests are answered with the help of a model.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*3",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > update:stream_processor*2 "
        ">[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    sources=(
        "D. Sculley et al., Hidden Technical Debt in Machine Learning Systems, NIPS 2015",
        "M. Zinkevich, Rules of Machine Learning (Google), rules 8 and 29: freshness, and logging features at serving",
    ),
    false_positives="A model bought from somebody else is not retrained by you, though it should still be watched.",
    fix="Keep what was shown and what came of it in a log or an archive, and compare versions by it.",
)
def check(analysis: Analysis) -> Result:
    """Nobody learns whether the model was right

    The world changes, and a model grows worse without any error in any log. Only what was shown, and what people did
    with it, tells how good it is; without that it can be neither compared with the next one nor trained again.
    """
    models = serving_models(analysis)
    if not models:
        return NotApplicable("No model answers requests here.")
    kept = _kept(analysis, {name for workloads in models.values() for name in workloads})
    if kept:
        names = listed(label(analysis, node) for node in kept)
        return Passed(f"What happens after an answer is kept in {names}.", kept)
    if any(is_trainer(found) for found in kinds(analysis).values()):
        return Passed("The model is trained again from what is collected.")
    names = listed(label(analysis, node) for node in models)
    message = f"{names} {agree(models, 'answers', 'answer')} requests, and nothing here keeps what came of the answers."
    return (Fault(tuple(models), message),)


def _kept(analysis: Analysis, workloads: Container[str]) -> tuple[str, ...]:
    """Where events last, or what is written when these workloads are answered."""
    found = [home for homes in homes_of(analysis, DataKind.EVENTS).values() for home in homes]
    found += [
        load.node
        for load in analysis.traffic.loads
        if load.workload in workloads and any(written for _, written in load.datasets.values())
    ]
    return tuple(dict.fromkeys([node for node in found if Trait.DURABLE in component(analysis, node).traits]))
