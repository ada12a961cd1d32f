"""What can be unfolded in a report, by name: requirements, nodes, connections, workloads, datasets, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from designer.analysis.availability import find_availabilities
from designer.analysis.derivations import (
    add_up,
    explain_calls,
    explain_headroom,
    explain_node_per_million,
    explain_peak,
    explain_per_million,
    explain_rates,
)
from designer.arithmetic import Arithmetic
from designer.errors import DesignerError, quote, suggest
from designer.export.report_notes import cache_notes, caveat, moving_note
from designer.performance.explain_storage import explain_filling
from designer.report import Report

COST = "cost"
HEADROOM = "headroom"
SCORE = "score"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number of the report: what it is, and how it came about (None: `reason` says all there is to say)."""

    title: str
    arithmetic: Arithmetic | None
    reason: str | None = None


def explainable(report: Report) -> tuple[str, ...]:
    """Every name `explain` knows, in the order of the report."""
    names = (
        *(verdict.requirement for verdict in report.verdicts),
        *(node.id for node in report.design.nodes),
        *(connection.id for connection in report.design.connections),
        *report.scenario.workloads,
        *report.scenario.datasets,
        COST,
        HEADROOM,
        SCORE,
    )
    return tuple(dict.fromkeys(names))


def explain(report: Report, name: str) -> tuple[Explanation, ...]:
    """Everything computed about what is called `name`; a node may also be called by what stands on its card.

    Raises DesignerError, with the names there are, when there is nothing of that name.
    """
    known = explainable(report)
    labelled = [node.id for node in report.design.nodes if node.label == name]
    if name not in known and not labelled:
        raise DesignerError(
            f"there is nothing called {quote(name)} to explain",
            expected=f"one of {', '.join(known)}",
            suggestion=suggest(name, known),
        )
    return tuple(found for each in dict.fromkeys((name, *labelled)) for found in _about(report, each))


def _about(report: Report, name: str) -> Iterator[Explanation]:
    for verdict in report.verdicts:
        if verdict.requirement == name:
            yield Explanation(verdict.title, verdict.arithmetic, verdict.reason)
    for known, tell in _parts(report):
        if name in known:
            yield from tell(report, name)


def _parts(
    report: Report,
) -> tuple[tuple[Collection[str], Callable[[Report, str], Iterator[Explanation]]], ...]:
    """What a name may be beside a requirement, and what tells about it."""
    return (
        (report.analysis.nodes, _about_node),
        ([connection.id for connection in report.design.connections], _about_connection),
        (report.scenario.workloads, _about_workload),
        (report.scenario.datasets, _about_dataset),
        ((COST,), _about_cost),
        ((HEADROOM,), _about_headroom),
        ((SCORE,), _about_score),
    )


def _about_connection(report: Report, name: str) -> Iterator[Explanation]:
    yield Explanation(f"{name}: calls", explain_calls(report.analysis, name))


def _about_cost(report: Report, name: str) -> Iterator[Explanation]:
    yield Explanation("Cost", add_up(report.analysis.cost, report.design))
    each = explain_per_million(report.analysis)
    if each is not None:
        yield Explanation("Cost per million requests", each)


def _about_headroom(report: Report, name: str) -> Iterator[Explanation]:
    found = report.analysis.headroom
    reason = "Nothing can be judged yet." if found is None else found.reason
    yield Explanation("Headroom", explain_headroom(report.analysis), reason)


def _about_score(report: Report, name: str) -> Iterator[Explanation]:
    yield Explanation("Score", report.score.arithmetic)


def _about_node(report: Report, name: str) -> Iterator[Explanation]:
    analysis, label = report.analysis, report.design.node(name).label
    yield from _about_load(report, name, label)
    filling = explain_filling(analysis.setting, name)
    if filling is not None:
        yield Explanation(f"{label}: time until full", filling)
    moved = moving_note(analysis.nodes[name])
    if moved is not None:
        yield Explanation(f"{label}: growing", None, moved)
    for hit in analysis.traffic.hits:
        if hit.cache == name:
            yield Explanation(f"{label}: hit ratio for {hit.dataset}", hit.arithmetic, cache_notes(hit))
    for group in analysis.reliability.groups:
        if group.node == name:
            yield Explanation(f"{label}: availability", group.arithmetic)
    for part in analysis.cost.nodes:
        if part.node == name:
            yield Explanation(f"{label}: cost", part.arithmetic)
    each = explain_node_per_million(analysis, name)
    if each is not None:
        yield Explanation(f"{label}: cost per million requests", each)


def _about_load(report: Report, name: str, label: str) -> Iterator[Explanation]:
    used = report.analysis.nodes[name].utilisations
    if not used:
        yield Explanation(
            f"{label}: load", None, "No request of this scenario uses anything it has a limit of."
        )
    for item in used:
        yield Explanation(f"{label}: {item.ceiling.value}", item.arithmetic)
    for rate in explain_rates(report.analysis, name):
        yield Explanation(rate.result.name, rate)


def _about_workload(report: Report, name: str) -> Iterator[Explanation]:
    analysis, title = report.analysis, report.scenario.workloads[name].name
    yield Explanation(f"{title}: peak rate", explain_peak(report.scenario, name))
    if name in analysis.responses:
        response = analysis.responses[name]
        yield Explanation(f"{title}: time to answer", response.arithmetic, caveat(response))
    else:
        yield Explanation(f"{title}: time to answer", None, "Nothing answers this workload.")
    if name in analysis.freshness:
        fresh = analysis.freshness[name]
        yield Explanation(f"{title}: freshness", fresh.arithmetic, caveat(fresh))
    if name in analysis.first_tokens:
        first = analysis.first_tokens[name]
        yield Explanation(f"{title}: time to the first token", first.arithmetic, caveat(first))
    found = find_availabilities(analysis).get(name)
    if found is not None:
        yield Explanation(f"{title}: availability", found.arithmetic)
        yield Explanation(f"{title}: recovery time", found.machines.recovery)


def _about_dataset(report: Report, name: str) -> Iterator[Explanation]:
    analysis, title = report.analysis, report.scenario.datasets[name].name
    if name in analysis.growth:
        yield Explanation(f"{title}: growth", analysis.growth[name].arithmetic)
    for item in analysis.reliability.durabilities:
        if item.dataset == name:
            yield Explanation(f"{title}: durability", item.arithmetic)
            if item.recovery is not None:
                yield Explanation(f"{title}: recovery point", item.recovery)
