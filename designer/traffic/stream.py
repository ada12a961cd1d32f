"""What a cache is asked for of one dataset."""

from __future__ import annotations

import math
from dataclasses import dataclass

from designer.scenario.model import Dataset
from designer.traffic.popularity import Vector


@dataclass(frozen=True, slots=True)
class Stream:
    """What a cache is asked for of one dataset, per second."""

    name: str
    dataset: Dataset
    lookups: float  # operations
    reads: float  # records
    updates: float  # records
    additions: float = 0.0  # new records, wherever they are written
    profile: Vector | None = None  # part of the reads in each bin of popularity; None: Zipf's law, unfiltered

    @property
    def fresh(self) -> float:
        """Part of the reads and updates that are reads: f."""
        return self.reads / (self.reads + self.updates)

    @property
    def life(self) -> float:
        """Seconds that a record keeps its popularity: L; inf when none are added."""
        return max(1.0, self.dataset.records) / self.additions if self.additions > 0.0 else math.inf
