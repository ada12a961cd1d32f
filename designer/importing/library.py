"""The formats there are, and which of them a text is in."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import NamedTuple

import designer.importing.formats
from designer.catalog.model import Catalog
from designer.documents import admit
from designer.errors import DesignError, quote, suggest
from designer.importing.formats import design
from designer.importing.model import Imported


class Format(NamedTuple):
    """One module of formats. Of a file's name the ending counts, whatever its case."""

    name: str
    extensions: tuple[str, ...]
    recognise: Callable[[str], bool]
    read: Callable[[str, str, Catalog], Imported]


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format of the package, by name: a new file is a new format."""
    package = designer.importing.formats
    modules = [
        import_module(f"{package.__name__}.{item.name}") for item in pkgutil.iter_modules(package.__path__)
    ]
    found = [Format(item.NAME, item.EXTENSIONS, item.recognise, item.read) for item in modules]
    return tuple(sorted(found))


def extensions() -> tuple[str, ...]:
    """Every ending of a file's name that is known."""
    return tuple(dict.fromkeys(ending for item in all_formats() for ending in item.extensions))


def read_design(text: str | bytes, origin: str, catalog: Catalog, *, form: str | None = None) -> Imported:
    """The design in the text, and what was guessed.

    `origin` is the name of the file, or stands for one in errors. `form` is the name of a format; without it the
    ending of the origin says which it is, then the text itself. Raises DesignError, with line and column where the
    text has any.
    """
    known = admit(text, origin, error=DesignError)
    found = choose_format(known, origin) if form is None else find_format(form)
    return found.read(known, origin, catalog)


def find_format(name: str) -> Format:
    """The format of that name. Raises DesignError with the names there are."""
    formats = {item.name: item for item in all_formats()}
    if name not in formats:
        near = suggest(name, formats)
        raise DesignError(
            f"there is no format {quote(name)}", expected=f"one of {', '.join(formats)}", suggestion=near
        )
    return formats[name]


def choose_format(text: str, origin: str) -> Format:
    """The format of a text: by the ending of its origin, and where that leaves a choice, by the text.

    Raises DesignError when neither says.
    """
    by_name = _by_ending(origin)
    if len(by_name) == 1:
        return by_name[0]
    for item in by_name or all_formats():
        if item.recognise(text):
            return item
    if by_name:
        # An ordinary ending and nothing that is known: our own format tells best what is wrong.
        return next((item for item in by_name if item.name == design.NAME), by_name[0])
    raise _unknown(origin)


def _by_ending(origin: str) -> Sequence[Format]:
    """The formats with the longest known ending that the name has."""
    name = origin.casefold()
    endings = [ending for ending in extensions() if name.endswith(ending)]
    longest = max(endings, key=len, default=None)
    return [item for item in all_formats() if longest in item.extensions]


def _unknown(origin: str) -> DesignError:
    told = [f"{item.name} ({', '.join(item.extensions)})" for item in all_formats() if item.extensions]
    ending = PurePath(origin).suffix
    return DesignError(
        f"what is in {quote(origin)} is in none of the formats that can be read",
        expected=", ".join(told),
        suggestion=suggest(ending, extensions()) if ending else None,
    )
