"""mxGraph, the library that draw.io is built on, sees in a file what the design says: cells, frames, places, ends."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from designer import frontend
from designer.design.model import Color, Design, Group, Note, NoteKind, Position
from designer.export.annotations import ThemeName
from designer.export.arrangement import arrange
from designer.export.formats import drawio
from designer.export.order import Order
from designer.export.sketch import make_sketch
from designer.export.tints import tint
from tests.export.formats.hostile import CATALOG, clean_order, hostile
from tests.export.samples import DESIGNS, sample

READER = Path(__file__).with_name("drawio_reader.cjs")
TIME_LIMIT_S = 120
RANDOM_DESIGNS = 20
TOUCH = 1e-6  # of sums of decimals
Cell = dict[str, Any]


def read(orders: list[Order]) -> list[dict[str, Cell]]:
    """The cells of each file by their id."""
    node = frontend._find_npm(lambda _line: None).node_folder / "node"
    done = subprocess.run(
        [str(node), str(READER), str(frontend.MODULES)],
        input=json.dumps([drawio.write(order).decode() for order in orders]),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [{cell["id"]: cell for cell in cells} for cells in json.loads(done.stdout)]


def check(cells: dict[str, Cell], order: Order) -> None:
    sketch = make_sketch(order)
    places = arrange(order.design, sketch)
    wanted = {
        **{box.id: ("\n".join((box.label, *box.lines)), places.cards[box.id]) for box in sketch.boxes},
        **{area.key: (area.name, places.areas[area.kind, area.id]) for area in sketch.all_areas},
        **{slip.key: (slip.note.text, places.notes[slip.note.id]) for slip in sketch.slips},
    }
    vertices = {name: cell for name, cell in cells.items() if cell["kind"] == "vertex"}
    assert {name: cell["label"] for name, cell in vertices.items()} == {
        name: label for name, (label, _place) in wanted.items()
    }
    for name, (_label, place) in wanted.items():
        seen = vertices[name]["place"]
        for side in ("x", "y", "width", "height"):
            assert abs(seen[side] - getattr(place, side)) < TOUCH, (name, side)
    parents = {box.id: area.key for area in sketch.all_areas for box in area.boxes}
    parents |= {inner.key: area.key for area in sketch.all_areas for inner in area.areas}
    assert {name: cell["parent"] for name, cell in vertices.items()} == {
        name: parents.get(name, drawio.LAYER) for name in wanted
    }
    edges = {name: cell for name, cell in cells.items() if cell["kind"] == "edge"}
    assert {name: tuple(cell["ends"]) for name, cell in edges.items()} == {
        arrow.connection.id: (arrow.source, arrow.target) for arrow in sketch.arrows
    }
    for cell in edges.values():
        bends = [list(point) for point in places.bends.get(cell["id"], ())]
        assert len(cell["points"]) >= 2
        assert not bends or cell["points"][1:-1] == bends
    assert {name for name, cell in cells.items() if cell["kind"] == "layer"} == {drawio.ROOT, drawio.LAYER}


def random_designs() -> list[Order]:
    """Some random ones, always the same: the library is asked once for all of them."""
    quick = settings(
        max_examples=RANDOM_DESIGNS, derandomize=True, database=None, phases=[Phase.generate], deadline=None
    )
    many = st.lists(hostile(policies=True), min_size=RANDOM_DESIGNS, max_size=RANDOM_DESIGNS)
    return [clean_order(design) for design in find(many, lambda _found: True, settings=quick)]


def test_mxgraph_sees_what_the_design_says(shop: Design) -> None:
    grouped = shop.model_copy(
        update={"groups": (Group(id="g", name="Data", nodes=("cache_a", "db", "api_b")),)}
    )
    samples = [Order(sample(fate).design, CATALOG, sample(fate)) for fate in DESIGNS]
    turned = [clean_order(grouped, direction=direction) for direction in ("LR", "TB")]
    orders = [*turned, *samples, *random_designs()]
    assert any(order.design.groups and order.design.zones for order in orders)
    for cells, order in zip(read(orders), orders, strict=True):
        check(cells, order)


def test_colours_are_those_of_groups_and_notes(shop: Design) -> None:
    notes = (
        Note(id="paper", text="why", color=Color.PINK, position=Position(x=0, y=900)),
        Note(id="words", text="Read path", kind=NoteKind.TEXT, color=Color.TEAL),
    )
    groups = (Group(id="g", name="Zone of data", color=Color.BLUE, nodes=("cache_a",)),)
    order = clean_order(shop.model_copy(update={"notes": notes, "groups": groups}))
    light, dark = read([order, replace(order, theme="dark")])
    tones: tuple[tuple[dict[str, Cell], ThemeName], ...] = ((light, "light"), (dark, "dark"))
    for cells, tone in tones:
        pink, blue, teal = (tint(color, tone) for color in (Color.PINK, Color.BLUE, Color.TEAL))
        paper, words, group = (cells[name]["style"] for name in ("note paper", "note words", "group g"))
        assert (paper["shape"], paper["fillColor"], paper["fontColor"]) == (
            "note",
            pink.paper,
            pink.paper_ink,
        )
        assert "fillColor" not in words
        assert words["fontColor"] == teal.name
        assert (group["fillColor"], group["strokeColor"]) == (blue.ground, blue.line)
    assert cells["cache_a"]["parent"] == "group g"
    assert cells["group g"]["parent"] == "zone a"
