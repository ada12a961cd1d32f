"""What commands are given: scenarios by id or file; designs by file, in notation, by link, from standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer.errors import escape, quote

if TYPE_CHECKING:
    from designer.catalog.model import Catalog
    from designer.design.model import Design
    from designer.export.design_file import DesignFile
    from designer.importing.model import Imported
    from designer.scenario.model import Scenario

MOST_INPUT = 1_000_000
"""Most bytes read from standard input: a design file may be no larger."""

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Id of a shipped scenario, or the path of a scenario file.")
]
DesignArgument = Annotated[
    str,
    typer.Argument(
        metavar="DESIGN",
        help="Path of a design or of a file to import, - for standard input, notation, or a link.",
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
    """A design from standard input, a file, notation or a link, whichever the words are. Raises DesignError.

    How much had to be guessed is told on standard error.
    """
    imported = import_design(reference)
    if count := len(imported.guesses):
        things = "1 thing was" if count == 1 else f"{count:,} things were"
        words = f"{things} guessed in {escape(reference)}; designer import tells what"
        print(f"designer: {words}", file=sys.stderr)
    return imported.design


def import_design(reference: str, form: str | None = None) -> Imported:
    """As read_design, with what was guessed; `form` is the name of a format, where it is not to be found out.

    Raises DesignError.
    """
    from designer.design.links import find_word
    from designer.documents import read_bytes
    from designer.errors import DesignError
    from designer.importing.formats import link
    from designer.importing.library import read_design as read

    known = read_catalog()
    if reference == "-":
        if sys.stdin is None:
            raise DesignError("there is no standard input to read a design from")
        return read(sys.stdin.buffer.read(MOST_INPUT + 1), "<stdin>", known, form=form)
    if is_path(reference):
        return read(read_bytes(Path(reference), error=DesignError), reference, known, form=form)
    if find_word(reference) is not None:
        return link.read(reference, "link", known)
    return _read_notation(reference, known)


def _read_notation(reference: str, known: Catalog) -> Imported:
    from designer.errors import DesignError, NotationError
    from designer.importing.formats import notation

    try:
        return notation.read(reference, notation.NAME, known)
    except NotationError as error:
        if ">" in reference:
            raise
        message = f"{quote(reference)} is neither a file nor a design in notation: {error.message}"
        raise DesignError(message, suggestion=error.suggestion) from None


def read_design_file(reference: str) -> DesignFile | None:
    """The design file with its text, or None for what is no path or no design file. Raises DesignError."""
    from designer.documents import admit, read_bytes
    from designer.errors import DesignError
    from designer.export.design_file import read_file
    from designer.importing.formats import design
    from designer.importing.library import choose_format

    if reference == "-" or not is_path(reference):
        return None
    text = admit(read_bytes(Path(reference), error=DesignError), reference, error=DesignError)
    if choose_format(text, reference).name != design.NAME:
        return None
    return read_file(Path(reference), read_catalog())


def is_path(reference: str) -> bool:
    """Whether the words name a file, or end like the name of one."""
    from designer.importing.library import extensions

    if not reference or ("\n" in reference and ">" in reference):
        return False
    if reference.casefold().endswith(extensions()) and ">" not in reference:
        return True
    try:
        return Path(reference).exists()
    except (OSError, ValueError):
        return False
