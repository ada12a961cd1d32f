"""The values of a design that everything else relies on."""

import pytest
from hypothesis import given
from pydantic import ValidationError

from designer.catalog import load
from designer.catalog.model import FIGURE_DIMENSIONS, Knob
from designer.design.checks import COUNTS, check
from designer.design.model import Connection, Design, Node, Note
from designer.design.values import spell_figure
from designer.units import parse
from tests.strategies import ORDINARY_FIGURES, designs


@given(designs(load(), policies=True))
def test_random_designs_are_sound(design):
    assert check(design, load()) == []


@given(designs(load(), cycles=False, zones=False, figures=False, decoration=False))
def test_random_designs_are_as_asked_for(design):
    places = {node.id: place for place, node in enumerate(design.nodes)}
    assert all(places[link.source] < places[link.target] for link in design.connections)
    assert {link.target for link in design.connections} == set(places) - {design.nodes[0].id}
    assert not design.zones
    assert not any(node.figures or node.name or node.position for node in design.nodes)


@given(designs(load(), policies=True))
def test_equal_designs_have_equal_hashes(design):
    copy = Design.model_validate(design.model_dump())
    assert copy == design
    assert hash(copy) == hash(design)


@pytest.mark.parametrize("name", FIGURE_DIMENSIONS)
def test_every_figure_can_be_overridden_and_spelt(name):
    for value in ORDINARY_FIGURES[FIGURE_DIMENSIONS[name]]:
        node = Node(id="a", component="cache", figures={name: value})
        assert node.figures == {name: value}
        assert parse(spell_figure(name, value), FIGURE_DIMENSIONS[name]) == value


@pytest.mark.parametrize(
    "figures",
    [
        {"memory": 0},
        {"memory": -1},
        {"memory": float("inf")},
        {"memory": float("nan")},
        {"memory": 1e30},
        {"memory": "5 s"},
        {"read_rate": 0},
        {"service_time": 0},
        {"servers": 0},
        {"servers": 1.5},
        {"availability": 1.5},
        {"availability": 0},
        {"failover_time": 1e9},
        {"speed": 1},
        {1: 1},
        "memory",
        [("memory", 1)],
    ],
)
def test_figures_that_no_machine_could_have_are_refused(figures):
    with pytest.raises(ValidationError):
        Node(id="a", component="cache", figures=figures)


@pytest.mark.parametrize(
    "name", ["", " ", "a\nb", "a\tb", "a\x00b", "a\x1b[31m", "a\u2028b", "\ud800", "\uffff", "x" * 81]
)
def test_names_are_one_line_that_can_be_seen(name):
    with pytest.raises(ValidationError):
        Node(id="a", component="cache", name=name)


def test_notes_have_lines():
    assert Note(id="n", text="one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"
    with pytest.raises(ValidationError):
        Note(id="n", text="a\x00b")


def test_nodes_are_found_by_id():
    design = Design(nodes=(Node(id="a", component="cache"), Node(id="b", component="cdn", name="Edge")))
    assert design.node("b").label == "Edge"
    assert design.by_id["a"].label == "a"
    with pytest.raises(KeyError):
        design.node("c")


def test_a_copy_finds_its_own_nodes_and_no_others():
    one, other = Node(id="a", component="cache"), Node(id="b", component="cdn")
    design = Design(nodes=(one,))
    assert design.node("a") == one
    copied = design.model_copy(update={"nodes": (other,)})
    assert copied.node("b") == other
    assert set(copied.by_id) == {"b"}
    assert design.node("a") == one
    assert design.model_copy() == Design(nodes=(one,))
    assert design.model_dump() == Design(nodes=(one,)).model_dump()


def test_connections_are_made_by_either_name():
    assert Connection(source="a", target="b") == Connection.model_validate({"from": "a", "to": "b"})


def test_the_counts_are_the_knobs_that_are_fields_of_a_node():
    assert set(COUNTS) == {knob for knob in Knob if knob.value in Node.model_fields}
