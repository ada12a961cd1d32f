"""Questions about how stores are read: which workloads ask for what, and how many copies answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.catalog.model import Replication
from designer.design.model import ReadFrom
from designer.rules.questions import component, loads_at
from designer.scenario.model import Consistency, Operation, Touch


class Access(NamedTuple):
    """One kind of read that a workload does at a store."""

    store: str
    workload: str
    touch: Touch


def reads_of(analysis: Analysis, workload: str, touch: Touch) -> Iterator[Access]:
    """Where the workload does the reads of one of its touches."""
    if touch.dataset is None or touch.operation is not Operation.READ:
        return
    for home in analysis.growth[touch.dataset].homes:
        for load in loads_at(analysis).get(home, ()):
            if load.workload == workload and load.datasets.get(touch.dataset, (0.0, 0.0))[0] > 0.0:
                yield Access(home, workload, touch)


def answering_copies(analysis: Analysis, node: str) -> int:
    """Copies of a record that share its reads."""
    placed, replication = analysis.graph.nodes[node], component(analysis, node).replication
    if replication is Replication.QUORUM:
        return min(1 + placed.replicas, placed.instances)
    if replication is not Replication.LEADER or placed.read_from is ReadFrom.LEADER:
        return 1
    return max(1, placed.replicas) if placed.read_from is ReadFrom.REPLICAS else 1 + placed.replicas


def leader_answers(analysis: Analysis, node: str) -> bool:
    """Whether the one copy that takes the writes answers reads too."""
    placed = analysis.graph.nodes[node]
    led = component(analysis, node).replication is Replication.LEADER
    return led and (placed.read_from is not ReadFrom.REPLICAS or placed.replicas == 0)


def may_be_stale(analysis: Analysis, node: str) -> bool:
    """Whether everything that is read at the node may come from a copy that lags behind."""
    return all(
        analysis.scenario.datasets[name].consistency is Consistency.EVENTUAL
        for load in loads_at(analysis).get(node, ())
        for name in load.datasets
    )
