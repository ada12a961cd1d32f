"""A design as a workspace in the Structurizr DSL: a software system with a container for each node (the C4 model).

The language has no way to write some signs inside a text: a backslash becomes one that only looks like it, and
`${`, which would be filled in from the environment of whoever opens the file, gets a space in its middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from designer.catalog.model import Behavior
from designer.export.formats.model import UNNAMED, Format, Order
from designer.export.identifiers import identify
from designer.export.sketch import Area, Arrow, Box, Sketch, make_sketch

PREFIX = "n_"  # no word of the language begins so
INDENT = "    "
SYSTEM = "system"
VIEW = "design"
TAGS: Mapping[Behavior, str] = {
    Behavior.ROUTER: "Router",
    Behavior.SERVICE: "Service",
    Behavior.CACHE: "Cache",
    Behavior.STORE: "Store",
    Behavior.QUEUE: "Queue",
    Behavior.OBSERVER: "Observer",
}
LOOKS: Mapping[str, str] = {
    "Person": "shape Person",
    "Router": "shape Hexagon",
    "Service": "shape RoundedBox",
    "Cache": "shape Component",
    "Store": "shape Cylinder",
    "Queue": "shape Pipe",
    "Observer": "shape Folder",
}
DEFERRED = "Deferred"
DIRECTIONS = {"LR": "lr", "TB": "tb"}
SEPARATOR = " · "  # between two notes
LOOKALIKE = "\u29f5"  # a reverse solidus that is no backslash


def write(order: Order) -> bytes:
    """The workspace as text."""
    sketch = make_sketch(order)
    ids = identify((box.id for box in sketch.boxes), allows=lambda _id: False, prefix=PREFIX, fold=True)
    return ("\n".join(_lines(sketch, ids)) + "\n").encode()


def _lines(sketch: Sketch, ids: Mapping[str, str]) -> Iterator[str]:
    title = sketch.title or UNNAMED
    names = _names(sketch, title)
    yield f"workspace {_text(title)} {{"
    yield f"{INDENT}model {{"
    yield from _indent(2, _people(sketch, ids, names))
    yield f"{INDENT * 2}{SYSTEM} = softwareSystem {' '.join(map(_text, (title, *_told_of_all(sketch))))} {{"
    yield from _indent(3, _containers(sketch, ids, names))
    yield f"{INDENT * 2}}}"
    yield from _indent(2, (_arrow(arrow, ids) for arrow in sketch.arrows))
    yield f"{INDENT}}}"
    yield from _indent(1, _views(sketch))
    yield "}"


def _told_of_all(sketch: Sketch) -> Iterator[str]:
    """What the notes say: C4 has none, but a description of the system."""
    said = SEPARATOR.join(" ".join(filter(None, slip.paragraphs)) for slip in sketch.slips)
    if said:
        yield said


def _indent(depth: int, lines: Iterator[str]) -> Iterator[str]:
    yield from (INDENT * depth + line for line in lines)


def _names(sketch: Sketch, title: str) -> Mapping[str, str]:
    """What each box is called; of several of one name, which the language refuses, the later ones get a number."""
    taken = {_safe(title).lower()}
    names: dict[str, str] = {}
    for box in sketch.boxes:
        name, number = box.label, 1
        while _safe(name).lower() in taken:
            number += 1
            name = f"{box.label} ({number})"
        taken.add(_safe(name).lower())
        names[box.id] = name
    return names


def _people(sketch: Sketch, ids: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    for box in sketch.boxes:
        if box.behavior is Behavior.CLIENT:
            yield f"{ids[box.id]} = person {_text(names[box.id])} {_text(_told(box))}"


def _containers(sketch: Sketch, ids: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    yield from (_container(box, ids, names) for box in sketch.loose if box.behavior is not Behavior.CLIENT)
    for area in sketch.areas:
        yield from _group(area, "", ids, names)


def _group(area: Area, before: str, ids: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    """A group for the area; those in it follow it with its name before theirs: groups of groups need a setting."""
    name = f"{before}{area.name}"
    boxes = [box for box in area.boxes if box.behavior is not Behavior.CLIENT]
    if boxes:
        yield f"group {_text(name)} {{"
        yield from (f"{INDENT}{_container(box, ids, names)}" for box in boxes)
        yield "}"
    for inner in area.areas:
        yield from _group(inner, f"{name}, ", ids, names)


def _container(box: Box, ids: Mapping[str, str], names: Mapping[str, str]) -> str:
    words = (names[box.id], _told(box), box.component.name, TAGS[box.behavior])
    return f"{ids[box.id]} = container {' '.join(map(_text, words))}"


def _told(box: Box) -> str:
    return ", ".join(line for line in box.lines if line != box.component.name)


def _arrow(arrow: Arrow, ids: Mapping[str, str]) -> str:
    words = [", ".join(arrow.lines)]
    if arrow.deferred:
        words += ["", DEFERRED]
    while words and not words[-1]:
        words.pop()
    return " ".join([f"{ids[arrow.source]} -> {ids[arrow.target]}", *map(_text, words)])


def _views(sketch: Sketch) -> Iterator[str]:
    yield "views {"
    yield f"{INDENT}container {SYSTEM} {_text(VIEW)} {{"
    yield f"{INDENT * 2}include *"
    yield f"{INDENT * 2}autoLayout {DIRECTIONS[sketch.direction]}"
    yield f"{INDENT}}}"
    yield f"{INDENT}styles {{"
    for tag, look in LOOKS.items():
        yield f"{INDENT * 2}element {_text(tag)} {{"
        yield f"{INDENT * 3}{look}"
        yield f"{INDENT * 2}}}"
    yield f"{INDENT * 2}relationship {_text(DEFERRED)} {{"
    yield f"{INDENT * 3}style dashed"
    yield f"{INDENT * 2}}}"
    yield f"{INDENT}}}"
    yield "}"


def _safe(text: str) -> str:
    return re.sub(r"\$(?=\{)", "$ ", text.replace("\\", LOOKALIKE))


def _text(text: str) -> str:
    escaped = _safe(text).replace('"', '\\"')
    return f'"{escaped}"'


FORMAT = Format(
    extension="dsl",
    name="Structurizr DSL",
    mime="text/plain",
    description="A C4 workspace as text: one software system with its containers.",
    write=write,
)
