"""Scenario files: found by id or by path, checked against the schema and for what a schema cannot say.

Loading does not read the whole catalogue, which takes longer than everything else a scenario needs. What asks
for it is checked by `thorough=True`: capabilities that nothing provides, and the designs the scenario ships.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from designer.bounds import require_kind
from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.documents import Document, fail, load_file, load_text, validate
from designer.errors import ScenarioError, quote, suggest
from designer.scenario.consistency import find_faults
from designer.scenario.model import Scenario
from designer.scenario.samples import build_design, require_readable, sample_designs

__all__ = ["build_design", "json_schema", "load_scenario", "parse_scenario", "sample_designs", "scenario_ids"]

FOLDER = Path(__file__).parents[2] / "scenarios"
"""Where the shipped exercises are."""

SUFFIXES = (".yaml", ".yml", ".json")

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


def scenario_ids() -> tuple[str, ...]:
    """Ids of the shipped scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_scenario(
    reference: str | Path, catalog: Catalog | None = None, *, thorough: bool = False
) -> Scenario:
    """The scenario of that id, or at that path. Raises ScenarioError with file, line and column.

    `thorough` also checks what needs the whole catalogue: see the head of this module.
    """
    require_kind("reference", reference, (str, Path), "the id of a scenario, or the path of its file")
    if isinstance(reference, Path) or _is_path(reference):
        return _read(Path(reference), catalog, thorough)
    if reference not in scenario_ids():
        raise ScenarioError(
            f"there is no scenario {quote(reference)}",
            expected=f"one of {', '.join(scenario_ids())}, or the path of a scenario file",
            suggestion=suggest(reference, scenario_ids()),
        )
    if catalog is None and not thorough:
        return _shipped(reference)
    return _read(FOLDER / f"{reference}.yaml", catalog, thorough)


def refuse_setting(reference: str, scenario: Scenario, error: ScenarioError) -> NoReturn:
    """Raise the error about how a rule is set, with its place in the scenario's file.

    What parameters a rule has is known to the rules alone, so a wrong one is found only when they are asked.
    """
    for rule in scenario.rules:
        _, found, rest = (error.field or "").partition(f"rules.{rule}.")
        if found:
            path = Path(reference) if _is_path(reference) else FOLDER / f"{reference}.yaml"
            fail(
                load_file(path, error=ScenarioError),
                ("rules", rule, *rest.split(".")),
                error.message,
                error=ScenarioError,
                expected=error.expected,
                suggestion=error.suggestion,
                key=True,
            )
    raise error


def _is_path(reference: str) -> bool:
    return reference.endswith(SUFFIXES) or "/" in reference or "\\" in reference


@lru_cache(maxsize=64)
def _shipped(name: str) -> Scenario:
    return _read(FOLDER / f"{name}.yaml", None, thorough=False)


def _read(path: Path, catalog: Catalog | None, thorough: bool) -> Scenario:
    return _check(load_file(path, error=ScenarioError), path.name, catalog, thorough)


def parse_scenario(
    text: str | bytes, name: str, catalog: Catalog | None = None, *, thorough: bool = False
) -> Scenario:
    """The scenario written in `text`; `name` stands for the file in errors and, up to its first dot, is the id."""
    return _check(load_text(text, name, error=ScenarioError), name, catalog, thorough)


def _check(document: Document, file: str, catalog: Catalog | None, thorough: bool) -> Scenario:
    known = load() if catalog is None else catalog
    scenario = validate(Scenario, document, error=ScenarioError, extra={"id": _id_of(file)})
    for fault in find_faults(scenario, known, thorough=thorough):
        fail(
            document,
            fault.place,
            fault.message,
            error=ScenarioError,
            expected=fault.expected,
            suggestion=fault.suggestion,
            key=fault.at_key,
        )
    if thorough:
        for place, sample in sample_designs(scenario):
            require_readable(sample, place, document, scenario, known)
    return scenario


def _id_of(file: str) -> str:
    name = file.partition(".")[0]
    if not _ID.fullmatch(name):
        raise ScenarioError(
            f"the file {quote(file)} gives its scenario the id {quote(name)}, which cannot be one",
            expected="a file name of small letters, digits and _ that begins with a letter, such as url_shortener.yaml",
        )
    return name


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for editors. The id is not written in the file: it is the file's name."""
    schema = Scenario.model_json_schema()
    schema["properties"].pop("id")
    schema["required"] = [name for name in schema["required"] if name != "id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Scenario",
        "description": "An exercise of the whiteboard trainer.",
    }
