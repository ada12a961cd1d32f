"""How many machines are enough: the fewest of a knob that keep every ceiling, and the fewest that carry the peak."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from designer.catalog.model import Knob
from designer.design.model import Node
from designer.performance.ceilings import (
    BANDWIDTH,
    CONNECTIONS,
    IOPS,
    OPERATIONS,
    PARTITION,
    Bench,
    Case,
    Gauge,
    measure,
    set_up,
)
from designer.performance.machines import EVEN, LEADER, Counts, lay_out, turn
from designer.performance.makes import Make
from designer.performance.model import Ceiling
from designer.performance.queueing import universal_scalability

SCALING: Mapping[Knob, int] = {
    Knob.SHARDS: 10_000,
    Knob.INSTANCES: 10_000,
    Knob.REPLICAS: 100,
    Knob.PARTITIONS: 100_000,
}
"""Knobs in the order in which they are tried, with the most a node may have of each."""

_FULL = 1.0 + 1e-9
"""100 %, give or take the rounding of sums."""

_SCALING_OUT = (OPERATIONS, BANDWIDTH)
"""Ceilings whose use is shared out to however many machines there are, where all are alike."""
# Members of enumerations that are asked for at every node: looking one up takes longer than the test it is for.
_INSTANCES, _REPLICAS, _PARTITIONS = Knob.INSTANCES, Knob.REPLICAS, Knob.PARTITIONS


def find_minimum(bench: Bench, gauges: Sequence[Gauge]) -> tuple[int | None, Knob | None]:
    """The fewest of a knob that keep every ceiling at or below 100 %, by the first knob that can do so at all.

    `gauges` are the bench's own, the most used first. No count where none of the component's knobs can, with the knob
    that comes first.
    """
    knobs = _scaling(bench.case.make)
    for knob in knobs:
        found = _find(bench, gauges, knob)
        if found is not None:
            return found, knob
    return None, knobs[0] if knobs else None


@lru_cache(maxsize=4_096)
def _scaling(make: Make) -> Sequence[Knob]:
    return tuple([knob for knob in SCALING if knob in make.component.knobs])


def shares_out(bench: Bench, knob: Knob) -> bool:
    """Whether each of n machines carries 1 / n of the whole, so that the fewest of them can be told at once."""
    case = bench.case
    plain = bench.layout.spread is EVEN and not case.pooled
    return knob is _INSTANCES and plain and not case.make.interferes


def _find(bench: Bench, gauges: Sequence[Gauge], knob: Knob) -> int | None:
    case, counts = bench.case, bench.counts
    for gauge in gauges:
        if gauge.value <= _FULL:
            break
        if _is_fixed(case, gauge, knob):
            return None
    if shares_out(bench, knob):
        return _share_out(bench, gauges)
    now = int(getattr(counts, knob.value))
    used = gauges[0].value if gauges else 0.0
    least, most = 0 if knob is _REPLICAS else 1, _most(case, counts, knob)
    # Of a smaller quorum each member answers more of the reads.
    proportional = knob is not _PARTITIONS and bench.layout.read_cost >= 1.0
    if proportional and _spare(bench, gauges, now + 1 - least):
        return least
    present = [gauge.ceiling for gauge in gauges]
    return fewest(
        lambda count: _holds(case, turn(counts, knob, count), present),
        least=least,
        most=max(least, most),
        guess=math.ceil(min(max(1, now) * used, float(SCALING[knob])) - 1e-9),
    )


def _spare(bench: Bench, gauges: Sequence[Gauge], times: int) -> bool:
    """Whether every machine could do that many times its work: what so many share one of them could do alone.

    Callers' pools are the same whatever the count. What memory keeps does not fall in proportion: at worst nothing is
    kept there, and the disks do every operation.
    """
    for gauge in gauges:
        demand, fixed = gauge.demand, 0.0
        if gauge.ceiling is CONNECTIONS:
            fixed = bench.case.pooled
        elif gauge.ceiling is IOPS:
            demand = max([machine.reads + machine.writes for machine in bench.machines])
        if fixed + (demand - fixed) * times > gauge.limit * _FULL:
            return False
    return True


def _most(case: Case, counts: Counts | Node, knob: Knob) -> int:
    """The most of a knob that a node may have, or that is of use: beyond it machines do less between them."""
    useful = case.make.most_useful
    if math.isinf(useful) or knob is Knob.PARTITIONS:
        return SCALING[knob]
    alone = 0 if knob is _REPLICAS else 1
    each = max(1, lay_out(case.make, case.node, turn(counts, knob, 1), case.consumers).machines)
    first = lay_out(case.make, case.node, turn(counts, knob, alone), case.consumers).machines
    each = each - first if knob is _REPLICAS else each
    below = max(alone, math.floor((useful - (first if knob is _REPLICAS else 0)) / max(1, each)))

    def done(count: int) -> float:
        machines = lay_out(case.make, case.node, turn(counts, knob, count), case.consumers).machines
        return universal_scalability(
            machines, case.figures.get("contention", 0.0), case.figures.get("coherency", 0.0)
        )

    return min(SCALING[knob], below + 1 if done(below + 1) > done(below) else below)


def _is_fixed(case: Case, gauge: Gauge, knob: Knob) -> bool:
    """Whether turning the knob leaves an overflowing ceiling where it is, which spares the search."""
    match gauge.ceiling:
        case Ceiling.CONNECTIONS:
            return case.pooled > gauge.limit  # every machine has all callers' pools
        case Ceiling.MEMORY | Ceiling.DISK:
            return knob not in (Knob.SHARDS, Knob.INSTANCES)
        case Ceiling.PARTITION:
            # The hottest key stays one key; only its copies can share its reads. Queues have partitions for this.
            queue = case.make.queues
            return knob is not (Knob.PARTITIONS if queue else Knob.REPLICAS)
        case _:
            return knob is Knob.PARTITIONS


def _share_out(bench: Bench, gauges: Sequence[Gauge]) -> int | None:
    """Of machines that are all alike each of n carries `now` / n of what it carries now; a partition what it does."""
    found = math.ceil(min(bench.layout.parts * shared_use(gauges), 1e9) * (1.0 - 1e-9)) or 1
    most = SCALING[Knob.INSTANCES] if bench.case.consumers is None else bench.case.consumers
    return found if found <= most else None


def shared_use(gauges: Sequence[Gauge]) -> float:
    """The largest part in use of a ceiling that more machines share. `gauges`: the most used first."""
    for gauge in gauges:
        if gauge.ceiling is not PARTITION:
            return gauge.value
    return 0.0


def _holds(case: Case, counts: Counts, ceilings: Sequence[Ceiling]) -> bool:
    return all(gauge.value <= _FULL for gauge in measure(set_up(case, counts), ceilings))


def fewest(holds: Callable[[int], bool], least: int, most: int, guess: int) -> int | None:
    """The smallest count from `least` to `most` for which `holds`, which once true stays true; None for none.

    Away from the guess, up or down, in steps that double, until the answer is between two counts; then bisection.
    """
    high = min(max(guess, least), most)
    step = 1
    if holds(high):
        low = high - step
        while low >= least and holds(low):
            high, step = low, step * 2
            low = high - step
        low = max(low, least - 1)
    else:
        low = high
        while True:
            if low == most:
                return None
            high = min(low + step, most)
            if holds(high):
                break
            low, step = high, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def find_needed(bench: Bench, gauges: Sequence[Gauge]) -> int:
    """Machines that carry the peak: one more than there are when not even all of them do.

    With leaders the copies each part needs, for every part; of a quorum the members; of anything else the machines.
    What a provider manages counts as one. Only operations and bandwidth are shared out anew when a machine fails.
    `gauges` are the bench's own, the most used first.
    """
    case, layout = bench.case, bench.layout
    if case.make.whole:
        return 1
    used = 0.0
    for gauge in gauges:
        if gauge.ceiling in _SCALING_OUT:
            used = gauge.value
            break
    if used > _FULL:
        return layout.machines + 1
    if layout.spread is LEADER:
        return layout.parts * _copies_needed(bench, gauges)
    guess = math.ceil(layout.parts * used * (1.0 - 1e-9)) or 1
    if layout.spread is EVEN and not case.make.interferes:
        return guess
    alone = Counts(1, 1, bench.counts.replicas, bench.counts.partitions)
    found = fewest(
        lambda count: _holds(case, turn(alone, Knob.INSTANCES, count), _SCALING_OUT),
        least=1,
        most=layout.parts,
        guess=guess,
    )
    return layout.parts if found is None else found


def _copies_needed(bench: Bench, gauges: Sequence[Gauge]) -> int:
    """The fewest copies of each part that carry its peak."""
    copies = bench.layout.copies
    if copies == 1 or _spare(bench, [gauge for gauge in gauges if gauge.ceiling in _SCALING_OUT], copies):
        return 1
    found = fewest(
        lambda count: _holds(bench.case, turn(bench.counts, Knob.REPLICAS, count - 1), _SCALING_OUT),
        least=1,
        most=copies,
        guess=1,
    )
    return copies if found is None else found
