"""The command that holds two designs against each other."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from designer.cli.inputs import read_design, read_scenario
from designer.cli.process import EXIT_MISSED, app, wants_color


class Format(StrEnum):
    """How a comparison is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command("diff")
def compare_designs(
    before: Annotated[
        str, typer.Argument(metavar="A", help="A design: path of a design file, -, or notation in quotes.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="Another design, given in the same way.")],
    scenario: Annotated[
        str,
        typer.Option(metavar="SCENARIO", help="Id of a shipped scenario, or the path of a scenario file."),
    ],
    format: Annotated[Format, typer.Option(help="How the comparison is written.")] = Format.TEXT,
) -> None:
    """Compare two designs. Exit code 1 when B misses what A meets, or has an error that A has not."""
    from designer.comparison import compare
    from designer.export.comparison_rows import is_worse
    from designer.report import review

    asked = read_scenario(scenario)
    found = compare(review(asked, read_design(before)), review(asked, read_design(after)))
    if format is Format.JSON:
        from designer.export.comparison_json import write_comparison_json

        text = write_comparison_json(found)
    elif format is Format.MARKDOWN:
        from designer.export.comparison_markdown import write_comparison_markdown

        text = write_comparison_markdown(found)
    else:
        from designer.export.comparison_text import write_comparison

        text = write_comparison(found, color=wants_color())
    print(text, end="")
    if is_worse(found):
        raise typer.Exit(EXIT_MISSED)
