"""What survives: availability per workload, durability per dataset, and what one failure takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Later
from designer.catalog.model import Component
from designer.design.model import Node
from designer.reliability.explain import explain_group
from designer.reliability.groups import Placement


class Group(NamedTuple):
    """A node as k-of-n: `needed` of `machines` must be up to carry the peak load."""

    node: str
    placement: Placement
    drawn: Node | None = None  # with its component, for the sources of what enters
    component: Component | None = None

    @property
    def machines(self) -> int:
        return max(1, len(self.placement.zones))

    @property
    def needed(self) -> int:
        return self.placement.to_read

    @property
    def availability(self) -> float:
        """Of the group with every zone up."""
        return 1.0 - self.placement.at_best()

    @property
    def arithmetic(self) -> Arithmetic:
        return Arithmetic.later(explain_group, self.node, self.placement, self.drawn, self.component)


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much less unavailable the workload would be if `node` never failed (probability)."""

    node: str
    unavailability: float


@dataclass(frozen=True)
class WorkloadAvailability:
    """How often a workload cannot be served, and what that goes back to."""

    workload: str
    arithmetic: Arithmetic
    recovery: Arithmetic  # of the recovery time
    unavailability: Later[float] = Later()  # 1 - availability, kept this way round so that nine nines survive
    contributions: Later[tuple[Contribution, ...]] = Later()  # largest first
    # Seconds until it is served again after the loss of any one machine; inf: not by itself.
    recovery_time: Later[float] = Later()

    @property
    def availability(self) -> float:
        return 1.0 - self.unavailability


@dataclass(frozen=True, slots=True)
class Outage:
    """What is left when something is down. `kind` is "instance" (one machine of a node), "node", "zone" or "region"."""

    kind: str
    name: str
    lost: tuple[str, ...]  # workloads that no longer work
    overloaded: tuple[str, ...]  # nodes whose remaining machines are above 100 %
    served: tuple[str, ...] = ()  # workloads that still work and meet nothing overloaded on their way


@dataclass(frozen=True)
class DatasetDurability:
    """How likely a record of the dataset is lost within a year."""

    dataset: str
    arithmetic: Arithmetic
    recovery: Arithmetic  # of the recovery point
    loss: Later[float] = Later()  # yearly probability of losing a record: 1 - durability
    # Seconds of writes that the loss of any one machine takes; inf: all of them.
    recovery_point: Later[float] = Later()

    @property
    def durability(self) -> float:
        return 1.0 - self.loss


@dataclass(frozen=True)
class Reliability:
    """What survives, and what one failure takes away."""

    groups: Later[tuple[Group, ...]] = Later()
    workloads: Later[tuple[WorkloadAvailability, ...]] = Later()
    durabilities: Later[tuple[DatasetDurability, ...]] = Later()
    outages: Later[tuple[Outage, ...]] = Later()

    @property
    def single_points(self) -> tuple[str, ...]:
        """Nodes of which one machine down takes a workload down."""
        return tuple([item.name for item in self.outages if item.kind == "instance" and item.lost])
