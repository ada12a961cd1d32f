"""A store that strangers can talk to."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, DataKind, Place, Trait
from designer.design.edit import Change, InsertNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, passed_openly, placed
from designer.rules.repairs import (
    APP,
    BALANCER,
    fits_budget,
    has_connections,
    leaves_room,
    machines_for,
    new_node,
    price_of,
)


@rule(
    severity=Severity.ERROR,
    applies="Where a store is drawn.",
    bad=(
        Example("users > db:sql_database*3"),
        Example(
            "users > load_balancer*2 > db:sql_database*3", note="A load balancer does not ask who you are."
        ),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "OWASP API Security Top 10 (2023), API1: broken object level authorization",
        "NIST SP 800-204, Security Strategies for Microservices-based Application Systems",
    ),
    false_positives="Some managed stores check each caller's rights by record and are made to be called directly.",
    fix="Put a service of your own in between that checks who asks, and for what.",
)
def check(analysis: Analysis) -> Result:
    """Clients talk to a store directly

    A database answers whoever has its password, and everything on a client's device is readable by its owner. Who
    may see which record is for a service of your own to decide, with nothing between it and the store but your
    network.
    """
    stores = placed(analysis, _is_inside)
    if not stores:
        return NotApplicable("Nothing is drawn here that keeps records.")
    outside = passed_openly(analysis, _asks_nobody)
    faults = tuple(
        _fault(analysis, source, store)
        for store in stores
        for source in analysis.graph.predecessors(store)
        if source in outside
    )
    return faults or Passed(
        "Between the clients and every store stands a service of your own.", tuple(stores)
    )


def _is_inside(found: Component) -> bool:
    """What keeps records, and is no business of strangers. Files are served in public as a matter of course."""
    if found.place is not Place.REGION:
        return False
    if found.behavior is Behavior.STORE:
        return bool(found.holds - {DataKind.BLOBS})
    return found.behavior is Behavior.QUEUE or (found.behavior is Behavior.CACHE and bool(found.caches))


def _asks_nobody(found: Component) -> bool:
    """A router hands on what it gets; one that counts callers has asked who they are."""
    return found.behavior is Behavior.ROUTER and Trait.LIMITS_RATE not in found.traits


def _fault(analysis: Analysis, source: str, store: str) -> Fault:
    return Fault(
        nodes=(store, source),
        message=f"{label(analysis, source)} calls {label(analysis, store)} directly: no code of yours decides who may "
        "see or change what.",
        connections=(f"{source}>{store}",),
        fix=_put_between(analysis, source, store),
    )


def _put_between(analysis: Analysis, source: str, store: str) -> tuple[Change, ...]:
    """App servers for what is called, and a load balancer when the clients would otherwise meet them unspread."""
    connection = f"{source}>{store}"
    calls = sum(flow.calls for flow in analysis.traffic.flows if flow.connection == connection)
    app = new_node(analysis, APP, machines_for(analysis, APP, calls), beside=store)
    # Where requests have another way too, a new stop on this one changes who takes which.
    elsewhere = len(analysis.graph.successors(source)) > 1
    if app is None or elsewhere or not has_connections(analysis, store, app):
        return ()
    changes: tuple[Change, ...] = (InsertNode(node=app, between=(source, store)),)
    price = price_of(analysis, app)
    if Trait.BALANCES not in component(analysis, source).traits:
        balancer = new_node(analysis, BALANCER, machines_for(analysis, BALANCER, calls), beside=store)
        if balancer is None:
            return ()
        changes = (*changes, InsertNode(node=balancer, between=(source, app.id)))
        price += price_of(analysis, balancer)
    new = [change.node for change in changes if isinstance(change, InsertNode)]
    affordable = fits_budget(analysis, price) and leaves_room(analysis, source, store, *new)
    return changes if affordable else ()
