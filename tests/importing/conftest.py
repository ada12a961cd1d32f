"""What the tests of imports share: the shipped catalogue, and reading a text as a file of a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.errors import DesignError
from designer.importing.library import read_design
from designer.importing.model import Imported


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def read(catalog: Catalog) -> Callable[..., Imported]:
    """Reads a text as if it were in the file of that name."""

    def read_as(text: str | bytes, name: str = "drawing.mmd") -> Imported:
        return read_design(text, name, catalog)

    return read_as


@pytest.fixture(scope="session")
def refuse(read: Callable[..., Imported]) -> Callable[..., DesignError]:
    """The error that a text is refused with."""

    def refuse_as(text: str | bytes, name: str = "drawing.mmd") -> DesignError:
        with pytest.raises(DesignError) as caught:
            read(text, name)
        return caught.value

    return refuse_as
