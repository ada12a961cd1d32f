"""Links that carry a design: written for the open board, read when the app is opened at one.

The link has the whole design in it and nothing of the board it came from. What is opened is a copy, on a board of its
own: nobody draws on anybody else's.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from designer.catalog import Catalog
from designer.design.links import FIELD, decode_design, encode_design, write_address
from designer.design.model import Design
from designer.errors import DesignerError, DesignError, quote
from designer.export.annotations import ThemeName
from designer.scenario.model import Scenario
from designer.ui.archive import Archive
from designer.ui.exercises import scenarios
from designer.ui.moves import Address, Session, open_apart
from designer.ui.state import ATTEMPT, DESK, Desk, open_desk

EXERCISE = "scenario"
"""The exercise's name in a link."""

THEME = "theme"
"""The theme's name in the address of the page that is shown inside others: light or dark."""

EMBED_PAGE = "embed"
"""That page's name in the address."""

EMBED_HEIGHT = 480
"""Height of a board inside another page, in pixels, until whoever puts it there says otherwise."""

MOST_NODES, MOST_CONNECTIONS = 500, 3_000
"""Largest design that is put on a board from elsewhere: what can be drawn by hand."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link says: a design, its exercise if there is one of that name, and what is wrong with that name."""

    design: Design
    scenario: Scenario | None
    fault: str | None = None


def app_address(page: str | None, name: str) -> str:
    """Where the app is, of the address of its page of that name; empty where the address is not known."""
    if not page:
        return ""
    parts = urlsplit(page)
    path = parts.path.rstrip("/").removesuffix(f"/{name}")
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", ""))


def share_address(design: Design, scenario: Scenario, app: str) -> str:
    """The link that opens the design. Raises DesignError for one that is too large for a link."""
    return link_to(encode_design(design), scenario, app)


def link_to(word: str, scenario: Scenario | None, app: str) -> str:
    """The link with that word, and the exercise where there is one."""
    address = write_address(word, app)
    return address if scenario is None else f"{address}&{urlencode({EXERCISE: scenario.id})}"


def embed_address(design: Design, scenario: Scenario, app: str, theme: ThemeName) -> str:
    """The address of the design as a page to be shown inside another. Raises DesignError as `share_address`."""
    page = share_address(design, scenario, f"{app}{EMBED_PAGE}" if app else "")
    # Streamlit's own two: without its frame from the first moment on.
    return f"{page}&{urlencode({THEME: theme, 'embed': 'true', 'embed_options': f'{theme}_theme'})}"


def embed_snippet(address: str, title: str) -> str:
    """The HTML that shows an address inside another page."""
    return (
        f'<iframe src="{html.escape(address)}" title="{html.escape(title)}" width="100%" height="{EMBED_HEIGHT}" '
        'style="border: 0" loading="lazy"></iframe>'
    )


def require_drawable(design: Design) -> None:
    """Raises DesignError for a design with more in it than can be drawn by hand."""
    counts = (
        (len(design.nodes), MOST_NODES, "nodes"),
        (len(design.connections), MOST_CONNECTIONS, "connections"),
    )
    for number, most, noun in counts:
        if number > most:
            raise DesignError(
                f"this design has {number:,} {noun}, too many for the board",
                expected=f"at most {most:,}; the command line reviews larger ones",
            )


def read_shared(word: str, exercise: str | None, catalog: Catalog) -> Shared:
    """What a link says; where it names no exercise, the design may. Raises DesignError for a design of no use."""
    design = decode_design(word, catalog)
    require_drawable(design)
    known = {item.id: item for item in scenarios()}
    wanted = exercise or design.scenario
    found = known.get(wanted) if wanted else None
    fault = f"There is no exercise {quote(exercise)}" if exercise and found is None else None
    return Shared(design, found, fault)


def open_shared(session: Session, address: Address, archive: Archive, catalog: Catalog) -> None:
    """Open the link the address is, if it is one, on a board of its own; the address then is that of the board.

    A link that cannot be opened leaves the board that is there, with a notice.
    """
    word = address.get(FIELD)
    if word is None:
        return
    exercise, attempt = address.get(EXERCISE), address.get(ATTEMPT)
    address.clear()
    if attempt is not None:
        address[ATTEMPT] = attempt
    if DESK in session or attempt is not None:
        open_desk(session, address, archive, catalog)
    try:
        shared = read_shared(word, exercise, catalog)
    except DesignerError as error:
        desk = open_desk(session, address, archive, catalog)
        desk.notice = f"This link could not be opened: {error.headline}."
        return
    _open(shared, session, address, archive, catalog)


def _open(shared: Shared, session: Session, address: Address, archive: Archive, catalog: Catalog) -> None:
    before: Desk | None = session.get(DESK)
    current = before.scenario if before is not None else next(iter(scenarios()), None)
    scenario = shared.scenario or current
    if scenario is None:
        raise DesignerError("there is no exercise to begin with", expected="a scenario file that can be read")
    open_apart(shared.design, scenario, session, address, archive, catalog)
    desk: Desk = session[DESK]
    kept = " Your own board is kept: Board, Earlier boards." if before is not None else ""
    fault = f" {shared.fault}: it is judged under {scenario.name}." if shared.fault else ""
    desk.notice = f"This is a copy of the design in the link, on a board of its own.{fault}{kept}"
