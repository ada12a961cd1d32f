"""All writes go through one machine, and it is nearly full."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Knob, Replication
from designer.performance.model import Ceiling
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    allowed_utilisation,
    component,
    label,
    loads_at,
    percent,
    rate,
    workloads_at,
)
from designer.rules.repairs import split
from designer.units import Dimension

NEARLY_FULL = 0.7
"""Part of a leader's write rate from which on more replicas are no way out: rule of thumb."""

_LEAST_LEADERS = 2


@rule(
    severity=Severity.WARNING,
    applies="Where all writes of a store go through one leader.",
    bad=Example(
        "users > load_balancer*2 > app_server*4 > message_queue > worker*6 > db:sql_database*4; "
        "app_server > db, notification_service; message_queue > notification_service",
        scenario="feed",
    ),
    good=(
        Example(
            "users > load_balancer*2 > app_server*4 > message_queue > worker*6 > "
            "db:sharded_sql[shards=4, replicas=2]; app_server > db, notification_service; "
            "message_queue > notification_service",
            scenario="feed",
        ),
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapters 5 and 6: leaders and followers; partitioning",
        "ClickHouse/PostgresBench results, March 2026: what one PostgreSQL machine writes per second",
    ),
    false_positives="Writes that can be batched or dropped count here as if each were done on its own.",
    fix="Split the data over several leaders (shards), write in batches, or choose a store without a leader.",
)
def check(analysis: Analysis) -> Result:
    """One leader takes nearly all the writes it can

    Replicas share the reads, but every write goes to the leader first and to each replica after. Adding replicas
    therefore lifts no write: the only ways out are a bigger machine, fewer writes, or more leaders.
    """
    led = {
        node: found for node in workloads_at(analysis) if (found := writes_in_use(analysis, node)) is not None
    }
    if not led:
        return NotApplicable("No store here has a single leader that takes writes.")
    faults = tuple(
        _fault(analysis, node, used) for node, used in led.items() if used.result.value >= NEARLY_FULL
    )
    if faults:
        return faults
    busiest = max(led, key=lambda node: led[node].result.value)
    return Passed(
        f"The leader of {label(analysis, busiest)} takes {percent(led[busiest].result.value)} of the writes it can.",
        (busiest,),
    )


def writes_in_use(analysis: Analysis, node: str) -> Arithmetic | None:
    """Writes against what the one leader can write; None for what has no single leader, or is not written to."""
    found = component(analysis, node)
    if (
        found.replication is not Replication.LEADER
        or found.behavior is not Behavior.STORE
        or Knob.SHARDS in found.knobs
    ):
        return None
    placed = analysis.graph.nodes[node]
    limit = analysis.figure(placed, "write_rate") or analysis.figure(placed, "read_rate")
    writes = sum([load.writes for load in loads_at(analysis).get(node, ())])
    if not limit or not writes:
        return None
    return Arithmetic(
        formula="rho = w / m",
        result=Quantity(
            "rho", f"writes in use at the leader of {placed.label}", writes / limit, Dimension.RATIO
        ),
        inputs=(
            Quantity("w", "writes per second at peak", writes, Dimension.RATE),
            Quantity("m", "writes per second one leader can do", limit, Dimension.RATE),
        ),
        method="utilisation law",
    )


def is_bound_by_writes(analysis: Analysis, node: str, allowed: float) -> bool:
    """Whether the writes of a single leader alone use up what is allowed, so that nothing else is to blame."""
    used = writes_in_use(analysis, node)
    return used is not None and used.result.value >= max(NEARLY_FULL, allowed)


def _fault(analysis: Analysis, node: str, used: Arithmetic) -> Fault:
    allowed = allowed_utilisation(analysis, workloads_at(analysis).get(node, ()))
    writes, limit = used.inputs
    busy = analysis.nodes[node].utilisation(Ceiling.OPERATIONS)
    over = used.result.value > allowed or (busy is not None and busy.value > allowed)
    return Fault(
        nodes=(node,),
        message=f"The leader of {label(analysis, node)} takes {rate(writes.value)} writes at the busiest time, "
        f"{percent(used.result.value)} of the {rate(limit.value)} it can. More replicas would not help.",
        severity=Severity.ERROR if over else None,
        fix=split(analysis, node, _LEAST_LEADERS),
        arithmetic=used,
    )
