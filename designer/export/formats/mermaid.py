"""A design as a Mermaid flowchart, which many wikis and code hosts draw where it stands in a page.

Ids of nodes stay as they are where Mermaid allows it; each node has the id of its component as its class, each group
the name of its colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from designer.catalog.model import Behavior
from designer.design.model import NoteKind
from designer.documents import dump_json
from designer.export.annotations import ThemeName
from designer.export.formats.model import Format, Order
from designer.export.identifiers import identify
from designer.export.placement import GROUP_COLOR
from designer.export.sketch import Area, Arrow, Box, Sketch, Slip, make_sketch
from designer.export.tints import paper, tint, words_ink

SHAPES: Mapping[Behavior, tuple[str, str]] = {
    Behavior.CLIENT: ("([", "])"),
    Behavior.ROUTER: ("[/", "\\]"),
    Behavior.SERVICE: ("[", "]"),
    Behavior.CACHE: ("(", ")"),
    Behavior.STORE: ("[(", ")]"),
    Behavior.QUEUE: ("{{", "}}"),
    Behavior.OBSERVER: ("[[", "]]"),
}
RESERVED = frozenset(
    {"call", "class", "classdef", "click", "default", "direction", "end", "flowchart", "graph", "href"}
    | {"acctitle", "accdescr", "interpolate", "linkstyle", "style", "subgraph", "swimlane"}
)
"""Words that mean something else to Mermaid, in any capitals."""

PREFIX = "the_"
NOTE, WORDS = "note", "text"  # classes of notes on paper and of free words; no component is called so
INDENT = "    "

# What begins like a direction would be one behind a line that ends in "direction".
_SAFE_ID = re.compile(r"(?!TB|BT|RL|LR|TD)[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
_ODD = re.compile(
    r"[!\"#$&'*+:;<=>?@\[\\\]^_`{|}~]|(?<!\d)\.|\.(?!\d)|(?<=%)%|(?<=-)-|^[-(),/]|^\d(?=\d*[.)](?:\s|$))"
    r"|d(?=irection\s+(?:TB|BT|RL|LR|TD))"
)
"""What could end a text, or begin an entity, markup, a list or an address; the last is a direction even in quotes."""


def write(order: Order) -> bytes:
    """The flowchart as text."""
    sketch = make_sketch(order)
    ids = identify(sketch.keys, allows=_is_safe, prefix=PREFIX)
    return ("\n".join(_lines(sketch, ids, order.theme)) + "\n").encode()


def _is_safe(name: str) -> bool:
    return bool(_SAFE_ID.fullmatch(name)) and RESERVED.isdisjoint(name.lower().split("-"))


def _lines(sketch: Sketch, ids: Mapping[str, str], tone: ThemeName) -> Iterator[str]:
    yield from _head(sketch.title, is_dark=tone == "dark")
    yield f"flowchart {sketch.direction}"
    yield from (f"{INDENT}{_box(box, ids)}" for box in sketch.loose)
    for area in sketch.areas:
        yield from (f"{INDENT}{line}" for line in _area(area, ids))
    yield from (f"{INDENT}{_arrow(arrow, ids)}" for arrow in sketch.arrows)
    for slip in sketch.slips:
        yield from (f"{INDENT}{line}" for line in _slip(slip, ids, tone))
    for area in sketch.all_areas:
        if area.color is not None:
            shade = tint(area.color, tone)
            yield f"{INDENT}style {ids[area.key]} fill:{shade.ground},stroke:{shade.line},color:{shade.name}"
            if area.color is not GROUP_COLOR:
                yield f"{INDENT}class {ids[area.key]} {area.color}"


def _head(title: str, *, is_dark: bool) -> Iterator[str]:
    if title or is_dark:
        yield "---"
        if title:
            yield f"title: {dump_json(title)}"
        if is_dark:
            yield "config:"
            yield "  theme: dark"
        yield "---"


def _area(area: Area, ids: Mapping[str, str]) -> Iterator[str]:
    yield f"subgraph {ids[area.key]}[{_text([area.name])}]"
    yield from (f"{INDENT}{_box(box, ids)}" for box in area.boxes)
    for inner in area.areas:
        yield from (f"{INDENT}{line}" for line in _area(inner, ids))
    yield "end"


def _box(box: Box, ids: Mapping[str, str]) -> str:
    opening, closing = SHAPES[box.behavior]
    return f"{ids[box.id]}{opening}{_text([box.label, *box.lines])}{closing}:::{box.component.id}"


def _slip(slip: Slip, ids: Mapping[str, str], tone: ThemeName) -> Iterator[str]:
    """A note as a box of its class, which a reader knows it by, and its colours."""
    name = ids[slip.key]
    yield f"{name}[{_text(slip.paragraphs)}]:::{NOTE if slip.note.kind is NoteKind.STICKY else WORDS}"
    shade = paper(slip.note, tone)
    if shade is None:
        yield f"style {name} fill:none,stroke:none,color:{words_ink(slip.note, tone)}"
    else:
        yield f"style {name} fill:{shade.paper},stroke:{shade.line},color:{shade.paper_ink}"


def _arrow(arrow: Arrow, ids: Mapping[str, str]) -> str:
    line = "-.->" if arrow.deferred else "-->"
    label = f"|{_text(arrow.lines)}|" if arrow.lines else ""
    return f"{ids[arrow.source]} {line}{label} {ids[arrow.target]}"


def _text(lines: Sequence[str]) -> str:
    """Lines of text in quotes. What could mean anything to Mermaid becomes the number of its character."""
    return '"' + "<br/>".join(_ODD.sub(lambda found: f"#{ord(found[0])};", line) for line in lines) + '"'


FORMAT = Format(
    extension="mmd",
    name="Mermaid",
    mime="text/vnd.mermaid",
    description="A flowchart as text, which wikis and code hosts draw inside a page.",
    write=write,
)
