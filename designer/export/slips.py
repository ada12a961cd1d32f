"""Notes in a picture: slips of coloured paper with a folded corner, and free words; each beside its nearest node."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from designer.design.model import Design, Node, Note
from designer.export.annotations import ThemeName
from designer.export.arrangement import CARD_HEIGHT, CARD_WIDTH, NOTE_WIDTH, Rectangle, note_height
from designer.export.lettering import ELLIPSIS, LONGEST_TEXT, shorten, wrap
from designer.export.markup import font, stack, table
from designer.export.tints import paper, words_ink
from designer.export.typeface import Typeface, bold, regular

PAPER_SIZE, WORDS_SIZE = 10, 12
"""Of letters, in points."""

WIDTH = 170
MOST_LINES = 10
LEADING = 3
PADDING = 8
SLACK = 2  # painters round glyph positions
MARGIN = "0.02"  # inches between a slip's outline and its padding


def find_neighbours(design: Design) -> Mapping[str | None, Sequence[Note]]:
    """The notes by the id of the node that each stands nearest to on the board; None: those without a place there."""
    placed = [node for node in design.nodes if node.position is not None]
    found: dict[str | None, list[Note]] = {}
    for note in design.notes:
        nearest = min(placed, key=partial(_gap, note)) if placed and note.position else None
        found.setdefault(nearest.id if nearest else None, []).append(note)
    return found


def _gap(note: Note, node: Node) -> float:
    """How far they are apart on the board, outline to outline."""
    if note.position is None or node.position is None:
        return math.inf
    slip = Rectangle(note.position.x, note.position.y, NOTE_WIDTH, note_height(note))
    card = Rectangle(node.position.x, node.position.y, CARD_WIDTH, CARD_HEIGHT)
    across = max(slip.x - card.right, card.x - slip.right, 0.0)
    down = max(slip.y - card.bottom, card.y - slip.bottom, 0.0)
    return math.hypot(across, down)


def slip_look(note: Note, tone: ThemeName) -> Mapping[str, str]:
    """A note's label and look in DOT."""
    shade = paper(note, tone)
    if shade is None:
        return {"label": _label(note, bold(), WORDS_SIZE, words_ink(note, tone)), "shape": "plain"}
    return {
        "label": _label(note, regular(), PAPER_SIZE, shade.paper_ink),
        "shape": "note",
        "style": "filled",
        "fillcolor": shade.paper,
        "color": shade.line,
        "margin": MARGIN,
    }


def _label(note: Note, face: Typeface, size: int, ink: str) -> str:
    lines = _lines(note.text, face, size)
    width = math.ceil(max((face.width(line, size) for line in lines), default=0)) + SLACK
    # Graphviz refuses a font without a text.
    set_lines = [(font(line, size, ink, strong=face is bold()) if line else "", size) for line in lines]
    texts = stack(set_lines, leading=LEADING)
    # The width is ours, from the fonts that paint it: Graphviz knows those of other letters less well.
    cell = f'<TR><TD WIDTH="{width}" ALIGN="LEFT">{table(texts)}</TD></TR>'
    return "<" + table(cell, padding=PADDING) + ">"


def _lines(text: str, face: Typeface, size: int) -> tuple[str, ...]:
    made = list(_wrapped(text, face, size))
    if len(made) <= MOST_LINES:
        return tuple(made)
    last = f"{made[MOST_LINES - 1]} {ELLIPSIS}"
    return (*made[: MOST_LINES - 1], shorten(last, face, size, WIDTH))


def _wrapped(text: str, face: Typeface, size: int) -> Iterator[str]:
    """One line more than fits at most: it tells that there is a rest."""
    left = MOST_LINES + 1
    for paragraph in text.strip().split("\n"):
        rest = ELLIPSIS if len(paragraph) > LONGEST_TEXT else ""
        lines = wrap(paragraph[: LONGEST_TEXT - 1] + rest, face, size, WIDTH, lines=left) or ("",)
        yield from lines
        left -= len(lines)
        if left <= 0:
            return
