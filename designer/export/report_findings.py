"""The findings of a report as plain text: those that count, those that are ignored, and the rules set otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from designer.export.repair_words import effect_words, fix_words, place_words, titled
from designer.export.terminal import WIDTH, Pen, clean, wrap
from designer.report import Report
from designer.rules.engine import RANK
from designer.rules.model import Finding, Severity
from designer.rules.suppression import idle_words
from designer.scenario.model import RuleSetting

SEVERITY_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
SEVERITY_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}

TOP_RULES = 6
"""Rules whose findings are told in full, and all with an error; the rest are named."""

TOP_PLACES = 3
"""Places told of each rule."""


def finding_lines(report: Report, pen: Pen) -> Iterator[str]:
    """What is worth mending, first things first; what goes away with another's repair stands below that one."""
    yield pen.bold("Findings")
    groups, following = _by_rule(report), followers(report)
    if not groups:
        yield "  none"
    told = [group for at, group in enumerate(groups) if at < TOP_RULES or _gravest(group) is Severity.ERROR]
    for group in told:
        yield from _group(group, following, report, pen)
    for group in [item for item in groups if item not in told]:
        words = f"{group[0].title} ({group[0].rule}){_and_those(group, following)}"
        yield f"  {severity_mark(_gravest(group), pen)} {clean(words, WIDTH - 4)}"


def _by_rule(report: Report) -> list[list[Finding]]:
    """The findings by rule, in the order of the report, without those that go away with another's repair."""
    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.identity not in report.causes:
            groups.setdefault(finding.rule, []).append(finding)
    return list(groups.values())


def followers(report: Report) -> Mapping[str, list[Finding]]:
    """By the identity of a finding, those that go away with its repair."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.identity in report.causes:
            found.setdefault(report.causes[finding.identity], []).append(finding)
    return found


def severity_mark(severity: Severity, pen: Pen) -> str:
    """One sign, in the colour of the severity."""
    return pen.paint(SEVERITY_MARKS[severity], SEVERITY_COLORS[severity])


def _gravest(group: Sequence[Finding]) -> Severity:
    return min((finding.severity for finding in group), key=RANK.__getitem__)


def _group(
    group: Sequence[Finding], following: Mapping[str, list[Finding]], report: Report, pen: Pen
) -> Iterator[str]:
    """What one rule found, with the reason told once for all places."""
    first, severity = group[0], _gravest(group)
    yield f"  {severity_mark(severity, pen)} {pen.bold(clean(first.title, WIDTH - 4))}"
    for finding in group[:TOP_PLACES]:
        lesser = "" if finding.severity is severity else f" ({finding.severity.value})"
        yield from wrap(finding.message + lesser, "    ")
        yield from _repair(finding, report)
        yield from _following(following.get(finding.identity, ()), pen)
    if len(group) > TOP_PLACES:
        rest = ", ".join(dict.fromkeys(node for finding in group[TOP_PLACES:] for node in finding.nodes))
        with_it = _and_those(group[TOP_PLACES:], following)
        yield from wrap(f"And {len(group) - TOP_PLACES} more{with_it}: {rest}", "    ")
    yield from (pen.dim(line) for line in wrap(f"Why: {first.why}", "      ", hang="           "))
    if first.fix_words:
        yield from (pen.dim(line) for line in wrap(f"Fix: {first.fix_words}", "      ", hang="           "))
    yield pen.dim(f"      ({severity.value}, {first.rule})")


def _and_those(group: Sequence[Finding], following: Mapping[str, list[Finding]]) -> str:
    """How many go with findings that are not told one by one."""
    count = sum(len(following.get(finding.identity, ())) for finding in group)
    return f", and {count} that {'goes' if count == 1 else 'go'} with it" if count else ""


def _repair(finding: Finding, report: Report) -> Iterator[str]:
    """What can be changed, and what that does."""
    effect = (report.effects or {}).get(finding.identity)
    if effect is not None:
        words = f"→ {fix_words(finding, report)}: {effect_words(effect, report)}."
        yield from wrap(words, "    ", hang="      ")


def _following(findings: Sequence[Finding], pen: Pen) -> Iterator[str]:
    if findings:
        yield "      This goes with it:"
    for finding in findings[:TOP_RULES]:
        yield f"      {severity_mark(finding.severity, pen)} {clean(finding.title, WIDTH - 8)}"
        yield from wrap(finding.message, "        ")
        yield pen.dim(f"        ({finding.severity.value}, {finding.rule})")
    if len(findings) > TOP_RULES:
        yield f"      and {len(findings) - TOP_RULES} more"


def ignored_lines(report: Report, pen: Pen) -> Iterator[str]:
    """What the design says is no fault, with the reason, and what it ignores to no purpose."""
    if report.ignored or report.idle:
        yield pen.bold("Ignored")
    for item in report.ignored:
        words = f"{titled(item.finding, report.design)} ({item.finding.rule})"
        yield f"  {severity_mark(item.finding.severity, pen)} {clean(words, WIDTH - 4)}"
        yield from wrap(item.because, "      ")
    for idle in report.idle:
        where = place_words(idle.nodes, report.design)
        words = f"{idle.rule}{f' at {where}' if where else ''} is ignored to no purpose: {idle_words(idle)}"
        yield from wrap(f"? {words}", "  ", hang="    ")


def setting_lines(report: Report, pen: Pen) -> Iterator[str]:
    """The rules that the scenario switches off or asks otherwise, with the reason."""
    settings = report.scenario.rules
    if settings:
        yield pen.bold("Set by the scenario")
    for name, setting in settings.items():
        yield from wrap(f"{setting_words(name, setting)}: {setting.because}", "  ", hang="    ")


def setting_words(name: str, setting: RuleSetting) -> str:
    """How the rule of that id is asked: "cost.overprovisioned-tier (idle 5 %)"."""
    if not setting.on:
        return f"{name} is off"
    said = [f"always {setting.severity}"] if setting.severity else []
    said += [f"{parameter} {value}" for parameter, value in setting.parameters.items()]
    return f"{name} ({', '.join(said)})" if said else name
