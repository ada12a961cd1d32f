"""From a folder of YAML files to a catalogue, one file at a time and only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from designer.catalog.environment import Environment
from designer.catalog.icons import icon_path
from designer.catalog.model import Catalog, Component
from designer.documents import Document, fail, load_file, validate
from designer.errors import CatalogError, quote

ENVIRONMENT = "environment.yaml"
SUFFIX = ".yaml"
SHIPPED = Path(__file__).parent
GROUPS = ("clients", "traffic", "compute", "data", "messaging", "ml", "operations")
"""The order in which a request meets them, and people read them. Groups not named here come after these."""


@cache
def load() -> Catalog:
    """The catalogue that comes with the package. No component is read yet."""
    return load_from(SHIPPED)


def load_from(folder: Path) -> Catalog:
    """The catalogue of a folder: `<group>/<id>.yaml` for each component, and environment.yaml.

    Raises CatalogError when the folder cannot be listed or two groups have a component of one id; what is
    wrong within a file is raised when that file is first used.
    """
    return _Folder(folder)


def check(folder: Path = SHIPPED) -> None:
    """Read every file of a catalogue and find every icon. Raises CatalogError for the first fault.

    Not part of loading: finding the icons reads many files of `diagrams`, for which no review has to pay.
    """
    catalog = _Folder(folder)
    catalog.read_environment()
    for component in catalog.values():
        try:
            icon_path(component.icon)
        except CatalogError as fault:
            fail(
                catalog.read(component.id),
                ("icon",),
                fault.message,
                error=CatalogError,
                expected=fault.expected,
                suggestion=fault.suggestion,
            )


class _Folder(Catalog):
    """A catalogue that reads each file on first use and keeps what it read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = {path.stem: path for path in _list_files(folder)}
        self._components: dict[str, Component] = {}

    def __getitem__(self, key: str) -> Component:
        if key not in self._components:
            extra = {"id": key, "group": self._files[key].parent.name}
            self._components[key] = validate(Component, self.read(key), error=CatalogError, extra=extra)
        return self._components[key]

    def __contains__(self, key: object) -> bool:
        return key in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    @cached_property
    def environment(self) -> Environment:
        """The facts of environment.yaml. Raises CatalogError if they cannot be used."""
        return self.read_environment()

    def read_environment(self) -> Environment:
        """The file of the environment, checked."""
        document = load_file(self._folder / ENVIRONMENT, error=CatalogError)
        return validate(Environment, document, error=CatalogError)

    def read(self, key: str) -> Document:
        """The file of a component, with positions. Raises KeyError, and CatalogError if it is no document."""
        return load_file(self._files[key], error=CatalogError)


def _list_files(folder: Path) -> list[Path]:
    """The files of components, group by group and by id within each."""
    try:
        groups = sorted((path for path in folder.iterdir() if path.is_dir()), key=_reading_order)
        files = [path for group in groups for path in sorted(group.iterdir()) if path.suffix == SUFFIX]
    except OSError as problem:
        message = f"the catalogue {quote(str(folder))} cannot be read ({problem.strerror})"
        raise CatalogError(message) from None
    homes: dict[str, Path] = {}
    for file in files:
        other = homes.setdefault(file.stem, file)
        if other is not file:
            message = f"{quote(file.stem)} is in two groups: {other.parent.name} and {file.parent.name}"
            raise CatalogError(message, expected="one file for each component")
    return files


def _reading_order(group: Path) -> tuple[int, str]:
    return (GROUPS.index(group.name) if group.name in GROUPS else len(GROUPS), group.name)
