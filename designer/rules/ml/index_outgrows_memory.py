"""A vector index that no longer fits into memory."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import DataKind, Knob
from designer.design.edit import Change
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.machine_learning import homes_of
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import label, percent
from designer.rules.repairs import UNEVENNESS, set_count
from designer.units import SECONDS_PER_MONTH, Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where vectors are kept that are searched by nearness.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2, memory=8 GB], "
        "feature_store[shards=8, replicas=1], model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], "
        "feature_store[shards=8, replicas=1], model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    sources=(
        "Y. A. Malkov and D. A. Yashunin, Efficient and robust approximate nearest neighbor search, TPAMI 42(4), 2020",
        "unrealshape/bachelor-db-benchmark: 5.3 queries a second with 20 GB of memory, 2.2 with 8 GB, one index",
    ),
    false_positives="Indexes made for disks (DiskANN, quantised vectors) stay fast with a part of them in memory.",
    fix="More shards, machines with more memory, or smaller vectors: fewer dimensions or bytes instead of floats.",
    parameters=(
        Parameter("months", 6, Dimension.COUNT, "months for which the index should still fit as it grows"),
    ),
)
def check(analysis: Analysis, months: float) -> Result:
    """The vector index outgrows memory

    A search by nearness jumps all over the index. In memory each jump takes a fraction of a microsecond, from a disk a
    thousand times as long: an index that no longer fits does not get a little slower, it stops being usable.
    """
    homes = dict.fromkeys(home for names in homes_of(analysis, DataKind.VECTORS).values() for home in names)
    used = {
        node: found
        for node in homes
        if (found := analysis.nodes[node].utilisation(Ceiling.MEMORY)) is not None
    }
    if not used:
        return NotApplicable("No vectors are kept here in anything whose memory is known.")
    faults = []
    for node, found in used.items():
        left = analysis.nodes[node].months_until_full
        if found.value > 1.0 or (left is not None and left < months):
            faults.append(_fault(analysis, node, found, left, months))
    fullest = max(used, key=lambda node: used[node].value)
    return tuple(faults) or Passed(
        f"The index in {label(analysis, fullest)} takes {percent(used[fullest].value)} of its memory.",
        (fullest,),
    )


def _fault(analysis: Analysis, node: str, used: Utilisation, left: float | None, months: float) -> Fault:
    size, room = (format_quantity(value, Dimension.SIZE) for value in (used.demand, used.limit))
    full = used.value > 1.0
    when = "It does not fit." if full or left is None else f"At this growth it is full in {left:.1f} months."
    return Fault(
        nodes=(node,),
        message=f"The index in {label(analysis, node)} takes {size} of the {room} of memory that each machine has, "
        f"{percent(used.value)}. {when}",
        severity=Severity.ERROR if full else None,
        fix=_more_shards(analysis, node, used, months),
        arithmetic=used.arithmetic,
    )


def _more_shards(analysis: Analysis, node: str, used: Utilisation, months: float) -> tuple[Change, ...]:
    """As many shards as it takes for all to fit after those months, growing as now."""
    kept = [growth for growth in analysis.growth.values() if node in growth.homes]
    now = math.fsum([growth.bytes_now for growth in kept])
    sizes = [analysis.scenario.datasets[growth.dataset].record_size for growth in kept]
    added = math.fsum([growth.growth * size for growth, size in zip(kept, sizes, strict=True)])
    grown = used.value * (1.0 + added * months * SECONDS_PER_MONTH / now)
    return set_count(
        analysis, node, Knob.SHARDS, math.ceil(analysis.graph.nodes[node].shards * grown * UNEVENNESS)
    )
