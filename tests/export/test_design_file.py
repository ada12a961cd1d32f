"""A design file with another design in it: it reads back as that design, and what stays the same is not touched."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.design.edit import Change, Connect, InsertNode, RemoveNode, SetNode, apply
from designer.design.files import design_to_data, format_design, parse_design
from designer.design.model import Connection, Design, Node
from designer.documents import dump_json, load_text
from designer.export.design_file import DesignFile, rewrite, split_lines
from tests.strategies import designs

CATALOG = load()
REMARKED = dedent(
    """\
    # The shop, before the sale.
    version: 1
    name: Shop
    zones:
    - id: a
    - {id: b, region: eu}   # the other side
    nodes:
      - id: users
        component: users
      # measured in May
      - id: api
        component: app_server # the big ones
        instances: 2  # too few?
        zones: [a]
        figures:
          read_rate: 300/s
      - {id: cache, component: cache, figures: {memory: 0.016 TB}} # warm

      - component: sql_database
        id: db
    connections:
      - {from: users, to: api}
      - from: api
        to: cache
      # the store
      - from: api
        to: db
    """
)


def file_of(text: str, name: str = "shop.design.yaml") -> DesignFile:
    return DesignFile(Path(name), load_text(text, name), parse_design(text, name, CATALOG))


def written(text: str, *changes: Change) -> str:
    """The text with the changes made, which reads as the changed design."""
    file = file_of(text)
    wanted = apply(file.design, changes, CATALOG)
    made = rewrite(file, wanted, CATALOG)
    assert design_to_data(parse_design(made, "again", CATALOG)) == design_to_data(wanted)
    return made


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that are gone, and those that are new."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize("text", [REMARKED, '{"nodes" : [ {"component": "users", "id": "users"} ] }'])
def test_an_unchanged_design_leaves_the_file_alone(text: str) -> None:
    assert written(text) == text


def test_a_value_is_exchanged_where_it_stands_and_its_remark_is_kept() -> None:
    made = written(REMARKED, SetNode(node="api", field="instances", value=6))
    assert changed_lines(REMARKED, made) == (
        ["    instances: 2  # too few?"],
        ["    instances: 6  # too few?"],
    )


def test_a_list_on_one_line_stays_on_one_line() -> None:
    made = written(REMARKED, SetNode(node="api", field="zones", value=("a", "b")))
    assert changed_lines(REMARKED, made) == (["    zones: [a]"], ["    zones: [a, b]"])


def test_a_node_on_one_line_stays_on_one_line() -> None:
    made = written(REMARKED, SetNode(node="cache", field="memory", value="64 GB"))
    assert changed_lines(REMARKED, made)[1] == [
        "  - {id: cache, component: cache, figures: {memory: 64 GB}} # warm"
    ]


def test_a_setting_that_was_not_there_is_added_below() -> None:
    made = written(REMARKED, SetNode(node="db", field="replicas", value=2))
    assert changed_lines(REMARKED, made) == ([], ["    replicas: 2"])
    assert "  - component: sql_database\n    replicas: 2\n    id: db\nconnections:" in made


def test_a_figure_joins_the_others() -> None:
    made = written(REMARKED, SetNode(node="api", field="memory", value="8 GB"))
    assert "      read_rate: 300/s\n      memory: 8 GB\n" in made


def test_nodes_and_connections_come_and_go() -> None:
    balancer = Node(id="lb", component="load_balancer", instances=2)
    made = written(
        REMARKED,
        InsertNode(node=balancer, between=("users", "api")),
        RemoveNode(node="cache", reconnect=False),
    )
    assert "# The shop, before the sale." in made
    assert "  # measured in May\n  - id: api" in made
    assert "  - id: lb\n    component: load_balancer\n    instances: 2\n" in made
    assert "cache" not in made


def test_the_first_connection_needs_a_list_of_its_own() -> None:
    text = REMARKED.partition("connections:")[0]
    made = written(text, Connect(connection=Connection(source="users", target="api")))
    assert made == text + "connections:\n  - from: users\n    to: api\n"


def test_what_the_file_leaves_out_is_not_put_in() -> None:
    text = "nodes:\n- id: users\n  component: users\n- id: api\n  component: app_server\n  replicas: 0\n"
    made = written(text, SetNode(node="api", field="instances", value=3))
    assert made == text.replace("app_server\n", "app_server\n  instances: 3\n")


def test_windows_lines_stay_windows_lines() -> None:
    text = REMARKED.replace("\n", "\r\n")
    made = written(text, SetNode(node="db", field="replicas", value=2))
    assert made.count("\r\n") == made.count("\n") == text.count("\n") + 1


@pytest.mark.parametrize("indent", [None, 2, 4, "\t"])
def test_json_stays_json(indent: int | str | None) -> None:
    text = json.dumps(design_to_data(file_of(REMARKED).design), indent=indent)
    made = written(text, SetNode(node="api", field="instances", value=6))
    assert json.loads(made)["nodes"][1]["instances"] == 6
    assert made == text.replace('"instances": 2', '"instances": 6') + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "{nodes: [{id: users, component: users}, {id: api, component: app_server}]}\n",
        "nodes: [{id: users, component: users},\n  {id: api, component: app_server}]\n",
        "nodes:\n-\n  id: users\n  component: users\n-\n  id: api\n  component: app_server\n",
        "nodes:\n- {id: users, component: users}\n- {id: api,\n   component: app_server}\n",
        "nodes:\n- {id: users, component: users}\n- id: api\n  component: app_server\n  name: >-\n    The\n    API\n",
    ],
)
def test_what_is_laid_out_otherwise_is_written_all_the_same(text: str) -> None:
    made = written(
        text, SetNode(node="api", field="instances", value=3), SetNode(node="api", field="limit", value=5)
    )
    assert "instances: 3" in made


def styles(design: Design) -> dict[str, str]:
    """The design as people and programs write it."""
    data = design_to_data(design)
    flow = "".join(
        f"{name}:\n" + "".join(f"- {dump_json(item)}  # remark\n" for item in value)
        if isinstance(value, list)
        else f"{name}: {dump_json(value)}\n"
        for name, value in data.items()
    )
    return {"as we write": format_design(design), "one line each": flow, "json": json.dumps(data, indent=4)}


@settings(max_examples=60, deadline=None)
@given(before=designs(CATALOG, max_nodes=5), after=designs(CATALOG, max_nodes=5), data=st.data())
def test_whatever_is_written_over_whatever_reads_as_what_was_written(
    before: Design, after: Design, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(sorted(styles(before).values())))
    made = rewrite(file_of(text), after, CATALOG)
    assert design_to_data(parse_design(made, "again", CATALOG)) == design_to_data(after)
    assert rewrite(file_of(text), after, CATALOG) == made


def test_positions_are_those_of_nodes_and_connections() -> None:
    file = file_of(REMARKED)
    lines = REMARKED.splitlines()
    for part, start in (
        ("api", "id: api"),
        ("cache", "{id: cache"),
        ("db", "component: sql"),
        ("api>db", "from: api"),
    ):
        at = file.position_of(part)
        assert lines[at.line - 1][at.column - 1 :].startswith(start)
    assert (file.position_of("nowhere").line, file.position_of("nowhere").column) == (1, 1)


def test_lines_are_counted_as_positions_count_them() -> None:
    assert split_lines("a\r\nb\x0b\u2028c\rd\n\ne") == ["a\r\n", "b\x0b\u2028c\r", "d\n", "\n", "e"]
