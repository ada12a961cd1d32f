"""What is written here is read here: every shipped design comes back from the formats that hold all of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalog import load
from designer.design.model import Design
from designer.export.formats.library import format_of
from designer.export.order import Order
from designer.importing.library import read_design
from designer.scenario.loader import build_design, load_scenario, scenario_ids
from tests.strategies import designs

CATALOG = load()


def shipped() -> list[Design]:
    """The reference designs of every exercise."""
    return [
        build_design(sample, scenario, CATALOG)
        for scenario in map(load_scenario, scenario_ids())
        for sample in scenario.references
    ]


def unplaced(design: Design) -> Design:
    """The design without its places on the board, which a drawing of it may add, and without the order of its nodes."""
    placeless = [node.model_copy(update={"position": None}) for node in design.nodes]
    nodes = tuple(sorted(placeless, key=lambda node: node.id))
    notes = tuple([note.model_copy(update={"position": None}) for note in design.notes])
    zones = tuple([zone.model_copy(update={"frame": None}) for zone in design.zones])
    return design.model_copy(update={"nodes": nodes, "notes": notes, "zones": zones})


@settings(max_examples=25, deadline=None)
@given(designs(CATALOG, max_nodes=5, policies=True), st.sampled_from(["drawio", "yaml", "json"]))
def test_a_file_that_holds_all_of_a_design_gives_back_any(design: Design, extension: str) -> None:
    written = format_of(extension).write(Order(design, CATALOG)).decode()
    imported = read_design(written, f"design.{extension}", CATALOG)
    assert imported.guesses == ()
    assert unplaced(imported.design) == unplaced(design)


@pytest.mark.parametrize("extension", ["drawio", "yaml", "json"])
def test_a_file_that_holds_all_of_a_design_gives_it_back(extension: str) -> None:
    for design in shipped():
        written = format_of(extension).write(Order(design, CATALOG)).decode()
        imported = read_design(written, f"design.{extension}", CATALOG)
        assert imported.guesses == ()
        assert unplaced(imported.design) == unplaced(design)


def test_a_flowchart_gives_back_the_parts_and_who_calls_whom() -> None:
    for design in shipped():
        written = format_of("mmd").write(Order(design, CATALOG)).decode()
        read = read_design(written, "design.mmd", CATALOG).design
        assert {node.id: (node.component, node.instances) for node in read.nodes} == {
            node.id: (node.component, node.instances) for node in design.nodes
        }
        assert {link.id for link in read.connections} == {link.id for link in design.connections}


def test_a_flowchart_gives_back_groups_and_zones_as_they_were() -> None:
    design = read_design(GROUPED, "design.yaml", CATALOG).design
    written = format_of("mmd").write(Order(design, CATALOG)).decode()
    read = read_design(written, "design.mmd", CATALOG).design
    assert [(group.id, group.name, group.color, set(group.nodes)) for group in read.groups] == [
        (group.id, group.name, group.color, set(group.nodes)) for group in design.groups
    ]
    assert [(zone.id, zone.name, zone.region) for zone in read.zones] == [
        ("a", None, "region"),
        ("b", "Paris", "region"),
    ]
    assert {node.id: node.zones for node in read.nodes} == {node.id: node.zones for node in design.nodes}


GROUPED = """
name: Grouped
zones: [{id: a}, {id: b, name: Paris}]
nodes:
  - {id: users, component: users}
  - {id: api, component: app_server, zones: [a]}
  - {id: cache, component: cache, zones: [b]}
  - {id: db, component: sql_database, zones: [a]}
  - {id: jobs, component: worker, zones: [b]}
connections:
  - {from: users, to: api}
  - {from: api, to: cache}
  - {from: api, to: db}
  - {from: jobs, to: db}
groups:
  - {id: pay, name: Zone of trust (2 of 2 or so), color: teal, nodes: [api, cache]}
  - {id: rest, nodes: [db]}
  - {id: night, name: At night, color: pink, nodes: [jobs]}
"""
