"""What must be up for a workload: its plan of calls turned into a formula over machines, and that into a circuit.

A workload works when the client's visit works. A visit works when its node has enough machines up and each call it
waits for works; a call works when one of its options does, or when a cache answers it. Parts used twice count once.

Reads and writes of a node may need different numbers of the same machines. Whenever the one that needs more works the
other does too, so the node has one variable for the lesser need and one for what the greater needs beyond it; the
chance of the latter is conditional on the former, which makes the two independent. All parts of the data are such a
need too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from designer.design.model import Index, Node
from designer.keeping import Same
from designer.reliability.circuit import Circuit, compile_decisions, compile_formulas
from designer.reliability.formulas import Formulas
from designer.reliability.frontier import Way, follow
from designer.reliability.groups import Placement
from designer.scenario.model import Access, Operation, Touch
from designer.traffic.model import Plan, Visit

_LOCAL = Index.LOCAL
FEW_STATES = 8
"""States per visit of a walk through a drawing that is narrow."""

MOST_STATES = 20_000
"""States of a walk through the drawing; where there are more, its parts are looked at one by one."""

LEAST = ""
"""What any operation on one part of a node's data needs."""

MORE = "more"
"""What reads or writes, whichever need more, need beyond that."""

ALL_READS = "all reads"
ALL_WRITES = "all writes"
"""What an operation on all parts needs beyond one on a single part."""


class Variable(NamedTuple):
    """Something that works or does not: machines of a node (`need` says which), or a cache that has the answer."""

    node: str
    need: str
    dataset: str | None = None  # of which a cache has the record asked for


_Need = tuple[tuple[int, ...], tuple[int, ...]]
"""Of a call: the variables of a cache's answer, none without a cache, and the visits of which one may be made."""

_Row = tuple[tuple[int, ...], tuple[_Need, ...]]
"""Of a visit: its own variables, and its calls."""

_NOTHING: _Row = ((), ())
"""Of a visit that nobody waits for."""


class Outline(NamedTuple):
    """All of a plan that its structure depends on, as one value: two drawings of the same thing have the same."""

    workload: str
    variables: tuple[Variable, ...]
    rows: tuple[_Row, ...]  # visits, callees first
    entries: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Wiring:
    """From the chances of the variables to that of the workload.

    `roots` are the slots of the circuit that clients start from, each with the share of requests sent there.
    Two are the same only when they are one object, which they are for the same outline.
    """

    variables: tuple[Variable, ...]
    circuit: Circuit
    roots: tuple[tuple[float, int], ...]


@dataclass(frozen=True, eq=False)
class Structure:
    """What must be up for one workload. Two are the same only when they are one object."""

    workload: str
    variables: tuple[Variable, ...]
    meets: frozenset[str]  # all that can fail on the way, whether needed or not
    # Nodes, with the need, each of which takes the workload down when it fails.
    stops: tuple[tuple[str, str], ...]
    _seen: Outline

    @cached_property
    def wiring(self) -> Wiring:
        """From the chances of the variables to that of the workload."""
        return _wire(self._seen)

    def falls(self, down: Mapping[str, str]) -> bool:
        """Whether the workload no longer works when these nodes, and no others, do not meet these needs.

        A cache answers only what it has, which is luck, and does not count.
        """
        lacking = {
            number
            for number, (node, need, dataset) in enumerate(self.variables)
            if dataset is None and down.get(node) == need
        }
        works: list[bool] = []
        for own, needs in self._seen.rows:
            answer = lacking.isdisjoint(own)
            for _, options in needs if answer else ():
                for place in options:
                    if works[place]:
                        break
                else:
                    answer = False
                    break
            works.append(answer)
        return not all(works[place] for _, place in self._seen.entries)


class Outliner:
    """Finds out what `structure_of` needs to know of the workloads of a design."""

    def __init__(self, placements: Mapping[str, Placement], nodes: Mapping[str, Node]) -> None:
        self.placements = placements  # what has none never fails
        self.nodes = nodes
        # All of a node that an outline depends on, by name.
        self._traits = [
            (
                name,
                item.split,
                item.reads_more,
                item.number > 1,
                nodes[name].index is _LOCAL if name in nodes else None,
            )
            for name, item in placements.items()
        ]
        # What a read needs of each node: also asked of what merely passes a request on.
        self.to_read: dict[str, tuple[Variable, ...]] = {
            name: (Variable(name, LEAST), Variable(name, MORE))
            if placement.split and placement.reads_more
            else (Variable(name, LEAST),)
            for name, placement in placements.items()
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outliner) and self._traits == other._traits

    def __hash__(self) -> int:
        return hash(len(self._traits))

    def outline(self, plan: Plan, touches: Sequence[Touch]) -> Outline:
        """The outline of one workload."""
        return _Walk(self, plan, touches).outline()

    def structure(self, plan: Plan, touches: Sequence[Touch]) -> Structure:
        """The structure of one workload, remembered for a plan: it outlives changes of traffic, counts and figures."""
        return _structure(Same(plan), Same(touches), self)


class _Walk:
    """Through the plan of one workload, callers before those they call."""

    def __init__(self, design: Outliner, plan: Plan, touches: Sequence[Touch]) -> None:
        self._plan = plan
        self._touches = touches
        self._placements = design.placements
        self._nodes = design.nodes
        self._to_read = design.to_read
        self._numbers: defaultdict[Variable, int] = defaultdict()  # in the order in which they are called for
        self._numbers.default_factory = self._numbers.__len__
        self._number = self._numbers.__getitem__
        self._answers: dict[tuple[str, bool, tuple[int, ...]], tuple[int, ...]] = {}

    def outline(self) -> Outline:
        plan, own_of, answer_of = self._plan, self._own, self._answer
        owned: list[tuple[int, ...] | None] = [None] * len(plan.visits)  # None: nobody waits for it
        for _, _, visit in plan.entries:
            owned[visit.number] = own_of(visit)
        rows: list[_Row] = []
        for visit in reversed(plan.visits):
            own = owned[visit.number]
            if own is None:
                rows.append(_NOTHING)
                continue
            needs: list[_Need] = []
            for touches, _, options, on_miss, deferred, optional in visit.calls:
                if deferred or optional:
                    continue
                places: list[int] = []
                for _, _, called in options:
                    place = called.number
                    places.append(place)
                    if owned[place] is None:
                        owned[place] = own_of(called)
                answer = () if on_miss is None else answer_of(visit.node, on_miss, touches)
                needs.append((answer, tuple(places)))
            rows.append((own, tuple(needs)))
        rows.reverse()
        self._numbers.default_factory = None  # which has hold of what it belongs to
        entries = tuple([(weight, visit.number) for weight, _, visit in plan.entries])
        return Outline(plan.workload, tuple(self._numbers), tuple(rows), entries)

    def _own(self, visit: Visit) -> tuple[int, ...]:
        """Numbers of what must be up at the visited node."""
        node, _, work, _, _ = visit
        needed = self._to_read.get(node)
        if needed is None:
            return ()
        if work:
            placement = self._placements[node]
            if placement.split or placement.number > 1:
                needed = self._to_work(visit, placement)
        return tuple(map(self._number, needed))

    def _to_work(self, visit: Visit, placement: Placement) -> tuple[Variable, ...]:
        """What the work on data needs of the node."""
        needs = {LEAST: None}
        for work in visit.work:
            touch = self._touches[work.touch]
            is_read = touch.dataset is None or touch.operation is Operation.READ
            if placement.split and is_read is placement.reads_more:
                needs[MORE] = None
            if placement.number > 1 and self._everywhere(visit.node, touch):
                needs[ALL_READS if is_read else ALL_WRITES] = None
        return tuple([Variable(visit.node, need) for need in needs])

    def _everywhere(self, node: str, touch: Touch) -> bool:
        indexed = touch.access is Access.INDEX and self._nodes[node].index is _LOCAL
        return indexed or touch.access is Access.SCATTER

    def _answer(self, node: str, cache: str, touches: tuple[int, ...]) -> tuple[int, ...]:
        """Numbers of what an answer of the cache takes, for which nothing behind it is asked."""
        is_inside = cache == node
        found = self._answers.get((cache, is_inside, touches))
        if found is None:
            datasets = dict.fromkeys([self._touches[touch].dataset or "" for touch in touches])
            needed = [Variable(cache, LEAST, dataset) for dataset in datasets]
            if not is_inside:  # a visit to the cache itself has its machines among its own
                needed = [*self._to_read.get(cache, ()), *needed]
            found = self._answers[cache, is_inside, touches] = tuple(map(self._number, needed))
        return found


def structure_of(seen: Outline) -> Structure:
    """The structure of a workload."""
    vital = _find_vital(seen)
    stops = [
        (node, need)
        for number, (node, need, dataset) in enumerate(seen.variables)
        if dataset is None and vital >> number & 1
    ]
    meets = frozenset([variable.node for variable in seen.variables])
    return Structure(seen.workload, seen.variables, meets, tuple(stops[::-1]), seen)


@lru_cache(maxsize=256)
def _structure(plan: Same[Plan], touches: Same[Sequence[Touch]], outliner: Outliner) -> Structure:
    return structure_of(outliner.outline(plan.thing, touches.thing))


@lru_cache(maxsize=64)
def _wire(seen: Outline) -> Wiring:
    """Remembered by value: it outlives changes of traffic, counts and figures."""
    shares: dict[int, float] = {}
    for weight, place in seen.entries:
        shares[place] = shares.get(place, 0.0) + weight
    circuit, slots = _compile(seen, tuple(shares))
    return Wiring(seen.variables, circuit, _merge(zip(shares.values(), slots, strict=True)))


def _merge(roots: Iterable[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    """The share of requests of each slot."""
    found: dict[int, float] = {}
    for weight, slot in roots:
        found[slot] = found.get(slot, 0.0) + weight
    return tuple([(weight, slot) for slot, weight in found.items()])


def _find_vital(seen: Outline) -> int:
    """Each variable that takes the workload down when it alone is false, and no cache has an answer."""
    vital: list[int] = []
    for own, needs in seen.rows:
        alone = 0
        for number in own:
            alone |= 1 << number
        for _, options in needs:
            common = -1
            for place in options:
                common &= vital[place]
            alone |= common
        vital.append(alone)
    found = 0
    for _, place in seen.entries:
        found |= vital[place]
    return found


def _compile(seen: Outline, starts: Sequence[int]) -> tuple[Circuit, list[int]]:
    """A circuit with a slot for each of these visits."""
    size = len(seen.variables)
    ways = _ways(seen)
    # A narrow drawing is soonest walked through; of a wide one first the parts that share nothing are told apart.
    decisions = None if ways is None else follow(ways, starts, FEW_STATES * len(ways))
    if ways is None or decisions is None:
        formulas = Formulas()
        visits = _formulate(seen, formulas)
        roots = [visits[place] for place in starts]
        if ways is not None and formulas.is_tangled(roots):
            decisions = follow(ways, starts, MOST_STATES)
        if ways is None or decisions is None:
            return compile_formulas(formulas, roots, size)
    return compile_decisions(ways, decisions, size)


def _formulate(seen: Outline, formulas: Formulas) -> list[int]:
    """The formula of each visit."""
    variables = [formulas.variable(number) for number in range(len(seen.variables))]
    visits: list[int] = []
    for own, needs in seen.rows:
        parts = [variables[number] for number in own]
        for answer, options in needs:
            works = [visits[place] for place in options]
            if answer:
                works.append(formulas.all_of([variables[number] for number in answer]))
            parts.append(formulas.any_of(works))
        visits.append(formulas.all_of(parts))
    return visits


def _ways(seen: Outline) -> list[Way] | None:
    """The visits, where each needs at most one call and no cache may answer instead; else None."""
    ways = []
    for own, needs in seen.rows:
        if len(needs) > 1 or (needs and needs[0][0]):
            return None
        ways.append(Way(own, needs[0][1] if needs else None))
    return ways
