"""A store that is filled and never asked."""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import RemoveNode
from designer.reliability.durability import loss_of
from designer.rules.definition import rule
from designer.rules.freshness import operations_at
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    behaving,
    component,
    durabilities,
    label,
    listed,
    money,
    rate,
    visited,
    workloads_at,
)
from designer.rules.recovery import recovery_points
from designer.rules.repairs import is_full

_SERVICE = "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], "


@rule(
    severity=Severity.INFO,
    applies="Where something is written into a store.",
    bad=Example(f"{_SERVICE}db:sql_database*3; api >[write] archive:document_store"),
    good=(
        Example(f"{_SERVICE}db:sql_database*3"),
        Example(
            f"{_SERVICE}db:sql_database*3[holds=products]; api >[write] archive:document_store",
            note="The archive is the one place where orders are kept.",
        ),
    ),
    sources=(
        "M. Fowler, Yagni (martinfowler.com, 2015): the cost of carry",
        "AWS Well-Architected Framework, Cost Optimization Pillar: delete data that nobody needs",
    ),
    false_positives="An archive that the law asks for, or that people look into by hand, is never read in the drawing.",
    fix="Take it away, or draw who reads it; where it is the home of some data, say so with `holds`.",
)
def check(analysis: Analysis) -> Result:
    """A store that is written to and never read

    Data are kept to be read. Where another store keeps the same, and nobody ever asks this one, it only has to be
    paid for, secured and cleaned out.
    """
    stores = [node for node in behaving(analysis, Behavior.STORE) if node in workloads_at(analysis)]
    filled = [node for node in stores if any(writes for _, writes in operations_at(analysis, node).values())]
    if not filled:
        return NotApplicable("Nothing is written into a store here.")
    faults = tuple(
        _fault(analysis, node, others)
        for node in filled
        if not _is_read(analysis, node) and (others := _others(analysis, node))
    )
    return faults or Passed("What is written is read, or kept in one place only.", tuple(filled))


def _is_read(analysis: Analysis, node: str) -> bool:
    """By requests, by what it hands changes on to, or by work that no request starts."""
    graph = analysis.graph
    asked = any(reads for reads, _ in operations_at(analysis, node).values())
    beyond = [
        name for name in graph.successors(node) if component(analysis, name).behavior is not Behavior.OBSERVER
    ]
    own_work = [name for name in graph.predecessors(node) if name not in visited(analysis)]
    return asked or bool(beyond) or bool(own_work)


def _others(analysis: Analysis, node: str) -> tuple[str, ...]:
    """The other homes of all that is kept here, where they can do without this one; else none."""
    kept = [name for name, growth in analysis.growth.items() if node in growth.homes]
    found: dict[str, None] = {}
    for name in kept:
        others = [home for home in analysis.growth[name].homes if home != node]
        if not others or not _is_safe(analysis, name, others):
            return ()
        found.update(dict.fromkeys(others))
    return tuple(found) if all(_has_room(analysis, node, other) for other in found) else ()


def _is_safe(analysis: Analysis, dataset: str, others: Sequence[str]) -> bool:
    """Whether as little of the data as is asked is lost without this home: several are further copies."""
    asked = durabilities(analysis).get(dataset)
    if dataset in recovery_points(analysis):
        return False
    if asked is None:
        return True
    losses = [loss_of(analysis.graph.nodes[name], component(analysis, name)) for name in others]
    return math.prod([1.0 if loss is None else loss for loss in losses]) <= 1.0 - asked


def _has_room(analysis: Analysis, node: str, other: str) -> bool:
    """Whether the other takes the writes as well. The data it keeps already: every home has room for all of them."""
    now = _operations(analysis, other)
    return now > 0.0 and not is_full(analysis, other, 1.0 + _operations(analysis, node) / now)


def _operations(analysis: Analysis, node: str) -> float:
    return math.fsum([reads + writes for reads, writes in operations_at(analysis, node).values()])


def _fault(analysis: Analysis, node: str, others: tuple[str, ...]) -> Fault:
    names = [analysis.scenario.datasets[name].name for name in operations_at(analysis, node)]
    cost = next((item.total for item in analysis.cost.nodes if item.node == node), 0.0)
    price = f" It costs {money(cost)}." if cost > 0.0 else ""
    message = (
        f"{rate(_operations(analysis, node))} of {listed(names)} go to {label(analysis, node)} at the busiest time, "
        f"and nothing here ever reads them there; {listed(label(analysis, name) for name in others)} "
        f"{agree(others, 'keeps', 'keep')} the same.{price}"
    )
    return Fault((node,), message, fix=(RemoveNode(node=node, reconnect=False),))
