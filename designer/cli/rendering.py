"""The command that writes a design in another form: a picture, a text for another program, a one-page report."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer.cli.inputs import DesignArgument, read_catalog, read_design, read_scenario
from designer.cli.process import app
from designer.errors import DesignerError, RenderError, escape, quote

if TYPE_CHECKING:
    from designer.design.model import Design
    from designer.export.formats.model import Format
    from designer.report import Report

STANDARD_OUTPUT = "-"


class Theme(StrEnum):
    """The colours of a picture."""

    LIGHT = "light"
    DARK = "dark"


class Direction(StrEnum):
    """Which way requests flow in a picture."""

    AUTO = "auto"
    LEFT_TO_RIGHT = "LR"
    TOP_TO_BOTTOM = "TB"


class Detail(StrEnum):
    """How much is said beside the drawing itself."""

    AUTO = "auto"
    CLEAN = "clean"
    ANNOTATED = "annotated"


class Replicas(StrEnum):
    """Whether the machines of a node are drawn one by one."""

    COLLAPSED = "collapsed"
    SPREAD = "spread"


@app.command()
def render(
    design: DesignArgument,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write; its ending says what it becomes. - prints it.",
        ),
    ],
    format: Annotated[
        str | None,
        typer.Option(
            metavar="ENDING", help="What to write, where the file's name does not end so: png, mmd, html ..."
        ),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="Show the loads and findings under this scenario.")
    ] = None,
    theme: Annotated[Theme, typer.Option(help="Colours.")] = Theme.LIGHT,
    direction: Annotated[Direction, typer.Option(help="Which way requests flow.")] = Direction.AUTO,
    detail: Annotated[
        Detail,
        typer.Option(help="Show loads, rates and findings, or not; auto does when there is a scenario."),
    ] = Detail.AUTO,
    replicas: Annotated[
        Replicas, typer.Option(help="Show machines as a number, or one by one.")
    ] = Replicas.COLLAPSED,
) -> None:
    """Write a design as a picture, a diagram for another program, or a one-page report."""
    from designer.export.formats.model import Order

    kind = _format(output, format)
    if scenario is None:
        _require_no_scenario(kind, detail)
    drawn = read_design(design)
    order = Order(
        drawn,
        read_catalog(),
        None if scenario is None else _judge(scenario, drawn),
        theme=theme.value,
        direction=direction.value,
        detail="clean" if detail is Detail.CLEAN or scenario is None else "annotated",
        replicas=replicas.value,
    )
    _deliver(kind.write(order), output)


def _format(output: str, wanted: str | None) -> Format:
    """What `--format` says, or else the file's ending. Raises DesignerError."""
    from designer.export.formats.library import format_of

    if wanted is not None:
        return format_of(wanted)
    if output == STANDARD_OUTPUT:
        raise DesignerError(
            "--output - has no ending that says what to write", expected="--format, such as --format mmd"
        )
    return format_of(output)


def _require_no_scenario(kind: Format, detail: Detail) -> None:
    """Raise DesignerError for what cannot be told without one."""
    if kind.is_report:
        raise DesignerError(
            f"{kind.name} needs a scenario to judge the design by", expected="--scenario SCENARIO"
        )
    if detail is Detail.ANNOTATED:
        raise DesignerError(
            "loads are known only under a scenario", expected="--scenario SCENARIO, or --detail clean"
        )


def _judge(scenario: str, design: Design) -> Report:
    from designer.report import review

    return review(read_scenario(scenario), design)


def _deliver(content: bytes, output: str) -> None:
    """Print the content, or write it to the file and print the file's name."""
    if output == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise RenderError(f"{quote(output)} cannot be written: {error.strerror}") from error
    print(escape(output))
