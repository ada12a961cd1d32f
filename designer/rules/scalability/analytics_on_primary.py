"""Reports that read very many records where everybody else waits."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Knob, Replication
from designer.design.edit import Change, SetNode
from designer.design.model import ReadFrom
from designer.rules.accesses import Access, leader_answers, may_be_stale, reads_of
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    component,
    label,
    latency_verdicts,
    workload_names,
    workloads_at,
)
from designer.rules.repairs import is_full, set_count
from designer.scenario import model as scenario
from designer.units import Dimension, format_quantity

_SCANNING = (scenario.Access.RANGE, scenario.Access.SCATTER)


@rule(
    severity=Severity.WARNING,
    applies="Where a request reads very many records at once from a store with one leader.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*30 > db:sql_database*2",
            scenario="phone_book",
        ),
        Example("users > load_balancer*2 > api:app_server*30 > db:sql_database", scenario="phone_book"),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*30 > db:sql_database*2[read_from=replicas]",
        scenario="phone_book",
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 3: transaction processing or analytics",
        "Amazon RDS user guide, USER_ReadRepl: reporting queries against a read replica instead of the primary",
    ),
    false_positives="A column store beside the rows, or an index that has the sums already, reads far less than that.",
    fix="Read from a replica, or copy the data to a store that is made for reports.",
    parameters=(
        Parameter("many", 10_000.0, Dimension.COUNT, "records read by one request that make it a report"),
    ),
)
def check(analysis: Analysis, many: float) -> Result:
    """Reports are made where everybody else waits

    A report reads thousands of times as many records as a page does. On the machine that takes all writes it drives
    what others need out of memory, keeps the disks busy and holds back what was changed meanwhile: everybody else
    becomes slow, though few reports are made.
    """
    found = [
        access
        for name, workload in analysis.scenario.workloads.items()
        for touch in workload.touches
        if touch.records * touch.count >= many and touch.access in _SCANNING
        for access in reads_of(analysis, name, touch)
        if component(analysis, access.store).replication is Replication.LEADER
    ]
    if not found:
        return NotApplicable("No request reads very many records at once from a store with one leader.")
    at: dict[str, list[Access]] = {}
    for access in found:
        if leader_answers(analysis, access.store) and _waiting(analysis, access.store, found):
            at.setdefault(access.store, []).append(access)
    faults = tuple([_fault(analysis, store, reports, found) for store, reports in at.items()])
    return faults or Passed(
        "Reports are made where nobody in a hurry has to wait for them.",
        tuple(dict.fromkeys([access.store for access in found])),
    )


def _waiting(analysis: Analysis, store: str, reports: list[Access]) -> list[str]:
    """The other workloads at the store of which it is asked how fast they are answered."""
    own = {access.workload for access in reports}
    return [
        name
        for name in workloads_at(analysis).get(store, ())
        if name not in own and latency_verdicts(analysis, name)
    ]


def _fault(analysis: Analysis, store: str, reports: list[Access], found: list[Access]) -> Fault:
    names = dict.fromkeys([access.workload for access in reports])
    most = max([access.touch.records * access.touch.count for access in reports])
    waiting = _waiting(analysis, store, found)
    message = (
        f"{workload_names(analysis, names)} {agree(names, 'reads', 'read')} "
        f"{format_quantity(most, Dimension.COUNT)} records at once from {label(analysis, store)}, whose leader also "
        f"answers {workload_names(analysis, waiting)}."
    )
    return Fault((store,), message, fix=_read_from_replicas(analysis, store))


def _read_from_replicas(analysis: Analysis, store: str) -> tuple[Change, ...]:
    """All reads from replicas, of which there are enough, where what they read may lag behind."""
    if not may_be_stale(analysis, store):
        return ()
    placed = analysis.graph.nodes[store]
    replicas = placed.replicas
    elsewhere = SetNode(node=store, field="read_from", value=ReadFrom.REPLICAS.value)
    readers = replicas + 1 if placed.read_from is ReadFrom.ANY else 1
    if replicas and not is_full(analysis, store, max(1.0, readers / replicas)):
        return (elsewhere,)
    more = set_count(analysis, store, Knob.REPLICAS, replicas + 1)
    return (*more, elsewhere) if more else ()
