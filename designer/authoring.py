"""Proofs that a scenario teaches what it should: its references pass, its naive design fails for the stated reason.

Everything here is computed by the same engine that judges learners, so a scenario that proves itself today is
noticed when a figure of the catalogue changes under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from designer.analysis import State, Verdict, analyze, scale_traffic
from designer.catalog.model import FIGURE_DIMENSIONS, Catalog
from designer.design.edit import RemoveNode, SetNode, apply
from designer.design.figures import figure_of
from designer.design.model import Design
from designer.errors import DesignerError, ScenarioError
from designer.report import Report, review
from designer.rules.ruleset import ruleset_of
from designer.scenario.curveballs import strike, struck_words
from designer.scenario.estimates import expected, stated
from designer.scenario.loader import build_design, sample_designs
from designer.scenario.model import Lesson, SampleDesign, Scenario

BIGGER = 8.0
"""How much larger "a bigger box" is: from 16 to 128 vCPU, about the largest step a provider offers."""

LARGER_FIGURES = (
    "read_rate",
    "write_rate",
    "servers",
    "connections",
    "bandwidth",
    "memory",
    "disk",
    "partition_rate",
    "prompt_rate",
    "token_rate",
)
"""What grows with a machine. What fails, and how often, does not."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim about a scenario, whether it holds, and what was found where it does not (or what was measured)."""

    claim: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Trial:
    """One sample design, built, and what the scenario's requirements say of it."""

    sample: SampleDesign
    design: Design
    verdicts: tuple[Verdict, ...]


def check_scenario(scenario: Scenario, catalog: Catalog) -> tuple[Proof, ...]:
    """Everything that must hold of a scenario, in the order an author would look at it."""
    unusable = [
        proof for proof in (*_readable(scenario, catalog), _rules_can_be_set(scenario)) if not proof.holds
    ]
    if unusable:
        return tuple(unusable)
    references = [_try(sample, scenario, catalog) for sample in scenario.references]
    return (
        *_complete(scenario),
        *_sourced(scenario),
        *_estimates(scenario),
        _rules_can_be_set(scenario),
        *_references_pass(references, scenario, catalog),
        _references_differ(references),
        *_naive_fails(scenario, catalog),
        _nothing_fails(scenario, catalog),
        *_starter_teaches(scenario, catalog),
        *_lessons_bear(references, scenario, catalog),
        *_curveballs_hold(references, scenario, catalog),
        *_accepts_are_needed(scenario, catalog),
    )


def _readable(scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    for _, sample in sample_designs(scenario):
        try:
            build_design(sample, scenario, catalog)
        except DesignerError as error:
            yield Proof(f"the design {sample.name!r} can be read", False, error.headline)


def _rules_can_be_set(scenario: Scenario) -> Proof:
    claim = "every rule can be asked as the scenario sets it"
    try:
        ruleset_of(scenario)
    except ScenarioError as error:
        return Proof(claim, False, f"{error.field}: {error.headline}")
    return Proof(claim, True)


def _try(sample: SampleDesign, scenario: Scenario, catalog: Catalog) -> _Trial:
    design = build_design(sample, scenario, catalog)
    return _Trial(sample, design, _judge(scenario, design, catalog))


def _judge(scenario: Scenario, design: Design, catalog: Catalog) -> tuple[Verdict, ...]:
    return analyze(scenario, design, catalog, headroom=False).verdicts


def _complete(scenario: Scenario) -> Iterator[Proof]:
    parts = {
        "two reference designs or more": len(scenario.references) >= 2,
        "a naive design": scenario.naive is not None,
        "a starter": scenario.starter is not None,
        "lessons": bool(scenario.lessons),
        "clarifying questions": bool(scenario.clarifications),
        "estimation questions": bool(scenario.estimates),
        "stages": bool(scenario.stages),
        "hints": bool(scenario.hints),
        "curveballs": bool(scenario.curveballs),
    }
    missing = [name for name, there in parts.items() if not there]
    yield Proof("the scenario has all its parts", not missing, _lacking(missing))
    minutes = sum(stage.minutes for stage in scenario.stages)
    detail = f"the stages take {minutes:g} minutes, the scenario {scenario.minutes}"
    yield Proof("the stages fill the time", minutes == scenario.minutes, detail)
    touched = {touch.dataset for workload in scenario.workloads.values() for touch in workload.touches}
    idle = [name for name in scenario.datasets if name not in touched]
    yield Proof("every dataset is touched by a workload", not idle, _listed(idle))
    asked = {getattr(requirement, "workload", None) for requirement in scenario.requirements.values()}
    free = [name for name in scenario.workloads if name not in asked]
    yield Proof("every workload is under a requirement", not free, _listed(free))
    yield _freshness_means_something(scenario)


def _freshness_means_something(scenario: Scenario) -> Proof:
    prompt = [
        name
        for name, requirement in scenario.requirements.items()
        if requirement.kind == "freshness"
        and not any(touch.deferred for touch in scenario.workloads[requirement.workload].touches)
    ]
    return Proof("every freshness requirement is about deferred work", not prompt, _listed(prompt))


def _sourced(scenario: Scenario) -> Iterator[Proof]:
    for kind in ("datasets", "workloads", "requirements"):
        silent = [name for name, part in getattr(scenario, kind).items() if part.source is None]
        yield Proof(f"the {kind} say where their numbers come from", not silent, _listed(silent))


def _estimates(scenario: Scenario) -> Iterator[Proof]:
    for estimate in scenario.estimates:
        if estimate.check is None:
            continue
        here, there = stated(estimate), expected(estimate.check, scenario)
        off = abs(here - there) / there if there else 0.0 if here == there else 1.0
        claim = f"the answer to {estimate.question!r} follows from the scenario's numbers"
        detail = f"{here:g} is stated, {there:g} comes out, in base units"
        yield Proof(claim, off <= estimate.tolerance, detail)


def _references_pass(references: Sequence[_Trial], scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    """They meet everything, and no rule finds a fault in them that they do not accept."""
    for trial in references:
        report = _review(trial.design, scenario, catalog)
        told = [_tell(verdict) for verdict in _not_met(report.verdicts)]
        yield Proof(f"the reference {trial.sample.name!r} passes", not told, "; ".join(told))
        found = [f"{finding.rule}: {finding.message}" for finding in report.findings]
        claim = f"no rule finds a fault in {trial.sample.name!r} that it does not accept"
        yield Proof(claim, not found, "; ".join(found))


def _review(design: Design, scenario: Scenario, catalog: Catalog) -> Report:
    return review(scenario, design, catalog, headroom=False, ranked=False)


def _references_differ(references: Sequence[_Trial]) -> Proof:
    alike = [
        f"{one.sample.name} and {other.sample.name}"
        for one, other in combinations(references, 2)
        if _components(one.design) == _components(other.design)
    ]
    return Proof("the references pass in different ways", not alike, _listed(alike))


def _components(design: Design) -> frozenset[str]:
    return frozenset(node.component for node in design.nodes)


def _naive_fails(scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    if scenario.naive is None:
        return
    trial = _try(scenario.naive, scenario, catalog)
    missed = {verdict.requirement for verdict in _not_met(trial.verdicts)}
    named = set(trial.sample.misses)
    yield Proof("the naive design misses what it is said to miss", named <= missed, _listed(named - missed))
    more = [_tell(verdict) for verdict in _not_met(trial.verdicts) if verdict.requirement not in named]
    yield Proof("the naive design misses nothing else", not more, "; ".join(more))
    bigger = _enlarge(trial.design, catalog.overridden(scenario.catalog))
    still = _not_met(_judge(scenario, bigger, catalog))
    claim = f"machines {BIGGER:g} times as large do not save the naive design"
    yield Proof(claim, bool(still), _listed(verdict.requirement for verdict in still))


def _enlarge(design: Design, catalog: Catalog) -> Design:
    """Every machine replaced by a larger one; their number and the drawing stay."""
    changes = [
        SetNode(node=node.id, field=f"figures.{name}", value=value * BIGGER)
        for node in design.nodes
        for name in LARGER_FIGURES
        if name in FIGURE_DIMENSIONS and (value := figure_of(node, catalog[node.component], name)) is not None
    ]
    return apply(design, changes, catalog)


def _nothing_fails(scenario: Scenario, catalog: Catalog) -> Proof:
    verdicts = _judge(scenario, Design(name="Empty"), catalog)
    met = [verdict.requirement for verdict in verdicts if verdict.state is State.MET]
    return Proof("an empty board meets nothing", not met, _listed(met))


def _starter_teaches(scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    if scenario.starter is None:
        return
    missed = _not_met(_try(scenario.starter, scenario, catalog).verdicts)
    detail = "; ".join(_tell(verdict) for verdict in missed) or "it misses nothing"
    yield Proof("the starter misses one requirement, or two", 1 <= len(missed) <= 2, detail)
    if scenario.starter.misses:
        named = set(scenario.starter.misses)
        found = {verdict.requirement for verdict in missed}
        yield Proof("the starter misses what it is said to miss", named == found, _listed(named ^ found))


def _lessons_bear(references: Sequence[_Trial], scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    for lesson in scenario.lessons:
        having = [trial for trial in references if lesson.component in _components(trial.design)]
        held = [
            trial.sample.name for trial in having if _holds_without(lesson, trial.design, scenario, catalog)
        ]
        claim = f"without its {lesson.component} no reference meets {lesson.breaks}"
        detail = f"{_listed(held)} still does" if held else "" if having else "no reference has one"
        yield Proof(claim, bool(having) and not held, detail)


def _holds_without(lesson: Lesson, design: Design, scenario: Scenario, catalog: Catalog) -> bool:
    """Whether the requirement is met when the part is gone and its callers call what it called."""
    changes = [
        RemoveNode(node=node.id, reconnect=True)
        for node in design.nodes
        if node.component == lesson.component
    ]
    verdicts = _judge(scenario, apply(design, changes, catalog), catalog)
    return any(item.requirement == lesson.breaks and item.state is State.MET for item in verdicts)


def _curveballs_hold(references: Sequence[_Trial], scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    for curveball in scenario.curveballs:
        known = {word for trial in references for word in struck_words(trial.design, catalog)}
        strange = [word for word in curveball.fails if word not in known]
        yield Proof(f"{curveball.name!r} strikes something that is there", not strange, _listed(strange))
        busier = scale_traffic(scenario, curveball.traffic)
        for trial in references:
            verdicts = _judge(busier, strike(trial.design, curveball.fails, catalog), catalog)
            broken = [verdict for verdict in _not_met(verdicts) if verdict.requirement in curveball.holds]
            claim = f"{trial.sample.name!r} withstands {curveball.name!r}"
            yield Proof(claim, not broken, "; ".join(_tell(verdict) for verdict in broken))


def _accepts_are_needed(scenario: Scenario, catalog: Catalog) -> Iterator[Proof]:
    """What a design accepts, or ignores, is found in it."""
    for _, sample in sample_designs(scenario):
        design = build_design(sample, scenario, catalog)
        if design.ignore:
            idle = _review(design, scenario, catalog).idle
            claim = f"every fault that {sample.name!r} accepts is found in it"
            yield Proof(claim, not idle, _listed(item.rule for item in idle))


def _not_met(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.state is not State.MET]


def _tell(verdict: Verdict) -> str:
    return f"{verdict.requirement} {verdict.state.value}: {verdict.reason}"


def _lacking(names: Sequence[str]) -> str:
    return f"it lacks {_listed(names)}" if names else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
