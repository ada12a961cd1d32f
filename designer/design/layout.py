"""Where a node that an edit adds is put on the board: near what it is connected to, on no other card."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from designer.design.graph import Graph
from designer.design.model import Design, Position

CARD_WIDTH = 180.0
CARD_HEIGHT = 90.0
"""The room one card takes on the board, in the board's units, with a gap around it."""

COLUMN = 240.0
"""From a caller's card to its callee's, left edge to left edge."""

_EDGE = 1e6


def place_new(design: Design, node_ids: Collection[str]) -> Design:
    """The design with positions for those of the nodes that have none.

    A node between callers and callees is put midway, one with neighbours on one side a column beyond them.
    On a board without positions nothing is placed: there the whole picture is laid out anew.
    """
    positions = {node.id: node.position for node in design.nodes if node.position is not None}
    if not positions:
        return design
    graph = Graph(design)
    nodes = list(design.nodes)
    for index, node in enumerate(nodes):
        if node.id in node_ids and node.position is None:
            position = _make_room(_beside_neighbours(node.id, graph, positions), positions.values())
            positions[node.id] = position
            nodes[index] = node.model_copy(update={"position": position})
    return design.model_copy(update={"nodes": tuple(nodes)})


def _beside_neighbours(node_id: str, graph: Graph, positions: Mapping[str, Position]) -> Position:
    callers = _nearest(node_id, graph.predecessors, positions)
    callees = _nearest(node_id, graph.successors, positions)
    if callers and callees:
        return _middle([_middle(callers), _middle(callees)])
    if callers:
        return _shift(_middle(callers), COLUMN)
    if callees:
        return _shift(_middle(callees), -COLUMN)
    left = min(position.x for position in positions.values())
    bottom = max(position.y for position in positions.values())
    return _at(left, bottom + CARD_HEIGHT)


def _nearest(
    node_id: str, neighbours: Callable[[str], tuple[str, ...]], positions: Mapping[str, Position]
) -> list[Position]:
    """Positions of the neighbours on one side; behind one that has none yet, those of its neighbours."""
    found: list[Position] = []
    seen = {node_id}
    waiting = [node_id]
    for waiting_id in waiting:
        for neighbour in neighbours(waiting_id):
            if neighbour in seen:
                continue
            seen.add(neighbour)
            if neighbour in positions:
                found.append(positions[neighbour])
            else:
                waiting.append(neighbour)
    return found


def _middle(positions: list[Position]) -> Position:
    count = len(positions)
    return _at(sum(p.x for p in positions) / count, sum(p.y for p in positions) / count)


def _shift(position: Position, columns: float) -> Position:
    return _at(position.x + columns, position.y)


def _make_room(position: Position, others: Iterable[Position]) -> Position:
    """The first free place straight below."""
    taken = sorted((other for other in others if abs(other.x - position.x) < CARD_WIDTH), key=lambda p: p.y)
    for other in taken:
        if abs(other.y - position.y) < CARD_HEIGHT:
            position = _at(position.x, other.y + CARD_HEIGHT)
    return position


def _at(x: float, y: float) -> Position:
    """A whole-numbered place on the board, which is finite."""
    return Position(x=float(round(min(max(x, -_EDGE), _EDGE))), y=float(round(min(max(y, -_EDGE), _EDGE))))
