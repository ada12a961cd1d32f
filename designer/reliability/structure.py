"""What must be up for a workload: its plan of calls turned into a decision diagram.

A workload works when the client's visit works. A visit works when its node has enough machines up and each call it
waits for works; a call works when one of its options does, or when a cache answers it. Parts used twice count once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from designer.reliability.decision import Diagram
from designer.scenario.model import Access, Touch
from designer.traffic.model import Call, Plan, Visit

HIT = "hit:"
"""Prefix of the variables that stand for "the cache has it": they are chances, not machines."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What must be up for one workload: one function per client, with the share of requests it sends."""

    workload: str
    diagram: Diagram
    roots: tuple[tuple[float, int], ...]
    nodes: tuple[str, ...]
    hits: Mapping[str, tuple[str, str]]  # variable -> the cache and the dataset it has
    scattered: frozenset[str]  # nodes of which every shard must answer


@lru_cache(maxsize=256)
def structure_of(plan: Plan, touches: tuple[Touch, ...]) -> Structure:
    """The structure of a plan of a workload with these touches. Remembered: plans outlive changes of traffic."""
    return _Structurer(plan, touches).structure()


class _Structurer:
    """Turns one plan into a Structure. Visits are shared, so each is turned once."""

    def __init__(self, plan: Plan, touches: tuple[Touch, ...]) -> None:
        self._plan = plan
        self._touches = touches
        self._diagram = Diagram()
        self._hits: dict[str, tuple[str, str]] = {}
        self._scattered: set[str] = set()
        self._memo: dict[int, int] = {}

    def structure(self) -> Structure:
        for visit in self._callees_first():
            self._memo[id(visit)] = self._visit(visit)
        roots = tuple((entry.weight, self._memo[id(entry.visit)]) for entry in self._plan.entries)
        names = dict.fromkeys(name for _, root in roots for name in self._diagram.names(root))
        return Structure(
            workload=self._plan.workload,
            diagram=self._diagram,
            roots=roots,
            nodes=tuple(name for name in names if name not in self._hits),
            hits={name: self._hits[name] for name in names if name in self._hits},
            scattered=frozenset(self._scattered),
        )

    def _callees_first(self) -> list[Visit]:
        """Every visit that is waited for, after all it calls. Not recursive: a chain may be hundreds of nodes long."""
        ordered: dict[int, Visit] = {}
        waiting = [(entry.visit, False) for entry in reversed(self._plan.entries)]
        while waiting:
            visit, is_open = waiting.pop()
            if is_open:
                ordered.setdefault(id(visit), visit)
            elif id(visit) not in ordered:
                self._diagram.variable(visit.node)
                waiting.append((visit, True))
                waiting.extend((option.visit, False) for call in _awaited(visit) for option in call.options)
        return list(ordered.values())

    def _visit(self, visit: Visit) -> int:
        self._note_scatter(visit)
        calls = [self._call(visit, call) for call in _awaited(visit)]
        return self._diagram.both(self._diagram.variable(visit.node), self._diagram.all_of(calls))

    def _note_scatter(self, visit: Visit) -> None:
        for work in visit.work:
            if self._touches[work.touch].access is Access.SCATTER:
                self._scattered.add(visit.node)

    def _call(self, visit: Visit, call: Call) -> int:
        works = self._diagram.any_of([self._memo[id(option.visit)] for option in call.options])
        if call.on_miss is None:
            return works
        answered = self._diagram.all_of([self._hit(call.on_miss, touch) for touch in call.touches])
        if call.on_miss != visit.node:
            answered = self._diagram.both(self._diagram.variable(call.on_miss), answered)
        return self._diagram.either(answered, works)

    def _hit(self, cache: str, touch: int) -> int:
        dataset = self._touches[touch].dataset or ""
        name = f"{HIT}{cache}:{dataset}"
        self._hits[name] = (cache, dataset)
        return self._diagram.variable(name)


def _awaited(visit: Visit) -> list[Call]:
    """The calls without which the visit fails."""
    return [call for call in visit.calls if not (call.deferred or call.optional)]
