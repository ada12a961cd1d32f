"""The rarer instructions: routines begun and ended, loops, forks, posted work."""

from __future__ import annotations

import math

from designer.simulation.chances import compiled, draw_uniform
from designer.simulation.failures import enter_lane, leave_lane
from designer.simulation.records import (
    CLOCK,
    FREE_FRAME,
    NONE,
    READY,
    USED_FRAMES,
    USED_TOKENS,
    Frame,
    Kind,
    Op,
    State,
    Tables,
)
from designer.simulation.tokens import free_frame, make_part, push_frame


@compiled
def call(tables: Tables, token: int, pc: int) -> int:
    """Begin a routine, plainly or by a retry policy. The next instruction; none when a breaker is open."""
    step = tables.code[pc]
    if step.op == Op.CALL:
        push_frame(tables, token, Frame.OPTIONAL if step.optional else Frame.CALLED, step.then)
        return step.target
    policy = tables.policies[step.policy]
    if tables.clock[CLOCK] < policy.closed_until:
        return step.then if step.optional else NONE
    policy.calls += 1
    frame = push_frame(tables, token, Frame.GUARDED, step.then)
    tables.frames[frame].policy = step.policy
    tables.frames[frame].optional = step.optional
    tables.frames[frame].spare = step.target
    return step.target


@compiled
def come_back(tables: Tables, token: int) -> int:
    """A routine has ended well. The next instruction."""
    frame = tables.tokens[token].frame
    row = tables.frames[frame]
    if row.kind == Frame.GUARDED:
        leave_lane(tables, frame)
        tables.policies[row.policy].failures = 0
    tables.tokens[token].frame = row.below
    after = row.pc
    free_frame(tables.frames, tables.registers, frame)
    return after


@compiled
def loop(tables: Tables, token: int, pc: int) -> int:
    """Begin a loop, or come to the end of its steps. The next instruction."""
    step = tables.code[pc]
    if step.op == Op.LOOP:
        count = step.many
        if step.hold > 0.0 and draw_uniform(tables.streams, step.stream) < step.hold:
            count += 1
        if count == 0:
            return step.then
        frame = push_frame(tables, token, Frame.LOOPED, step.then)
        tables.frames[frame].count = count
        return step.target
    frame = tables.tokens[token].frame
    row = tables.frames[frame]
    row.count -= 1
    if row.count > 0:
        return step.target
    tables.tokens[token].frame = row.below
    after = row.pc
    free_frame(tables.frames, tables.registers, frame)
    return after


@compiled
def fork(tables: Tables, token: int, pc: int) -> None:
    """Set out on all ways of a fork; the first of them goes first."""
    step = tables.code[pc]
    tokens = tables.tokens
    frame = push_frame(tables, token, Frame.FORKED, step.then)
    row = tables.frames[frame]
    row.count = step.target
    row.spare = step.many - step.target
    tokens[token].state = State.JOINING
    for way in range(step.many - 1, -1, -1):
        part = make_part(tables, token, Kind.WAY, tables.labels[step.first + way])
        tokens[part].parent = frame
        tokens[part].older = NONE
        tokens[part].younger = row.child
        if row.child >= 0:
            tokens[row.child].older = part
        row.child = part


@compiled
def post(tables: Tables, token: int, pc: int) -> None:
    """Set something going that nobody waits for."""
    make_part(tables, token, Kind.POSTED, tables.code[pc].target)
    root = tables.tokens[token].root
    tables.tokens[root].posts += 1
    tables.tokens[root].posted += 1


@compiled
def step_aside(tables: Tables, token: int, pc: int) -> int:
    """Do one of the rarer instructions. The next one, or none when the token waits or has failed."""
    step = tables.code[pc]
    if step.op == Op.RETURN:
        return come_back(tables, token)
    if step.op == Op.CALL or step.op == Op.GUARD:
        return call(tables, token, pc)
    if step.op == Op.TRY:
        frame = tables.tokens[token].frame
        if tables.policies[tables.frames[frame].policy].timeout < math.inf:
            enter_lane(tables, frame, tables.clock[CLOCK])
        return step.target
    if step.op == Op.FORK:
        fork(tables, token, pc)
        return NONE
    if step.op == Op.POST:
        post(tables, token, pc)
        return step.then
    return loop(tables, token, pc)


@compiled
def has_room(tables: Tables, parts: int) -> bool:
    """Whether so many tokens and one frame can be taken."""
    registers = tables.registers
    return (
        registers[USED_TOKENS] + parts <= len(tables.tokens)
        and registers[READY] + parts < len(tables.ready)
        and (registers[FREE_FRAME] >= 0 or registers[USED_FRAMES] < len(tables.frames))
    )


@compiled
def put_back(tables: Tables, token: int, pc: int) -> None:
    """Let a token go on later from this instruction."""
    tables.tokens[token].pc = pc
    tables.tokens[token].state = State.READY
    tables.ready[tables.registers[READY]] = token
    tables.registers[READY] += 1
