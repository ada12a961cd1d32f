"""Which groups of a drawing are zones and regions: those that are called so, or like those of a cloud."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

MOST_READ = 200
"""Most characters of a title that are looked at."""


class Kind(StrEnum):
    """What a group stands for."""

    ZONE = "zone"
    REGION = "region"


_ZONE = re.compile(
    r"\b(?:availability[ _-]?)?zones?\b|\baz(?:[ _-]?\w{1,2})?\b|\bdata[ _-]?cent(?:er|re)s?\b|\bdc[ _-]?\d*\b"
    r"|\b[a-z]{2}(?:-[a-z]+)+-?\d-?[a-f]\b",
    re.IGNORECASE,
)
_REGION = re.compile(r"\bregions?\b|\b(?:us|eu|ap|sa|ca|me|af|europe|asia)(?:-[a-z]+)+-?\d\b", re.IGNORECASE)
_NO_ZONE = re.compile(r"\b(?:dns|hosted|security|trust|demilitari[sz]ed|landing)[ _-]zones?\b", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def read_kind(title: str) -> Kind | None:
    """What a group of that title stands for; None for all other groups."""
    words = title[:MOST_READ].replace("_", " ")
    if _ZONE.search(words) and not _NO_ZONE.search(words):
        return Kind.ZONE
    return Kind.REGION if _REGION.search(words) else None
