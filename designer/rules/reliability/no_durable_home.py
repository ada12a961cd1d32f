"""Data that a restart takes away."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Trait
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import agree, component, durabilities, label, listed, workload_names
from designer.rules.recovery import recovery_points
from designer.scenario.model import Operation, Workload


@rule(
    severity=Severity.WARNING,
    applies="Where data is written, and nothing is said about how long it must last.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > feature_store*2[replicas=1]", scenario="tastes"
    ),
    good=Example("users > load_balancer*2 > api:app_server*4 > key_value_store", scenario="tastes"),
    sources=(
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 11: state, streams and immutability",
        "Redis documentation, docs/management/persistence: what is lost with and without it",
    ),
    false_positives="Data that is made again from elsewhere every night may live where it is forgotten.",
    fix="Write it to a durable store first, and fill what is fast from there.",
)
def check(analysis: Analysis) -> Result:
    """What is written lives where a restart forgets it

    Stores that answer from memory are fast because they do not wait for a disk. What is nowhere else is gone when they
    restart, and it cannot be computed again when it came from people.
    """
    writers = _writers(analysis)
    asked = durabilities(analysis)
    kept = [name for name in writers if name not in asked and analysis.growth[name].homes]
    if not kept:
        return NotApplicable(
            "Nothing that is kept here is written, but what another rule knows how long must last."
        )
    lasting = frozenset([name for name in writers if _lasts(analysis, name)])
    faults = [
        _fault(analysis, name, writers[name])
        for name in kept
        if name not in lasting and not _is_made_again(analysis, writers[name], lasting)
    ]
    return tuple(faults) or Passed(
        "What is written has a home that a restart does not empty, or is made from that."
    )


def _writers(analysis: Analysis) -> dict[str, list[str]]:
    """By dataset the workloads that write it."""
    found: dict[str, list[str]] = {}
    for name, workload in analysis.scenario.workloads.items():
        for dataset in dict.fromkeys(_changed(workload)):
            found.setdefault(dataset, []).append(name)
    return found


def _changed(workload: Workload) -> list[str]:
    touches = workload.touches
    return [
        item.dataset for item in touches if item.dataset is not None and item.operation is not Operation.READ
    ]


def _lasts(analysis: Analysis, dataset: str) -> bool:
    """Whether a home of the data still has it after a restart."""
    return any(Trait.DURABLE in component(analysis, home).traits for home in analysis.growth[dataset].homes)


def _is_made_again(analysis: Analysis, workloads: list[str], lasting: frozenset[str]) -> bool:
    """Whether all who write it write something that lasts as well, from which it can be made again."""
    return all(
        any(name in lasting for name in _changed(analysis.scenario.workloads[workload]))
        for workload in workloads
    )


def _fault(analysis: Analysis, dataset: str, workloads: list[str]) -> Fault:
    homes = analysis.growth[dataset].homes
    name = analysis.scenario.datasets[dataset].name
    return Fault(
        nodes=homes,
        message=f"{workload_names(analysis, workloads)} {agree(workloads, 'writes', 'write')} {name}, which lives only "
        f"in {listed(label(analysis, home) for home in homes)}: a restart of all its machines forgets it.",
        severity=Severity.ERROR if dataset in recovery_points(analysis) else None,
    )
