"""What a cache is asked for of one dataset."""

from __future__ import annotations

import math
from dataclasses import dataclass

from designer.scenario.model import Dataset
from designer.traffic.popularity import Vector


@dataclass(frozen=True, slots=True)
class Source:
    """Reads that come to a cache by one way.

    Reads that another cache has missed were not asked for on this way for a while: else that one had had them.
    """

    part: float  # of the stream's reads
    profile: Vector  # part of these reads in each bin of popularity
    guard: float = 0.0  # seconds before a read in which none for the same record came by this way


@dataclass(frozen=True, slots=True)
class Stream:
    """What a cache is asked for of one dataset, per second."""

    name: str
    dataset: Dataset
    lookups: float  # operations
    reads: float  # records
    updates: float  # records
    additions: float = 0.0  # new records, wherever they are written
    sources: tuple[Source, ...] = ()  # empty: one, in which popularity is Zipf's law

    @property
    def fresh(self) -> float:
        """Part of the reads and updates that are reads: f."""
        return self.reads / (self.reads + self.updates)

    @property
    def life(self) -> float:
        """Seconds that a record keeps its popularity: L; inf when none are added."""
        return max(1.0, self.dataset.records) / self.additions if self.additions > 0.0 else math.inf
