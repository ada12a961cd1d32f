"""Reduced ordered binary decision diagrams: exact probabilities for AND/OR structures with shared parts.

R. E. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", IEEE Transactions on Computers C-35 (1986).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

FALSE = 0
TRUE = 1


Name = TypeVar("Name", bound=Hashable)


class TooLarge(Exception):
    """A diagram would take more steps than it may. Whoever set the budget has another answer ready."""


@dataclass(slots=True)
class Diagram(Generic[Name]):
    """A shared store of decision nodes. A function is the index of its root; 0 is false and 1 is true.

    Variables are names; their order is the order in which `variable` first saw them. Raises TooLarge after `budget`
    steps, and RecursionError beyond some hundreds of variables; `DEEPEST` are safe.
    """

    DEEPEST: ClassVar[int] = 300

    budget: int = 1 << 40

    _nodes: list[tuple[int, int, int]] = field(default_factory=lambda: [(1 << 30, 0, 0), (1 << 30, 1, 1)])
    _unique: dict[tuple[int, int, int], int] = field(default_factory=dict)
    _order: dict[Name, int] = field(default_factory=dict)
    _names: list[Name] = field(default_factory=list)
    _memo: dict[tuple[bool, int, int], int] = field(default_factory=dict)
    _sorted: dict[int, tuple[tuple[int, Name, int, int], ...]] = field(default_factory=dict)

    def variable(self, name: Name) -> int:
        """The function that is true when `name` is."""
        if name not in self._order:
            self._order[name] = len(self._names)
            self._names.append(name)
        return self._make(self._order[name], FALSE, TRUE)

    def both(self, left: int, right: int) -> int:
        """left AND right."""
        return self._apply(True, left, right)

    def either(self, left: int, right: int) -> int:
        """left OR right."""
        return self._apply(False, left, right)

    def all_of(self, functions: Sequence[int]) -> int:
        """AND of them; true for none."""
        result = TRUE
        for function in functions:
            result = self.both(result, function)
        return result

    def any_of(self, functions: Sequence[int]) -> int:
        """OR of them; false for none."""
        result = FALSE
        for function in functions:
            result = self.either(result, function)
        return result

    def names(self, root: int) -> tuple[Name, ...]:
        """The variables `root` depends on, in order."""
        return tuple(dict.fromkeys(name for _, name, _, _ in self.branches(root)))

    def failure(self, root: int, down: Mapping[Name, float]) -> float:
        """Probability that the function is false, given each variable's probability of being false.

        A sum of products of the small numbers themselves, so that nine nines survive. Variables are independent.
        """
        return self._failures(root, down)[root]

    def gradient(self, root: int, down: Mapping[Name, float]) -> tuple[float, dict[Name, float]]:
        """`failure`, and its derivative by each variable's probability of being false (Birnbaum importance)."""
        failing = self._failures(root, down)
        reach = {root: 1.0}
        importance: dict[Name, float] = {}
        for node, name, low, high in self.branches(root):
            mass = reach.get(node, 0.0)
            importance[name] = importance.get(name, 0.0) + mass * (failing[low] - failing[high])
            reach[low] = reach.get(low, 0.0) + mass * down[name]
            reach[high] = reach.get(high, 0.0) + mass * (1.0 - down[name])
        return failing[root], importance

    def holds(self, root: int, down: frozenset[Name]) -> bool:
        """The function's value when exactly the variables in `down` are false."""
        while root > TRUE:
            level, low, high = self._nodes[root]
            root = low if self._names[level] in down else high
        return root == TRUE

    def _failures(self, root: int, down: Mapping[Name, float]) -> dict[int, float]:
        failing = {FALSE: 1.0, TRUE: 0.0}
        for node, name, low, high in reversed(self.branches(root)):
            probability = down[name]
            failing[node] = probability * failing[low] + (1.0 - probability) * failing[high]
        return failing

    def branches(self, root: int) -> tuple[tuple[int, Name, int, int], ...]:
        """Every decision below `root`, from the top down: its index, its variable, and where it leads."""
        if root not in self._sorted:
            below = sorted(self._below(root), key=lambda index: self._nodes[index][0])
            self._sorted[root] = tuple(
                (node, self._names[self._nodes[node][0]], *self._nodes[node][1:]) for node in below
            )
        return self._sorted[root]

    def _below(self, root: int) -> set[int]:
        seen: set[int] = set()
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node > TRUE and node not in seen:
                seen.add(node)
                waiting.extend(self._nodes[node][1:])
        return seen

    def _make(self, level: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (level, low, high)
        if key not in self._unique:
            self._unique[key] = len(self._nodes)
            self._nodes.append(key)
        return self._unique[key]

    def _apply(self, conjunction: bool, left: int, right: int) -> int:
        absorbing, neutral = (FALSE, TRUE) if conjunction else (TRUE, FALSE)
        if absorbing in (left, right):
            return absorbing
        if left in (neutral, right):
            return right
        if right == neutral:
            return left
        if left > right:
            left, right = right, left
        key = (conjunction, left, right)
        found = self._memo.get(key)
        if found is not None:
            return found
        if len(self._memo) >= self.budget:
            raise TooLarge
        level, low, high = self._nodes[left]
        other, other_low, other_high = self._nodes[right]
        if level < other:
            other_low = other_high = right
        elif level > other:
            level, low, high = other, left, left
        found = self._make(
            level,
            self._apply(conjunction, low, other_low),
            self._apply(conjunction, high, other_high),
        )
        self._memo[key] = found
        return found
