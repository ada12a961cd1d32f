"""The parts of an entangled formula that nothing else of it touches: each counts as one thing with one probability."""

from __future__ import annotations

from collections.abc import Sequence

from designer.reliability.formulas import Formulas, Kind


class Modules:
    """A group of formulas that share variables, taken apart down to what is used as a whole.

    `leaves` are variables and formulas none of whose variables is met elsewhere in the group, in the order in which a
    walk from the top meets them first; `inner` is what is put together from them, parts before wholes.
    """

    def __init__(self, formulas: Formulas, parts: Sequence[int]) -> None:
        self.formulas = formulas
        self.parts = parts
        first, last, left = _walk(formulas, parts)
        whole = _find_whole(formulas, first, last, left)
        self.leaves: list[int] = []
        self.inner: list[int] = []
        waiting = list(reversed(parts))
        seen: set[int] = set()
        while waiting:
            formula = waiting.pop()
            if formula in seen:
                continue
            seen.add(formula)
            if formula in whole:
                self.leaves.append(formula)
            else:
                self.inner.append(formula)
                waiting.extend(reversed(formulas.members[formula]))
        self.inner.sort()
        self.by_level = self._sort_by_level()

    def _sort_by_level(self) -> list[int]:
        """The leaves by the length of the longest way from the top to them."""
        level = dict.fromkeys(self.parts, 0)
        members = self.formulas.members
        for formula in reversed(self.inner):
            below = level[formula] + 1
            for member in members[formula]:
                if level.get(member, 0) < below:
                    level[member] = below
        return sorted(self.leaves, key=lambda leaf: level[leaf])


def _walk(formulas: Formulas, parts: Sequence[int]) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """When a walk from the top, which goes into each formula once, meets each first, meets it last, and leaves it."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    left: dict[int, int] = {}
    time = 0
    waiting = [(part, False) for part in reversed(parts)]
    while waiting:
        formula, is_open = waiting.pop()
        time += 1
        if is_open:
            left[formula] = last[formula] = time
            continue
        last[formula] = time
        if formula in first:
            continue
        first[formula] = time
        if formulas.kinds[formula] is Kind.VARIABLE:
            left[formula] = time
            continue
        waiting.append((formula, True))
        waiting += [(member, False) for member in reversed(formulas.members[formula])]
    return first, last, left


def _find_whole(
    formulas: Formulas, first: dict[int, int], last: dict[int, int], left: dict[int, int]
) -> set[int]:
    """Variables, and gates all of whose parts are met only between their own beginning and end."""
    whole: set[int] = set()
    earliest: dict[int, int] = {}
    latest: dict[int, int] = {}
    for formula in sorted(first):
        if formulas.kinds[formula] is Kind.VARIABLE:
            whole.add(formula)
            earliest[formula], latest[formula] = first[formula], last[formula]
            continue
        members = formulas.members[formula]
        least = min([earliest[member] for member in members])
        most = max([latest[member] for member in members])
        if least > first[formula] and most < left[formula]:
            whole.add(formula)
        earliest[formula] = min(least, first[formula])
        latest[formula] = max(most, last[formula])
    return whole
