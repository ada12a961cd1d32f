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
from functools import lru_cache
from typing import NamedTuple

from designer.design.model import Index, Node
from designer.reliability.circuit import Circuit, compile_decisions, compile_formulas
from designer.reliability.formulas import Formulas
from designer.reliability.frontier import Way, follow
from designer.reliability.groups import Placement
from designer.scenario.model import Access, Operation, Touch
from designer.traffic.model import Plan, Visit

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
class Structure:
    """What must be up for one workload: a slot of the circuit per client, with the share of requests it sends.

    Two are the same only when they are one object, which they are for the same outline.
    """

    workload: str
    variables: tuple[Variable, ...]
    circuit: Circuit
    roots: tuple[tuple[float, int], ...]
    meets: frozenset[str]  # all that can fail on the way, whether needed or not
    stops: tuple[
        tuple[str, str], ...
    ]  # nodes, with the need, each of which takes the workload down when it fails
    numbers: Mapping[tuple[str, str], int]  # of the variables, by node and need
    _vital: int  # bit set of the variables of `stops`; a cache's luck does not count
    _seen: Outline

    def falls(self, down: int) -> bool:
        """Whether the workload no longer works when exactly the variables in the bit set are false."""
        if self._vital & down:
            return True
        if not down & (down - 1):
            return False
        works: list[bool] = []
        for own, needs in self._seen.rows:
            answer = not any(down >> number & 1 for number in own)
            for _, options in needs:  # a cache answers only what it has, which is luck
                answer = answer and any(works[place] for place in options)
            works.append(answer)
        return not all(works[place] for _, place in self._seen.entries)


def outline(
    plan: Plan, touches: Sequence[Touch], placements: Mapping[str, Placement], nodes: Mapping[str, Node]
) -> Outline:
    """What `structure_of` needs to know. Nodes without a placement never fail."""
    return _Outliner(plan, touches, placements, nodes).outline()


class _Outliner:
    def __init__(
        self,
        plan: Plan,
        touches: Sequence[Touch],
        placements: Mapping[str, Placement],
        nodes: Mapping[str, Node],
    ) -> None:
        self._plan = plan
        self._touches = touches
        self._placements = placements
        self._nodes = nodes
        self._numbers: defaultdict[Variable, int] = defaultdict()  # in the order in which they are called for
        self._numbers.default_factory = self._numbers.__len__
        self._number = self._numbers.__getitem__
        self._answers: dict[tuple[str, bool, tuple[int, ...]], tuple[int, ...]] = {}

    def outline(self) -> Outline:
        visits = self._plan.visits
        owned: list[tuple[int, ...] | None] = [None] * len(visits)  # None: nobody waits for it
        for entry in self._plan.entries:
            owned[entry.visit.number] = self._own(entry.visit)
        rows: list[_Row] = []
        for visit in reversed(visits):
            own = owned[visit.number]
            if own is None:
                rows.append(_NOTHING)
                continue
            needs: list[_Need] = []
            for call in visit.calls:
                if call.deferred or call.optional:
                    continue
                options: list[int] = []
                for option in call.options:
                    called = option.visit
                    place = called.number
                    options.append(place)
                    if owned[place] is None:
                        owned[place] = self._own(called)
                answer = () if call.on_miss is None else self._answer(visit.node, call.on_miss, call.touches)
                needs.append((answer, tuple(options)))
            rows.append((own, tuple(needs)))
        rows.reverse()
        entries = tuple([(entry.weight, entry.visit.number) for entry in self._plan.entries])
        return Outline(self._plan.workload, tuple(self._numbers), tuple(rows), entries)

    def _own(self, visit: Visit) -> tuple[int, ...]:
        """Numbers of what must be up at the visited node."""
        placement = self._placements.get(visit.node)
        if placement is None:
            return ()
        if visit.work and (placement.split or placement.number > 1):
            needs = self._to_work(visit, placement)
        else:
            needs = _to_read(placement)
        return tuple(map(self._number, _variables(visit.node, needs)))

    def _to_work(self, visit: Visit, placement: Placement) -> tuple[str, ...]:
        """What the work on data needs of the node."""
        needs = {LEAST: None}
        for work in visit.work:
            touch = self._touches[work.touch]
            is_read = touch.dataset is None or touch.operation is Operation.READ
            if placement.split and is_read is placement.reads_more:
                needs[MORE] = None
            if placement.number > 1 and self._everywhere(visit.node, touch):
                needs[ALL_READS if is_read else ALL_WRITES] = None
        return tuple(needs)

    def _everywhere(self, node: str, touch: Touch) -> bool:
        indexed = touch.access is Access.INDEX and self._nodes[node].index is Index.LOCAL
        return indexed or touch.access is Access.SCATTER

    def _answer(self, node: str, cache: str, touches: tuple[int, ...]) -> tuple[int, ...]:
        """Numbers of what an answer of the cache takes, for which nothing behind it is asked."""
        is_inside = cache == node
        found = self._answers.get((cache, is_inside, touches))
        if found is None:
            datasets = dict.fromkeys([self._touches[touch].dataset or "" for touch in touches])
            needed = [Variable(cache, LEAST, dataset) for dataset in datasets]
            placement = self._placements.get(cache)
            # A visit to the cache itself has its machines among its own.
            if placement is not None and not is_inside:
                needed = [*_variables(cache, _to_read(placement)), *needed]
            found = self._answers[cache, is_inside, touches] = tuple(map(self._number, needed))
        return found


def _to_read(placement: Placement) -> tuple[str, ...]:
    """What a read needs: also asked of what merely passes a request on."""
    return (LEAST, MORE) if placement.split and placement.reads_more else (LEAST,)


@lru_cache(maxsize=16_384)
def _variables(node: str, needs: tuple[str, ...]) -> tuple[Variable, ...]:
    return tuple([Variable(node, need) for need in needs])


@lru_cache(maxsize=64)
def structure_of(seen: Outline) -> Structure:
    """The structure of a workload. Remembered by value: it outlives changes of traffic, counts and figures."""
    shares: dict[int, float] = {}
    for weight, place in seen.entries:
        shares[place] = shares.get(place, 0.0) + weight
    circuit, slots = _compile(seen, tuple(shares))
    vital = _find_vital(seen)
    return Structure(
        workload=seen.workload,
        variables=seen.variables,
        circuit=circuit,
        roots=_merge(zip(shares.values(), slots, strict=True)),
        meets=frozenset([item.node for item in seen.variables]),
        stops=tuple(
            [
                (item.node, item.need)
                for number, item in reversed([*enumerate(seen.variables)])
                if item.dataset is None and vital >> number & 1
            ]
        ),
        numbers={
            (item.node, item.need): at for at, item in enumerate(seen.variables) if item.dataset is None
        },
        _vital=vital,
        _seen=seen,
    )


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
