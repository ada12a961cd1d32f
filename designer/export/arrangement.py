"""Where everything stands in a drawing that somebody will go on moving: as on the board, or in rows and columns.

Nodes stand in columns by how many calls away from the first they are. Every area has lanes of its own, so that nobody
stands in a frame that is not theirs. A connection that passes columns takes a place in each, so that it runs between
the cards. A drawing that runs from top to bottom is the same, turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from designer.design.model import Design, Note
from designer.export.placement import rank_nodes
from designer.export.sketch import Area, Box, Sketch

CARD_WIDTH, CARD_HEIGHT = 160.0, 80.0
"""The size of a card, in the board's units."""

PITCH = {"LR": (280.0, 120.0), "TB": (200.0, 170.0)}
"""From card to card, across and down: along the arrows there is room for their labels."""

FRAME_PADDING = 24.0
FRAME_TITLE = 28.0
GROUP_PADDING = 12.0
GROUP_TITLE = 20.0
TIGHTER = (0.75, 0.5, 0.35, 0.2, 0.1)
"""Shares of these margins that are tried in turn where frames would cross."""

LANE_GAP = 1.2
"""Rows left free between two lanes: room for a zone's frame and title, and for its region's."""

GROUPED_GAP = 0.3
"""Rows more, where there are groups: they have frames as well."""

NOTE_WIDTH = 200.0
NOTE_LINE, NOTE_LETTERS, NOTE_PADDING = 18.0, 28, 20.0
NOTE_GAP = 80.0
PASSED = 0.5
"""Rows that a connection takes in a column which it passes."""

SWEEPS = 4
"""Times the order within the columns is improved; more changed nothing on the designs that were tried."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """In the board's units; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


Point = tuple[float, float]
AreaId = tuple[str, str]  # kind and id


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All places: of nodes and notes by their ids, of areas by kind and id.

    `bends` are the points on the way of a connection, by its id, of those that are not straight.
    """

    cards: Mapping[str, Rectangle]
    areas: Mapping[AreaId, Rectangle]
    notes: Mapping[str, Rectangle]
    bends: Mapping[str, Sequence[Point]]


def arrange(design: Design, sketch: Sketch) -> Arrangement:
    """Where the board has everything, when it has a place for every node; otherwise laid out anew."""
    cards: Mapping[str, Rectangle] = _on_board(design)
    bends: Mapping[str, Sequence[Point]] = {}
    if not cards:
        cards, bends = _in_lanes(design, sketch)
    areas = _fitting_frames(sketch, cards)
    is_kept = all(node.position is not None for node in design.nodes)
    # Where the nodes stand anew, a note's old place would be in the way of others.
    notes = [note if is_kept else note.model_copy(update={"position": None}) for note in design.notes]
    return Arrangement(cards, areas, dict(_notes(notes, [*cards.values(), *areas.values()])), bends)


def _on_board(design: Design) -> dict[str, Rectangle]:
    placed = {node.id: node.position for node in design.nodes if node.position is not None}
    if len(placed) < len(design.nodes):
        return {}
    return {name: Rectangle(at.x, at.y, CARD_WIDTH, CARD_HEIGHT) for name, at in placed.items()}


def _in_lanes(design: Design, sketch: Sketch) -> tuple[dict[str, Rectangle], Mapping[str, Sequence[Point]]]:
    ranks = dict(rank_nodes(design))
    passes = dict(_passes(design, ranks))
    for passed in passes.values():
        ranks |= passed
    lanes = [[box.id for box in lane] for lane in _lanes(sketch)]
    gap = LANE_GAP + (GROUPED_GAP if design.groups else 0)
    for line in design.connections:
        next(lane for lane in lanes if line.source in lane).extend(passes[line.id])
    rows = _rows(_columns(design, ranks, passes), lanes, gap)
    places = {name: _place(ranks[name], row, sketch.direction) for name, row in rows.items()}
    bends = {
        name: [point for item in passed for point in _through(places[item], sketch.direction)]
        for name, passed in passes.items()
    }
    return {node.id: places[node.id] for node in design.nodes}, bends


def _place(rank: float, row: float, direction: str) -> Rectangle:
    across, down = PITCH[direction]
    x, y = (rank, row) if direction == "LR" else (row, rank)
    return Rectangle(x * across, y * down, CARD_WIDTH, CARD_HEIGHT)


def _passes(design: Design, ranks: Mapping[str, int]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """For every connection the places that it takes in the columns between its ends, with their ranks."""
    for line in design.connections:
        between = range(ranks[line.source] + 1, ranks[line.target])
        # No node has an id with a space in it.
        yield line.id, {f"{line.id} {rank}": rank for rank in between}


def _through(place: Rectangle, direction: str) -> Sequence[Point]:
    """Straight through the middle of a place: where it is entered, and where it is left."""
    if direction == "LR":
        middle = place.y + place.height / 2
        return (place.x, middle), (place.right, middle)
    middle = place.x + place.width / 2
    return (middle, place.y), (middle, place.bottom)


def _lanes(sketch: Sketch) -> Iterator[Sequence[Box]]:
    """Those that share rows: what stands outside any area, then what stands in each, inner areas after outer."""
    yield sketch.loose
    for area in sketch.all_areas:
        yield area.boxes


def _columns(
    design: Design, ranks: Mapping[str, int], passes: Mapping[str, Mapping[str, int]]
) -> list[list[str]]:
    """What stands at each rank, in an order in which few arrows cross: each near the middle of its neighbours."""
    columns: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    neighbours: dict[str, list[str]] = {name: [] for name in ranks}
    for name, rank in ranks.items():
        columns[rank].append(name)
    for line in design.connections:
        for one, other in pairwise((line.source, *passes[line.id], line.target)):
            neighbours[one].append(other)
            neighbours[other].append(one)
    for turn in range(SWEEPS):
        heights = {name: at - len(column) / 2 for column in columns for at, name in enumerate(column)}
        for column in columns if turn % 2 == 0 else reversed(columns):
            column.sort(key=lambda name: _mean([heights[other] for other in neighbours[name]], heights[name]))
            heights |= {name: at - len(column) / 2 for at, name in enumerate(column)}
    return columns


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _rows(columns: Sequence[Sequence[str]], lanes: Sequence[Sequence[str]], gap: float) -> dict[str, float]:
    """The row of everything, lane below lane with a gap between; in a lane every column is centred."""
    rows: dict[str, float] = {}
    top = 0.0
    for lane in map(frozenset, lanes):
        parts = [[name for name in column if name in lane] for column in columns]
        height = max((sum(map(_size, part)) for part in parts), default=0)
        for part in parts:
            row = top + (height - sum(map(_size, part))) / 2
            for name in part:
                # A place that is only passed is half as high: its middle is that of its half.
                rows[name] = row - (1 - _size(name)) / 2
                row += _size(name)
        if height:
            top += height + gap
    return rows


def _size(name: str) -> float:
    """Rows it takes."""
    return PASSED if " " in name else 1.0


def _fitting_frames(sketch: Sketch, cards: Mapping[str, Rectangle]) -> dict[AreaId, Rectangle]:
    """The frames of all areas. Those that would cross although their cards stand apart are drawn closer to these."""
    areas = list(sketch.all_areas)
    apart = [pair for pair in combinations(areas, 2) if _are_apart(*pair, cards)]
    shares: dict[AreaId, float] = {(area.kind, area.id): 1.0 for area in areas}
    frames = _all_frames(sketch, cards, shares)
    for share in TIGHTER:
        crossing = [pair for pair in apart if _cross(*(frames[area.kind, area.id] for area in pair))]
        crowded = {(inner.kind, inner.id) for pair in crossing for area in pair for inner in area.inner}
        if not crowded:
            break
        shares |= dict.fromkeys(crowded, share)
        frames = _all_frames(sketch, cards, shares)
    return frames


def _are_apart(one: Area, other: Area, cards: Mapping[str, Rectangle]) -> bool:
    """Whether neither stands in the other, and a line can be drawn between their cards."""
    if other in one.inner or one in other.inner:
        return False
    held = [bounds(cards[box.id] for inner in area.inner for box in inner.boxes) for area in (one, other)]
    return not _cross(*held)


def _cross(one: Rectangle, other: Rectangle) -> bool:
    is_beside = one.right <= other.x or other.right <= one.x
    return not (is_beside or one.bottom <= other.y or other.bottom <= one.y)


def _all_frames(
    sketch: Sketch, cards: Mapping[str, Rectangle], shares: Mapping[AreaId, float]
) -> dict[AreaId, Rectangle]:
    return {name: frame for area in sketch.areas for name, frame in _frames(area, cards, shares).items()}


def _frames(
    area: Area, cards: Mapping[str, Rectangle], shares: Mapping[AreaId, float]
) -> dict[AreaId, Rectangle]:
    """The frame around what stands in the area, with that share of its usual margins, and the frames in it."""
    inner: dict[AreaId, Rectangle] = {}
    for within in area.areas:
        inner |= _frames(within, cards, shares)
    held = [cards[box.id] for box in area.boxes] + list(inner.values())
    around = bounds(held)
    margins = (GROUP_PADDING, GROUP_TITLE) if area.kind == "group" else (FRAME_PADDING, FRAME_TITLE)
    padding, title = (margin * shares[area.kind, area.id] for margin in margins)
    frame = Rectangle(
        around.x - padding,
        around.y - padding - title,
        around.width + 2 * padding,
        around.height + 2 * padding + title,
    )
    return {(area.kind, area.id): frame, **inner}


def _notes(notes: Sequence[Note], others: Sequence[Rectangle]) -> Iterator[tuple[str, Rectangle]]:
    """Where they are on the board, or else in a row below everything."""
    around = bounds(others)
    x = around.x
    for note in notes:
        height = note_height(note)
        if note.position is not None:
            yield note.id, Rectangle(note.position.x, note.position.y, NOTE_WIDTH, height)
            continue
        yield note.id, Rectangle(x, around.bottom + NOTE_GAP, NOTE_WIDTH, height)
        x += NOTE_WIDTH + NOTE_GAP


def note_height(note: Note) -> float:
    """About how high a note is, in the board's units."""
    lines = sum(1 + len(line) // NOTE_LETTERS for line in note.text.split("\n"))
    return NOTE_PADDING + lines * NOTE_LINE


def bounds(rectangles: Iterable[Rectangle]) -> Rectangle:
    """The smallest rectangle around all of them; one without size for none."""
    held = list(rectangles) or [Rectangle(0.0, 0.0, 0.0, 0.0)]
    x, y = min(item.x for item in held), min(item.y for item in held)
    return Rectangle(x, y, max(item.right for item in held) - x, max(item.bottom for item in held) - y)
