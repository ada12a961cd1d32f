"""Who of several gets a call: the shares drawn, and how often a queue hands out what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from designer.design.figures import figure_of
from designer.design.model import Delivery, Mode
from designer.traffic.topology import Edge, Topology


class Terms(NamedTuple):
    """What is not plain about a call, for each of its candidates."""

    deferred: bool  # nobody waits for any: a call that may go over another connection is waited for
    calls: Sequence[float]  # made for one request
    deliveries: Sequence[float]  # times a queue hands out a message
    given_up: Sequence[float] = ()  # of a queue that gives some up: part of the messages that are never done
    dispensable: bool = False  # the caller has an answer of its own, whichever is called


@dataclass(slots=True, eq=False)
class Candidates:
    """The possible targets of one call. They are what they are by identity, and not changed once made."""

    shares: Sequence[tuple[Edge, float]]  # with the part of the calls of each, 1 in all
    terms: Terms | None = None  # None: one call for each request, which is waited for, and one delivery


NOBODY = Candidates(())


def gather(topology: Topology, node: int, targets: int) -> Candidates:
    """The targets of a call from `node` to one of `targets`.

    They have the shares drawn, and even parts of what these leave for the others; who is left nothing is left out.
    """
    edges, plain = topology.edges[node], topology.plain >> node & 1
    if plain and targets in edges:
        return Candidates(((edges[targets], 1.0),))
    if plain:
        even = 1.0 / targets.bit_count()
        return Candidates([(edge, even) for bit, edge in edges.items() if targets & bit])
    shares = _share_out(topology, [edge for bit, edge in edges.items() if targets & bit])
    connections = [topology.connections[number] for (_, _, number), _ in shares]
    deferred = all(connection.mode is Mode.ASYNC for connection in connections)
    dispensable = all(connection.fallback for connection in connections)
    calls = [connection.calls or 1.0 for connection in connections]
    if topology.queues >> node & 1:
        handed = [_deliver(topology, node, target) for (target, *_), _ in shares]
        deliveries, given_up = [times for times, _ in handed], [lost for _, lost in handed]
        return Candidates(shares, Terms(deferred, calls, deliveries, given_up if any(given_up) else ()))
    if not (deferred or dispensable) and all(times == 1.0 for times in calls):
        return Candidates(shares)
    return Candidates(shares, Terms(deferred, calls, [1.0] * len(calls), dispensable=dispensable))


def dead_letters(topology: Topology, queue: int) -> Candidates:
    """Where a queue puts what it gave up on. One that hands out a message once does not know what became of it."""
    edges = topology.dead_letters.get(queue)
    if not edges or topology.nodes[queue].delivery is Delivery.AT_MOST_ONCE:
        return NOBODY
    shares = _share_out(topology, edges)
    calls = [topology.connections[number].calls or 1.0 for (_, _, number), _ in shares]
    return Candidates(shares, Terms(True, calls, [1.0] * len(calls)))


def is_endless(topology: Topology, queue: int, consumer: int) -> bool:
    """Whether a queue hands out each message for ever, as its consumer always fails."""
    node = topology.nodes[queue]
    unbounded = node.delivery is Delivery.AT_LEAST_ONCE and node.deliveries is None
    return unbounded and _error_rate(topology, consumer) >= 1.0


def _error_rate(topology: Topology, number: int) -> float:
    return figure_of(topology.nodes[number], topology.components[number], "error_rate") or 0.0


def _deliver(topology: Topology, queue: int, consumer: int) -> tuple[float, float]:
    """How often a message is handed to a consumer, some part e of whose operations fail, and the part given up.

    At least once, m times at most: 1 + e + ... + e^(m-1) = (1 - e^m) / (1 - e) times, and e^m is given up.
    """
    failing, node = _error_rate(topology, consumer), topology.nodes[queue]
    if failing == 0.0 or node.delivery is Delivery.AT_MOST_ONCE:
        return 1.0, failing
    most = node.deliveries
    given_up = 0.0 if most is None else failing**most
    if failing >= 1.0:
        return float(most or 1), given_up
    return (1.0 - given_up) / (1.0 - failing), given_up


def _share_out(topology: Topology, edges: Sequence[Edge]) -> list[tuple[Edge, float]]:
    shares = [topology.connections[number].share for _, _, number in edges]
    others = shares.count(None)
    left = max(0.0, 1.0 - sum([share for share in shares if share is not None]))
    weights = [left / others if share is None else share for share in shares]
    total = sum(weights)
    return [(edge, weight / total) for edge, weight in zip(edges, weights, strict=True) if weight > 0.0]
