"""A cache that has the only copy of what was just written."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Trait
from designer.design.edit import Change, SetNode
from designer.design.model import WritePolicy
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import behaving, component, durabilities, label, listed, rate
from designer.rules.regions import furthest, zones_at
from designer.rules.timing import keeps_time_at, own_p99
from designer.scenario.model import Operation, RecoveryPoint
from designer.traffic.model import Flow

_STORE = "db:sharded_sql*4[replicas=1, index=global]"


@rule(
    severity=Severity.ERROR,
    applies="Where a cache keeps what is written, and the data must not be lost.",
    bad=Example(
        f"users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1, writes=back] > {_STORE}",
        scenario="directory",
    ),
    good=Example(
        f"users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1, writes=through] > {_STORE}",
        scenario="directory",
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 7: what durability means",
        "Redis documentation, docs/management/replication: acknowledged writes can be lost at a failover",
    ),
    false_positives="A cache whose memory survives the loss of power, in two places, keeps what it acknowledges.",
    fix="Write to the store before the answer, through the cache or past it.",
)
def check(analysis: Analysis) -> Result:
    """What was acknowledged lives in the cache's memory only

    A cache that writes back says "done" first and tells the store later. When it stops in between, what it had not yet
    passed on is gone, and the people who wrote it were told that it was safe.
    """
    kept = _must_be_kept(analysis)
    if not kept:
        return NotApplicable("The scenario asks of no data that it is never lost.")
    forgetful = {node for node in behaving(analysis, Behavior.CACHE) if _forgets(analysis, node)}
    behind = _written_behind(analysis, forgetful, kept)
    holding = dict.fromkeys(hit.cache for hit in analysis.traffic.hits if hit.dataset in kept)
    if not behind and not holding:
        return NotApplicable("No cache has to do with data that must not be lost.")
    faults = [_fault(analysis, node, flows, kept) for node, flows in behind.items()]
    return tuple(faults) or Passed(
        "What must not be lost is in the store before anybody is told so.", tuple(holding)
    )


def _must_be_kept(analysis: Analysis) -> set[str]:
    """Datasets of which durability or a recovery point is asked."""
    points = {
        item.dataset for item in analysis.scenario.requirements.values() if isinstance(item, RecoveryPoint)
    }
    return points | set(durabilities(analysis))


def _forgets(analysis: Analysis, node: str) -> bool:
    back = analysis.graph.nodes[node].writes is WritePolicy.BACK
    return back and Trait.DURABLE not in component(analysis, node).traits


def _written_behind(analysis: Analysis, caches: set[str], kept: set[str]) -> dict[str, list[Flow]]:
    """For each of these caches the writes of data to be kept that it passes on when nobody waits any more."""
    found: dict[str, list[Flow]] = {}
    for flow in analysis.traffic.flows if caches else ():
        if (
            flow.source in caches
            and flow.deferred
            and flow.writes > 0.0
            and _changed(analysis, flow.workload, kept)
        ):
            found.setdefault(flow.source, []).append(flow)
    return found


def _changed(analysis: Analysis, workload: str, kept: set[str]) -> dict[str, None]:
    """Those of the datasets that the workload changes."""
    touches = analysis.scenario.workloads[workload].touches
    return {
        touch.dataset: None
        for touch in touches
        if touch.operation is not Operation.READ and touch.dataset in kept
    }


def _fault(analysis: Analysis, node: str, flows: list[Flow], kept: set[str]) -> Fault:
    names = dict.fromkeys(name for flow in flows for name in _changed(analysis, flow.workload, kept))
    data = listed(analysis.scenario.datasets[name].name for name in names)
    message = (
        f"{label(analysis, node)} confirms {rate(sum([flow.writes for flow in flows]))} changes of {data} at the "
        "busiest time and passes them on afterwards. When it stops, those it has not passed on are lost, although "
        f"{data} must be kept."
    )
    return Fault(
        nodes=(node,),
        message=message,
        connections=tuple(dict.fromkeys(flow.connection for flow in flows)),
        fix=_write_through(analysis, node, flows),
    )


def _write_through(analysis: Analysis, node: str, flows: list[Flow]) -> tuple[Change, ...]:
    """Where those who wait for the write have time for the store, whether the cache calls it or they do."""
    writers = [name for name in (node, *analysis.graph.predecessors(node)) if zones_at(analysis, name)]
    longer = max(
        own_p99(analysis, flow.target, write=True) + furthest(analysis, writer, flow.target).p99
        for flow in flows
        for writer in writers
    )
    if not keeps_time_at(analysis, node, longer):
        return ()
    return (SetNode(node=node, field="writes", value=WritePolicy.THROUGH.value),)
