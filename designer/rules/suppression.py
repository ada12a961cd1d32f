"""What a design says is not to be called a fault: findings set aside, each with the reason that was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designer.design.model import Suppression
from designer.errors import quote, suggest
from designer.rules.library import all_rules
from designer.rules.model import Finding


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding that was set aside."""

    finding: Finding
    because: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings by whether they count. `idle` suppressions hide nothing: they were mended, or never fitted."""

    kept: tuple[Finding, ...]
    ignored: tuple[Ignored, ...]
    idle: tuple[Suppression, ...]


def idle_words(idle: Suppression) -> str:
    """Why it hides nothing: that it finds nothing, or that there is no such rule."""
    known = [rule.id for rule in all_rules()]
    if idle.rule in known:
        return "it finds nothing."
    near = suggest(idle.rule, known)
    return "there is no such rule" + (f"; did you mean {quote(near)}?" if near else ".")


def set_aside(findings: Iterable[Finding], suppressions: Iterable[Suppression]) -> Sorted:
    """Part the findings by what the design ignores; the first suppression that fits gives the reason."""
    by_rule: dict[str, list[Suppression]] = {}
    for item in suppressions:
        by_rule.setdefault(item.rule, []).append(item)
    if not by_rule:
        return Sorted(tuple(findings), (), ())
    kept: list[Finding] = []
    ignored: list[Ignored] = []
    used: set[tuple[str, tuple[str, ...]]] = set()
    for finding in findings:
        fitting = [item for item in by_rule.get(finding.rule, ()) if set(item.nodes) <= set(finding.nodes)]
        if fitting:
            ignored.append(Ignored(finding, fitting[0].because))
            used.update([(item.rule, item.nodes) for item in fitting])
        else:
            kept.append(finding)
    idle = [item for items in by_rule.values() for item in items if (item.rule, item.nodes) not in used]
    return Sorted(tuple(kept), tuple(ignored), tuple(idle))
