"""Commands that prove the engine: its answers against published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer.cli.process import EXIT_MISSED, app
from designer.errors import escape


@app.command()
def fidelity(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Folder of cases; by default those of the project."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE", help="Write the page to a file instead of showing it."),
    ] = None,
) -> None:
    """Compare what the engine predicts with what was published. Exit code 1 when a figure is too far off."""
    from designer.fidelity import CASES, run_cases, write_fidelity

    found = run_cases(CASES if folder is None else folder)
    page = write_fidelity(found)
    if output is None:
        print(page, end="")
    else:
        output.write_text(page, encoding="utf-8", newline="\n")
        print(escape(str(output)))
    if not found.holds:
        raise typer.Exit(EXIT_MISSED)
