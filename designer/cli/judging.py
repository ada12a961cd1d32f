"""Commands that judge a design: review, and what a picture shows of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer.cli.inputs import DesignArgument, ScenarioArgument, read_catalog, read_design, read_scenario
from designer.cli.process import EXIT_MISSED, app, wants_color
from designer.errors import DesignerError, escape

if TYPE_CHECKING:
    from designer.design.model import Design
    from designer.report import Report
    from designer.scenario.model import Scenario


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
    report = _review(read_scenario(scenario), read_design(design))
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

    return write_text(report, color=wants_color(), name=explain)


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

    drawn, annotations = read_design(design), Annotations.empty
    if scenario is not None:
        from designer.export.marking import annotate

        annotations = annotate(_review(read_scenario(scenario), drawn))
    # Notation has no title to put on a picture.
    title = drawn.name if "name" in drawn.model_fields_set else ""
    style = Style(theme=theme.value, direction=direction.value, title=title)
    named = name_nodes(drawn, read_catalog())
    render_file(named, read_catalog(), output, annotations=annotations, style=style)
    print(escape(str(output)))


def _review(scenario: Scenario, design: Design) -> Report:
    from designer.report import review as judge

    return judge(scenario, design)
