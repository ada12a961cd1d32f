"""More connections than the other side accepts."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    agree,
    allowed_utilisation,
    component,
    flows_into,
    label,
    listed,
    most_used,
    percent,
    workloads_at,
)
from designer.rules.repairs import enough, smaller_pools
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where something that is reached has a known limit of connections.",
    bad=Example("users > load_balancer*2 > api:app_server*60[pool=100] > db:sql_database*3"),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "PostgreSQL documentation, max_connections: 100 by default, each a process of its own",
        "HikariCP wiki, About Pool Sizing: a small pool is a fast pool",
    ),
    false_positives="A pooler between the two, drawn or not, opens far fewer connections than its clients do.",
    fix="Make the pools smaller, or put a connection pooler in between.",
    parameters=(
        Parameter(
            "nearly_full",
            0.8,
            Dimension.RATIO,
            "part of the connections in use from which on a deploy, which opens new ones first, may run out",
        ),
    ),
)
def check(analysis: Analysis, nearly_full: float) -> Result:
    """Too many connections to one machine

    Every instance keeps a pool of connections open to each store. Their number is instances times pool size, and it
    grows with every machine you add, long before the store has more work. A store that is out of connections turns
    requests away although it is idle.
    """
    counted = {
        node: used
        for node in workloads_at(analysis)
        if (used := analysis.nodes[node].utilisation(Ceiling.CONNECTIONS)) is not None
    }
    if not counted:
        return NotApplicable("Nothing that requests reach here has a known limit of connections.")
    reached = workloads_at(analysis)
    faults = []
    for node, used in counted.items():
        allowed = allowed_utilisation(analysis, reached[node])
        limit = min(nearly_full, allowed)
        if used.value > limit and not _is_overloaded(analysis, node, allowed):
            faults.append(_fault(analysis, node, used, allowed, limit))
    return tuple(faults) or Passed("Every part has connections to spare.")


def _is_pooled(analysis: Analysis, node: str) -> bool:
    """Whether callers keep connections open to it; others hold one for as long as a call lasts."""
    return component(analysis, node).behavior in (Behavior.STORE, Behavior.CACHE)


def _is_overloaded(analysis: Analysis, node: str, allowed: float) -> bool:
    """Whether its calls pile up because there are too many of them, which is another rule's business."""
    used = most_used(analysis, node, CARRYING)
    return used is not None and used.value > allowed and not _is_pooled(analysis, node)


def _fault(analysis: Analysis, node: str, used: Utilisation, allowed: float, limit: float) -> Fault:
    callers = list(_callers(analysis, node))
    return Fault(
        nodes=(node, *callers),
        message=lambda: _say(analysis, node, callers, used),
        severity=Severity.ERROR if used.value > allowed else None,
        fix=lambda: (
            smaller_pools(analysis, callers, limit / used.value)
            if _is_pooled(analysis, node)
            else enough(analysis, node, used.value / limit)
        ),
        arithmetic=used.arithmetic,
    )


def _say(analysis: Analysis, node: str, callers: list[str], used: Utilisation) -> str:
    count, limit = (format_quantity(value, Dimension.COUNT) for value in (used.demand, used.limit))
    who = listed(label(analysis, name) for name in callers)
    verbs = ("keeps", "keep") if _is_pooled(analysis, node) else ("has", "have")
    return (
        f"{who} {agree(callers, *verbs)} {count} connections open to one machine of {label(analysis, node)}: "
        f"{percent(used.value)} of the {limit} it accepts."
    )


def _callers(analysis: Analysis, node: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flow.source for flow in flows_into(analysis).get(node, ())))
