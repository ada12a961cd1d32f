"""One part of the data gets more than its share."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Knob
from designer.design.edit import Change
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    allowed_utilisation,
    component,
    components,
    label,
    most_used,
    percent,
    rate,
    workloads_at,
)
from designer.rules.repairs import cache_beside, enough

UNEVEN = 1.5
"""How many times its even share the hottest part must have before it is called hot (rule of thumb)."""

_KEYED = (Behavior.STORE, Behavior.CACHE)


@rule(
    severity=Severity.ERROR,
    applies="Where data is spread over several shards or machines by its keys.",
    bad=Example(
        "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > "
        "db:sharded_sql[shards=16, replicas=1, read_from=leader, read_rate=20k/s]",
        scenario="busy",
    ),
    good=Example(
        "users > load_balancer*4 > api:app_server[instances=60, read_rate=4k/s, servers=80] > cache*3[replicas=1], "
        "db:sharded_sql[shards=16, replicas=1, read_from=leader, read_rate=20k/s]",
        scenario="busy",
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 6: skewed workloads and relieving hot spots",
        "L. Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM'99",
    ),
    false_positives="The skew is the scenario's estimate; measure it before you split anything.",
    fix="Put a cache in front of the popular records, or split the hot key into several.",
)
def check(analysis: Analysis) -> Result:
    """One part of the data is asked for too much

    A record lives on one shard. When some records are asked for far more than others, the shard that has them is full
    while the rest is idle. More shards hardly help: the hot record stays whole.
    """
    reached = workloads_at(analysis)
    found = components(analysis)
    keyed = [node for node in reached if found[node].behavior in _KEYED and _is_split(analysis, node)]
    if not keyed:
        return NotApplicable("No data here is spread over several parts by key.")
    faults = []
    for node in keyed:
        allowed = allowed_utilisation(analysis, reached[node])
        used = overheated(analysis, node, allowed)
        if used is not None:
            faults.append(_fault(analysis, node, used, allowed))
    return tuple(faults) or Passed("No part of the data is asked for more than it can answer.", tuple(keyed))


def _is_split(analysis: Analysis, node: str) -> bool:
    facts = analysis.nodes[node]
    return facts.hottest_share is not None or facts.utilisation(Ceiling.PARTITION) is not None


def parts_of(analysis: Analysis, node: str) -> int:
    """Parts the node's keys are spread over."""
    placed = analysis.graph.nodes[node]
    return placed.instances * placed.shards


def overheated(analysis: Analysis, node: str, allowed: float) -> Utilisation | None:
    """The ceiling of the hottest record or part when it is above what is allowed, and more parts are no way out."""
    if component(analysis, node).behavior not in _KEYED:
        return None
    facts = analysis.nodes[node]
    key = facts.utilisation(Ceiling.PARTITION)
    if key is not None and key.value > allowed:
        return key
    used = most_used(analysis, node, (Ceiling.OPERATIONS,))
    unevenness = (facts.hottest_share or 0.0) * parts_of(analysis, node)
    if used is None or unevenness < UNEVEN or used.value <= allowed or used.value / unevenness > allowed:
        return None
    splits = facts.minimum is not None and facts.minimum_knob in (Knob.SHARDS, Knob.INSTANCES)
    return None if splits else used


def _fault(analysis: Analysis, node: str, used: Utilisation, allowed: float) -> Fault:
    return Fault(
        nodes=(node,),
        message=lambda: _tell(analysis, node, used),
        fix=lambda: _cool(analysis, node, used.value / allowed),
        arithmetic=used.arithmetic,
    )


def _tell(analysis: Analysis, node: str, used: Utilisation) -> str:
    name, full = label(analysis, node), percent(used.value)
    if used.ceiling is Ceiling.PARTITION:
        return (
            f"The most wanted record of {name} is asked for {rate(used.demand)} at the busiest time, {full} of the "
            f"{rate(used.limit)} that one key can take."
        )
    parts, share = parts_of(analysis, node), analysis.nodes[node].hottest_share or 0.0
    return (
        f"The hottest of the {parts} parts of {name} gets {percent(share)} of the requests instead of "
        f"{percent(1.0 / parts)}, and is at {full} of what it can do."
    )


def _cool(analysis: Analysis, node: str, factor: float) -> tuple[Change, ...]:
    if component(analysis, node).behavior is Behavior.STORE:
        return cache_beside(analysis, node)
    return enough(analysis, node, factor) if analysis.nodes[node].minimum is not None else ()
