"""What is pasted on a board from elsewhere: read here, put on the board by the browser."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from designer.catalog import Catalog
from designer.design.model import Design
from designer.errors import DesignerError

_log = logging.getLogger(__name__)

MOST_TOLD = 2
"""Guesses told with the result; of the others only how many there are."""

_FORMATS: Mapping[str, str] = {
    "design": "a design file",
    "docker-compose": "a docker-compose file",
    "drawio": "a draw.io drawing",
    "link": "a link",
    "mermaid": "a Mermaid flowchart",
    "notation": "a line of notation",
}


def read_pasted(text: str, catalog: Catalog) -> tuple[Design | None, str]:
    """The design in a pasted text and a sentence about it; None and the reason where there is none."""
    # Whoever pastes nothing from elsewhere waits for none of the formats.
    from designer.importing.pasting import paste

    try:
        imported = paste(text, catalog)
    except DesignerError as error:
        return None, f"This cannot be pasted: {error.headline}."
    except Exception:  # a fault of ours must not take the board away from who draws on it
        _log.exception("a pasted text of %d characters could not be read", len(text))
        return (
            None,
            "This cannot be pasted: something went wrong in reading it, which the app's log tells more of.",
        )
    guesses = [guess.sentence for guess in imported.guesses]
    return imported.design, _describe(imported.design, imported.format, guesses)


def _describe(design: Design, form: str, guesses: Sequence[str]) -> str:
    """Such as "12 components, 14 connections from a Mermaid flowchart; 3 guessed: ..."."""
    nodes, links = _count(len(design.nodes), "component"), _count(len(design.connections), "connection")
    found = f"{nodes}, {links} from {_FORMATS.get(form, form)}"
    if not guesses:
        return f"{found}."
    more = "" if len(guesses) <= MOST_TOLD else " …"
    return f"{found}; {len(guesses)} guessed: {' '.join(guesses[:MOST_TOLD])}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def answer(number: int, text: str, catalog: Catalog) -> dict[str, Any]:
    """The command that answers the browser's request of that number: what to insert, or what to tell."""
    design, words = read_pasted(text, catalog)
    if design is None:
        return {"kind": "tell", "request": number, "text": words}
    document = design.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"kind": "insert", "request": number, "document": document, "note": words}


def spent(command: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of an answer: its number must stay, as the browser counts, and its content is long."""
    return {"seq": command["seq"], "kind": "tell", "request": command["request"], "text": ""}
