"""The small scenarios the rules' examples are judged under: found by name, or else among the shipped ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from designer.scenario.loader import load_scenario
from designer.scenario.model import Scenario

FOLDER = Path(__file__).parent / "scenarios"
"""Where the small scenarios are."""


def example_names() -> tuple[str, ...]:
    """Names of the small scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def example_scenario(name: str) -> Scenario:
    """The scenario an Example names. Raises ScenarioError when there is none of that name."""
    return load_scenario(FOLDER / f"{name}.yaml" if name in example_names() else name)
