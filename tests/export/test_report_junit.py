"""The report as JUnit XML: of the shape that Jenkins and its like read, and the outcomes of the report."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from designer.analysis.model import State
from designer.catalog.loader import load
from designer.design.model import Design, Suppression
from designer.export.report_junit import LONGEST, write_junit
from designer.report import Report
from designer.rules.model import Outcome
from tests.export.samples import DESIGNS, judged, report_of, sample
from tests.strategies import designs

# Of the elements that are written: what they may hold, and their attributes, those that must be there first.
SHAPE = {
    "testsuites": ({"testsuite"}, set(), {"name", "tests", "failures", "errors", "time", "disabled"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package"},
    ),
    "testcase": (
        {"skipped", "error", "failure", "system-out", "system-err"},
        {"name", "classname"},
        {"time", "assertions", "status"},
    ),
    **{name: (set(), set(), {"type", "message"}) for name in ("skipped", "error", "failure")},
}


def check_shape(text: str) -> ElementTree.Element:
    """The tree, if it has the shape; counts are those of the cases."""
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites') and text.endswith(">\n")
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        children, needed, possible = SHAPE[element.tag]
        assert {child.tag for child in element} <= children
        assert needed <= set(element.attrib) <= needed | possible
        if element.tag not in ("skipped", "error", "failure"):
            assert not (element.text or "").strip()
    for suite in (root, *root):
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        for result, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            count = sum(case.find(result) is not None for case in cases)
            assert int(suite.attrib.get(attribute, count)) == count
    names = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    assert all(len(case) <= 1 for case in root.iter("testcase"))
    return root


def outcomes(report: Report, suite: str) -> dict[str, str]:
    """What became of each case, by what stands before the colon of its name."""
    root = check_shape(write_junit(report))
    return {
        case.attrib["name"].partition(":")[0]: case[0].tag if len(case) else "passed"
        for case in root.iter("testcase")
        if suite in case.attrib["classname"]
    }


@pytest.mark.parametrize("fate", DESIGNS)
def test_there_is_a_case_for_every_requirement_and_rule(fate: str) -> None:
    report = sample(fate)
    words = {State.MET: "passed", State.MISSED: "failure", State.UNKNOWN: "error"}
    assert outcomes(report, "requirements") == {
        verdict.requirement: words[verdict.state] for verdict in report.verdicts
    }
    results = {
        Outcome.PASSED: "passed",
        Outcome.FAILED: "failure",
        Outcome.NOT_APPLICABLE: "skipped",
        Outcome.COULD_NOT_JUDGE: "error",
    }
    assert outcomes(report, "rules") == {
        item.rule.partition(".")[2]: results[item.outcome] for item in report.judgements
    }


@settings(max_examples=25, deadline=None)
@given(designs(load(), max_nodes=4, extreme=True))
def test_any_design_has_the_shape(design: Design) -> None:
    check_shape(write_junit(judged(design)))


def test_a_failure_says_why_and_what_to_do() -> None:
    report = sample("overloaded")
    root = check_shape(write_junit(report))
    finding = report.findings[0]
    (failure,) = [
        case[0]
        for case in root.iter("testcase")
        if len(case) and case.attrib["name"].startswith(finding.rule.partition(".")[2])
    ]
    assert failure.attrib == {"message": finding.title, "type": finding.severity.value}
    assert finding.message in (failure.text or "")
    assert f"Fix: {finding.fix_words}" in (failure.text or "")


def test_what_does_not_apply_says_why() -> None:
    report = sample("sound")
    root = check_shape(write_junit(report))
    said = {case[0].attrib["message"] for case in root.iter("testcase") if case.find("skipped") is not None}
    assert said == {item.message for item in report.judgements if item.outcome is Outcome.NOT_APPLICABLE}


def test_what_is_ignored_is_skipped_with_its_reason() -> None:
    design = sample("overloaded").design
    rule = sample("overloaded").findings[0].rule
    report = judged(design.model_copy(update={"ignore": (Suppression(rule=rule, because="It is a toy."),)}))
    assert outcomes(report, "rules")[rule.partition(".")[2]] == "skipped"
    assert 'message="Ignored: It is a toy."' in write_junit(report)


@pytest.mark.parametrize(
    "bad", ["]]>", "<b>&amp;\"'", "\x1b[31m\x00\x08", "\ufffe\uffff", "\ud800", "a\nb", "x" * 100_000]
)
def test_words_mean_themselves(bad: str) -> None:
    report = sample("overloaded")
    (first, *rest) = report.verdicts
    spoilt = replace(first, title=bad, reason=bad)
    hostile = replace(report, analysis=replace(report.analysis, verdicts=(spoilt, *rest)))
    text = write_junit(hostile)
    text.encode("utf-8")
    root = check_shape(text)
    failure = next(root.iter("failure"))
    assert len(failure.attrib["message"]) <= LONGEST + 1
    if bad == "]]>":
        assert failure.attrib["message"] == "]]>: ]]>"


def test_the_same_design_gives_the_same_bytes() -> None:
    assert write_junit(report_of(DESIGNS["hostile"])) == write_junit(sample("hostile"))
