"""What a node does with a request, by the behaviour of its component: the visits and calls of a plan.

A router makes one call for everything that has the same candidates, to one of them. A service makes one call for
each set of candidates, and asks the caches beside it first. A cache answers reads and makes its onward call on a
miss. A queue hands on what it was given while its caller goes on. What serves a touch ends it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.scenario.model import Touch
from designer.traffic.demands import Demand
from designer.traffic.model import Call, Option, Visit, Work
from designer.traffic.moves import Move, Moves, Purpose
from designer.traffic.topology import Topology
from designer.traffic.ways import Edges

Need = tuple[int, Purpose]  # the number of a touch
Key = tuple[int, tuple[Need, ...], float]  # node, needs, and how often each operation is done there


class _SketchedCall(NamedTuple):
    """A call before the visits it leads to are made."""

    touches: tuple[int, ...]
    times: float
    options: tuple[tuple[float, str, Key], ...]
    on_miss: str | None
    deferred: bool
    optional: bool


class _Sketch(NamedTuple):
    """A visit before those it calls are made."""

    work: tuple[Work, ...]
    calls: tuple[_SketchedCall, ...]


@dataclass(slots=True)
class _Group:
    """Needs that leave a node in one call, and how the first of them does."""

    move: Move
    needs: list[Need]
    told: dict[Edges, list[Need]]


class Itinerary:
    """Makes the visits of one workload; the same needs at the same node are the same visit."""

    def __init__(
        self, topology: Topology, moves: Moves, touches: Sequence[Touch], demands: Sequence[Demand]
    ) -> None:
        self._topology = topology
        self._moves = moves
        self._touches = touches
        self._demands = demands
        self._visits: dict[Key, Visit] = {}

    def visit(self, node: int, touches: Sequence[int]) -> Visit:
        """The visit of a client's own node for these touches. The ways must be free of cycles."""
        deferred = {True: Purpose.DEFER, False: Purpose.DO}
        root: Key = (node, tuple((touch, deferred[self._touches[touch].deferred]) for touch in touches), 1.0)
        sketches: dict[Key, _Sketch] = {}
        # Callees first, with a stack of our own: a long chain of nodes is no reason to run out of Python's.
        stack = [root]
        while stack:
            key = stack[-1]
            if key in self._visits:
                stack.pop()
            elif key not in sketches:
                sketch = sketches[key] = self._sketch(key)
                for call in sketch.calls:
                    stack.extend([wanted for _, _, wanted in call.options])
            else:
                stack.pop()
                self._visits[key] = self._finish(key, sketches[key])
        return self._visits[root]

    def _finish(self, key: Key, sketch: _Sketch) -> Visit:
        node, needs, _ = key
        visits = self._visits
        calls = tuple(
            Call(
                call.touches,
                call.times,
                tuple(
                    [
                        Option(weight, connection, visits[wanted])
                        for weight, connection, wanted in call.options
                    ]
                ),
                call.on_miss,
                call.deferred,
                call.optional,
            )
            for call in sketch.calls
        )
        return Visit(self._topology.ids[node], tuple([touch for touch, _ in needs]), sketch.work, calls)

    def _sketch(self, key: Key) -> _Sketch:
        node, needs, factor = key
        work: list[Work] = []
        groups: dict[object, _Group] = {}
        for touch, purpose in needs:
            move = self._moves.of(node, self._demands[touch], purpose)
            if move.works:
                work.append(Work(touch, self._touches[touch].count * factor))
            if move.ends:
                continue
            group = groups.get(move.group)
            if group is None:
                group = groups[move.group] = _Group(move, [], {})
            group.needs.append((touch, move.purpose))
            if move.told:
                group.told.setdefault(move.told, []).append((touch, Purpose.INVALIDATE))
        return _Sketch(tuple(work), tuple(self._call_groups(node, list(groups.values()))))

    def _call_groups(self, node: int, groups: Sequence[_Group]) -> list[_SketchedCall]:
        """The calls in order: lookups before the first call that depends on them, invalidations after the update."""
        deferred = self._topology.behaviors[node] is Behavior.QUEUE
        calls: list[_SketchedCall] = []
        asked: set[Edges] = set()
        for group in groups:
            move = group.move
            if move.asked and move.asked not in asked:
                asked.add(move.asked)
                calls.append(self._call(move.asked, _lookups(groups, move.asked), optional=True))
            calls.append(self._call(move.edges, tuple(group.needs), on_miss=move.on_miss, deferred=deferred))
            for edges, needs in group.told.items():
                calls.extend([self._call((edge,), tuple(needs), optional=True) for edge in edges])
        return calls

    def _call(
        self,
        edges: Edges,
        needs: tuple[Need, ...],
        *,
        on_miss: str | None = None,
        deferred: bool = False,
        optional: bool = False,
    ) -> _SketchedCall:
        options: list[tuple[float, str, Key]] = []
        total = 0.0
        for candidate in self._moves.candidates(edges):
            # Where the request ends, several calls are as many operations of one; elsewhere they are calls.
            if candidate.calls == 1.0 or not self._ends(candidate.target, needs):
                times, factor = candidate.weight * candidate.calls, 1.0
            else:
                times, factor = candidate.weight, candidate.calls
            total += times
            options.append((times, candidate.connection, (candidate.target, needs, factor)))
        return _SketchedCall(
            touches=tuple([touch for touch, _ in needs]),
            times=total,
            options=tuple([(times / total, connection, key) for times, connection, key in options]),
            on_miss=on_miss,
            deferred=deferred,
            optional=optional,
        )

    def _ends(self, node: int, needs: tuple[Need, ...]) -> bool:
        return all(self._moves.of(node, self._demands[touch], purpose).ends for touch, purpose in needs)


def _lookups(groups: Sequence[_Group], asked: Edges) -> tuple[Need, ...]:
    """Everything of a visit that the same caches are asked for, so that they are asked once."""
    touches = (touch for group in groups if group.move.asked == asked for touch, _ in group.needs)
    return tuple([(touch, Purpose.LOOK_UP) for touch in sorted(touches)])
