"""The report as text: what it says, and that it fits and harms no terminal."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings

from designer.analysis.model import State
from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.errors import DesignerError
from designer.export.explanations import explainable
from designer.export.report_text import VALUE_COLUMNS, bar, headroom_text, limit_text, value_text, write_text
from designer.export.terminal import WIDTH, columns
from designer.report import Report, review
from designer.scenario.loader import load_scenario, scenario_ids
from designer.scenario.samples import build_design, sample_designs
from designer.units import Dimension, format_quantity
from tests.export.samples import DESIGNS, judged, report_of, sample
from tests.strategies import designs

COLOR = re.compile(r"\x1b\[[0-9;]*m")


def shipped_reports() -> list[Report]:
    catalog = load()
    return [
        review(scenario, build_design(item, scenario, catalog))
        for scenario in map(load_scenario, scenario_ids())
        for _, item in sample_designs(scenario)
    ]


@pytest.mark.parametrize("fate", DESIGNS)
def test_every_requirement_is_told_with_its_verdict(fate: str) -> None:
    report = sample(fate)
    text = write_text(report)
    for verdict in report.verdicts:
        (line,) = [line for line in text.splitlines() if line[4:].startswith(f"{verdict.title} ")]
        assert line.endswith(verdict.state.value)
        assert value_text(verdict) in line
        assert limit_text(verdict) in line


def test_a_long_number_moves_no_other_one() -> None:
    """Eleven nines are two columns more than most values: all limits still stand below one another."""
    catalog = load()
    report = review(
        load_scenario("url_shortener"),
        parse_notation(
            "users > load_balancer*3 > api:app_server*105 > db:sharded_sql[shards=21, replicas=2]", catalog
        ),
        catalog,
    )
    assert any(columns(value_text(item)) > VALUE_COLUMNS for item in report.verdicts)
    lines = [line for line in write_text(report).splitlines() if line.endswith((" met", " missed"))]
    assert len(lines) == len(report.verdicts)
    places = {line.index(limit_text(item)) for line, item in zip(lines, report.verdicts, strict=True)}
    assert len(places) == 1


@pytest.mark.parametrize("fate", DESIGNS)
def test_it_is_plain_text_that_fits(fate: str) -> None:
    check_plain(write_text(sample(fate)))
    for name in explainable(sample(fate)):
        check_plain(write_text(sample(fate), name=name))


def check_plain(text: str) -> None:
    assert text.endswith("\n") and not text.endswith("\n\n")
    for line in text.splitlines():
        assert columns(line) <= WIDTH, line
        assert line == line.rstrip(), line
        assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in line)


def test_shipped_designs_fit_too() -> None:
    for report in shipped_reports():
        check_plain(write_text(report))
        for name in explainable(report):
            check_plain(write_text(report, name=name))


@settings(max_examples=25, deadline=None)
@given(designs(load(), max_nodes=5, extreme=True))
def test_any_design_fits(design: Design) -> None:
    check_plain(write_text(judged(design)))


@pytest.mark.parametrize("fate", DESIGNS)
def test_colours_change_nothing_else(fate: str) -> None:
    colored = write_text(sample(fate), color=True)
    assert "\x1b" in colored
    assert COLOR.sub("", colored) == write_text(sample(fate))


def test_the_head_says_how_it_stands() -> None:
    report = sample("overloaded")
    met = sum(item.state is State.MET for item in report.verdicts)
    stands = f"does not pass, {met} of 7 requirements met, score {report.score.points:.3g} of 100"
    assert write_text(report).splitlines()[:2] == ["Shop: Untitled design", stands]


def test_what_is_missed_says_why() -> None:
    text = write_text(sample("overloaded"))
    reason = sample("overloaded").analysis.verdict("quick").reason
    assert reason in " ".join(text.split())
    assert "unbounded" in text


def test_one_reason_for_all_is_told_once() -> None:
    text = write_text(sample("empty"))
    assert text.count("Nothing is drawn yet") == 1
    assert "Node" not in text


def test_a_finding_tells_what_why_and_how_to_mend_it() -> None:
    report = sample("overloaded")
    text = " ".join(write_text(report).split())
    first = report.findings[0]
    assert first.title in text
    assert first.message in text
    assert f"Why: {first.why}" in text
    assert f"Fix: {first.fix_words}" in text
    assert f"({first.severity.value}, {first.rule})" in text


def test_the_reason_of_a_rule_is_told_once_for_all_its_places() -> None:
    for report in shipped_reports():
        text = " ".join(write_text(report).split())
        for finding in report.findings:
            assert text.count(f"Why: {finding.why}") <= 1


def test_nodes_tell_machines_load_and_cost() -> None:
    report = sample("sound")
    text = write_text(report)
    (line,) = [line for line in text.splitlines() if line.startswith("  api ×4 ")]
    assert "operations" in line
    cost = next(item.total for item in report.analysis.cost.nodes if item.node == "api")
    each = report.analysis.cost.per_million(cost)
    assert each is not None
    month, million = (
        format_quantity(value, Dimension.MONEY).removesuffix("/month") for value in (cost, each)
    )
    assert line.split()[-2:] == [month, million]


def test_without_traffic_no_million_has_a_price() -> None:
    lonely = write_text(report_of("api:app_server > db:sql_database"))
    (line,) = [line for line in lonely.splitlines() if line.startswith("  api ")]
    assert line.endswith("–")


def test_explaining_unfolds_formula_inputs_and_sources() -> None:
    report = sample("sound")
    text = " ".join(write_text(report, name="api").split())
    used = report.analysis.nodes["api"].utilisations[0].arithmetic
    assert used.formula in text
    assert all(quantity.name in text for quantity in used.inputs)
    assert all(source in text for source in used.sources)


def test_explaining_something_unknown_is_refused() -> None:
    with pytest.raises(DesignerError, match="nothing called 'nope'"):
        write_text(sample("sound"), name="nope")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "░░░░░░░░░░"),
        (0.0001, "░░░░░░░░░░"),
        (0.001, "█░░░░░░░░░"),
        (0.68, "██████░░░░"),
        (0.999, "█████████░"),
        (1.0, "██████████"),
        (3.0, "██████████"),
        (float("inf"), "██████████"),
    ],
)
def test_a_bar_is_full_only_when_nothing_is_left(value: float, expected: str) -> None:
    assert bar(value) == expected


def test_headroom_in_words() -> None:
    assert headroom_text(float("inf")) == "any traffic"
    assert headroom_text(2.5) == "2.5 times the stated traffic"
    assert headroom_text(0.00166) == "1/600 of the stated traffic"


def test_the_same_report_gives_the_same_text() -> None:
    report = judged(sample("sound").design)
    assert write_text(report) == write_text(sample("sound"))
