"""D2's own compiler reads what is written for it, and sees every part once with its text as it is."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from designer import frontend
from designer.catalog import Catalog, load
from designer.catalog.model import Behavior
from designer.design.model import Color, Connection, Design, Group, Node, Note
from designer.export.formats import d2
from designer.export.order import Order
from designer.export.sketch import make_sketch
from tests.export.formats.hostile import CATALOG, ODD_IDS, ODD_TEXTS, clean_order, hostile
from tests.export.samples import DESIGNS, sample

READER = Path(__file__).with_name("d2_reader.mjs")
COMPILER = frontend.MODULES / "@terrastruct" / "d2" / "dist" / "node-esm" / "index.js"
TIME_LIMIT_S = 300
RANDOM_DESIGNS = 10

Compiled = list[tuple[dict[str, Any], Order]]
"""What the compiler saw, and what it was given."""


def read(orders: list[Order]) -> list[dict[str, Any]]:
    """What the compiler sees in each; it takes long to start, so it is asked for all at once."""
    node = frontend._find_npm(lambda _line: None).node_folder / "node"
    done = subprocess.run(
        [str(node), str(READER), str(COMPILER)],
        input=json.dumps([d2.write(order).decode() for order in orders]),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def check(seen: dict[str, Any], order: Order) -> None:
    sketch = make_sketch(order)
    assert "refused" not in seen, (seen, d2.write(order).decode())
    labels = Counter(shape["label"] for shape in seen["shapes"])
    wanted = Counter("\n".join((box.label, *box.lines)) for box in sketch.boxes)
    wanted += Counter(area.name for area in sketch.all_areas)
    wanted += Counter("\n".join(slip.lines) for slip in sketch.slips)
    wanted += Counter([sketch.title] if sketch.title else [])
    assert labels == wanted
    assert Counter(line["label"] for line in seen["connections"]) == Counter(
        "\n".join(arrow.lines) for arrow in sketch.arrows
    )
    names = {shape["id"]: shape["label"] for shape in seen["shapes"]}
    ends = Counter((names[line["src"]], names[line["dst"]]) for line in seen["connections"])
    told = {box.id: "\n".join((box.label, *box.lines)) for box in sketch.boxes}
    assert ends == Counter((told[arrow.source], told[arrow.target]) for arrow in sketch.arrows)


def odd_designs() -> list[Order]:
    """Every odd text and every odd id at least once."""
    named = tuple(Node(id=f"n{at}", component="cache", name=text) for at, text in enumerate(ODD_TEXTS))
    lines = tuple(
        Connection(source="n0", target=f"n{at}", label=text) for at, text in enumerate(ODD_TEXTS) if at > 0
    )
    called = tuple(Node(id=odd, component="app_server", name=f"node {odd}") for odd in ODD_IDS)
    chain = tuple(Connection(source=a, target=b) for a, b in pairwise(ODD_IDS))
    titled = [Design(name=text, nodes=called[:2]) for text in ODD_TEXTS[::6]]
    return [
        clean_order(item)
        for item in (Design(nodes=named, connections=lines), Design(nodes=called, connections=chain), *titled)
    ]


def random_designs() -> list[Order]:
    """Some random ones, always the same: the compiler is asked once for all of them."""
    quick = settings(
        max_examples=RANDOM_DESIGNS, derandomize=True, database=None, phases=[Phase.generate], deadline=None
    )
    many = st.lists(hostile(), min_size=RANDOM_DESIGNS, max_size=RANDOM_DESIGNS)
    return [clean_order(design) for design in find(many, lambda _found: True, settings=quick)]


def drawn_designs(catalog: Catalog) -> list[Order]:
    """What the program shows in all its ways, and each place a text may stand at."""
    samples = [Order(sample(fate).design, catalog, sample(fate)) for fate in DESIGNS]
    noted = [Note(id=f"n{at}", text=text) for at, text in enumerate(ODD_TEXTS)]
    grouped = Group(id="g", name="'${HOME}'", color=Color.RED, nodes=("end",))
    odd = Design(nodes=(Node(id="end", component="cache"),), groups=(grouped,), notes=tuple(noted))
    return [*samples, clean_order(odd), clean_order(odd, theme="dark")]


def every_component() -> Order:
    """Each component once, called by the first."""
    nodes = tuple(Node(id=f"n{at}", component=name) for at, name in enumerate(CATALOG))
    lines = tuple(Connection(source="n0", target=f"n{at}") for at in range(1, len(nodes)))
    return clean_order(Design(nodes=nodes, connections=lines), theme="dark", direction="TB")


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    """All that is asked of the compiler, each with its answer; the last is that of every component."""
    orders = [*odd_designs(), *random_designs(), *drawn_designs(load()), every_component()]
    return list(zip(read(orders), orders, strict=True))


def test_d2_reads_any_design(compiled: Compiled) -> None:
    assert len(compiled) > RANDOM_DESIGNS + len(DESIGNS)
    for seen, order in compiled:
        check(seen, order)


def test_a_shape_says_what_a_node_does_and_dashes_that_nobody_waits(compiled: Compiled) -> None:
    assert set(d2.SHAPES) == set(Behavior)
    seen, order = compiled[-1]
    nodes = order.design.nodes
    kinds = {shape["id"]: shape["type"] for shape in seen["shapes"]}
    assert kinds == {node.id: d2.SHAPES[CATALOG[node.component].behavior] for node in nodes}
    dashed = {line["dst"] for line in seen["connections"] if line["strokeDash"]}
    assert dashed == {node.id for node in nodes if CATALOG[node.component].behavior is Behavior.QUEUE}
