"""Which component is meant: from words, from the name of a container image, from a shape.

Words are looked up among the names and keywords of the catalogue and in words.yaml. Products and nouns that tell
something count before plain words such as "service", and of several the last, which in English is the noun itself: a
"Kafka consumer" is a consumer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

from designer.catalog.model import Behavior, Catalog, Component
from designer.catalog.values import Frozen
from designer.documents import load_file, validate
from designer.errors import DesignError, quote

TABLE = Path(__file__).parent / "words.yaml"

_LONGEST_PHRASE = 4
_LOOKED_AT = 400
"""Most characters of a label that are looked at: longer ones are prose."""

_TOKEN = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_SEGMENTS = re.compile(r"[\n()\[\]:;|,/]+|\s[-–—]\s")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_DIGITS = re.compile(r"\d+$")

Tokens = tuple[str, ...]


class Words(Frozen):
    """The table words.yaml, by component."""

    words: Mapping[str, tuple[str, ...]]
    plain: tuple[str, ...]
    images: Mapping[str, tuple[str, ...]]
    stand_ins: Mapping[str, str]
    consumers: tuple[str, ...]


class Shape(StrEnum):
    """What a drawn shape says by itself."""

    STORE = "a cylinder"
    CLIENT = "a person"


@dataclass(frozen=True, slots=True)
class Found:
    """A component, and what it was taken from: ends a sentence such as "db became an SQL database"."""

    component: Component
    because: str


@dataclass(frozen=True, slots=True)
class _Match:
    component: str
    said: str
    plain: bool


@cache
def load_words() -> Words:
    """The table of words. Raises DesignError if it cannot be used."""
    return validate(Words, load_file(TABLE, error=DesignError), error=DesignError)


class Guesser:
    """Guesses components of one catalogue. Words for components that it has not are left out."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._table = load_words()

    @cached_property
    def _phrases(self) -> Mapping[Tokens, str]:
        """Components by what they are called; what was said first of a phrase counts."""
        found: dict[Tokens, str] = {}
        derived: dict[Tokens, str] = {}
        for component, phrase in self._spoken():
            forms = _forms(_tokens(phrase))
            found.setdefault(forms[0], component)
            for form in forms[1:]:
                derived.setdefault(form, component)
        return derived | found

    def _spoken(self) -> Iterator[tuple[str, str]]:
        for component, phrases in self._table.words.items():
            if component in self.catalog:
                yield from ((component, phrase) for phrase in phrases)
        for component_id, known in self.catalog.items():
            yield from ((component_id, name) for name in (component_id, known.name, _short(known.name)))
        for component_id, known in self.catalog.items():
            yield from ((component_id, keyword) for keyword in known.keywords)

    @cached_property
    def _images(self) -> Mapping[str, str]:
        return {
            image: component
            for component, images in self._table.images.items()
            if component in self.catalog
            for image in images
        }

    def from_image(self, image: str) -> Found | None:
        """By the last part of an image's name, `bitnami/redis:7` by `redis`; or by the words in it."""
        path = image.split("@")[0]
        name = path.rsplit("/", 1)[-1].split(":")[0]
        if name in self._images:
            return Found(self.catalog[self._images[name]], f"from its image {quote(name)}")
        # `mssql/server` says who made it before what it is.
        match = self._specific(name, True)
        if match is None and self._plainly(name):
            match = self._specific(path, True)
        return self._found(match, "in its image")

    def from_words(self, text: str, where: str, *, plain: bool, server: bool = False) -> Found | None:
        """By the words of a text, which stands at `where`, such as "in its label".

        `plain`: also by words that say little. `server`: never as a client.
        """
        match = self._plainly(text, server) if plain else self._specific(text, server)
        return self._found(match, where)

    def _found(self, match: _Match | None, where: str) -> Found | None:
        if match is None:
            return None
        return Found(self.catalog[match.component], f"from {quote(match.said)} {where}")

    def from_drawing(self, label: str, name: str, hint: str, shape: Shape | None) -> Found:
        """By the label of a drawn shape, its id, the name of its icon, and its shape, whichever tells most."""
        told = (
            self.from_words(label, "in its label", plain=False)
            or self.from_words(hint, "in its icon", plain=False)
            or self.from_words(name, "in its id", plain=False)
            or self._from_shape(shape)
            or self.from_words(label, "in its label", plain=True)
            or self.from_words(hint, "in its icon", plain=True)
            or self.from_words(name, "in its id", plain=True)
        )
        return told or self.stand_in(Behavior.SERVICE, "since nothing in it names a component")

    def _from_shape(self, shape: Shape | None) -> Found | None:
        if shape is None:
            return None
        behavior = Behavior.STORE if shape is Shape.STORE else Behavior.CLIENT
        return self.stand_in(behavior, f"from its shape, {shape.value}")

    def stand_in(self, behavior: Behavior, because: str) -> Found:
        """The component that stands for all of a behaviour. Raises DesignError when the catalogue has none."""
        preferred = self._table.stand_ins.get(behavior.value, "")
        if preferred in self.catalog:
            return Found(self.catalog[preferred], because)
        for component in self.catalog.values():
            if component.behavior is behavior:
                return Found(component, because)
        raise DesignError(f"the catalogue has no {behavior.value} to stand for what is not known")

    def takes_messages(self, component: Component) -> bool:
        """Whether it is on the taking side of a queue that it is connected to."""
        return component.id in self._table.consumers

    def _specific(self, text: str, server: bool = False) -> _Match | None:
        matches = (match for match in self._matches(text, server) if not match[-1].plain)
        return next((match[-1] for match in matches), None)

    def _plainly(self, text: str, server: bool = False) -> _Match | None:
        return next((match[-1] for match in self._matches(text, server)), None)

    def _matches(self, text: str, server: bool) -> Iterator[Sequence[_Match]]:
        """What each part of the text names, the best last; parts that name nothing are left out."""
        text = text[:_LOOKED_AT]
        # The whole of it may be a name: "Load balancer (L4)".
        whole = self._words(text)
        parts = [text] if self._component(whole) else _SEGMENTS.split(text)
        for segment in parts:
            found = list(self._read(self._words(segment)))
            if server:
                found = [item for item in found if not self._is_client(item)]
            if found:
                # A stable order: among equals the last word stays the last.
                yield sorted(found, key=lambda item: not item.plain)

    def _words(self, text: str) -> Tokens:
        """The words of a text; one that is not known as it is, such as `orderDB`, is taken apart at its humps."""
        found: list[str] = []
        for word in _TOKEN.findall(text):
            known = _bare(word.casefold()) in self._known or word.casefold() in self._known
            found += [word.casefold()] if known else _tokens(word)
        return tuple(found)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(word for phrase in self._phrases for word in phrase)

    def _is_client(self, match: _Match) -> bool:
        return self.catalog[match.component].behavior is Behavior.CLIENT

    def _read(self, tokens: Tokens) -> Iterator[_Match]:
        """The longest phrases, from the left."""
        at = 0
        while at < len(tokens):
            for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
                said = tokens[at : at + length]
                if component := self._component(said):
                    plain = all(_bare(word) in self._plain_words for word in said)
                    yield _Match(component, " ".join(said), plain)
                    at += length
                    break
            else:
                at += 1

    def _component(self, said: Tokens) -> str | None:
        if not said:
            return None
        return self._phrases.get(said) or self._phrases.get((*said[:-1], _bare(said[-1])))

    @cached_property
    def _plain_words(self) -> frozenset[str]:
        forms = (form for phrase in self._table.plain for form in _forms(_tokens(phrase)))
        return frozenset(word for form in forms for word in form)


def _short(name: str) -> str:
    return _BRACKETS.sub("", name)


def _bare(token: str) -> str:
    """The word without a number behind it: db1."""
    return _DIGITS.sub("", token) or token


def _tokens(text: str) -> Tokens:
    """The words of the text in small letters; `orderDB` and `order_db` are two."""
    return tuple(word.casefold() for word in _TOKEN.findall(_HUMP.sub(" ", text)))


def _forms(tokens: Tokens) -> list[Tokens]:
    """A phrase as it is, and its last word in the plural or in the singular."""
    if not tokens:
        return [()]
    *first, last = tokens
    others: Iterable[str] = (f"{last}s", f"{last}es")
    if last.endswith("y"):
        others = (f"{last[:-1]}ies",)
    elif last.endswith("s") and len(last) > len("dns") and not last.endswith("ss"):
        others = (last[:-1],)
    return [tokens, *((*first, other) for other in others)]
