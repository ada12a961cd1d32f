"""One partition that gets more than one consumer, or one partition, can do."""

from __future__ import annotations

import math
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Knob
from designer.design.edit import Change
from designer.performance.model import Ceiling
from designer.rules.consumers import consumers, messages
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowed_at,
    behaving,
    component,
    label,
    loads_at,
    most_used,
    percent,
    rate,
)
from designer.rules.repairs import set_count
from designer.units import Dimension


@rule(
    severity=Severity.ERROR,
    applies="Where a queue or a log keeps the messages of one record in order.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*12 > log:log_stream*3[replicas=2, partitions=40, ordered=true] "
            "> worker*40 > db:sql_database*2",
            scenario="votes",
            note="One worker cannot count the votes for the favourite.",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*12 > log:log_stream*3[replicas=2, partitions=12, ordered=true, "
            "partition_rate=1k/s] > stream_processor*3 > db:sql_database*2",
            scenario="votes",
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*12 > log:log_stream*3[replicas=2, partitions=40, ordered=true] "
        "> stream_processor*3 > db:sql_database*2",
        scenario="votes",
    ),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapters 6 and 11: hot spots; partitioned logs",
        "Apache Kafka documentation, design: the messages of a partition are read in order, by one consumer of a group",
    ),
    false_positives="Messages that are counted or merged before they are sent are far fewer than the scenario says.",
    fix="Split the hot key into several, merge its messages before they are sent, or give up their order.",
)
def check(analysis: Analysis) -> Result:
    """One partition gets more than can be worked off

    Messages of one record that must stay in order share a partition, and one consumer at a time reads it. When one
    record has a large part of all messages, that consumer falls behind while the others wait for work. More machines
    do not help, for the hot record stays whole.
    """
    ordered = {
        queue: hottest
        for queue in behaving(analysis, Behavior.QUEUE)
        if analysis.graph.nodes[queue].ordered and (hottest := _hottest(analysis, queue)) is not None
    }
    if not ordered:
        return NotApplicable("Nothing here keeps messages in order.")
    faults = [*_split_too_little(analysis, ordered), *_read_too_slowly(analysis, ordered)]
    if faults:
        return tuple(faults)
    if any(_is_overloaded(analysis, consumer) for queue, consumer in consumers(analysis) if queue in ordered):
        return NotApplicable("What takes these messages has too much to do in all, which is told elsewhere.")
    return Passed("The busiest partition is worked off as fast as it fills.", tuple(ordered))


class _Hottest(NamedTuple):
    """The busiest partition of a queue: its part of the messages, of which those about one record are `first`."""

    first: float
    partitions: int

    @property
    def part(self) -> float:
        return self.first + (1.0 - self.first) / self.partitions if self.partitions else self.first

    def partitions_for(self, part: float) -> int | None:
        """The fewest partitions of which the busiest has no more than `part`; None where no number will do."""
        if not self.partitions or part <= self.first:
            return None
        return math.ceil((1.0 - self.first) / (part - self.first))


def _hottest(analysis: Analysis, queue: str) -> _Hottest | None:
    """What shares a partition; without partitions it is the messages of one record that one consumer has to do."""
    calls = hot = 0.0
    for load in loads_at(analysis).get(queue, ()):
        calls += load.calls
        hot += load.calls * next(iter(load.hottest.values()), 0.0)
    if not calls:
        return None
    split = Knob.PARTITIONS in component(analysis, queue).knobs
    return _Hottest(hot / calls, analysis.graph.nodes[queue].partitions if split else 0)


def _split_too_little(analysis: Analysis, ordered: dict[str, _Hottest]) -> list[Fault]:
    """Queues of which one partition gets more than a partition takes."""
    faults = []
    for queue, hottest in ordered.items():
        used = analysis.nodes[queue].utilisation(Ceiling.PARTITION)
        allowed = allowed_at(analysis, queue)
        if used is not None and used.value > allowed:
            who = f"{percent(used.value)} of the {rate(used.limit)} that one can take"
            message = f"{_busiest(analysis, queue, hottest, used.demand)}: {who}."
            fix = _split(analysis, queue, hottest, hottest.part * allowed / used.value)
            faults.append(Fault((queue,), message, fix=fix, arithmetic=used.arithmetic))
    return faults


def _read_too_slowly(analysis: Analysis, ordered: dict[str, _Hottest]) -> list[Fault]:
    """Queues of which one partition gets more than one of the consumers does, though together they do enough."""
    faults = []
    for queue, consumer in consumers(analysis):
        limit = analysis.figure(analysis.graph.nodes[consumer], "read_rate")
        if queue not in ordered or not limit:
            continue
        comes, _ = messages(analysis, queue, consumer)
        alone = ordered[queue].part * comes > limit * allowed_at(analysis, consumer)
        if alone and not _is_overloaded(analysis, consumer):
            faults.append(_falling_behind(analysis, (queue, consumer), ordered[queue], limit))
    return faults


def _is_overloaded(analysis: Analysis, consumer: str) -> bool:
    """Whether all machines together have too much to do, which is another rule's business."""
    used = most_used(analysis, consumer, CARRYING)
    return used is not None and used.value > allowed_at(analysis, consumer)


def _falling_behind(analysis: Analysis, ends: tuple[str, str], hottest: _Hottest, limit: float) -> Fault:
    queue, consumer = ends
    peak, average = messages(analysis, queue, consumer)
    return Fault(
        nodes=ends,
        message=f"{_busiest(analysis, queue, hottest, hottest.part * peak)}, and one machine of "
        f"{label(analysis, consumer)} does {rate(limit)}.",
        severity=None if hottest.part * average > limit else Severity.WARNING,  # it catches up after the peak
        connections=(f"{queue}>{consumer}",),
        fix=_split(analysis, queue, hottest, limit * allowed_at(analysis, consumer) / peak),
        arithmetic=_explain(hottest, peak),
    )


def _busiest(analysis: Analysis, queue: str, hottest: _Hottest, comes: float) -> str:
    what = f"The busiest of {hottest.partitions} partitions" if hottest.partitions else "One record's share"
    return f"{what} of {label(analysis, queue)} gets {rate(comes)} messages at the busiest time"


def _split(analysis: Analysis, queue: str, hottest: _Hottest, part: float) -> tuple[Change, ...]:
    wanted = hottest.partitions_for(part)
    return () if wanted is None else set_count(analysis, queue, Knob.PARTITIONS, wanted)


def _explain(hottest: _Hottest, comes: float) -> Arithmetic:
    inputs = [
        Quantity("r", "messages per second at peak", comes, Dimension.RATE),
        Quantity("h", "part of them about one record, by Zipf's law", hottest.first, Dimension.RATIO),
    ]
    if hottest.partitions:
        inputs.append(Quantity("p", "partitions", float(hottest.partitions), Dimension.COUNT))
    return Arithmetic(
        formula="b = r (h + (1 - h) / p)" if hottest.partitions else "b = r h",
        result=Quantity(
            "b", "messages per second in the busiest partition", hottest.part * comes, Dimension.RATE
        ),
        inputs=tuple(inputs),
    )
