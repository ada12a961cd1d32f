"""One card as a Graphviz HTML-like label: icon, name ×N, what it carries, utilisation bar, finding.

Every width is computed here from the fonts: Graphviz then only adds up what it is given, so that a text is
never wider than its card. Lengths are in points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from designer.export.annotations import CardFacts
from designer.export.captions import percent_text
from designer.export.lettering import clean, escape, wrap
from designer.export.machines import Row
from designer.export.markup import LEADING, font, stack, table
from designer.export.racks import draw_racks
from designer.export.themes import Pill, Theme
from designer.export.typeface import Typeface, bold, regular

ICON = 36
GAP = 10  # between icon and text
FOOT_GAP = 8  # above the bar and the pill
PADDING = 7
NAME_SIZE = 12
LINE_SIZE = 10
PILL_SIZE = 9
PILL_LEADING = 3
PILL_PADDING = 5
BAR_HEIGHT = 5
LEAST_TEXT = 118  # all cards have this width at least, so that a row of them is even
MOST_TEXT = 156
NAME_LINES = 2
MORE_LINES = 2
UNUSED = "no requests"  # what the state `off` is called
SLACK = 2  # a card is this much wider than its text: painters round glyph positions


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card: `icon` is the name of its image, `kind` what it is, `details` further lines.

    `machines` are drawn one by one where there are any.
    """

    name: str
    kind: str
    icon: str
    count: int = 1
    details: tuple[str, ...] = ()
    facts: CardFacts | None = None
    machines: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of text; `tail` follows it in the muted colour (the ×N of a name)."""

    text: str
    size: int
    strong: bool = False
    tail: str = ""

    @property
    def width(self) -> float:
        face = bold() if self.strong else regular()
        return face.width(self.text + self.tail, self.size)


def draw_card(card: Card, theme: Theme) -> str:
    """The label. Raises RenderError when the fonts have not been built."""
    lines = _lines(card)
    text_width = max(LEAST_TEXT, math.ceil(max(line.width for line in lines)) + SLACK)
    width = ICON + GAP + text_width
    rows = [_head(card.icon, lines, text_width, theme)]
    if card.machines:
        rows.append(_row(draw_racks(card.machines, width, theme)))
    if card.facts is not None:
        rows += _foot(card.facts, width, theme)
    signal = theme.signals["idle" if card.facts is None else card.facts.state]
    style = "ROUNDED,DASHED" if signal.dashed else "ROUNDED"
    return (
        f'<<TABLE BORDER="{signal.thickness}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{PADDING}" '
        f'STYLE="{style}" COLOR="{signal.border}" BGCOLOR="{theme.card}"><TR><TD>'
        f"{table(''.join(rows))}</TD></TR></TABLE>>"
    )


def _lines(card: Card) -> list[_Line]:
    tail = f" ×{card.count:,}" if card.count > 1 else ""
    names = wrap(card.name, bold(), NAME_SIZE, MOST_TEXT - bold().width(tail, NAME_SIZE), lines=NAME_LINES)
    named = [_Line(name, NAME_SIZE, strong=True) for name in names[:-1]]
    named.append(_Line(names[-1] if names else "", NAME_SIZE, strong=True, tail=tail))
    return named + [
        _Line(line, LINE_SIZE)
        for text in _grey_texts(card)
        for line in wrap(text, regular(), LINE_SIZE, MOST_TEXT, lines=MORE_LINES)
    ]


def _grey_texts(card: Card) -> Iterator[str]:
    carried = () if card.facts is None else carried_words(card.facts)
    if carried:
        yield " · ".join(carried)
    elif clean(card.kind) != clean(card.name):
        yield card.kind
    yield from card.details
    if card.facts is not None and card.facts.extra:
        yield card.facts.extra


def carried_words(facts: CardFacts) -> tuple[str, ...]:
    """What comes to the node and how busy that makes it: "12.8k/s", "68 %"."""
    load = "" if facts.load is None else _percent(facts.load)
    unused = UNUSED if facts.state == "off" else ""
    return tuple(part for part in (unused, facts.rate or "", load) if part)


def _percent(load: float) -> str:
    return "unbounded" if math.isinf(load) else percent_text(load)


def _head(icon: str, lines: Sequence[_Line], text_width: int, theme: Theme) -> str:
    cell = (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{ICON}" HEIGHT="{ICON}"><IMG SCALE="TRUE" SRC="{escape(icon)}"/></TD>'
    )
    image = table(f"<TR>{cell}</TR>", fill=theme.tile, size=(ICON, ICON))
    height = sum(line.size + LEADING for line in lines)
    texts = table(stack([(_set(line, theme), line.size) for line in lines]), size=(text_width, height))
    return (
        f'<TR><TD ALIGN="LEFT">{image}</TD><TD WIDTH="{GAP}"></TD>'
        f'<TD WIDTH="{text_width}" ALIGN="LEFT">{texts}</TD></TR>'
    )


def _set(line: _Line, theme: Theme) -> str:
    color = theme.ink if line.strong else theme.muted
    text = font(line.text, line.size, color, strong=line.strong)
    return text + font(line.tail, line.size, theme.muted, strong=line.strong) if line.tail else text


def _foot(facts: CardFacts, width: int, theme: Theme) -> list[str]:
    rows = []
    if facts.load is not None and facts.state != "off":
        rows.append(_row(_bar(facts.load, width, theme.signals[facts.state].bar, theme.track)))
    badge = clean(facts.badge or "")
    if badge:
        rows.append(_row(_pill(badge, width, theme.pills[facts.badge_severity or "info"])))
    return rows


def _row(content: str) -> str:
    gap = f'<TR><TD COLSPAN="3" HEIGHT="{FOOT_GAP}"></TD></TR>'
    return f'{gap}<TR><TD COLSPAN="3" ALIGN="LEFT">{content}</TD></TR>'


def _bar(load: float, width: int, color: str, track: str) -> str:
    filled = round(width * min(load, 1.0))
    if load > 0:
        filled = max(filled, BAR_HEIGHT)
    parts = ((filled, color), (width - filled, track))
    cells = "".join(
        f'<TD FIXEDSIZE="TRUE" WIDTH="{part}" HEIGHT="{BAR_HEIGHT}" BGCOLOR="{fill}"></TD>'
        for part, fill in parts
        if part > 0
    )
    return table(f"<TR>{cells}</TR>")


def _pill(badge: str, width: int, pill: Pill) -> str:
    face: Typeface = bold()
    room = width - 2 * PILL_PADDING
    lines = wrap(f"{pill.mark}  {badge}", face, PILL_SIZE, room - SLACK, lines=MORE_LINES)
    texts = [(font(line, PILL_SIZE, pill.ink, strong=True), PILL_SIZE) for line in lines]
    cell = f'<TD WIDTH="{width}" ALIGN="LEFT">{table(stack(texts, leading=PILL_LEADING))}</TD>'
    return table(f"<TR>{cell}</TR>", padding=PILL_PADDING, fill=pill.fill)
