"""How likely a workload fails, and what that goes back to: its structure, for each combination of zones that are up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from designer.reliability.groups import Chances, Placement, States
from designer.reliability.model import Contribution
from designer.reliability.structure import ALL_READS, ALL_WRITES, LEAST, Structure, Variable


class Case(NamedTuple):
    """Zone states in which every variable of a structure is as likely to be false, and the chance of one of them."""

    probability: float
    down: tuple[float, ...]


class Odds:
    """Looks up, for all structures of a design, how likely their variables are false."""

    def __init__(
        self, placements: Mapping[str, Placement], states: States, hits: Mapping[tuple[str, str], float]
    ) -> None:
        self._placements = placements
        self._states = states
        self._probabilities = [state.probability for state in states.listed]
        self._hits = hits
        self._columns: dict[Variable, Sequence[float]] = {}

    @property
    def states(self) -> int:
        """Combinations of zones that are told apart."""
        return len(self._probabilities)

    def cases(self, structure: Structure) -> tuple[Case, ...]:
        """The cases of a structure. Zones that do the same to it are one case."""
        known = self._columns
        columns = [known.get(variable) or self._column(variable) for variable in structure.variables]
        found: dict[tuple[float, ...], float] = {}
        rows = zip(*columns, strict=True) if columns else [()] * self.states
        for probability, down in zip(self._probabilities, rows, strict=True):
            found[down] = found.get(down, 0.0) + probability
        return tuple([Case(probability, down) for down, probability in found.items()])

    def _column(self, variable: Variable) -> Sequence[float]:
        node, need, dataset = variable
        column: Sequence[float]
        if dataset is not None:
            column = [1.0 - self._hits.get((node, dataset), 0.0)] * self.states
        else:
            placement = self._placements[node]
            found = placement.chances_in(self._states)
            if need == LEAST and not placement.split:
                column = [chances.read for chances in found]
            else:
                column = [_false(need, chances) for chances in found]
        self._columns[variable] = column
        return column


def _false(need: str, found: Chances) -> float:
    """The chance that this need is not met when the lesser one is."""
    if need == LEAST:
        return min(found.read, found.write)
    if need == ALL_READS:
        return _beyond(found.read_all, found.read)
    if need == ALL_WRITES:
        return _beyond(found.write_all, found.write)
    return _beyond(max(found.read, found.write), min(found.read, found.write))


def _beyond(more: float, less: float) -> float:
    return (more - less) / (1.0 - less) if less < 1.0 else 1.0


class Failing(NamedTuple):
    """Probability that a workload fails, and the part of each node in it, largest first."""

    total: float
    contributions: tuple[Contribution, ...]


@lru_cache(maxsize=128)
def find_failing(structure: Structure, cases: tuple[Case, ...], overloaded: tuple[str, ...]) -> Failing:
    """How likely the workload fails when the nodes in `overloaded` count as down.

    A contribution is by how much less it would fail if the node never did, and no other node were overloaded.
    Remembered by value.
    """
    total, shares = _weigh(structure, cases)
    found = _by_node(structure, cases, shares, total, overloaded)
    if overloaded:
        total = _add_up(structure, cases, dict.fromkeys(_numbers(structure, overloaded), 1.0))
    ranked = sorted(
        [(-share, node) for node, share in found.items() if share > 0.0], key=lambda item: item[0]
    )
    return Failing(total, tuple([Contribution(node, -share) for share, node in ranked]))


def _weigh(structure: Structure, cases: Sequence[Case]) -> tuple[float, list[float]]:
    """Probability that the workload fails, and of each variable the derivative times its own chance."""
    circuit, roots = structure.circuit, structure.roots
    total = 0.0
    shares = [0.0] * len(structure.variables)
    for probability, down in cases:
        values = circuit.failures(down)
        for weight, root in roots:
            chance = probability * weight
            total += chance * values[root]
            slopes = circuit.gradient(root, values)
            for number, own in enumerate(down):
                shares[number] += chance * slopes[number] * own
    return total, shares


def _add_up(structure: Structure, cases: Sequence[Case], other: Mapping[int, float]) -> float:
    """Probability that the workload fails when some variables have `other` chances than the cases say."""
    total = []
    for probability, down in cases:
        changed = list(down)
        for variable, chance in other.items():
            changed[variable] = chance
        values = structure.circuit.failures(changed)
        total += [probability * weight * values[slot] for weight, slot in structure.roots]
    return math.fsum(total)


def _by_node(
    structure: Structure,
    cases: Sequence[Case],
    shares: Sequence[float],
    total: float,
    overloaded: Sequence[str],
) -> dict[str, float]:
    found: dict[str, float] = {}
    several: dict[str, None] = dict.fromkeys(overloaded)
    for number in range(len(structure.variables) - 1, -1, -1):  # callees have the lower numbers
        variable = structure.variables[number]
        if variable.dataset is None:
            if variable.node in found:
                several[variable.node] = None
            found[variable.node] = shares[number]
    for node in several:
        numbers = _numbers(structure, [node])
        down = total
        if node in overloaded:
            down = _add_up(structure, cases, dict.fromkeys(numbers, 1.0))
        found[node] = down - _add_up(structure, cases, dict.fromkeys(numbers, 0.0))
    return found


def _numbers(structure: Structure, nodes: Sequence[str]) -> list[int]:
    return [
        number
        for number, variable in enumerate(structure.variables)
        if variable.dataset is None and variable.node in nodes
    ]
