"""What a cache is asked for of one dataset."""

from __future__ import annotations

import math
from typing import NamedTuple

from designer.scenario.model import Dataset
from designer.traffic.popularity import Vector


class Source(NamedTuple):
    """Reads that come to a cache by one way.

    Reads that another cache has missed were not asked for on this way for a while: else that one had had them.
    """

    part: float  # of the stream's reads
    profile: Vector  # part of these reads in each bin of popularity
    guard: float = 0.0  # seconds before a read in which none for the same record came by this way


class Stream(NamedTuple):
    """What a cache is asked for of one dataset, per second."""

    name: str
    dataset: Dataset
    lookups: float  # operations
    reads: float  # records
    updates: float  # records whose copy is forgotten because they changed
    additions: float = 0.0  # new records, wherever they are written
    sources: tuple[Source, ...] = ()  # empty: one, in which popularity is Zipf's law
    renewals: float = 0.0  # records whose copy is replaced by what they changed to
    unseen: float = 0.0  # records that changed without the cache being told
    inserted: float = 0.0  # part of the new records of which it has a copy from the start

    @property
    def pace(self) -> float:
        """Everything that happens to a copy, in terms of its reads: e / r."""
        return (self.reads + self.updates + self.renewals) / self.reads

    @property
    def fresh(self) -> float:
        """Part of what happens to a copy that leaves it up to date: f."""
        return (self.reads + self.renewals) / (self.reads + self.updates + self.renewals)

    @property
    def life(self) -> float:
        """Seconds that a record keeps its popularity: L; inf when none are added."""
        return max(1.0, self.dataset.records) / self.additions if self.additions > 0.0 else math.inf
