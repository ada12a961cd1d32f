"""Which findings of two reviews are the same: of one rule, and about one place.

A place may grow or shrink: "everything stands in one zone" is about one node more when a node is placed there, and
still the same finding. So one goes on in those of the same rule that share a node or a connection with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from designer.rules.model import Finding


@dataclass(frozen=True, slots=True)
class Continuity:
    """Findings of the first review that are gone, of the second that are new, and of the second that were there."""

    fixed: tuple[Finding, ...]
    new: tuple[Finding, ...]
    still: tuple[Finding, ...]


def follow(before: Iterable[Finding], after: Iterable[Finding]) -> Continuity:
    """Tell the findings of two reviews of one board apart."""
    old, now = tuple(before), tuple(after)
    old_places, new_places = _places(old), _places(now)
    return Continuity(
        fixed=tuple([item for item in old if not _goes_on(item, new_places)]),
        new=tuple([item for item in now if not _goes_on(item, old_places)]),
        still=tuple([item for item in now if _goes_on(item, old_places)]),
    )


def _places(findings: Iterable[Finding]) -> Mapping[str, set[str]]:
    """All that the findings of each rule are about."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        found[finding.rule].update(_place(finding))
    return found


def _goes_on(finding: Finding, places: Mapping[str, set[str]]) -> bool:
    return not places.get(finding.rule, set()).isdisjoint(_place(finding))


def _place(finding: Finding) -> tuple[str, ...]:
    return (*finding.nodes, *finding.connections) or ("",)  # about the whole board
