"""What survives: availability per workload, durability per dataset, and what one failure takes away."""

from __future__ import annotations

from dataclasses import dataclass

from designer.arithmetic import Arithmetic


@dataclass(frozen=True, slots=True)
class Group:
    """A node as k-of-n: `needed` of `machines` must be up to carry the peak load."""

    node: str
    machines: int
    needed: int
    availability: float  # of the group with every zone up
    arithmetic: Arithmetic


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much less unavailable the workload would be if `node` never failed (probability)."""

    node: str
    unavailability: float


@dataclass(frozen=True, slots=True)
class WorkloadAvailability:
    """How often a workload cannot be served, and what that goes back to."""

    workload: str
    unavailability: float  # 1 - availability, kept this way round so that nine nines survive
    contributions: tuple[Contribution, ...]  # largest first
    arithmetic: Arithmetic
    recovery_time: float = (
        0.0  # seconds until it is served again after the loss of any one machine; inf: not by itself
    )
    recovery: Arithmetic | None = None

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


@dataclass(frozen=True, slots=True)
class DatasetDurability:
    """How likely a record of the dataset is lost within a year."""

    dataset: str
    loss: float  # yearly probability of losing a record: 1 - durability
    arithmetic: Arithmetic
    recovery_point: float = 0.0  # seconds of writes that the loss of any one machine takes; inf: all of them
    recovery: Arithmetic | None = None

    @property
    def durability(self) -> float:
        return 1.0 - self.loss


@dataclass(frozen=True, slots=True)
class Reliability:
    """What survives, and what one failure takes away."""

    groups: tuple[Group, ...]
    workloads: tuple[WorkloadAvailability, ...]
    durabilities: tuple[DatasetDurability, ...]
    outages: tuple[Outage, ...]
    single_points: tuple[str, ...]  # nodes of which one machine down takes a workload down
