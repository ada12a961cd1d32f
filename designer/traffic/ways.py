"""Which connections a request may take out of a node, for what it needs. Targets are bit sets of nodes.

Of the targets with a way to what is needed, some are left out: a queue where nobody may wait for it, a cache that
cannot help, a target that would only pass the request on to another of the targets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.traffic.demands import Demand
from designer.traffic.topology import Topology, bits


class Spot(NamedTuple):
    """A node on the way of one demand. `pending`: deferred work that has not passed a queue yet."""

    node: int
    demand: Demand
    pending: bool


class Ways:
    """The targets of the calls for each demand at each node."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._walked: dict[tuple[int, Demand, bool], int] = {}  # onward from where walks have been
        self._direct: dict[tuple[Demand, int, int], int] = {}

    def onward(self, node: int, demand: Demand, pending: bool) -> int:
        """The candidates that can serve the demand; the request goes to one of them."""
        topology = self._topology
        found = topology.successors[demand.lane][node] & demand.reach
        if not found & (found - 1):
            return found
        if topology.cyclic and topology.descendants[node] >> node & 1:
            demand = self._without(node, demand)
            found = topology.successors[demand.lane][node] & demand.reach
        if topology.asking >> node & 1:
            found = found & ~self._beside(node, demand) or found
        if demand.queued:
            found = self._by_queue(found, demand, pending)
        if found & topology.caches:
            found = self._by_cache(node, found, demand)
        if found & topology.beyond[node] and found & (found - 1):
            found = self._drop_detours(node, found, demand, pending)
        return found

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

    def _by_queue(self, found: int, demand: Demand, pending: bool) -> int:
        """Deferred work seeks a queue, the nearest first; other work avoids queues where it can."""
        if pending:
            return found & self._topology.queues or found & demand.queued or found
        return found & demand.direct or found

    def _by_cache(self, node: int, found: int, demand: Demand) -> int:
        """A read goes where a copy may be, a write to a cache that hands it on; else caches are kept away from."""
        caches = self._topology.caches
        wanted = found & (demand.caches if demand.cacheable else demand.behind)
        return found & ((wanted or found & ~caches or found) | self._topology.shared[node])

    def _drop_detours(self, node: int, found: int, demand: Demand, pending: bool) -> int:
        """Without those whose every way leads through another candidate, unless a share was drawn."""
        behind, descendants = 0, self._topology.descendants
        for bit, (target, _, _) in self._topology.edges[node].items():
            if found & bit:
                behind |= descendants[target]
        if not behind & found:
            return found
        avoided = self._topology.queues if demand.direct & found and not pending else 0
        useful = self._useful(demand, found, 1 << node | avoided)
        return found & (useful | self._topology.shared[node])

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

    def aside(self, node: int, demand: Demand, pending: bool, onward: int) -> int:
        """Caches that this service (or client) asks before a read or tells of a write, or routers to such.

        Where a service further on does the same with the same cache, it is left to that one: the nearer to the data,
        the more ways pass by. A connection drawn for misses has the cache asked here all the same.
        """
        if self._topology.asking >> node & 1:
            beside = self._beside(node, demand)
            if beside:
                return beside
        found = self._towards_caches(node, demand)
        if not found or not onward & ~demand.serving:
            return found
        behind = self._caches_behind(node, demand, pending)
        if not behind:
            return found
        return sum(1 << target for target in bits(found) if not self._led_to(target, demand, node) & behind)

    def _beside(self, node: int, demand: Demand) -> int:
        """Caches that are asked here because a connection is drawn for what they do not have."""
        if demand.beside is None:
            return 0
        topology = self._topology
        behavior, onward = topology.behaviors[node], topology.successors[demand.lane][node]
        found = onward & demand.beside.get(behavior, 0) | self._towards_caches(node, demand)
        drawn = (
            demand.reach & bit & ~found and topology.connections[number].on_miss
            for bit, (_, _, number) in topology.edges[node].items()
        )
        return found if any(drawn) else 0

    def _towards_caches(self, node: int, demand: Demand) -> int:
        if not demand.aside:
            return 0
        topology = self._topology
        behavior = topology.behaviors[node]
        asked = demand.aside.get(behavior, 0)
        if not asked:
            return 0
        onward = topology.successors[demand.lane][node]
        found = onward & asked
        routers = onward & topology.routers
        if routers and behavior is Behavior.SERVICE:
            for router in bits(routers):
                if self.through(router, demand):
                    found |= 1 << router
        return found

    def through(self, router: int, demand: Demand) -> int:
        """The caches on the side to which a router passes a lookup, or news of a write."""
        topology = self._topology
        if not (topology.routers >> router & 1 and demand.aside):
            return 0
        return topology.successors[demand.lane][router] & demand.aside.get(Behavior.SERVICE, 0)

    def _led_to(self, target: int, demand: Demand, node: int) -> int:
        asked = demand.aside.get(self._topology.behaviors[node], 0) if demand.aside else 0
        return 1 << target if asked >> target & 1 else self.through(target, demand)

    def _caches_behind(self, node: int, demand: Demand, pending: bool) -> int:
        """Caches that the request meets or that are asked on its way out of `node`."""
        found = 0
        for spot in self._spots_behind(node, demand, pending):
            found |= 1 << spot.node & self._topology.caches
            for target in bits(self._towards_caches(spot.node, demand)):
                found |= self._led_to(target, demand, spot.node)
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

    def after(self, spot: Spot) -> Iterator[Spot]:
        """Where the request may go next; nowhere from what serves it."""
        node, demand, pending = spot
        if demand.serving >> node & 1:
            return
        pending = pending and not self._topology.queues >> node & 1
        key = (node, demand, pending)
        if key not in self._walked:
            self._walked[key] = self.onward(node, demand, pending)
        for target in bits(self._walked[key]):
            yield Spot(target, demand, pending)
        for target, bit, _ in self._topology.dead_letters.get(node, ()):
            if demand.reach & bit:
                yield Spot(target, demand, False)

    def cycle(self, start: Spot) -> tuple[int, ...] | None:
        """Nodes of a cycle the request would run into from `start`, in the order of the calls; None without one."""
        if not self._topology.cyclic:
            return None
        trail: dict[Spot, Iterator[Spot]] = {start: self.after(start)}
        done: set[Spot] = set()
        while trail:
            following = next(next(reversed(trail.values())), None)
            if following is None:
                done.add(trail.popitem()[0])
            elif following in trail:
                spots = list(trail)
                return tuple([spot.node for spot in spots[spots.index(following) :]])
            elif following not in done:
                trail[following] = self.after(following)
        return None
