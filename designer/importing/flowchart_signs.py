"""The signs of Mermaid flowcharts: brackets of shapes, lines of arrows, what may stand in ids and labels."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designer.importing.flowchart import Heads, Stroke
from designer.importing.labels import MOST_READ, read_html, tidy

HEADER = re.compile(r"(?:flowchart(?:-elk)?|graph)(?![\w-])")
DIRECTION = re.compile(r"(?:LR|RL|TB|BT|TD|[<>^v])(?!\w)")
ID = re.compile(r"(?:[\w.$+!?'/*\\#]|-(?![->.])|=(?!=))+")
CLASS = re.compile(r":::[\w-]+(?:,[\w-]+)*")
EDGE_ID = re.compile(r"[\w-]+@(?=[xo<]?(?:--|==|-\.|~~~))")
ATTRIBUTE = re.compile(r"""\s*+([\w-]++)\s*+:[^\S\n]*+("[^"]*+"|'[^']*+'|[^,\n"']*+)[^\S\n]*+(?:,|\n|\Z)""")
LOOKS = ("classDef", "class", "style", "linkStyle", "click", "href", "accTitle", "accDescr")
"""Statements about how it looks, or is read aloud."""

SHAPES: Sequence[tuple[str, tuple[str, ...]]] = (
    ("(((", (")))",)),
    ("([", ("])",)),
    ("((", ("))",)),
    ("(-", ("-)",)),
    ("[[", ("]]",)),
    ("[(", (")]",)),
    ("[/", ("/]", "\\]")),
    ("[\\", ("\\]", "/]")),
    ("{{", ("}}",)),
    ("(", (")",)),
    ("[", ("]",)),
    ("{", ("}",)),
    (">", ("]",)),
)
"""How shapes begin, and how each may end; the longer before the shorter."""

ENDS: Mapping[tuple[str, ...], re.Pattern[str]] = {
    closings: re.compile(rf"([^\n]*?)({'|'.join(map(re.escape, closings))})")
    for closings in (("|",), *(closings for _, closings in SHAPES))
}
"""A text on one line and what ends it."""

CYLINDER = "[("
CYLINDERS = frozenset(
    {
        "cyl",
        "cylinder",
        "database",
        "db",
        "h-cyl",
        "das",
        "horizontal-cylinder",
        "lin-cyl",
        "disk",
        "lined-cylinder",
    }
)
"""Shapes of the `@{ shape: ... }` kind that are cylinders."""

_ENTITY = re.compile(r"#(\d{1,7}|\w{1,32});")
_ICON = re.compile(r"\bfa[a-z]?:fa-[\w-]+")


class Line(NamedTuple):
    """A kind of line: the whole of it, how it begins before a text, and that text with its end."""

    stroke: Stroke
    whole: re.Pattern[str]
    start: re.Pattern[str] | None
    end: re.Pattern[str] | None


LINES: Sequence[Line] = (
    Line(
        Stroke.PLAIN,
        re.compile(r"[xo<]?--+[-xo>]"),
        re.compile(r"[xo<]?--"),
        re.compile(r"([^\n]*?)(--+[-xo>])"),
    ),
    Line(
        Stroke.THICK,
        re.compile(r"[xo<]?==+[=xo>]"),
        re.compile(r"[xo<]?=="),
        re.compile(r"([^\n]*?)(==+[=xo>])"),
    ),
    Line(
        Stroke.DOTTED,
        re.compile(r"[xo<]?-\.+-[xo>]?"),
        re.compile(r"[xo<]?-\."),
        re.compile(r"([^\n]*?)(\.+-[xo>]?)"),
    ),
    Line(Stroke.INVISIBLE, re.compile(r"~~~+"), None, None),
)

_HEADS: Mapping[tuple[bool, bool], Heads] = {
    (False, True): Heads.TARGET,
    (True, False): Heads.SOURCE,
    (True, True): Heads.BOTH,
    (False, False): Heads.NONE,
}


def read_heads(beginning: str, ending: str) -> Heads:
    """Where a line has arrowheads, by its two ends as they are written."""
    return _HEADS[beginning[:1] == "<", ending[-1:] == ">"]


def read_label(text: str) -> str:
    """The words of a label: without quotes, marks of Markdown, tags and icons, with its entities written out."""
    text = text[:MOST_READ].strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = re.sub(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1", r"\2", text[1:-1])
    words = read_html(text.replace("\\n", "\n"))
    return tidy(_ICON.sub(" ", _ENTITY.sub(_entity, words)))


def _entity(match: re.Match[str]) -> str:
    code = match[1]
    return html.unescape(f"&#{code};" if code.isdigit() else f"&{code};")
