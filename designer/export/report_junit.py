"""A report as JUnit XML: a test case for each requirement and for each rule, as build servers show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from designer.analysis.model import State
from designer.export.report_text import limit_text, value_text
from designer.export.terminal import clean
from designer.report import Report
from designer.rules.model import Finding, Judgement, Outcome

LONGEST = 10_000
"""Characters kept of one text."""

_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 cannot carry, however it is written."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case. `result` is the element that says it did not pass, with its type, in short and in full."""

    suite: str
    name: str
    result: str | None = None  # failure, error or skipped
    kind: str = ""
    short: str = ""
    full: str = ""


def write_junit(report: Report) -> str:
    """The report as XML with a final newline. Without times: the same report gives the same bytes."""
    suites = {"requirements": list(_requirements(report)), "rules": list(_rules(report))}
    counts = _counts([case for cases in suites.values() for case in cases])
    root = ElementTree.Element("testsuites", {"name": "designer", **counts})
    for name, cases in suites.items():
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            {"name": f"{report.scenario.id}.{name}", **_counts(cases), "skipped": _count(cases, "skipped")},
        )
        for case in cases:
            _add(case, suite, report)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _counts(cases: Sequence[_Case]) -> Mapping[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": _count(cases, "failure"),
        "errors": _count(cases, "error"),
    }


def _count(cases: Sequence[_Case], result: str) -> str:
    return str(sum(case.result == result for case in cases))


def _add(case: _Case, suite: ElementTree.Element, report: Report) -> None:
    names = {"classname": f"{report.scenario.id}.{case.suite}", "name": _text(case.name)}
    made = ElementTree.SubElement(suite, "testcase", names)
    if case.result is not None:
        said = {"type": case.kind} if case.kind else {}
        result = ElementTree.SubElement(made, case.result, {"message": _text(case.short), **said})
        result.text = "\n".join(_text(line) for line in case.full.splitlines()) or None


def _text(text: str) -> str:
    """Somebody's words on one line, of characters that XML has."""
    return clean(_NO_XML.sub("\ufffd", text), LONGEST)


def _requirements(report: Report) -> Iterator[_Case]:
    for verdict in report.verdicts:
        name = f"{verdict.requirement}: {verdict.title}"
        if verdict.state is State.MET:
            yield _Case("requirements", name)
        else:
            result = "failure" if verdict.state is State.MISSED else "error"
            found = f"{value_text(verdict)}, {limit_text(verdict)} is asked for"
            short = f"{verdict.title}: {verdict.reason}"
            yield _Case("requirements", name, result, verdict.state.value, short, found)


def _rules(report: Report) -> Iterator[_Case]:
    for judgement in report.judgements:
        category, _, rule = judgement.rule.partition(".")
        suite, name = f"rules.{category}", f"{rule}: {judgement.title}"
        found = [finding for finding in report.findings if finding.rule == judgement.rule]
        if judgement.outcome is Outcome.FAILED and found:
            yield _Case(suite, name, "failure", found[0].severity.value, judgement.title, _told(found))
        elif judgement.outcome is Outcome.COULD_NOT_JUDGE:
            yield _Case(suite, name, "error", judgement.outcome.value, judgement.message)
        elif judgement.outcome is Outcome.PASSED:
            yield _Case(suite, name)
        else:
            yield _Case(suite, name, "skipped", short=_skipped(judgement, report))


def _told(findings: Sequence[Finding]) -> str:
    """What is wrong at each place, and what to do about it."""
    lines = [f"{finding.severity.value}: {finding.message}" for finding in findings]
    fix = findings[0].fix_words
    return "\n".join([*lines, f"Fix: {fix}"] if fix else lines)


def _skipped(judgement: Judgement, report: Report) -> str:
    """Why the rule does not apply, or why what it found is ignored."""
    reasons = [item.because for item in report.ignored if item.finding.rule == judgement.rule]
    return f"Ignored: {'; '.join(dict.fromkeys(reasons))}" if reasons else judgement.message
