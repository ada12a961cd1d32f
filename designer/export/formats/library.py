"""The formats there are, found by walking this package: a new file with a `FORMAT` is a new format."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

import designer.export.formats
from designer.errors import RenderError, quote, suggest
from designer.export.formats.model import Format

_ATTRIBUTE = "FORMAT"


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format, by extension."""
    package = designer.export.formats
    modules = (
        import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    )
    found = [getattr(module, _ATTRIBUTE) for module in modules if hasattr(module, _ATTRIBUTE)]
    return tuple(sorted(found, key=lambda item: item.extension))


def format_of(path: Path | str) -> Format:
    """The format that a file of this name has, or that has this extension; of two the one with the longer extension.

    Raises RenderError, with all extensions and the nearest one, when there is none.
    """
    name = Path(path).name.lower()
    fitting = [item for item in all_formats() if f".{name}".endswith(f".{item.extension}")]
    if fitting:
        return max(fitting, key=lambda item: len(item.extension))
    extensions = [item.extension for item in all_formats()]
    ending = name.rpartition(".")[2]
    near = suggest(ending, extensions)
    return _refuse(Path(path).name, ending, extensions, near)


def _refuse(name: str, ending: str, extensions: list[str], near: str | None) -> Format:
    *most, last = [f".{extension}" for extension in extensions]
    better = name[: len(name) - len(ending)] + near if near else None
    raise RenderError(
        f"the ending of {quote(name)} names no format to write",
        expected=f"{', '.join(most)} or {last}",
        suggestion=better,
    )
