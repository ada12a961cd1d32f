"""Design files: what is read, what is refused and where, and that writing and reading lose nothing."""

import contextlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalog import load
from designer.design.files import (
    EXTENSION,
    design_from_data,
    design_to_data,
    format_design,
    load_design,
    parse_design,
)
from designer.design.model import Connection, Design, Frame, Group, Node, Note, Position, ReadFrom, Zone
from designer.errors import DesignerError, DesignError
from tests.strategies import HOSTILE_NAMES, designs

DOCS = (Path(__file__).parents[2] / "docs" / "design-files.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
ERRORS = re.findall(r"^```yaml error\n(.*?\n)(broken\.design\.yaml:.*?)\n```", DOCS, re.MULTILINE | re.DOTALL)

SMALL = """\
version: 1
name: Small
nodes:
  - id: users
    component: users
  - id: api
    component: app_server
    instances: 4
    figures:
      service_time: 15 ms
  - id: cache
    component: cache
    figures:
      memory: 16 GiB
connections:
  - from: users
    to: api
  - from: api
    to: cache
    carries: read
"""

BACKWARDS = """\
connections: [{to: api, from: users}, {carries: read, to: cache, from: api}]
nodes:
- {component: users, id: users}
- {figures: {service_time: 15 ms}, instances: 4, component: app_server, id: api}
- {figures: {memory: 16 GiB}, component: cache, id: cache}
name: Small
"""


def parse(text: str | bytes) -> Design:
    return parse_design(text, "x.design.yaml", load())


def refusal(text: str | bytes) -> DesignError:
    with pytest.raises(DesignError) as caught:
        parse(text)
    return caught.value


def pointed_at(error: DesignerError) -> tuple[int, int]:
    assert error.where is not None
    return error.where.line, error.where.column


def test_the_docs_have_examples():
    assert EXAMPLES
    assert len(ERRORS) >= 2


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_in_the_docs_is_written_as_it_stands(example):
    assert format_design(parse(example)) == example


@pytest.mark.parametrize(("text", "printed"), ERRORS)
def test_every_error_in_the_docs_is_what_is_printed(text, printed):
    with pytest.raises(DesignError) as caught:
        parse_design(text, "broken.design.yaml", load())
    assert str(caught.value) == printed


def test_every_field_is_in_the_docs():
    documented = set(re.findall(r"`(\w+)`", DOCS))
    for model in (Design, Zone, Frame, Node, Connection, Group, Note):
        names = {str(field.validation_alias or name) for name, field in model.model_fields.items()}
        assert names <= documented


def test_a_small_file():
    assert parse(SMALL) == Design(
        name="Small",
        nodes=(
            Node(id="users", component="users"),
            Node(id="api", component="app_server", instances=4, figures={"service_time": 0.015}),
            Node(id="cache", component="cache", figures={"memory": 2.0**34}),
        ),
        connections=(
            Connection(source="users", target="api"),
            Connection(source="api", target="cache", carries="read"),
        ),
    )
    assert format_design(parse(SMALL)) == SMALL


def test_json_is_read_as_well(tmp_path):
    path = tmp_path / "board.json"
    path.write_text(json.dumps(design_to_data(parse(SMALL))), encoding="utf-8")
    assert load_design(path, load()) == parse(SMALL)


def test_a_file_is_read_from_its_path(tmp_path):
    path = tmp_path / f"small{EXTENSION}"
    path.write_text(SMALL, encoding="utf-8")
    assert load_design(path, load()) == parse(SMALL)


def test_a_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(DesignError, match="there is no file"):
        load_design(tmp_path / "none.design.yaml", load())


def test_an_empty_design_is_a_design():
    assert parse("version: 1\n") == Design()
    assert parse("{}") == Design()


def test_the_order_of_keys_means_nothing():
    written = format_design(parse(SMALL))
    assert format_design(parse(BACKWARDS)) == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("64 GB", "64 GB"),
        ("64e9", "64 GB"),
        ("16GiB", "16 GiB"),
        ("1536 MiB", "1536 MiB"),
        ("0.5 TB", "500 GB"),
        ("12345678901", "12345678901"),
        ("0.1 B", "0.1 B"),
        ("0.123456789 B", "0.123456789"),
    ],
)
def test_figures_are_written_as_people_write_them_where_that_is_exact(given, written):
    text = f"nodes:\n  - id: cache\n    component: cache\n    figures:\n      memory: {given}\n"
    design = parse(text)
    assert f"memory: {written}\n" in format_design(design)
    assert parse(format_design(design)) == design


@given(designs(load(), policies=True))
def test_writing_and_reading_lose_nothing(design):
    text = format_design(design)
    assert parse(text) == design
    assert format_design(parse(text)) == text


@given(designs(load(), extreme=True, decoration=False, max_nodes=4))
def test_extreme_figures_survive(design):
    assert parse(format_design(design)) == design


@given(designs(load(), policies=True))
def test_the_board_sends_back_what_it_was_sent(design):
    data = json.loads(json.dumps(design_to_data(design)))
    assert design_from_data(data, load()) == design


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_names(name):
    design = Design(name=name, nodes=(Node(id="a", component="cache", name=name),))
    assert parse(format_design(design)) == design
    assert parse(json.dumps(design_to_data(design))) == design


NODES = """\
nodes:
- {id: a, component: users}
- {id: b, component: app_server}
- {id: lb, component: load_balancer}
"""
ZONES = "zones: [{id: east}]\n"
SHARES = "connections:\n- {from: lb, to: a, share: 0.6}\n- {from: lb, to: b, share: 60 %}\n"
TWICE = "connections:\n- {from: a, to: b}\n- {from: a, to: b}\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("version: 2\n", 1, 10, "version 2 of the design format is unknown; expected version 1"),
        ("version: 0\n", 1, 10, "unknown"),
        ("version: one\n", 1, 10, "a whole number"),
        ("verzion: 1\n", 1, 1, "did you mean 'version'?"),
        ("nodes: 5\n", 1, 8, "a list"),
        ("nodes:\n- id: a\n", 2, 3, "component is missing"),
        ("nodes:\n- {id: a, component: users, instancez: 2}\n", 2, 29, "did you mean 'instances'?"),
        ("nodes:\n- {id: a b, component: users}\n", 2, 8, "id cannot be 'a b'"),
        ("nodes:\n- {id: a, component: uzers}\n", 2, 22, "did you mean 'users'?"),
        ("nodes:\n- {id: a, component: 7}\n", 2, 22, "expected text"),
        ("nodes:\n- {id: a, component: app_server, instances: 0}\n", 2, 45, "at least 1"),
        ("nodes:\n- {id: a, component: app_server, instances: -3}\n", 2, 45, "at least 1"),
        ("nodes:\n- {id: a, component: app_server, instances: 100000}\n", 2, 45, "at most 10000"),
        ("nodes:\n- {id: a, component: app_server, instances: 2.5}\n", 2, 45, "a whole number"),
        ("nodes:\n- {id: a, component: app_server, instances: true}\n", 2, 45, "a whole number"),
        ("nodes:\n- {id: a, component: app_server, instances: '2'}\n", 2, 45, "a whole number"),
        ("nodes:\n- {id: a, component: app_server, shards: 3}\n", 2, 42, "'app_server' has no shards"),
        ("nodes:\n- {id: a, component: app_server, zones: [x]}\n", 2, 42, "there is no zone 'x'"),
        (ZONES + "nodes:\n- {id: a, component: app_server, zones: [eats]}\n", 3, 42, "did you mean 'east'?"),
        ("zones: [{id: a}, {id: a}]\n", 1, 23, "another zone has the id 'a' already"),
        ("nodes:\n- {id: a, component: cache, figures: {memori: 1}}\n", 2, 39, "did you mean 'memory'?"),
        ("nodes:\n- {id: a, component: cache, figures: {xyzzy: 1}}\n", 2, 39, "one of read_rate"),
        ("nodes:\n- {id: a, component: cache, figures: {memory: 64 ms}}\n", 2, 47, "is not a size"),
        ("nodes:\n- {id: a, component: cache, figures: {memory: -1}}\n", 2, 47, "negative"),
        ("nodes:\n- {id: a, component: cache, figures: {memory: 1e30}}\n", 2, 47, "at most 1e+21"),
        ("nodes:\n- {id: a, component: cache, figures: {memory: .nan}}\n", 2, 47, "is not a size"),
        ("nodes:\n- {id: a, component: cache, figures: {memory: true}}\n", 2, 47, "is not a size"),
        ("nodes:\n- {id: a, component: cache, figures: [1]}\n", 2, 38, "a mapping"),
        ("nodes:\n- {id: a, component: cache, position: {x: 1}}\n", 2, 29, "position.y is missing"),
        ("nodes:\n- {id: a, component: cache, position: {x: 1, y: 1e9}}\n", 2, 49, "at most 1e+06"),
        ("nodes:\n- {id: a, component: cache, color: '#fff'}\n", 2, 36, "color cannot be"),
        ("zones: [{id: a, frame: {x: 0, y: 0, width: 9}}]\n", 1, 17, "frame.height is missing"),
        ("zones: [{id: a, frame: {x: 0, y: 0, width: 0, height: 9}}]\n", 1, 44, "more than 0"),
        ("zones: [{id: a, frame: {x: 0, y: 0, width: .inf, height: 9}}]\n", 1, 44, "expected a number"),
        ("nodes:\n- {id: a, component: cache, pinned: 3}\n", 2, 37, "true or false"),
        ("notes: [{id: n, text: a, kind: stick}]\n", 1, 32, "did you mean 'sticky'?"),
        ("notes: [{id: n, text: a, color: yelow}]\n", 1, 33, "did you mean 'yellow'?"),
        (NODES + "groups: [{id: g, color: '#fff', nodes: [a]}]\n", 5, 25, "color cannot be '#fff'"),
        (NODES + "groups: [{id: g, nodes: []}]\n", 5, 25, "at least 1"),
        (NODES + "groups: [{id: g}]\n", 5, 10, "nodes is missing"),
        (NODES + "groups: [{id: g, nodes: [bb]}]\n", 5, 26, "there is no node 'bb' in the design; did you mean 'b'?"),
        (NODES + "groups: [{id: g, nodes: [a, a]}]\n", 5, 29, "'a' is in the group 'g' already"),
        (NODES + "groups: [{id: g, nodes: [a]}, {id: h, nodes: [a]}]\n", 5, 47, "'a' is in the group 'g' already"),
        (NODES + "groups: [{id: g, nodes: [a]}, {id: g, nodes: [b]}]\n", 5, 36, "another group has the id 'g'"),
        ("nodes:\n- {id: a, component: cache, name: \"a\\0b\"}\n", 2, 35, "without control characters"),
        ("nodes:\n- {id: a, component: cache, name: ''}\n", 2, 35, "name cannot be ''"),
        ("nodes:\n- {id: a, component: cdn}\n- {id: a, component: cdn}\n", 3, 8, "has the id 'a' already"),
        (NODES + "connections:\n- {from: a, to: c}\n", 6, 17, "there is no node 'c'"),
        (NODES + "connections:\n- {from: bb, to: a}\n", 6, 10, "did you mean 'b'?"),
        (NODES + "connections:\n- {from: a}\n", 6, 3, "connections[0].to is missing"),
        (NODES + "connections:\n- {from: a, to: a}\n", 6, 17, "cannot be connected to itself"),
        (NODES + TWICE, 7, 3, "connected in this direction already"),
        (NODES + "connections:\n- {from: a, to: b, share: 0.5}\n", 6, 27, "'users' does not route"),
        (NODES + "connections:\n- {from: lb, to: b, share: 2}\n", 6, 28, "at most 1"),
        (NODES + SHARES, 7, 28, "more than 1"),
        (NODES + "connections:\n- {from: a, to: b, calls: 0}\n", 6, 27, "more than 0"),
        (NODES + "connections:\n- {from: a, to: b, carries: reads}\n", 6, 29, "did you mean 'read'?"),
        (NODES + "connections:\n- {form: a, to: b}\n", 6, 4, "did you mean 'from'?"),
        ("notes: [{id: n, text: x}, {id: n, text: y}]\n", 1, 32, "another note has the id 'n' already"),
        ("nodes: [a\n", 1, 8, "the list"),
        ("a: &x [1]\nb: *x\n", 1, 4, "anchor"),
        ("nodes: !!python/object:os.system []\n", 1, 8, "tag"),
        ("name: a\nname: b\n", 2, 1, "written twice"),
    ],
)  # fmt: skip
def test_errors_point_at_line_and_column(text, line, column, words):
    error = refusal(text)
    assert words in str(error)
    assert pointed_at(error) == (line, column)
    assert error.excerpt is not None
    assert error.excerpt.endswith("^")


def test_all_problems_are_told():
    error = refusal(NODES + "connections:\n- {from: a, to: x}\n- {from: b, to: y}\n")
    assert [other.message for other in error.others] == ["there is no node 'y' in the design"]
    assert pointed_at(error.others[0]) == (7, 17)


def test_too_many_nodes_are_refused():
    items = "".join(f"- {{id: n{index}, component: cache}}\n" for index in range(6_000))
    assert "at most 5000 items" in str(refusal(f"nodes:\n{items}"))


@pytest.mark.parametrize(
    "where",
    ["id: '{}'\n  component: cache", "id: a\n  component: '{}'", "id: a\n  component: cache\n  name: '{}'"],
)
def test_a_label_of_a_megabyte_is_one_short_error(where):
    item = "nodes:\n- " + where.format("x" * 900_000)
    assert len(str(refusal(item))) < 500
    with pytest.raises(DesignError) as caught:
        design_from_data({"nodes": [{"id": "a", "component": "cache", "name": "x" * 1_000_000}]}, load())
    assert len(str(caught.value)) < 300


def test_a_file_over_a_megabyte_is_refused():
    assert "too large" in str(refusal("name: " + "x" * 1_000_000))


def test_a_binary_file_is_refused():
    assert "binary" in str(refusal(b"\x89PNG\r\n\x1a\n\0\0"))


def cache_with(memory: object) -> object:
    return {"nodes": [{"id": "a", "component": "cache", "figures": {"memory": memory}}]}


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (None, None, "empty"),
        ([], None, "a mapping"),
        ({"nodes": [{"id": "a", "component": "users"}, {"id": "b"}]}, "nodes[1].component", "missing"),
        (cache_with("5 s"), "nodes[0].figures.memory", "not a size"),
        (cache_with(float("nan")), "nodes[0].figures.memory", "not a size"),
        ({"nodes": [{"id": "a", "component": "worker", "shards": 2}]}, "nodes[0].shards", "no shards"),
        ({"connections": [{"from": "a", "to": "b"}]}, "connections[0].from", "no node 'a'"),
        ({"zones": [{"id": "a", "extra": 1}]}, "zones[0].extra", "unknown field"),
        ({"version": 3}, "version", "version 3"),
    ],
)  # fmt: skip
def test_errors_of_the_board_name_the_field(data, field, words):
    with pytest.raises(DesignError) as caught:
        design_from_data(data, load())
    assert caught.value.field == field
    assert words in str(caught.value)
    assert caught.value.where is None
    assert caught.value.excerpt is None


KEYS = ("nodes", "id", "component", "connections", "from", "to", "zones", "figures", "x")
JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@given(JSON_LIKE)
def test_any_data_is_read_or_refused(data):
    design = Design()
    with contextlib.suppress(DesignError):
        design = design_from_data(data, load())
    assert parse(format_design(design)) == design


def test_positions_are_kept_exactly():
    node = Node(id="a", component="cache", position=Position(x=0.1, y=-1e-7), read_from=ReadFrom.LEADER)
    design = Design(nodes=(node,))
    assert parse(format_design(design)) == design
