"""Commands that bring designs in from elsewhere, and hand them on as links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer.cli.inputs import DesignArgument, import_design, read_design
from designer.cli.outputs import write_file
from designer.cli.process import app, wants_color
from designer.errors import escape

if TYPE_CHECKING:
    from designer.design.model import Design
    from designer.importing.model import Guess

WHERE_WIDTH = 10
WHAT_WIDTH = 38
WHY_WIDTH = 28
"""Columns of the table of guesses; with two spaces between them it is 80 wide."""


@app.command("import")
def bring_in(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Path of a file, or - for standard input: Mermaid, draw.io, docker-compose and more.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Design file to write: YAML, or JSON for .json."),
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="The format, where it is not to be found out."),
    ] = None,
) -> None:
    """Turn what another program wrote into a design file, and tell what was guessed."""
    imported = import_design(file, form)
    write_file(output, _write(imported.design, output))
    nodes, links = len(imported.design.nodes), len(imported.design.connections)
    counted = f"{_count(nodes, 'node')} and {_count(links, 'connection')}"
    print(f"{escape(str(output))}: {counted}, read as {imported.format}")
    if imported.guesses:
        print()
        print("\n".join(_table(imported.guesses)))


def _write(design: Design, path: Path) -> str:
    from designer.design.files import design_to_data, format_design
    from designer.documents import dump_json

    if path.suffix.casefold() == ".json":
        return dump_json(design_to_data(design), indent="  ") + "\n"
    return format_design(design)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _table(guesses: Sequence[Guess]) -> Iterator[str]:
    """Where, what became of it, and why: a line or more for each guess."""
    from designer.export.terminal import Pen

    pen = Pen(color=wants_color())
    yield pen.bold(_row("Where", "What was guessed", "Why"))
    for guess in guesses:
        where, what, why = (
            _fold(text, width)
            for text, width in (
                (guess.where, WHERE_WIDTH), (guess.what, WHAT_WIDTH), (guess.because, WHY_WIDTH),
            )
        )  # fmt: skip
        height = max(len(where), len(what), len(why))
        cells = ([*lines, *[""] * (height - len(lines))] for lines in (where, what, why))
        yield from (_row(*line) for line in zip(*cells, strict=True))


def _row(where: str, what: str, why: str) -> str:
    from designer.export.terminal import pad

    return f"{pad(where, WHERE_WIDTH)}  {pad(what, WHAT_WIDTH)}  {why}".rstrip()


def _fold(text: str, width: int) -> list[str]:
    """The text in lines of that many columns; a word longer than one is cut."""
    from designer.export.terminal import clean, columns

    lines: list[str] = []
    for word in text.split():
        shown = clean(word, width)
        if lines and columns(lines[-1]) + 1 + columns(shown) <= width:
            lines[-1] += f" {shown}"
        else:
            lines.append(shown)
    return lines


@app.command()
def share(
    design: DesignArgument,
    base: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Address of the app; without it only the end of the link is printed."
        ),
    ] = "",
) -> None:
    """Print a link that carries the whole design."""
    from designer.design.links import encode_design, write_address

    print(write_address(encode_design(read_design(design)), base))
