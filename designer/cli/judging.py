"""The command that judges a design."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from designer.cli.inputs import (
    DesignArgument,
    ScenarioArgument,
    read_design,
    read_design_file,
    read_scenario,
)
from designer.cli.process import EXIT_MISSED, app, wants_color
from designer.cli.repairing import mend_design, require_file, write_back, write_diff
from designer.errors import DesignerError, escape

if TYPE_CHECKING:
    from designer.design.model import Design
    from designer.export.design_file import DesignFile
    from designer.export.mending import Mending
    from designer.report import Report
    from designer.scenario.model import Scenario


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JUNIT = "junit"
    YAML = "yaml"  # the mended design instead of a report


class FailOn(StrEnum):
    """The least grave finding that fails a design."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


@app.command()
def review(
    scenario: ScenarioArgument,
    design: DesignArgument,
    format: Annotated[Format, typer.Option(help="How the report is written.")] = Format.TEXT,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Show the arithmetic of a requirement, node, connection, workload, dataset, or of cost, headroom or "
            "score instead.",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The least grave finding that fails the design.")
    ] = FailOn.ERROR,
    fix: Annotated[
        bool, typer.Option("--fix", help="Make every repair that does no harm, and judge what comes of it.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change in the design file instead.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="With --fix: change the design file as well.")
    ] = False,
) -> None:
    """Judge a design. Exit code 0 when it passes, 1 when not, 2 for bad input."""
    _require_sense(format, explain=explain is not None, fix=fix, diff=diff, write=write)
    asked = read_scenario(scenario)
    file = read_design_file(design) if fix or diff or format is Format.SARIF else None
    drawn = read_design(design) if file is None else file.design
    if fix or diff:
        if write:
            require_file(file, design)
        report = _mend(asked, drawn, file, format, diff=diff, write=write)
    else:
        report = _review(asked, drawn)
        print(_write(report, format, explain=explain, file=file), end="")
    if _fails(report, fail_on):
        raise typer.Exit(EXIT_MISSED)


def _require_sense(format: Format, *, explain: bool, fix: bool, diff: bool, write: bool) -> None:
    """Raise DesignerError for options that do not go together."""
    plain, mends = format is Format.TEXT, fix or diff
    senseless = (
        (
            explain and not plain,
            f"--explain writes text, not {format.value}: that has all arithmetic in it anyway",
        ),
        (explain and mends, "--explain tells of the design as it is drawn, not of what --fix makes of it"),
        (diff and not plain, f"--diff writes a diff, not {format.value}"),
        (diff and write, "--diff changes no file: it is --write that does"),
        (write and not fix, "--write changes the design file by what --fix mends, and goes with it"),
        (
            format is Format.YAML and not fix,
            "--format yaml prints the design that --fix mends, and goes with it",
        ),
    )
    for applies, message in senseless:
        if applies:
            raise DesignerError(message)


def _mend(
    scenario: Scenario, drawn: Design, file: DesignFile | None, format: Format, *, diff: bool, write: bool
) -> Report:
    """Mend the design, show it in the form that is wanted, and give the report of what came of it."""
    from designer.export.mending import NOTHING

    mending, report = mend_design(scenario, drawn)
    if diff:
        told = write_diff(file, drawn, report.design, color=wants_color())
        print(told, end="")
        if not told:  # beside the diff, which stays one
            print(NOTHING, file=sys.stderr)
        return report
    if write and file is not None:
        write_back(file, report.design)
        file = read_design_file(str(file.path))
    text = _write(report, format, file=file if write else None, mending=mending)
    if format is Format.TEXT:
        text = f"{_tell(mending, file if write else None)}\n{text}"
    print(text, end="")
    return report


def _tell(mending: Mending, file: DesignFile | None) -> str:
    """What was mended, and where it is now."""
    from designer.export.mending import write_mending

    told = write_mending(mending, color=wants_color())
    if mending.mended.effect is None:
        return told
    where = (
        "Nothing is written yet: --write does." if file is None else f"Written to {escape(str(file.path))}."
    )
    return f"{told}  {where}\n"


def _fails(report: Report, fail_on: FailOn) -> bool:
    """Whether a requirement is not met, or a finding is as grave as that."""
    from designer.analysis import State
    from designer.rules.model import Severity

    if any(verdict.state is not State.MET for verdict in report.verdicts):
        return True
    if fail_on is FailOn.NEVER:
        return False
    grave = list(Severity)[: list(Severity).index(Severity(fail_on.value)) + 1]
    return any(finding.severity in grave for finding in report.findings)


def _write(
    report: Report,
    format: Format,
    *,
    explain: str | None = None,
    file: DesignFile | None = None,
    mending: Mending | None = None,
) -> str:
    match format:
        case Format.JSON:
            from designer.export.report_json import write_json

            return write_json(report, mending)
        case Format.MARKDOWN:
            from designer.export.report_markdown import write_markdown

            return write_markdown(report, mending)
        case Format.SARIF:
            from designer.export.report_sarif import write_sarif

            return write_sarif(report, file)
        case Format.JUNIT:
            from designer.export.report_junit import write_junit

            return write_junit(report)
        case Format.YAML:
            from designer.design.files import format_design

            return format_design(report.design)
        case Format.TEXT:
            from designer.export.report_text import write_text

            return write_text(report, color=wants_color(), name=explain)


def _review(scenario: Scenario, design: Design) -> Report:
    from designer.report import review as judge

    return judge(scenario, design)
