"""Case files: read with positions, checked against the model, and what their words refer to looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from designer.catalog.environment import Environment
from designer.catalog.loader import load
from designer.catalog.model import Catalog, Component
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.documents import Document, fail, load_file, validate
from designer.documents.document import Place
from designer.errors import DesignError, quote, suggest
from designer.fidelity.case import Case, CaseError, Claim, Measure, OfDesign
from designer.scenario.consistency import find_faults
from designer.scenario.model import Scenario, Workload

SUFFIX = ".yaml"
CAPACITY = "capacity_of_"
"""Before the name of a workload: the requirement that makes the engine say how much of it is carried."""

_LONGEST_NAME = 40 - len(CAPACITY)
"""Names have at most 40 characters, and that requirement has one."""

_STORY = {
    "name": "A published case",
    "difficulty": "core",
    "summary": "A published case.",
    "story": "A published case.",
}
"""What a scenario has for people, and a case has elsewhere or not at all."""


@dataclass(frozen=True, slots=True)
class Rig:
    """One set-up made ready: its scenario, with its own rates, and its design."""

    scenario: Scenario
    design: Design


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A case with everything the engine needs."""

    case: Case
    document: Document
    scenario: Scenario | None
    catalog: Catalog
    rigs: Mapping[str, Rig]


def load_cases(folder: Path) -> tuple[LoadedCase, ...]:
    """The cases of a folder, by file name. Raises CaseError for a folder without any, or a file that is none."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as problem:
        message = f"the folder {quote(str(folder))} cannot be read ({problem.strerror})"
        raise CaseError(message, expected="a folder with one YAML file per case") from None
    if not paths:
        raise CaseError(f"there is no case in {quote(str(folder))}", expected=f"files that end with {SUFFIX}")
    return tuple(_load(path) for path in paths)


def _load(path: Path) -> LoadedCase:
    document = load_file(path, error=CaseError)
    case = validate(Case, document, error=CaseError, extra={"id": path.stem})
    catalog: Catalog = load()
    if case.distances:
        catalog = _Elsewhere(catalog, dict(case.distances.items()))
    scenario = None if case.scenario is None else _scenario(document, case, catalog)
    rigs = {name: _rig(document, case, name, scenario, catalog) for name in case.setups}
    for place, measure in _measures(case):
        _check_names(document, place, measure, scenario, rigs)
    return LoadedCase(case, document, scenario, catalog, rigs)


class _Elsewhere(Catalog):
    """A catalogue whose environment has some distances in the place of others."""

    def __init__(self, base: Catalog, distances: Mapping[str, str]) -> None:
        self._base = base
        swapped = {name: getattr(base.environment, other) for name, other in distances.items()}
        self._environment = base.environment.model_copy(update=swapped)

    def __getitem__(self, key: str) -> Component:
        return self._base[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)

    @property
    def environment(self) -> Environment:
        """The facts of the world around the components, as the case states them."""
        return self._environment


def _scenario(document: Document, case: Case, catalog: Catalog) -> Scenario:
    """The scenario of a case; what is wrong with it is shown in the case's own file."""
    inner = dict(case.scenario or {})
    workloads = inner.get("workloads")
    names = [name for name in workloads if isinstance(name, str)] if isinstance(workloads, dict) else []
    for name in names:
        if len(name) > _LONGEST_NAME:
            message = f"the name of this workload is longer than {_LONGEST_NAME} characters"
            fail(document, ("scenario", "workloads", name), message, error=CaseError, key=True)
    asked = {f"{CAPACITY}{name}": {"kind": "throughput", "workload": name} for name in names}
    stated = inner.get("requirements")
    inner["requirements"] = {**asked, **(stated if isinstance(stated, dict) else {})}
    part = Document(
        document.name,
        document.text,
        inner,
        {place[1:]: spot for place, spot in document.positions.items() if place[:1] == ("scenario",)},
        {place[1:]: spot for place, spot in document.key_positions.items() if place[:1] == ("scenario",)},
    )
    scenario = validate(Scenario, part, error=CaseError, extra={"id": case.id, **_STORY})
    for fault in find_faults(scenario, catalog):
        fail(
            part,
            fault.place,
            fault.message,
            error=CaseError,
            expected=fault.expected,
            suggestion=fault.suggestion,
            key=fault.at_key,
        )
    return scenario


def _rig(document: Document, case: Case, name: str, scenario: Scenario | None, catalog: Catalog) -> Rig:
    setup, place = case.setups[name], ("setups", name)
    if scenario is None:
        fail(document, place, "a set-up needs a scenario beside it", error=CaseError, key=True)
    for number, word in enumerate(setup.workloads):
        _require(document, (*place, "workloads", number), "workload", word, scenario.workloads)
    for word in setup.rates:
        _require(document, (*place, "rates", word), "workload", word, scenario.workloads)
    kept = setup.workloads or tuple(scenario.workloads)
    workloads = {word: _at(scenario.workloads[word], setup.rates.get(word)) for word in kept}
    requirements = {
        word: item
        for word, item in scenario.requirements.items()
        if getattr(item, "workload", None) in {None, *kept}
    }
    try:
        design = parse_notation(setup.design, catalog, name=name)
    except DesignError as error:
        fail(
            document,
            (*place, "design"),
            f"this design cannot be read: {error.message}",
            error=CaseError,
            expected=error.expected,
            suggestion=error.suggestion,
        )
    return Rig(
        scenario.model_copy(update={"workloads": workloads, "requirements": requirements}),
        design.model_copy(update={"scenario": scenario.id}),
    )


def _at(workload: Workload, rate: float | None) -> Workload:
    return workload if rate is None else workload.model_copy(update={"rate": rate})


def _measures(case: Case) -> Iterator[tuple[Place, Measure]]:
    groups: tuple[tuple[str, Sequence[Claim]], ...] = (("expects", case.expects), ("errata", case.errata))
    for field, items in groups:
        for number, item in enumerate(items):
            if isinstance(item.ask, Measure):
                yield (field, number, "ask"), item.ask


def _check_names(
    document: Document,
    place: Place,
    measure: Measure,
    scenario: Scenario | None,
    rigs: Mapping[str, Rig],
) -> None:
    """That every name a measure uses is there."""
    if scenario is None:
        fail(document, place, "this measure needs a scenario in the case", error=CaseError)
    nodes: Iterable[str] = ()
    if isinstance(measure, OfDesign):
        if measure.setup is None and len(rigs) != 1:
            expected = f"setup: one of {', '.join(rigs)}" if rigs else "a set-up in the case"
            fail(
                document,
                place,
                "this measure does not say of which set-up",
                error=CaseError,
                expected=expected,
            )
        name = measure.setup or next(iter(rigs))
        _require(document, (*place, "setup"), "set-up", name, rigs)
        nodes = [node.id for node in rigs[name].design.nodes]
    known: Mapping[str, tuple[str, Iterable[str]]] = {
        "workload": ("workload", scenario.workloads),
        "over_workload": ("workload", scenario.workloads),
        "dataset": ("dataset", scenario.datasets),
        "over_setup": ("set-up", rigs),
        "node": ("node", nodes),
        "cache": ("node", nodes),
    }
    for field, (kind, words) in known.items():
        word = getattr(measure, field, None)
        if word is not None:
            _require(document, (*place, field), kind, word, words)


def _require(document: Document, place: Place, kind: str, word: str, known: Iterable[str]) -> None:
    names = list(known)
    if word not in names:
        fail(
            document,
            place,
            f"there is no {kind} {quote(word)} here",
            error=CaseError,
            expected=f"one of {', '.join(names)}" if names else None,
            suggestion=suggest(word, names),
        )
