"""The Structurizr DSL: its program is no package here, so its tokens and its rules are checked one by one."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings

from designer.catalog.model import Behavior
from designer.design.model import Connection, Design, Node
from designer.export.formats import structurizr
from designer.export.formats.structurizr import LOOKALIKE, LOOKS, TAGS
from designer.export.order import Order
from designer.export.sketch import make_sketch
from tests.export.decorated import NOTES, decorate
from tests.export.formats.hostile import CATALOG, ODD_TEXTS, clean_order, hostile
from tests.export.samples import sample

TOKEN = re.compile(r'"((?:[^"\\]|\\")*)"|([^\s"]+)')
IDENTIFIER = re.compile(r"[A-Za-z0-9_]+")
BLOCKS = {
    "workspace",
    "model",
    "views",
    "styles",
    "group",
    "container",
    "softwareSystem",
    "element",
    "relationship",
}


def tokens(line: str) -> list[str]:
    """As the language splits a line: words, and texts in which only a quote is escaped."""
    assert TOKEN.sub("", line).strip() == ""
    return [match[1].replace('\\"', '"') if match[2] is None else match[2] for match in TOKEN.finditer(line)]


def lines(order: Order) -> list[list[str]]:
    written = [line.strip() for line in structurizr.write(order).decode().splitlines()]
    found = [tokens(line) for line in written]
    depth = 0
    for line, words in zip(written, found, strict=True):
        assert "\\" not in "".join(words)
        depth += line.endswith("{") - (line == "}")  # a text that ends so has a quote behind it
        assert depth >= 0
    assert depth == 0
    return found


def seen(text: str) -> str:
    return re.sub(r"\$(?=\{)", "$ ", text.replace("\\", LOOKALIKE))


def by_id(elements: dict[str, list[str]], node_id: str, order: Order) -> list[str]:
    """The line of a node: boxes and elements stand in the same order, people before all others."""
    behaviors = {node.id: CATALOG[node.component].behavior for node in order.design.nodes}
    boxes = [box.id for box in make_sketch(order).boxes]
    ordered = sorted(boxes, key=lambda name: behaviors[name] is not Behavior.CLIENT)
    return list(elements.values())[ordered.index(node_id)]


def check(order: Order) -> None:
    sketch, found = make_sketch(order), lines(order)
    elements = {
        words[0]: words
        for words in found
        if len(words) > 2 and words[1] == "=" and words[2] != "softwareSystem"
    }
    assert len(elements) == len({name.lower() for name in elements}) == len(order.design.nodes)
    assert all(IDENTIFIER.fullmatch(name) for name in elements)
    names = [words[3].lower() for words in elements.values()]
    assert len(set(names)) == len(names)  # the language refuses two of one name
    for box in sketch.boxes:
        assert re.fullmatch(re.escape(seen(box.label)) + r"( \(\d+\))?", by_id(elements, box.id, order)[3])
    arrows = [words for words in found if len(words) > 2 and words[1] == "->"]
    assert {words[0] for words in arrows} | {words[2] for words in arrows} <= set(elements)
    assert len({(words[0], words[2]) for words in arrows}) == len(arrows) == len(sketch.arrows)
    assert Counter(words[3] if len(words) > 3 else "" for words in arrows) == Counter(
        seen(", ".join(arrow.lines)) for arrow in sketch.arrows
    )


@settings(max_examples=60, deadline=None)
@given(design=hostile())
def test_any_design_keeps_the_rules_of_the_language(design: Design) -> None:
    check(clean_order(design))


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_an_odd_text_is_one_token(text: str) -> None:
    design = Design(
        name=text,
        nodes=(Node(id="a", component="cache", name=text), Node(id="A", component="cache", name=text)),
        connections=(Connection(source="a", target="A", label=text),),
    )
    check(clean_order(design))
    assert lines(clean_order(design))[0][0] == "workspace"


def test_nothing_is_filled_in_from_the_environment() -> None:
    design = Design(nodes=(Node(id="a", component="cache", name="${HOME} $${HOME}"),))
    assert not re.search(r"\$\{", structurizr.write(clean_order(design)).decode())


def test_clients_are_people_and_the_rest_containers_with_a_shape(shop: Design) -> None:
    found = lines(clean_order(shop))
    kinds = {words[0]: words[2] for words in found if len(words) > 2 and words[1] == "="}
    assert kinds.pop("system") == "softwareSystem"
    assert {name for name, kind in kinds.items() if kind == "person"} == {"n_users"}
    assert set(TAGS) == set(Behavior) - {Behavior.CLIENT}
    assert set(TAGS.values()) | {"Person"} == set(LOOKS)
    groups = [words[1] for words in found if words[0] == "group"]
    assert groups == ["Zone A", "Zone B", "Zone C"]


def test_loads_are_descriptions() -> None:
    report = sample("sound")
    text = structurizr.write(Order(report.design, CATALOG, report)).decode()
    assert "/s" in text
    check(Order(report.design, CATALOG, report))


def test_groups_follow_their_zone_and_notes_describe_the_system(shop: Design) -> None:
    found = lines(clean_order(decorate(shop)))
    groups = [words[1] for words in found if words[0] == "group"]
    assert groups == [
        "Done later (1 of 2)", "Group", "Zone A, Read path", "Zone B", "Zone C", "Zone C, Done later (2 of 2)",
    ]  # fmt: skip
    system = next(words for words in found if len(words) > 2 and words[2] == "softwareSystem")
    assert system[4].split(" · ") == [" ".join(note.text.split()) for note in NOTES]
    assert len(next(words for words in lines(clean_order(shop)) if words[0] == "system")) == 5
