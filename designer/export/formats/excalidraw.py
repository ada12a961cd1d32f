"""A design as an Excalidraw drawing: boxes with their texts in them, arrows that stay bound to what they join."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from designer.catalog.model import Behavior
from designer.documents import dump_json
from designer.export.annotations import ThemeName
from designer.export.arrangement import Arrangement, Point, Rectangle, arrange
from designer.export.formats.model import Format, Order
from designer.export.palette import PALETTES, Paint, Palette
from designer.export.sketch import Area, Arrow, Box, Sketch, Slip, make_sketch
from designer.export.tints import paper, tint, words_ink

Part = dict[str, Any]

VERSION = 2
INDENT = "  "
FONT = 2  # Excalidraw's number of its plain sans-serif
LINE_HEIGHT = 1.25  # of that font, in font sizes
LETTER_WIDTH = 0.47  # mean width of a letter, in font sizes; Excalidraw measures again when a text is edited
TEXT_SIZE = 12
PADDING = 5.0
TWO_COLUMNS = 4  # bends of an arrow that passes two: where it enters and leaves each
GAP = 4.0  # between an arrow and what it is bound to
STEP = 1_000  # between the seeds of two parts: they only shape the pencil's wobble
FIXED, PROPORTIONAL = 3, 2  # Excalidraw's numbers for corners of a fixed and of a proportional radius

CORNERS: Mapping[Behavior, int | None] = {
    Behavior.CLIENT: PROPORTIONAL,
    Behavior.ROUTER: FIXED,
    Behavior.SERVICE: FIXED,
    Behavior.CACHE: FIXED,
    Behavior.STORE: None,
    Behavior.QUEUE: PROPORTIONAL,
    Behavior.OBSERVER: None,
}


class _Board:
    """The parts so far, each with all the fields that Excalidraw expects."""

    def __init__(self, tone: ThemeName) -> None:
        self.tone = tone
        self.palette: Palette = PALETTES[tone]
        self.parts: list[Part] = []

    def add(self, kind: str, part_id: str, place: Rectangle, **fields: Any) -> Part:
        """Add one part, of neutral looks where `fields` says nothing."""
        seed = (len(self.parts) + 1) * STEP
        part: Part = {
            "id": part_id,
            "type": kind,
            "x": place.x,
            "y": place.y,
            "width": place.width,
            "height": place.height,
            "angle": 0,
            "strokeColor": self.palette.theme.ink,
            "backgroundColor": "transparent",
            "fillStyle": "solid",
            "strokeWidth": 1,
            "strokeStyle": "solid",
            "roughness": 0,
            "opacity": 100,
            "groupIds": [],
            "frameId": None,
            "roundness": None,
            "seed": seed,
            "version": 1,
            "versionNonce": seed + 1,
            "isDeleted": False,
            "boundElements": [],
            "updated": 1,
            "link": None,
            "locked": False,
        }
        self.parts.append(part | fields)
        return self.parts[-1]

    def write_in(self, holder: Part, text: str, size: int, color: str, middle: Point | None = None) -> None:
        """A text in the middle of a box, where it is broken into lines, or at that point of an arrow; bound to it."""
        name = f"text {holder['id']}"
        widths = [len(line) * size * LETTER_WIDTH for line in text.split("\n")]
        width = max(widths) if middle else min(max(widths), holder["width"] - 2 * PADDING)
        height = sum(max(1, math.ceil(length / width)) for length in widths) * size * LINE_HEIGHT
        x, y = middle or (holder["x"] + holder["width"] / 2, holder["y"] + holder["height"] / 2)
        holder["boundElements"].append({"type": "text", "id": name})
        self.add(
            "text",
            name,
            Rectangle(x - width / 2, y - height / 2, width, height),
            **_lettered(text, size),
            strokeColor=color,
            textAlign="center",
            verticalAlign="middle",
            containerId=holder["id"],
        )

    def write_at(self, name: str, text: str, color: str, corner: Point) -> Part:
        """A text that stands in nothing, from its upper left corner."""
        lines = text.split("\n")
        width = max(map(len, lines)) * TEXT_SIZE * LETTER_WIDTH
        return self.add(
            "text",
            name,
            Rectangle(*corner, width, len(lines) * TEXT_SIZE * LINE_HEIGHT),
            **_lettered(text, TEXT_SIZE),
            strokeColor=color,
            textAlign="left",
            verticalAlign="top",
            containerId=None,
        )


def write(order: Order) -> bytes:
    """The drawing as JSON."""
    sketch = make_sketch(order)
    places = arrange(order.design, sketch)
    board = _Board(order.theme)
    for area in sketch.all_areas:
        _add_area(area, places, board)
    boxes = {box.id: _add_box(box, places.cards[box.id], board) for box in sketch.boxes}
    _frame_in(sketch, board)
    for arrow in sketch.arrows:
        _add_arrow(arrow, boxes, places, board, sketch.direction)
    for slip in sketch.slips:
        _add_note(slip, places.notes[slip.note.id], board)
    data = {
        "type": "excalidraw",
        "version": VERSION,
        "source": "designer",
        "elements": board.parts,
        "appState": {"viewBackgroundColor": board.palette.theme.page, "gridSize": None},
        "files": {},
    }
    return f"{dump_json(data, indent=INDENT)}\n".encode()


def _add_area(area: Area, places: Arrangement, board: _Board) -> None:
    """A frame with its name, or for a group a coloured ground: it is a group in Excalidraw too.

    Excalidraw has no frames in frames: those in it follow as neighbours.
    """
    place = places.areas[area.kind, area.id]
    if area.color is None:
        line = board.palette.theme.zone_line
        board.add("frame", area.key, place, name=area.name, strokeColor=line)
        return
    shade = tint(area.color, board.tone)
    _add_shape(board, area.key, place, Paint(shade.ground, shade.line), FIXED)
    board.write_at(f"text {area.key}", area.name, shade.name, (place.x + 2 * PADDING, place.y + PADDING))


def _add_box(box: Box, place: Rectangle, board: _Board) -> Part:
    paint = board.palette.boxes[box.behavior]
    part = _add_shape(board, box.id, place, paint, CORNERS[box.behavior])
    part["customData"] = {"component": box.component.id}
    board.write_in(part, "\n".join((box.label, *box.lines)), TEXT_SIZE, board.palette.theme.ink)
    return part


def _add_shape(board: _Board, part_id: str, place: Rectangle, paint: Paint, corners: int | None) -> Part:
    roundness = None if corners is None else {"type": corners}
    looks = {"backgroundColor": paint.fill, "strokeColor": paint.line, "roundness": roundness}
    return board.add("rectangle", part_id, place, **looks)


def _frame_in(sketch: Sketch, board: _Board) -> None:
    """What stands in a frame or a group says so, and so does its text."""
    frames: dict[str, str] = {}
    groups: dict[str, str] = {}
    for outer in sketch.all_areas:
        for area in outer.inner:
            names = [*(box.id for box in area.boxes), area.key, f"text {area.key}"]
            if area.color is not None:
                groups |= dict.fromkeys(names, area.key)
            if outer.color is None:
                frames |= dict.fromkeys(names, outer.key)
    for part in board.parts:
        if part["type"] != "frame":
            holder = part.get("containerId") or part["id"]
            part["frameId"] = frames.get(holder)
            part["groupIds"] = [groups[holder]] if holder in groups else []


def _add_arrow(
    arrow: Arrow, boxes: Mapping[str, Part], places: Arrangement, board: _Board, direction: str
) -> None:
    bends = places.bends.get(arrow.connection.id, ())
    if arrow.lines:
        bends = _labelled(bends)
    points = _way(places.cards[arrow.source], places.cards[arrow.target], bends, direction)
    (left, top), (right, bottom) = (tuple(map(edge, zip(*points, strict=True))) for edge in (min, max))
    start = points[0]
    theme = board.palette.theme
    part = board.add(
        "arrow",
        arrow.connection.id,
        Rectangle(*start, right - left, bottom - top),
        points=[[x - start[0], y - start[1]] for x, y in points],
        lastCommittedPoint=None,
        startBinding=_binding(arrow.source),
        endBinding=_binding(arrow.target),
        startArrowhead=None,
        endArrowhead="triangle",
        elbowed=False,
        strokeColor=theme.line,
        strokeWidth=2,
        strokeStyle="dashed" if arrow.deferred else "solid",
        roundness={"type": PROPORTIONAL},
    )
    for end_id in dict.fromkeys((arrow.source, arrow.target)):
        boxes[end_id]["boundElements"].append({"type": "arrow", "id": part["id"]})
    if arrow.lines:
        before, after = points[len(points) // 2 - 1 : len(points) // 2 + 1]
        board.write_in(part, "\n".join(arrow.lines), TEXT_SIZE, theme.muted, _middle(before, after))


def _labelled(bends: Sequence[Point]) -> Sequence[Point]:
    """The bends, with the middle one where nothing else is: there Excalidraw puts a label.

    Of two columns that are passed the middle would lie between them, where other arrows have their labels.
    """
    if len(bends) != TWO_COLUMNS:
        return bends
    entry, leaving, later, last = bends
    return entry, _middle(entry, leaving), leaving, _middle(later, last)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _way(source: Rectangle, target: Rectangle, bends: Sequence[Point], direction: str) -> list[Point]:
    """From one box over the bends to the other."""
    stops = [source, *(Rectangle(x, y, 0.0, 0.0) for x, y in bends), target]
    return [_side(source, stops[1], direction), *bends, _side(target, stops[-2], direction)]


def _side(box: Rectangle, other: Rectangle, direction: str) -> Point:
    """The middle of the box's side that looks to the other, a little outside; sides that arrows flow through first."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    is_beside = other.x >= box.right or other.right <= box.x
    is_above = other.y >= box.bottom or other.bottom <= box.y
    if is_beside and (direction == "LR" or not is_above):
        return x + math.copysign(box.width / 2 + GAP, other.x - box.x), y
    return x, y + math.copysign(box.height / 2 + GAP, other.y - box.y)


def _binding(name: str) -> Part:
    return {"elementId": name, "focus": 0, "gap": GAP}


def _add_note(slip: Slip, place: Rectangle, board: _Board) -> None:
    shade = paper(slip.note, board.tone)
    if shade is None:
        ink = words_ink(slip.note, board.tone)
        board.write_at(slip.key, "\n".join(slip.lines), ink, (place.x, place.y))
        return
    part = _add_shape(board, slip.key, place, Paint(shade.paper, shade.line), None)
    board.write_in(part, "\n".join(slip.paragraphs), TEXT_SIZE, shade.paper_ink)


def _lettered(text: str, size: int) -> Part:
    fonts = {"fontSize": size, "fontFamily": FONT, "lineHeight": LINE_HEIGHT, "autoResize": True}
    return {"text": text, "originalText": text, **fonts}


FORMAT = Format(
    extension="excalidraw",
    name="Excalidraw",
    mime="application/vnd.excalidraw+json",
    description="A drawing to go on with in Excalidraw, everything in its place.",
    write=write,
)
