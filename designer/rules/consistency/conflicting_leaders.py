"""Two leaders that change the same record at the same time."""

from __future__ import annotations

from designer.analysis.availability import find_availabilities
from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Replication
from designer.design.edit import Change, SetNode
from designer.design.model import Leaders, Node
from designer.rules.definition import rule
from designer.rules.freshness import UPDATING, fresh_data, must_see, operations_at
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import allowances, behaving, component, label, listed, rate, workloads_at
from designer.rules.regions import furthest
from designer.rules.timing import keeps_time_at
from designer.units import SECONDS_PER_YEAR

_SERVICE = "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], "


@rule(
    severity=Severity.ERROR,
    applies="Where records that must be fresh are changed in a store with leaders.",
    bad=Example(f"{_SERVICE}db:sql_database*3[read_from=leader, leaders=multi]", scenario="carts"),
    good=Example(f"{_SERVICE}db:sql_database*3[read_from=leader]", scenario="carts"),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: handling write conflicts",
        "J. Gray et al., The Dangers of Replication and a Solution, SIGMOD'96",
    ),
    false_positives="Where each record is changed in one place only, say that of its owner, no two changes can meet.",
    fix="Let one leader take all changes of a record, or choose data that can be merged, such as sets and counters.",
)
def check(analysis: Analysis) -> Result:
    """Two leaders may change the same record

    When several copies take writes, two people can change the same record in two places, and both are told that it
    worked. Later the copies have to agree on one of the two, and the other change is thrown away.
    """
    fresh = fresh_data(analysis, UPDATING)
    led = {
        node: names
        for node in (behaving(analysis, Behavior.STORE) if fresh else ())
        if component(analysis, node).replication is Replication.LEADER
        and (
            names := [
                name
                for name, (_, writes) in operations_at(analysis, node).items()
                if writes and name in fresh
            ]
        )
    }
    if not led:
        return NotApplicable("No store with a leader takes changes of what must be fresh.")
    faults = [
        _fault(analysis, node, names)
        for node, names in led.items()
        if _has_several(analysis.graph.nodes[node])
    ]
    return tuple(faults) or Passed("One leader puts all changes of a record in order.", tuple(led))


def _has_several(node: Node) -> bool:
    return node.leaders is Leaders.MULTI and node.replicas > 0


def _fault(analysis: Analysis, node: str, names: list[str]) -> Fault:
    done = operations_at(analysis, node)
    data = listed(analysis.scenario.datasets[name].name for name in names)
    message = (
        f"Each of the {1 + analysis.graph.nodes[node].replicas} copies of {label(analysis, node)} takes changes of "
        f"{data}, {rate(sum([done[name][1] for name in names]))} together. Of two changes of one record at the "
        f"same time one is lost, although {must_see(analysis, names)} must see it at once."
    )
    return Fault((node,), message, fix=_one_leader(analysis, node))


def _one_leader(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """Where there is time for the way to that leader, and for its successor to take over."""
    touched = workloads_at(analysis).get(node, {})
    allowed = allowances(analysis)
    late = not keeps_time_at(analysis, node, furthest(analysis, node, node).p99)
    down = {
        item.workload: item.unavailability + _failing_over(analysis, node)
        for item in find_availabilities(analysis).values()
        if item.workload in touched and item.unavailability <= allowed.get(item.workload, -1.0)
    }
    if late or any(part > allowed[name] for name, part in down.items()):
        return ()
    return (SetNode(node=node, field="leaders", value=Leaders.SINGLE.value),)


def _failing_over(analysis: Analysis, node: str) -> float:
    """Part of the time in which a lost leader has no successor yet."""
    placed = analysis.graph.nodes[node]
    lost = analysis.figure(placed, "failures_per_year") or 0.0
    return lost * placed.shards * (analysis.figure(placed, "failover_time") or 0.0) / SECONDS_PER_YEAR
