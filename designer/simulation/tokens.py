"""Tokens and frames: taken, freed, linked; and how a request, its ways and its posted work end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from designer.simulation.agenda import schedule
from designer.simulation.chances import compiled
from designer.simulation.records import (
    CLOCK,
    FREE_FRAME,
    FREE_TOKEN,
    KIND_BITS,
    LIVE,
    NONE,
    READY,
    TAILS,
    USED_FRAMES,
    USED_TOKENS,
    Event,
    Kind,
    State,
    Table,
    Tables,
)


@compiled
def take_token(tokens: Table, registers: NDArray[np.int64]) -> int:
    """A row for a new token. The caller has made sure that there is room."""
    registers[LIVE] += 1
    token = registers[FREE_TOKEN]
    if token >= 0:
        registers[FREE_TOKEN] = tokens[token].next
    else:
        token = registers[USED_TOKENS]
        registers[USED_TOKENS] = token + 1
    return token


@compiled
def free_token(tokens: Table, registers: NDArray[np.int64], token: int) -> None:
    """Give a token's row back. Whoever changed what a plain request never touches has put it right again."""
    registers[LIVE] -= 1
    tokens[token].next = registers[FREE_TOKEN]
    registers[FREE_TOKEN] = token


@compiled
def free_part(tables: Tables, token: int) -> None:
    """Give back the row of a token that is no plain request any more, as it would be after one."""
    row = tables.tokens[token]
    row.due = -1.0
    row.kind = Kind.REQUEST
    row.state = State.RUNNING
    row.frame = NONE
    row.root = token
    row.posted = 0
    free_token(tables.tokens, tables.registers, token)


@compiled
def free_frame(frames: Table, registers: NDArray[np.int64], frame: int) -> None:
    """Give a frame's row back."""
    frames[frame].next = registers[FREE_FRAME]
    registers[FREE_FRAME] = frame


@compiled
def push_frame(tables: Tables, token: int, kind: int, after: int) -> int:
    """The token begins something; `after` is where it goes on when that has ended."""
    registers, frames = tables.registers, tables.frames
    frame = registers[FREE_FRAME]
    if frame >= 0:
        registers[FREE_FRAME] = frames[frame].next
    else:
        frame = registers[USED_FRAMES]
        registers[USED_FRAMES] = frame + 1
    row = frames[frame]
    row.kind = kind
    row.pc = after
    row.token = token
    row.below = tables.tokens[token].frame
    row.count = 0
    row.spare = 0
    row.child = NONE
    row.timed = 0
    row.optional = 0
    tables.tokens[token].frame = frame
    return frame


@compiled
def make_part(tables: Tables, token: int, kind: int, pc: int) -> int:
    """A token for a part of a request's work, put on the stack of those that go on now."""
    tokens = tables.tokens
    part = take_token(tokens, tables.registers)
    root = tokens[token].root
    row = tokens[part]
    row.kind = kind
    row.pc = pc
    row.state = State.READY
    row.source = tokens[token].source
    row.root = root
    tokens[root].refs += 1
    tables.ready[tables.registers[READY]] = part
    tables.registers[READY] += 1
    return part


@compiled
def wake(tables: Tables, token: int, time: float) -> None:
    """Let the token sleep until then."""
    row = tables.tokens[token]
    row.due = time
    row.state = State.ASLEEP
    what = (token << KIND_BITS) | Event.WAKE
    schedule(tables.near, tables.far, tables.registers, tables.clock, time, what)


@compiled
def leave_siblings(tokens: Table, frames: Table, token: int) -> None:
    """Take a way out of those that its fork waits for."""
    row = tokens[token]
    if row.older >= 0:
        tokens[row.older].younger = row.younger
    else:
        frames[row.parent].child = row.younger
    if row.younger >= 0:
        tokens[row.younger].older = row.older


@compiled
def release_request(tables: Tables, root: int) -> None:
    """Free the token of an answered request once nothing of it goes on."""
    if tables.tokens[root].state == State.ANSWERED and tables.tokens[root].refs == 0:
        free_part(tables, root)


@compiled
def note_tail(tables: Tables, source: int, time: float) -> None:
    """The last posted work of a completed request has ended, so long after its answer."""
    row = tables.tails[tables.registers[TAILS]]
    row.time = time
    row.source = source
    tables.registers[TAILS] += 1


@compiled
def end_posted(tables: Tables, token: int) -> None:
    """A piece of posted work has ended, well or not."""
    tokens = tables.tokens
    root = tokens[token].root
    free_part(tables, token)
    row = tokens[root]
    row.posts -= 1
    row.refs -= 1
    if row.posts == 0 and row.state == State.ANSWERED and row.done >= 0:
        note_tail(tables, row.source, tables.clock[CLOCK] - row.since)
    release_request(tables, root)


@compiled
def end_way(tables: Tables, token: int) -> int:
    """A way of a fork has ended. The token that waited for it if it need not wait any more, else none."""
    tokens, frames = tables.tokens, tables.frames
    frame = tokens[token].parent
    leave_siblings(tokens, frames, token)
    end_loose(tables, token)
    frames[frame].count -= 1
    if frames[frame].count > 0:
        return NONE
    waiting = frames[frame].token
    left = frames[frame].child
    while left >= 0:
        tokens[left].kind = Kind.LOOSE
        tokens[left].parent = NONE
        left = tokens[left].younger
    tokens[waiting].frame = frames[frame].below
    tokens[waiting].pc = frames[frame].pc
    tokens[waiting].state = State.RUNNING
    free_frame(frames, tables.registers, frame)
    return waiting


@compiled
def end_loose(tables: Tables, token: int) -> None:
    """A token that nobody waits for has ended."""
    root = tables.tokens[token].root
    free_part(tables, token)
    tables.tokens[root].refs -= 1
    release_request(tables, root)


@compiled
def end_part(tables: Tables, token: int) -> int:
    """A token other than a plain request has come to its end. The token that goes on because of it, or none."""
    kind = tables.tokens[token].kind
    if kind == Kind.WAY:
        return end_way(tables, token)
    if kind == Kind.POSTED:
        end_posted(tables, token)
    elif kind == Kind.LOOSE:
        end_loose(tables, token)
    else:
        end_request_with_parts(tables, token)
    return NONE


@compiled
def end_request_with_parts(tables: Tables, token: int) -> None:
    """A request is answered (that has been noted), but work it posted or ways it forked may go on."""
    row = tables.tokens[token]
    row.state = State.ANSWERED
    row.since = tables.clock[CLOCK]
    row.done = 0
    if row.posted > 0 and row.posts == 0:
        note_tail(tables, row.source, 0.0)
    release_request(tables, token)
