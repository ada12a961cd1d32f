"""The grammar of the one-line notation (docs/notation.md), by recursive descent: one method for each rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from designer.catalog.model import FIGURE_DIMENSIONS, Component, Knob
from designer.design.drawing import Drawing, Entry
from designer.design.model import ID_PATTERN, Design, Mode, Traffic
from designer.design.settings import COUNTS, LINK_SETTINGS, LINK_SWITCHES, LISTS, SETTINGS, SWITCHES, WHOLE
from designer.design.tokens import Kind, Source, Token, read_tokens
from designer.errors import NotationError, quote, suggest

_WORDS: Mapping[str, str] = {**dict.fromkeys(Traffic, "carries"), **dict.fromkeys(Mode, "mode")}
"""What may stand in a connection's brackets without a value, and the setting each of the words is for."""

_TRUTHS: Mapping[str, bool] = {"true": True, "false": False}
_NUMBER = re.compile(r"[0-9]{1,9}")
_ID = re.compile(ID_PATTERN)
_ID_EXPECTED = "at most 40 letters from a to z, digits, _ and -, with a letter or _ first"


def first_count(component: Component) -> Knob | None:
    """The knob that `*N` turns on a node of the component; None if it has no count."""
    return next((knob for knob in COUNTS if knob in component.knobs), None)


class Parser:
    """Reads one text into one design."""

    def __init__(self, source: Source, catalog: Mapping[str, Component]) -> None:
        self._source = source
        self._tokens = read_tokens(source)
        self._at = 0
        self._drawing = Drawing(source, catalog)

    def parse(self) -> Design:
        """The design. Raises NotationError at the character."""
        while self._token.kind is not Kind.END:
            if self._token.kind is Kind.NEWLINE or self._token.is_sign(";"):
                self._at += 1
            else:
                self._statement()
        return self._drawing.design()

    def _statement(self) -> None:
        if self._take("@"):
            self._zones()
        else:
            self._chain()
        if self._token.kind not in {Kind.NEWLINE, Kind.END} and not self._token.is_sign(";"):
            raise self._unexpected("'>', ',', ';' or the end of the line")

    def _zones(self) -> None:
        """Behind `@`: `a, b, eu/c`."""
        self._zone()
        while self._continue(","):
            self._zone()

    def _zone(self) -> None:
        first = self._id("a zone")
        if self._take("/"):
            self._drawing.place_zone(self._id("a zone"), first.text)
        else:
            self._drawing.place_zone(first, None)

    def _chain(self) -> None:
        """`a > b, c > d`: everything in one step is connected to everything in the next."""
        sources = self._step()
        while arrow := self._continue(">"):
            options = self._link_options()
            targets = self._step()
            for source in sources:
                for target in targets:
                    self._drawing.connect(source, target, arrow, options)
            sources = targets

    def _step(self) -> list[Token]:
        """`a, b*2, c:cache`."""
        members = [self._node()]
        while self._continue(","):
            members.append(self._node())
        return members

    def _node(self) -> Token:
        """`id:component*count[options]`."""
        token = self._id("a node")
        component = self._id("a component") if self._take(":") else None
        entry = self._drawing.place_node(token, component)
        if self._take("*"):
            self._count(entry)
        if self._take("["):
            self._options(lambda key: self._node_option(entry, key))
        return token

    def _count(self, entry: Entry) -> None:
        """Behind `*`: how many of it there are in all."""
        token = self._word("a count")
        number = int(token.text) if _NUMBER.fullmatch(token.text) else 0
        if number < 1:
            raise self._source.refusal(token, f"{token} is no count", expected="a whole number, at least 1")
        component = self._drawing.component_of(entry)
        knob = first_count(component)
        if knob is None:
            message = f"{quote(component.id)} has no count"
            raise self._source.refusal(token, message, expected="no '*' behind it")
        # Replicas are further copies, so of two in all one is a replica.
        self._set(entry, (knob.value,), number - 1 if knob is Knob.REPLICAS else number, token, token)

    def _node_option(self, entry: Entry, key: Token) -> None:
        name = key.text
        if name in LISTS:
            self._list_option(entry, key)
        elif name in FIGURE_DIMENSIONS:
            value = self._value()
            self._set(entry, ("figures", name), value.text, value, key)
        elif name in SETTINGS:
            self._setting(entry, key, whole=name in COUNTS or name in WHOLE, switch=name in SWITCHES)
        else:
            raise self._unknown_option(key, [*SETTINGS, *FIGURE_DIMENSIONS])

    def _setting(self, entry: Entry, key: Token, *, whole: bool = False, switch: bool = False) -> None:
        """Behind a setting's name: `=` and its value, as a number or a truth where it must be one."""
        value = self._value()
        said: Any = value.text
        if whole and value.kind is Kind.VALUE and _NUMBER.fullmatch(value.text):
            said = int(value.text)
        elif switch:
            said = self._truth(value)
        self._set(entry, (key.text,), said, value, key)

    def _truth(self, value: Token) -> bool:
        if value.text not in _TRUTHS:
            raise self._source.refusal(value, f"{value} is neither true nor false", expected="true or false")
        return _TRUTHS[value.text]

    def _list_option(self, entry: Entry, key: Token) -> None:
        """`a+b+c`; a zone may have its region before it: `eu/a+eu/b`."""
        value = self._value()
        items = _split(value)
        for item in items:
            if not item.text:
                raise self._source.refusal(item, f"a name is missing in {quote(value.text)}")
        if key.text == "zones":
            items = [self._zone_item(item) for item in items]
        self._set(entry, (key.text,), [item.text for item in items], value, key)
        for index, item in enumerate(items):
            entry.point((key.text, index), item)

    def _zone_item(self, item: Token) -> Token:
        region, slash, zone = item.text.rpartition("/")
        token = Token(Kind.WORD, zone, item.line, item.column + len(region) + len(slash))
        self._require_id(token)
        if slash:
            self._require_id(Token(Kind.WORD, region, item.line, item.column))
        self._drawing.place_zone(token, region if slash else None)
        return token

    def _link_options(self) -> Entry:
        """Behind `>`: `[read, share=0.3]`, or nothing."""
        entry = Entry()
        if self._take("["):
            self._options(lambda key: self._link_option(entry, key))
            self._skip_lines()
        return entry

    def _link_option(self, entry: Entry, key: Token) -> None:
        if key.text in _WORDS:
            self._set(entry, (_WORDS[key.text],), key.text, key, key)
        elif key.text in LINK_SETTINGS:
            self._setting(entry, key, whole=key.text == "retries", switch=key.text in LINK_SWITCHES)
        else:
            raise self._unknown_option(key, [*_WORDS, *LINK_SETTINGS])

    def _options(self, read: Callable[[Token], None]) -> None:
        """Behind `[`: options with commas between them, and `]`."""
        read(self._word("an option"))
        while self._take(","):
            read(self._word("an option"))
        if not self._take("]"):
            raise self._unexpected("',' or ']'")

    def _value(self) -> Token:
        if not self._take("="):
            raise self._unexpected("'=' and a value")
        token = self._token
        self._at += 1
        return token

    def _set(self, entry: Entry, path: tuple[str, ...], value: Any, at: Token, key: Token) -> None:
        if entry.has(path):
            raise self._source.refusal(key, f"{quote(path[-1])} is said twice")
        entry.set(path, value, at)

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _take(self, sign: str) -> bool:
        """Whether the sign stands here; if so it is passed."""
        found = self._token.is_sign(sign)
        self._at += found
        return found

    def _continue(self, sign: str) -> Token | None:
        """As _take, but the sign may begin a later line, and a line may end behind it. Gives the sign."""
        ahead = self._at
        while self._tokens[ahead].kind is Kind.NEWLINE:
            ahead += 1
        token = self._tokens[ahead]
        if not token.is_sign(sign):
            return None
        self._at = ahead + 1
        self._skip_lines()
        return token

    def _skip_lines(self) -> None:
        while self._token.kind is Kind.NEWLINE:
            self._at += 1

    def _word(self, expected: str) -> Token:
        token = self._token
        if token.kind is not Kind.WORD:
            raise self._unexpected(expected)
        self._at += 1
        return token

    def _id(self, expected: str) -> Token:
        token = self._word(expected)
        self._require_id(token)
        return token

    def _require_id(self, token: Token) -> None:
        if not _ID.match(token.text):
            raise self._source.refusal(token, f"{token} cannot be an id", expected=_ID_EXPECTED)

    def _unexpected(self, expected: str) -> NotationError:
        token = self._token
        # Arrows are often drawn with a shaft.
        arrow = ">" if set(token.text) == {"-"} else None
        return self._source.refusal(token, f"{token} cannot stand here", expected=expected, suggestion=arrow)

    def _unknown_option(self, key: Token, known: list[str]) -> NotationError:
        near = suggest(key.text, known)
        expected = None if near else f"one of {', '.join(known)}"
        return self._source.refusal(key, f"{key} is no option here", expected=expected, suggestion=near)


def _split(value: Token) -> list[Token]:
    """The items of `a+b+c`, each at its own place."""
    items: list[Token] = []
    column = value.column
    for piece in value.text.split("+"):
        indent = len(piece) - len(piece.lstrip())
        items.append(Token(Kind.WORD, piece.strip(), value.line, column + indent))
        column += len(piece) + 1
    return items
