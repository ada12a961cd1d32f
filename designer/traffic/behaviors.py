"""What a node does with a request, by the behaviour of its component: the visits and calls of a plan.

A router makes one call for everything that has the same candidates, to one of them. A service makes one call for each
set of candidates, and asks the caches beside it first. A cache answers reads and makes its onward call on a miss.
A queue hands on what it was given while its caller goes on. What serves a touch ends it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from designer.catalog.model import Behavior
from designer.scenario.model import Operation, Touch
from designer.traffic.demands import Demand
from designer.traffic.model import Call, Option, Visit, Work
from designer.traffic.topology import Topology
from designer.traffic.ways import Edges, Ways


class Purpose(IntEnum):
    """Why a touch is at a node."""

    DO = 0
    DEFER = 1  # to be done, after the answer if a queue is passed
    LOOK_UP = 2  # to be answered from a cache on the side, if it can
    INVALIDATE = 3  # to be forgotten by a cache on the side


Need = tuple[int, Purpose]  # the number of a touch
Key = tuple[int, tuple[Need, ...], float]  # node, needs, and how often each operation is done: see _count_into


@dataclass(slots=True)
class _Sketch:
    """A visit before those it calls are made."""

    key: Key
    work: list[Work]
    calls: list[_SketchedCall]


@dataclass(slots=True)
class _SketchedCall:
    touches: tuple[int, ...]
    times: float
    options: list[tuple[float, str, Key]]
    on_miss: str | None
    deferred: bool
    optional: bool


@dataclass(slots=True)
class _Group:
    """Needs that leave a node together."""

    edges: Edges
    on_miss: str | None = None
    needs: list[Need] = field(default_factory=list)
    asked: Edges = ()


class Itinerary:
    """Makes the visits of one workload; the same needs at the same node are the same visit."""

    def __init__(self, topology: Topology, ways: Ways, touches: Sequence[Touch], demands: Sequence[Demand]) -> None:
        self._topology = topology
        self._ways = ways
        self._touches = touches
        self._demands = demands
        self._visits: dict[Key, Visit] = {}

    def visit(self, node: int, touches: Sequence[int]) -> Visit:
        """The visit of a client's own node for these touches. The ways must be free of cycles."""
        needs = tuple((touch, self._purpose(touch)) for touch in touches)
        root: Key = (node, needs, 1.0)
        sketches: dict[Key, _Sketch] = {}
        # Callees first, with a stack of our own: a long chain of nodes is no reason to run out of Python's.
        stack = [root]
        while stack:
            key = stack[-1]
            if key in self._visits:
                stack.pop()
            elif key not in sketches:
                sketch = sketches[key] = self._sketch(key)
                stack.extend(wanted for call in sketch.calls for _, _, wanted in call.options)
            else:
                stack.pop()
                self._visits[key] = self._finish(sketches[key])
        return self._visits[root]

    def _purpose(self, touch: int) -> Purpose:
        return Purpose.DEFER if self._touches[touch].deferred else Purpose.DO

    def _finish(self, sketch: _Sketch) -> Visit:
        node, needs, _ = sketch.key
        calls = tuple(
            Call(
                touches=call.touches,
                times=call.times,
                options=tuple(
                    Option(weight, connection, self._visits[key]) for weight, connection, key in call.options
                ),
                on_miss=call.on_miss,
                deferred=call.deferred,
                optional=call.optional,
            )
            for call in sketch.calls
        )
        touches = tuple(touch for touch, _ in needs)
        return Visit(self._topology.ids[node], touches, tuple(sketch.work), calls)

    def _sketch(self, key: Key) -> _Sketch:
        node, needs, factor = key
        sketch = _Sketch(key, [], [])
        is_cache = self._topology.behaviors[node] is Behavior.CACHE
        groups: dict[object, _Group] = {}
        for need in needs:
            touch, purpose = need
            demand = self._demands[touch]
            on_miss = is_cache and purpose <= Purpose.DEFER and demand.cacheable and demand.caches >> node & 1
            if on_miss or self._ends(node, need):
                sketch.work.append(Work(touch, self._touches[touch].count * factor))
            if not self._ends(node, need):
                self._assign(node, need, bool(on_miss), groups)
        self._call_groups(node, list(groups.values()), sketch)
        return sketch

    def _ends(self, node: int, need: Need) -> bool:
        """Whether nothing has to be called for the need at this node."""
        touch, purpose = need
        if purpose >= Purpose.LOOK_UP:
            return self._topology.behaviors[node] is Behavior.CACHE
        return bool(self._demands[touch].serving >> node & 1)

    def _assign(self, node: int, need: Need, on_miss: bool, groups: dict[object, _Group]) -> None:
        """Put the need with those that have the same candidates and depend on the same answer of a cache."""
        touch, purpose = need
        demand = self._demands[touch]
        if purpose >= Purpose.LOOK_UP:
            group = groups.setdefault((purpose, demand.dataset), _Group(self._ways.through(node, demand)))
            group.needs.append(need)
            return
        queue = self._topology.behaviors[node] is Behavior.QUEUE
        pending = purpose is Purpose.DEFER and not queue
        edges = self._ways.onward(node, demand, pending)
        asked = self._ways.aside(node, demand, pending)
        looked_up = asked if demand.cacheable else ()
        # Whether a call is made depends on the hit ratio of one dataset, so each dataset has a call of its own.
        dataset = demand.dataset if on_miss or looked_up else None
        key = (edges, dataset, looked_up)
        if key not in groups:
            cache = self._topology.ids[node] if on_miss else self._first_cache(looked_up, demand)
            groups[key] = _Group(edges, cache, asked=looked_up)
        groups[key].needs.append((touch, Purpose.DEFER if pending else Purpose.DO))

    def _first_cache(self, asked: Edges, demand: Demand) -> str | None:
        """The name under which the answer of the caches asked is known: that of the first."""
        if not asked:
            return None
        target = asked[0].target
        through = self._ways.through(target, demand)
        return self._topology.ids[through[0].target if through else target]

    def _call_groups(self, node: int, groups: Sequence[_Group], sketch: _Sketch) -> None:
        queue = self._topology.behaviors[node] is Behavior.QUEUE
        asked: set[Edges] = set()
        for group in groups:
            if group.asked and group.asked not in asked:
                asked.add(group.asked)
                lookups = [
                    (touch, Purpose.LOOK_UP)
                    for other in groups
                    if other.asked == group.asked
                    for touch, _ in other.needs
                ]
                sketch.calls.append(self._call(group.asked, sorted(lookups), optional=True))
            sketch.calls.append(self._call(group.edges, group.needs, on_miss=group.on_miss, deferred=queue))
            sketch.calls.extend(self._invalidations(node, group))

    def _invalidations(self, node: int, group: _Group) -> list[_SketchedCall]:
        """Calls that tell the caches on the side of the updates just made."""
        told: dict[Edges, list[Need]] = {}
        for touch, purpose in group.needs:
            demand = self._demands[touch]
            if demand.operation is Operation.UPDATE and purpose <= Purpose.DEFER:
                edges = self._ways.aside(node, demand, purpose is Purpose.DEFER)
                told.setdefault(edges, []).append((touch, Purpose.INVALIDATE))
        return [self._call((edge,), needs, optional=True) for edges, needs in told.items() for edge in edges]

    def _call(
        self,
        edges: Edges,
        needs: Sequence[Need],
        *,
        on_miss: str | None = None,
        deferred: bool = False,
        optional: bool = False,
    ) -> _SketchedCall:
        ordered = tuple(needs)
        rates: list[tuple[float, str, Key]] = []
        for edge, weight in zip(edges, share_out(edges), strict=True):
            if weight == 0.0:  # the shares drawn leave nothing for it
                continue
            times, factor = self._count_into(edge.target, ordered, edge.connection.calls or 1.0)
            rates.append((weight * times, edge.connection.id, (edge.target, ordered, factor)))
        times = sum(rate for rate, _, _ in rates)
        return _SketchedCall(
            touches=tuple(touch for touch, _ in ordered),
            times=times,
            options=[(rate / times, connection, key) for rate, connection, key in rates],
            on_miss=on_miss,
            deferred=deferred,
            optional=optional,
        )

    def _count_into(self, target: int, needs: tuple[Need, ...], calls: float) -> tuple[float, float]:
        """Calls to make and operations in each: where the request ends, `calls` multiplies its operations instead."""
        ends = all(self._ends(target, need) for need in needs)
        return (1.0, calls) if ends else (calls, 1.0)


def share_out(edges: Edges) -> list[float]:
    """Weights of the candidates, 1 in all: the shares drawn, and even parts of what is left for the others."""
    shares = [edge.connection.share for edge in edges]
    drawn = sum(share for share in shares if share is not None)
    others = shares.count(None)
    left = max(0.0, 1.0 - drawn) / others if others else 0.0
    weights = [left if share is None else share for share in shares]
    total = sum(weights)
    return [weight / total for weight in weights]
