"""The visits of all workloads as one network, in an order in which their rates can be computed.

A visit depends on the visits that call it and on the caches whose misses lead to it; a cache, or a node that lets only
so many requests through, depends on all visits to it. So whole nodes are put in order. Where nodes depend on each other
in a circle (two services ask two caches in opposite order) there is no such order: `circular` says so, and the rates
are found by going over the network until they no longer change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from designer.traffic.model import Visit
from designer.traffic.topology import sort


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
    places: int  # the numbers of the caches, as bits


Link = tuple[int, float, Condition | None, float, int, bool]
"""What leads to a visit: the visit that calls, calls per visit of it before any miss, the miss that is the condition,
operations asked of the caches of the condition during one visit of the caller, the place of the connection in the
design, and whether nobody waits. Plain, as boards have thousands of them."""


@dataclass(slots=True)
class Network:
    """All visits, with what leads to each. Those of one workload stand together, each after all that it calls."""

    needed: list[int]  # by node, as bits: those that call it, and the caches whose misses lead to it
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
    # Visits whose rates can be found one after the other, and the node that is then to be settled, if there is one.
    order: list[tuple[list[int], int | None]] = field(default_factory=list)
    circular: bool = False

    def forget(self, begun: int, needed: list[int]) -> None:
        """Take back all visits from number `begun` on; what was `needed` before them."""
        self.needed = needed
        del self.visits[begun:], self.places[begun:], self.inflow[begun:]
        for known in (self.entries, self.given_up):
            for number in [number for number in known if number >= begun]:
                del known[number]

    def put_in_order(self, settled: int) -> None:
        """Find `order`. `settled` are the nodes, as bits, that depend on all visits to them."""
        at = self.at
        for number in range(len(self.places) - 1, -1, -1):  # callers first
            place = self.places[number]
            if place in at:
                at[place].append(number)
            else:
                at[place] = [number]
        nodes, self.circular = sort(self.needed)
        stretch: list[int] = []
        if self.circular:
            for _, numbers in self.workloads:
                stretch += reversed(numbers)
            nodes = [node for node in at if settled >> node & 1]
        for node in nodes:
            if not self.circular:
                stretch += at.get(node, ())
            if settled >> node & 1 and node in at:
                self.order.append((stretch, node))
                stretch = []
        self.order.append((stretch, None))
