"""The machines of a node as small squares on its card, a row for each zone: full ones, and outlines for copies."""

from __future__ import annotations

from collections.abc import Sequence

from designer.export.lettering import clean, shorten
from designer.export.machines import Row
from designer.export.markup import font, table
from designer.export.themes import Theme
from designer.export.typeface import regular

SQUARE = 9
SQUARE_GAP = 3
ROW_GAP = 4
NAME_SIZE = 9
NAME_GAP = 8
MOST_NAME = 62  # points a zone's name may take
REST_WIDTH = 38  # for how many more there are


def draw_racks(rows: Sequence[Row], width: int, theme: Theme) -> str:
    """A table of all rows, at most `width` wide; of a long row the rest is counted."""
    names = [shorten(clean(row.zone), regular(), NAME_SIZE, MOST_NAME) for row in rows]
    room = max(round(regular().width(name, NAME_SIZE) + 0.5) for name in names)
    lines = (_row(name, room, row, width, theme) for name, row in zip(names, rows, strict=True))
    return table("".join(lines))


def _row(name: str, room: int, row: Row, width: int, theme: Theme) -> str:
    head = _cell(room, font(name, NAME_SIZE, theme.muted)) + _cell(NAME_GAP) if name else ""
    left = width - (room + NAME_GAP if name else 0)
    return (
        f'<TR><TD HEIGHT="{SQUARE + ROW_GAP}">{table(f"<TR>{head}{_cells(row, left, theme)}</TR>")}</TD></TR>'
    )


def _cells(row: Row, width: int, theme: Theme) -> str:
    """The squares of one row, and what is left of the width as empty room behind them."""
    count, step = len(row.machines), SQUARE + SQUARE_GAP
    shown = count if count * step <= width + SQUARE_GAP else (width - REST_WIDTH) // step
    squares = "".join(_square(is_copy, theme) + _cell(SQUARE_GAP) for is_copy in row.machines[:shown])
    left = width - shown * step
    rest = font(f"+{count - shown:,}", NAME_SIZE, theme.muted) if count > shown else ""
    return squares + (_cell(left, rest) if left > 0 else "")


def _square(is_copy: bool, theme: Theme) -> str:
    look = f'BORDER="1" COLOR="{theme.muted}"' if is_copy else f'BGCOLOR="{theme.muted}"'
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{SQUARE}" HEIGHT="{SQUARE}" {look}></TD>'


def _cell(width: int, content: str = "") -> str:
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{SQUARE}" ALIGN="LEFT">{content}</TD>'
