"""A design as a Python program that draws it with the `diagrams` package.

Every text is a Python literal, written by `repr`, with what Graphviz would read as markup turned into entities.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping

from designer.export.annotations import ThemeName
from designer.export.formats.model import Format, Order
from designer.export.identifiers import identify
from designer.export.sketch import Area, Arrow, Box, Sketch, Slip, make_sketch
from designer.export.tints import paper, tint, words_ink

FILE = "design"
INDENT = "    "
PREFIX = "node_"
NO_ICON = {"fixedsize": "false", "width": "0", "height": "0", "labelloc": "c"}
OWN_NAMES = frozenset({"Cluster", "Diagram", "Edge", "Node"})


def write(order: Order) -> bytes:
    """The program; run where `diagrams` and Graphviz are, it writes design.png."""
    sketch = make_sketch(order)
    icons = _icons(sketch)
    taken = OWN_NAMES | set(icons.values())

    def is_safe(name: str) -> bool:
        return name.isidentifier() and not keyword.iskeyword(name) and name not in taken

    ids = identify((box.id for box in sketch.boxes), allows=is_safe, prefix=PREFIX)
    return ("\n".join(_lines(sketch, icons, ids, order.theme)) + "\n").encode()


def _icons(sketch: Sketch) -> Mapping[str, str]:
    """What each icon's class is called in the program, by its path."""
    paths = sorted({box.component.icon for box in sketch.boxes})
    names = [path.rpartition(".")[2] for path in paths]
    short = {path: name for path, name in zip(paths, names, strict=True) if names.count(name) == 1}
    return {path: short.get(path) or _long_name(path) for path in paths}


def _long_name(path: str) -> str:
    """Of two classes of one name, the provider's name before it: "AwsUsers"."""
    _package, provider, _group, name = path.split(".")
    return provider.capitalize() + name


def _lines(
    sketch: Sketch, icons: Mapping[str, str], ids: Mapping[str, str], tone: ThemeName
) -> Iterator[str]:
    yield f'"""Draws {FILE}.png. Needs the package diagrams, and Graphviz."""'
    yield ""
    yield f"from diagrams import Cluster, Diagram, Edge{', Node' if sketch.slips else ''}"
    for path, name in icons.items():
        module, _, original = path.rpartition(".")
        yield f"from {module} import {original}" + (f" as {name}" if name != original else "")
    yield ""
    settings = f"filename={FILE!r}, direction={sketch.direction!r}, curvestyle='curved', show=False"
    yield f"with Diagram({_text([sketch.title])}, {settings}):"
    body = [*_body(sketch, icons, ids, tone)]
    yield from (INDENT + line if line else "" for line in body or ["pass"])


def _body(sketch: Sketch, icons: Mapping[str, str], ids: Mapping[str, str], tone: ThemeName) -> Iterator[str]:
    yield from (_box(box, icons, ids) for box in sketch.loose)
    titles = _titles(sketch)
    for area in sketch.areas:
        yield from _area(area, titles, icons, ids, tone)
    if sketch.slips:
        yield ""
    yield from (_slip(slip, tone) for slip in sketch.slips)
    if sketch.arrows:
        yield ""
    yield from (_arrow(arrow, ids) for arrow in sketch.arrows)


def _titles(sketch: Sketch) -> Mapping[tuple[str, str], str]:
    """What each frame is called; two of one name, which `diagrams` would make one, get their ids behind it."""
    names = [area.name for area in sketch.all_areas]
    return {
        (area.kind, area.id): area.name
        if names.count(area.name) == 1
        else f"{area.name} ({area.kind} {area.id})"
        for area in sketch.all_areas
    }


def _area(
    area: Area,
    titles: Mapping[tuple[str, str], str],
    icons: Mapping[str, str],
    ids: Mapping[str, str],
    tone: ThemeName,
) -> Iterator[str]:
    colors = ""
    if area.color is not None:
        shade = tint(area.color, tone)
        looks = {"bgcolor": shade.ground, "pencolor": shade.line, "fontcolor": shade.name}
        colors = f", graph_attr={looks!r}"
    yield f"with Cluster({_text([titles[area.kind, area.id]])}{colors}):"
    yield from (INDENT + _box(box, icons, ids) for box in area.boxes)
    for inner in area.areas:
        yield from (INDENT + line for line in _area(inner, titles, icons, ids, tone))


def _box(box: Box, icons: Mapping[str, str], ids: Mapping[str, str]) -> str:
    return f"{ids[box.id]} = {icons[box.component.icon]}({_text([box.label, *box.lines])})"


def _slip(slip: Slip, tone: ThemeName) -> str:
    shade = paper(slip.note, tone)
    if shade is None:
        looks = {"shape": "plain", "style": "solid", "fontcolor": words_ink(slip.note, tone)}
    else:
        colors = {"fillcolor": shade.paper, "color": shade.line, "fontcolor": shade.paper_ink}
        looks = {"shape": "note", "style": "filled", **colors}
    # What the library says of every node is meant for icons.
    settings = ", ".join(f"{name}={value!r}" for name, value in {**looks, **NO_ICON}.items())
    return f"Node({_text(slip.lines)}, {settings})"


def _arrow(arrow: Arrow, ids: Mapping[str, str]) -> str:
    settings = [f"label={_text(arrow.lines)}"] if arrow.lines else []
    settings += ["style='dashed'"] if arrow.deferred else []
    edge = f"Edge({', '.join(settings)}) >> " if settings else ""
    return f"{ids[arrow.source]} >> {edge}{ids[arrow.target]}"


def _text(lines: list[str] | tuple[str, ...]) -> str:
    """A literal. Graphviz undoes the entities, and would read a text in angle brackets as markup."""
    escaped = (line.replace("&", "&amp;").replace("<", "&lt;").replace("\\", "\\\\") for line in lines)
    return repr("\n".join(escaped))


FORMAT = Format(
    extension="py",
    name="Python (diagrams)",
    mime="text/x-python",
    description="A Python program that draws the design with the package diagrams.",
    write=write,
)
