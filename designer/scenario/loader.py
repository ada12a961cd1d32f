"""Scenario files: found by id or by path, checked against the schema and for what a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.files import design_from_data
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.documents import Document, fail, load_file, load_text, validate
from designer.errors import DesignerError, ScenarioError, suggest
from designer.scenario.model import SampleDesign, Scenario

FOLDER = Path(__file__).parents[2] / "scenarios"
"""Where the shipped exercises are."""

SUFFIXES = (".yaml", ".yml", ".json")

Place = tuple[str | int, ...]


def scenario_ids() -> tuple[str, ...]:
    """Ids of the shipped scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_scenario(reference: str | Path, catalog: Catalog | None = None) -> Scenario:
    """The scenario of that id, or at that path. Raises ScenarioError with file, line and column."""
    text = str(reference)
    if isinstance(reference, Path) or text.endswith(SUFFIXES) or "/" in text:
        return _read(Path(reference), catalog or load())
    if text not in scenario_ids():
        raise ScenarioError(
            f"there is no scenario {text!r}",
            expected=f"one of {', '.join(scenario_ids())}, or the path of a scenario file",
            suggestion=suggest(text, scenario_ids()),
        )
    return _shipped(text) if catalog is None else _read(FOLDER / f"{text}.yaml", catalog)


@lru_cache(maxsize=64)
def _shipped(name: str) -> Scenario:
    return _read(FOLDER / f"{name}.yaml", load())


def _read(path: Path, catalog: Catalog) -> Scenario:
    return _check(load_file(path, error=ScenarioError), path.name.split(".")[0], catalog)


def parse_scenario(text: str | bytes, name: str, catalog: Catalog | None = None) -> Scenario:
    """The scenario written in `text`; `name` is its id and stands for the file in errors."""
    return _check(load_text(text, name, error=ScenarioError), name.split(".")[0], catalog or load())


def _check(document: Document, name: str, catalog: Catalog) -> Scenario:
    scenario = validate(Scenario, document, error=ScenarioError, extra={"id": name})
    for path, message, near in _faults(scenario, catalog):
        fail(document, path, message, error=ScenarioError, suggestion=near)
    for place, sample in sample_designs(scenario):
        try:
            build_design(sample, scenario, catalog)
        except DesignerError as error:
            fail(document, (*place, "design"), f"this design cannot be read: {error.headline}", error=ScenarioError)
    return scenario


def sample_designs(scenario: Scenario) -> Iterator[tuple[Place, SampleDesign]]:
    """Every design the scenario ships, with its place in the file."""
    if scenario.starter is not None:
        yield ("starter",), scenario.starter
    for index, sample in enumerate(scenario.references):
        yield ("references", index), sample
    if scenario.naive is not None:
        yield ("naive",), scenario.naive


def build_design(sample: SampleDesign, scenario: Scenario, catalog: Catalog) -> Design:
    """The sample as a Design that belongs to the scenario. Raises DesignError."""
    if isinstance(sample.design, str):
        design = parse_notation(sample.design, catalog, name=sample.name)
    else:
        design = design_from_data(sample.design, catalog)
    return design.model_copy(update={"name": sample.name, "scenario": scenario.id})


def _unknown(path: Place, kind: str, word: str, known: Iterable[str]) -> tuple[Place, str, str | None]:
    names = list(known)
    listed = f": it has {', '.join(names)}" if names else ": it has none"
    return path, f"there is no {kind} {word!r} in this scenario{listed}", suggest(word, names)


Fault = tuple[Place, str, str | None]


def _faults(scenario: Scenario, catalog: Catalog) -> Iterator[Fault]:
    """What refers to nothing or contradicts itself, in the order of the schema."""
    yield from _workload_faults(scenario, catalog)
    yield from _requirement_faults(scenario)
    for index, curveball in enumerate(scenario.curveballs):
        for position, name in enumerate(curveball.holds):
            if name not in scenario.requirements:
                yield _unknown(("curveballs", index, "holds", position), "requirement", name, scenario.requirements)
    for place, sample in sample_designs(scenario):
        for position, name in enumerate(sample.misses):
            if name not in scenario.requirements:
                yield _unknown((*place, "misses", position), "requirement", name, scenario.requirements)
    for index, lesson in enumerate(scenario.lessons):
        if lesson.breaks not in scenario.requirements:
            yield _unknown(("lessons", index, "breaks"), "requirement", lesson.breaks, scenario.requirements)
        if lesson.component not in catalog:
            near = suggest(lesson.component, catalog)
            yield ("lessons", index, "component"), f"there is no component {lesson.component!r}", near
    yield from _component_faults(scenario, catalog)


def _workload_faults(scenario: Scenario, catalog: Catalog) -> Iterator[Fault]:
    for name, workload in scenario.workloads.items():
        stated, counted = workload.rate is not None, workload.users is not None
        if stated == counted or (workload.actions_per_day is not None) != counted:
            yield (
                ("workloads", name),
                "a workload states either its rate, or its users and their actions per day",
                None,
            )
        for index, touch in enumerate(workload.touches):
            place: Place = ("workloads", name, "touches", index)
            if (touch.dataset is None) == (touch.capability is None):
                yield place, "a touch names either a dataset or a capability", None
            elif touch.dataset is not None and touch.dataset not in scenario.datasets:
                yield _unknown((*place, "dataset"), "dataset", touch.dataset, scenario.datasets)
            elif touch.capability is not None and not _is_provided(touch.capability, catalog):
                provided = sorted({offer for item in catalog.values() for offer in item.provides})
                message = f"no component provides {touch.capability!r}: known are {', '.join(provided)}"
                yield (*place, "capability"), message, suggest(touch.capability, provided)


def _is_provided(capability: str, catalog: Catalog) -> bool:
    return any(capability in component.provides for component in catalog.values())


def _requirement_faults(scenario: Scenario) -> Iterator[Fault]:
    for name, requirement in scenario.requirements.items():
        workload = getattr(requirement, "workload", None)
        dataset = getattr(requirement, "dataset", None)
        if workload is not None and workload not in scenario.workloads:
            yield _unknown(("requirements", name, "workload"), "workload", workload, scenario.workloads)
        if dataset is not None and dataset not in scenario.datasets:
            yield _unknown(("requirements", name, "dataset"), "dataset", dataset, scenario.datasets)


def _component_faults(scenario: Scenario, catalog: Catalog) -> Iterator[Fault]:
    for name in scenario.catalog:
        if name not in catalog:
            yield ("catalog", name), f"there is no component {name!r}", suggest(name, catalog)


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for editors. The id is not written in the file: it is the file's name."""
    schema = Scenario.model_json_schema()
    schema["properties"].pop("id")
    schema["required"] = [name for name in schema["required"] if name != "id"]
    schema["properties"]["$schema"] = {"type": "string"}
    return schema
