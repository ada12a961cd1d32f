"""What a board should hold after a row of gestures: a second, much simpler implementation of its document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document without its places: components and counts of the nodes, by id, and connections (`from>to`)."""

    nodes: dict[str, tuple[str, int]] = field(default_factory=dict)
    connections: frozenset[str] = frozenset()

    def with_node(self, node: str, component: str, instances: int) -> Drawn:
        return replace(self, nodes={**self.nodes, node: (component, instances)})

    def without(self, node: str) -> Drawn:
        nodes = {name: facts for name, facts in self.nodes.items() if name != node}
        kept = [item for item in self.connections if node not in item.split(">")]
        return Drawn(nodes, frozenset(kept))

    def fresh_id(self, base: str) -> str:
        """`base`, or `base_2` and so on: the first that is not taken."""
        number, name = 1, base
        while name in self.nodes:
            number += 1
            name = f"{base}_{number}"
        return name


class Model:
    """The document with its history."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self._past: list[Drawn] = []
        self._future: list[Drawn] = []

    def forget(self) -> None:
        """The page was opened anew: what was drawn stays, its history does not."""
        self._past, self._future = [], []

    def edit(self, drawn: Drawn) -> None:
        """One step, also where it changes places alone."""
        self._past.append(self.drawn)
        self._future = []
        self.drawn = drawn

    def add(self, component: str, instances: int) -> str:
        """Place a component; says which id it must get."""
        name = self.drawn.fresh_id(component)
        self.edit(self.drawn.with_node(name, component, instances))
        return name

    def duplicate(self, node: str) -> str:
        """Copy one node; says which id the copy must get."""
        component, instances = self.drawn.nodes[node]
        name = self.drawn.fresh_id(re.sub(r"_\d+$", "", node))
        self.edit(self.drawn.with_node(name, component, instances))
        return name

    def connect(self, source: str, target: str) -> bool:
        """Draw an arrow; says whether that goes."""
        name = f"{source}>{target}"
        begins, ends = self.drawn.nodes[source][0], self.drawn.nodes[target][0]
        # Nobody calls users, and only its changes leave a store.
        is_illegal = ends == "users" or (begins == "sql_database" and ends != "message_queue")
        is_refused = source == target or name in self.drawn.connections or is_illegal
        if not is_refused:
            self.edit(replace(self.drawn, connections=self.drawn.connections | {name}))
        return not is_refused

    def undo(self) -> None:
        if self._past:
            self._future.append(self.drawn)
            self.drawn = self._past.pop()

    def redo(self) -> None:
        if self._future:
            self._past.append(self.drawn)
            self.drawn = self._future.pop()
