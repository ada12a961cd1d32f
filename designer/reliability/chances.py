"""How likely a workload fails, and what that goes back to: its structure, for each combination of zones that are up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from designer.reliability.groups import Chances, Placement, States
from designer.reliability.model import Contribution
from designer.reliability.structure import ALL_READS, ALL_WRITES, LEAST, Variable, Wiring

Column = tuple[float, ...]
"""How likely a variable is false, in each combination of zones."""


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
        self._hits = hits
        self._columns: dict[Variable, Column] = {}

    @property
    def states(self) -> int:
        """Combinations of zones that are told apart."""
        return len(self._states.listed)

    def failing(self, wiring: Wiring, overloaded: tuple[str, ...]) -> Failing:
        """As `find_failing`, with the chances of this design."""
        known = self._columns
        columns = [known.get(variable) or self._column(variable) for variable in wiring.variables]
        return _find_failing(wiring, self._states, tuple(columns), overloaded)

    def cases(self, wiring: Wiring) -> list[tuple[tuple[frozenset[str], ...], float, tuple[float, ...]]]:
        """The combinations of zones that do not do the same to a workload: the zones that are up in each, how likely
        it is, and how likely each variable is false."""
        columns = [self._columns.get(variable) or self._column(variable) for variable in wiring.variables]
        rows = zip(*columns, strict=True) if columns else [()] * self.states
        found: dict[tuple[float, ...], tuple[tuple[frozenset[str], ...], float]] = {}
        for state, down in zip(self._states.listed, rows, strict=True):
            live, probability = found.get(down, ((), 0.0))
            found[down] = ((*live, state.live), probability + state.probability)
        return [(live, probability, down) for down, (live, probability) in found.items()]

    def _column(self, variable: Variable) -> Column:
        node, need, dataset = variable
        if dataset is None:
            column = _chances(self._placements[node], self._states, need)
        else:
            column = (1.0 - self._hits.get((node, dataset), 0.0),) * self.states
        self._columns[variable] = column
        return column


@lru_cache(maxsize=16_384)
def _chances(placement: Placement, states: States, need: str) -> Column:
    """How likely it is that this need is not met when the lesser one is, in each of the states."""
    found = placement.chances_in(states)
    if need == LEAST and not placement.split:
        return tuple([chances.read for chances in found])
    return tuple([_false(need, chances) for chances in found])


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
def _find_failing(
    wiring: Wiring, states: States, columns: tuple[Column, ...], overloaded: tuple[str, ...]
) -> Failing:
    """As `find_failing`; zones that do the same to the workload are one case. Remembered by value."""
    found: dict[tuple[float, ...], float] = {}
    rows = zip(*columns, strict=True) if columns else [()] * len(states.listed)
    for state, down in zip(states.listed, rows, strict=True):
        found[down] = found.get(down, 0.0) + state.probability
    cases = [Case(probability, down) for down, probability in found.items()]
    return find_failing(wiring, cases, overloaded)


def find_failing(wiring: Wiring, cases: Sequence[Case], overloaded: Sequence[str]) -> Failing:
    """How likely the workload fails when the nodes in `overloaded` count as down.

    A contribution is by how much less it would fail if the node never did, and no other node were overloaded.
    """
    total, shares = _weigh(wiring, cases)
    found = _by_node(wiring, cases, shares, total, overloaded)
    if overloaded:
        total = _add_up(wiring, cases, dict.fromkeys(_numbers(wiring, overloaded), 1.0))
    ranked = sorted(
        [(-share, node) for node, share in found.items() if share > 0.0], key=lambda item: item[0]
    )
    return Failing(total, tuple([Contribution(node, -share) for share, node in ranked]))


def _weigh(wiring: Wiring, cases: Sequence[Case]) -> tuple[float, list[float]]:
    """Probability that the workload fails, and of each variable the derivative times its own chance."""
    circuit, roots = wiring.circuit, wiring.roots
    total = 0.0
    shares = [0.0] * len(wiring.variables)
    for probability, down in cases:
        values = circuit.failures(down)
        total += probability * sum([weight * values[root] for weight, root in roots])
        for number, (slope, own) in enumerate(zip(circuit.slopes(roots, values), down, strict=True)):
            shares[number] += probability * slope * own
    return total, shares


def _add_up(wiring: Wiring, cases: Sequence[Case], other: Mapping[int, float]) -> float:
    """Probability that the workload fails when some variables have `other` chances than the cases say."""
    total = []
    for probability, down in cases:
        changed = list(down)
        for variable, chance in other.items():
            changed[variable] = chance
        values = wiring.circuit.failures(changed)
        total += [probability * weight * values[slot] for weight, slot in wiring.roots]
    return math.fsum(total)


def _by_node(
    wiring: Wiring,
    cases: Sequence[Case],
    shares: Sequence[float],
    total: float,
    overloaded: Sequence[str],
) -> dict[str, float]:
    found: dict[str, float] = {}
    several: dict[str, None] = dict.fromkeys(overloaded)
    for number, variable in enumerate(wiring.variables):
        if variable.dataset is None:
            if variable.node in found:
                several[variable.node] = None
            found[variable.node] = shares[number]
    for node in several:
        numbers = _numbers(wiring, [node])
        down = total
        if node in overloaded:
            down = _add_up(wiring, cases, dict.fromkeys(numbers, 1.0))
        found[node] = down - _add_up(wiring, cases, dict.fromkeys(numbers, 0.0))
    return found


def _numbers(wiring: Wiring, nodes: Sequence[str]) -> list[int]:
    return [
        number
        for number, variable in enumerate(wiring.variables)
        if variable.dataset is None and variable.node in nodes
    ]
