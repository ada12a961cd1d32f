"""The exercises there are to draw in."""

from __future__ import annotations

from collections.abc import Iterator

from designer.errors import DesignerError
from designer.scenario.loader import load_scenario, scenario_ids
from designer.scenario.model import Difficulty, Scenario

_DIFFICULTIES = tuple(Difficulty)


def scenarios() -> tuple[Scenario, ...]:
    """The shipped scenarios that can be used, the easiest first."""
    found = [item for item in _shipped() if isinstance(item, Scenario)]
    return tuple(sorted(found, key=lambda item: (_DIFFICULTIES.index(item.difficulty), item.name)))


def unreadable_scenarios() -> tuple[str, ...]:
    """What is wrong with each shipped scenario that cannot be read: one bad file must not take the others away."""
    return tuple(item.headline for item in _shipped() if isinstance(item, DesignerError))


def _shipped() -> Iterator[Scenario | DesignerError]:
    for name in scenario_ids():
        try:
            yield load_scenario(name)
        except DesignerError as error:
            yield error
