"""Which tab draws on a board: one at a time.

A tab that opens a board claims it in the store; another one that opens it meanwhile looks on, follows what is drawn,
and may take the board over. Nothing hangs on the claims but what people are told: that edits of two tabs never
overwrite each other is held by epoch and revision, and an edit that comes too late goes into the board's history.
"""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from designer.catalog import Catalog
from designer.errors import DesignError
from designer.store import Attempt, Claim
from designer.ui.archive import Archive, Kept, open_archive
from designer.ui.state import DESK, Desk, json_text, sent_board, stored_desk

HELD = "held"
"""Where the board that this session has claimed is in its state."""

BEAT_S = 3.0
"""How often an open page looks whether its board is still its own, or was changed, in seconds."""

RENEWED_S = 20.0
"""A claim is renewed when it is older than this, in seconds."""

LEASE_S = 90.0
"""A claim of a server that cannot be asked holds this long after it was renewed, in seconds.

Longer than a minute, which is how rarely a browser may let a page in the background do anything.
"""

LATE = "Drawn last before another tab took over"
"""The name of a version that came too late for the board."""

MOST_REVISIONS = 1_000_000
"""More than one epoch has of revisions."""

_BOOT = secrets.token_hex(8)
_PROCESSES = Path("/proc")

Session = MutableMapping[Any, Any]


def this_tab() -> str:
    """A name for this session that no other one has, on whatever server: host, process, start and session."""
    context = get_script_run_ctx()
    session = "none" if context is None else context.session_id
    return "/".join((_host(), str(os.getpid()), _BOOT, session))


def _host() -> str:
    return platform.node().replace("/", "-")


def is_alive(claim: Claim, now: datetime) -> bool:
    """Whether the tab that holds the claim is still open, as far as can be told from here.

    Of a session of this server that is known; one whose server has ended is gone; of any other, by how long ago it was
    heard of.
    """
    host, process, boot, session = (*claim.holder.split("/"), "", "", "", "")[:4]
    if boot == _BOOT:
        return _is_connected(session)
    if host == _host() and not _is_running(process):
        return False
    return (now - claim.seen).total_seconds() < LEASE_S


def _is_connected(session: str) -> bool:
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def _is_running(process: str) -> bool:
    """Whether another server runs as that process of this host; where that cannot be looked up it may."""
    if process == str(os.getpid()):
        return False
    return not _PROCESSES.is_dir() or (process.isdigit() and (_PROCESSES / process).is_dir())


def attend(desk: Desk, session: Session, archive: Archive, catalog: Catalog) -> None:
    """Settle whether this tab draws on the board or looks on, and bring it up to date where it looks on."""
    _leave_others(desk, session, archive)
    _keep_late(desk, session, archive)
    is_behind = desk.saved is Kept.OLDER and not desk.is_reader
    if is_behind:
        _tell_late(desk, archive.save_aside(desk.as_attempt(), LATE))
    if not _claim(desk, archive):
        _look_on(desk, archive, catalog)
    elif is_behind or desk.is_reader:
        _draw_on(desk, archive, catalog)


def is_overtaken(desk: Desk, archive: Archive) -> bool:
    """Whether the page has to be shown anew: the board changed hands, or was changed where this tab looks on."""
    found = archive.claim_on(desk.attempt)
    if archive.is_away:
        return False
    now = datetime.now(UTC)
    is_mine = found is not None and found.holder == this_tab()
    is_others = found is not None and not is_mine and is_alive(found, now)
    if desk.is_reader:
        return not is_others or archive.newest(desk.attempt) not in (None, (desk.epoch, desk.revision))
    return not (is_mine and _claim(desk, archive))


@st.fragment(run_every=BEAT_S)
def keep_watch() -> None:
    """Look from time to time whether the board is still this tab's own; nothing else is done, and nothing shown."""
    desk: Desk | None = st.session_state.get(DESK)
    if desk is not None and is_overtaken(desk, open_archive()):
        st.rerun()


def take_over(session: Session, archive: Archive, catalog: Catalog) -> None:
    """Draw on the board here from now on; the other tab looks on."""
    desk: Desk = session[DESK]
    found = archive.claim_on(desk.attempt)
    claim = Claim(this_tab(), datetime.now(UTC))
    if archive.claim(desk.attempt, claim, None if found is None else found.holder):
        _draw_on(desk, archive, catalog)
    else:
        desk.notice = "The board could not be taken over just now."


def _leave_others(desk: Desk, session: Session, archive: Archive) -> None:
    """Whoever goes to another board draws no longer on the one before."""
    held: str | None = session.get(HELD)
    if held is not None and held != desk.attempt:
        archive.release(held, this_tab())
    session[HELD] = desk.attempt


def _claim(desk: Desk, archive: Archive) -> bool:
    """Whether this tab may draw: the board is its own, or nobody's. Without a database a tab stays what it was."""
    me, now = this_tab(), datetime.now(UTC)
    found = archive.claim_on(desk.attempt)
    if archive.is_away:
        return not desk.is_reader
    if found is not None and found.holder != me and is_alive(found, now):
        return False
    if found is not None and found.holder == me and (now - found.seen).total_seconds() < RENEWED_S:
        return True
    before = None if found is None else found.holder
    return archive.claim(desk.attempt, Claim(me, now), before) or archive.is_away


def _look_on(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    if archive.newest(desk.attempt) not in (None, (desk.epoch, desk.revision)):
        _adopt_newest(desk, archive, catalog)
    desk.is_reader = True


def _draw_on(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    """Go on with the newest board in a new epoch: what is on its way from the tab before cannot overwrite it."""
    if archive.reopen(desk.attempt) is None or not _adopt_newest(desk, archive, catalog):
        desk.notice = "The newest board cannot be read just now."
        return
    desk.is_reader = False


def _adopt_newest(desk: Desk, archive: Archive, catalog: Catalog) -> bool:
    found = stored_desk(desk.attempt, archive, catalog)
    if found is None:
        return False
    desk.document, desk.epoch, desk.revision = found.document, found.epoch, found.revision
    desk.kept, desk.saved, desk.updated = found.kept, found.saved, found.updated
    desk.design, desk.report, desk.ranked, desk.fault = found.design, found.report, None, found.fault
    desk.outlook = desk.ladder = None
    desk.lesson, desk.commands = found.lesson, []
    return True


def _keep_late(desk: Desk, session: Mapping[Any, Any], archive: Archive) -> None:
    """What the browser still sent of an epoch before goes into the history."""
    try:
        state = sent_board(session)
    except DesignError:
        return
    if state is None or state.board != desk.attempt or state.epoch >= desk.epoch:
        return
    if desk.passed == (state.epoch, state.revision):
        return
    desk.passed = (state.epoch, state.revision)
    late = Attempt(
        desk.attempt,
        desk.scenario.id,
        json_text(state.document),
        state.epoch,
        state.revision,
        datetime.now(UTC),
    )
    _tell_late(desk, archive.save_aside(late, LATE))


def _tell_late(desk: Desk, number: int | None) -> None:
    if number is not None:
        desk.notice = (
            "Another tab took this board over before your last strokes arrived. They are kept: "
            f"History has them as version {number}."
        )


def board_name(desk: Desk) -> tuple[str, int]:
    """The board's name and epoch for the browser.

    Where this tab looks on it is a board of another name, which the browser never writes, and every drawing is an
    epoch of its own, so that it is shown.
    """
    if not desk.is_reader:
        return desk.attempt, desk.epoch
    return f"{desk.attempt}~", desk.epoch * MOST_REVISIONS + desk.revision
