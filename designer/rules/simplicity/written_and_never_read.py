"""A store that is filled and never asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import RemoveNode
from designer.keeping import remembered
from designer.performance.model import Ceiling
from designer.reliability.durability import loss_of
from designer.rules.definition import rule
from designer.rules.freshness import operations_at
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    allowed_at,
    behaving,
    component,
    costs,
    durabilities,
    kept_at,
    label,
    listed,
    money,
    rate,
    visited,
    workloads_at,
)
from designer.rules.recovery import recovery_points

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
    if any(reads for reads, _ in operations_at(analysis, node).values()):
        return True
    graph = analysis.graph
    beyond = [
        name for name in graph.successors(node) if component(analysis, name).behavior is not Behavior.OBSERVER
    ]
    own_work = [name for name in graph.predecessors(node) if name not in visited(analysis)]
    return bool(beyond) or bool(own_work)


def _others(analysis: Analysis, node: str) -> tuple[str, ...]:
    """The other homes of all that is kept here, where they can do without this one; else none."""
    found: dict[str, None] = {}
    for name in kept_at(analysis, node):
        others = [home for home in analysis.growth[name].homes if home != node]
        if not others or not _is_safe(analysis, name, others):
            return ()
        found.update(dict.fromkeys(others))
    homes, work = _homes(analysis), _work(analysis, node)
    return tuple(found) if all(homes[other].takes(work) for other in found) else ()


def _is_safe(analysis: Analysis, dataset: str, others: Sequence[str]) -> bool:
    """Whether as little of the data as is asked is lost without this home: several are further copies."""
    asked = durabilities(analysis).get(dataset)
    if dataset in recovery_points(analysis):
        return False
    if asked is None:
        return True
    homes = _homes(analysis)
    return math.prod([homes[name].loss for name in others]) <= 1.0 - asked


@dataclass(frozen=True, slots=True)
class _Home:
    """What keeps data: what it does, how busy that makes it, and how likely it loses a record within a year."""

    work: float  # operations per second
    used: float  # part of what it can do; 0 where that is not known
    allowed: float  # of it
    loss: float  # where nothing that is lost is rebuilt; 1 where it is not known

    def takes(self, more: float) -> bool:
        """Whether it has room for so many operations per second more. A home has room for all the data."""
        return self.work > 0.0 and not self.used * (1.0 + more / self.work) > self.allowed


@remembered
def _homes(analysis: Analysis) -> Mapping[str, _Home]:
    kept = dict.fromkeys([home for growth in analysis.growth.values() for home in growth.homes])
    return {name: _home(analysis, name) for name in kept}


def _home(analysis: Analysis, node: str) -> _Home:
    used = analysis.nodes[node].utilisation(Ceiling.OPERATIONS)
    loss = loss_of(analysis.graph.nodes[node], component(analysis, node))
    return _Home(
        _work(analysis, node),
        0.0 if used is None else used.value,
        allowed_at(analysis, node),
        1.0 if loss is None else loss,
    )


def _work(analysis: Analysis, node: str) -> float:
    return math.fsum([reads + writes for reads, writes in operations_at(analysis, node).values()])


def _fault(analysis: Analysis, node: str, others: tuple[str, ...]) -> Fault:
    return Fault(
        (node,),
        message=lambda: _tell(analysis, node, others),
        fix=lambda: (RemoveNode(node=node, reconnect=False),),
    )


def _tell(analysis: Analysis, node: str, others: tuple[str, ...]) -> str:
    names = [analysis.scenario.datasets[name].name for name in operations_at(analysis, node)]
    cost = costs(analysis).get(node)
    price = f" It costs {money(cost.total)}." if cost is not None and cost.total > 0.0 else ""
    return (
        f"{rate(_work(analysis, node))} of {listed(names)} go to {label(analysis, node)} at the busiest time, "
        f"and nothing here ever reads them there; {listed(label(analysis, name) for name in others)} "
        f"{agree(others, 'keeps', 'keep')} the same.{price}"
    )
