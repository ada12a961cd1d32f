"""Commands that probe a design further: what it hangs on, how large it has to be, what a simulation says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer.cli.inputs import DesignArgument, ScenarioArgument, read_design, read_scenario
from designer.cli.outputs import write_file
from designer.cli.process import EXIT_MISSED, app, wants_color

REQUESTS = 200_000
MOST_REQUESTS = 20_000_000
"""Requests of one simulation: a minute or so."""


@app.command()
def sensitivity(scenario: ScenarioArgument, design: DesignArgument) -> None:
    """Show which verdicts hang on which figure of the catalogue, within the bands they are known in."""
    from designer.analysis.sensitivity import find_sensitivity
    from designer.export.sensitivity_text import write_sensitivity

    found = find_sensitivity(read_scenario(scenario), read_design(design))
    print(write_sensitivity(found, color=wants_color()), end="")


@app.command()
def size(
    scenario: ScenarioArgument,
    design: DesignArgument,
    output: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE", help="Write the design with these counts to a file."),
    ] = None,
) -> None:
    """Find the cheapest counts with which every requirement is met. Exit code 1 when no counts can do that."""
    from designer.analysis.sizes import find_size
    from designer.export.sizing_text import write_sizing

    found = find_size(read_scenario(scenario), read_design(design))
    print(write_sizing(found, color=wants_color()), end="")
    if output is not None:
        from designer.design.files import format_design

        write_file(output, format_design(found.sized))
    if not found.met:
        raise typer.Exit(EXIT_MISSED)


@app.command()
def simulate(
    scenario: ScenarioArgument,
    design: DesignArgument,
    seed: Annotated[int, typer.Option(metavar="N", min=0, max=2**32 - 1, help="Where chance begins.")] = 1,
    requests: Annotated[
        int, typer.Option(metavar="N", min=1_000, max=MOST_REQUESTS, help="Requests to simulate.")
    ] = REQUESTS,
    failures: Annotated[bool, typer.Option("--failures", help="Let machines fail and come back.")] = False,
) -> None:
    """Run a design request by request, and show what comes out beside what is computed."""
    from designer.analysis.facts import analyze
    from designer.export.simulation_text import write_simulation
    from designer.simulation.outcomes import simulate_design

    asked, drawn = read_scenario(scenario), read_design(design)
    tries = analyze(asked, drawn, headroom=False).tries
    outcome = simulate_design(asked, drawn, seed=seed, requests=requests, failures=failures, tries=tries)
    print(write_simulation(outcome, color=wants_color()), end="")
