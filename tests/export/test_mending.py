"""What --fix did, in words: what was changed, what all of it does, and what is left."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import jsonschema
import pytest

from designer.catalog.loader import load
from designer.design.edit import RemoveNode, SetNode
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.export.mending import NOTHING, Mending, summary, write_mending
from designer.export.repair_words import all_fix_words, effect_words, titled
from designer.export.report_json import write_json
from designer.export.report_markdown import write_markdown
from designer.export.report_schema import json_schema
from designer.export.terminal import WIDTH, columns
from designer.report import review
from designer.rules.mending import mend
from tests.export.samples import DESIGNS, judged, sample, scenario

BOARD = "users > load_balancer*2 > api:app_server*4 > cache*2, db:sql_database; spare:vector_index"


@cache
def mended(notation: str) -> Mending:
    before = review(scenario(), parse_notation(notation, load()) if notation else Design(), ranked=False)
    return Mending(before, mend(before.analysis, before.findings))


def test_each_repair_and_all_of_them_together_are_told() -> None:
    mending = mended(BOARD)
    text = " ".join(write_mending(mending).split())
    assert mending.mended.mended and mending.mended.effect is not None
    for finding in mending.mended.mended:
        assert titled(finding, mending.before.design) in text
    assert "→ Remove spare" in text
    assert effect_words(mending.mended.effect, mending.before) in text


def test_a_setting_that_is_set_twice_is_told_as_it_is_in_the_end() -> None:
    before = mended(BOARD).before
    twice = [
        SetNode(node="db", field="replicas", value=1),
        SetNode(node="load_balancer", field="instances", value=2),
        SetNode(node="load_balancer", field="zones", value=()),
        SetNode(node="load_balancer", field="instances", value=3),
        SetNode(node="cache", field="replicas", value=1),
        RemoveNode(node="spare"),
    ]
    said = all_fix_words(replace(before.findings[0], fix=tuple(twice)), before)
    assert "instances of load_balancer to 3" in said and "to 2" not in said
    assert "replicas of cache" in said and "more" not in said


def test_what_is_left_is_counted() -> None:
    mending = mended(BOARD)
    left = len(mending.mended.left)
    told = [words for words in summary(mending) if "left" in words]
    assert bool(told) is bool(left)
    assert all(words.startswith(f"{left} ") for words in told)


def test_where_nothing_can_be_mended_that_is_said() -> None:
    mending = mended("users")
    assert mending.mended.effect is None
    assert write_mending(mending) == f"Mended\n  {NOTHING}\n"


@pytest.mark.parametrize("fate", DESIGNS)
def test_it_fits_and_is_valid_json_and_markdown(fate: str) -> None:
    mending = mended(DESIGNS[fate])
    assert all(columns(line) <= WIDTH for line in write_mending(mending).splitlines())
    effect = mending.mended.effect
    after = sample(fate) if effect is None else judged(effect.analysis.design)
    written = json.loads(write_json(after, mending))
    jsonschema.Draft202012Validator(json_schema()).validate(written)
    assert [item["id"] for item in written["mended"]["findings"]] == [
        item.identity for item in mending.mended.mended
    ]
    assert (written["mended"]["effect"] is None) is (effect is None)
    markdown = write_markdown(after, mending)
    assert markdown.count("\n## Mended\n") == 1
    assert markdown.index("## Mended") < markdown.index("## Findings")
