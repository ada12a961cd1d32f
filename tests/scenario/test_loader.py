"""Scenario files: what is read, what is refused, where the error points and what it suggests."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.errors import DesignerError, ScenarioError
from designer.scenario.loader import (
    FOLDER,
    build_design,
    load_scenario,
    parse_scenario,
    sample_designs,
    scenario_ids,
)
from designer.scenario.model import Scenario

SMALL = """\
version: 1
name: Guest book
difficulty: warm-up
summary: People leave a line and read those of others.
story: A small page with a large public.
datasets:
  lines:
    name: Lines
    record_size: 200 B
    records: 1M
workloads:
  read:
    name: Read
    rate: 2k/s
    touches:
      - {dataset: lines, operation: read}
  write:
    name: Write
    users: 4M
    actions_per_day: 2
    peak_factor: 3
    touches:
      - dataset: lines
        operation: write
requirements:
  latency:
    kind: latency
    workload: read
    limit: 200 ms
  budget:
    kind: budget
    limit: $5k/month
estimates:
  - question: How many lines are written each second?
    answer: 93
    unit: lines per second
    working: 4,000,000 x 2 / 86,400 = 93 a second.
    check: {figure: average_rate, workload: write}
references:
  - name: One of each
    why: It is enough.
    design: users > load_balancer > app_server*4 > sql_database*2
naive:
  name: One box
  why: It is too little.
  design:
    nodes:
      - {id: users, component: users}
      - {id: api, component: app_server}
      - {id: db, component: sql_database}
    connections:
      - {from: users, to: api}
      - {from: api, to: db}
  misses: [latency]
lessons:
  - {teaches: Data must live somewhere., component: sql_database, breaks: latency}
"""


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def refusal(text: str | bytes, *, thorough: bool = False) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "guest_book.yaml", thorough=thorough)
    return caught.value


def pointed_at(error: DesignerError) -> str:
    """What the caret stands under, to the end of the line."""
    assert error.excerpt is not None and error.where is not None
    assert error.where.file == "guest_book.yaml"
    source, caret = error.excerpt.split("\n")
    return source[caret.index("^") :]


def test_a_scenario_is_read_with_its_id_and_units():
    scenario = parse_scenario(SMALL, "guest_book.yaml", thorough=True)
    assert scenario.id == "guest_book"
    assert scenario.datasets["lines"].record_size == 200
    assert scenario.workloads["read"].average_rate == 2_000
    assert scenario.workloads["write"].average_rate == pytest.approx(4e6 * 2 / 86_400)
    assert scenario.workloads["write"].peak_rate == pytest.approx(3 * 4e6 * 2 / 86_400)


def test_tokens_are_counts_of_a_capability():
    touch = "{capability: compute, prompt_tokens: 2k, output_tokens: 300}"
    scenario = parse_scenario(changed("{dataset: lines, operation: read}", touch), "guest_book.yaml")
    (found,) = scenario.workloads["read"].touches
    assert (found.prompt_tokens, found.output_tokens) == (2_000, 300)


def test_sample_designs_are_built_from_notation_and_from_data():
    scenario = parse_scenario(SMALL, "guest_book.yaml")
    reference, naive = (build_design(sample, scenario, load()) for _, sample in sample_designs(scenario))
    assert (reference.name, reference.scenario) == ("One of each", "guest_book")
    assert [node.id for node in naive.nodes] == ["users", "api", "db"]


WRONG = {
    "tokens of a dataset": (
        changed("{dataset: lines, operation: read}", "{dataset: lines, operation: read, output_tokens: 5}"),
        "output_tokens: 5}",
        "only of a capability",
    ),
    "fewer tokens than none": (
        changed("{dataset: lines, operation: read}", "{capability: compute, prompt_tokens: -5}"),
        "-5}",
        "prompt_tokens",
    ),
    "duplicate key": (
        changed("    rate: 2k/s\n", "    rate: 2k/s\n    rate: 3k/s\n"),
        "rate: 3k/s",
        "'rate'",
    ),
    "unknown field": (changed("peak_factor", "peek_factor"), "peek_factor: 3", "did you mean 'peak_factor'?"),
    "unknown field at the top": (
        changed("summary:", "summery:"),
        "summery: People",
        "did you mean 'summary'?",
    ),
    "unknown dataset": (
        changed("{dataset: lines, operation: read}", "{dataset: line, operation: read}"),
        "line, operation: read}",
        "did you mean 'lines'?",
    ),
    "unknown workload": (changed("workload: read", "workload: reed"), "reed", "did you mean 'read'?"),
    "unknown requirement": (changed("[latency]", "[latncy]"), "latncy]", "did you mean 'latency'?"),
    "unknown component": (
        changed("component: sql_database, breaks", "component: sql_databse, breaks"),
        "sql_databse, breaks: latency}",
        "did you mean 'sql_database'?",
    ),
    "both rate and users": (
        changed("    rate: 2k/s\n", "    rate: 2k/s\n    users: 3M\n"),
        "users: 3M",
        "either rate, or users and actions_per_day",
    ),
    "neither rate nor users": (changed("    rate: 2k/s\n", ""), "read:", "rate is missing"),
    "users without actions": (
        changed("    actions_per_day: 2\n", ""),
        "write:",
        "actions_per_day is missing",
    ),
    "a touch of nothing": (
        changed("{dataset: lines, operation: read}", "{operation: read}"),
        "{operation: read}",
        "either a dataset or a capability",
    ),
    "a touch of two things": (
        changed("{dataset: lines, operation: read}", "{dataset: lines, capability: search}"),
        "{dataset: lines, capability: search}",
        "either a dataset or a capability",
    ),
    "wrong unit": (changed("limit: 200 ms", "limit: 200 MB"), "200 MB", "a time such as"),
    "wrong kind": (changed("kind: latency", "kind: latencies"), "latencies", "did you mean 'latency'?"),
    "wrong operation": (changed("operation: write", "operation: writ"), "writ", "did you mean 'write'?"),
    "percent without its sign": (
        changed(
            "kind: budget\n    limit: $5k/month", "kind: availability\n    workload: read\n    minimum: 99.9"
        ),
        "99.9",
        "1",
    ),
    "negative": (changed("records: 1M", "records: -5"), "-5", "negative"),
    "nothing at all": (changed("rate: 2k/s", "rate: 0"), "0", "more than 0"),
    "absurd": (changed("rate: 2k/s", "rate: 1e300/s"), "1e300/s", "at most"),
    "wrong type": (changed("story: A small page with a large public.", "story: [1, 2]"), "[1, 2]", "text"),
    "version of the future": (changed("version: 1", "version: 2"), "2", "1"),
    "id in the file": (changed("version: 1", "id: other"), "id: other", "file's name"),
    "check of no figure": (
        changed(
            "check: {figure: average_rate, workload: write}", "check: {figure: average_rat, workload: write}"
        ),
        "average_rat, workload: write}",
        "did you mean 'average_rate'?",
    ),
    "check of too little": (
        changed("check: {figure: average_rate, workload: write}", "check: {figure: average_rate}"),
        "check: {figure: average_rate}",
        "average_rate needs a workload",
    ),
    "check of too much": (
        changed(
            "{figure: average_rate, workload: write}",
            "{figure: average_rate, workload: write, dataset: lines}",
        ),
        "dataset: lines}",
        "average_rate has no dataset",
    ),
    "unit of something else": (changed("unit: lines per second", "unit: TB"), "TB", "a rate such as"),
    "alias": (changed("story: A small page with a large public.", "story: &a [*a, *a]"), "&a", "anchor"),
    "foreign tag": (
        changed("story: A small page with a large public.", "story: !!python/object/apply:os.system [ls]"),
        "!!python/object/apply:os.system [ls]",
        "tag",
    ),
    "depth": (
        changed("story: A small page with a large public.", "story: " + "[" * 60 + "]" * 60),
        "[",
        "deep",
    ),
    "no YAML": (changed("version: 1", "version: [1"), "", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_shown_where_it_is(name):
    text, place, words = WRONG[name]
    error = refusal(text)
    assert pointed_at(error).startswith(place)
    assert words in str(error)


def test_what_needs_the_whole_catalogue_is_checked_when_asked_for():
    text = changed("{dataset: lines, operation: read}", "{capability: serrch}")
    assert parse_scenario(text, "guest_book.yaml").workloads["read"].touches[0].capability == "serrch"
    error = refusal(text, thorough=True)
    assert pointed_at(error) == "serrch}"
    assert error.suggestion == "search"


UNREADABLE = {
    "plain": (
        "design: users > load_balancer > app_server*4 > sql_database*2",
        "design: users > load_balancer > app_servr*4 > sql_database*2",
        "app_servr*4 > sql_database*2",
    ),
    "in quotes": (
        "design: users > load_balancer > app_server*4 > sql_database*2",
        'design: "users > load_balancer > app_servr*4"',
        'app_servr*4"',
    ),
    "over several lines": (
        "design: users > load_balancer > app_server*4 > sql_database*2",
        "design: |\n      users > load_balancer\n        > app_servr*4\n        > sql_database",
        "app_servr*4",
    ),
    "folded": (
        "design: users > load_balancer > app_server*4 > sql_database*2",
        "design: >-\n      users > load_balancer\n      > app_servr*4",
        ">-",
    ),
    "as data": ("{id: api, component: app_server}", "{id: api, component: app_servr}", "app_servr}"),
    "as data with an unknown field": (
        "{id: api, component: app_server}",
        "{id: api, component: app_server, instancez: 3}",
        "3}",
    ),
    "as data with a loose end": ("{from: api, to: db}", "{from: api, to: dp}", "dp}"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_design_that_cannot_be_read_is_shown_where_it_is_in_the_file(name):
    old, new, place = UNREADABLE[name]
    error = refusal(changed(old, new), thorough=True)
    assert pointed_at(error).startswith(place)
    assert "this design cannot be read" in str(error)
    assert error.suggestion in {"app_server", "instances", None}


def test_what_is_no_text_is_refused(tmp_path: Path):
    binary = tmp_path / "picture.yaml"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    huge = tmp_path / "huge.yaml"
    huge.write_text(f"story: {'x' * 1_000_001}", encoding="utf-8")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Café".encode("latin-1"))
    expected = {
        binary: "is a binary file",
        huge: "is too large; expected at most 1,000,000 bytes",
        latin: "is not text in UTF-8",
        tmp_path / "none.yaml": "there is no file",
        tmp_path: "is a directory",
        tmp_path / "nul\0.yaml": "cannot be read",
    }
    for path, words in expected.items():
        with pytest.raises(ScenarioError, match=words):
            load_scenario(path)


def test_an_empty_file_is_refused():
    assert "empty" in str(refusal(""))


def test_a_file_whose_name_is_no_id_is_refused(tmp_path: Path):
    path = tmp_path / "Guest Book.yaml"
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(ScenarioError, match="'Guest Book'"):
        load_scenario(path)


def test_a_scenario_is_found_by_its_path_and_by_its_id(tmp_path: Path):
    path = tmp_path / "guest_book.yaml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_scenario(path) == load_scenario(str(path))
    for name in scenario_ids():
        assert load_scenario(name).id == name


def test_an_unknown_id_is_answered_with_the_nearest():
    with pytest.raises(ScenarioError) as caught:
        load_scenario("url_shortner")
    assert caught.value.suggestion == "url_shortener"
    assert all(name in str(caught.value) for name in scenario_ids())


def test_the_exercises_that_come_with_the_program_exist():
    assert {"url_shortener", "news_feed", "video_recommendation"} <= set(scenario_ids())


@pytest.mark.parametrize("name", scenario_ids())
def test_a_shipped_scenario_stands_up_to_the_thorough_check(name):
    assert load_scenario(name, thorough=True) == load_scenario(name)


@pytest.mark.parametrize("name", scenario_ids())
def test_the_order_of_keys_means_nothing(name):
    plain = load_scenario(name).model_dump(mode="json")

    def backwards(value):
        if isinstance(value, dict):
            return {key: backwards(value[key]) for key in reversed(value)}
        return [backwards(item) for item in value] if isinstance(value, list) else value

    again = Scenario.model_validate(backwards(plain))
    assert again.model_dump(mode="json") == plain


def test_the_suggestion_is_on_the_line_of_the_error():
    error = refusal(changed("peak_factor", "peek_factor"))
    assert re.fullmatch(
        r"guest_book\.yaml:\d+:5: unknown field workloads\.write\.peek_factor; did you mean 'peak_factor'\?",
        str(error).splitlines()[0],
    )


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_is_done_to_a_file_it_is_read_or_refused(data):
    """A piece of the file replaced by something else: a Scenario comes out, or one ScenarioError with its place."""
    start = data.draw(st.integers(0, len(SMALL)))
    end = data.draw(st.integers(start, min(len(SMALL), start + 40)))
    junk = data.draw(
        st.sampled_from(["", "\n", ": ", "[", "- ", "&a", "*a", "1e999", "-1", "null", "{}", "💥", "x" * 90])
    )
    refused = None
    try:
        scenario = parse_scenario(SMALL[:start] + junk + SMALL[end:], "guest_book.yaml", thorough=True)
    except ScenarioError as error:
        refused = error
    assert scenario.id == "guest_book" if refused is None else refused.where is not None


def test_places_of_a_sample_design_reach_its_nodes_and_name_them():
    scenario = load_scenario("url_shortener")
    assert scenario.starter is not None
    design = build_design(scenario.starter, scenario, load())
    assert all(node.position is not None for node in design.nodes)
    text = (FOLDER / "url_shortener.yaml").read_text(encoding="utf-8")
    with pytest.raises(ScenarioError, match="this design has no node 'lnks'") as caught:
        parse_scenario(
            text.replace("links: [480, 300]", "lnks: [480, 300]"), "url_shortener.yaml", thorough=True
        )
    assert caught.value.where is not None
    assert caught.value.suggestion == "links"
