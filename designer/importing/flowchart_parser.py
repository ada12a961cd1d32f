"""The grammar of Mermaid flowcharts, as far as it says what is there and who calls whom (docs/exchange.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.design.model import MAX_CONNECTIONS, Color
from designer.errors import DesignerError, quote, suggest
from designer.importing.flowchart import OTHER_DIAGRAMS, Chart, Edge, Group, Heads, Stroke, Vertex
from designer.importing.flowchart_signs import (
    ATTRIBUTE,
    CLASS,
    CYLINDER,
    CYLINDERS,
    DIRECTION,
    EDGE_ID,
    ENDS,
    HEADER,
    ID,
    LINES,
    LOOKS,
    SHAPES,
    Line,
    read_heads,
    read_label,
)
from designer.importing.source import Source

MOST_NESTED = 32
"""Most subgraphs that stand in each other."""

_BLANK = re.compile(r"(?:\s|;|%%[^\n]*)*")
_SPACE = re.compile(r"[^\S\n]*")
_SOFT = re.compile(r"\s*")
_REST = re.compile(r"[^\n;]*")
_LINE = re.compile(r"[^\n]*")
_WORD = re.compile(r"[\w-]+")
_COLOR = re.compile(rf"class[^\S\n]+([\w-]+)[^\S\n]+({'|'.join(Color)})[^\S\n]*(?=[\n;]|$)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^\S\n]*mermaid[^\S\n]*\n")
_FRONT = re.compile(r"\s*---[^\S\n]*\n")
_FRONT_END = re.compile(r"^[^\S\n]*---[^\S\n]*$", re.MULTILINE)
_TITLE = re.compile(r"^title[^\S\n]*:[^\S\n]*(.*)$", re.MULTILINE)
_DESCRIPTION = re.compile(r"accDescr[^\S\n]*\{[^}]{0,2000}\}")


class Parser:
    """Reads one flowchart."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._end = len(source.text)
        self._chart = Chart()
        self._open: list[
            tuple[str, int]
        ] = []  # subgraphs that have not ended: their ids, and where they began
        self._edge_ids: set[str] = set()
        self._last_directive = source.text.rfind("}%%")

    def parse(self) -> Chart:
        """The flowchart. Raises DesignError at the character."""
        self._front()
        self._header()
        while self._skip_blank() < self._end:
            self._statement()
        if self._open:
            raise self._refusal("this subgraph has no end", "a line 'end' below it", self._open[-1][1])
        return self._chart

    # --- what stands before the chart ---

    def _front(self) -> None:
        """A fence of Markdown, and the block between two lines `---`, of which the title counts."""
        if fence := _FENCE.match(self._text):
            self._at = fence.end()
            closing = self._text.find(f"\n{fence[1]}", self._at - 1)
            self._end = closing + 1 if closing >= 0 else self._end
        if front := _FRONT.match(self._text, self._at):
            end = _FRONT_END.search(self._text, front.end())
            if end is None:
                raise self._refusal(
                    "the block that begins here is not closed", "a line --- below it", front.end() - 4
                )
            if title := _TITLE.search(self._text, front.end(), end.start()):
                self._chart.title = title[1].strip().strip("\"'")
            self._at = end.end()

    def _header(self) -> None:
        self._skip_blank()
        if not self._take(HEADER):
            word = _WORD.match(self._text, self._at)
            said = word[0] if word else ""
            if said in OTHER_DIAGRAMS:
                raise self._refusal(f"a {said} cannot be read", "a flowchart: flowchart LR")
            near = suggest(said, ["flowchart", "graph"]) if said else None
            raise self._refusal(
                "this is no Mermaid flowchart", "flowchart LR on the first line", suggestion=near
            )
        self._pass(_SPACE)
        self._take(DIRECTION)
        self._finish_statement()

    # --- statements ---

    def _statement(self) -> None:
        word = self._peek(_WORD)
        if word == "subgraph":
            self._subgraph()
        elif word == "end":
            self._end_subgraph()
        elif word == "class" and self._color():
            pass
        elif word in LOOKS and self._peek(re.compile(rf"{word}(?=[\s:{{])")):
            self._chart.skipped.setdefault(word, self._at)
            if not self._take(_DESCRIPTION):
                self._pass(_LINE)
        elif word == "direction" and self._peek(re.compile(r"direction\s+(?:LR|RL|TB|BT|TD)\b")):
            self._pass(_REST)
        else:
            self._chain()

    def _color(self) -> bool:
        """`class GROUP teal`, by which our own writer says the colour of a group; says whether it was that."""
        found = _COLOR.match(self._text, self._at, self._end)
        if found is None or found[1] not in self._chart.groups:
            return False
        self._chart.colors[found[1]] = Color(found[2])
        self._at = found.end()
        return True

    def _finish_statement(self) -> None:
        """The end of a line, or `;`."""
        self._pass(_SPACE)
        if (
            self._at < self._end
            and self._text[self._at] not in "\n;"
            and not self._text.startswith("%%", self._at)
        ):
            raise self._refusal(
                f"{self._here()} cannot stand here", "an arrow such as -->, or the end of the line"
            )

    def _subgraph(self) -> None:
        index = self._at
        self._at += len("subgraph")
        self._pass(_SPACE)
        key, title = self._subgraph_name(index)
        if len(self._open) >= MOST_NESTED:
            raise self._refusal(f"subgraphs are nested more than {MOST_NESTED} deep", index=index)
        parent = self._open[-1][0] if self._open else None
        self._chart.groups.setdefault(key, Group(key, title, index, parent))
        self._open.append((key, index))
        self._finish_statement()

    def _subgraph_name(self, index: int) -> tuple[str, str]:
        """Behind `subgraph`: `id`, `id[title]`, `"title"`, or words."""
        found = ID.match(self._text, self._at, self._end)
        if found and self._text[found.end() : found.end() + 1] == "[":
            self._at = found.end()
            label, _ = self._shape()
            return found[0], label
        if self._text[self._at : self._at + 1] == '"':
            words = self._quoted()
        else:
            words = self._pass(_REST).strip()
            if bracket := re.fullmatch(r"(\S+)\s*\[(.*)\]", words):
                return bracket[1], read_label(bracket[2])
        title = read_label(words)
        return words or f"subgraph {index}", title

    def _end_subgraph(self) -> None:
        if not self._open:
            raise self._refusal("there is no subgraph to end here", "'end' only below a 'subgraph'")
        self._open.pop()
        self._at += len("end")
        self._finish_statement()

    def _chain(self) -> None:
        """`A & B -->|text| C --> D`."""
        if self._edge_properties():
            return
        sources = self._nodes()
        while (line := self._line()) is not None:
            index, stroke, heads, label = line
            targets = self._nodes()
            for source in sources:
                for target in targets:
                    self._connect(Edge(source, target, index, stroke, heads, label))
            sources = targets
        self._finish_statement()

    def _connect(self, edge: Edge) -> None:
        if len(self._chart.edges) >= MAX_CONNECTIONS:
            raise self._refusal(f"there are more than {MAX_CONNECTIONS:,} arrows", index=edge.index)
        self._chart.edges.append(edge)

    def _edge_properties(self) -> bool:
        """Passes `e1@{ animate: true }`, which is about how an arrow looks."""
        found = ID.match(self._text, self._at, self._end)
        if not found or found[0] not in self._edge_ids or not self._text.startswith("@{", found.end()):
            return False
        self._at = found.end()
        self._braces()
        self._finish_statement()
        return True

    # --- nodes ---

    def _nodes(self) -> list[str]:
        """`A & B[text]`: what an arrow has on one side."""
        keys = [self._node()]
        while self._sees("&"):
            self._at += 1
            self._pass(_SOFT)
            keys.append(self._node())
        return keys

    def _node(self) -> str:
        found = ID.match(self._text, self._at, self._end)
        if found is None:
            raise self._refusal(f"{self._here()} cannot stand here", "the id of a node")
        vertex = self._mention(found[0], found.start())
        self._at = found.end()
        if self._text.startswith("@{", self._at):
            self._attributes(vertex)
        elif any(self._text.startswith(opening, self._at) for opening, _ in SHAPES):
            vertex.label, vertex.cylinder = self._shape()
        if self._text.startswith(":::", self._at):
            classes = self._pass(CLASS)
            if not classes:
                raise self._refusal("the name of a class is missing here", ":::name")
            vertex.classes = tuple(classes.removeprefix(":::").split(","))
        return found[0]

    def _mention(self, key: str, index: int) -> Vertex:
        vertex = self._chart.vertices.setdefault(key, Vertex(key, index))
        if vertex.group is None and self._open:
            vertex.group = self._open[-1][0]
        return vertex

    def _shape(self) -> tuple[str, bool]:
        """A text in the brackets of a shape, and whether they are those of a cylinder."""
        start = self._at
        opening, closings = next(
            (opening, closings) for opening, closings in SHAPES if self._text.startswith(opening, start)
        )
        self._at += len(opening)
        text = self._text_before(closings, start)
        return read_label(text), opening == CYLINDER

    def _text_before(self, closings: tuple[str, ...], start: int) -> str:
        """What stands before one of these signs, in quotes or on one line."""
        opened = self._at
        self._pass(_SOFT)
        if self._text.startswith('"', self._at, self._end):
            text = self._quoted()
            self._pass(_SOFT)
            for sign in closings:
                if self._text.startswith(sign, self._at):
                    self._at += len(sign)
                    return text
        elif found := ENDS[closings].match(self._text, opened, self._end):
            self._at = found.end()
            return found[1]
        raise self._refusal("the shape that begins here is not closed", f"'{closings[0]}'", start)

    def _quoted(self) -> str:
        end = self._text.find('"', self._at + 1, self._end)
        if end < 0:
            raise self._refusal("this quoted text is not closed", "a closing quote")
        text = self._text[self._at : end + 1]
        self._at = end + 1
        return text

    def _attributes(self, vertex: Vertex) -> None:
        """`@{ shape: cyl, label: "text" }`."""
        start = self._at
        inside = self._braces().strip()
        at = 0
        while at < len(inside):
            found = ATTRIBUTE.match(inside, at)
            if found is None:
                shown = quote(inside[at : at + 20].strip())
                raise self._refusal(f"{shown} cannot stand here", "name: value, with commas between", start)
            name, value = found[1], found[2].strip().strip("\"'")
            if name == "label":
                vertex.label = read_label(value)
            elif name == "shape":
                vertex.cylinder = value in CYLINDERS
            at = found.end()

    def _braces(self) -> str:
        """What stands in `@{ }`, where a brace may stand in quotes."""
        found = re.compile(r"""@\{((?:[^}"']|"[^"]*"|'[^']*')*)\}""").match(self._text, self._at, self._end)
        if found is None:
            raise self._refusal("the braces that begin here are not closed", "'}'")
        self._at = found.end()
        return found[1]

    # --- arrows ---

    def _line(self) -> tuple[int, Stroke, Heads, str] | None:
        """The arrow that stands here: where it begins, how it is drawn, its heads, its text. None: there is none."""
        self._pass(_SPACE)
        if edge_id := EDGE_ID.match(self._text, self._at, self._end):
            self._edge_ids.add(edge_id[0][:-1])
            self._at = edge_id.end()
        index = self._at
        for line in LINES:
            if found := line.whole.match(self._text, index, self._end):
                self._at = found.end()
                label = self._piped() if self._sees("|") else ""
                self._pass(_SOFT)
                return index, line.stroke, read_heads(found[0], found[0]), label
        for line in LINES:
            if line.start and (found := line.start.match(self._text, index, self._end)):
                return index, line.stroke, *self._told(line, found)
        return None

    def _told(self, line: Line, start: re.Match[str]) -> tuple[Heads, str]:
        """The rest of an arrow with its text inside: `-- text -->`."""
        self._at = start.end()
        self._pass(_SPACE)
        text = self._quoted() if self._text[self._at : self._at + 1] == '"' else ""
        end = line.end.match(self._text, self._at, self._end) if line.end else None
        if end is None:
            raise self._refusal("this arrow has no end", "an arrow such as --> or -- text -->", start.start())
        self._at = end.end()
        self._pass(_SOFT)
        return read_heads(start[0], end[0]), read_label(text or end[1])

    def _piped(self) -> str:
        start = self._at
        self._at += 1
        return read_label(self._text_before(("|",), start))

    # --- signs ---

    def _sees(self, sign: str) -> bool:
        """Whether the sign comes next; spaces before it are passed."""
        self._pass(_SPACE)
        return self._text.startswith(sign, self._at, self._end)

    def _take(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._text, self._at, self._end)
        if found:
            self._at = found.end()
        return found is not None

    def _peek(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at, self._end)
        return found[0] if found else ""

    def _pass(self, pattern: re.Pattern[str]) -> str:
        said = self._peek(pattern)
        self._at += len(said)
        return said

    def _skip_blank(self) -> int:
        """Passes lines without statements and comments; gives where it is now."""
        while self._pass_directive() or self._pass(_BLANK):
            pass
        return self._at

    def _pass_directive(self) -> bool:
        """Passes `%%{init: ...}%%`, which may have many lines."""
        if not self._text.startswith("%%{", self._at, self._end) or self._at > self._last_directive:
            return False
        self._at = self._text.find("}%%", self._at, self._end) + len("}%%")
        return True

    def _here(self) -> str:
        shown = self._peek(re.compile(r"\S{1,20}"))
        return quote(shown) if shown else "the end of the line"

    def _refusal(
        self,
        message: str,
        expected: str | None = None,
        index: int | None = None,
        suggestion: str | None = None,
    ) -> DesignerError:
        at = min(self._at if index is None else index, self._end)
        return self._source.refusal(at, message, expected, suggestion)


def nested(chart: Chart, key: str | None) -> Iterator[Group]:
    """The group of that key and those it stands in, from the inside out."""
    seen: set[str] = set()
    while key is not None and key not in seen:
        seen.add(key)
        group = chart.groups[key]
        yield group
        key = group.parent
