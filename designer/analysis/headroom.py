"""How much more traffic the design takes, and which requirement gives way first."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator

from designer.analysis.model import Analysis, Headroom, State, Verdict
from designer.analysis.rulings import nodes_of
from designer.performance.model import Ceiling

SMALLEST = 1 / 1024  # below a thousandth of the stated traffic a requirement is missed "at any traffic"
LARGEST = 1024.0
PRECISION = 1.01  # the multiple is found to within 1 %

NEAR = 1.001
"""How far to both sides of where something should give way it is looked whether it does."""

_WORK = (Ceiling.OPERATIONS, Ceiling.TOKENS)

JudgeAt = Callable[[float, Collection[str]], tuple[Verdict, ...]]
"""The verdicts on some requirements at a multiple of the traffic."""


def find_headroom(analysis: Analysis, judge_at: JudgeAt) -> Headroom | None:
    """The largest multiple of today's traffic at which every requirement that traffic decides still holds.

    Bisection on a logarithmic scale, since no requirement becomes easier to meet when traffic grows. What is missed
    even at next to no traffic is left out of the search and named in the reason. None when nothing can be judged.
    """
    judged = {item.requirement for item in analysis.verdicts if item.state is not State.UNKNOWN}
    if not judged:
        return None
    hopeless = _hopeless(analysis, judge_at, judged)
    deciding = judged - {item.requirement for item in hopeless}
    if not deciding:
        nodes = tuple(dict.fromkeys(node for item in hopeless for node in item.nodes))
        return Headroom(0.0, hopeless[0].requirement, nodes, _aside(hopeless).strip())
    search = _Search(analysis, judge_at, deciding)
    low, high = _bracket(search)
    if math.isinf(high):
        return Headroom(
            math.inf, None, (), f"Nothing gives way, however much traffic comes.{_aside(hopeless)}"
        )
    while high / low > PRECISION:
        middle = math.sqrt(low * high)
        if search.breaks(middle):
            high = middle
        else:
            low = middle
    culprit = search.culprit(high)
    reason = f"{culprit.title} gives way first.{_aside(hopeless)}"
    return Headroom(low, culprit.requirement, culprit.nodes, reason, culprit)


class _Search:
    """What is known of where something breaks. Nothing is analysed that follows from what was."""

    def __init__(self, analysis: Analysis, judge_at: JudgeAt, deciding: Collection[str]) -> None:
        self._judge_at, self._deciding = judge_at, deciding
        self._found: dict[float, Verdict | None] = {}
        self._holds_to, self._breaks_from = 0.0, math.inf
        self._note(1.0, _worst(analysis.verdicts, deciding))
        # Loads mostly grow with the traffic, so where a ceiling is reached can be told beforehand.
        guess = min(_turns(analysis, deciding), default=math.inf)
        if SMALLEST < guess < LARGEST:
            self.breaks(guess * NEAR)
            self.breaks(guess / NEAR)

    def breaks(self, multiple: float) -> bool:
        """Whether something that decides is missed at so much traffic."""
        if multiple <= self._holds_to:
            return False
        if multiple < self._breaks_from:
            self._note(multiple, _worst(self._judge_at(multiple, self._deciding), self._deciding))
        return multiple >= self._breaks_from

    def culprit(self, multiple: float) -> Verdict:
        """What is missed the most at a multiple at which something is."""
        if multiple not in self._found:
            self._note(multiple, _worst(self._judge_at(multiple, self._deciding), self._deciding))
        found = self._found[multiple] or self._found[self._breaks_from]
        if found is None:
            raise ValueError(f"nothing breaks at {multiple:g} times the traffic")
        return found

    def _note(self, multiple: float, found: Verdict | None) -> None:
        self._found[multiple] = found
        if found is None:
            self._holds_to = max(self._holds_to, multiple)
        else:
            self._breaks_from = min(self._breaks_from, multiple)


def _turns(analysis: Analysis, deciding: Collection[str]) -> Iterator[float]:
    """The multiples at which requirements are missed if every load grows in proportion to the traffic."""
    for item in analysis.verdicts:
        if item.requirement not in deciding or not item.value:
            continue
        if item.kind == "throughput":
            yield item.value / item.limit
        elif item.kind == "latency":
            workload = getattr(analysis.requirement(item.requirement), "workload", "")
            busiest = max((_worked(analysis, name) for name in nodes_of(analysis, workload)), default=0.0)
            if busiest > 0.0:
                yield 1.0 / busiest  # no later: there the wait has no end
        elif item.kind == "availability":
            workload = getattr(analysis.requirement(item.requirement), "workload", "")
            yield from _zone_losses(analysis, workload)
        elif item.kind == "budget":
            growing = math.fsum(node.by_use for node in analysis.cost.nodes)
            if growing > 0.0:
                yield (item.limit - (analysis.cost.total - growing)) / growing


def _zone_losses(analysis: Analysis, workload: str) -> Iterator[float]:
    """The multiples above which the machines of a node outside its fullest zone no longer carry the peak."""
    groups = {item.node: item.machines for item in analysis.reliability.groups}
    for name in nodes_of(analysis, workload):
        zones, machines = len(analysis.design.node(name).zones), groups.get(name, 0)
        used = _worked(analysis, name)
        if zones > 1 and used > 0.0:
            left = machines - math.ceil(machines / zones)
            if left >= analysis.nodes[name].needed:
                yield left / (machines * used)


def _worked(analysis: Analysis, node: str) -> float:
    """The part of a node's busiest machine that its work takes; 0 where that is not known."""
    used = analysis.nodes[node].utilisations  # the most used first
    return next((item.value for item in used if item.ceiling in _WORK), 0.0)


def _hopeless(analysis: Analysis, judge_at: JudgeAt, judged: set[str]) -> tuple[Verdict, ...]:
    """What is missed now and stays missed when there is next to no traffic."""
    missed = {item.requirement for item in analysis.verdicts if item.state is State.MISSED} & judged
    if not missed:
        return ()
    least = judge_at(SMALLEST, missed)
    return tuple(item for item in least if item.requirement in missed and item.state is not State.MET)


def _aside(hopeless: tuple[Verdict, ...]) -> str:
    titles = ", ".join(item.title for item in hopeless)
    return f" Missed at any traffic: {titles}." if hopeless else ""


def _bracket(search: _Search) -> tuple[float, float]:
    """A multiple that holds and one that breaks, a factor of two apart; inf where nothing breaks."""
    multiple = 1.0
    if not search.breaks(multiple):
        while multiple < LARGEST:
            if search.breaks(multiple * 2):
                return multiple, multiple * 2
            multiple *= 2
        return multiple, math.inf
    # Ends: what is missed at the smallest multiple was left out beforehand.
    while multiple / 2 > SMALLEST and search.breaks(multiple / 2):
        multiple /= 2
    return multiple / 2, multiple


def _worst(verdicts: tuple[Verdict, ...], judged: Collection[str]) -> Verdict | None:
    """The missed requirement that is furthest off, or None when all hold."""
    missed = [item for item in verdicts if item.requirement in judged and item.state is not State.MET]
    return min(missed, key=_distance, default=None)


def _distance(verdict: Verdict) -> float:
    margin = verdict.margin
    return -math.inf if margin is None else margin
