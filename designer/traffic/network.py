"""The visits of all workloads as one network, in an order in which their rates can be computed.

A visit depends on the visits that call it and on the caches whose misses lead to it; a cache, or a node that lets only
so many requests through, depends on all visits to it. So whole nodes are put in order. Where nodes depend on each other
in a circle (two services ask two caches in opposite order) there is no such order: `circular` says so, and the rates
are found by going over the network until they no longer change.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from designer.traffic.model import Visit


class Asked(NamedTuple):
    """A cache that part of the lookups go to. `router` is the node between, or else the cache itself."""

    cache: str
    place: int  # the number of the cache
    part: float
    router: int


class Condition(NamedTuple):
    """A call that is made when a cache misses: which caches are asked, how often each, and for which dataset."""

    caches: tuple[Asked, ...]
    dataset: str
    inline: bool  # the cache is the caller itself


Link = tuple[int, float, Condition | None, float, int, bool]
"""What leads to a visit: the visit that calls, calls per visit of it before any miss, the miss that is the condition,
operations asked of the caches of the condition during one visit of the caller, the place of the connection in the
design, and whether nobody waits. Plain, as boards have thousands of them."""


@dataclass(slots=True)
class Network:
    """All visits, with what leads to each. Those of one workload stand together, each after all that it calls."""

    visits: list[Visit] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # the numbers of their nodes
    inflow: list[list[Link]] = field(default_factory=list)
    entries: dict[int, float] = field(
        default_factory=dict
    )  # part of its workload's requests that starts there
    workloads: list[tuple[str, range]] = field(default_factory=list)  # the visits of each
    given_up: dict[int, float] = field(
        default_factory=dict
    )  # messages per visit of a queue that end up nowhere
    at: dict[int, list[int]] = field(default_factory=dict)  # the visits to each node
    # Numbers of visits, and of nodes (True) that are to be settled when all visits before are known.
    order: list[tuple[int, bool]] = field(default_factory=list)
    circular: bool = False

    def forget(self, begun: int) -> None:
        """Take back all visits from number `begun` on."""
        del self.visits[begun:], self.places[begun:], self.inflow[begun:]
        for known in (self.entries, self.given_up):
            for number in [number for number in known if number >= begun]:
                del known[number]

    def put_in_order(self, settled: AbstractSet[int]) -> None:
        """Find `order`. `settled` are the nodes that depend on all visits to them."""
        places, at = self.places, self.at
        for number in range(len(places) - 1, -1, -1):  # callers first
            place = places[number]
            if place in at:
                at[place].append(number)
            else:
                at[place] = [number]
        nodes = self._sort()
        if nodes is None:
            self.circular = True
            order = [number for _, numbers in self.workloads for number in reversed(numbers)]
            self.order = [(number, False) for number in order]
            self.order += [(node, True) for node in at if node in settled]
            return
        for node in nodes:
            self.order += [(number, False) for number in at[node]]
            if node in settled:
                self.order.append((node, True))

    def _sort(self) -> list[int] | None:
        """The nodes, each after those it depends on; None when that goes in a circle."""
        needed = self._needed()
        order: list[int] = []
        state: dict[int, bool] = {}  # False: begun, True: done
        for root in needed:
            stack = [root]
            while stack:
                node = stack[-1]
                if node in state:
                    stack.pop()
                    if not state[node]:
                        state[node] = True
                        order.append(node)
                    continue
                state[node] = False
                for caller in needed[node]:
                    if caller not in state:
                        stack.append(caller)
                    elif not state[caller]:
                        return None
        return order

    def _needed(self) -> dict[int, set[int]]:
        places = self.places
        needed: dict[int, set[int]] = {node: set() for node in self.at}
        for place, links in zip(places, self.inflow, strict=True):
            found = needed[place]
            for source, _, condition, *_ in links:
                found.add(places[source])
                if condition is not None:
                    for asked in condition.caches:
                        found.add(asked.place)
        return needed
