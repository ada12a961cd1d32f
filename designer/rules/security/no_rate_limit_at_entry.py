"""Nothing stops one caller from taking everything."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, listed, passed_openly, placed, visited, workloads_at
from designer.rules.repairs import LIMITER, insert_for


@rule(
    severity=Severity.INFO,
    applies="Where requests enter from outside.",
    bad=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    good=(
        Example("users > api_gateway > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > load_balancer*2 > rate_limiter*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"
        ),
    ),
    sources=(
        "OWASP API Security Top 10 (2023), API4: unrestricted resource consumption",
        "Amazon Builders' Library, Fairness in multi-tenant systems (D. Yanacek)",
    ),
    false_positives="Many load balancers and CDNs can limit rates too; the drawing does not show whether yours does.",
    fix="Let an API gateway or a rate limiter count each caller's requests before they cost anything.",
)
def check(analysis: Analysis) -> Result:
    """Nothing limits how much one caller may ask

    One script with a loop, or one bug in an app, can ask more than all other users together. Without a limit at the
    door it gets what it asks for, and everybody else gets what is left.
    """
    reached = workloads_at(analysis)
    services = [node for node in placed(analysis, _serves_all) if node in reached]
    if not services:
        return NotApplicable("No request reaches a service yet.")
    uncounted = passed_openly(analysis, _lets_all_through)
    open_at = [node for node in services if not uncounted.isdisjoint(analysis.graph.predecessors(node))]
    if not open_at:
        return Passed("Callers are counted before they reach a service.")
    return (
        Fault(
            tuple(open_at),
            lambda: (
                f"Requests reach {listed(label(analysis, node) for node in open_at)} with nothing on the way that "
                "counts how many come from one caller."
            ),
            fix=lambda: _count_callers(analysis, uncounted),
        ),
    )


def _count_callers(analysis: Analysis, uncounted: frozenset[str]) -> tuple[Change, ...]:
    """A rate limiter before the one thing in a region that clients come to first, if it is one."""
    outside = [name for name in uncounted if component(analysis, name).place is not Place.REGION]
    doors: dict[str, list[str]] = {}
    for link in analysis.design.connections:
        is_door = link.source in outside and component(analysis, link.target).place is Place.REGION
        if is_door and link.target in visited(analysis):
            doors.setdefault(link.target, []).append(link.source)
    if len(doors) != 1:
        return ()
    ((door, callers),) = doors.items()
    return insert_for(analysis, LIMITER, callers, door)


def _serves_all(found: Component) -> bool:
    return found.behavior is Behavior.SERVICE and not _is_limiting(found)


def _is_limiting(found: Component) -> bool:
    return Trait.LIMITS_RATE in found.traits


def _lets_all_through(found: Component) -> bool:
    """Hands on whatever comes. Services are the inside: what they call is not called by strangers."""
    passes = found.behavior is Behavior.ROUTER or (
        found.behavior is Behavior.CACHE and found.place is not Place.REGION
    )
    return passes and not _is_limiting(found)
