"""Who calls whom, against the definitions and against networkx."""

import subprocess
import sys

import networkx
import pytest
from hypothesis import given

from designer.catalog import load
from designer.design.graph import Graph
from designer.design.notation import parse_notation
from tests.strategies import designs


def graph(text: str) -> Graph:
    return Graph(parse_notation(text, load()))


def test_neighbours_are_in_the_order_drawn():
    drawn = graph("users > api:app_server > cache, db:sql_database; w:worker > db")
    assert drawn.successors("api") == ("cache", "db")
    assert drawn.predecessors("db") == ("api", "w")
    assert drawn.successors("db") == ()
    assert [link.id for link in drawn.outgoing("api")] == ["api>cache", "api>db"]
    assert [link.id for link in drawn.incoming("db")] == ["api>db", "w>db"]


def test_a_node_that_is_not_there_has_no_neighbours():
    with pytest.raises(KeyError):
        graph("users").successors("api")


def test_reachable():
    drawn = graph("users > api:app_server > cache; w:worker > db:sql_database")
    assert drawn.reachable("api") == {"api", "cache"}
    assert drawn.reachable("api", "w") == {"api", "cache", "w", "db"}
    assert drawn.reachable() == frozenset()


def test_a_cycle_is_told_from_its_first_node_on():
    drawn = graph("users > a:app_server > b:app_server > c:app_server > a; c > cache")
    assert drawn.cycle() == ("a", "b", "c")
    assert drawn.order() == ("users",)


def test_no_cycle():
    drawn = graph("users > a:app_server, b:app_server > cache; a > b")
    assert drawn.cycle() is None
    assert drawn.order() == ("users", "a", "b", "cache")


@given(designs(load(), decoration=False, figures=False, zones=False))
def test_cycles_and_order_agree_with_networkx(design):
    drawn = Graph(design)
    known = drawn.to_networkx()
    cycle = drawn.cycle()
    assert (cycle is None) == networkx.is_directed_acyclic_graph(known)
    if cycle is None:
        order = drawn.order()
        assert sorted(order) == sorted(drawn.nodes)
        assert all(order.index(link.source) < order.index(link.target) for link in design.connections)
    else:
        assert len(set(cycle)) == len(cycle) >= 2
        for source, target in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            assert (source, target) in drawn.connections


@given(designs(load(), decoration=False, figures=False, zones=False))
def test_reachability_agrees_with_networkx(design):
    drawn = Graph(design)
    known = drawn.to_networkx()
    for node_id in drawn.nodes:
        assert drawn.reachable(node_id) == networkx.descendants(known, node_id) | {node_id}


def test_networkx_is_imported_only_when_it_is_asked_for():
    imports = "import sys; from designer.design import edit, files, graph, notation"
    code = f"{imports}; print('networkx' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "False\n"
