"""Being served: a server found, or a place in its queue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from designer.simulation.agenda import schedule
from designer.simulation.chances import Whole, compiled, draw_time, draw_uniform, inlined
from designer.simulation.records import KIND_BITS, NONE, Event, Pick, State, Table


@inlined
def begin_service(
    code: Table,
    laws: Table,
    pools: Table,
    servers: Table,
    tokens: Table,
    streams: NDArray[np.uint64],
    near: Table,
    far: Table,
    registers: NDArray[np.int64],
    clock: NDArray[np.float64],
    pool: int,
    server: int,
    token: int,
    now: float,
) -> None:
    """An idle server takes the token."""
    step = code[tokens[token].pc]
    time = draw_time(laws, step.law, streams)
    row = pools[pool]
    if step.hold == 1.0:
        row.busy += time
        due = now + time
        servers[server].due = due
        servers[server].token = token
        tokens[token].state = State.SERVED
        tokens[token].place = server
        schedule(near, far, registers, clock, due, (server << KIND_BITS) | Event.DEPART)
        return
    held = time * step.hold
    row.busy += held
    servers[server].due = now + held
    servers[server].token = NONE
    schedule(near, far, registers, clock, now + held, (server << KIND_BITS) | Event.DEPART)
    tokens[token].pc = step.then
    tokens[token].state = State.ASLEEP
    tokens[token].due = now + time
    schedule(near, far, registers, clock, now + time, (token << KIND_BITS) | Event.WAKE)


@compiled
def find_live(pools: Table, first: int, nth: Whole) -> int:
    """The pool that is the nth (from 0) of those that are up, from `first` on. There must be as many."""
    pool = first
    while True:
        if pools[pool].up:
            if nth == 0:
                return pool
            nth -= 1
        pool += 1


@compiled
def find_least(pools: Table, first: int, many: int, streams: NDArray[np.uint64], stream: int) -> int:
    """The pool with the fewest requests of those that are up, ties at random; none if all are down."""
    best, fewest, ties = NONE, 0, 0
    for pool in range(first, first + many):
        row = pools[pool]
        if row.up == 0:
            continue
        load = row.waiting + row.servers - row.idle
        if best < 0 or load < fewest:
            best, fewest, ties = pool, load, 1
        elif load == fewest:
            ties += 1
            if draw_uniform(streams, stream) * ties < 1.0:
                best = pool
    return best


@compiled
def find_weighted(numbers: NDArray[np.float64], table: int, many: int, chance: float) -> int:
    """Which of `many` options a number between 0 and 1 falls on; `numbers` has their chances added up."""
    low, high = 0, many - 1
    while low < high:
        middle = (low + high) >> 1
        if chance < numbers[table + middle]:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def find_pool(
    step: Table,
    pools: Table,
    stations: Table,
    numbers: NDArray[np.float64],
    streams: NDArray[np.uint64],
) -> int:
    """The pool for one arrival; none when every machine that might take it is down."""
    pick = step.pick
    if pick == Pick.WEIGHTED:
        chance = draw_uniform(streams, step.stream)
        return step.first + find_weighted(numbers, step.table, step.many, chance)
    station = stations[step.station]
    up = station.up
    if up == 0:
        return NONE
    if pick == Pick.EVEN:
        nth = np.int64(draw_uniform(streams, step.stream) * up)
        return step.first + nth if up == step.many else find_live(pools, step.first, nth)
    if pick == Pick.LEAST:
        return find_least(pools, step.first, step.many, streams, step.stream)
    turn = station.turn
    while pools[step.first + turn].up == 0:
        turn = (turn + 1) % step.many
    station.turn = (turn + 1) % step.many
    return step.first + turn
