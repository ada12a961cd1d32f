"""One part of the data gets more than its share."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.performance.model import Ceiling, NodePerformance, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import allowed_utilisation, label, percent, workloads_at

UNEVEN = 1.5
"""How many times its even share the hottest part must have before it is called hot (rule of thumb)."""


@rule(
    severity=Severity.WARNING,
    bad=Example("users > load_balancer*5 > app_server*240 > db:sharded_sql[shards=64]", scenario="busy"),
    good=Example(
        "users > load_balancer*5 > app_server*240 > cache*4[replicas=1], db:sharded_sql[shards=8]",
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
    """One shard is much hotter than the others

    A key lives on one shard. When some keys are asked for far more than others, the shard that has them is full while
    the rest is idle, and more shards do not help: the hot key stays whole.
    """
    reached = workloads_at(analysis)
    spread = {
        node: facts
        for node in reached
        if (facts := analysis.nodes[node]).hottest_share and parts_of(analysis, node) > 1
    }
    if not spread:
        return NotApplicable("No data here is spread over several parts by key.")
    faults = []
    for node, facts in spread.items():
        used = heated(facts)
        share = facts.hottest_share or 0.0
        if used is not None and share * parts_of(analysis, node) >= UNEVEN:
            allowed = allowed_utilisation(analysis, reached[node])
            if used.value > allowed:
                faults.append(_fault(analysis, node, used, share))
    return tuple(faults) or Passed(
        "No part of the data is asked for so much more than the others that it is full.", tuple(spread)
    )


def parts_of(analysis: Analysis, node: str) -> int:
    """Parts the node's keys are spread over."""
    placed = analysis.graph.nodes[node]
    return placed.instances * placed.shards


def heated(facts: NodePerformance) -> Utilisation | None:
    """The ceiling that the hottest part meets first."""
    return max(
        (item for item in facts.utilisations if item.ceiling in (Ceiling.PARTITION, Ceiling.OPERATIONS)),
        key=lambda item: item.value,
        default=None,
    )


def _fault(analysis: Analysis, node: str, used: Utilisation, share: float) -> Fault:
    parts = parts_of(analysis, node)
    return Fault(
        nodes=(node,),
        message=f"The hottest of the {parts} parts of {label(analysis, node)} gets {percent(share)} of the requests "
        f"instead of {percent(1.0 / parts)}, and is at {percent(used.value)} of what it can do.",
        severity=Severity.ERROR if used.value > 1.0 else None,
        arithmetic=used.arithmetic,
    )
