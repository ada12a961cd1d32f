"""The one-line notation: what it says, where it points when it cannot be read, and how it is written."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalog import load
from designer.catalog.model import FIGURE_DIMENSIONS
from designer.design.model import (
    CallOrder,
    Connection,
    Design,
    Node,
    ReadFrom,
    Routing,
    Traffic,
    Zone,
)
from designer.design.notation import format_notation, parse_notation
from designer.design.settings import LINK_SETTINGS, SETTINGS
from designer.errors import NotationError
from tests.strategies import designs

UNPLACED = {"position": None, "pinned": False, "color": None}
"""What the notation does not say of a node."""

DOCS = (Path(__file__).parents[2] / "docs" / "notation.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```notation\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
ERRORS = re.findall(r"^```notation error\n(.*?)\n(.*?)\n```", DOCS, re.MULTILINE | re.DOTALL)


def parse(text: str) -> Design:
    return parse_notation(text, load())


def links(text: str) -> list[str]:
    return [connection.id for connection in parse(text).connections]


def refusal(text: str) -> NotationError:
    with pytest.raises(NotationError) as caught:
        parse(text)
    return caught.value


def attempt(text: str) -> Design | NotationError:
    try:
        return parse(text)
    except NotationError as error:
        return error


def pointed_at(error: NotationError) -> tuple[int, int]:
    assert error.where is not None
    return error.where.line, error.where.column


def test_the_docs_have_examples():
    assert len(EXAMPLES) >= 6
    assert len(ERRORS) >= 3


def test_every_setting_and_figure_is_in_the_docs():
    words = set(re.findall(r"`(\w+)`", DOCS))
    assert {*SETTINGS, *LINK_SETTINGS, *FIGURE_DIMENSIONS} <= words


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_in_the_docs_reads_and_writes(example):
    design = parse(example)
    assert design.connections
    assert parse(format_notation(design, load())) == design


@pytest.mark.parametrize(("text", "printed"), ERRORS)
def test_every_error_in_the_docs_is_what_is_printed(text, printed):
    assert str(refusal(text)) == printed


def test_the_first_example():
    design = parse("users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2")
    assert design.nodes == (
        Node(id="users", component="users"),
        Node(id="load_balancer", component="load_balancer", instances=2),
        Node(id="api", component="app_server", instances=4),
        Node(id="cache", component="cache"),
        Node(id="db", component="sql_database", replicas=1),
    )
    assert [connection.id for connection in design.connections] == [
        "users>load_balancer", "load_balancer>api", "api>cache", "api>db",
    ]  # fmt: skip


def test_steps_connect_everything_to_everything():
    text = "users > a:app_server, b:app_server > c:cache, d:cache"
    assert links(text) == ["users>a", "users>b", "a>c", "a>d", "b>c", "b>d"]


def test_an_id_used_again_is_the_same_node():
    design = parse("users > api:app_server > message_queue > worker; worker, api > cache")
    assert [node.id for node in design.nodes] == ["users", "api", "message_queue", "worker", "cache"]
    assert [connection.id for connection in design.connections][-2:] == ["worker>cache", "api>cache"]


def test_a_connection_said_twice_is_one():
    assert links("users > api:app_server > cache; users > api > sql_database") == [
        "users>api", "api>cache", "api>sql_database",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "users > cache; cache > sql_database",
        "users > cache\ncache > sql_database",
        "users > cache\r\ncache > sql_database",
        "users >\n\n cache # why\n# more\n > sql_database",
        "users\n> cache\n\n>\nsql_database;;\n;",
        " users>cache>sql_database ",
    ],
)
def test_lines_and_semicolons(text):
    assert links(text) == ["users>cache", "cache>sql_database"]


def test_a_line_may_end_after_a_comma_and_begin_with_one():
    assert links("users > cache,\n sql_database\n, cdn") == ["users>cache", "users>sql_database", "users>cdn"]


@pytest.mark.parametrize("text", ["", "  \n ; # nothing\n"])
def test_nothing_is_an_empty_design(text):
    assert parse(text) == Design()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("app_server*4", {"instances": 4}),
        ("sql_database*3", {"replicas": 2}),
        ("sql_database*1", {"replicas": 0}),
        ("cache*3", {"instances": 3}),
        ("sharded_sql*2", {"shards": 2}),
    ],
)
def test_a_star_sets_the_first_count(text, count):
    assert parse(text).nodes[0].model_dump(include=set(count)) == count


def test_settings_of_a_node():
    text = (
        "lb:load_balancer[routing=random] > api:app_server[calls=parallel] > db:sharded_sql["
        "shards=8, replicas=2, memory=64GB, zones=a+eu/b, read_from=leader, holds=links+users,"
        ' name="Links \\"db\\"", read_rate= 20k/s ]'
    )
    design = parse(text)
    balancer, api, db = design.nodes
    assert balancer.routing is Routing.RANDOM
    assert api.calls is CallOrder.PARALLEL
    assert db == Node(
        id="db",
        component="sharded_sql",
        name='Links "db"',
        shards=8,
        replicas=2,
        zones=("a", "b"),
        holds=("links", "users"),
        read_from=ReadFrom.LEADER,
        figures={"memory": 64e9, "read_rate": 20_000.0},
    )
    assert design.zones == (Zone(id="a"), Zone(id="b", region="eu"))


def test_settings_may_be_spread_over_mentions():
    assert parse("users > cache*3; cache[memory=1 GB]").node("cache") == Node(
        id="cache", component="cache", instances=3, figures={"memory": 1e9}
    )


def test_options_of_connections():
    text = (
        'users > lb:load_balancer >[share=30 %, read, label="a, b] > c"] api:app_server'
        " >[write, calls=5] cache"
    )
    assert parse(text).connections == (
        Connection(source="users", target="lb"),
        Connection(source="lb", target="api", carries=Traffic.READ, share=0.3, label="a, b] > c"),
        Connection(source="api", target="cache", carries=Traffic.WRITE, calls=5),
    )


def test_zones_declared_keep_their_order():
    design = parse("@ c, eu/b; users > app_server*2[zones=b+c+us/d]")
    assert design.zones == (Zone(id="c"), Zone(id="b", region="eu"), Zone(id="d", region="us"))


def test_cycles_may_be_drawn():
    assert links("users > a:app_server > b:app_server > a") == ["users>a", "a>b", "b>a"]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("users > load_balancr", 1, 9, "did you mean 'load_balancer'?"),
        ("users > api:ap_server", 1, 13, "did you mean 'app_server'?"),
        ("users > web:app_server > wev > web", 1, 26, "did you mean 'web'?"),
        ("users >", 1, 8, "expected a node"),
        ("users\n  cache > > cdn", 2, 11, "expected a node"),
        ("> users", 1, 1, "expected a node"),
        ("users ? cache", 1, 7, "'?' cannot stand here"),
        ("users -> cache", 1, 7, "did you mean '>'?"),
        ("users cache", 1, 7, "expected '>', ','"),
        ("brugère > cache", 1, 1, "cannot be an id"),
        ("a:users > a", 1, 11, "connected to itself"),
        ("users > cache; users >[read] cache", 1, 22, "with other options"),
        ("x:users; x:cache", 1, 12, "is a 'users' already"),
        ("cache*0", 1, 7, "no count"),
        ("cache*-1", 1, 7, "no count"),
        ("cache*99999999999999999999", 1, 7, "no count"),
        ("users*2", 1, 7, "'users' has no count"),
        ("sql_database*2[replicas=3]", 1, 16, "said twice"),
        ("cache[memory=1 GB, memory=2 GB]", 1, 20, "said twice"),
        ("cache[replicas=-1]", 1, 16, "replicas cannot be '-1'; expected a whole number"),
        ("cache[replicas=101]", 1, 16, "at most 100"),
        ("cache[instances=1e9]", 1, 17, "expected a whole number"),
        ("cache[instances=\"3\"]", 1, 17, "expected a whole number"),
        ("app_server[shards=3]", 1, 19, "has no shards"),
        ("app_server[shard=3]", 1, 12, "did you mean 'shards'?"),
        ("app_server[routing=random]", 1, 20, "does not route"),
        ("load_balancer[routing=fastest]", 1, 23, "least_connections"),
        ("load_balancer[calls=parallel]", 1, 21, "no service"),
        ("app_server[read_from=leader]", 1, 22, "no replicas"),
        ("app_server[holds=links]", 1, 18, "holds no data"),
        ("cache[memory=64 ms]", 1, 14, "is not a size"),
        ("cache[memory=-1]", 1, 14, "negative"),
        ("cache[memory=0]", 1, 14, "more than 0"),
        ("cache[memory=1e999]", 1, 14, "is too large"),
        ("cache[availability=120 %]", 1, 20, "at most 1"),
        ("cache[servers=1.5]", 1, 15, "a whole number"),
        ("cache[service_time=2 s, service_time_p99=1 s]", 1, 42, "less than service_time"),
        ("cache[memory]", 1, 13, "expected '=' and a value"),
        ("cache[memory=]", 1, 14, "a value is missing"),
        ("cache[memory=1 GB", 1, 18, "expected ',' or ']'"),
        ("cache[]", 1, 7, "expected an option"),
        ("cache]", 1, 6, "cannot stand here"),
        ('cache[name="x]', 1, 12, "not closed"),
        ('cache[name="x\ny"]', 1, 12, "not closed"),
        (r'cache[name="a\nb"]', 1, 14, "escape is unknown"),
        ('cache[name="a\tb"]', 1, 12, "one line"),
        ('cache[name=" "]', 1, 12, "blank"),
        ("users >[foo] cache", 1, 9, "is no option here"),
        ("users >[share=0.5] cache", 1, 15, "does not route"),
        ("load_balancer >[share=2] cache", 1, 23, "at most 1"),
        ("lb:load_balancer >[share=0.6] cache, cdn", 1, 26, "add up to more than 1"),
        ("users >[calls=0] cache", 1, 15, "more than 0"),
        ("cache[zones=a+a]", 1, 15, "named twice"),
        ("cache[zones=a++b]", 1, 15, "a name is missing"),
        ("cache[zones=eu/a+us/a]", 1, 21, "in region 'eu' already"),
        ("cache[zones=1a]", 1, 13, "cannot be an id"),
        ("cache[holds=links+Links]", 1, 19, "holds[1] cannot be 'Links'"),
        ("@ a,", 1, 5, "expected a zone"),
        ("@ a > cache", 1, 5, "cannot stand here"),
        ("users > x" + "x" * 60, 1, 9, "cannot be an id"),
        ("\rcachee", 2, 1, "did you mean 'cache'?"),
    ],
)  # fmt: skip
def test_errors_point_at_the_character(text, line, column, words):
    error = refusal(text)
    assert words in str(error)
    assert pointed_at(error) == (line, column)
    assert error.excerpt is not None
    assert error.excerpt.endswith("^")


def test_the_name_of_the_text_stands_in_errors():
    with pytest.raises(NotationError, match=r"^bad example:1:1: "):
        parse_notation("cachee", load(), name="bad example")


def test_too_long_a_text_is_refused():
    assert "at most 20,000 characters" in str(refusal("x" * 20_001))


def test_too_many_connections_are_refused():
    step = ",".join(f"n{index}:cache" for index in range(200))
    assert "more than 30,000 connections" in str(refusal(f"{step}>{step.replace('n', 'm')}"))


@pytest.mark.parametrize(
    "text",
    [
        "users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2",
        "users > a:app_server, b:app_server > c:cache, d:cache",
        "users >[read] api:app_server[service_time=20 ms] >[write, calls=2.5] cache; api > cdn",
        "@ eu/a, b; users > cache[zones=b]",
        "users > cache[zones=eu/a+b]; monitoring",
        'cache[name="say \\"hi\\"", instances=3, replicas=1]',
    ],
)
def test_what_is_written_reads_as_people_write_it(text):
    written = format_notation(parse(text), load())
    assert written == text.replace("cache[name", "cache*3[name").replace(", instances=3", "")


@given(designs(load(), policies=True))
def test_what_is_written_reads_as_the_same_architecture(design):
    read = parse_notation(format_notation(design, load()), load())
    assert (read.nodes, read.connections, read.zones) == (
        tuple(node.model_copy(update=UNPLACED) for node in design.nodes),
        design.connections,
        tuple(zone.model_copy(update={"frame": None}) for zone in design.zones),
    )


@given(designs(load(), decoration=False, extreme=True, max_nodes=4))
def test_extreme_figures_survive(design):
    assert parse_notation(format_notation(design, load()), load()) == design


PIECES = (
    *("users", "cache", "api:app_server", "lb:load_balancer", "db:sql_database", "a", "eu/a", "2", "-1", "é"),
    *'>>>>,;:*[]=@+/#"\\\n\r\t \u202e',
    *("\r\n", "[read]", "[share=0.5]", "[memory=64 GB]", "*3", "[shards=2, replicas=1]", "[zones=a+eu/b]"),
    '[name="x, y"]',
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_read_or_refused_in_place(text):
    outcome = attempt(text)
    if isinstance(outcome, Design):
        assert parse(format_notation(outcome, load())) == outcome
    else:
        line, column = pointed_at(outcome)
        lines = re.split(r"\r\n|[\n\r]", text)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
