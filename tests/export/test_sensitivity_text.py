"""What the verdicts hang on, as text."""

from __future__ import annotations

import re

import pytest

from designer.analysis.sensitivity import find_sensitivity
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.export.sensitivity_text import write_sensitivity
from designer.export.terminal import WIDTH, columns
from designer.scenario.loader import load_scenario

BOARD = "users > load_balancer*2 > api:app_server*120 > cache*4, db:sharded_sql[shards=8, replicas=1]"


@pytest.fixture(scope="module")
def text() -> str:
    scenario, design = load_scenario("url_shortener"), parse_notation(BOARD, load())
    return write_sensitivity(find_sensitivity(scenario, design))


def test_every_requirement_has_three_values_and_a_sentence(text: str) -> None:
    lines = text.splitlines()
    rows = [line for line in lines if line.startswith(("  ✓ ", "  ✗ ", "  ? "))]
    assert len(rows) == len(load_scenario("url_shortener").requirements)
    for row in rows:
        assert sum(row.count(mark) for mark in "✓✗?") == 4
        following = lines[lines.index(row) + 1 :]
        assert next(line for line in following if not re.match(r" {4}\S", line)).startswith("      ")


def test_no_name_is_cut_short() -> None:
    scenario = load_scenario("url_shortener")
    wordy = "Nine words of a title are too many for it"
    requirements = {
        name: item.model_copy(update={"title": f"{wordy} {name}"})
        for name, item in scenario.requirements.items()
    }
    asked = scenario.model_copy(update={"requirements": requirements})
    found = write_sensitivity(find_sensitivity(asked, parse_notation(BOARD, load())))
    assert "…" not in found
    assert max(map(columns, found.splitlines())) <= WIDTH
    for name in requirements:
        assert name in found


def test_no_line_is_wider_than_a_terminal(text: str) -> None:
    assert max(map(columns, text.splitlines())) <= WIDTH


def test_colours_only_when_asked_for(text: str) -> None:
    scenario, design = (
        load_scenario("url_shortener"),
        parse_notation("users > app_server > sql_database", load()),
    )
    assert "\x1b" not in text
    assert "\x1b[31m" in write_sensitivity(find_sensitivity(scenario, design), color=True)
