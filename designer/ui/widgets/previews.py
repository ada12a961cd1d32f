"""What becomes of a drawing when changes are made, told before they are: in words, verdicts, findings and money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from designer.analysis import Verdict
from designer.catalog import Catalog
from designer.design.edit import Change, describe
from designer.design.model import Design
from designer.design.naming import name_nodes
from designer.report import Report
from designer.rules.effects import Effect
from designer.rules.model import Finding, Severity
from designer.ui.state import Desk
from designer.ui.widgets.hinges import marked, untold
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.requirements import is_hidden, limit_text
from designer.ui.widgets.wording import bullets, plain, sentence, table, unbroken
from designer.units import Dimension

ICONS: Mapping[Severity, str] = {
    Severity.ERROR: ":material/error:",
    Severity.WARNING: ":material/warning:",
    Severity.INFO: ":material/info:",
}
MOST_TOLD = 10
"""Changes or findings told one by one; the rest are counted."""

MOST_PLACES = 3


def changes_in_words(changes: Iterable[Change], design: Design, catalog: Catalog) -> str:
    """The changes, one below the other. Markdown."""
    words = [plain(describe(change, design, catalog)) for change in changes]
    return f"**{words[0]}**" if len(words) == 1 else listed(words)


def outcome(effect: Effect) -> str:
    """Whether it makes anything worse, and what it costs, in one line. Markdown."""
    cost = cost_change(effect.cost, effect.analysis.cost.total)
    if effect.is_safe:
        return f":material/check_circle: Makes nothing worse\\. {cost}"
    return f":material/warning: {sentence('; '.join(_harms(effect)))} {cost}"


def _harms(effect: Effect) -> Iterator[str]:
    if effect.finding not in effect.fixed:
        yield "it takes more than this to mend it"
    if effect.missed:
        yield f"{_counted(len(effect.missed), 'requirement')} would no longer be met"
    if effect.added:
        yield f"{_counted(len(effect.added), 'finding')} would be new"
    if effect.gain < 0.0:
        yield "what is missed would be missed by more"


def cost_change(difference: float, total: float) -> str:
    """Such as "$3.2k/month more, $5k/month in all". Markdown."""
    amount, whole = shown(abs(difference), Dimension.MONEY), shown(total, Dimension.MONEY)
    if amount == shown(0.0, Dimension.MONEY):
        return f"Costs the same, {plain(whole)}\\."
    more = "more" if difference > 0 else "less"
    return f"Costs **{plain(amount)} {more}**, {plain(whole)} in all\\."


def requirement_changes(before: Sequence[Verdict], after: Sequence[Verdict], desk: Desk) -> str:
    """Every requirement that was told and reads otherwise than before. Markdown."""
    changed = [
        (then, marked(now), marked(then))
        for now, then in zip(before, after, strict=True)
        if marked(now) != marked(then)
    ]
    rows = [
        (plain(verdict.title), unbroken(now), unbroken(then), unbroken(plain(limit_text(verdict))))
        for verdict, now, then in changed
        if not is_hidden(verdict, desk)
    ]
    if not rows:
        return ":gray[No requirement that was told changes.]"
    hidden = len(changed) - len(rows)
    words = table(("Requirement", "Now", "Then", "Limit"), rows)
    return f"{words}\n\n{untold(hidden)}" if hidden else words


def finding_changes(effect: Effect, report: Report, catalog: Catalog) -> str:
    """The findings that come, and those that go. Markdown."""
    then = name_nodes(effect.analysis.design, catalog)
    rows = [
        *_rows("Comes", effect.findings, effect.added, then),
        *_rows("Goes", report.findings, effect.fixed, report.design),
    ]
    return table(("", ""), rows) if rows else ""


def _rows(
    word: str, findings: Iterable[Finding], identities: Collection[str], design: Design
) -> Iterator[tuple[str, str]]:
    by_identity = {item.identity: item for item in findings if item.identity in identities}
    told = [finding_line(item, design) for item in by_identity.values()]
    more = len(told) - MOST_TOLD
    for line in [*told[:MOST_TOLD], *([f":gray[and {more} more]"] if more > 0 else [])]:
        yield f":gray[{word}]", line


def finding_line(finding: Finding, design: Design) -> str:
    """A finding on one line: how grave it is, what it is, and where. Markdown."""
    where = places(finding.nodes, design)
    return f"{ICONS[finding.severity]} {plain(finding.title)}{f' :gray[{plain(where)}]' if where else ''}"


def places(nodes: Iterable[str], design: Design) -> str:
    """The first few of the nodes, as the board calls them."""
    known = design.by_id
    labels = [known[node].label if node in known else node for node in nodes]
    more = len(labels) - MOST_PLACES
    return ", ".join(labels[:MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def listed(lines: Sequence[str]) -> str:
    """The first few lines as a list, and how many more there are. Markdown."""
    more = len(lines) - MOST_TOLD
    return bullets([*lines[:MOST_TOLD], f":gray[and {more} more]"] if more > 0 else lines)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
