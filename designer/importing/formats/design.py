"""Design files, YAML or JSON (docs/design-files.md): nothing in them is guessed."""

from __future__ import annotations

import re

from designer.catalog.model import Catalog
from designer.design.files import parse_design
from designer.importing.model import Imported

NAME = "design"
EXTENSIONS = (".design.yaml", ".yaml", ".yml", ".json")

_OWN = re.compile(
    r"""^[ \t]*(?:\{[ \t]*)?["']?(nodes|connections|zones|notes|ignore|scenario|version)["']?[ \t]*:""",
    re.MULTILINE,
)
_FOREIGN = re.compile(r"""^[ \t]*(?:\{[ \t]*)?["']?services["']?[ \t]*:|<mx""", re.MULTILINE)
_NAMED = re.compile(r"\A\s*name[ \t]*:")


def recognise(text: str) -> bool:
    """Whether the text has the fields of a design file."""
    own = _OWN.search(text) or _NAMED.search(text) or (text.lstrip().startswith("{") and '"nodes"' in text)
    return bool(own) and not _FOREIGN.search(text)


def read(text: str, origin: str, catalog: Catalog) -> Imported:
    """The design in the file. Raises DesignError with line and column."""
    return Imported(parse_design(text, origin, catalog), NAME)
