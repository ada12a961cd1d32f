"""What is written about scenarios is true: the schema is fresh, examples load, errors are as shown, ids are listed."""

import json
import re
from pathlib import Path

import pytest

from designer.errors import ScenarioError
from designer.scenario.loader import json_schema, load_scenario, parse_scenario, scenario_ids
from designer.scenario.model import (
    Dataset,
    Difficulty,
    EstimateFigure,
    Scenario,
    Touch,
    Workload,
)

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "scenarios.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ERRORS = re.findall(r"^```text error\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
MISTAKES = [
    ("workloads:", "peak_factor", "peek_factor", ERRORS[0]),
    ("references:", "app_server", "app_servr", ERRORS[1]),
]


def test_the_schema_for_editors_is_fresh():
    """Renewed by `./run designer scenario schema > docs/scenario.schema.json`."""
    written = (DOCS / "scenario.schema.json").read_text(encoding="utf-8")
    assert written == json.dumps(json_schema(), indent=2) + "\n"


def test_the_schema_is_of_what_a_file_holds():
    schema = json_schema()
    assert "id" not in schema["properties"] and "id" not in schema["required"]
    assert set(schema["properties"]) == set(Scenario.model_fields) - {"id"}
    assert schema["additionalProperties"] is False


def test_the_example_loads():
    scenario = parse_scenario(EXAMPLE, "guest_book.yaml", thorough=True)
    assert scenario.id == "guest_book"
    assert len(EXAMPLE.splitlines()) < 120


@pytest.mark.parametrize(("before", "old", "new", "shown"), MISTAKES)
def test_the_errors_are_as_shown(before, old, new, shown):
    at = EXAMPLE.index(old, EXAMPLE.index(before))
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(EXAMPLE[:at] + new + EXAMPLE[at + len(old) :], "guest_book.yaml", thorough=True)
    assert str(caught.value) == shown


def test_every_field_is_in_the_docs():
    documented = set(re.findall(r"`(\w+)`", PAGE)) | set(
        re.findall(r"^\s*-? ?\{?(\w+):", EXAMPLE, re.MULTILINE)
    )
    told_by_the_example = set(re.findall(r"(\w+):", EXAMPLE))
    known = documented | told_by_the_example
    for model in (Dataset, Workload, Touch):
        assert set(model.model_fields) <= known, model.__name__
    assert {figure.value for figure in EstimateFigure} <= documented


def test_every_kind_of_requirement_is_in_the_docs():
    (one_of_them,) = json_schema()["properties"]["requirements"]["patternProperties"].values()
    kinds = one_of_them["discriminator"]["mapping"]
    assert len(kinds) >= 7
    for kind in kinds:
        assert f"| `{kind}` |" in PAGE


@pytest.mark.parametrize("name", scenario_ids())
def test_shipped_scenarios_are_of_a_known_difficulty_and_have_hidden_things(name):
    scenario = load_scenario(name)
    assert scenario.difficulty in Difficulty
    assert any(requirement.hidden for requirement in scenario.requirements.values())
    assert any(item.distractor for item in scenario.clarifications)
    assert not all(item.distractor for item in scenario.clarifications)
