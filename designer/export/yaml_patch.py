"""A YAML text brought up to date line by line: what stays the same stays as it was written, comments and all.

Only what is laid out in lines can be patched so. Whoever patches reads the result again, and writes the whole anew
where it is not what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

from designer.documents import Document, Position, dump, dump_json
from designer.documents.document import LINE_BREAK, Place

_REMARK = r"(?P<rest>\s+#.*)?"
_VALUES = [
    re.compile(shape + _REMARK)
    for shape in (
        r"\[.*?\]",
        r"\{.*?\}",
        r'"[^"\\]*"',
        r"'[^']*'",
        r"""[^\s"'\[\]{}&*|>#](?:[^#"']*?[^\s#"'])??""",
    )
]
"""What a value on one line can look like, and what is remarked behind it."""

_FLOW_SIGNS = re.compile(r"[,\[\]{}]")
_ITEM = re.compile(r"\s*(-\s+)+")
"""What stands before the first key of a list's item."""


class NoPatchError(Exception):
    """The text is laid out in a way that lines cannot be exchanged in."""


def patch(document: Document, old: Any, new: Any) -> str:
    """The text of the document with `new` where it says `old`, both as they are written in the fixed form.

    Raises NoPatchError.
    """
    work = _Patch(document)
    work.change((), old, new)
    return work.text()


class _Patch:
    """The lines of a document, and what is to become of them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lines = list(document.lines)
        self._last = _last_lines(document)
        self._edits: list[tuple[int, int, list[str]]] = []  # lines from, up to, and what takes their place

    def text(self) -> str:
        """All lines with the edits made; at one place what is added comes before what is exchanged."""
        made: list[str] = []
        at = 0
        for start, end, fresh in sorted(self._edits, key=lambda edit: (edit[0], edit[1] > edit[0])):
            made += self._lines[at:start] + fresh
            at = max(at, end)
        breaks = LINE_BREAK.search(self._document.text)
        return (breaks.group() if breaks else "\n").join(made + self._lines[at:])

    def change(self, place: Place, old: Any, new: Any) -> None:
        """Turn what is at the place into what it should be."""
        if old == new:
            return
        if isinstance(old, Mapping) and isinstance(new, Mapping) and self._is_block(place, old):
            self._change_fields(place, old, new)
        elif isinstance(old, list) and isinstance(new, list) and self._is_block(place, range(len(old))):
            self._change_items(place, old, new)
        else:
            self._replace(place, new)

    def _is_block(self, place: Place, names: Any) -> bool:
        """Whether every entry of the mapping or list begins a line, but for the marks of lists it is an item of."""
        entries = [(*place, name) for name in names if (*place, name) in self._document.positions]
        return bool(entries) and all(self._prefix(entry) is not None for entry in entries)

    def _prefix(self, entry: Place) -> str | None:
        """What stands before the entry on its line, if that is no other entry."""
        at = self._start(entry)
        before = self._lines[at.line - 1][: at.column - 1]
        if isinstance(entry[-1], int):
            return before if _ITEM.fullmatch(before) else None
        return before if not before.strip() or _ITEM.fullmatch(before) else None

    def _start(self, entry: Place) -> Position:
        known = self._document.key_positions if isinstance(entry[-1], str) else self._document.positions
        if entry not in known:
            raise NoPatchError
        return known[entry]

    def _change_fields(self, place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        before: Place | None = None
        for name, value in new.items():
            entry = (*place, name)
            if entry in self._document.positions:
                self.change(entry, old.get(name), value)
                before = entry
            elif old.get(name) != value:
                self._insert(before or self._first(place), {name: value})
        for name in old:
            if name not in new:
                self._remove((*place, name))

    def _first(self, place: Place) -> Place:
        """The first entry of the mapping, whether it means something or not."""
        return next(found for found in self._document.key_positions if found[:-1] == place)

    def _change_items(self, place: Place, old: list[Any], new: list[Any]) -> None:
        known = {_name(item): index for index, item in enumerate(old)}
        before: Place = (*place, 0)
        for item in new:
            index = known.get(_name(item))
            if index is None:
                self._insert(before, [item])
            else:
                before = (*place, index)
                self.change(before, old[index], item)
        kept = {_name(item) for item in new}
        for name, index in known.items():
            if name not in kept:
                self._remove((*place, index))

    def _insert(self, before: Place, data: Any) -> None:
        """One entry more, behind the one that stands before it, and in line with it."""
        prefix = self._prefix(before)
        if prefix is None:
            raise NoPatchError
        # An item's own mark comes with the data; that of a list further out belongs to the entry before.
        indent = prefix.rstrip().removesuffix("-") if isinstance(data, list) else " " * len(prefix)
        at = self._last[before]
        self._edits.append((at, at, [indent + line for line in _lines(data)]))

    def _remove(self, entry: Place) -> None:
        prefix = self._prefix(entry)
        if prefix is None or (isinstance(entry[-1], str) and prefix.strip()):
            raise NoPatchError
        self._edits.append((self._start(entry).line - 1, self._last[entry], []))

    def _replace(self, place: Place, new: Any) -> None:
        """Another value, on the same line where the old one was on one line."""
        at = self._document.positions[place]
        line = self._lines[at.line - 1]
        before, value = line[: at.column - 1], line[at.column - 1 :]
        found = next(filter(None, (shape.fullmatch(value) for shape in _VALUES)), None)
        if found is None or self._last[place] != at.line or not before.strip():
            raise NoPatchError
        self._edits.append((at.line - 1, at.line, [before + _flow(new) + (found["rest"] or "")]))


def _last_lines(document: Document) -> dict[Place, int]:
    """The line at which the last part of each value begins."""
    found: dict[Place, int] = {}
    for positions in (document.positions, document.key_positions):
        for place, at in positions.items():
            for depth in range(len(place) + 1):
                found[place[:depth]] = max(at.line, found.get(place[:depth], 0))
    return found


def _name(item: Any) -> Hashable:
    """By what an item of a list is told from the others."""
    if not isinstance(item, Mapping):
        return str(item)
    if "id" in item:
        return str(item["id"])
    return tuple(str(item.get(field)) for field in ("from", "to", "rule", "nodes"))


def _lines(data: Any) -> list[str]:
    return dump(data).splitlines()


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {_flow(item)}' for name, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    text = dump(value).rstrip("\n")
    if isinstance(value, str) and ("\n" in text or (_FLOW_SIGNS.search(text) and not text.startswith('"'))):
        return dump_json(value)
    return text
