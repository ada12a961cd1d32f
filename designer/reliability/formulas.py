"""Monotone formulas of AND and OR with shared parts, kept as simple as plain algebra makes them.

What is drawn is mostly series and parallel: once common parts are taken out (a b or a c is a (b or c)) and what is
implied is dropped (a or a b is a), hardly anything occurs twice, and probabilities multiply.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

FALSE = 0
TRUE = 1


class Kind(IntEnum):
    """What a formula is."""

    CONSTANT = 0
    VARIABLE = 1
    ALL = 2
    ANY = 3


_DUAL = {Kind.ALL: Kind.ANY, Kind.ANY: Kind.ALL}


class Formulas:
    """A store of formulas, each once. A formula is a number; those it is made of have lower numbers.

    Variable `v` is bit 1 << v of what is in `support`: the variables of each formula.
    """

    def __init__(self) -> None:
        self.kinds: list[Kind] = [Kind.CONSTANT, Kind.CONSTANT]
        self.members: list[tuple[int, ...]] = [(), ()]  # of a variable: its own number
        self.support: list[int] = [0, 0]
        self._known: dict[tuple[Kind, tuple[int, ...]], int] = {}

    def variable(self, number: int) -> int:
        """The formula that is true when variable `number` is."""
        key = (Kind.VARIABLE, (number,))
        found = self._known.get(key)
        if found is None:
            found = self._add(key, 1 << number)
        return found

    def all_of(self, formulas: Iterable[int]) -> int:
        """AND of them; true for none."""
        return self._gate(Kind.ALL, formulas)

    def any_of(self, formulas: Iterable[int]) -> int:
        """OR of them; false for none."""
        return self._gate(Kind.ANY, formulas)

    def below(self, roots: Iterable[int]) -> list[int]:
        """The roots and all they are made of but constants, in ascending order: parts before what they are part of."""
        found = {root for root in roots if root > TRUE}
        waiting = list(found)
        while waiting:
            formula = waiting.pop()
            if self.kinds[formula] is not Kind.VARIABLE:
                for member in self.members[formula]:
                    if member not in found:
                        found.add(member)
                        waiting.append(member)
        return sorted(found)

    def is_tangled(self, roots: Iterable[int]) -> bool:
        """Whether parts of some formula share variables, so that their probabilities do not just multiply."""
        for formula in self.below(roots):
            if self.kinds[formula] is not Kind.VARIABLE:
                once = 0
                for member in self.members[formula]:
                    if once & self.support[member]:
                        return True
                    once |= self.support[member]
        return False

    def _add(self, key: tuple[Kind, tuple[int, ...]], support: int) -> int:
        found = self._known[key] = len(self.kinds)
        self.kinds.append(key[0])
        self.members.append(key[1])
        self.support.append(support)
        return found

    def _gate(self, kind: Kind, formulas: Iterable[int]) -> int:
        neutral, absorbing = (TRUE, FALSE) if kind is Kind.ALL else (FALSE, TRUE)
        kinds, members, support = self.kinds, self.members, self.support
        parts: set[int] = set()
        for formula in formulas:
            if formula == absorbing:
                return absorbing
            if formula != neutral:
                if kinds[formula] is kind:
                    parts.update(members[formula])
                else:
                    parts.add(formula)
        if len(parts) < 2:
            return parts.pop() if parts else neutral
        once = shared = 0
        for part in parts:
            own = support[part]
            shared |= once & own
            once |= own
        if shared:
            entangled = [part for part in parts if support[part] & shared]
            simpler = self._factor(kind, sorted(entangled))
            if simpler is not None:
                return self._gate(kind, [*parts.difference(entangled), *simpler])
        return self._intern(kind, tuple(sorted(parts)), once)

    def _intern(self, kind: Kind, parts: tuple[int, ...], support: int) -> int:
        key = (kind, parts)
        found = self._known.get(key)
        if found is not None:
            return found
        return self._add(key, support)

    def _factor(self, kind: Kind, parts: Sequence[int]) -> list[int] | None:
        """The parts with members common to several of them taken out; None where no two have any in common."""
        dual = _DUAL[kind]
        sets = {
            part: frozenset(self.members[part]) if self.kinds[part] is dual else frozenset({part})
            for part in parts
        }
        having: dict[int, list[int]] = {}
        for part in parts:
            for member in sets[part]:
                having.setdefault(member, []).append(part)
        often = sorted(
            [member for member, found in having.items() if len(found) > 1],
            key=lambda member: (-len(having[member]), member),
        )
        if not often:
            return None
        left = dict.fromkeys(parts)
        made: list[int] = []
        for member in often:
            group = [part for part in having[member] if part in left]
            if len(group) > 1:
                common = frozenset.intersection(*[sets[part] for part in group])
                for part in group:
                    del left[part]
                rests = [self._gate(dual, sets[part] - common) for part in group]
                made.append(self._gate(dual, [*common, self._gate(kind, rests)]))
        return [*left, *made]
