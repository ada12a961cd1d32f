"""Machines that each remember some clients, and requests that come to any of them."""

from __future__ import annotations

from collections.abc import Sequence

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Trait
from designer.design.edit import Change, SetNode
from designer.design.model import Routing, Sessions
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    behaving,
    component,
    flows_into,
    label,
    listed,
    passed_openly,
    percent,
)

_KEEPING = frozenset({Behavior.CACHE, Behavior.STORE})


@rule(
    severity=Severity.ERROR,
    applies="Where a service runs on several machines.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*8[sessions=local] > cache*2[replicas=1], db:sql_database*3"
        ),
        Example(
            "users > load_balancer*2[routing=hash] > api:app_server*8[sessions=local] > cache*2[replicas=1], "
            "db:sql_database*3",
            note="Found again, until a machine dies.",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > rooms:app_server*8[sessions=local] > db:sql_database*3"
        ),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "A. Wiggins, The Twelve-Factor App, factor VI: processes are stateless, and sticky sessions a violation of it",
        "NGINX documentation, HTTP Load Balancing: session persistence, ip_hash and hash",
    ),
    false_positives="What can be read again from the request itself, such as a signed token, is no session; and a mere "
    "copy of what a store has is only slow to be missed.",
    fix="Keep sessions in a store or a cache that every machine asks, or let the router pick the machine by a hash of "
    "the client.",
)
def check(analysis: Analysis) -> Result:
    """The next request meets a machine that does not know the client

    A cart, a login, a half-filled form: what a service keeps in its own memory is known to one machine only. Where the
    next request may come to another one, people are logged out at random. And whatever the way there, it is gone when
    the machine stops, which every new release makes it do.
    """
    nodes, services = analysis.graph.nodes, behaving(analysis, Behavior.SERVICE)
    several = [name for name in flows_into(analysis) if name in services and nodes[name].instances > 1]
    if not several:
        return NotApplicable("No service runs on several machines.")
    forgetful = [name for name in several if nodes[name].sessions is Sessions.LOCAL]
    if not forgetful:
        return Passed(
            f"Any machine of {listed(_labels(analysis, several))} can answer any client.", tuple(several)
        )
    return tuple(_fault(analysis, name, _callers(analysis, name)) for name in forgetful)


def _callers(analysis: Analysis, node: str) -> list[str]:
    """Who calls the node's machines without minding which. A client stays with the one whose address it has."""
    faithful = passed_openly(analysis, _picks_nothing)
    return [
        name
        for name in dict.fromkeys([flow.source for flow in flows_into(analysis).get(node, ())])
        if not (name in faithful and analysis.graph.nodes[name].routing is None)
        and analysis.graph.nodes[name].routing is not Routing.HASH
    ]


def _picks_nothing(found: Component) -> bool:
    """Hands requests on to the one address it knows."""
    return found.behavior is Behavior.ROUTER and Trait.BALANCES not in found.traits


def _fault(analysis: Analysis, node: str, callers: Sequence[str]) -> Fault:
    machines = analysis.graph.nodes[node].instances
    if not callers:
        return Fault(
            nodes=(node,),
            message=f"Each client comes back to the same machine of {label(analysis, node)}. When one of the "
            f"{machines} stops, what it knew of its clients, {percent(1 / machines)} of all, is gone.",
            severity=Severity.INFO,
            fix=_share(analysis, node),
        )
    return Fault(
        nodes=(node, *callers),
        message=f"{label(analysis, node)} keeps what it knows of a client on the machine that was asked, but "
        f"{listed(_labels(analysis, callers))} {agree(callers, 'sends', 'send')} the next request to any of the "
        f"{machines} machines: {percent(1 - 1 / machines)} of them meet one that does not know the client.",
        connections=tuple([f"{name}>{node}" for name in callers]),
        fix=_share(analysis, node) or _stick(analysis, callers),
    )


def _labels(analysis: Analysis, nodes: Sequence[str]) -> list[str]:
    return [label(analysis, name) for name in nodes]


def _share(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """Sessions where all machines find them, if the service asks any such place."""
    asked = [component(analysis, name).behavior for name in analysis.graph.successors(node)]
    if not _KEEPING.intersection(asked):
        return ()
    return (SetNode(node=node, field="sessions", value=Sessions.SHARED.value),)


def _stick(analysis: Analysis, callers: Sequence[str]) -> tuple[Change, ...]:
    """The same machine for the same client, if only routers call."""
    if any(component(analysis, name).behavior is not Behavior.ROUTER for name in callers):
        return ()
    return tuple([SetNode(node=name, field="routing", value=Routing.HASH.value) for name in callers])
