"""A cache that nobody tells of changes."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, label, rate
from designer.rules.repairs import connect
from designer.scenario.model import Consistency, Operation
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where a cache keeps copies of data that must be fresh and that is changed.",
    bad=Example(
        "users > load_balancer*2 >[read] shop:app_server*8 > cache*2[replicas=1], db:sql_database*3[read_from=leader]; "
        "load_balancer >[write] tills:app_server*4 > db",
        scenario="carts",
    ),
    good=Example(
        "users > load_balancer*2 >[read] shop:app_server*8 > cache*2[replicas=1], db:sql_database*3[read_from=leader]; "
        "load_balancer >[write] tills:app_server*4 > cache, db",
        scenario="carts",
    ),
    sources=(
        "R. Nishtala et al., Scaling Memcache at Facebook, NSDI'13, section 2: deletes after updates",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 11: keeping systems in sync",
    ),
    false_positives="A cache that follows the store's own log of changes is told, though no connection shows it.",
    fix="Let whoever changes the data also tell the cache.",
)
def check(analysis: Analysis) -> Result:
    """The cache is not told when data changes

    A copy in a cache stays as it was until somebody removes it or its lifetime ends. When those who change the data do
    not tell the cache, readers see the old value long after, and nothing shows that anything is wrong.
    """
    updated = {
        touch.dataset
        for workload in analysis.scenario.workloads.values()
        for touch in workload.touches
        if touch.operation is Operation.UPDATE
        and touch.dataset is not None
        and analysis.scenario.datasets[touch.dataset].consistency is not Consistency.EVENTUAL
    }
    cached = [
        (hit.cache, hit.dataset)
        for hit in analysis.traffic.hits
        if hit.dataset in updated and hit.lookups > 0.0
    ]
    if not cached:
        return NotApplicable("Nothing that changes and must be fresh is kept in a cache here.")
    faults: dict[tuple[str, ...], Fault] = {}
    for cache, dataset in cached:
        for writer, writes in _silent_writers(analysis, cache, dataset).items():
            faults.setdefault((cache, writer), _fault(analysis, cache, dataset, writer, writes))
    if faults:
        return tuple(faults.values())
    return Passed("Whoever changes cached data tells the cache.", tuple({cache: None for cache, _ in cached}))


def _silent_writers(analysis: Analysis, cache: str, dataset: str) -> dict[str, float]:
    """Services that change the dataset at its home and never call the cache about it, with their changes per second."""
    homes = set(analysis.growth[dataset].homes)
    updating = {
        name
        for name, workload in analysis.scenario.workloads.items()
        if any(touch.dataset == dataset and touch.operation is Operation.UPDATE for touch in workload.touches)
    }
    told = {
        load.workload
        for load in analysis.traffic.loads
        if load.node == cache and load.datasets.get(dataset, (0.0, 0.0))[1] > 0.0
    }
    found: dict[str, float] = {}
    for flow in analysis.traffic.flows:
        if flow.target in homes and flow.workload in updating - told and flow.writes > 0.0:
            found[flow.source] = found.get(flow.source, 0.0) + flow.writes
    return found


def _fault(analysis: Analysis, cache: str, dataset: str, writer: str, writes: float) -> Fault:
    ratio = format_quantity(analysis.traffic.hit_ratio(cache, dataset), Dimension.RATIO, digits=2)
    name = analysis.scenario.datasets[dataset].name
    return Fault(
        nodes=(cache, writer),
        message=f"{label(analysis, writer)} changes {name} {rate(writes)} at the busiest time without telling "
        f"{label(analysis, cache)}, which answers {ratio} of the reads from its own copies.",
        fix=_tell(analysis, writer, cache),
    )


def _tell(analysis: Analysis, writer: str, cache: str) -> tuple[Change, ...]:
    joined = (writer, cache) in analysis.graph.connections or writer in analysis.graph.reachable(cache)
    if joined or component(analysis, writer).behavior is not Behavior.SERVICE:
        return ()
    return (connect(writer, cache),)
