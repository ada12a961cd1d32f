"""A design as D2, a language for diagrams with layouts of its own.

Names stand in single quotes, between which D2 reads nothing but letters, and texts in double ones, between which a
backslash takes the meaning from any sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from designer.catalog.model import Behavior
from designer.export.formats.model import Format, Order
from designer.export.identifiers import identify
from designer.export.sketch import Area, Arrow, Box, Sketch, make_sketch

SHAPES: Mapping[Behavior, str] = {
    Behavior.CLIENT: "person",
    Behavior.ROUTER: "diamond",
    Behavior.SERVICE: "rectangle",
    Behavior.CACHE: "stored_data",
    Behavior.STORE: "cylinder",
    Behavior.QUEUE: "queue",
    Behavior.OBSERVER: "cloud",
}
DIRECTIONS = {"LR": "right", "TB": "down"}
DARK_THEME = 200  # D2's number of its dark theme "Dark Mauve"
PREFIX = "the_"
TITLE = "title"
INDENT = "  "

_SAFE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MEANING = re.compile(r"[\\\"$]")


def write(order: Order) -> bytes:
    """The diagram as text."""
    sketch = make_sketch(order)
    names = [box.id for box in sketch.boxes] + [_area_key(area) for area in sketch.all_areas]
    ids = identify(names, allows=_is_safe, prefix=PREFIX, fold=True)
    return ("\n".join(_lines(sketch, ids, is_dark=order.theme == "dark")) + "\n").encode()


def _is_safe(name: str) -> bool:
    return bool(_SAFE_ID.fullmatch(name)) and name.lower() != TITLE


def _area_key(area: Area) -> str:
    """Different from the id of every node: those have no spaces."""
    return f"{area.kind} {area.id}"


def _lines(sketch: Sketch, ids: Mapping[str, str], *, is_dark: bool) -> Iterator[str]:
    if is_dark:
        yield f"vars: {{d2-config: {{theme-id: {DARK_THEME}}}}}"
    yield f"direction: {DIRECTIONS[sketch.direction]}"
    if sketch.title:
        yield f"{_quoted(TITLE)}: {_text([sketch.title])} {{shape: text; near: top-center; style.font-size: 24}}"
    yield from (_box(box, ids) for box in sketch.loose)
    for area in sketch.areas:
        yield from _area(area, ids)
    paths = dict(_paths(sketch, ids))
    yield from (_arrow(arrow, paths) for arrow in sketch.arrows)


def _area(area: Area, ids: Mapping[str, str]) -> Iterator[str]:
    yield f"{_quoted(ids[_area_key(area)])}: {_text([area.name])} {{"
    yield f"{INDENT}style.stroke-dash: {4 if area.kind == 'zone' else 0}"
    yield from (f"{INDENT}{_box(box, ids)}" for box in area.boxes)
    for inner in area.areas:
        yield from (f"{INDENT}{line}" for line in _area(inner, ids))
    yield "}"


def _paths(sketch: Sketch, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How each box is called from outside its areas."""
    yield from ((box.id, _quoted(ids[box.id])) for box in sketch.loose)
    for area in sketch.areas:
        yield from _paths_in(area, ids, "")


def _paths_in(area: Area, ids: Mapping[str, str], before: str) -> Iterator[tuple[str, str]]:
    path = f"{before}{_quoted(ids[_area_key(area)])}."
    yield from ((box.id, path + _quoted(ids[box.id])) for box in area.boxes)
    for inner in area.areas:
        yield from _paths_in(inner, ids, path)


def _box(box: Box, ids: Mapping[str, str]) -> str:
    text = _text([box.label, *box.lines])
    return f"{_quoted(ids[box.id])}: {text} {{shape: {SHAPES[box.behavior]}}}"


def _arrow(arrow: Arrow, paths: Mapping[str, str]) -> str:
    line = f"{paths[arrow.source]} -> {paths[arrow.target]}"
    label = f": {_text(arrow.lines)}" if arrow.lines else ""
    dashes = " {style.stroke-dash: 4}" if arrow.deferred else ""
    return line + (label or (":" if dashes else "")) + dashes


def _text(lines: Sequence[str]) -> str:
    escaped = (_MEANING.sub(r"\\\g<0>", line) for line in lines)
    return '"' + "\\n".join(escaped) + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


FORMAT = Format(
    extension="d2",
    name="D2",
    mime="text/vnd.d2",
    description="A diagram as text for the D2 compiler, which lays it out.",
    write=write,
)
