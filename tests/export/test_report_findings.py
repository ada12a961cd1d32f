"""What reports say of findings: in their order, with what goes away together, what is ignored and what is set."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import jsonschema
import pytest

from designer.catalog.loader import load
from designer.design.model import Design, Suppression
from designer.design.notation import parse_notation
from designer.export.repair_words import cost_words, effect_words, fix_words, listed
from designer.export.report_findings import TOP_RULES, followers
from designer.export.report_json import write_json
from designer.export.report_markdown import write_markdown
from designer.export.report_sarif import sarif_data
from designer.export.report_schema import json_schema
from designer.export.report_text import mixed, write_text
from designer.export.terminal import WIDTH, columns
from designer.report import Report, review
from designer.rules.effects import nearness
from designer.rules.model import Finding, Outcome, Severity
from designer.scenario.loader import load_scenario, parse_scenario
from designer.scenario.model import RuleSetting
from tests.export.samples import DESIGNS, SCENARIO, report_of, sample, scenario

CATALOG = load()
TANGLED = "users > load_balancer > api:app_server*60 > cache, db:sql_database; api > q:message_queue > w:worker > db"
"""One machine too few here takes much with it."""

SET = """
rules:
  security.no-rate-limit-at-entry: {on: false, because: "Only | colleagues `can` reach it."}
  reliability.single-zone: {severity: info, because: One zone is enough.}
  cost.overprovisioned-tier: {parameters: {idle: 5 %}, because: We like room.}
"""


@cache
def tangled() -> Report:
    return review(load_scenario("url_shortener"), parse_notation(TANGLED, CATALOG))


@cache
def ignoring() -> Report:
    """One finding set aside, and two suppressions that hide nothing."""
    design = parse_notation(
        "users > api:app_server[name=Service, read_rate=500/s] > db:sql_database", CATALOG
    )
    ignore = (
        Suppression(rule="scalability.overloaded-node", nodes=("api",), because="It is *a* toy."),
        Suppression(rule="consistency.stale-replica-read", because="Nobody minds."),
        Suppression(rule="scalability.overloaded-node", nodes=("db",), because="Not yet."),
    )
    return review(
        parse_scenario(SCENARIO + SET, "shop.yaml", CATALOG), design.model_copy(update={"ignore": ignore})
    )


def words(text: str) -> str:
    return " ".join(text.split())


def section(text: str, title: str) -> str:
    """The text below a heading, up to the next empty line."""
    return text.split(f"\n{title}\n")[1].split("\n\n")[0]


def test_findings_stand_in_the_order_of_the_report() -> None:
    told = [line[4:] for line in section(write_text(tangled()), "Findings").splitlines() if line[2] != " "]
    own = dict.fromkeys([item.title for item in tangled().findings if item.identity not in tangled().causes])
    assert len(told) == len(own) > TOP_RULES
    assert all(line.startswith(title) for line, title in zip(told, own, strict=True))


def test_what_goes_with_another_repair_stands_below_it() -> None:
    report = tangled()
    text = words(section(write_text(report), "Findings"))
    assert report.causes
    for cause, those in followers(report).items():
        above = next(item for item in report.findings if item.identity == cause)
        for item in those:
            told = f"{item.title} {item.message} ({item.severity.value}, {item.rule})"
            assert text.count(told) == 1
            between = text[text.index(words(above.message)) : text.index(told)]
            assert between.count("This goes with it:") == 1
    markdown = write_markdown(report)
    for identity in report.causes:
        item = next(item for item in report.findings if item.identity == identity)
        assert f"    - **{item.title}** ({item.severity.value}" in markdown
    results = {
        item["partialFingerprints"]["designerIdentity/v1"]: item["properties"].get("goesWith")
        for item in sarif_data(report)["runs"][0]["results"]
    }
    assert {key: value for key, value in results.items() if value} == report.causes


def test_a_repair_says_what_it_changes_and_what_it_does() -> None:
    report = tangled()
    text, markdown = words(write_text(report)), write_markdown(report).replace("\\", "")
    assert report.effects
    own = dict.fromkeys([item.rule for item in report.findings if item.identity not in report.causes])
    for finding in report.findings:
        effect = report.effects.get(finding.identity)
        if effect is not None:
            told = f"{fix_words(finding, report)}: {effect_words(effect, report)}."
            assert told in markdown
            in_full = finding.severity is Severity.ERROR or finding.rule in list(own)[:TOP_RULES]
            assert finding.identity in report.causes or not in_full or f"→ {told}" in text
    assert "→ Back db up every 1 day: meets No link is lost; at the same cost." in text


def test_an_effect_names_what_comes_nearer_what_is_missed_and_what_comes_up() -> None:
    report = tangled()
    effect = next(iter((report.effects or {}).values()))
    titles = {item.requirement: item.title for item in report.verdicts}
    nearer = replace(effect, met=(), missed=("follow_latency",), added=(), fixed=(), cost=-310.0)
    told = effect_words(nearer, report)
    assert told.startswith("not enough by itself; ")
    assert f"but misses {titles['follow_latency']}; $310/month less" in told
    moved = [
        later.title
        for earlier, later in zip(report.verdicts, effect.analysis.verdicts, strict=True)
        if nearness(later) > nearness(earlier)
    ]
    assert f"brings {listed(moved)} nearer" in told
    up = replace(effect, fixed=(effect.finding,), added=(effect.findings[-1].identity,))
    assert f"but then '{effect.findings[-1].title}'" in effect_words(up, report)


def test_a_finding_that_only_moves_does_not_come_up() -> None:
    report = tangled()
    effect = next(iter((report.effects or {}).values()))
    old = next(item for item in report.findings if len(item.nodes) > 1)
    wider = replace(old, nodes=(*old.nodes, "another"))
    moved = replace(effect, findings=(wider,), added=(wider.identity,), fixed=(effect.finding, old.identity))
    assert "but then" not in effect_words(moved, report)


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (310.0, "$310/month more"),
        (-12.5, "$12.50/month less"),
        (0.0, "at the same cost"),
        (1e-4, "at the same cost"),
    ],
)
def test_what_it_costs_in_words(cost: float, told: str) -> None:
    assert cost_words(cost) == told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (list("abcd"), "a, b, c and d"),
        (list("abcde"), "a, b, c and 2 more"),
    ],
)
def test_lists_in_words(names: list[str], told: str) -> None:
    assert listed(names) == told


def test_a_report_that_was_not_ranked_tells_no_effects() -> None:
    report = review(scenario(), sample("overloaded").design, ranked=False)
    assert "→" not in write_text(report)
    assert "Repair:" not in write_markdown(report)
    assert {item["effect"] for item in json.loads(write_json(report))["findings"]} == {None}


def many(count: int) -> Report:
    """A report with so many rules broken that they are not all told, the gravest at the end."""
    (first, *_) = tangled().findings
    found: list[Finding] = [
        replace(first, rule=f"test.number-{number}", title=f"Title {number}", severity=Severity.WARNING)
        for number in range(count)
    ]
    found[-1] = replace(found[-1], severity=Severity.ERROR)
    return replace(tangled(), findings=tuple(found), effects={}, causes={})


def test_errors_are_told_in_full_wherever_they_stand() -> None:
    text = section(write_text(many(TOP_RULES + 5)), "Findings")
    assert text.count("Why: ") == TOP_RULES + 1
    assert f"(error, test.number-{TOP_RULES + 4})" in text
    assert f"  ! Title {TOP_RULES} (test.number-{TOP_RULES})" in text.splitlines()


def test_what_goes_with_a_finding_that_is_only_named_is_counted() -> None:
    report = many(TOP_RULES + 2)
    named = report.findings[TOP_RULES].identity
    extra = replace(report.findings[0], rule="test.other", nodes=("x",))
    report = replace(report, findings=(*report.findings, extra), causes={extra.identity: named})
    assert f"(test.number-{TOP_RULES}), and 1 that goes with it" in write_text(report)


def test_what_is_ignored_is_told_with_its_reason() -> None:
    report = ignoring()
    text = section(write_text(report), "Ignored")
    assert text.splitlines()[:2] == [
        "  ✗ More arrives than it can do, at Service (scalability.overloaded-node)",
        "      It is *a* toy.",
    ]
    assert "? consistency.stale-replica-read is ignored to no purpose" in words(text)
    assert "? scalability.overloaded-node at db is ignored to no purpose" in words(text)
    markdown = write_markdown(report)
    assert "(error, `scalability.overloaded-node`): It is \\*a\\* toy." in markdown
    assert "- `scalability.overloaded-node` at db is ignored to no purpose" in markdown


def test_rules_that_the_scenario_sets_are_told_with_the_reason() -> None:
    text = words(section(write_text(ignoring()), "Set by the scenario"))
    assert "security.no-rate-limit-at-entry is off: Only | colleagues `can` reach it." in text
    assert "reliability.single-zone (always info): One zone is enough." in text
    assert "cost.overprovisioned-tier (idle 5 %): We like room." in text
    assert (
        "- security.no-rate-limit-at-entry is off: Only \\| colleagues \\`can\\` reach it."
        in write_markdown(ignoring())
    )


def test_json_has_all_of_it() -> None:
    written = json.loads(write_json(ignoring()))
    jsonschema.Draft202012Validator(json_schema()).validate(written)
    (ignored,) = written["ignored"]
    assert (ignored["finding"]["rule"], ignored["because"]) == (
        "scalability.overloaded-node",
        "It is *a* toy.",
    )
    assert [(item["rule"], item["nodes"]) for item in written["idle"]] == [
        ("scalability.overloaded-node", ["db"]),
        ("consistency.stale-replica-read", []),
    ]
    assert [
        (item["rule"], item["on"], item["severity"], item["parameters"]) for item in written["settings"]
    ] == [
        ("security.no-rate-limit-at-entry", False, None, {}),
        ("reliability.single-zone", True, "info", {}),
        ("cost.overprovisioned-tier", True, None, {"idle": 0.05}),
    ]
    assert written["mended"] is None


def test_json_has_effects_and_causes_by_identity() -> None:
    report = tangled()
    written = json.loads(write_json(report))
    known = {item["id"] for item in written["findings"]}
    assert {item["id"]: item["cause"] for item in written["findings"] if item["cause"]} == report.causes
    for item in written["findings"]:
        effect = (report.effects or {}).get(item["id"])
        assert (item["effect"] is None) is (effect is None)
        if effect is not None:
            assert item["effect"]["safe"] is effect.is_safe
            assert item["effect"]["met"] == list(effect.met)
            assert set(item["effect"]["fixed"]) <= known


def test_nothing_ignored_and_nothing_set_is_not_told() -> None:
    text = write_text(sample("sound"))
    assert "Ignored" not in text and "Set by the scenario" not in text
    assert "## Ignored" not in write_markdown(sample("sound"))


def test_it_fits_the_terminal() -> None:
    for report in (tangled(), ignoring(), many(40)):
        assert all(columns(line) <= WIDTH for line in write_text(report).splitlines())


def test_hostile_reasons_stay_words() -> None:
    reason = "x" * 200 + " | `]]> <b> [a](http://evil.example)"
    design = sample("overloaded").design
    rule = sample("overloaded").findings[0].rule
    ignored = design.model_copy(update={"ignore": (Suppression(rule=rule, because=reason),)})
    setting = RuleSetting(on=False, because=reason)
    asked = scenario().model_copy(update={"rules": {"security.no-rate-limit-at-entry": setting}})
    report = review(asked, ignored)
    assert all(columns(line) <= WIDTH for line in write_text(report).splitlines())
    assert "[a](" not in write_markdown(report)
    assert not re.search(r"(?<!\\)<b>", write_markdown(report))


def test_praise_comes_from_every_category() -> None:
    praise = report_of(DESIGNS["sound"]).praise
    told = mixed(praise)
    assert sorted(item.rule for item in told) == sorted(item.rule for item in praise)
    categories = [item.rule.partition(".")[0] for item in told]
    assert len(set(categories[: len(set(categories))])) == len(set(categories))
    assert all(item.outcome is Outcome.PASSED for item in told)


def test_an_empty_design_has_no_findings_to_tell() -> None:
    assert section(write_text(review(scenario(), Design())), "Findings") == "  none"
