"""Which connections a request may take out of a node, for what it needs.

Of the targets with a way to what is needed, some are left out: a queue where nobody may wait for it, a cache that
cannot help, a target that would only pass the request on to another of the targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from designer.catalog.model import Behavior
from designer.traffic.demands import Demand
from designer.traffic.topology import Edge, Topology, bits

Edges = tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A node on the way of one demand. `pending`: deferred work that has not passed a queue yet."""

    node: int
    demand: Demand
    pending: bool


class Ways:
    """The connections taken at each spot, each computed once."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._onward: dict[tuple[int, Demand, bool], Edges] = {}
        self._aside: dict[tuple[int, Demand, bool], Edges] = {}
        self._direct: dict[tuple[Demand, int, int], int] = {}

    def onward(self, node: int, demand: Demand, pending: bool) -> Edges:
        """The candidates that can serve the demand; the request goes to one of them."""
        key = (node, demand, pending)
        if key not in self._onward:
            self._onward[key] = self._choose(node, demand, pending)
        return self._onward[key]

    def _choose(self, node: int, demand: Demand, pending: bool) -> Edges:
        edges = self._leading(node, demand)
        if len(edges) > 1 and self._topology.descendants[node] >> node & 1:
            demand = self._without(node, demand)
            edges = self._leading(node, demand)
        if len(edges) > 1:
            edges = self._by_queue(edges, demand, pending)
        if len(edges) > 1:
            edges = self._by_cache(edges, demand)
        if len(edges) > 1:
            edges = self._drop_detours(node, edges, demand, pending)
        return tuple(edges)

    def _leading(self, node: int, demand: Demand) -> list[Edge]:
        return [edge for edge in self._topology.edges[demand.lane][node] if demand.reach >> edge.target & 1]

    def _without(self, node: int, demand: Demand) -> Demand:
        """The demand for a request that must not come back to `node`."""
        topology, here = self._topology, 1 << node
        at_once = demand.serving & ~topology.queues
        reach = topology.sources_of(demand.serving, demand.lane, here)
        return replace(
            demand,
            reach=reach,
            direct=topology.sources_of(at_once, demand.lane, topology.queues | here),
            queued=topology.sources_of(topology.queues & reach, demand.lane, at_once | here),
        )

    def _by_queue(self, edges: list[Edge], demand: Demand, pending: bool) -> list[Edge]:
        """Deferred work seeks a queue, the nearest first; other work avoids queues where it can."""
        order = (self._topology.queues, demand.queued) if pending else (demand.direct,)
        for preferred in order:
            chosen = [edge for edge in edges if preferred >> edge.target & 1]
            if chosen:
                return chosen
        return edges

    def _by_cache(self, edges: list[Edge], demand: Demand) -> list[Edge]:
        """A read goes where a copy may be; anything else has no business in a cache."""
        ranks = [self._rank(edge.target, demand) for edge in edges]
        best = min(ranks)
        return [
            edge for edge, rank in zip(edges, ranks, strict=True) if rank == best or edge.share is not None
        ]

    def _rank(self, target: int, demand: Demand) -> int:
        if not self._topology.caches >> target & 1:
            return 1
        return 0 if demand.cacheable and demand.caches >> target & 1 else 2

    def _drop_detours(self, node: int, edges: list[Edge], demand: Demand, pending: bool) -> list[Edge]:
        """Without those whose every way leads through another candidate, unless a share was drawn."""
        targets = sum(1 << edge.target for edge in edges)
        descendants = self._topology.descendants
        if not any(descendants[edge.target] & targets for edge in edges):
            return edges
        avoided = self._topology.queues if demand.direct & targets and not pending else 0
        useful = self._useful(demand, targets, 1 << node | avoided)
        return [edge for edge in edges if useful >> edge.target & 1 or edge.share is not None]

    def _useful(self, demand: Demand, targets: int, avoided: int) -> int:
        """The targets that serve, or have a way to what serves that passes no other target and nothing to avoid."""
        if not self._topology.cyclic:
            # No way leads back to the node, so all nodes with these targets agree.
            avoided &= self._topology.queues
        key = (demand, targets, avoided)
        if key not in self._direct:
            free = self._topology.sources_of(demand.serving, demand.lane, targets | avoided)
            successors = self._topology.successors[demand.lane]
            self._direct[key] = sum(
                1 << target
                for target in bits(targets)
                if demand.serving >> target & 1 or successors[target] & free
            )
        return self._direct[key]

    def aside(self, node: int, demand: Demand, pending: bool) -> Edges:
        """Connections to caches that this service (or client) asks before a read, or tells of an update.

        Where a service further on does the same with the same cache, it is left to that one: the nearer to the data,
        the more ways pass by.
        """
        asked = demand.aside.get(self._topology.behaviors[node], 0)
        if not asked:
            return ()
        key = (node, demand, pending)
        if key not in self._aside:
            self._aside[key] = self._choose_aside(node, demand, pending)
        return self._aside[key]

    def _choose_aside(self, node: int, demand: Demand, pending: bool) -> Edges:
        edges = self._towards_caches(node, demand)
        if not edges:
            return ()
        behind = self._caches_behind(node, demand, pending)
        return tuple(edge for edge in edges if not self._led_to(edge, demand, node) & behind)

    def _towards_caches(self, node: int, demand: Demand) -> Edges:
        topology = self._topology
        asked = demand.aside.get(topology.behaviors[node], 0)
        if not asked:
            return ()
        by_proxy = topology.behaviors[node] is Behavior.SERVICE
        return tuple(
            edge
            for edge in topology.edges[demand.lane][node]
            if asked >> edge.target & 1 or (by_proxy and self.through(edge.target, demand))
        )

    def through(self, router: int, demand: Demand) -> Edges:
        """The connections by which a router passes a lookup or an invalidation on to caches on the side."""
        topology = self._topology
        if topology.behaviors[router] is not Behavior.ROUTER:
            return ()
        asked = demand.aside.get(Behavior.SERVICE, 0)
        return tuple(edge for edge in topology.edges[demand.lane][router] if asked >> edge.target & 1)

    def _led_to(self, edge: Edge, demand: Demand, node: int) -> int:
        asked = demand.aside[self._topology.behaviors[node]]
        if asked >> edge.target & 1:
            return 1 << edge.target
        return sum(1 << further.target for further in self.through(edge.target, demand))

    def _caches_behind(self, node: int, demand: Demand, pending: bool) -> int:
        """Caches that the request meets or that are asked on its way out of `node`."""
        found = 0
        for spot in self._spots_behind(node, demand, pending):
            found |= 1 << spot.node & self._topology.caches
            for edge in self._towards_caches(spot.node, demand):
                found |= self._led_to(edge, demand, spot.node)
        return found

    def _spots_behind(self, node: int, demand: Demand, pending: bool) -> list[Spot]:
        found: dict[Spot, None] = {}
        waiting = [Spot(node, demand, pending)]
        while waiting:
            for spot in self.after(waiting.pop()):
                if spot not in found:
                    found[spot] = None
                    waiting.append(spot)
        return list(found)

    def after(self, spot: Spot) -> tuple[Spot, ...]:
        """Where the request may go next; nowhere from what serves it."""
        if spot.demand.serving >> spot.node & 1:
            return ()
        passed = bool(self._topology.queues >> spot.node & 1)
        pending = spot.pending and not passed
        edges = self.onward(spot.node, spot.demand, pending)
        return tuple(Spot(edge.target, spot.demand, pending) for edge in edges)

    def cycle(self, start: Spot) -> tuple[int, ...] | None:
        """Nodes of a cycle the request would run into from `start`, in the order of the calls; None without one."""
        if not self._topology.cyclic:
            return None
        trail: dict[Spot, list[Spot]] = {start: list(self.after(start))}
        done: set[Spot] = set()
        while trail:
            left = next(reversed(trail.values()))
            if not left:
                done.add(trail.popitem()[0])
                continue
            following = left.pop(0)
            if following in trail:
                spots = list(trail)
                return tuple(spot.node for spot in spots[spots.index(following) :])
            if following not in done:
                trail[following] = list(self.after(following))
        return None
