"""A stop on the way at which nothing happens."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.design.edit import RemoveNode
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, money, placed, workloads_at

_EFFECTS = frozenset({Trait.BALANCES, Trait.LIMITS_RATE, Trait.CACHES, Trait.TERMINATES_TLS})
"""What a router can be there for, beside picking a target."""


@rule(
    severity=Severity.INFO,
    applies="Where requests pass two routers or more.",
    bad=Example("users > load_balancer*2 > proxy:reverse_proxy*2 > api:app_server*8 > db:sql_database*3"),
    good=(
        Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3"),
        Example(
            "users > l4_load_balancer > load_balancer*4 > api:app_server*8 > db:sql_database*3",
            note="The first spreads connections over the second, which reads the requests.",
        ),
    ),
    sources=("RFC 1925, The Twelve Networking Truths: nothing left to take away",),
    false_positives="Two teams, or two networks, may each want a door of their own.",
    fix="Take one of the two away and connect what stood around it.",
)
def check(analysis: Analysis) -> Result:
    """Two parts in a row that do the same

    Every stop on the way costs time and money and can fail. A second one that does only what the first has done already
    gives nothing back.
    """
    placed_routers = frozenset(placed(analysis, _is_router))
    routers = [node for node in workloads_at(analysis) if node in placed_routers]
    if len(routers) < 2:
        return NotApplicable("Requests pass at most one router.")
    faults = []
    for node in routers:
        following = analysis.graph.successors(node)
        if len(following) == 1 and analysis.graph.predecessors(following[0]) == (node,):
            spare = _spare(analysis, node, following[0])
            if spare is not None:
                faults.append(_fault(analysis, node, following[0], spare))
    return tuple(faults) or Passed("Each stop on the way does something that the one before did not.")


def _is_router(found: Component) -> bool:
    return found.behavior is Behavior.ROUTER and found.place is Place.REGION


def _spare(analysis: Analysis, first: str, second: str) -> str | None:
    """Which of two routers in a row does nothing that the other does not; the second, when both are alike."""
    found = component(analysis, second)
    if not _is_router(found):
        return None
    own, other = component(analysis, first).traits & _EFFECTS, found.traits & _EFFECTS
    if other <= own:
        return second
    # What spreads requests over several of the next is needed for that.
    spreads = Trait.BALANCES in own and analysis.graph.nodes[second].instances > 1
    return first if own <= other and not spreads else None


def _fault(analysis: Analysis, first: str, second: str, spare: str) -> Fault:
    other = first if spare == second else second
    price = next((item.total for item in analysis.cost.nodes if item.node == spare), 0.0)
    costs = f" and costs {money(price)}" if price > 0.0 else ""
    return Fault(
        nodes=(spare, other),
        message=f"{label(analysis, spare)} does nothing that {label(analysis, other)} does not do already{costs}.",
        connections=(f"{first}>{second}",),
        fix=(RemoveNode(node=spare, reconnect=True),),
    )
