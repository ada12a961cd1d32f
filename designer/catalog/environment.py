"""Facts about the world the components stand in: distances, zones and regions, what leaving a region costs."""

from __future__ import annotations

from pydantic import ValidationInfo, field_validator

from designer.catalog.values import Duration, Figure, Frozen, Probability, Sentence
from designer.units import Dollars


class Distance(Frozen):
    """Round-trip time between two places: mean and 99th percentile, in seconds."""

    mean: Duration
    p99: Duration
    source: Sentence

    @field_validator("p99")
    @classmethod
    def _above_mean(cls, p99: float, info: ValidationInfo) -> float:
        if p99 < info.data.get("mean", 0):
            raise ValueError("the 99th percentile is less than the mean")
        return p99


class Environment(Frozen):
    """Facts about the world the components stand in (catalog/environment.yaml)."""

    same_zone: Distance
    cross_zone: Distance
    cross_region: Distance
    client_to_edge: Distance
    client_to_region: Distance
    edge_to_region: Distance
    zone_availability: Figure[Probability]
    region_availability: Figure[Probability]
    egress_per_gb: Figure[Dollars]  # USD per GB (10^9 B) leaving a region towards clients
    connection_overhead: Figure[Probability]  # share of bandwidth lost to protocol overhead
