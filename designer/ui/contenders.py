"""Designs that can be set against each other: this visit's boards, the exercise's own, and what is brought along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from designer.catalog import Catalog
from designer.design.files import parse_design
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.scenario.loader import build_design
from designer.scenario.model import SampleDesign, Scenario
from designer.ui.archive import Archive
from designer.ui.moves import Earlier, Session, earlier_boards, reopen
from designer.ui.state import DESK, Desk

BOARD, OWN = "board", "own"
"""The contender that is open, and the one that is pasted or uploaded."""

MOST_BYTES = 1_000_000
"""Largest design brought along: what a design file may be."""

_DATA = re.compile(
    r"^\s*\{|^(version|name|scenario|zones|nodes|connections|notes|ignore)[ \t]*:(\s|$)", re.MULTILINE
)
"""How YAML or JSON of a design is told from notation."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A design by name. `build` makes it and may raise DesignerError; None where it is brought along."""

    key: str
    name: str
    build: Callable[[], Design] | None = None


def contenders(
    scenario: Scenario, session: Session, archive: Archive, catalog: Catalog
) -> tuple[Contender, ...]:
    """Every design there is for the scenario, the open board first."""
    return (
        *_boards(scenario, session, archive, catalog),
        *_samples(scenario, catalog),
        Contender(OWN, "A design of your own: paste or upload"),
    )


def _boards(scenario: Scenario, session: Session, archive: Archive, catalog: Catalog) -> Iterator[Contender]:
    desk: Desk | None = session.get(DESK)
    if desk is not None and desk.scenario.id == scenario.id:
        yield Contender(BOARD, "My board", partial(_drawn, desk))
    for item in earlier_boards(session):
        if item.scenario == scenario.id:
            score = "" if item.score is None else f", score {item.score:.0f}"
            name = f"Earlier board, {item.updated:%H:%M:%S} UTC{score}"
            yield Contender(f"earlier_{item.attempt}", name, partial(_earlier, item, archive, catalog))


def _samples(scenario: Scenario, catalog: Catalog) -> Iterator[Contender]:
    samples: list[tuple[str, str, SampleDesign]] = [
        (f"reference_{number}", "Reference", sample) for number, sample in enumerate(scenario.references)
    ]
    if scenario.naive is not None:
        samples.append(("naive", "Naive design", scenario.naive))
    for key, kind, sample in samples:
        yield Contender(key, f"{kind}: {sample.name}", partial(build_design, sample, scenario, catalog))


def _drawn(desk: Desk) -> Design:
    if desk.design is None:
        raise DesignError("what is on the board cannot be judged yet")
    return desk.design


def _earlier(item: Earlier, archive: Archive, catalog: Catalog) -> Design:
    found = reopen(item, archive, catalog)
    if found is None:
        raise DesignError("that board cannot be opened just now")
    return _drawn(found)


def read_own(text: str, catalog: Catalog) -> Design:
    """The design in a text: YAML or JSON as in a design file, or notation. Raises DesignError."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise DesignError("the text is too long", expected=f"at most {MOST_BYTES / 1e6:g} MB")
    if _DATA.search(text):
        return parse_design(text, "your design", catalog)
    return parse_notation(text, catalog, name="your design")


def decode(data: bytes) -> str:
    """The text of an uploaded file. Raises DesignError when it is too long, or no text."""
    if len(data) > MOST_BYTES:
        raise DesignError(
            f"the file is {len(data) / 1e6:.1f} MB long", expected=f"at most {MOST_BYTES / 1e6:g} MB"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DesignError("the file is no text", expected="YAML, JSON or notation in UTF-8") from None
