"""Which findings matter most: those whose repair moves a missed requirement, and what else goes with each repair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from designer.analysis import Analysis
from designer.rules.effects import Effect, try_fix
from designer.rules.engine import RANK
from designer.rules.model import Finding

MOST_WORK = 6_000
"""Nodes that all trials of a ranking may look at between them: 200 fixes of a board of 30, 2 of one of 3,000."""

STIR = 1e-6
"""A requirement that comes nearer by less than this does not move."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Findings in the order in which they are worth mending.

    `effects` has those whose fix was tried, by identity. `causes` names, for a finding that goes away with another's
    repair, that other one: it stands before it.
    """

    findings: tuple[Finding, ...]
    effects: Mapping[str, Effect]
    causes: Mapping[str, str]


def rank(
    analysis: Analysis, findings: Sequence[Finding], breathe: Callable[[], object] = lambda: None
) -> Ranking:
    """Try the fixes, the gravest findings' first, as far as `MOST_WORK` goes, and put the findings in order.

    `breathe` is called before each trial, and may end the work by raising.
    """
    effects: dict[str, Effect] = {}
    most = MOST_WORK // max(1, len(analysis.design.nodes))
    for finding in [item for item in findings if item.fix][:most]:
        breathe()
        effect = try_fix(analysis, findings, finding)
        if effect is not None:
            effects[finding.identity] = effect
    ordered = sorted(findings, key=lambda item: _place(item, effects.get(item.identity)))
    return Ranking(tuple(ordered), effects, _find_causes(ordered, effects))


def _place(finding: Finding, effect: Effect | None) -> tuple[object, ...]:
    """Those that move a missed requirement, the most first; then by how grave they are."""
    moves = effect is not None and effect.finding in effect.fixed and effect.gain > STIR
    gain = effect.gain if moves and effect is not None else 0.0
    return (-gain, RANK[finding.severity], finding.rule, finding.nodes, finding.connections)


def _find_causes(ordered: Sequence[Finding], effects: Mapping[str, Effect]) -> dict[str, str]:
    """A finding goes under the first before it whose repair takes it away too."""
    causes: dict[str, str] = {}
    seen: set[str] = set()
    for finding in ordered:
        seen.add(finding.identity)
        effect = effects.get(finding.identity)
        if effect is None or finding.identity in causes or finding.identity not in effect.fixed:
            continue
        for other in effect.fixed:
            if other not in seen:
                causes.setdefault(other, finding.identity)
    return causes
