"""Commands that probe a design further: what it hangs on, how large it has to be, what a simulation says."""

from __future__ import annotations

from typing import Annotated

import typer

from designer.cli.inputs import DesignArgument, ScenarioArgument, read_design, read_scenario
from designer.cli.process import EXIT_MISSED, app, wants_color

MOST_REQUESTS = 20_000_000
"""Requests of one simulation: a minute or so."""


@app.command()
def sensitivity(scenario: ScenarioArgument, design: DesignArgument) -> None:
    """Show which verdicts hang on which figure of the catalogue, within the bands they are known in."""
    from designer.analysis.sensitivity import find_sensitivity
    from designer.export.sensitivity_text import write_sensitivity

    found = find_sensitivity(read_scenario(scenario), read_design(design))
    print(write_sensitivity(found, color=wants_color()), end="")
