"""Recovery: how long a workload is gone after the loss of one machine, and how many writes of a dataset go with it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog, Component, Replication, Trait
from designer.design.figures import figure_of, quantity_of
from designer.design.model import Acks, Leaders, Node
from designer.reliability.groups import Placement, is_managed
from designer.reliability.structure import LEAST, Structure
from designer.units import Dimension


class Wait(NamedTuple):
    """Seconds until another machine does the work of a lost one, and why."""

    seconds: float
    reason: str
    formula: str = ""  # of the seconds, where they come from figures


_CARRIED = Wait(0.0, "the machines left carry the peak")


class Recoveries:
    """Recovery times of the nodes of a design. `stored` has the bytes of one copy of all that each node keeps."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        catalog: Catalog,
        placements: Mapping[str, Placement],
        stored: Mapping[str, float],
    ) -> None:
        self._nodes = nodes
        self._catalog = catalog
        self._placements = placements
        self._stored = stored
        self._waits: dict[tuple[str, str], Wait] = {}

    def longest(self, structure: Structure) -> float:
        """Seconds until the workload is served again after the loss of any one machine; inf: not by itself.

        Only machines count that it cannot do without. While enough are left for the peak nothing has to recover; a
        leader is followed after its failover time; data that is on no other machine comes back from a backup at the
        restore rate. What has neither, and what the machines left cannot carry, does not recover by itself.
        """
        return max([wait.seconds for wait in self._waits_of(structure).values()], default=0.0)

    def _waits_of(self, structure: Structure) -> dict[str, Wait]:
        """The longest wait at each node whose machines have to recover."""
        found: dict[str, Wait] = {}
        for stop in structure.stops:
            wait = self._waits.get(stop)
            if wait is None:
                wait = self._waits[stop] = self._find(*stop)
            node = stop[0]
            if wait.seconds > 0.0 and (node not in found or wait.seconds > found[node].seconds):
                found[node] = wait
        return found

    def _find(self, name: str, need: str) -> Wait:
        placement, node = self._placements[name], self._nodes[name]
        left = len(placement.zones) - 1
        if left < 0:
            return Wait(0.0, "its provider replaces it")
        least = placement.fewest if placement.split and need == LEAST else placement.most
        if left >= max(least, placement.needed):
            if not placement.reads_wait and need == LEAST:
                return _CARRIED
            component = self._catalog[node.component]
            return self._fail_over(node, component)
        component = self._catalog[node.component]
        if left < least or component.replication is not Replication.NONE:
            return self._restore(node, component, has_copy=left > 0)
        return Wait(math.inf, "the machines left cannot carry the peak")

    def _fail_over(self, node: Node, component: Component) -> Wait:
        if component.replication is not Replication.LEADER or node.leaders is not Leaders.SINGLE:
            return _CARRIED
        seconds = figure_of(node, component, "failover_time")
        return _CARRIED if seconds is None else Wait(seconds, "a follower takes over", "t")

    def _restore(self, node: Node, component: Component, *, has_copy: bool) -> Wait:
        """Data comes back from another copy or from a backup, onto a new machine."""
        if Trait.STATEFUL not in component.traits:
            return Wait(math.inf, "nothing takes its place")
        if not has_copy and node.backup_every is None:
            return Wait(math.inf, "it has neither a copy nor a backup")
        seconds = rebuild_time(node, component, self._stored.get(node.id))
        if seconds is None:
            return Wait(math.inf, "nothing says how fast its data comes back")
        return Wait(seconds, "its data is restored", "S / r")

    def explain(self, structure: Structure) -> Arithmetic:
        """How `longest` came about."""
        waits = self._waits_of(structure)
        inputs = [
            Quantity(f"T[{node}]", f"{node}: {wait.reason}", wait.seconds, Dimension.TIME)
            for node, wait in waits.items()
        ]
        return Arithmetic(
            formula=f"T = max({', '.join([item.symbol for item in inputs])})" if inputs else "T = 0",
            result=Quantity(
                "T",
                f"until {structure.workload} is served again after the loss of one machine",
                self.longest(structure),
                Dimension.TIME,
            ),
            inputs=tuple(inputs),
            method="the machine whose loss takes longest to mend",
            steps=tuple([self._explain_wait(node, wait) for node, wait in waits.items() if wait.formula]),
        )

    def _explain_wait(self, name: str, wait: Wait) -> Arithmetic:
        node = self._nodes[name]
        component = self._catalog[node.component]
        inputs = [
            quantity_of(node, component, "failover_time", "t", f"failover of {node.label}")
            if wait.formula == "t"
            else quantity_of(node, component, "restore_rate", "r", f"restore rate of {node.label}")
        ]
        if wait.formula != "t":
            kept = held_by_one(node, component, self._stored[name])
            inputs.append(Quantity("S", f"kept on one machine of {node.label}", kept, Dimension.SIZE))
        return Arithmetic(
            formula=f"T[{name}] = {wait.formula}",
            result=Quantity(f"T[{name}]", f"recovery of {node.label}", wait.seconds, Dimension.TIME),
            inputs=tuple([item for item in inputs if item is not None]),
        )


def held_by_one(node: Node, component: Component, stored: float) -> float:
    """Bytes on one machine of the `stored` bytes of which the node keeps a copy or several, spread evenly."""
    if component.replication is Replication.QUORUM:
        return stored * min(1 + node.replicas, node.instances) / node.instances
    return stored / (node.instances * node.shards)


def recovery_point(homes: Sequence[tuple[Node, Component]]) -> float:
    """Seconds of acknowledged writes to a dataset that go with one machine, at the best of its homes; inf: all.

    None where two machines have a write before it is answered; as far as the followers lag behind where one has; what
    was written since the last backup where there is no other copy. All of them where there is nothing.
    """
    return min([_point(node, component).seconds for node, component in homes], default=math.inf)


def explain_recovery_point(dataset: str, homes: Sequence[tuple[Node, Component]]) -> Arithmetic:
    """How `recovery_point` came about."""
    inputs: list[Quantity] = []
    reasons: dict[str, None] = {}
    for node, component in homes:
        symbol = f"P[{node.id}]"
        wait = _point(node, component)
        reasons[wait.reason] = None
        known: Quantity | None = None
        if wait.formula == "lag":
            known = quantity_of(node, component, "replication_lag", symbol, f"lag of copies of {node.label}")
        label = f"writes to {node.label} that go with one machine"
        if wait.formula == "backup":
            known = Quantity(
                symbol, f"between backups of {node.label}", wait.seconds, Dimension.TIME, "set on the node"
            )
        inputs.append(known or Quantity(symbol, label, wait.seconds, Dimension.TIME))
    symbols = [item.symbol for item in inputs]
    return Arithmetic(
        formula=f"P = {symbols[0]}" if len(symbols) == 1 else f"P = min({', '.join(symbols)})",
        result=Quantity(
            "P", f"writes to {dataset} that go with one machine", recovery_point(homes), Dimension.TIME
        ),
        inputs=tuple(inputs),
        method="; ".join(reasons),
    )


def _point(node: Node, component: Component) -> Wait:
    """The age of what is lost, and why."""
    if is_managed(component):
        return Wait(0.0, "the provider keeps several copies before it answers")
    copies = _copies(node, component)
    written = acknowledged(node, component)
    if written > 1:
        return Wait(0.0, f"{written} machines have a write before it is answered")
    if copies > 1:
        lag = figure_of(node, component, "replication_lag")
        if lag is not None:
            return Wait(lag, "copies are made after the answer", "lag")
    if node.backup_every is not None:
        return Wait(node.backup_every, "what was written since the last backup is nowhere else", "backup")
    if copies > 1:
        return Wait(math.inf, "copies are made after the answer, and nothing says how long after")
    return Wait(math.inf, "there is neither another copy nor a backup")


def acknowledged(node: Node, component: Component) -> int:
    """Machines that have a write when it is answered."""
    if component.replication is Replication.QUORUM:
        return node.write_quorum or _copies(node, component) // 2 + 1
    if node.acks is Acks.LEADER:
        return 1
    copies = _copies(node, component)
    return copies if node.acks is Acks.ALL else min(2, copies)


def _copies(node: Node, component: Component) -> int:
    if component.replication is Replication.QUORUM:
        return min(1 + node.replicas, node.instances)
    return 1 + node.replicas


def rebuild_time(node: Node, component: Component, stored: float | None) -> float | None:
    """Seconds until a lost copy is rebuilt, or None where no figure says."""
    rate = figure_of(node, component, "restore_rate")
    if rate is None or stored is None:
        return None
    return held_by_one(node, component, stored) / rate if rate > 0.0 else math.inf
