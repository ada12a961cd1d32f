"""A design as a graph: who calls whom, in plain adjacency lists, and the few algorithms a board needs.

networkx takes longer to import than a whole review takes to compute, so it is imported only by `to_networkx`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from designer.design.model import Connection, Design, Node

if TYPE_CHECKING:
    import networkx


class Graph:
    """The nodes and connections of a sound design (see checks.py), looked up by id. Never changed."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.nodes: Mapping[str, Node] = design.by_id
        successors: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        predecessors: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        for connection in design.connections:
            source, target = connection.source, connection.target
            successors[source].append(target)
            predecessors[target].append(source)
        self._successors = successors
        self._predecessors = predecessors

    @cached_property
    def connections(self) -> Mapping[tuple[str, str], Connection]:
        """The connections by their ends, in the order drawn."""
        return {(connection.source, connection.target): connection for connection in self.design.connections}

    def successors(self, node_id: str) -> tuple[str, ...]:
        """Whom the node calls, in the order the connections were drawn. Raises KeyError."""
        return tuple(self._successors[node_id])

    def predecessors(self, node_id: str) -> tuple[str, ...]:
        """Who calls the node, in the order the connections were drawn. Raises KeyError."""
        return tuple(self._predecessors[node_id])

    def outgoing(self, node_id: str) -> tuple[Connection, ...]:
        """The connections that leave the node. Raises KeyError."""
        return tuple([self.connections[node_id, target] for target in self._successors[node_id]])

    def incoming(self, node_id: str) -> tuple[Connection, ...]:
        """The connections that arrive at the node. Raises KeyError."""
        return tuple([self.connections[source, node_id] for source in self._predecessors[node_id]])

    def reachable(self, *node_ids: str) -> frozenset[str]:
        """These nodes and all that can be reached from them along connections. Raises KeyError."""
        found = set(node_ids)
        waiting = list(node_ids)
        while waiting:
            for target in self._successors[waiting.pop()]:
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def order(self) -> tuple[str, ...]:
        """All nodes, callers before callees; nodes on a cycle and behind one are left out."""
        missing = {node_id: len(sources) for node_id, sources in self._predecessors.items()}
        order = [node_id for node_id, count in missing.items() if count == 0]
        for node_id in order:
            for target in self._successors[node_id]:
                missing[target] -= 1
                if missing[target] == 0:
                    order.append(target)
        return tuple(order)

    def cycle(self) -> tuple[str, ...] | None:
        """The ids along one cycle, each once, in the direction of the calls; None if there is no cycle."""
        ordered = set(self.order())
        left = [node_id for node_id in self.nodes if node_id not in ordered]
        if not left:
            return None
        # Each node left over has a caller left over: walking back through callers must come round.
        trail: dict[str, None] = {}
        node_id = left[0]
        while node_id not in trail:
            trail[node_id] = None
            node_id = next(source for source in self._predecessors[node_id] if source not in ordered)
        walked = list(trail)
        backwards = walked[walked.index(node_id) :]
        return self._from_first_drawn(backwards[::-1])

    def _from_first_drawn(self, cycle: list[str]) -> tuple[str, ...]:
        places = {node_id: place for place, node_id in enumerate(self.nodes)}
        start = min(range(len(cycle)), key=lambda at: places[cycle[at]])
        return (*cycle[start:], *cycle[:start])

    def to_networkx(self) -> networkx.DiGraph[str]:
        """The same graph for networkx; nodes and connections are the attributes `node` and `connection`."""
        import networkx

        graph: networkx.DiGraph[str] = networkx.DiGraph()
        for node_id, node in self.nodes.items():
            graph.add_node(node_id, node=node)
        for (source, target), connection in self.connections.items():
            graph.add_edge(source, target, connection=connection)
        return graph
