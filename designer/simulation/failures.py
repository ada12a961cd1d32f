"""What goes wrong: turned away, timed out, a machine that goes down; and how that is retried, or given up.

Nothing in here is reached by a network without timeouts, retries, failures and bounded queues.
"""

from __future__ import annotations

import math

from designer.simulation.agenda import schedule
from designer.simulation.chances import compiled, draw_time, draw_uniform
from designer.simulation.pools import begin_service
from designer.simulation.records import (
    CLOCK,
    KIND_BITS,
    NONE,
    READY,
    Event,
    Frame,
    Kind,
    State,
    Tables,
)
from designer.simulation.tokens import (
    end_posted,
    free_frame,
    free_part,
    leave_siblings,
    release_request,
    wake,
)


@compiled
def leave_lane(tables: Tables, frame: int) -> None:
    """The try of this frame waits for its timeout no longer."""
    row = tables.frames[frame]
    if row.timed == 0:
        return
    row.timed = 0
    policy = tables.policies[row.policy]
    before, after = row.previous, row.next
    if before >= 0:
        tables.frames[before].next = after
    else:
        policy.head = after
    if after >= 0:
        tables.frames[after].previous = before
    else:
        policy.tail = before


@compiled
def enter_lane(tables: Tables, frame: int, now: float) -> None:
    """The try of this frame begins. Deadlines of one policy come in order, so that one event serves them all."""
    row = tables.frames[frame]
    number = row.policy
    policy = tables.policies[number]
    row.deadline = now + policy.timeout
    row.timed = 1
    row.next = NONE
    row.previous = policy.tail
    if policy.tail >= 0:
        tables.frames[policy.tail].next = frame
    else:
        policy.head = frame
    policy.tail = frame
    if policy.armed == 0:
        policy.armed = 1
        what = (number << KIND_BITS) | Event.TIMEOUT
        schedule(tables.near, tables.far, tables.registers, tables.clock, row.deadline, what)


@compiled
def leave_queue(tables: Tables, token: int) -> None:
    """Take a waiting token out of its queue, wherever it stands."""
    row = tables.tokens[token]
    pool = tables.pools[row.place]
    if row.previous >= 0:
        tables.tokens[row.previous].next = row.next
    else:
        pool.head = row.next
    if row.next >= 0:
        tables.tokens[row.next].previous = row.previous
    else:
        pool.tail = row.previous
    pool.waiting -= 1


@compiled
def drop(tables: Tables, token: int, now: float) -> None:
    """Take a token out of its queue that will not be served."""
    leave_queue(tables, token)
    pool = tables.pools[tables.tokens[token].place]
    pool.drops += 1
    pool.dropped += now - tables.tokens[token].since


@compiled
def detach(tables: Tables, token: int, now: float) -> None:
    """Leave what the token was doing. A service that has begun is finished for nobody."""
    row = tables.tokens[token]
    if row.state == State.QUEUED:
        drop(tables, token, now)
    elif row.state == State.SERVED:
        tables.servers[row.place].token = NONE
    elif row.state == State.ASLEEP:
        row.due = -1.0
    row.state = State.RUNNING


@compiled
def pop_frame(tables: Tables, token: int) -> None:
    """End what the token began last; the ways of a fork are given up with all that they began."""
    tokens, frames = tables.tokens, tables.frames
    frame = tokens[token].frame
    tokens[token].frame = frames[frame].below
    kind = frames[frame].kind
    if kind == Frame.GUARDED:
        leave_lane(tables, frame)
    elif kind == Frame.FORKED:
        give_up_ways(tables, frame)
    free_frame(tables.frames, tables.registers, frame)


@compiled
def give_up_ways(tables: Tables, frame: int) -> None:
    """Forget all ways of a fork, and those of forks within them. `parent` links those that are still to do."""
    tokens, frames = tables.tokens, tables.frames
    now = tables.clock[CLOCK]
    doomed = doom_ways(tables, frame, NONE)
    while doomed >= 0:
        token = doomed
        doomed = tokens[token].parent
        waits = tokens[token].state
        detach(tables, token, now)
        top = tokens[token].frame
        tokens[token].frame = NONE
        while top >= 0:
            if frames[top].kind == Frame.GUARDED:
                leave_lane(tables, top)
            elif frames[top].kind == Frame.FORKED:
                doomed = doom_ways(tables, top, doomed)
            below = frames[top].below
            free_frame(frames, tables.registers, top)
            top = below
        forget(tables, token, waits == State.READY or waits == State.FAILING)


@compiled
def doom_ways(tables: Tables, frame: int, doomed: int) -> int:
    """Put the ways of a fork in front of the list of those to give up; the list's new head."""
    child = tables.frames[frame].child
    while child >= 0:
        tables.tokens[child].parent = doomed
        doomed = child
        child = tables.tokens[child].younger
    return doomed


@compiled
def forget(tables: Tables, token: int, ready: bool) -> None:
    """A token that has nothing left to do; one on the stack is freed when it is taken from there."""
    root = tables.tokens[token].root
    if ready:
        tables.tokens[token].state = State.GONE
    else:
        free_part(tables, token)
    tables.tokens[root].refs -= 1
    release_request(tables, root)


@compiled
def pause_or_end(tables: Tables, token: int, frame: int) -> bool:
    """After a failed try: whether there will be another one. If so, the token sleeps until then, or is ready."""
    row = tables.frames[frame]
    policy = tables.policies[row.policy]
    now = tables.clock[CLOCK]
    policy.failures += 1
    if policy.breaker > 0 and policy.failures >= policy.breaker:
        policy.closed_until = now + policy.cooling
    if row.count >= policy.retries or policy.extra + 1 > policy.budget * policy.calls:
        return False
    policy.extra += 1
    row.count += 1
    tables.tokens[token].pc = row.spare
    pause = policy.pause * math.pow(2.0, row.count - 1.0)
    if policy.jitter:
        pause *= draw_uniform(tables.streams, policy.stream)
    wake(tables, token, now + pause)
    return True


@compiled
def fail_way(tables: Tables, token: int) -> int:
    """A way of a fork has failed. The token that waits for it if the fork cannot succeed any more, else none."""
    tokens, frames = tables.tokens, tables.frames
    frame = tokens[token].parent
    leave_siblings(tokens, frames, token)
    forget(tables, token, False)
    frames[frame].spare -= 1
    if frames[frame].spare >= 0:
        return NONE
    waiting = frames[frame].token
    pop_frame(tables, waiting)
    return waiting


@compiled
def end_in_failure(tables: Tables, token: int) -> int:
    """A token without anything that catches its failure. The token that fails because of it, or none."""
    row = tables.tokens[token]
    if row.kind == Kind.WAY:
        return fail_way(tables, token)
    if row.kind == Kind.REQUEST:
        tables.sources[row.source].failed += 1
        row.state = State.ANSWERED
        row.done = NONE
        release_request(tables, token)
    elif row.kind == Kind.POSTED:
        tables.sources[row.source].lost += 1
        end_posted(tables, token)
    else:
        forget(tables, token, False)
    return NONE


@compiled
def fail(tables: Tables, token: int) -> int:
    """What the token was trying has failed. The token that goes on at once (not always the same), or none."""
    tokens, frames = tables.tokens, tables.frames
    while token >= 0:
        frame = tokens[token].frame
        tokens[token].state = State.RUNNING
        if frame < 0:
            token = end_in_failure(tables, token)
            continue
        kind = frames[frame].kind
        if kind == Frame.GUARDED:
            leave_lane(tables, frame)
            if pause_or_end(tables, token, frame):
                return NONE
        after = frames[frame].pc
        optional = kind == Frame.OPTIONAL or (kind == Frame.GUARDED and frames[frame].optional == 1)
        pop_frame(tables, token)
        if optional:
            tokens[token].pc = after
            return token
    return NONE


@compiled
def time_out(tables: Tables, number: int) -> int:
    """The first try of a policy's lane may be overdue. The token that goes on at once, or none."""
    policy = tables.policies[number]
    now = tables.clock[CLOCK]
    policy.armed = 0
    frame = policy.head
    going = NONE
    if frame >= 0 and tables.frames[frame].deadline <= now:
        token = tables.frames[frame].token
        leave_lane(tables, frame)
        ready = tables.tokens[token].state == State.READY or tables.tokens[token].state == State.FAILING
        detach(tables, token, now)
        while tables.tokens[token].frame != frame:
            pop_frame(tables, token)
        if ready:
            tables.tokens[token].state = State.FAILING
        else:
            going = fail(tables, token)
    if policy.head >= 0 and policy.armed == 0:
        policy.armed = 1
        deadline = tables.frames[policy.head].deadline
        what = (number << KIND_BITS) | Event.TIMEOUT
        schedule(tables.near, tables.far, tables.registers, tables.clock, deadline, what)
    return going


@compiled
def doom(tables: Tables, token: int) -> None:
    """Put a token on the stack of those that go on now: it will fail."""
    tables.tokens[token].state = State.FAILING
    tables.ready[tables.registers[READY]] = token
    tables.registers[READY] += 1


@compiled
def break_machine(tables: Tables, number: int) -> None:
    """A machine goes down: what it works on fails, and what waits in a queue of its own."""
    machine = tables.machines[number]
    pool = tables.pools[machine.pool]
    now = tables.clock[CLOCK]
    machine.up = 0
    machine.breaks += 1
    tables.stations[machine.station].up -= 1
    pool.lost -= now * machine.servers
    for server in range(machine.first, machine.first + machine.servers):
        row = tables.servers[server]
        if row.due >= 0.0:
            pool.busy -= row.due - now
            row.due = -1.0
            if row.token >= 0:
                doom(tables, row.token)
                row.token = NONE
    stay = 0
    for index in range(pool.first, pool.first + pool.idle):
        server = tables.idle[index]
        if server < machine.first or server >= machine.first + machine.servers:
            tables.idle[pool.first + stay] = server
            stay += 1
    pool.idle = stay
    if pool.shared == 0:
        pool.up = 0
        while pool.head >= 0:
            token = pool.head
            drop(tables, token, now)
            doom(tables, token)
    what = (number << KIND_BITS) | Event.REPAIR
    time = now + draw_time(tables.laws, machine.down, tables.streams)
    schedule(tables.near, tables.far, tables.registers, tables.clock, time, what)


@compiled
def repair_machine(tables: Tables, number: int) -> None:
    """A machine is back, empty; where the queue is shared it takes up those that wait."""
    machine = tables.machines[number]
    pool = tables.pools[machine.pool]
    now = tables.clock[CLOCK]
    machine.up = 1
    tables.stations[machine.station].up += 1
    pool.up = 1
    pool.lost += now * machine.servers
    for server in range(machine.first, machine.first + machine.servers):
        token = pool.head
        if token >= 0:
            leave_queue(tables, token)
            pool.waited += now - tables.tokens[token].since
            begin_service(
                tables.code, tables.laws, tables.pools, tables.servers, tables.tokens, tables.streams,
                tables.near, tables.far, tables.registers, tables.clock, machine.pool, server, token, now,
            )  # fmt: skip
        else:
            tables.idle[pool.first + pool.idle] = server
            pool.idle += 1
    what = (number << KIND_BITS) | Event.BREAK
    time = now + draw_time(tables.laws, machine.working, tables.streams)
    schedule(tables.near, tables.far, tables.registers, tables.clock, time, what)
