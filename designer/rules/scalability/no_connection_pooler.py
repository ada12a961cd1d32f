"""Hundreds of connections to a store that works on a few requests at a time."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Replication, Trait
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    allowed_utilisation,
    behaving,
    component,
    flows_into,
    label,
    listed,
    workloads_at,
)
from designer.rules.repairs import smaller_pools
from designer.units import Dimension, format_quantity

NEARLY_FULL = 0.8
"""Part of the connections a store accepts from which on connection_fan_in speaks."""


@rule(
    severity=Severity.INFO,
    applies="Where services keep connections open to a store with one leader.",
    bad=Example("users > load_balancer*2 > api:app_server*60 > cache*2[replicas=1], db:sql_database*3"),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "PostgreSQL documentation, max_connections: 100 by default, each a process of its own",
        "HikariCP wiki, About Pool Sizing: a few connections for each core do more than hundreds",
        "PgBouncer documentation, features: transaction pooling",
    ),
    false_positives="A pooler between the two, drawn or not, opens far fewer connections than its clients do.",
    fix="Put a connection pooler before the store, or make the pools smaller: most of their connections are idle.",
    parameters=(
        Parameter(
            "many",
            500.0,
            Dimension.COUNT,
            "connections open to one machine of a store from which on a pooler is worth it",
        ),
    ),
)
def check(analysis: Analysis, many: float) -> Result:
    """Far more connections than a store can work on

    A database works on about as many requests at a time as it has cores. Every connection beyond these waits, yet
    takes some megabytes of memory and a process or thread of its own. A pooler lends a few connections to many
    callers, so that the next hundred app servers open none.
    """
    reached = workloads_at(analysis)
    counted = {
        node: used
        for node in behaving(analysis, Behavior.STORE)
        if node in reached
        and _is_led(component(analysis, node))
        and (used := analysis.nodes[node].utilisation(Ceiling.CONNECTIONS)) is not None
    }
    if not counted:
        return NotApplicable("No store with one leader is reached whose connections are known.")
    open_to = {node: used for node, used in counted.items() if used.demand > many}
    if not open_to:
        return Passed("Stores have few connections open.", tuple(counted))
    faults = [
        _fault(analysis, node, used, many)
        for node, used in open_to.items()
        if used.value <= min(NEARLY_FULL, allowed_utilisation(analysis, reached[node]))
    ]
    return tuple(faults) or NotApplicable("Connections nearly run out, which is told elsewhere.")


def _is_led(found: Component) -> bool:
    """Keeps what must not be lost by a leader: what lives in memory takes connections lightly."""
    return found.replication is Replication.LEADER and Trait.DURABLE in found.traits


def _fault(analysis: Analysis, node: str, used: Utilisation, many: float) -> Fault:
    callers = list(dict.fromkeys([flow.source for flow in flows_into(analysis).get(node, ())]))
    return Fault(
        nodes=(node, *callers),
        message=lambda: _say(analysis, node, callers, used),
        fix=lambda: smaller_pools(analysis, callers, many / used.demand),
        arithmetic=used.arithmetic,
    )


def _say(analysis: Analysis, node: str, callers: list[str], used: Utilisation) -> str:
    at_once = analysis.figure(analysis.graph.nodes[node], "servers")
    count = format_quantity(used.demand, Dimension.COUNT)
    works = (
        ""
        if not at_once
        else f", which works on {format_quantity(at_once, Dimension.COUNT)} requests at a time"
    )
    return (
        f"{listed([label(analysis, name) for name in callers])} {agree(callers, 'keeps', 'keep')} {count} "
        f"connections open to each machine of {label(analysis, node)}{works}."
    )
