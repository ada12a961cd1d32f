"""A store that does work it is not made for."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Knob
from designer.design.edit import AddNode, Change, SetNode
from designer.design.model import Node
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    component,
    flows_into,
    label,
    listed,
    loads_at,
    rate,
    workload_names,
)
from designer.rules.repairs import connect, fits_budget, leaves_room, machines_for, new_node, price_of
from designer.traffic.model import Load


@rule(
    severity=Severity.WARNING,
    applies="Where a store offers more than to keep data.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > db:sql_database*2[provides=search]",
        scenario="recipes",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > db:sql_database*2, search_index[replicas=2]",
        scenario="recipes",
    ),
    sources=(
        "PostgreSQL documentation, 11.2 Index Types: a B-tree serves LIKE only for what a text begins with",
        "J. Zobel and A. Moffat, Inverted Files for Text Search Engines, ACM Computing Surveys 38(2), 2006",
    ),
    false_positives="For some thousand records, or with an extension made for it, a database searches well enough.",
    fix="Give the work to what is made for it, and keep that up to date with what is written.",
)
def check(analysis: Analysis) -> Result:
    """A database does work that it is not made for

    A database finds records by their keys and indexes in a millisecond. To find words in texts it looks through all of
    them: that takes a thousand times as long, on the very machines that everything else waits for. Here it is counted
    as one read only, so the real load is higher than what is shown.
    """
    found = {
        node.id: added
        for node in analysis.design.nodes
        if node.provides and (added := _added(analysis, node))
    }
    if found:
        return tuple([_fault(analysis, node, added) for node, added in found.items()])
    made = _made_for_it(analysis)
    if not made:
        return NotApplicable("No store here is asked for more than its data.")
    return Passed("What looks through data is made for it.", tuple(made))


def _added(analysis: Analysis, node: Node) -> list[str]:
    """The capabilities that a store has beside those of its component, and is asked for."""
    found = component(analysis, node.id)
    if found.behavior is not Behavior.STORE:
        return []
    wanted = {
        touch.capability
        for load in loads_at(analysis).get(node.id, ())
        for touch in analysis.scenario.workloads[load.workload].touches
    }
    return [name for name in node.provides if name in wanted and name not in found.provides]


def _made_for_it(analysis: Analysis) -> list[str]:
    return [
        node
        for node in loads_at(analysis)
        if component(analysis, node).provides and component(analysis, node).behavior is Behavior.STORE
    ]


def _asking(analysis: Analysis, node: str, added: list[str]) -> list[Load]:
    return [
        load
        for load in loads_at(analysis)[node]
        if any(touch.capability in added for touch in analysis.scenario.workloads[load.workload].touches)
    ]


def _fault(analysis: Analysis, node: str, added: list[str]) -> Fault:
    names = [load.workload for load in _asking(analysis, node, added)]
    often = _operations(analysis, node, added)
    message = (
        f"{label(analysis, node)} does {listed(added)} for {workload_names(analysis, names)}, {rate(often)} at the "
        f"busiest time. It is a {component(analysis, node).name}, which is not made for that."
    )
    return Fault((node,), message, fix=_hand_over(analysis, node, added, often))


def _operations(analysis: Analysis, node: str, added: list[str]) -> float:
    """How often per second at peak the store is asked for these: what of its reads is about no data."""
    loads = _asking(analysis, node, added)
    return math.fsum([load.reads - sum([reads for reads, _ in load.datasets.values()]) for load in loads])


def _hand_over(analysis: Analysis, node: str, added: list[str], often: float) -> tuple[Change, ...]:
    """A store made for it beside this one, asked by the same callers."""
    able = [found for found in analysis.catalog.values() if _is_made_for(found, added)]
    callers = list(dict.fromkeys([flow.source for flow in flows_into(analysis).get(node, ())]))
    if not able or not callers:
        return ()
    fresh = _sized(analysis, node, able[0], often)
    if fresh is None or not fits_budget(analysis, price_of(analysis, fresh)):
        return ()
    if not all(leaves_room(analysis, caller, node, fresh) for caller in callers):
        return ()
    left = tuple([name for name in analysis.graph.nodes[node].provides if name not in added])
    links = [connect(caller, fresh.id) for caller in callers]
    return (AddNode(node=fresh), *links, SetNode(node=node, field="provides", value=left))


def _is_made_for(found: Component, wanted: list[str]) -> bool:
    return found.behavior is Behavior.STORE and Knob.REPLICAS in found.knobs and found.provides >= set(wanted)


def _sized(analysis: Analysis, node: str, found: Component, often: float) -> Node | None:
    """As many copies as do that much with room to lose one."""
    fresh = new_node(analysis, found.id, beside=node)
    copies = machines_for(analysis, found.id, often)
    return None if fresh is None else fresh.model_copy(update={"replicas": copies - 1})
