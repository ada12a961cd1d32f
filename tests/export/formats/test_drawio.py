"""draw.io files: of the shape that draw.io writes itself, every part once, and the whole design to be read back."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from designer.catalog import Catalog
from designer.catalog.model import Behavior
from designer.design.files import design_from_data, design_to_data
from designer.design.model import Connection, Design, Group, Node, Note, Position, Zone
from designer.export.arrangement import CARD_HEIGHT, CARD_WIDTH, GROUP_PADDING
from designer.export.formats import drawio
from designer.export.order import Order
from designer.export.sketch import make_sketch
from tests.export.formats.hostile import CATALOG, clean_order, hostile
from tests.export.samples import DESIGNS, sample

Element = ElementTree.Element

# What may stand in what, and with which attributes: those that draw.io writes. `object` takes any others beside them.
CHILDREN = {
    "mxfile": {"diagram"},
    "diagram": {"mxGraphModel"},
    "mxGraphModel": {"root"},
    "root": {"mxCell", "object"},
    "object": {"mxCell"},
    "mxCell": {"mxGeometry"},
    "mxGeometry": {"Array"},
    "Array": {"mxPoint"},
    "mxPoint": set[str](),
}
ATTRIBUTES = {
    "mxfile": set[str](),
    "diagram": {"id", "name"},
    "mxGraphModel": {"grid", "gridSize", "arrows", "connect", "page", "background"},
    "root": set[str](),
    "mxCell": {"id", "parent", "style", "vertex", "edge", "source", "target"},
    "mxGeometry": {"x", "y", "width", "height", "relative", "as"},
    "Array": {"as"},
    "mxPoint": {"x", "y"},
}


def draw(order: Order) -> Element:
    root = ElementTree.fromstring(drawio.write(order))
    check_shape(root)
    return root


def check_shape(element: Element) -> None:
    """The grammar, part by part."""
    assert {child.tag for child in element} <= CHILDREN[element.tag]
    if element.tag == "object":
        assert {"id", "label"} <= set(element.attrib)
        assert [child.tag for child in element] == ["mxCell"]
        assert "id" not in element[0].attrib
    else:
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
    assert not (element.text or "").strip()
    for child in element:
        check_shape(child)


def cells(root: Element) -> dict[str, tuple[Element, Element]]:
    """Everything on the page by its id: what carries the words, and the cell."""
    found = list(root[0][0][0])
    pairs = {item.attrib["id"]: (item, item[0] if item.tag == "object" else item) for item in found}
    assert len(pairs) == len(found)
    return pairs


def check_links(pairs: dict[str, tuple[Element, Element]]) -> None:
    """Parents and ends are there, parents before what stands in them, and every drawn cell has a place."""
    seen: set[str] = set()
    for name, (_item, cell) in pairs.items():
        if name not in ("0", "1"):
            assert cell.attrib["parent"] in seen
            geometry = cell.find("mxGeometry")
            assert geometry is not None
            assert geometry.attrib["as"] == "geometry"
        if cell.get("edge") == "1":
            assert {cell.attrib["source"], cell.attrib["target"]} <= seen
        elif cell.get("vertex") == "1":
            assert geometry is not None
            assert float(geometry.attrib["width"]) > 0
            assert float(geometry.attrib["height"]) > 0
        seen.add(name)


def read_back(root: Element) -> dict[str, Any]:
    """The design's data as docs/exchange.md says to read it; places are not read."""
    pairs = cells(root)
    data: dict[str, Any] = json.loads(pairs["0"][0].attrib["settings"])
    nodes, connections, notes = [], [], []
    for name, (item, cell) in pairs.items():
        if "component" in item.attrib:
            nodes.append(
                {"id": name, "component": item.attrib["component"], **json.loads(item.attrib["settings"])}
            )
        elif cell.get("edge") == "1":
            ends = {"from": cell.attrib["source"], "to": cell.attrib["target"]}
            connections.append({**ends, **json.loads(item.attrib["settings"])})
        elif "note" in item.attrib:
            notes.append(
                {
                    "id": item.attrib["note"],
                    "text": item.attrib["label"],
                    **json.loads(item.attrib["settings"]),
                }
            )
    parts = {"nodes": nodes, "connections": connections, "notes": notes}
    return data | {name: items for name, items in parts.items() if items}


def without_places(design: Design) -> Design:
    nodes = tuple(node.model_copy(update={"position": None}) for node in design.nodes)
    notes = tuple(note.model_copy(update={"position": None}) for note in design.notes)
    return design.model_copy(update={"nodes": nodes, "notes": notes})


def by_id(data: dict[str, Any]) -> dict[str, Any]:
    """The order of nodes is that of the frames they stand in."""
    return data | {"nodes": sorted(data.get("nodes", []), key=lambda node: node["id"])}


@settings(max_examples=40, deadline=None)
@given(design=hostile(policies=True))
def test_any_design_is_drawn_and_can_be_read_back(design: Design) -> None:
    order = clean_order(design)
    root = draw(order)
    pairs = cells(root)
    check_links(pairs)
    sketch = make_sketch(order)
    drawn = {name: item.get("label") for name, (item, _cell) in pairs.items() if "component" in item.attrib}
    assert drawn == {box.id: box.label for box in sketch.boxes}
    labels = Counter(item.get("label") for item, cell in pairs.values() if cell.get("edge") == "1")
    assert labels == Counter("\n".join(arrow.lines) for arrow in sketch.arrows)
    frames = Counter(
        item.get("label") for item, _cell in pairs.values() if {"zone", "region", "group"} & set(item.attrib)
    )
    assert frames == Counter(area.name for area in sketch.all_areas)
    assert by_id(read_back(root)) == by_id(design_to_data(without_places(design)))


def test_what_was_read_back_is_the_same_design(catalog: Catalog) -> None:
    design = sample("sound").design
    assert design_from_data(read_back(draw(clean_order(design))), catalog) == without_places(design)


def place(cell: Element, pairs: dict[str, tuple[Element, Element]]) -> tuple[float, float]:
    """On the page, whatever frame it stands in."""
    geometry = cell.find("mxGeometry")
    assert geometry is not None
    x, y = float(geometry.attrib["x"]), float(geometry.attrib["y"])
    if cell.attrib["parent"] == "1":
        return x, y
    left, top = place(pairs[cell.attrib["parent"]][1], pairs)
    return left + x, top + y


def test_everything_stands_where_the_board_has_it(catalog: Catalog) -> None:
    design = Design(
        zones=(Zone(id="a"), Zone(id="b")),
        nodes=(
            Node(id="users", component="users", position=Position(x=-10.5, y=0.25)),
            Node(id="api", component="app_server", zones=("a",), position=Position(x=300, y=40)),
        ),
        notes=(Note(id="n", text="two\nlines", position=Position(x=5, y=500)),),
    )
    pairs = cells(draw(clean_order(design)))
    assert pairs["api"][1].attrib["parent"] == "zone a"
    assert place(pairs["users"][1], pairs) == (-10.5, 0.25)
    assert place(pairs["api"][1], pairs) == (300, 40)
    assert place(pairs["note n"][1], pairs) == (5, 500)


def boxes(design: Design, direction: str) -> dict[str, tuple[float, float, float, float]]:
    pairs = cells(draw(Order(design, CATALOG, direction=direction, detail="clean")))  # type: ignore[arg-type]
    found = {}
    for name, (_item, cell) in pairs.items():
        if cell.get("vertex") == "1":
            geometry = cell.find("mxGeometry")
            assert geometry is not None
            x, y = place(cell, pairs)
            found[name] = (x, y, x + float(geometry.attrib["width"]), y + float(geometry.attrib["height"]))
    return found


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_laid_out_anew_nothing_overlaps_and_nobody_stands_in_a_foreign_frame(
    shop: Design, direction: str
) -> None:
    zones = tuple(zone.model_copy(update={"region": "eu" if zone.id == "a" else "us"}) for zone in shop.zones)
    found = boxes(shop.model_copy(update={"zones": zones, "notes": (Note(id="n", text="x"),)}), direction)
    cards = {name: box for name, box in found.items() if " " not in name}
    assert {(box[2] - box[0], box[3] - box[1]) for box in cards.values()} == {(CARD_WIDTH, CARD_HEIGHT)}
    names = sorted(cards)
    assert not [(a, b) for at, a in enumerate(names) for b in names[at + 1 :] if overlap(cards[a], cards[b])]
    members = {"zone a": {"api_a", "cache_a"}, "zone b": {"api_b", "cache_b"}, "zone c": {"api_c", "worker"}}
    for frame, inside in members.items():
        assert {name for name, box in cards.items() if overlap(box, found[frame])} == inside
    assert not overlap(found["region eu"], found["region us"])
    assert not any(overlap(found["note n"], box) for name, box in found.items() if name != "note n")


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_frames_in_frames_do_not_touch_their_neighbours(shop: Design, direction: str) -> None:
    zones = tuple(zone.model_copy(update={"region": "eu" if zone.id == "a" else "us"}) for zone in shop.zones)
    groups = (
        Group(id="p", name="P", nodes=("api_a", "cache_a", "api_b")),
        Group(id="q", name="Q", nodes=("worker", "jobs")),
    )
    found = boxes(shop.model_copy(update={"zones": zones, "groups": groups}), direction)
    areas = {name: box for name, box in found.items() if " " in name}
    assert {"group p 1", "group p 2", "group q 1", "group q 2"} <= set(areas)
    names = sorted(areas)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            if overlap(areas[one], areas[other]):
                assert inside(areas[one], areas[other]) or inside(areas[other], areas[one]), (one, other)


@pytest.mark.parametrize(("gap", "is_far"), [(20.0, False), (200.0, True)])
def test_frames_do_not_cross_where_their_cards_stand_apart_on_the_board(
    shop: Design, gap: float, is_far: bool
) -> None:
    zones = {"api_a": "a", "cache_a": "a", "api_b": "b", "cache_b": "b", "api_c": "c", "worker": "c"}
    rows = {name: at for at, name in enumerate(zones)}
    nodes = tuple(
        node.model_copy(
            update={
                "position": Position(x=float(CARD_WIDTH + gap) * (rows.get(node.id, -3 - at) // 2),
                                     y=float(CARD_HEIGHT + gap) * (rows.get(node.id, 9) % 2)),
                "zones": (zones[node.id],) if node.id in zones else node.zones,
            }
        )
        for at, node in enumerate(shop.nodes)
    )  # fmt: skip
    groups = (Group(id="p", name="P", nodes=("api_a",)), Group(id="q", name="Q", nodes=("api_b",)))
    found = boxes(shop.model_copy(update={"nodes": nodes, "groups": groups}), "LR")
    for one, other in pairwise(("zone a", "zone b", "zone c")):
        assert not overlap(found[one], found[other])
    assert inside(found["group p"], found["zone a"]) and inside(found["api_a"], found["group p"])
    assert not overlap(found["group p"], found["cache_a"])
    assert (found["api_a"][0] - found["group p"][0] == GROUP_PADDING) is is_far


def test_laid_out_anew_notes_are_in_nobodys_way(shop: Design) -> None:
    notes = tuple(Note(id=f"n{at}", text="x", position=Position(x=300 * at, y=0)) for at in range(4))
    found = boxes(shop.model_copy(update={"notes": notes}), "LR")
    names = sorted(name for name in found if name.startswith("note "))
    assert len(names) == 4
    assert not [
        (one, other) for one in names for other in found if one != other and overlap(found[one], found[other])
    ]


def inside(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return b[0] < a[0] and b[1] < a[1] and b[2] > a[2] and b[3] > a[3]


def test_callees_stand_behind_their_callers(shop: Design) -> None:
    found = boxes(shop, "LR")
    for line in shop.connections:
        assert found[line.target][0] >= found[line.source][2]
    turned = boxes(shop, "TB")
    for line in shop.connections:
        assert turned[line.target][1] >= turned[line.source][3]


@pytest.mark.parametrize("fate", DESIGNS)
def test_loads_stand_below_the_name(catalog: Catalog, fate: str) -> None:
    report = sample(fate)
    order = Order(report.design, catalog, report, theme="dark")
    pairs = cells(draw(order))
    for box in make_sketch(order).boxes:
        assert pairs[box.id][0].attrib["label"].split("\n") == [box.label, *box.lines]


def test_no_label_is_read_as_html_and_every_behavior_has_a_shape(shop: Design) -> None:
    assert set(drawio.SHAPES) == set(Behavior)
    for name, (_item, cell) in cells(draw(clean_order(shop))).items():
        if name not in ("0", "1"):
            assert "html=0" in cell.attrib["style"].split(";")


def test_dashes_say_that_nobody_waits() -> None:
    design = Design(
        nodes=(Node(id="api", component="app_server"), Node(id="jobs", component="message_queue")),
        connections=(Connection(source="api", target="jobs"),),
    )
    assert "dashed=1" in cells(draw(clean_order(design)))["api>jobs"][1].attrib["style"]


def test_a_connection_that_passes_columns_runs_between_their_cards(shop: Design) -> None:
    for direction in ("LR", "TB"):
        pairs = cells(draw(Order(shop, CATALOG, direction=direction, detail="clean")))  # type: ignore[arg-type]
        found = boxes(shop, direction)
        cards = {name: box for name, box in found.items() if " " not in name}
        bent = 0
        for line in shop.connections:
            points = [
                (float(point.attrib["x"]), float(point.attrib["y"]))
                for point in pairs[line.id][1].iter("mxPoint")
            ]
            bent += bool(points)
            for x, y in points:
                assert not [name for name, box in cards.items() if overlap(box, (x, y, x, y))]
        assert bent > 0
