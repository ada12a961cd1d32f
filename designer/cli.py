"""The command line: gather, call, apply. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer import __version__
from designer.errors import DesignerError, escape, quote

if TYPE_CHECKING:
    from designer.catalog.model import Catalog
    from designer.design.model import Design
    from designer.report import Report
    from designer.scenario.model import Scenario

EXIT_MISSED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERNAL = 3
EXIT_INTERRUPTED = 130

MOST_INPUT = 1_000_000
"""Most bytes read from standard input: a design file may be no larger."""

MOST_ERRORS = 10
"""Problems of one file told at once."""

MOST_INTERNAL = 400
"""Longest part of an unexpected error repeated to the reader, in characters."""

TRACEBACK = "DESIGNER_TRACEBACK"
"""Environment variable: when it is set, an internal error shows where it came from."""

GARBAGE = 200_000
"""Objects made between two searches for garbage: a command lives too briefly to be worth many."""

FILE_SUFFIXES = (".yaml", ".yml", ".json")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
scenarios = typer.Typer(no_args_is_help=True, help="List scenarios, check them, print their schema.")
app.add_typer(scenarios, name="scenario")


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Theme(StrEnum):
    """The colours of a picture."""

    LIGHT = "light"
    DARK = "dark"


class Direction(StrEnum):
    """Which way requests flow in a picture."""

    AUTO = "auto"
    LEFT_TO_RIGHT = "LR"
    TOP_TO_BOTTOM = "TB"


ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Id of a shipped scenario, or the path of a scenario file.")
]
DesignArgument = Annotated[
    str,
    typer.Argument(
        metavar="DESIGN", help="Path of a design file, - for standard input, or notation in quotes."
    ),
]


def main() -> None:
    """Run the command line as a process of its own, and exit."""
    gc.set_threshold(GARBAGE)
    # Looking for plugins of pydantic means reading the records of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if hasattr(signal, "SIGPIPE"):
        # As for every other command, `designer ... | head` ends here without a word.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal or pipe that cannot show a sign gets its number instead of an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    code = run()
    gc.freeze()  # or the interpreter would look through everything once more, for nothing
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default the process's own, and give its exit code.

    What goes wrong is one clear message on standard error, never a traceback.
    """
    try:
        code = app(args=arguments, prog_name="designer", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _refuse_usage(error)
    except DesignerError as error:
        return _refuse(error)
    except (KeyboardInterrupt, typer.Abort):
        return EXIT_INTERRUPTED
    except OSError as error:
        _drop_output()
        _complain(f"{escape(str(error.filename or 'the output'))}: {error.strerror}")
        return EXIT_BAD_INPUT
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        _complain(
            escape(f"internal error, please report it: {type(error).__name__}: {error}"[:MOST_INTERNAL])
        )
        _complain(f"with {TRACEBACK}=1 in the environment it says where")
        return EXIT_INTERNAL


def _refuse_usage(error: typer.TyperException) -> int:
    message = error.format_message()
    if not message:  # a command without its arguments has shown its help
        return EXIT_BAD_INPUT
    words = escape(message.replace("Value error, ", "").rstrip("."))
    _complain(f"{words}; see designer --help")
    return EXIT_BAD_INPUT


def _refuse(error: DesignerError) -> int:
    """Tell the error and the others found with it, of which the first few are shown."""
    for item in (error, *error.others[: MOST_ERRORS - 1]):
        _complain(str(item))
    return EXIT_BAD_INPUT


def _complain(message: str) -> None:
    print(f"designer: {message}", file=sys.stderr)


def _drop_output() -> None:
    """Forget what cannot be written, or the interpreter would complain about it at the end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"designer {__version__}")
        raise typer.Exit


@app.callback()
def designer(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check an architecture against a scenario, with its arithmetic on show."""


@app.command()
def review(
    scenario: ScenarioArgument,
    design: DesignArgument,
    format: Annotated[Format, typer.Option(help="How the report is written.")] = Format.TEXT,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Show the arithmetic of a requirement, node, workload or dataset instead."
        ),
    ] = None,
) -> None:
    """Judge a design. Exit code 0 when it passes, 1 when not, 2 for bad input."""
    if explain is not None and format is not Format.TEXT:
        raise DesignerError(
            f"--explain writes text, not {format.value}: that has all arithmetic in it anyway"
        )
    report = _review(_read_scenario(scenario), _read_design(design))
    print(_write(report, format, explain), end="")
    if not report.passed:
        raise typer.Exit(EXIT_MISSED)


def _write(report: Report, format: Format, explain: str | None) -> str:
    if format is Format.JSON:
        from designer.export.report_json import write_json

        return write_json(report)
    if format is Format.MARKDOWN:
        from designer.export.report_markdown import write_markdown

        return write_markdown(report)
    from designer.export.report_text import write_text

    return write_text(report, color=_wants_color(), name=explain)


def _wants_color() -> bool:
    """On a terminal, unless NO_COLOR has any value but an empty one (https://no-color.org)."""
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@app.command()
def render(
    design: DesignArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File to write: .png, .svg or .dot.")
    ],
    scenario: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="Show the loads and findings under this scenario.")
    ] = None,
    theme: Annotated[Theme, typer.Option(help="Colours of the picture.")] = Theme.LIGHT,
    direction: Annotated[Direction, typer.Option(help="Which way requests flow.")] = Direction.AUTO,
) -> None:
    """Draw a design as a picture, and print the name of the file."""
    from designer.design.naming import name_nodes
    from designer.export.annotations import Annotations, Style
    from designer.export.picture import render_file

    drawn, annotations = _read_design(design), Annotations.empty
    if scenario is not None:
        from designer.export.marking import annotate

        annotations = annotate(_review(_read_scenario(scenario), drawn))
    # Notation has no title to put on a picture.
    title = drawn.name if "name" in drawn.model_fields_set else ""
    style = Style(theme=theme.value, direction=direction.value, title=title)
    named = name_nodes(drawn, _catalog())
    render_file(named, _catalog(), output, annotations=annotations, style=style)
    print(escape(str(output)))


@scenarios.command("list")
def list_scenarios() -> None:
    """List the shipped scenarios."""
    from designer.export.gallery import list_scenarios as write_list
    from designer.scenario.loader import load_scenario, scenario_ids

    print(write_list({name: load_scenario(name) for name in scenario_ids()}), end="")


@scenarios.command("check")
def check_scenarios(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO...", help="Ids of shipped scenarios, or paths of scenario files."),
    ],
) -> None:
    """Prove that scenarios teach what they should. Exit code 1 when a proof fails, 2 when a file cannot be used."""
    codes = {_check_scenario(path) for path in paths}
    if codes != {0}:
        raise typer.Exit(max(codes))


def _check_scenario(path: str) -> int:
    """Prove one scenario, and give the exit code for it; the others are still to be looked at."""
    from designer.authoring import check_scenario
    from designer.export.terminal import wrap

    try:
        proofs = check_scenario(_read_scenario(path), _catalog())
    except DesignerError as error:
        sys.stdout.flush()
        return _refuse(error)
    print(escape(path))
    for proof in proofs:
        words = f"{proof.claim}: {proof.detail}" if proof.detail else proof.claim
        print("\n".join(wrap(f"{'✓' if proof.holds else '✗'} {words}", "  ", hang="    ")))
    return 0 if all(proof.holds for proof in proofs) else EXIT_MISSED


@scenarios.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from designer.scenario.loader import json_schema

    print(json.dumps(json_schema(), indent=2))


@app.command()
def rules(
    rule: Annotated[str | None, typer.Argument(metavar="ID", help="Id of a rule, to read all of it.")] = None,
) -> None:
    """List the rules a design is judged by, or tell all about one."""
    from designer.export.gallery import describe_rule, list_rules
    from designer.rules.engine import all_rules, find_rule

    print(list_rules(all_rules()) if rule is None else describe_rule(find_rule(rule)), end="")


@app.command()
def catalog(
    component: Annotated[
        str | None, typer.Argument(metavar="ID", help="Id of a component, to read all of it.")
    ] = None,
) -> None:
    """List the components that can be placed, or tell all about one, with its figures and sources."""
    from designer.errors import CatalogError, suggest
    from designer.export.gallery import describe_component, list_components

    known = _catalog()
    if component is None:
        print(list_components(known), end="")
    elif component in known:
        print(describe_component(known[component]), end="")
    else:
        raise CatalogError(f"there is no component {quote(component)}", suggestion=suggest(component, known))


def _catalog() -> Catalog:
    from designer.catalog.loader import load

    return load()


def _review(scenario: Scenario, design: Design) -> Report:
    from designer.report import review as judge

    return judge(scenario, design)


def _read_scenario(reference: str) -> Scenario:
    from designer.scenario.loader import load_scenario

    return load_scenario(reference)


def _read_design(reference: str) -> Design:
    """A design from standard input, a file, or notation, whichever the words are."""
    from designer.design.files import load_design, parse_design
    from designer.design.notation import parse_notation
    from designer.errors import DesignError, NotationError

    catalog = _catalog()
    if reference == "-":
        if sys.stdin is None:
            raise DesignError("there is no standard input to read a design from")
        return parse_design(sys.stdin.buffer.read(MOST_INPUT + 1), "<stdin>", catalog)
    if _is_path(reference):
        return load_design(Path(reference), catalog)
    try:
        return parse_notation(reference, catalog)
    except NotationError as error:
        if ">" in reference:
            raise
        message = f"{quote(reference)} is neither a file nor a design in notation: {error.message}"
        raise DesignError(message, suggestion=error.suggestion) from None


def _is_path(reference: str) -> bool:
    if not reference or ("\n" in reference and ">" in reference):
        return False
    if reference.endswith(FILE_SUFFIXES) and ">" not in reference:
        return True
    try:
        return Path(reference).exists()
    except (OSError, ValueError):
        return False
