"""Circuits: formulas turned into sums and products of probabilities of things that share nothing.

Parts that share no variable multiply. What is left over, parts that do share some, becomes a decision diagram over
the largest parts of them that nothing else touches (Y. Dutuit and A. Rauzy, "A linear-time algorithm to find modules
of fault trees", IEEE Transactions on Reliability 45(3), 1996). Where even that grows beyond `MOST_STEPS`, a bound
takes its place: the chance to fail is then at most what the circuit says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from designer.reliability.decision import Diagram, TooLarge
from designer.reliability.formulas import FALSE, TRUE, Formulas, Kind
from designer.reliability.frontier import FAILS, WORKS, Decisions, Way
from designer.reliability.modules import Modules

MOST_STEPS = 60_000
"""Steps that one entangled part may take; they are a fraction of a second."""


FEW_STEPS = 6_000
"""Steps after which another order of the variables is tried."""

_SAFE = 0.01
"""A chance to work that was found as 1 less the chance to fail, and has lost no digits that matter by that."""

_TINY = 1e-290
"""Products below this have lost digits."""


class Op(IntEnum):
    """How the chance of a slot to fail comes from those of others that are independent of each other."""

    ALL = 0  # fails when any of them does
    ANY = 1  # fails when all of them do
    IF = 2  # (decider, when it fails, when it works): as one of the others, by the decider
    LEAST = 3  # at most as likely as the least likely of them: a bound


ALL, ANY, IF, LEAST = Op  # their names are looked up for every step


@dataclass(slots=True)
class Circuit:
    """Slots 0 to `variables` - 1 are the variables, then false and true, then one slot for each step."""

    variables: int
    steps: list[tuple[Op, tuple[int, ...]]] = field(default_factory=list)
    is_bound: bool = False

    @property
    def false(self) -> int:
        return self.variables

    @property
    def true(self) -> int:
        return self.variables + 1

    def add(self, op: Op, parts: tuple[int, ...]) -> int:
        """A further slot."""
        if len(parts) == 1:
            return parts[0]
        self.steps.append((op, parts))
        return self.variables + 1 + len(self.steps)

    def failures(self, down: Sequence[float]) -> list[float]:
        """The chance of every slot to fail; `down` is that of each variable, which are independent.

        Sums and products of the small numbers themselves, so that nine nines survive.
        """
        values = [*down, 1.0, 0.0]
        for op, parts in self.steps:
            if op is ALL:
                failing = 0.0
                for part in parts:
                    failing += (1.0 - failing) * values[part]
            elif op is ANY:
                failing = 1.0
                for part in parts:
                    failing *= values[part]
            elif op is IF:
                decider, low, high = parts
                chance = values[decider]
                failing = chance * values[low] + (1.0 - chance) * values[high]
            else:
                failing = min([values[part] for part in parts])
            values.append(failing)
        return values

    def gradient(self, root: int, values: Sequence[float]) -> list[float]:
        """The derivative of slot `root` by each variable's chance to fail (Birnbaum importance), in one sweep back.

        `values` are what `failures` gave.
        """
        return self.slopes([(1.0, root)], values)

    def slopes(self, roots: Iterable[tuple[float, int]], values: Sequence[float]) -> list[float]:
        """As `gradient`, of the sum of several slots with their weights."""
        slopes = [0.0] * len(values)
        for weight, root in roots:
            slopes[root] += weight
        slot = len(values)
        for op, parts in reversed(self.steps):
            slot -= 1
            slope = slopes[slot]
            if slope == 0.0:
                continue
            if op is IF:
                decider, low, high = parts
                chance = values[decider]
                slopes[decider] += slope * (values[low] - values[high])
                slopes[low] += slope * chance
                slopes[high] += slope * (1.0 - chance)
            elif op is LEAST:
                least = min(parts, key=values.__getitem__)
                slopes[least] += slope
            else:
                _spread_slope(op, parts, values, slopes, slope, values[slot])
        return slopes[: self.variables]


def _spread_slope(
    op: Op, parts: tuple[int, ...], values: Sequence[float], slopes: list[float], slope: float, own: float
) -> None:
    """The slope of a product by its factors: the product without each of them."""
    if op is ALL:
        works = 1.0 - own
        if works > _SAFE:
            works *= slope
            for part in parts:
                slopes[part] += works / (1.0 - values[part])
            return
        factors = [1.0 - values[part] for part in parts]
    else:
        if own > _TINY:
            fails = slope * own
            for part in parts:
                slopes[part] += fails / values[part]
            return
        factors = [values[part] for part in parts]
    after = [1.0] * (len(parts) + 1)
    for index in range(len(parts) - 1, -1, -1):
        after[index] = after[index + 1] * factors[index]
    before = slope
    for index, part in enumerate(parts):
        slopes[part] += before * after[index + 1]
        before *= factors[index]


def compile_decisions(ways: Sequence[Way], decisions: Decisions, variables: int) -> tuple[Circuit, list[int]]:
    """A circuit in which each of the starts has a slot, and these slots."""
    circuit = Circuit(variables)
    slots = {FAILS: circuit.false, WORKS: circuit.true}
    deciders: dict[int, int] = {}
    for number, (way, low, high) in enumerate(decisions.listed):
        if way not in deciders:
            own = ways[way].own
            deciders[way] = circuit.add(ALL, own) if own else circuit.true
        slots[number + 2] = circuit.add(IF, (deciders[way], slots[low], slots[high]))
    return circuit, [slots[start] for start in decisions.starts]


def compile_formulas(formulas: Formulas, roots: Sequence[int], variables: int) -> tuple[Circuit, list[int]]:
    """A circuit in which each of `roots` has a slot, and these slots."""
    return _Compiler(formulas, variables).compile(roots)


class _Compiler:
    def __init__(self, formulas: Formulas, variables: int) -> None:
        self._formulas = formulas
        self._circuit = Circuit(variables)
        self._slots: dict[int, int] = {FALSE: variables, TRUE: variables + 1}
        self._tangles: dict[int, tuple[list[int], list[Modules]]] = {}

    def compile(self, roots: Sequence[int]) -> tuple[Circuit, list[int]]:
        for formula in sorted(self._needed(roots)):
            self._slots[formula] = self._slot(formula)
        return self._circuit, [self._slots[root] for root in roots]

    def _needed(self, roots: Sequence[int]) -> set[int]:
        """The formulas that get a slot: the roots, and what those that do are put together from."""
        formulas = self._formulas
        found = {root for root in roots if root > TRUE}
        waiting = list(found)
        while waiting:
            formula = waiting.pop()
            if formulas.kinds[formula] is Kind.VARIABLE:
                continue
            parts = self._untangle(formula)
            for part in parts:
                if part not in found:
                    found.add(part)
                    waiting.append(part)
        return found

    def _untangle(self, formula: int) -> list[int]:
        """What a gate is put together from; notes which of it shares variables."""
        members, support = self._formulas.members[formula], self._formulas.support
        once = shared = 0
        for part in members:
            own = support[part]
            shared |= once & own
            once |= own
        if not shared:
            return list(members)
        alone = [part for part in members if not support[part] & shared]
        groups = [
            Modules(self._formulas, group)
            for group in _connected([part for part in members if support[part] & shared], support)
        ]
        self._tangles[formula] = (alone, groups)
        return [*alone, *[leaf for group in groups for leaf in group.leaves]]

    def _slot(self, formula: int) -> int:
        kind, members = self._formulas.kinds[formula], self._formulas.members[formula]
        if kind is Kind.VARIABLE:
            return members[0]
        op = ALL if kind is Kind.ALL else ANY
        if formula not in self._tangles:
            return self._circuit.add(op, tuple([self._slots[part] for part in members]))
        alone, groups = self._tangles.pop(formula)
        slots = [self._slots[part] for part in alone]
        slots += [self._decide(kind, group) for group in groups]
        return self._circuit.add(op, tuple(slots))

    def _decide(self, kind: Kind, group: Modules) -> int:
        """The slot of a gate over parts that share variables."""
        # Level by level a diagram is as wide as the drawing; from the ends on, where that is wide and needs much.
        for order, most in ((group.by_level, FEW_STEPS), (group.by_level[::-1], MOST_STEPS)):
            try:
                return self._diagram(kind, group, order, most)
            except TooLarge:
                continue
        self._circuit.is_bound = True
        return self._bound(kind, group)

    def _diagram(self, kind: Kind, group: Modules, order: Sequence[int], most: int) -> int:
        formulas, circuit = self._formulas, self._circuit
        diagram = Diagram[int](budget=most)
        if len(order) > diagram.DEEPEST:
            raise TooLarge
        found = {leaf: diagram.variable(leaf) for leaf in order}
        for formula in group.inner:
            parts = [found[part] for part in formulas.members[formula]]
            both = formulas.kinds[formula] is Kind.ALL
            found[formula] = diagram.all_of(parts) if both else diagram.any_of(parts)
        parts = [found[part] for part in group.parts]
        root = diagram.all_of(parts) if kind is Kind.ALL else diagram.any_of(parts)
        slots = {FALSE: circuit.false, TRUE: circuit.true}
        for node, leaf, low, high in reversed(diagram.branches(root)):
            slots[node] = circuit.add(IF, (self._slots[leaf], slots[low], slots[high]))
        return slots[root]

    def _bound(self, kind: Kind, group: Modules) -> int:
        """A slot whose chance to fail is at least the true one.

        Things that only ever help each other all work at least as often as if they shared nothing (Harris' inequality);
        any of several works at least as often as the best of them.
        """
        formulas = self._formulas
        slots = {leaf: self._slots[leaf] for leaf in group.leaves}
        for formula in group.inner:
            parts = tuple([slots[part] for part in formulas.members[formula]])
            op = ALL if formulas.kinds[formula] is Kind.ALL else LEAST
            slots[formula] = self._circuit.add(op, parts)
        return self._circuit.add(
            ALL if kind is Kind.ALL else LEAST, tuple([slots[part] for part in group.parts])
        )


def _connected(parts: Sequence[int], support: Sequence[int]) -> list[list[int]]:
    """The parts in groups that share no variable with each other."""
    groups: list[tuple[int, list[int]]] = []
    for part in parts:
        own, joined, others = support[part], [part], []
        for reach, group in groups:
            if reach & own:
                own |= reach
                joined = group + joined
            else:
                others.append((reach, group))
        groups = [*others, (own, joined)]
    return [group for _, group in groups]
