"""A design as D2, a language for diagrams with layouts of its own.

Names stand in single quotes, between which D2 reads nothing but letters, and texts in double ones, between which a
backslash takes the meaning from any sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from designer.catalog.model import Behavior
from designer.export.annotations import ThemeName
from designer.export.formats.model import Format, Order
from designer.export.identifiers import identify
from designer.export.sketch import Area, Arrow, Box, Sketch, Slip, make_sketch
from designer.export.tints import paper, tint, words_ink

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
    ids = identify(sketch.keys, allows=_is_safe, prefix=PREFIX, fold=True)
    return ("\n".join(_lines(sketch, ids, order.theme)) + "\n").encode()


def _is_safe(name: str) -> bool:
    return bool(_SAFE_ID.fullmatch(name)) and name.lower() != TITLE


def _lines(sketch: Sketch, ids: Mapping[str, str], tone: ThemeName) -> Iterator[str]:
    if tone == "dark":
        yield f"vars: {{d2-config: {{theme-id: {DARK_THEME}}}}}"
    yield f"direction: {DIRECTIONS[sketch.direction]}"
    if sketch.title:
        yield f"{_quoted(TITLE)}: {_text([sketch.title])} {{shape: text; near: top-center; style.font-size: 24}}"
    yield from (_box(box, ids) for box in sketch.loose)
    for area in sketch.areas:
        yield from _area(area, ids, tone)
    paths = dict(_paths(sketch, ids))
    yield from (_arrow(arrow, paths) for arrow in sketch.arrows)
    yield from (_slip(slip, ids, tone) for slip in sketch.slips)


def _area(area: Area, ids: Mapping[str, str], tone: ThemeName) -> Iterator[str]:
    yield f"{_quoted(ids[area.key])}: {_text([area.name])} {{"
    yield f"{INDENT}style.stroke-dash: {4 if area.kind == 'zone' else 0}"
    if area.color is not None:
        shade = tint(area.color, tone)
        yield f"{INDENT}{_colors(shade.ground, shade.line, shade.name)}"
    yield from (f"{INDENT}{_box(box, ids)}" for box in area.boxes)
    for inner in area.areas:
        yield from (f"{INDENT}{line}" for line in _area(inner, ids, tone))
    yield "}"


def _paths(sketch: Sketch, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How each box is called from outside its areas."""
    yield from ((box.id, _quoted(ids[box.id])) for box in sketch.loose)
    for area in sketch.areas:
        yield from _paths_in(area, ids, "")


def _paths_in(area: Area, ids: Mapping[str, str], before: str) -> Iterator[tuple[str, str]]:
    path = f"{before}{_quoted(ids[area.key])}."
    yield from ((box.id, path + _quoted(ids[box.id])) for box in area.boxes)
    for inner in area.areas:
        yield from _paths_in(inner, ids, path)


def _box(box: Box, ids: Mapping[str, str]) -> str:
    text = _text([box.label, *box.lines])
    return f"{_quoted(ids[box.id])}: {text} {{shape: {SHAPES[box.behavior]}}}"


def _slip(slip: Slip, ids: Mapping[str, str], tone: ThemeName) -> str:
    shade = paper(slip.note, tone)
    look = (
        f'shape: text; style.font-color: "{words_ink(slip.note, tone)}"'
        if shade is None
        else f"shape: page; {_colors(shade.paper, shade.line, shade.paper_ink)}"
    )
    return f"{_quoted(ids[slip.key])}: {_text(slip.lines)} {{{look}}}"


def _colors(fill: str, line: str, ink: str) -> str:
    return f'style: {{fill: "{fill}"; stroke: "{line}"; font-color: "{ink}"}}'


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
