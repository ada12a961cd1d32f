"""Consumers of one queue that each keep a part of the same data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.keeping import remembered
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import behaving, callees_first, label, listed
from designer.scenario.model import Operation, Touch
from designer.traffic.model import Call, Visit

_VOTES = (
    "users > load_balancer*2 > api:app_server*12 > log:log_stream*3[replicas=2, partitions=40] > "
    "count:worker*27 > "
)

Kept = Mapping[str, frozenset[str]]
"""By dataset the stores that are written to."""


@rule(
    severity=Severity.WARNING,
    applies="Where several consumers take messages of the same work from a queue or log.",
    bad=Example(
        f"{_VOTES}first:sql_database*3; log > copy:worker*27 > second:sql_database*3",
        scenario="votes",
        note="Meant as a copy, and each of the two has half of the votes.",
    ),
    good=Example(f"{_VOTES}db:sql_database*3; log > more:worker*27 > db", scenario="votes"),
    sources=(
        "Apache Kafka documentation, Introduction to consumers: a message goes to one consumer of each group",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 11: load balancing and fan-out of messages",
    ),
    false_positives="Two stores that keep a part of the records each may well be filled so.",
    fix="Write from both consumers to one store, or give what the second is to keep a dataset and a touch of its own.",
)
def check(analysis: Analysis) -> Result:
    """Each consumer gets only a part of the messages

    Consumers that do the same work are taken as one group: each message goes to one of them. Where they write to stores
    of their own, none of these has all of the data. What each of two groups gets in full is work of two kinds: another
    dataset, or another capability.
    """
    queues = behaving(analysis, Behavior.QUEUE)
    faults: dict[tuple[str, ...], Fault] = {}
    shared = False
    for queue, call, kept in _shared_calls(analysis, frozenset(queues)):
        shared = True
        for dataset in {name for item in kept for name in item}:
            homes = [item.get(dataset, frozenset()) for item in kept]
            if not frozenset.intersection(*homes):
                consumers = [option.visit.node for option in call.options]
                fault = _fault(analysis, queue, consumers, dataset, frozenset.union(*homes))
                faults.setdefault((queue, dataset), fault)
    if faults:
        return tuple(faults.values())
    if not shared:
        return NotApplicable("No two consumers here take messages of the same work.")
    return Passed("Consumers that share out the messages write to the same store.")


def _shared_calls(analysis: Analysis, queues: frozenset[str]) -> Iterator[tuple[str, Call, list[Kept]]]:
    """Each call of a queue to one of several consumers, with what is written behind each of them."""
    for workload in analysis.traffic.plans if queues else ():
        for visit in callees_first(analysis, workload):
            if visit.node in queues:
                for call in visit.calls:
                    if len(call.options) > 1:
                        yield (
                            visit.node,
                            call,
                            [_kept(analysis, workload)[item.visit.number] for item in call.options],
                        )


@remembered
def _kept(analysis: Analysis, workload: str) -> Mapping[int, Kept]:
    """By number of the visit what is written there and behind it."""
    touches = analysis.scenario.workloads[workload].touches
    stores = behaving(analysis, Behavior.STORE)
    found: dict[int, Kept] = {}
    for visit in callees_first(analysis, workload):
        kept: dict[str, frozenset[str]] = {}
        for name in _written(visit, touches) if visit.node in stores else ():
            kept[name] = frozenset({visit.node})
        for option in [option for call in visit.calls for option in call.options]:
            for name, homes in found[option.visit.number].items():
                kept[name] = kept.get(name, frozenset()) | homes
        found[visit.number] = kept
    return found


def _written(visit: Visit, touches: tuple[Touch, ...]) -> Iterator[str]:
    for work in visit.work:
        touch = touches[work.touch]
        if touch.dataset is not None and touch.operation is not Operation.READ:
            yield touch.dataset


def _fault(
    analysis: Analysis, queue: str, consumers: list[str], dataset: str, homes: frozenset[str]
) -> Fault:
    names = list(dict.fromkeys(consumers))
    data = analysis.scenario.datasets[dataset].name
    told = listed(label(analysis, name) for name in names)
    stores = [name for name in analysis.graph.nodes if name in homes]
    return Fault(
        nodes=(queue, *names, *stores),
        message=f"{label(analysis, queue)} hands each message about {data} to one of {told}, and these write to stores "
        f"of their own: none of {listed(label(analysis, name) for name in stores)} has all of {data}.",
        connections=tuple(f"{queue}>{name}" for name in names),
    )
