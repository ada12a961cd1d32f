"""What commands are given: scenarios and designs, by id, by file, from standard input or in notation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer.errors import quote

if TYPE_CHECKING:
    from designer.catalog.model import Catalog
    from designer.design.model import Design
    from designer.export.design_file import DesignFile
    from designer.scenario.model import Scenario

MOST_INPUT = 1_000_000
"""Most bytes read from standard input: a design file may be no larger."""

FILE_SUFFIXES = (".yaml", ".yml", ".json")

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Id of a shipped scenario, or the path of a scenario file.")
]
DesignArgument = Annotated[
    str,
    typer.Argument(
        metavar="DESIGN", help="Path of a design file, - for standard input, or notation in quotes."
    ),
]


def read_catalog() -> Catalog:
    """The components that can be placed."""
    from designer.catalog.loader import load

    return load()


def read_scenario(reference: str) -> Scenario:
    """A shipped scenario by its id, or one from a file. Raises ScenarioError."""
    from designer.errors import ScenarioError
    from designer.scenario.loader import load_scenario, refuse_setting

    scenario = load_scenario(reference)
    if any(setting.parameters for setting in scenario.rules.values()):
        from designer.rules.ruleset import ruleset_of

        try:
            ruleset_of(scenario)
        except ScenarioError as error:
            refuse_setting(reference, scenario, error)
    return scenario


def read_design(reference: str) -> Design:
    """A design from standard input, a file, or notation, whichever the words are. Raises DesignError."""
    from designer.design.files import load_design, parse_design
    from designer.design.notation import parse_notation
    from designer.errors import DesignError, NotationError

    known = read_catalog()
    if reference == "-":
        if sys.stdin is None:
            raise DesignError("there is no standard input to read a design from")
        return parse_design(sys.stdin.buffer.read(MOST_INPUT + 1), "<stdin>", known)
    if _is_path(reference):
        return load_design(Path(reference), known)
    try:
        return parse_notation(reference, known)
    except NotationError as error:
        if ">" in reference:
            raise
        message = f"{quote(reference)} is neither a file nor a design in notation: {error.message}"
        raise DesignError(message, suggestion=error.suggestion) from None


def read_design_file(reference: str) -> DesignFile | None:
    """The design file with its text, or None for what is no path. Raises DesignError."""
    from designer.export.design_file import read_file

    return read_file(Path(reference), read_catalog()) if reference != "-" and _is_path(reference) else None


def _is_path(reference: str) -> bool:
    if not reference or ("\n" in reference and ">" in reference):
        return False
    if reference.endswith(FILE_SUFFIXES) and ">" not in reference:
        return True
    try:
        return Path(reference).exists()
    except (OSError, ValueError):
        return False
