"""What a schema cannot say of a scenario: names that refer to nothing, fields that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from designer.catalog.model import Catalog
from designer.documents.document import Place
from designer.errors import ScenarioError, quote, suggest
from designer.scenario.estimates import NEEDS, unit_size
from designer.scenario.model import EstimateCheck, Scenario, Touch, Workload
from designer.scenario.samples import sample_designs

_RULES = Path(__file__).parents[1] / "rules"

_EITHER = "either rate, or users and actions_per_day"


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction, and the way to where it stands in the file (to its key, if `at_key`)."""

    place: Place
    message: str
    expected: str | None = None
    suggestion: str | None = None
    at_key: bool = False


def find_faults(scenario: Scenario, catalog: Catalog, *, thorough: bool = False) -> Iterator[Fault]:
    """The faults in the order of the schema. `thorough` also reads the whole catalogue, for capabilities."""
    for name, workload in scenario.workloads.items():
        yield from _workload_faults(("workloads", name), workload, scenario)
        if thorough:
            yield from _capability_faults(("workloads", name), workload, scenario, catalog)
    yield from _requirement_faults(scenario)
    yield from _estimate_faults(scenario)
    for index, curveball in enumerate(scenario.curveballs):
        yield from _unknown_requirements(("curveballs", index, "holds"), curveball.holds, scenario)
    for place, sample in sample_designs(scenario):
        yield from _unknown_requirements((*place, "misses"), sample.misses, scenario)
    for index, lesson in enumerate(scenario.lessons):
        place = ("lessons", index)
        yield from _unknown((*place, "breaks"), "requirement", lesson.breaks, scenario.requirements)
        yield from _unknown_component((*place, "component"), lesson.component, catalog)
    for name in scenario.catalog:
        yield from _unknown_component(("catalog", name), name, catalog, at_key=True)
    yield from _rule_faults(scenario)


def _rule_faults(scenario: Scenario) -> Iterator[Fault]:
    for name in scenario.rules:
        yield from _unknown_rule(("rules", name), name)
    for place, sample in sample_designs(scenario):
        for name in sample.accepts:
            yield from _unknown_rule((*place, "accepts", name), name)


def _unknown_rule(place: Place, word: str) -> Iterator[Fault]:
    if word not in _rule_ids():
        yield Fault(place, f"there is no rule {quote(word)}", None, suggest(word, _rule_ids()), at_key=True)


@cache
def _rule_ids() -> frozenset[str]:
    """A rule's path is its id, so that what rules there are is known without knowing any of them."""
    return frozenset(
        f"{path.parent.name}.{path.stem.replace('_', '-')}"
        for path in _RULES.glob("*/*.py")
        if path.stem != "__init__"
    )


def _unknown(place: Place, kind: str, word: str | None, known: Iterable[str]) -> Iterator[Fault]:
    """A fault if the scenario has no such part; None refers to nothing and is none."""
    names = list(known)
    if word is not None and word not in names:
        expected = f"one of {', '.join(names)}" if names else f"a {kind} to be declared first"
        yield Fault(
            place, f"there is no {kind} {quote(word)} in this scenario", expected, suggest(word, names)
        )


def _unknown_requirements(place: Place, words: Iterable[str], scenario: Scenario) -> Iterator[Fault]:
    for position, word in enumerate(words):
        yield from _unknown((*place, position), "requirement", word, scenario.requirements)


def _unknown_component(place: Place, word: str, catalog: Catalog, *, at_key: bool = False) -> Iterator[Fault]:
    if word not in catalog:
        yield Fault(place, f"there is no component {quote(word)}", None, suggest(word, catalog), at_key)


def _workload_faults(place: Place, workload: Workload, scenario: Scenario) -> Iterator[Fault]:
    rate, users, actions = workload.rate, workload.users, workload.actions_per_day
    if rate is not None and (users is not None or actions is not None):
        other = "users" if users is not None else "actions_per_day"
        yield Fault((*place, other), "this workload states its rate already", _EITHER, at_key=True)
    elif rate is None and (users is None or actions is None):
        lacking = "users" if actions is not None else "rate" if users is None else "actions_per_day"
        yield Fault(place, f"{lacking} is missing", _EITHER, at_key=True)
    for index, touch in enumerate(workload.touches):
        yield from _touch_faults((*place, "touches", index), touch, scenario)


def _touch_faults(place: Place, touch: Touch, scenario: Scenario) -> Iterator[Fault]:
    if (touch.dataset is None) == (touch.capability is None):
        found = "neither" if touch.dataset is None else "both"
        yield Fault(place, f"this touch names {found}", "either a dataset or a capability")
        return
    yield from _unknown((*place, "dataset"), "dataset", touch.dataset, scenario.datasets)
    for name in ("prompt_tokens", "output_tokens"):
        if touch.dataset is not None and getattr(touch, name):
            yield Fault(
                (*place, name), "a dataset has no tokens", f"{name} only of a capability", at_key=True
            )


def _capability_faults(
    place: Place, workload: Workload, scenario: Scenario, catalog: Catalog
) -> Iterator[Fault]:
    provided = sorted({offer for component in catalog.values() for offer in component.provides})
    for index, touch in enumerate(workload.touches):
        if touch.capability is not None and touch.capability not in provided:
            yield Fault(
                (*place, "touches", index, "capability"),
                f"no component provides {quote(touch.capability)}",
                f"one of {', '.join(provided)}",
                suggest(touch.capability, provided),
            )


def _requirement_faults(scenario: Scenario) -> Iterator[Fault]:
    for name, requirement in scenario.requirements.items():
        place = ("requirements", name)
        workload = getattr(requirement, "workload", None)
        dataset = getattr(requirement, "dataset", None)
        yield from _unknown((*place, "workload"), "workload", workload, scenario.workloads)
        yield from _unknown((*place, "dataset"), "dataset", dataset, scenario.datasets)


def _estimate_faults(scenario: Scenario) -> Iterator[Fault]:
    for index, estimate in enumerate(scenario.estimates):
        if estimate.check is None:
            continue
        place = ("estimates", index)
        yield from _check_faults((*place, "check"), estimate.check, scenario)
        try:
            unit_size(estimate)
        except ScenarioError as error:
            yield Fault((*place, "unit"), error.message, error.expected)


def _check_faults(place: Place, check: EstimateCheck, scenario: Scenario) -> Iterator[Fault]:
    needed = NEEDS[check.figure]
    for name in ("workload", "dataset", "horizon"):
        given = getattr(check, name) is not None
        if given and name not in needed:
            yield Fault(
                (*place, name),
                f"{check.figure.value} has no {name}",
                f"only {' and '.join(needed)}",
                at_key=True,
            )
        elif not given and name in needed:
            yield Fault(place, f"{check.figure.value} needs a {name}", at_key=True)
    yield from _unknown((*place, "workload"), "workload", check.workload, scenario.workloads)
    yield from _unknown((*place, "dataset"), "dataset", check.dataset, scenario.datasets)
