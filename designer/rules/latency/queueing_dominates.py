"""Waiting in line takes longer than the work."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.performance.model import Hop, Response
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    label,
    latency_verdicts,
    missed,
    percent,
    workload_names,
)
from designer.rules.repairs import PLANNED, enough
from designer.units import Dimension, format_quantity

MATTERS = 0.1
"""Part of the whole answer's mean time below which a wait is not worth a word (rule of thumb)."""


@rule(
    severity=Severity.WARNING,
    applies="Where a latency is asked for and the answer has a mean.",
    bad=Example(
        "users > load_balancer*2[routing=random] > api:app_server*5 > db:sql_database*3",
        scenario="quiet",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3",
        scenario="quiet",
    ),
    sources=(
        "L. Kleinrock, Queueing Systems, volume I, chapter 3: the wait grows as 1 / (1 - utilisation)",
        "J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013",
    ),
    false_positives="Work that comes in one steady stream waits less than requests that come at random.",
    fix="Lower the utilisation: more machines, or less work for each request.",
)
def check(analysis: Analysis) -> Result:
    """Requests wait longer than they are worked on

    The busier a machine, the longer the line in front of it: at 50 % hardly anybody waits, at 95 % almost everybody
    does. The wait grows much faster than the load, so a little more traffic makes it a lot slower.
    """
    timed = {name: item for name, item in analysis.responses.items() if latency_verdicts(analysis, name)}
    if not timed:
        return NotApplicable("Nothing is answered here of which a response time is asked.")
    found: dict[str, list[tuple[str, Hop]]] = {}
    for name, response in timed.items():
        for hop in _waiting(response):
            found.setdefault(hop.node, []).append((name, hop))
    if found:
        return tuple(_fault(analysis, node, hops) for node, hops in found.items())
    if any(not math.isfinite(response.mean) for response in timed.values()):
        return NotApplicable("More arrives than can be served, so there is no wait to compare.")
    return Passed("Nowhere do requests wait longer than they are worked on.")


def _waiting(response: Response) -> list[Hop]:
    if not math.isfinite(response.mean):
        return []  # beyond saturation: too much to do, which is another rule's business
    return [
        hop for hop in response.hops if hop.waiting > hop.service and hop.waiting > MATTERS * response.mean
    ]


def _fault(analysis: Analysis, node: str, hops: list[tuple[str, Hop]]) -> Fault:
    name, hop = max(hops, key=lambda pair: pair[1].waiting)
    workloads = [item for item, _ in hops]
    who = workload_names(analysis, workloads)
    wait, work = (format_quantity(value, Dimension.TIME, digits=2) for value in (hop.waiting, hop.service))
    binding = analysis.nodes[node].binding
    busy = "" if binding is None else f" It is at {percent(binding.value)} of its {binding.ceiling.value}."
    late = missed(item for workload in workloads for item in latency_verdicts(analysis, workload))
    return Fault(
        nodes=(node,),
        message=f"At {label(analysis, node)}, {who} {agree(workloads, 'waits', 'wait')} "
        f"{wait} in line and {agree(workloads, 'is', 'are')} worked on for {work}.{busy}",
        severity=Severity.ERROR if late else None,
        fix=() if binding is None else enough(analysis, node, binding.value / PLANNED),
        arithmetic=_share(analysis, name, hop),
    )


def _share(analysis: Analysis, workload: str, hop: Hop) -> Arithmetic:
    total = hop.waiting + hop.service
    return Arithmetic(
        formula="s = W / (W + S)",
        result=Quantity("s", "part of the time spent waiting", hop.waiting / total, Dimension.RATIO),
        inputs=(
            Quantity("W", "mean wait per request", hop.waiting, Dimension.TIME),
            Quantity("S", "mean work per request", hop.service, Dimension.TIME),
        ),
        method="M/M/c",
        steps=(analysis.responses[workload].arithmetic,),
    )
