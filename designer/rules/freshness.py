"""Which data must be fresh: what rules about consistency ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from designer.analysis.model import Analysis
from designer.keeping import remembered
from designer.rules.questions import loads_at
from designer.scenario.model import Consistency, Operation

CHANGING = frozenset({Operation.WRITE, Operation.UPDATE})
UPDATING = frozenset({Operation.UPDATE})


@remembered
def fresh_data(analysis: Analysis, operations: frozenset[Operation]) -> Mapping[str, tuple[str, ...]]:
    """Datasets of which nobody may see an old value, with the workloads that do one of these operations on them."""
    found: dict[str, dict[str, None]] = {}
    for name, workload in analysis.scenario.workloads.items():
        for touch in workload.touches:
            if touch.dataset is not None and touch.operation in operations:
                found.setdefault(touch.dataset, {})[name] = None
    datasets = analysis.scenario.datasets
    return {
        name: tuple(workloads)
        for name, workloads in found.items()
        if datasets[name].consistency is not Consistency.EVENTUAL
    }


def operations_at(analysis: Analysis, node: str) -> Mapping[str, tuple[float, float]]:
    """Reads and writes per second at peak of each dataset that is worked on at the node."""
    found: dict[str, tuple[float, float]] = {}
    for load in loads_at(analysis).get(node, ()):
        for name, (reads, writes) in load.datasets.items():
            known = found.get(name, (0.0, 0.0))
            found[name] = (known[0] + reads, known[1] + writes)
    return found


def must_see(analysis: Analysis, datasets: Iterable[str]) -> str:
    """Who must see a change at once, for a sentence."""
    asked = {analysis.scenario.datasets[name].consistency for name in datasets}
    return "everybody" if Consistency.STRONG in asked else "whoever made it"
