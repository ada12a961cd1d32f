"""Which findings of two reviews are the same: of one rule, and about one place.

First come those about the very same place. A place may also grow or shrink: "everything stands in one zone" is about
one node more when a node is placed there, and still the same finding. So one of the rest goes on in those of the rest
that are of the same rule and share a node or a connection with it. Only of the rest: two findings of a rule may both
name a node that they have in common, and when one of them is mended the other is not what became of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
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
    kept = {item.identity for item in old} & {item.identity for item in now}
    old_places, new_places = _places(old, kept), _places(now, kept)
    return Continuity(
        fixed=tuple([item for item in old if not _goes_on(item, kept, new_places)]),
        new=tuple([item for item in now if not _goes_on(item, kept, old_places)]),
        still=tuple([item for item in now if _goes_on(item, kept, old_places)]),
    )


def _places(findings: Iterable[Finding], kept: Container[str]) -> Mapping[str, set[str]]:
    """All that the findings of each rule are about, but for those that are the same before and after."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.identity not in kept:
            found[finding.rule].update(_place(finding))
    return found


def _goes_on(finding: Finding, kept: Container[str], places: Mapping[str, set[str]]) -> bool:
    if finding.identity in kept:
        return True
    return not places.get(finding.rule, set()).isdisjoint(_place(finding))


def _place(finding: Finding) -> tuple[str, ...]:
    return (*finding.nodes, *finding.connections) or ("",)  # about the whole board
