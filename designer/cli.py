"""The command line: gather, call, apply. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designer import __version__
from designer.errors import DesignerError

if TYPE_CHECKING:
    from designer.design.model import Design
    from designer.report import Report
    from designer.scenario.model import Scenario

EXIT_MISSED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERNAL = 3
EXIT_INTERRUPTED = 130
MOST_INPUT = 1_000_000
"""Most bytes read from standard input; a design file may be no larger."""

FILE_SUFFIXES = (".yaml", ".yml", ".json")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
scenarios = typer.Typer(no_args_is_help=True, help="List scenarios, check them, print their schema.")
app.add_typer(scenarios, name="scenario")


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


class Direction(StrEnum):
    AUTO = "auto"
    LEFT_TO_RIGHT = "LR"
    TOP_TO_BOTTOM = "TB"


def main() -> None:
    """Run the command line. One clear message on standard error for anything that goes wrong, never a traceback."""
    try:
        app()
    except DesignerError as error:
        print(f"designer: {error}", file=sys.stderr)
        sys.exit(EXIT_BAD_INPUT)
    except BrokenPipeError:
        # The reader has gone; without this the interpreter complains while closing standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_MISSED)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:
        print(f"designer: internal error, please report it: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(EXIT_INTERNAL)


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
    scenario: Annotated[str, typer.Argument(help="Id of a shipped scenario, or the path of a scenario file.")],
    design: Annotated[str, typer.Argument(help="Path of a design file, - for standard input, or notation.")],
    format: Annotated[Format, typer.Option(help="How the report is written.")] = Format.TEXT,
    explain: Annotated[
        str | None, typer.Option(help="Unfold the arithmetic of this requirement or node instead.")
    ] = None,
) -> None:
    """Judge a design. Exit code 0 when it passes, 1 when not, 2 for bad input."""
    report = _review(scenario, design)
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

    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return _explained(report, explain, lambda name: write_text(report, color=color, explain=name))


def _explained(report: Report, name: str | None, write: Callable[[str | None], str]) -> str:
    from designer.errors import suggest

    try:
        return write(name)
    except KeyError:
        known = [verdict.requirement for verdict in report.verdicts] + list(report.analysis.nodes)
        raise DesignerError(
            f"there is no requirement or node {name!r} to explain",
            expected=", ".join(known),
            suggestion=suggest(name or "", known),
        ) from None


@app.command()
def render(
    design: Annotated[str, typer.Argument(help="Path of a design file, - for standard input, or notation.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write: .png, .svg or .dot.")],
    scenario: Annotated[str | None, typer.Option(help="Annotate the picture with a review of this one.")] = None,
    theme: Annotated[Theme, typer.Option(help="Colours of the picture.")] = Theme.LIGHT,
    direction: Annotated[Direction, typer.Option(help="Which way requests flow.")] = Direction.AUTO,
) -> None:
    """Draw a design as a picture."""
    from designer.export.annotations import Annotations, Style
    from designer.export.marking import annotate
    from designer.export.picture import render_file

    drawn = _read_design(design)
    annotations = Annotations.empty if scenario is None else annotate(_review(scenario, design))
    style = Style(theme=theme.value, direction=direction.value, title=drawn.name)
    render_file(drawn, _catalog(), output, annotations=annotations, style=style)
    print(output)


@scenarios.command("list")
def list_scenarios() -> None:
    """The shipped scenarios."""
    from designer.scenario.loader import load_scenario, scenario_ids

    for name in scenario_ids():
        item = load_scenario(name)
        print(f"{name:24} {item.difficulty.value:8} {item.minutes:3} min  {item.name}")


@scenarios.command("check")
def check_scenarios(
    paths: Annotated[list[str], typer.Argument(help="Scenario files, or ids of shipped scenarios.")],
) -> None:
    """Prove that scenarios teach what they should. Exit code 1 when a proof fails."""
    from designer.authoring import check_scenario
    from designer.scenario.loader import load_scenario

    failed = False
    for path in paths:
        print(path)
        for proof in check_scenario(load_scenario(path), _catalog()):
            failed |= not proof.holds
            print(f"  {'✓' if proof.holds else '✗'} {proof.claim}" + (f": {proof.detail}" if proof.detail else ""))
    if failed:
        raise typer.Exit(EXIT_MISSED)


@scenarios.command("schema")
def print_schema() -> None:
    """The JSON Schema of scenario files, for editors."""
    import json

    from designer.scenario.loader import json_schema

    print(json.dumps(json_schema(), indent=2))


@app.command()
def rules(rule: Annotated[str | None, typer.Argument(help="Id of one rule, to read all of it.")] = None) -> None:
    """The rules a design is judged by."""
    from designer.export.gallery import describe_rule, list_rules
    from designer.rules.engine import all_rules, find_rule

    print(list_rules(all_rules()) if rule is None else describe_rule(find_rule(rule)), end="")


@app.command()
def catalog(
    component: Annotated[str | None, typer.Argument(help="Id of one component, to read all of it.")] = None,
) -> None:
    """The components that can be placed, with their figures and sources."""
    from designer.errors import CatalogError, suggest
    from designer.export.gallery import describe_component, list_components

    known = _catalog()
    if component is None:
        print(list_components(known), end="")
    elif component in known:
        print(describe_component(known[component]), end="")
    else:
        raise CatalogError(f"there is no component {component!r}", suggestion=suggest(component, known))


def _catalog() -> Any:
    from designer.catalog.loader import load

    return load()


def _review(scenario: str, design: str) -> Report:
    from designer.report import review as judge

    return judge(_read_scenario(scenario), _read_design(design))


def _read_scenario(reference: str) -> Scenario:
    from designer.scenario.loader import load_scenario

    return load_scenario(reference)


def _read_design(reference: str) -> Design:
    """A design from standard input, a file, or notation, whichever the words are."""
    from designer.design.files import load_design, parse_design
    from designer.design.notation import parse_notation

    catalog = _catalog()
    if reference == "-":
        return parse_design(sys.stdin.buffer.read(MOST_INPUT + 1), "<stdin>", catalog)
    if reference.endswith(FILE_SUFFIXES) or _exists(reference):
        return load_design(Path(reference), catalog)
    return parse_notation(reference, catalog)


def _exists(reference: str) -> bool:
    try:
        return Path(reference).exists()
    except OSError:
        return False
