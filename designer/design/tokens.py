"""The one-line notation cut into words and signs, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from designer.errors import Location, NotationError, draw_excerpt, quote

MAX_LENGTH = 20_000
"""Longest notation read, in characters: many times what people would write by hand. Larger designs are files."""

_SIGNS = frozenset(">,;:*[]@/=")
_VALUE_ENDS = frozenset(',]\n#"')


class Kind(StrEnum):
    """What a token is; a sign is its own kind."""

    WORD = "a word"
    VALUE = "a value"
    QUOTED = "a quoted text"
    SIGN = "a sign"
    NEWLINE = "the end of the line"
    END = "the end of the text"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; line and column count from 1, the column in characters."""

    kind: Kind
    text: str
    line: int
    column: int

    def is_sign(self, sign: str) -> bool:
        return self.kind is Kind.SIGN and self.text == sign

    def __str__(self) -> str:
        return quote(self.text) if self.kind in {Kind.WORD, Kind.VALUE, Kind.SIGN} else self.kind.value


@dataclass(frozen=True, slots=True)
class Source:
    """A text in the notation and the name it has in errors."""

    text: str
    name: str

    def refusal(
        self, at: Token, message: str, *, expected: str | None = None, suggestion: str | None = None
    ) -> NotationError:
        """The error that points at the first character of a token."""
        return NotationError(
            message,
            where=Location(self.name, at.line, at.column),
            expected=expected,
            suggestion=suggestion,
            excerpt=draw_excerpt(_with_plain_ends(self.text).split("\n")[at.line - 1], at.line, at.column),
        )


def _with_plain_ends(text: str) -> str:
    """The text with a line feed at the end of every line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_tokens(source: Source) -> list[Token]:
    """The tokens of the text, the last of them END. Raises NotationError."""
    if len(source.text) > MAX_LENGTH:
        raise NotationError(
            f"the notation is too long ({len(source.text):,} characters)",
            expected=f"at most {MAX_LENGTH:,} characters",
        )
    return _Tokenizer(source).read()


class _Tokenizer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = _with_plain_ends(source.text)
        self.at = 0
        self.line = 1
        self.line_start = 0
        self.brackets = 0
        self.tokens: list[Token] = []

    def read(self) -> list[Token]:
        while self.at < len(self.text):
            self._step(self.text[self.at])
        self._add(Kind.END, "")
        return self.tokens

    def _step(self, character: str) -> None:
        if character == "\n":
            # Inside brackets a line may be broken anywhere between options.
            if not self.brackets:
                self._add(Kind.NEWLINE, "")
            self.at += 1
            self.line += 1
            self.line_start = self.at
        elif character == "#":
            self.at = self._find("\n", self.at)
        elif character.isspace():
            self.at += 1
        elif character in _SIGNS:
            self._sign(character)
        elif _is_word_character(character):
            self._word()
        else:
            token = self._token(Kind.SIGN, character)
            raise self.source.refusal(token, f"{token} cannot stand here")

    def _sign(self, sign: str) -> None:
        self._add(Kind.SIGN, sign)
        self.at += 1
        if sign == "[":
            self.brackets += 1
        elif sign == "]":
            self.brackets = max(0, self.brackets - 1)
        elif sign == "=" and self.brackets:
            self._value()

    def _word(self) -> None:
        end = self.at
        while end < len(self.text) and _is_word_character(self.text[end]):
            end += 1
        self._add(Kind.WORD, self.text[self.at : end])
        self.at = end

    def _value(self) -> None:
        """What stands behind `=`: a quoted text, or everything up to the next comma or bracket."""
        while self.text[self.at : self.at + 1] in {" ", "\t"}:
            self.at += 1
        if self.text[self.at : self.at + 1] == '"':
            self._quoted()
            return
        end = self.at
        while end < len(self.text) and self.text[end] not in _VALUE_ENDS:
            end += 1
        value = self.text[self.at : end].rstrip()
        if not value:
            raise self.source.refusal(self._token(Kind.VALUE, ""), "a value is missing behind '='")
        self._add(Kind.VALUE, value)
        self.at = end

    def _quoted(self) -> None:
        opening = self._token(Kind.QUOTED, "")
        pieces: list[str] = []
        at = self.at + 1
        while (character := self.text[at : at + 1]) != '"':
            if character in {"", "\n"}:
                message = "this quoted text is not closed"
                raise self.source.refusal(opening, message, expected="a closing quote")
            if character == "\\":
                at += 1
                character = self.text[at : at + 1]
                if character not in {'"', "\\"}:
                    self.at = at - 1
                    expected = '\\" for a quote or \\\\ for a backslash'
                    message = "this backslash escape is unknown"
                    raise self.source.refusal(self._token(Kind.QUOTED, ""), message, expected=expected)
            pieces.append(character)
            at += 1
        self._add(Kind.QUOTED, "".join(pieces))
        self.at = at + 1

    def _find(self, sign: str, start: int) -> int:
        found = self.text.find(sign, start)
        return len(self.text) if found < 0 else found

    def _token(self, kind: Kind, text: str) -> Token:
        return Token(kind, text, self.line, self.at - self.line_start + 1)

    def _add(self, kind: Kind, text: str) -> None:
        self.tokens.append(self._token(kind, text))


def _is_word_character(character: str) -> bool:
    # Letters of every script make a word, so that the error is about the whole word and not about one letter.
    return character.isalnum() or character in "_-"
