"""Reads from copies that are behind."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Replication
from designer.design.edit import Change, SetNode
from designer.design.model import ReadFrom
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, listed
from designer.rules.repairs import is_full
from designer.scenario.model import Consistency, Operation
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where data that must be fresh is read.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3",
        scenario="carts",
    ),
    good=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3[read_from=leader]",
            scenario="carts",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3",
            note="Here nobody minds an answer that is a second old.",
        ),
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: problems with replication lag",
        "D. Terry, Replicated Data Consistency Explained Through Baseball, Communications of the ACM 56(12), 2013",
    ),
    false_positives="An application that reads only its own writes from the leader looks the same.",
    fix="Read this data from the leader, and let the replicas take over when it fails.",
)
def check(analysis: Analysis) -> Result:
    """Reads come from copies that lag behind

    A replica hears of a write a moment after the leader has confirmed it. Whoever reads from it in between sees the old
    value: the thing just bought is missing, and is bought again.
    """
    fresh = {
        name: item.consistency
        for name, item in analysis.scenario.datasets.items()
        if item.consistency is not Consistency.EVENTUAL and _changes(analysis, name)
    }
    if not fresh:
        return NotApplicable("The scenario minds no answer that is a moment old.")
    found: dict[str, dict[str, float]] = {}
    for load in analysis.traffic.loads:
        if component(analysis, load.node).behavior is Behavior.STORE:
            for name, (reads, _) in load.datasets.items():
                if name in fresh and reads > 0.0:
                    read = found.setdefault(load.node, {})
                    read[name] = read.get(name, 0.0) + reads
    if not found:
        return NotApplicable("Nothing that must be fresh is read here.")
    faults = tuple(_fault(analysis, node, names) for node, names in found.items() if _lags(analysis, node))
    return faults or Passed("What must be fresh is read where it was written.", tuple(found))


def _changes(analysis: Analysis, dataset: str) -> bool:
    return any(
        touch.dataset == dataset and touch.operation is not Operation.READ
        for workload in analysis.scenario.workloads.values()
        for touch in workload.touches
    )


def _lags(analysis: Analysis, node: str) -> bool:
    placed = analysis.graph.nodes[node]
    followed = component(analysis, node).replication is Replication.LEADER and placed.replicas > 0
    return (
        followed
        and placed.read_from is not ReadFrom.LEADER
        and bool(analysis.figure(placed, "replication_lag"))
    )


def _fault(analysis: Analysis, node: str, names: dict[str, float]) -> Fault:
    placed = analysis.graph.nodes[node]
    lag = format_quantity(analysis.figure(placed, "replication_lag") or 0.0, Dimension.TIME)
    behind = (
        placed.replicas if placed.read_from is ReadFrom.REPLICAS else placed.replicas / (1 + placed.replicas)
    )
    part = (
        "All" if placed.read_from is ReadFrom.REPLICAS else format_quantity(behind, Dimension.RATIO, digits=2)
    )
    data = listed(analysis.scenario.datasets[name].name for name in names)
    return Fault(
        nodes=(node,),
        message=f"{part} of the reads of {data} go to replicas of {label(analysis, node)} that are up to {lag} behind, "
        "although whoever writes must see it at once.",
        fix=_from_leader(analysis, node),
    )


def _from_leader(analysis: Analysis, node: str) -> tuple[Change, ...]:
    placed = analysis.graph.nodes[node]
    readers = placed.replicas if placed.read_from is ReadFrom.REPLICAS else 1 + placed.replicas
    if is_full(analysis, node, float(readers)):
        return ()  # the leader alone could not do it
    return (SetNode(node=node, field="read_from", value=ReadFrom.LEADER.value),)
