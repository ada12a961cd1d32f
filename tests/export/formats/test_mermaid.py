"""Mermaid's own program reads what is written for it, draws every part once, and shows every text as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from mermaidx.engines.v8_engine import Engine

from designer.catalog import Catalog
from designer.catalog.model import Behavior
from designer.design.model import Color, Connection, Design, Node
from designer.export.annotations import ThemeName
from designer.export.formats import mermaid
from designer.export.formats.mermaid import SHAPES
from designer.export.order import Order
from designer.export.sketch import Sketch, make_sketch
from designer.export.tints import tint
from tests.export.decorated import decorate
from tests.export.formats.hostile import ODD_IDS, ODD_TEXTS, clean_order, hostile
from tests.export.samples import DESIGNS, sample

SVG = "{http://www.w3.org/2000/svg}"
FLOW_ID = re.compile(r"flowchart-(.*)-\d+$")


PATIENCE_MS = 120_000
"""How long Mermaid may think about one flowchart before it is taken for one that never ends."""

MERMAID = Engine(PATIENCE_MS)


@pytest.fixture(scope="module", autouse=True)
def _started() -> Iterator[None]:
    """Mermaid in a process of its own; its default engine, which compiles nothing, takes half as long again."""
    MERMAID.start()
    yield
    MERMAID.close()


def draw(order: Order) -> ElementTree.Element:
    """What Mermaid makes of it."""
    return ElementTree.fromstring(MERMAID.render_svg(mermaid.write(order).decode(), "default", None, None))


def texts(root: ElementTree.Element, kind: str) -> Counter[str]:
    """The texts of all parts of that class."""
    parts = (part for part in root.iter(f"{SVG}g") if kind in part.get("class", "").split())
    return Counter(" ".join(_said(part).split()) for part in parts)


def _said(part: ElementTree.Element) -> str:
    """All letters in it; a line break is a space."""
    words = [part.text or ""]
    for inner in part:
        words += [" " if inner.tag.endswith("}br") else _said(inner), inner.tail or ""]
    return "".join(words)


def expected(lines: tuple[str, ...]) -> str:
    return " ".join(" ".join(lines).split())


def check(root: ElementTree.Element, sketch: Sketch) -> None:
    shown = [(box.label, *box.lines) for box in sketch.boxes] + [slip.paragraphs for slip in sketch.slips]
    assert texts(root, "node") == Counter(map(expected, shown))
    assert texts(root, "cluster") == Counter(area.name for area in sketch.all_areas)
    labels = Counter(expected(arrow.lines) for arrow in sketch.arrows if arrow.lines)
    found = Counter({text: count for text, count in texts(root, "edgeLabel").items() if text})
    assert found == labels
    lines = [part for part in root.iter(f"{SVG}path") if "flowchart-link" in part.get("class", "")]
    assert len(lines) == len(sketch.arrows)


@settings(max_examples=10, deadline=None)
@given(design=hostile())
def test_mermaid_reads_any_design(design: Design) -> None:
    order = clean_order(design)
    check(draw(order), make_sketch(order))


def test_every_odd_text_is_shown_as_it_is(catalog: Catalog) -> None:
    nodes = tuple(Node(id=f"n{at}", component="cache", name=text) for at, text in enumerate(ODD_TEXTS))
    lines = tuple(
        Connection(source="n0", target=f"n{at}", label=text) for at, text in enumerate(ODD_TEXTS) if at > 0
    )
    order = clean_order(Design(nodes=nodes, connections=lines))
    check(draw(order), make_sketch(order))


def test_ids_stay_unless_they_mean_something_else(catalog: Catalog) -> None:
    nodes = tuple(Node(id=odd, component="app_server") for odd in ODD_IDS)
    lines = tuple(Connection(source=a, target=b) for a, b in pairwise(ODD_IDS))
    root = draw(clean_order(Design(nodes=nodes, connections=lines)))
    found = {
        match[1]
        for part in root.iter(f"{SVG}g")
        if "node" in part.get("class", "").split() and (match := FLOW_ID.search(part.get("id", "")))
    }
    assert len(found) == len(ODD_IDS)
    assert {"a", "A", "a-b", "node", "person", "zone", "EC2", "o", "x"} <= found
    assert len(
        [part for part in root.iter(f"{SVG}path") if "flowchart-link" in part.get("class", "")]
    ) == len(lines)


def test_a_line_that_ends_in_direction_gives_none(catalog: Catalog) -> None:
    design = Design(
        nodes=tuple(
            Node(id=name, component="message_queue") for name in ("xdirection", "LR", "TBx", "accDescr")
        ),
        connections=(
            Connection(source="LR", target="xdirection"),
            Connection(source="TBx", target="accDescr"),
        ),
    )
    check(draw(clean_order(design)), make_sketch(clean_order(design)))


def test_a_shape_says_what_a_node_does(catalog: Catalog) -> None:
    assert set(SHAPES) == set(Behavior)
    design = Design(nodes=tuple(Node(id=f"n{at}", component=name) for at, name in enumerate(catalog)))
    text = mermaid.write(clean_order(design)).decode()
    for at, component in enumerate(catalog.values()):
        opening, closing = SHAPES[component.behavior]
        line = next(line for line in text.splitlines() if line.strip().startswith(f"n{at}{opening}"))
        assert line.endswith(f"{closing}:::{component.id}")
    assert texts(draw(clean_order(design)), "node") == Counter(f"n{at}" for at in range(len(catalog)))


@pytest.mark.parametrize("name", DESIGNS)
def test_an_annotated_flowchart_shows_loads_and_rates(catalog: Catalog, name: str) -> None:
    report = sample(name)
    order = Order(report.design, catalog, report)
    sketch = make_sketch(order)
    check(draw(order), sketch)
    if report.analysis.traffic.flows:
        assert any("/s" in line for box in sketch.boxes for line in box.lines)


def test_what_nobody_waits_for_is_dotted(catalog: Catalog) -> None:
    design = Design(
        nodes=(Node(id="api", component="app_server"), Node(id="jobs", component="message_queue")),
        connections=(Connection(source="api", target="jobs"),),
    )
    assert b"api -.-> jobs" in mermaid.write(clean_order(design))


def test_title_theme_and_direction_are_said(catalog: Catalog) -> None:
    design = Design(name='Sho"p: #1', nodes=(Node(id="api", component="app_server", instances=4),))
    order = Order(design, catalog, theme="dark", direction="TB", detail="clean")
    lines = mermaid.write(order).decode().splitlines()
    assert lines[:6] == ["---", 'title: "Sho\\"p: #1"', "config:", "  theme: dark", "---", "flowchart TB"]
    assert lines[6].strip() == 'api["api ×4"]:::app_server'
    assert 'Sho"p: #1' in "".join(draw(order).itertext())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_groups_and_notes_have_their_colours(shop: Design, theme: ThemeName) -> None:
    order = clean_order(decorate(shop), theme=theme)
    check(draw(order), make_sketch(order))
    styles = dict(re.findall(r"style (\S+) (\S+)", mermaid.write(order).decode()))
    blue, pink = tint(Color.BLUE, theme), tint(Color.PINK, theme)
    assert styles["the_group_read"] == f"fill:{blue.ground},stroke:{blue.line},color:{blue.name}"
    assert styles["the_note_who"] == f"fill:{pink.paper},stroke:{pink.line},color:{pink.paper_ink}"
    assert styles["the_note_draft"].startswith("fill:none,stroke:none,color:#")
