"""The history of the open board: its versions read and judged, played, named, and put back on the board."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from designer.catalog import Catalog
from designer.design.differences import describe_differences
from designer.design.files import design_from_data
from designer.design.model import Design
from designer.design.naming import name_nodes
from designer.errors import DesignerError, StoreError
from designer.report import Report, review
from designer.store import Version, read_name
from designer.ui.archive import Archive
from designer.ui.state import Desk, plain_data
from designer.ui.tabs import attend

MOST_FRAMES = 120
"""Versions of one replay: of more, some are passed over."""

MOST_REPLAYED = 4_000_000
"""Characters of all documents of one replay: what a page can be sent at once without a noticeable wait."""

MOST_READ = 12
"""Versions of a session that stay read and judged."""

READ = "versions_read"
"""Where they are in the session's state, by attempt, number and whether the headroom was found."""

Session = MutableMapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A version read: its design as it was drawn and its report, or else why it cannot be judged."""

    version: Version
    design: Design | None = None
    report: Report | None = None
    fault: str | None = None


def read_version(
    desk: Desk,
    version: Version,
    session: Session,
    archive: Archive,
    catalog: Catalog,
    *,
    headroom: bool = False,
) -> Drawing:
    """The version, judged under the exercise of the desk. What a version was never changes, so it is kept."""
    kept: dict[tuple[str, int, bool], Drawing] = session.setdefault(READ, {})
    key = (desk.attempt, version.number, headroom)
    before = kept.pop(key, None)
    found = replace(before, version=version) if before else _judged(desk, version, archive, catalog, headroom)
    if found.fault is None:
        kept[key] = found
    for oldest in list(kept)[:-MOST_READ]:
        del kept[oldest]
    return found


def _judged(desk: Desk, version: Version, archive: Archive, catalog: Catalog, headroom: bool) -> Drawing:
    text = archive.documents(desk.attempt, [version.number]).get(version.number)
    if text is None:
        return Drawing(version, fault="it cannot be read just now")
    design = None
    try:
        design = design_from_data(json.loads(text), catalog)
        named = name_nodes(design, catalog)
        report = review(desk.scenario, named, catalog, headroom=headroom, ranked=False)
    except DesignerError as error:
        return Drawing(version, design, fault=error.headline)
    except (ValueError, RecursionError):
        return Drawing(version, fault="what is kept of it is no drawing")
    return Drawing(version, design, report)


def tell_changes(before: Drawing | None, now: Drawing, catalog: Catalog) -> tuple[str, ...]:
    """What was done from one version to the next, each in a phrase."""
    if before is None or before.design is None or now.design is None:
        return ()
    return describe_differences(name_nodes(before.design, catalog), name_nodes(now.design, catalog), catalog)


def choose_frames(versions: Sequence[Version]) -> tuple[Version, ...]:
    """The versions of a replay: all of them, or as many as one can have, evenly, with the first and the last."""
    count = min(len(versions), MOST_FRAMES)
    chosen = tuple(_evenly(versions, count))
    while count > 2 and sum(version.size for version in chosen) > MOST_REPLAYED:
        count = max(2, count // 2)
        chosen = tuple(_evenly(versions, count))
    return chosen


def _evenly(versions: Sequence[Version], count: int) -> Iterator[Version]:
    last = len(versions) - 1
    for place in range(count):
        yield versions[place * last // max(1, count - 1)]


def replay_frames(desk: Desk, versions: Sequence[Version], archive: Archive) -> list[dict[str, Any]]:
    """What the browser plays: every chosen version's document with a caption."""
    chosen = choose_frames(versions)
    texts = archive.documents(desk.attempt, [version.number for version in chosen])
    frames = []
    for version in chosen:
        document = _document(texts.get(version.number))
        if document is not None:
            frames.append({"document": document, "caption": _scored(version)})
    return frames


def _document(text: str | None) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def caption(version: Version) -> str:
    """A version on one line: its number, its time and what it is called."""
    name = () if version.name is None else (version.name,)
    return " · ".join((f"Version {version.number}", moment(version), *name))


def _scored(version: Version) -> str:
    """With the score as it was judged then."""
    return caption(version) + ("" if version.score is None else f" · score {version.score:.0f}")


def moment(version: Version) -> str:
    """When it was drawn."""
    return f"{version.created:%Y-%m-%d %H:%M:%S} UTC"


def name_version(desk: Desk, version: Version, text: str, archive: Archive) -> str | None:
    """Give a version a name; an empty one takes it away. Why it could not be done, or None."""
    try:
        name = read_name(text)
    except StoreError as error:
        return error.headline
    if archive.rename(desk.attempt, version.number, name):
        return None
    if archive.is_away:
        return "saved boards cannot be written just now"
    return "this version is gone, or so many have a name already that another must lose its own first"


def put_back(
    desk: Desk, drawing: Drawing, session: Session, archive: Archive, catalog: Catalog
) -> str | None:
    """Put a version on the board as one step that can be undone. Why that cannot be done, or None.

    The newest drawing stays where it is in the history, and what is put back becomes the newest after it.
    """
    attend(desk, session, archive, catalog)
    if desk.is_reader:
        return "another tab draws on this board: take it over first"
    if drawing.design is None:
        return "this version cannot be read as a drawing"
    desk.command("apply", document=plain_data(drawing.design))
    return None
