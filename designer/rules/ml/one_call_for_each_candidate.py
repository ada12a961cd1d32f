"""A model that is asked for one score at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.analysis.model import Analysis
from designer.design.edit import SetConnection
from designer.design.model import Connection
from designer.performance.model import Ceiling
from designer.rules.definition import rule
from designer.rules.machine_learning import serving_models
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import allowed_utilisation, flows_into, label, rate
from designer.traffic.model import Flow
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where requests are answered with the help of a model.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1]; "
        "api >[calls=200] model:model_server*4; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*4; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    sources=(
        "NVIDIA, Triton Inference Server user guide: dynamic batching",
        "D. Crankshaw et al., Clipper: A Low-Latency Online Prediction Serving System, NSDI'17, 4.3: batching",
    ),
    false_positives="Inputs that come into being one after the other, as in a conversation, cannot share a call.",
    fix="Send all candidates in one call: an accelerator scores a batch in little more than the time of one.",
    parameters=(
        Parameter("most", 5, Dimension.COUNT, "calls of a model for one request that are still few enough"),
    ),
)
def check(analysis: Analysis, most: float) -> Result:
    """The model is asked for one thing at a time

    A request that needs two hundred scores can ask two hundred times, or once with all of them. Each call has its own
    way over the network and its own place in line, and an accelerator does a batch in hardly more time than one.
    """
    models = serving_models(analysis)
    if not models:
        return NotApplicable("No model answers requests here.")
    faults = [
        _fault(analysis, connection, connection.calls, flows)
        for connection in analysis.design.connections
        if connection.calls is not None and connection.calls > most and connection.target in models
        if (flows := _flows(analysis, connection))
    ]
    return tuple(faults) or Passed("Every model is asked once for all that a request needs.", tuple(models))


def _flows(analysis: Analysis, connection: Connection) -> list[Flow]:
    """What goes over the connection, for one workload or several."""
    found = flows_into(analysis).get(connection.target, ())
    return [flow for flow in found if flow.source == connection.source]


def _fault(analysis: Analysis, connection: Connection, calls: float, flows: Sequence[Flow]) -> Fault:
    source, target = connection.source, connection.target
    used = analysis.nodes[target].utilisation(Ceiling.OPERATIONS)
    workloads = [flow.workload for flow in flows]
    over = used is not None and used.value > allowed_utilisation(analysis, workloads)
    return Fault(
        nodes=(source, target),
        message=f"{label(analysis, source)} asks {label(analysis, target)} {calls:.0f} times for each "
        f"request, which makes {rate(math.fsum([flow.calls for flow in flows]))}. One call can carry the whole batch.",
        severity=Severity.ERROR if over else None,
        connections=(connection.id,),
        fix=(SetConnection(source=source, target=target, field="calls", value=None),),
        arithmetic=None if used is None else used.arithmetic,
    )
