"""The Python program is run, with only the drawing itself left out, and Graphviz reads the text that it makes."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings

from designer.design.model import Color, Connection, Design, Node, Note
from designer.export.formats import diagrams_code
from designer.export.graphviz import POOL
from designer.export.order import Order
from designer.export.sketch import make_sketch
from designer.export.tints import tint
from tests.export.decorated import decorate
from tests.export.formats.hostile import CATALOG, ODD_IDS, ODD_TEXTS, clean_order, hostile
from tests.export.samples import DESIGNS, sample

SVG = "{http://www.w3.org/2000/svg}"
TIME_LIMIT_S = 120

RUNNER = """
import json, runpy, sys
import diagrams
drawn = []
def keep(diagram):
    drawn.append(str(diagram))
    open(diagram.filename, "w").close()  # the library removes what Graphviz would have read
diagrams.Diagram.render = keep
for program in sys.argv[1:]:
    runpy.run_path(program)
print(json.dumps(drawn))
"""


def run(orders: list[Order], folder: Path) -> list[str]:
    """The DOT text that each program makes."""
    paths = []
    for at, order in enumerate(orders):
        paths.append(folder / f"program{at}.py")
        paths[-1].write_bytes(diagrams_code.write(order))
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, *map(str, paths)],
        cwd=folder, capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(folder.iterdir()) == sorted(paths)  # it drew nothing, and nothing else either
    found: list[str] = ast.literal_eval(done.stdout)
    return found


def texts(dot: str, kind: str) -> Counter[str]:
    """The texts in the parts of that class, in Graphviz's own picture."""
    root = ElementTree.fromstring(POOL.lay_out(dot.replace("\u00a0", " "), []))
    parts = (part for part in root.iter(f"{SVG}g") if part.get("class") == kind)
    return Counter("\n".join("".join(text.itertext()) for text in part.iter(f"{SVG}text")) for part in parts)


def check(dot: str, order: Order) -> None:
    sketch = make_sketch(order)
    shown = [(box.label, *box.lines) for box in sketch.boxes] + [slip.lines for slip in sketch.slips]
    assert texts(dot, "node") == Counter(map("\n".join, shown))
    assert texts(dot, "edge") == Counter("\n".join(arrow.lines) for arrow in sketch.arrows)
    assert texts(dot, "cluster").total() == len(list(sketch.all_areas))


def test_odd_texts_and_ids_are_run(tmp_path: Path) -> None:
    named = tuple(Node(id=f"n{at}", component="cache", name=text) for at, text in enumerate(ODD_TEXTS))
    lines = tuple(
        Connection(source="n0", target=f"n{at}", label=text) for at, text in enumerate(ODD_TEXTS) if at > 0
    )
    components = list(CATALOG)
    called = tuple(Node(id=odd, component=components[at % len(components)]) for at, odd in enumerate(ODD_IDS))
    orders = [clean_order(Design(nodes=named, connections=lines)), clean_order(Design(nodes=called))]
    orders += [clean_order(Design(name=text, nodes=called[:1])) for text in ODD_TEXTS]
    for dot, order in zip(run(orders, tmp_path), orders, strict=True):
        check(dot, order)


@settings(max_examples=60, deadline=None)
@given(design=hostile())
def test_any_design_is_one_program_of_imports_and_drawing(design: Design) -> None:
    """Only what the program is made of: running each of so many takes a second."""
    allowed: tuple[type[Any], ...] = (
        ast.Module, ast.Expr, ast.Constant, ast.ImportFrom, ast.alias, ast.With, ast.withitem, ast.Call, ast.Name,
        ast.keyword, ast.Assign, ast.BinOp, ast.RShift, ast.Load, ast.Store, ast.Pass,
    )  # fmt: skip
    tree = ast.parse(diagrams_code.write(clean_order(design)))
    assert all(isinstance(part, allowed) for part in ast.walk(tree))
    calls = {
        part.func.id
        for part in ast.walk(tree)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    imported = {part.asname or part.name for part in ast.walk(tree) if isinstance(part, ast.alias)}
    assert calls <= imported
    made = [part.targets[0] for part in ast.walk(tree) if isinstance(part, ast.Assign)]
    names = {target.id for target in made if isinstance(target, ast.Name)}
    assert len(names) == len(made) == len(design.nodes)
    assert not names & imported


def test_every_component_has_its_icon_and_samples_are_run(tmp_path: Path) -> None:
    everything = Design(nodes=tuple(Node(id=f"n{at}", component=name) for at, name in enumerate(CATALOG)))
    orders = [
        clean_order(everything),
        *(Order(sample(fate).design, CATALOG, sample(fate)) for fate in DESIGNS),
    ]
    for dot, order in zip(run(orders, tmp_path), orders, strict=True):
        check(dot, order)
        assert dot.count("image=") == len(order.design.nodes)


def test_groups_and_notes_are_drawn(shop: Design, tmp_path: Path) -> None:
    orders = [clean_order(decorate(shop), theme=theme) for theme in ("light", "dark")]
    noted = tuple(Note(id=f"n{at}", text=text) for at, text in enumerate(ODD_TEXTS))
    orders.append(clean_order(Design(nodes=(Node(id="Node", component="cache"),), notes=noted)))
    for dot, order in zip(run(orders, tmp_path), orders, strict=True):
        check(dot, order)
    assert tint(Color.BLUE, "light").ground in diagrams_code.write(orders[0]).decode()


def test_zones_of_one_name_stay_two(shop: Design, tmp_path: Path) -> None:
    zones = tuple(zone.model_copy(update={"name": "Zone"}) for zone in shop.zones)
    order = clean_order(shop.model_copy(update={"zones": zones}))
    (dot,) = run([order], tmp_path)
    check(dot, order)
