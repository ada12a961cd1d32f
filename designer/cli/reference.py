"""Commands that tell what there is: rules and components."""

from __future__ import annotations

from typing import Annotated

import typer

from designer.cli.inputs import read_catalog
from designer.cli.process import app
from designer.errors import quote


@app.command()
def rules(
    rule: Annotated[str | None, typer.Argument(metavar="ID", help="Id of a rule, to read all of it.")] = None,
) -> None:
    """List the rules a design is judged by, or tell all about one."""
    from designer.export.gallery import describe_rule, list_rules
    from designer.rules.library import all_rules, find_rule

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

    known = read_catalog()
    if component is None:
        print(list_components(known), end="")
    elif component in known:
        print(describe_component(known[component]), end="")
    else:
        raise CatalogError(f"there is no component {quote(component)}", suggestion=suggest(component, known))
