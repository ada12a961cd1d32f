"""Commands that tell what there is: rules and components."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from designer.cli.inputs import read_catalog
from designer.cli.process import app
from designer.errors import DesignerError, escape, quote


class Format(StrEnum):
    """How rules are told."""

    TEXT = "text"
    MARKDOWN = "markdown"


@app.command()
def rules(
    rule: Annotated[str | None, typer.Argument(metavar="ID", help="Id of a rule, to read all of it.")] = None,
    format: Annotated[Format, typer.Option(help="How they are told.")] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--write", metavar="FOLDER", help="Write the Markdown as pages into this folder."),
    ] = None,
) -> None:
    """List the rules a design is judged by, or tell all about one."""
    from designer.rules.library import all_rules, find_rule

    if output is not None and (rule is not None or format is not Format.MARKDOWN):
        raise DesignerError("--write writes all rules as Markdown", expected="--format markdown and no ID")
    if format is Format.MARKDOWN:
        from designer.export.rule_pages import write_pages, write_rule

        if rule is not None:
            print(write_rule(find_rule(rule)), end="")
        elif output is None:
            print("\n".join(write_pages(all_rules()).values()), end="")
        else:
            _write_files(write_pages(all_rules()), output)
    else:
        from designer.export.gallery import describe_rule, list_rules

        print(list_rules(all_rules()) if rule is None else describe_rule(find_rule(rule)), end="")


@app.command()
def glossary(
    output: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write it as Markdown into this file.")
    ] = None,
) -> None:
    """Tell what the words of the trade mean that the rules use."""
    from designer.export.glossary_page import list_terms, write_glossary

    if output is None:
        print(list_terms(), end="")
    else:
        _write_files({output.name: write_glossary()}, output.parent)


def _write_files(pages: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
        print(escape(str(folder / name)))


@app.command()
def catalog(
    component: Annotated[
        str | None, typer.Argument(metavar="ID", help="Id of a component, to read all of it.")
    ] = None,
) -> None:
    """List the components that can be placed, or tell all about one, with its figures and sources."""
    from designer.errors import CatalogError, suggest
    from designer.export.gallery import describe_component, list_components

    known = read_catalog()
    if component is None:
        print(list_components(known), end="")
    elif component in known:
        print(describe_component(known[component]), end="")
    else:
        raise CatalogError(f"there is no component {quote(component)}", suggestion=suggest(component, known))
