"""Commands for those who write scenarios."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from designer.cli.inputs import read_catalog, read_scenario
from designer.cli.process import EXIT_MISSED, app, refuse
from designer.errors import DesignerError, escape

scenarios = typer.Typer(no_args_is_help=True, help="List scenarios, check them, print their schema.")
app.add_typer(scenarios, name="scenario")


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
        proofs = check_scenario(read_scenario(path), read_catalog())
    except DesignerError as error:
        sys.stdout.flush()
        return refuse(error)
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
