"""The two fonts every picture is set in: how wide a text is, and which characters they can draw.

Liberation Sans has the metrics of Arial, so a picture has the same shape where only Arial is installed.
Widths come from the font files themselves (OpenType: tables `cmap`, `hmtx`, `hhea`, `head`).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from designer.errors import RenderError

ASSETS = Path(__file__).with_name("assets")
REGULAR = "LiberationSans-Regular.ttf"
BOLD = "LiberationSans-Bold.ttf"
FAMILY = "Liberation Sans"

MISSING = "□"
"""Drawn for a character the fonts do not have."""

MISSING_ADVANCE = 1.0
"""Width kept free for such a character, in em: East Asian glyphs and emoji are square where there are any."""

_UNICODE_BMP = (3, 1)
_LAST_SEGMENT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font. `advances` holds the width of each character it can draw, in em."""

    advances: Mapping[int, float]

    def covers(self, character: str) -> bool:
        """Whether the font can draw it."""
        return ord(character) in self.advances

    def width(self, text: str, size: float) -> float:
        """The width of `text`, in the unit of `size`, without kerning, which only makes it narrower."""
        return size * sum(self.advances.get(ord(character), MISSING_ADVANCE) for character in text)


def find_asset(name: str) -> Path:
    """The path of a file that the front end's build brings. Raises RenderError when it is not there."""
    path = ASSETS / name
    if not path.is_file():
        raise RenderError(
            f"pictures need {name}, which has not been built yet: type ./run frontend",
            expected=f"the file in {ASSETS}",
        )
    return path


def regular() -> Typeface:
    """The font of ordinary text. Raises RenderError when the fonts have not been built."""
    return _load(find_asset(REGULAR))


def bold() -> Typeface:
    """The font of names and titles. Raises RenderError when the fonts have not been built."""
    return _load(find_asset(BOLD))


@lru_cache(maxsize=4)
def _load(path: Path) -> Typeface:
    data = path.read_bytes()
    tables = _tables(data)
    units_per_em = _number(data, tables["head"] + 18)
    measured = _number(data, tables["hhea"] + 34)
    widths = struct.unpack_from(f">{measured * 2}H", data, tables["hmtx"])[::2]
    glyphs = _characters(data, tables["cmap"])
    # Glyphs beyond the measured ones share the last width (OpenType, hmtx).
    return Typeface(
        {
            code: widths[min(glyph, measured - 1)] / units_per_em
            for code, glyph in glyphs.items()
            if glyph != 0
        }
    )


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "big")


def _tables(data: bytes) -> Mapping[str, int]:
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(_number(data, 4)))
    return {tag.decode("ascii"): offset for tag, _checksum, offset, _length in records}


def _characters(data: bytes, cmap: int) -> Mapping[int, int]:
    """Characters to glyphs by the Unicode subtable of format 4: segments with a delta or a list of glyphs."""
    table = cmap + _unicode_subtable(data, cmap)
    count = _number(data, table + 6) // 2
    ends = table + 14
    starts = ends + 2 * count + 2
    glyphs: dict[int, int] = {}
    for segment in range(count):
        end, start = _number(data, ends + 2 * segment), _number(data, starts + 2 * segment)
        if start == _LAST_SEGMENT:
            break
        delta = _number(data, starts + 2 * (count + segment))
        place = starts + 2 * (2 * count + segment)
        offset = _number(data, place)
        for code in range(start, end + 1):
            glyph = code if offset == 0 else _number(data, place + offset + 2 * (code - start))
            glyphs[code] = (glyph + delta) & 0xFFFF if offset == 0 or glyph else 0
    return glyphs


def _unicode_subtable(data: bytes, cmap: int) -> int:
    for index in range(_number(data, cmap + 2)):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * index)
        if (platform, encoding) == _UNICODE_BMP:
            return int(offset)
    raise RenderError("The font has no table of Unicode characters.")
