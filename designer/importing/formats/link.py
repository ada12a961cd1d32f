"""Links that carry a design in their address: nothing in them is guessed."""

from __future__ import annotations

from designer.catalog.model import Catalog
from designer.design.links import decode_design, find_word
from designer.errors import DesignError
from designer.importing.model import Imported

NAME = "link"
EXTENSIONS = ()


def recognise(text: str) -> bool:
    """Whether the text is one line with such a link."""
    words = text.split()
    return len(words) == 1 and find_word(words[0]) is not None


def read(text: str, origin: str, catalog: Catalog) -> Imported:
    """The design in the link. Raises DesignError."""
    word = find_word(text.strip())
    if word is None:
        raise DesignError("there is no design in this link", expected="an address with ?design= in it")
    return Imported(decode_design(word, catalog), NAME)
