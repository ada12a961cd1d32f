"""What survives: availability per workload, durability per dataset, and what one failure takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Later, Quantity
from designer.reliability.groups import Placement
from designer.units import Dimension


class Group(NamedTuple):
    """A node as k-of-n: `needed` of `machines` must be up to carry the peak load."""

    node: str
    placement: Placement

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
        return Arithmetic.later(_explain, self)


def _explain(group: Group) -> Arithmetic:
    placement = group.placement
    inputs = [
        Quantity("a", "availability of one", 1.0 - placement.down, Dimension.RATIO),
        Quantity("n", "machines that back a request", float(group.machines), Dimension.COUNT),
        Quantity("k", "of them needed at peak", float(group.needed), Dimension.COUNT),
    ]
    if placement.split:
        inputs.append(Quantity("w", "needed for a write", float(placement.to_write), Dimension.COUNT))
    method = "binomial k-of-n"
    if placement.overloaded:
        method += "; the peak is too much even for all of them, which counts as down"
    return Arithmetic(
        formula="A = 1 - sum over i < k of C(n, i) a^i (1 - a)^(n - i)" if placement.zones else "A = a",
        result=Quantity("A", f"availability of {group.node}", group.availability, Dimension.RATIO),
        inputs=tuple(inputs),
        method=method,
    )


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
