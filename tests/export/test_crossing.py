"""No label crosses another or a card: measured on the pictures of every shipped reference design."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from designer.catalog import Catalog, load
from designer.design.notation import parse_notation
from designer.export.formats.library import format_of
from designer.export.order import Order
from designer.export.typeface import bold, regular
from designer.report import review
from designer.scenario.loader import load_scenario

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ASCENT, DESCENT = 0.72, 0.22  # of a line's letters, in font sizes
OTHERS = {f"{SVG}text", f"{SVG}rect"}  # the ground behind an icon is a rect
TOUCH = 0.5  # points: rounding in what Graphviz writes
Box = tuple[float, float, float, float]


def references() -> list[tuple[str, int]]:
    """Every reference design that is shipped: its scenario and its place."""
    scenarios = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))
    return [(name, at) for name in scenarios for at, _ in enumerate(load_scenario(name).references)]


def order_of(name: str, at: int, catalog: Catalog) -> Order:
    scenario = load_scenario(name)
    design = parse_notation(scenario.references[at].design, catalog)
    return Order(design, catalog, review(scenario, design, headroom=False, ranked=False))


def draw(order: Order) -> ElementTree.Element:
    return ElementTree.fromstring(format_of("svg").write(order))


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


def around(points: list[float]) -> Box:
    return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def cards(root: ElementTree.Element) -> dict[str, Box]:
    """The outline of each card: the largest shape in it."""
    found = {}
    for part in root.iter(f"{SVG}g"):
        if part.get("class") == "node" and part.find(f"{SVG}title") is not None:  # notes have none
            drawn = [shape for shape in part if shape.get("fill") and shape.tag not in OTHERS]
            shapes = [around(numbers(shape.get("points") or shape.get("d") or "")) for shape in drawn]
            found[part.findtext(f"{SVG}title", "")] = max(
                shapes, key=lambda box: (box[2] - box[0]) * (box[3] - box[1])
            )
    return found


def labels(root: ElementTree.Element) -> list[tuple[str, Box]]:
    """The texts of arrows and frames: they stand apart from all groups, the title before them without a rim."""
    found = []
    for text in root[2].findall(f"{SVG}text"):
        if text.get("stroke"):
            size, x, y = float(text.attrib["font-size"]), float(text.attrib["x"]), float(text.attrib["y"])
            face = bold() if text.get("font-weight") == "bold" else regular()
            width = face.width(text.text or "", size)
            x -= width / 2 if text.get("text-anchor") == "middle" else 0
            found.append((text.text or "", (x, y - size * ASCENT, x + width, y + size * DESCENT)))
    return found


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] - TOUCH and b[0] < a[2] - TOUCH and a[1] < b[3] - TOUCH and b[1] < a[3] - TOUCH


def crossings(root: ElementTree.Element) -> list[tuple[str, str]]:
    written = labels(root)
    crossed = [(one[0], other[0]) for one, other in combinations(written, 2) if overlap(one[1], other[1])]
    return crossed + [
        (text, name) for text, box in written for name, card in cards(root).items() if overlap(box, card)
    ]


@pytest.mark.parametrize(("name", "at"), references())
def test_no_label_of_a_reference_crosses_another_or_a_card(name: str, at: int) -> None:
    order = order_of(name, at, load())
    for direction in ("LR", "TB"):
        for replicas in ("collapsed", "spread"):
            root = draw(replace(order, direction=direction, replicas=replicas))  # type: ignore[arg-type]
            assert len(cards(root)) == len(order.design.nodes)
            rated = sum(facts.label is not None for facts in order.annotations.edges.values())
            assert len(labels(root)) >= rated > 0
            assert crossings(root) == []


def test_both_themes_have_the_same_shape() -> None:
    name, at = references()[0]
    order = order_of(name, at, load())
    light, dark = (draw(replace(order, theme=theme)) for theme in ("light", "dark"))  # type: ignore[arg-type]
    assert (labels(light), cards(light)) == (labels(dark), cards(dark))


def test_a_crossing_would_be_seen() -> None:
    name, at = references()[0]
    root = draw(order_of(name, at, load()))
    text, box = labels(root)[0]
    moved = next(item for item in root[2].findall(f"{SVG}text") if item.text == text and item.get("stroke"))
    left, top, _right, _bottom = next(iter(cards(root).values()))
    moved.attrib |= {"x": str(left + 5), "y": str(top + 20)}
    assert crossings(root)
    assert box != labels(root)[0][1]
