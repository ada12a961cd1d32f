"""Reads that every shard has to answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior
from designer.design.edit import Change, SetNode
from designer.design.model import Index
from designer.rules.accesses import answering_copies
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    behaving,
    component,
    label,
    loads_at,
    percent,
    rate,
    workload_names,
)
from designer.scenario.model import Access
from designer.traffic.model import Load
from designer.units import Dimension

RARE = 0.05
"""Part of such reads below which a workload is not named (rule of thumb)."""


@rule(
    severity=Severity.WARNING,
    applies="Where data is split over shards and read.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*30 > "
        "db:sharded_sql[shards=6, replicas=1, read_from=replicas]",
        scenario="phone_book",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*30 > "
        "db:sharded_sql[shards=6, replicas=1, read_from=replicas, index=global]",
        scenario="phone_book",
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 6: partitioning and secondary indexes",
        "J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013",
    ),
    false_positives="A store that knows from its statistics which shards have nothing asks fewer of them.",
    fix="Read by the key, split the data by what is asked for, or keep an index that is itself split by that field.",
    parameters=(
        Parameter(
            "frequent",
            0.1,
            Dimension.RATIO,
            "part of what each shard can do that such reads take, from which on they are worth a word",
        ),
    ),
)
def check(analysis: Analysis, frequent: float) -> Result:
    """Every shard answers every read

    Data is split so that each shard has a part of the work. A read that does not say which shard it is for has to ask
    all of them: ten shards then do ten times the work, and carry no more of such reads than one. And each read is as
    slow as the slowest of them.
    """
    split = [node for node in behaving(analysis, Behavior.STORE) if _is_split(analysis, node)]
    if not split:
        return NotApplicable("No data here is split over shards and read.")
    faults = []
    for node in split:
        loads = [load for load in loads_at(analysis)[node] if load.scattered_reads > 0.0]
        if loads and (used := _use(analysis, node, loads)).result.value >= frequent:
            faults.append(_fault(analysis, node, loads, used, frequent))
    return tuple(faults) or Passed("No shard is kept busy by reads that are for all of them.", tuple(split))


def _is_split(analysis: Analysis, node: str) -> bool:
    """What offers a capability, such as a search index, is made to be asked as a whole."""
    made_for_it = component(analysis, node).provides
    return analysis.graph.nodes[node].shards > 1 and node in loads_at(analysis) and not made_for_it


def _use(analysis: Analysis, node: str, loads: Sequence[Load]) -> Arithmetic:
    reads = sum([load.scattered_reads for load in loads])
    limit = analysis.figure(analysis.graph.nodes[node], "read_rate") or 0.0
    copies = answering_copies(analysis, node)
    return Arithmetic(
        formula="rho = s / (c m)",
        result=Quantity(
            "rho",
            f"part of each shard of {label(analysis, node)}",
            reads / limit / copies if limit else 0.0,
            Dimension.RATIO,
        ),
        inputs=(
            Quantity("s", "reads per second at peak that all shards answer", reads, Dimension.RATE),
            Quantity("c", "copies of a shard that share its reads", float(copies), Dimension.COUNT),
            Quantity("m", "reads per second one machine can do", limit, Dimension.RATE),
        ),
        method="utilisation law",
    )


def _fault(analysis: Analysis, node: str, loads: Sequence[Load], used: Arithmetic, frequent: float) -> Fault:
    shards, reads = analysis.graph.nodes[node].shards, used.inputs[0].value
    often = [load.workload for load in loads if load.scattered_reads >= RARE * reads]
    message = (
        f"{workload_names(analysis, often)} {agree(often, 'asks', 'ask')} all {shards} shards of "
        f"{label(analysis, node)} for every answer: {rate(reads)} reads become {rate(reads * shards)}, "
        f"{percent(used.result.value)} of what each shard can do. More shards would not make it less."
    )
    return Fault((node,), message, fix=_split_the_index(analysis, node, loads, frequent), arithmetic=used)


def _split_the_index(
    analysis: Analysis, node: str, loads: Sequence[Load], frequent: float
) -> tuple[Change, ...]:
    """A global index, where that spares enough reads, and more work than the second write of everything makes."""
    placed = analysis.graph.nodes[node]
    others = [load for load in loads if not _is_by_index(analysis, load)]
    left = _use(analysis, node, others).result.value if others else 0.0
    used = _use(analysis, node, loads).result.value
    writes = sum([load.writes for load in loads_at(analysis)[node]])
    limit = analysis.figure(placed, "write_rate") or analysis.figure(placed, "read_rate") or math.inf
    more = writes / limit / placed.shards
    if left >= frequent or (used - left) * (1.0 - 1.0 / placed.shards) <= more:
        return ()
    return (SetNode(node=node, field="index", value=Index.GLOBAL.value),)


def _is_by_index(analysis: Analysis, load: Load) -> bool:
    """Whether all that the workload reads there without the key is read by an index."""
    return all(
        touch.access in (Access.KEY, Access.INDEX)
        for touch in analysis.scenario.workloads[load.workload].touches
        if touch.dataset in load.datasets
    )
