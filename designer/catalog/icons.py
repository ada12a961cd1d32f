"""Where the picture of an icon lies: a class path of `diagrams` resolved to its PNG, importing nothing.

The modules of `diagrams` are plain lists of classes, each with the name of its picture, and of second names
for them. They are read as text: importing them is slow, brings Graphviz along and runs code for a file name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from designer.errors import CatalogError, quote, suggest

_PACKAGE = "diagrams"
_ICON, _FOLDER = "_icon", "_icon_dir"


@dataclass(frozen=True, slots=True)
class _Class:
    """What a class of `diagrams` says of its picture, and the names of the classes it inherits from."""

    bases: tuple[str, ...]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Module:
    """The classes of a module, its second names for them, and the modules that its other names come from."""

    classes: dict[str, _Class]
    aliases: dict[str, str]
    imports: dict[str, tuple[str, ...]]

    @property
    def icons(self) -> Iterator[str]:
        """The names that stand for a picture; those with an underscore are bases."""
        return (name for name in (*self.classes, *self.aliases) if not name.startswith("_"))


@cache
def icon_path(icon: str) -> Path:
    """The PNG of an icon such as `diagrams.aws.network.ELB`.

    Raises CatalogError when `diagrams` is not installed, or has no such module, class or picture.
    """
    *path, name = icon.split(".")
    module = _read_module(tuple(path), icon)
    texts = _collect_texts(tuple(path), name) if name in set(module.icons) else {}
    if _ICON not in texts or _FOLDER not in texts:
        near = suggest(name, module.icons)
        raise CatalogError(
            f"{'.'.join(path)} has no icon {quote(name)}",
            field="icon",
            suggestion=".".join((*path, near)) if near else None,
        )
    picture = _find_package().parent / texts[_FOLDER] / texts[_ICON]
    if not picture.is_file():
        raise CatalogError(f"the picture of {quote(icon)} is not installed", field="icon")
    return picture


def _read_module(path: tuple[str, ...], icon: str) -> _Module:
    if path in _list_modules():
        return _parse_module(path)
    modules = (".".join(module) for module in _list_modules())
    near = suggest(".".join(path), modules)
    name = icon.rpartition(".")[2]
    raise CatalogError(
        f"there is no icon {quote(icon)}: {_PACKAGE} has no module {quote('.'.join(path))}",
        field="icon",
        expected="a class of diagrams, such as diagrams.aws.network.ELB",
        suggestion=f"{near}.{name}" if near else None,
    )


@cache
def _find_package() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise CatalogError(f"the package {_PACKAGE} is not installed: there are no icons")
    return Path(spec.submodule_search_locations[0])


@cache
def _list_modules() -> dict[tuple[str, ...], Path]:
    """Every module below the package by its path; a package's own classes stand in its `__init__.py`."""
    package = _find_package()
    modules = {}
    for file in sorted(package.glob("*/**/*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        modules[(_PACKAGE, *(part for part in parts if part != "__init__"))] = file
    return modules


@cache
def _parse_module(path: tuple[str, ...]) -> _Module:
    module = _Module({}, {}, {})
    for statement in ast.parse(_list_modules()[path].read_text(encoding="utf-8")).body:
        match statement:
            case ast.ClassDef(name=name, bases=bases, body=body):
                inherited = tuple(base.id for base in bases if isinstance(base, ast.Name))
                module.classes[name] = _Class(inherited, dict(_read_texts(body)))
            case ast.Assign(targets=[ast.Name(id=alias)], value=ast.Name(id=name)):
                module.aliases[alias] = name
            case ast.ImportFrom(module=None, level=1, names=names):
                module.imports.update((found.asname or found.name, path[:-1]) for found in names)
    return module


def _read_texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The class attributes that are set to a text."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def _collect_texts(path: tuple[str, ...], name: str) -> dict[str, str]:
    """The attributes of a class with those it inherits, its own before its bases'.

    A base that is none of these modules' (`diagrams.Node`) has nothing to say about pictures.
    """
    module = _parse_module(path)
    name = module.aliases.get(name, name)
    if name not in module.classes:
        home = module.imports.get(name)
        return _collect_texts(home, name) if home in _list_modules() else {}
    found = module.classes[name]
    texts: dict[str, str] = {}
    for base in found.bases:
        if base != name:
            texts = {**_collect_texts(path, base), **texts}
    return {**texts, **found.texts}
