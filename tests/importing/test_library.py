"""Which format a text is in, what pasting takes, and what no text may do."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.files import format_design
from designer.design.links import encode_design
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.importing.library import all_formats, find_format, read_design
from designer.importing.model import Imported
from designer.importing.pasting import paste

Read = Callable[..., Imported]
Refuse = Callable[..., DesignError]

CATALOG = load()
DESIGN = parse_notation("users > api:app_server*2 > db:sql_database", CATALOG)
YAML = format_design(DESIGN)
JSON = json.dumps(
    {
        "nodes": [
            {"id": "users", "component": "users"},
            {"id": "api", "component": "app_server", "instances": 2},
            {"id": "db", "component": "sql_database"},
        ],
        "connections": [{"from": "users", "to": "api"}, {"from": "api", "to": "db"}],
    }
)
SAME = {
    "design": YAML,
    "notation": "# a comment\nusers > api:app_server*2 > db:sql_database",
    "mermaid": "flowchart LR\nusers --> api[×2] --> db",
    "drawio": (
        "<mxGraphModel><root><mxCell id='users' value='users' vertex='1'/><mxCell id='api' value='api x2' vertex='1'/>"
        "<mxCell id='db' value='db' vertex='1'/><mxCell id='1' edge='1' source='users' target='api'/>"
        "<mxCell id='2' edge='1' source='api' target='db'/></root></mxGraphModel>"
    ),
    "docker-compose": (
        "services:\n  api: {build: ., ports: ['80'], deploy: {replicas: 2}, depends_on: [db]}\n  db: {image: mysql}\n"
    ),
    "link": f"http://localhost:8501/?design={encode_design(DESIGN)}",
}


def test_every_format_is_tried_here() -> None:
    assert [item.name for item in all_formats()] == sorted(SAME)


@pytest.mark.parametrize("name", SAME)
def test_the_same_design_in_every_format(name: str, read: Read) -> None:
    """Recognised by what it is, wherever it comes from."""
    for origin in ("<stdin>", "clipboard", "notes.txt"):
        found = read(SAME[name], origin)
        assert found.format == name
        design = found.design.model_copy(update={"name": DESIGN.name})
        assert [(node.id, node.component, node.instances) for node in design.nodes] == [
            ("users", "users", 1), ("api", "app_server", 2), ("db", "sql_database", 1),
        ]  # fmt: skip
        assert {link.id for link in design.connections} == {"users>api", "api>db"}


@pytest.mark.parametrize("name", SAME)
def test_each_format_knows_only_its_own(name: str) -> None:
    recognised = {item.name for item in all_formats() if item.recognise(SAME[name])}
    assert recognised == {name}


def test_json_is_a_design_file_too(read: Read) -> None:
    assert read(JSON, "<stdin>").format == "design"
    assert read(JSON, "x.json").design == read(YAML, "x.yaml").design


def test_an_ordinary_ending_leaves_the_choice_to_the_text(read: Read) -> None:
    assert read(SAME["docker-compose"], "stack.yaml").format == "docker-compose"
    assert read('{"services": {"a": {}}}', "stack.json").format == "docker-compose"
    assert read(YAML, "stack.yml").format == "design"


def test_an_ending_decides_over_the_text(refuse: Refuse) -> None:
    assert "this is no Mermaid flowchart" in str(refuse(YAML, "x.MMD"))
    assert "this is not valid XML" in str(refuse(YAML, "x.xml"))
    assert "x.design.yaml:1:1: unknown field" in str(refuse("services: {}", "x.design.yaml"))


def test_what_nothing_recognises_is_told_by_a_design_file(refuse: Refuse) -> None:
    assert "x.yaml:1:1" in str(refuse("- 1\n", "x.yaml"))


def test_an_unknown_format_names_those_there_are(refuse: Refuse) -> None:
    error = refuse("just some words", "notes.drwio")
    assert error.suggestion == ".drawio"
    for item in all_formats():
        assert item.name in str(error) or not item.extensions


def test_a_format_may_be_named(catalog: Catalog) -> None:
    assert read_design("graph LR\na", "x.yaml", catalog, form="mermaid").format == "mermaid"
    with pytest.raises(DesignError, match="did you mean 'mermaid'"):
        find_format("mermiad")


def test_bytes_that_are_no_text(refuse: Refuse) -> None:
    assert "is a binary file" in str(refuse(b"\0\1", "x.mmd"))
    assert "is not text in UTF-8" in str(refuse(b"\xff\xfe", "x.mmd"))
    assert "is too large" in str(refuse(b"x" * 1_000_001, "x.mmd"))


def test_a_byte_order_mark_is_nothing(read: Read) -> None:
    assert read("\ufeffgraph LR\na".encode(), "x").format == "mermaid"


@pytest.mark.parametrize("name", SAME)
def test_pasting_takes_every_format(name: str, catalog: Catalog) -> None:
    assert len(paste(SAME[name], catalog).design.nodes) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" \n", "there is nothing to paste"),
        ("graph LR\n" + "x;" * 100_001, "'clipboard' is too large; expected at most 200,000 bytes"),
        (
            "graph LR\n" + "".join(f"n{number};" for number in range(1_000)),
            "1,000 nodes are more than can be pasted at once; expected at most 300",
        ),
        ("hello", "what is in 'clipboard' is in none of the formats that can be read"),
    ],
)
def test_what_cannot_be_pasted(text: str, words: str, catalog: Catalog) -> None:
    with pytest.raises(DesignError) as caught:
        paste(text, catalog)
    assert words in str(caught.value)


PIECES = st.sampled_from(
    [
        "graph LR\n", "flowchart TD;", "---\n", "A", "B[", "x]", "-->", "-- t ", "==>", "-.->", "&", "|", '"', "`",
        "%%",
        "subgraph z [Zone a]\n", "end\n", "@{", "shape: cyl", "}", ":::", "#35;", ";", "\n", " ", "(((", "[(", "<br/>",
        "services:\n", "  web:\n", "    image: redis\n", "&a ", "*a ", "<<: ", "{", "}", "[", ", ", ": ", "${A:-",
        "ports: ",
        "<mxfile>", "<diagram>", "</diagram>", "<mxGraphModel>", "<root>", "<mxCell id='1' vertex='1' value='x'/>",
        "<!DOCTYPE a>", "&lt;", "users", " > ", "cache", "*3", "nodes:\n", "- {id: a, component: cache}\n", "1.eNp",
        "?design=", "\u202e", "😀", "\x00", "\ud800", "×3", "x99999999999",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["a.mmd", "a.drawio", "a.yaml", "a.notation", "a.json", "<stdin>"]))
def test_any_text_is_read_or_refused_and_always_alike(text: str, origin: str) -> None:
    def outcome() -> object:
        try:
            return read_design(text, origin, CATALOG)
        except DesignError as error:
            return str(error)

    assert outcome() == outcome()


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_format_looks_at_any_text_without_harm(text: str) -> None:
    for item in all_formats():
        item.recognise(text)
        try:
            found = item.read(text, "a", CATALOG)
        except DesignError:
            continue
        assert {node.component for node in found.design.nodes} <= set(CATALOG)
