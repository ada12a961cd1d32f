"""A funnel of candidates that is too wide for its time."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Trait
from designer.performance.model import Hop, Response
from designer.rules.definition import rule
from designer.rules.machine_learning import serving_models
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    component,
    label,
    latency_verdicts,
    listed,
    missed,
    percent,
    workload_names,
)
from designer.units import Dimension, format_quantity

SCORING = "inference"
"""The capability of what scores candidates."""


@rule(
    severity=Severity.WARNING,
    applies="Where a response time is asked of what a model scores candidates for.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*16[service_time=150 ms, service_time_p99=600 ms, read_rate=200/s, servers=64]; "
        "api > log_stream*3[replicas=2, partitions=12] > update:stream_processor*2 >[write] feature_store, "
        "archive:object_storage",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > update:stream_processor*2 "
        ">[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    sources=(
        "P. Covington et al., Deep Neural Networks for YouTube Recommendations, RecSys'16: a funnel of two models",
        "M. Zinkevich, Rules of Machine Learning (Google): candidates first, scores for the few that are left",
    ),
    false_positives="Where the model is the product, most of the time may well be its own.",
    fix="Score fewer candidates: a light model or an index first, the heavy one for the few that are left.",
    parameters=(Parameter("most", 0.5, Dimension.RATIO, "part of a response time that models may take"),),
)
def check(analysis: Analysis, most: float) -> Result:
    """Finding and scoring candidates takes too much of the time

    A recommendation is a funnel: millions of things, hundreds of candidates, twenty shown. Each step has a share of
    the time, and when scoring takes more than its share, the answer is late however fast everything else is.
    """
    models = serving_models(analysis)
    asked = {
        name: verdicts
        for name in {name: None for workloads in models.values() for name in workloads}
        if name in analysis.responses
        and _scores(analysis, name)
        and (verdicts := latency_verdicts(analysis, name))
    }
    if not asked:
        return NotApplicable("No response time is asked of anything that a model scores candidates for.")
    faults = []
    for name, verdicts in asked.items():
        share, hops = _funnel(analysis, analysis.responses[name])
        if share > most and missed(verdicts):
            faults.append(_fault(analysis, name, verdicts, share, hops))
    return tuple(faults) or Passed("Finding and scoring candidates leaves time for the rest.", tuple(models))


def _scores(analysis: Analysis, workload: str) -> bool:
    """Whether a model is asked for scores: what embeds a text, or writes one, has no candidates to leave out."""
    return any(touch.capability == SCORING for touch in analysis.scenario.workloads[workload].touches)


def _funnel(analysis: Analysis, response: Response) -> tuple[float, list[Hop]]:
    """The part of the mean that goes by at models and indexes, and where."""
    hops = [hop for hop in response.hops if Trait.ML in component(analysis, hop.node).traits]
    if not (math.isfinite(response.mean) and response.mean > 0.0):
        return 0.0, hops  # beyond saturation: too much to do, which is another rule's business
    return math.fsum([hop.service + hop.waiting for hop in hops]) / response.mean, hops


def _fault(
    analysis: Analysis, workload: str, verdicts: tuple[Verdict, ...], share: float, hops: list[Hop]
) -> Fault:
    response = analysis.responses[workload]
    longest = sorted(hops, key=lambda hop: hop.service + hop.waiting, reverse=True)
    names = listed(label(analysis, hop.node) for hop in longest)
    p99 = format_quantity(response.percentiles[99.0], Dimension.TIME)
    return Fault(
        nodes=tuple([hop.node for hop in longest]),
        message=f"{workload_names(analysis, (workload,))} takes {p99} at the 99th percentile, and "
        f"{percent(share)} of its time goes by at {names}.",
        severity=Severity.ERROR if missed(verdicts) else None,
        arithmetic=Arithmetic(
            formula="s = t / T",
            result=Quantity("s", "part of the time at models and indexes", share, Dimension.RATIO),
            inputs=(
                Quantity("t", "mean time there", share * response.mean, Dimension.TIME),
                Quantity("T", "mean time of a request", response.mean, Dimension.TIME),
            ),
            steps=(response.arithmetic,),
        ),
    )
