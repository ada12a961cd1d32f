"""docker-compose files: services become components by image, name and command, what they name becomes connections."""

from __future__ import annotations

import re

from designer.catalog.model import Catalog
from designer.importing.model import Imported

NAME = "docker-compose"
EXTENSIONS = (".yaml", ".yml", ".json")

_SERVICES = re.compile(
    r"""^["']?services["']?\s*:|\A\s*\{(?:.*?[,{])?\s*"services"\s*:""", re.MULTILINE | re.DOTALL
)


def recognise(text: str) -> bool:
    """Whether the text has services at its top."""
    return _SERVICES.search(text) is not None


def read(text: str, origin: str, catalog: Catalog) -> Imported:
    """The design that the services make. Raises DesignError with line and column."""
    from designer.importing.compose_reader import read_composition

    return read_composition(text, origin, catalog, NAME)
