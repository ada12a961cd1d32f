"""Repairs in words: what is changed, and what becomes of the design by it; the same in every format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from designer.analysis import Verdict
from designer.design.edit import Change, SetConnection, SetNode, describe
from designer.design.model import Design
from designer.report import Report
from designer.rules.effects import Effect, nearness
from designer.rules.model import Finding
from designer.rules.ranking import STIR
from designer.units import Dimension, format_quantity

MOST_NAMED = 3
"""Changes, requirements or places that one sentence names; the rest are counted."""

LEAST_MONEY = 0.005
"""US dollars a month that are not worth a word."""


def fix_words(finding: Finding, report: Report) -> str:
    """What the fix changes: "Set instances of api to 6". Empty where it has none."""
    return listed(_changes_said(finding, report))


def all_fix_words(finding: Finding, report: Report) -> str:
    """As `fix_words`, with every change named: of what was done nothing is left untold."""
    return together(_changes_said(finding, report))


def _changes_said(finding: Finding, report: Report) -> list[str]:
    said = [describe(change, report.design, report.analysis.catalog) for change in final_changes(finding.fix)]
    return [text if not at else text[:1].lower() + text[1:] for at, text in enumerate(said)]


def final_changes(changes: Iterable[Change]) -> list[Change]:
    """Without settings that a later change sets again: what counts is what is set in the end."""
    final: dict[object, Change] = {}
    for number, change in enumerate(changes):
        what = _what(change)
        final[number if what is None else what] = change
    return list(final.values())


def _what(change: Change) -> tuple[str, ...] | None:
    """What of which part the change sets; None for one that does something else."""
    if isinstance(change, SetNode):
        return change.node, change.field
    if isinstance(change, SetConnection):
        return change.source, change.target, change.field
    return None


def effect_words(effect: Effect, report: Report) -> str:
    """What the fix does to the report's design: "meets Links work; $310/month more"."""
    titles = {verdict.requirement: verdict.title for verdict in report.verdicts}
    said = []
    if effect.finding not in effect.fixed:
        said.append("not enough by itself")
    if effect.met:
        said.append(f"meets {listed([titles[name] for name in effect.met])}")
    elif nearer := nearer_titles(report.verdicts, effect.analysis.verdicts):
        said.append(f"brings {listed(nearer)} nearer")
    if effect.missed:
        said.append(f"but misses {listed([titles[name] for name in effect.missed])}")
    if arisen := _arisen(effect, report):
        said.append(f"but then {listed(arisen)}")
    return "; ".join([*said, cost_words(effect.cost)])


def _arisen(effect: Effect, report: Report) -> list[str]:
    """Titles of the findings that come with the fix: not those that only come to be about a node more, or less."""
    gone = [finding for finding in report.findings if finding.identity in effect.fixed]
    arisen = [
        f"'{finding.title}'"
        for finding in effect.findings
        if finding.identity in effect.added
        and not any(item.rule == finding.rule and set(item.nodes) & set(finding.nodes) for item in gone)
    ]
    return list(dict.fromkeys(arisen))


def nearer_titles(before: Sequence[Verdict], after: Sequence[Verdict]) -> list[str]:
    """The requirements that are not met before, and nearer to it afterwards."""
    return [
        later.title
        for earlier, later in zip(before, after, strict=True)
        if nearness(later) - nearness(earlier) > STIR
    ]


def cost_words(cost: float) -> str:
    """Such as "$310/month more"."""
    if abs(cost) < LEAST_MONEY:
        return "at the same cost"
    return f"{format_quantity(abs(cost), Dimension.MONEY)} {'more' if cost > 0 else 'less'}"


def titled(finding: Finding, design: Design) -> str:
    """The finding in a few words: its title and the places it is about."""
    where = place_words(finding.nodes, design)
    return f"{finding.title}, at {where}" if where else finding.title


def place_words(nodes: Iterable[str], design: Design) -> str:
    """The nodes as their cards call them; those that are gone by their ids."""
    known = design.by_id
    return listed([known[name].label if name in known else name for name in nodes])


def listed(names: Sequence[str]) -> str:
    """Such as "a, b and c"; of many the rest are counted."""
    shown = list(names)
    if len(names) > MOST_NAMED + 1:  # "and 1 more" would be no shorter than its name
        shown[MOST_NAMED:] = [f"{len(names) - MOST_NAMED} more"]
    return together(shown)


def together(names: Sequence[str]) -> str:
    """Such as "a, b and c"."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last
