"""The format of the JSON report: its schema, the page that documents it, and real reports against both.

`python -m tests.export.test_report_schema` writes the schema and the tables of the page anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from designer.export.comparison_json import comparison_schema
from designer.export.report_json import write_json
from designer.export.report_schema import ReportData, json_schema, tables
from tests.export.samples import sample

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = DOCS / "report.schema.json"
PAGE = DOCS / "report.md"
MARKS = {"tables": "Report", "comparison": "Comparison"}
AGAIN = "out of date: python -m tests.export.test_report_schema writes it anew"


def schema_text() -> str:
    return json.dumps(json_schema(), indent=2) + "\n"


def page_text() -> str:
    """The page with the tables of today's formats; what both have is told once."""
    text, told = PAGE.read_text(encoding="utf-8"), set()
    for (mark, name), schema in zip(MARKS.items(), (json_schema(), comparison_schema()), strict=True):
        start, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->\n"
        before, rest = text.split(start)
        parts = {name: schema, **schema["$defs"]}
        lines = [line for part in parts if part not in told for line in field_table(part, parts[part])]
        told |= set(parts)
        text = f"{before}{start}\n{chr(10).join(lines)}\n{end}{rest.split(end)[1]}"
    return text


def field_table(name: str, part: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield part["description"]
    yield ""
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    for field, schema in part["properties"].items():
        yield f"| `{field}` | {type_words(schema)} | {schema['description']} |"
    yield ""


def type_words(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(type_words(option) for option in schema["anyOf"])
    if schema["type"] == "array":
        return f"list of {type_words(schema['items'])}"
    return str(schema["type"])


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), AGAIN


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(), AGAIN


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_every_field_says_what_it_means() -> None:
    for name, meaning, fields in tables():
        assert meaning.endswith("."), name
        assert all(hint.__metadata__[0] for hint in fields.values()), name


def test_every_reference_leads_somewhere() -> None:
    schema = json_schema()
    names = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert names == set(schema["$defs"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("passed"),
        lambda report: report.update(passed="yes"),
        lambda report: report.update(another=1),
        lambda report: report.update(version=2),
        lambda report: report["cost"].update(per_million_requests="infinite"),
    ],
)
def test_the_schema_refuses_what_is_no_report(spoil: Any) -> None:
    report_json = json.loads(write_json(sample("sound")))
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(report_json)
    spoil(report_json)
    assert not validator.is_valid(report_json)


def test_the_report_is_first_among_the_types() -> None:
    name, _, fields = next(tables())
    assert name == "Report"
    assert set(fields) == set(ReportData.__annotations__)


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page_text(), encoding="utf-8")
