"""What changed from one design to another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from designer.catalog import Catalog, load
from designer.design.differences import describe_differences, find_changes
from designer.design.edit import apply
from designer.design.model import Design, Note, Position, Suppression, Zone
from designer.design.notation import parse_notation
from tests.strategies import designs

DESIGNS = designs(load(), max_nodes=5, policies=True)
EXAMPLES = 40


def parse(text: str) -> Design:
    return parse_notation(text, load())


AT_REST = {"position": None, "pinned": False, "color": None}


def essence(design: Design) -> tuple[object, ...]:
    """All that changes make, in no order: where a node stands and its colour are nobody's business."""
    nodes = {node.id: node.model_copy(update=AT_REST) for node in design.nodes}
    return (
        {name: node.model_dump() for name, node in nodes.items()},
        {link.id: link for link in design.connections},
        {(item.rule, item.nodes): item.because for item in design.ignore},
    )


@settings(max_examples=EXAMPLES)
@given(DESIGNS, DESIGNS)
def test_the_changes_make_the_second_of_the_first(before: Design, after: Design) -> None:
    changes = find_changes(before, after)
    assert essence(apply(before, changes, load())) == essence(after)


@settings(max_examples=EXAMPLES)
@given(DESIGNS)
def test_nothing_changed_is_nothing_told(design: Design) -> None:
    assert find_changes(design, design) == ()
    assert describe_differences(design, design, load()) == ()


@settings(max_examples=EXAMPLES)
@given(DESIGNS, DESIGNS)
def test_what_differs_is_told(before: Design, after: Design) -> None:
    assert describe_differences(before, after, load()) or essence(before) == essence(after)


BASE = "users > api:app_server*2 > cache, db:sql_database"
CASES = [
    ("users > api:app_server*6 > cache, db:sql_database", ["Set instances of api to 6"]),
    ("users > api:app_server*2 > db:sql_database", ["Remove cache"]),
    ("users > api:app_server*2 > cache > db:sql_database", ["Disconnect api from db", "Connect cache to db"]),
    (
        "users > api:app_server*2 > cache[memory=64 GB], db:sql_database; monitoring",
        ["Add monitoring", "Set memory of cache to 64 GB"],
    ),
]


@pytest.mark.parametrize(("after", "words"), CASES)
def test_changes_are_told_in_phrases(after: str, words: list[str]) -> None:
    assert list(describe_differences(parse(BASE), parse(after), load())) == words


def test_an_added_part_is_called_by_its_new_name_and_a_renamed_one_by_its_old(catalog: Catalog) -> None:
    before = parse("users > api:app_server")
    after = parse('users > api:app_server[name="Shop"] > db:sql_database[name="Orders"]')
    assert list(describe_differences(before, after, catalog)) == [
        "Add an SQL database",
        "Rename api to Shop",
        "Connect api to Orders",
    ]


def test_what_nothing_is_computed_from_is_counted(catalog: Catalog) -> None:
    before = parse(BASE).model_copy(
        update={
            "zones": (Zone(id="a"),),
            "notes": (Note(id="n", text="old"), Note(id="gone", text="x")),
        }
    )
    moved = [node.model_copy(update={"position": Position(x=1, y=2)}) for node in before.nodes[:2]]
    after = before.model_copy(
        update={
            "name": "Another name",
            "zones": (Zone(id="b"),),
            "nodes": (*moved, *before.nodes[2:]),
            "notes": (Note(id="n", text="new"), Note(id="m", text="1"), Note(id="o", text="2")),
        }
    )
    assert list(describe_differences(before, after, catalog)) == [
        "Add zone b",
        "Remove zone a",
        "Move 2 parts",
        "Write 2 notes",
        "Change a note",
        "Remove a note",
        "Call the design Another name",
    ]


def test_a_rule_that_is_ignored_and_speaks_again_is_told(catalog: Catalog) -> None:
    before = parse(BASE)
    ignored = Suppression(rule="cost.idle-replicas", nodes=("api",), because="a drill")
    after = before.model_copy(update={"ignore": (ignored,)})
    (said,) = describe_differences(before, after, catalog)
    assert said == "Ignore cost.idle-replicas at api: a drill"
    (said,) = describe_differences(after, before, catalog)
    assert said == "Let cost.idle-replicas speak again at api"


def test_the_words_come_in_the_same_order_every_time(catalog: Catalog) -> None:
    rules = [Suppression(rule=f"cost.r-{n}", because="no") for n in range(9)]
    before = parse(BASE).model_copy(update={"ignore": tuple(rules)})
    words = describe_differences(before, parse(BASE), catalog)
    assert words == tuple(f"Let cost.r-{n} speak again" for n in range(9))
