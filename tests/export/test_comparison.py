"""Two designs side by side: what is better and what is worse, in text, Markdown and JSON."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import product

import jsonschema
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from designer.catalog.loader import load
from designer.comparison import Comparison, Figures, compare
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.export.comparison_json import comparison_schema, write_comparison_json
from designer.export.comparison_markdown import write_comparison_markdown
from designer.export.comparison_rows import figure_rows, is_worse, requirement_rows, verdict_words
from designer.export.comparison_text import write_comparison
from designer.export.terminal import WIDTH, columns
from designer.report import review
from designer.rules.model import Severity
from designer.scenario.loader import load_scenario
from tests.export.samples import DESIGNS, judged, sample
from tests.strategies import designs

PAIRS = list(product(("sound", "overloaded", "hostile", "empty", "cycle"), repeat=2))
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
VALIDATOR = jsonschema.Draft202012Validator(comparison_schema())


@cache
def compared(before: str, after: str) -> Comparison:
    return compare(sample(before), sample(after))


def check_plain(text: str) -> None:
    assert text.endswith("\n") and not text.endswith("\n\n")
    for line in text.splitlines():
        assert columns(line) <= WIDTH, line
        assert line == line.rstrip(), line
        assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in line)


def check_markdown(text: str) -> None:
    kinds = {inner.type for token in PARSER.parse(text) for inner in (token, *(token.children or ()))}
    assert not kinds & {
        "html_block",
        "html_inline",
        "link_open",
        "image",
        "s_open",
        "fence",
        "hr",
        "code_block",
    }


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_pair_can_be_told(before: str, after: str) -> None:
    found = compared(before, after)
    check_plain(write_comparison(found))
    check_markdown(write_comparison_markdown(found))
    written = json.loads(write_comparison_json(found))
    VALIDATOR.validate(written)
    assert written["worse"] is is_worse(found)


@settings(max_examples=15, deadline=None)
@given(designs(load(), max_nodes=4, extreme=True))
def test_any_design_can_be_held_against_another(design: Design) -> None:
    for found in (compare(judged(design), sample("sound")), compare(sample("sound"), judged(design))):
        check_plain(write_comparison(found))
        check_markdown(write_comparison_markdown(found))
        VALIDATOR.validate(json.loads(write_comparison_json(found)))


def test_each_requirement_has_both_values_and_a_sign() -> None:
    found = compared("overloaded", "sound")
    text = write_comparison(found).partition("Figure")[0]
    for pair, line in zip(found.requirements, requirement_rows(found), strict=True):
        assert line.change == 2 * pair.change or abs(line.change) < 2
        (told,) = [item for item in text.splitlines() if item[4:].startswith(f"{pair.after.title} ")]
        assert all(cell in told for cell in line.cells)
        assert told[2] == {1: "▲", -1: "▼"}.get(pair.change, told[2])
    assert "▲" in text and "▼" not in text
    assert "▼" in write_comparison(compared("sound", "overloaded"))


def test_a_design_beside_itself_is_the_same() -> None:
    found = compared("sound", "sound")
    assert {row.change for row in (*requirement_rows(found), *figure_rows(found))} == {0}
    assert verdict_words(found) == "B meets what A meets and brings no new error."
    assert not is_worse(found)


def test_figures_say_which_way_is_better() -> None:
    found = compared("overloaded", "sound")
    rows = {row.name: row for row in figure_rows(found)}
    assert rows["Cost"].change == -1 and rows["Cost"].cells[2].endswith("/month more")
    assert rows["Look: p99"].change == 1 and rows["Look: p99"].cells[0] == "unbounded"
    assert rows["Look: availability"].change == 1
    assert rows["Headroom"].change == 1
    quicker = replace(found, p99={"look": Figures(0.3, 0.2)})
    (row,) = [row for row in figure_rows(quicker) if row.name == "Look: p99"]
    assert (row.cells, row.change) == (("300 ms", "200 ms", "100 ms less"), 1)


def test_worse_is_what_is_missed_now_or_an_error_that_was_not_there() -> None:
    assert is_worse(compared("sound", "overloaded"))
    assert not is_worse(compared("overloaded", "sound"))
    same = compared("sound", "sound")
    error = next(item for item in sample("overloaded").findings if item.severity is Severity.ERROR)
    assert is_worse(replace(same, new=(error,)))
    assert f"has a new error: '{error.title}'" in verdict_words(replace(same, new=(error,)))
    assert not is_worse(replace(same, new=(replace(error, severity=Severity.WARNING),)))


def test_findings_are_told_by_whose_they_are() -> None:
    found = compared("overloaded", "hostile")
    text = " ".join(write_comparison(found).split())
    for title, findings in (("Only in A", found.fixed), ("Only in B", found.new), ("In both", found.still)):
        assert (f"{title}: {len(findings)} finding" in text) is bool(findings)
    written = json.loads(write_comparison_json(found))
    assert [item["id"] for item in written["fixed"]] == [item.identity for item in found.fixed]
    assert [item["id"] for item in written["still"]] == [item.identity for item in found.still]


def test_two_figures_of_one_workload_are_told_apart() -> None:
    """Where a long change leaves little room for names, they go on below rather than be cut to the same."""
    catalog, scenario = load(), load_scenario("url_shortener")
    small, large = (
        review(scenario, parse_notation(text, catalog), catalog, headroom=False)
        for text in ("users > app_server > sql_database", "users > app_server*105 > cache*2, sql_database")
    )
    lines = [line.strip() for line in write_comparison(compare(small, large)).splitlines()]
    assert any("percentage points more" in line and "Follow a link:" in line for line in lines)
    assert "availability" in lines


def test_many_findings_are_counted() -> None:
    found = compared("overloaded", "sound")
    first = found.fixed[0]
    many = tuple(replace(first, nodes=(f"n{number}",)) for number in range(40))
    assert "  and 28 more" in write_comparison(replace(found, fixed=many)).splitlines()


def test_the_same_designs_give_the_same_bytes() -> None:
    again = compare(judged(sample("sound").design), judged(sample("hostile").design))
    assert write_comparison(again) == write_comparison(compared("sound", "hostile"))
    assert write_comparison_json(again) == write_comparison_json(compared("sound", "hostile"))


def test_names_are_those_of_the_designs() -> None:
    found = compare(sample("sound"), judged(sample("sound").design.model_copy(update={"name": "**Second**"})))
    assert "B: **Second**; " in write_comparison(found)
    assert "- **B**: \\*\\*Second\\*\\*; " in write_comparison_markdown(found)
    assert set(DESIGNS) >= {"sound"}
