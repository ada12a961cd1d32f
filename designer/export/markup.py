"""The pieces of Graphviz's HTML-like labels: tables, stacked lines, and text in one size and colour."""

from __future__ import annotations

from collections.abc import Sequence

from designer.export.lettering import escape

LEADING = 4  # points between two lines


def table(rows: str, *, padding: int = 0, fill: str = "", size: tuple[int, int] | None = None) -> str:
    """A table without lines; with a `fill` it has round corners, with a `size` it keeps its size."""
    look = f' STYLE="ROUNDED" BGCOLOR="{fill}"' if fill else ""
    fixed = f' FIXEDSIZE="TRUE" WIDTH="{size[0]}" HEIGHT="{size[1]}" ALIGN="LEFT"' if size else ""
    plain = f'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}"'
    return f"<TABLE {plain}{look}{fixed}>{rows}</TABLE>"


def stack(lines: Sequence[tuple[str, int]], *, leading: int = LEADING) -> str:
    """Lines of text, each given as markup and its font size, one below the other and to the left."""
    return "".join(f'<TR><TD HEIGHT="{size + leading}" ALIGN="LEFT">{line}</TD></TR>' for line, size in lines)


def font(text: str, size: int, color: str, *, strong: bool = False) -> str:
    """`text`, escaped, in one size and colour."""
    inner = f"<B>{escape(text)}</B>" if strong else escape(text)
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{inner}</FONT>'
