"""The words of the trade on the pages: each a link to what it means, and a rule's name a link to all about it."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from designer.rules.glossary import all_terms
from designer.rules.library import all_rules
from designer.ui.widgets.glossary import PAGE, RULE, RULES, explained, rule_link
from tests.ui.findings_page import TANGLED, cards, open_findings, open_fold
from tests.ui.test_pages import PATIENCE_S, open_page, words_of


def test_the_page_has_every_word_at_its_place() -> None:
    app = open_page(PAGE)
    shown = words_of(app).replace("\\", "")
    anchors = [item.anchor for item in app.subheader]
    assert anchors == [item.anchor for item in all_terms()]
    for item in all_terms():
        assert item.means in shown


def test_a_word_is_a_link_where_it_first_stands() -> None:
    said = explained("A shard is full, and a *shard* has replicas.")
    assert said.startswith(f"A [shard]({PAGE}#shard) is full") and f"[replicas]({PAGE}#replica)" in said
    assert said.count("](") == 2 and "\\*shard\\*" in said


@pytest.mark.usefixtures("database")
def test_why_a_finding_matters_is_told_with_links() -> None:
    app = open_findings(TANGLED)
    key, finding = next((key, finding) for key, finding in cards(app) if "](" in explained(finding.why))
    shown = open_fold(app, f"why_{key}")
    assert re.search(rf"\]\({PAGE}#[a-z0-9-]+\)", shown)
    assert f"({RULES}?{RULE}={finding.rule})" in shown


def test_the_link_of_a_rule_opens_it() -> None:
    rule = all_rules()[5]
    assert rule_link(rule.id).endswith(f"({RULES}?{RULE}={rule.id})")
    app = AppTest.from_string("from designer.ui.pages import rules\nrules.show()", default_timeout=PATIENCE_S)
    app.query_params[RULE] = rule.id
    app.run()
    assert not app.exception
    assert [item.label.replace("\\", "") for item in app.expander] == [rule.title]
    assert rule.false_positives in words_of(app).replace("\\", "")
    app.text_input(key="rules_words").set_value("").run()
    assert len(app.expander) == len(all_rules())
