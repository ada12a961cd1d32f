"""The event loop: takes the next event, lets its token go on until that waits for something, and so on.

Written once, for numba and for plain Python alike. All state is in the tables, so that the loop can come back to
have a table enlarged or its answers taken away, and go on as if nothing had been.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from designer.simulation.agenda import refill, schedule
from designer.simulation.chances import compiled, draw_exponential, draw_time, draw_uniform, entry
from designer.simulation.failures import break_machine, fail, repair_machine, time_out
from designer.simulation.instructions import has_room, put_back, step_aside
from designer.simulation.pools import begin_service, find_pool, find_weighted
from designer.simulation.records import (
    ANSWERS,
    ARRIVED,
    CLOCK,
    COMER,
    COMING,
    FAR,
    FREE_TOKEN,
    KIND_BITS,
    KIND_MASK,
    LIVE,
    NEAR,
    NEAR_SIZE,
    NONE,
    READY,
    TAILS,
    USED_TOKENS,
    Event,
    Kind,
    Op,
    Pick,
    State,
    Status,
    Table,
    Tables,
)
from designer.simulation.tokens import end_part, free_part, free_token, take_token, wake

MARGIN = 4 * NEAR_SIZE
"""Rows kept free in the tables of events and of answers: one step of the loop never needs more."""


@compiled
def next_arrival(
    source: Table, numbers: NDArray[np.float64], streams: NDArray[np.uint64], now: float
) -> float:
    """When the next request of a source comes. Where its rate changes, one exponential draw is used up piecewise."""
    left = draw_exponential(streams, source.stream)
    if source.many == 0:
        time: float = now + left / source.rate
        return time
    while True:
        at = source.first + 2 * source.segment
        last = source.segment == source.many - 1
        end = math.inf if last else numbers[at + 2]
        rate = source.rate * numbers[at + 1]
        time = now + left / rate if rate > 0.0 else math.inf
        if time <= end:
            return time
        if last:
            return math.inf
        left -= (end - now) * rate
        now = end
        source.segment += 1


@compiled
def find_comer(sources: Table, registers: NDArray[np.int64], clock: NDArray[np.float64]) -> None:
    """Note which source has the next arrival. Sources are few, so that looking at all of them is quick."""
    best = 0
    for number in range(1, len(sources)):
        if sources[number].coming < sources[best].coming:
            best = number
    registers[COMER] = best
    clock[COMING] = sources[best].coming


@entry
def start(tables: Tables) -> None:
    """Enter what begins by itself: the first request of every source, the first failure of every machine."""
    for number in range(len(tables.sources)):
        source = tables.sources[number]
        source.coming = math.inf
        if source.rate > 0.0:
            source.coming = next_arrival(source, tables.numbers, tables.streams, 0.0)
    find_comer(tables.sources, tables.registers, tables.clock)
    for number in range(len(tables.machines)):
        machine = tables.machines[number]
        if machine.working >= 0:
            time = draw_time(tables.laws, machine.working, tables.streams)
            what = (number << KIND_BITS) | Event.BREAK
            schedule(tables.near, tables.far, tables.registers, tables.clock, time, what)


@compiled
def happen(tables: Tables, kind: int, index: int, now: float) -> int:
    """The rarer events. The token that goes on, or none."""
    if kind == Event.WAKE:
        row = tables.tokens[index]
        if row.state != State.ASLEEP or row.due != now:
            return NONE
        return index
    if kind == Event.TIMEOUT:
        return time_out(tables, index)
    if kind == Event.BREAK:
        break_machine(tables, index)
    else:
        repair_machine(tables, index)
    return NONE


@compiled
def take_ready(tables: Tables) -> int:
    """The token put last on the stack of those that go on now, or the one its failure leads to, or none."""
    registers = tables.registers
    registers[READY] -= 1
    token = int(tables.ready[registers[READY]])
    state = tables.tokens[token].state
    if state == State.GONE:
        free_part(tables, token)
        return NONE
    if state == State.FAILING:
        return fail(tables, token)
    return token


@entry
def advance(tables: Tables, until: int) -> int:  # noqa: C901 - one loop, so that its hot state stays in registers
    """Run until so many requests have come in all; the `Status` says why the loop came back."""
    code, laws, pools, servers = tables.code, tables.laws, tables.pools, tables.servers
    tokens, near, far, idle = tables.tokens, tables.near, tables.far, tables.idle
    registers, clock, streams, numbers = tables.registers, tables.clock, tables.streams, tables.numbers
    answers, sources, stations, labels = tables.answers, tables.sources, tables.stations, tables.labels
    far_limit = len(far) - MARGIN - 2 * len(servers) - len(tables.policies)
    answer_limit = len(answers) - 1
    now = clock[CLOCK]
    while True:
        if (
            registers[FAR] > far_limit
            or registers[ANSWERS] >= answer_limit
            or registers[TAILS] >= answer_limit
        ):
            return Status.FULL
        if registers[READY] > 0:
            token = take_ready(tables)
            pc = tokens[token].pc
        else:
            size = registers[NEAR]
            if size == 0:
                refill(near, far, registers, clock)
                size = registers[NEAR]
            coming = clock[COMING]
            if size == 0 or coming <= near[size - 1].time:
                if coming == math.inf:
                    return Status.IDLE
                if registers[ARRIVED] >= until:
                    return Status.REACHED
                if registers[FREE_TOKEN] < 0 and registers[USED_TOKENS] >= len(tokens):
                    return Status.FULL
                now = coming
                clock[CLOCK] = now
                index = registers[COMER]
                source = sources[index]
                registers[ARRIVED] += 1
                source.arrived += 1
                source.coming = next_arrival(source, numbers, streams, now)
                find_comer(sources, registers, clock)
                token = take_token(tokens, registers)
                tokens[token].born = now
                tokens[token].source = index
                pc = source.pc
            else:
                if coming == math.inf and registers[LIVE] == 0:
                    return Status.IDLE
                now = near[size - 1].time
                what = near[size - 1].what
                registers[NEAR] = size - 1
                clock[CLOCK] = now
                index = what >> KIND_BITS
                if what & KIND_MASK != Event.DEPART:
                    token = happen(tables, what & KIND_MASK, index, now)
                    pc = tokens[token].pc
                elif servers[index].due == now:
                    token = servers[index].token
                    number = servers[index].pool
                    pool = pools[number]
                    head = pool.head
                    if head >= 0:
                        after = tokens[head].next
                        pool.head = after
                        if after >= 0:
                            tokens[after].previous = NONE
                        else:
                            pool.tail = NONE
                        pool.waiting -= 1
                        pool.waited += now - tokens[head].since
                        begin_service(
                            code, laws, pools, servers, tokens, streams, near, far, registers, clock,
                            number, index, head, now,
                        )  # fmt: skip
                    else:
                        servers[index].due = -1.0
                        idle[pool.first + pool.idle] = index
                        pool.idle += 1
                    if token < 0:
                        continue
                    pc = code[tokens[token].pc].then
                else:
                    continue
        while token >= 0:
            step = code[pc]
            op = step.op
            if op == Op.SERVE:
                if step.pick == Pick.FIXED:
                    number = step.first
                else:
                    number = find_pool(step, pools, stations, numbers, streams)
                    if number < 0:
                        stations[step.station].turned += 1
                        token = fail(tables, token)
                        pc = tokens[token].pc
                        continue
                pool = pools[number]
                pool.arrivals += 1
                tokens[token].pc = pc
                free = pool.idle
                if free > 0:
                    pool.idle = free - 1
                    begin_service(
                        code, laws, pools, servers, tokens, streams, near, far, registers, clock,
                        number, idle[pool.first + free - 1], token, now,
                    )  # fmt: skip
                    token = NONE
                elif pool.up == 0 or pool.waiting >= pool.places:
                    pool.refused += 1
                    token = fail(tables, token)
                    pc = tokens[token].pc
                else:
                    row = tokens[token]
                    row.since = now
                    row.state = State.QUEUED
                    row.place = number
                    row.next = NONE
                    last = pool.tail
                    row.previous = last
                    if last >= 0:
                        tokens[last].next = token
                    else:
                        pool.head = token
                    pool.tail = token
                    waiting = pool.waiting + 1
                    pool.waiting = waiting
                    if waiting > pool.longest:
                        pool.longest = waiting
                    token = NONE
            elif op == Op.CHOOSE:
                chance = draw_uniform(streams, step.stream)
                if step.many == 2:
                    way = 0 if chance < numbers[step.table] else 1
                else:
                    way = find_weighted(numbers, step.table, step.many, chance)
                pc = labels[step.first + way]
            elif op == Op.END:
                if tokens[token].kind == Kind.REQUEST:
                    row = tokens[token]
                    ending = answers[registers[ANSWERS]]
                    ending.time = now - row.born
                    ending.source = row.source
                    registers[ANSWERS] += 1
                    if row.refs == 0 and row.posted == 0:
                        free_token(tokens, registers, token)
                        token = NONE
                        continue
                token = end_part(tables, token)
                pc = tokens[token].pc
            elif op == Op.DELAY:
                time = draw_time(laws, step.law, streams)
                if time == 0.0:
                    pc = step.then
                else:
                    tokens[token].pc = step.then
                    wake(tables, token, now + time)
                    token = NONE
            else:
                if (
                    op == Op.FORK or op == Op.POST or op == Op.CALL or op == Op.GUARD or op == Op.LOOP
                ) and not (has_room(tables, step.many if op == Op.FORK else 1)):
                    put_back(tables, token, pc)
                    return Status.FULL
                pc = step_aside(tables, token, pc)
                if pc < 0:
                    if op == Op.GUARD:
                        token = fail(tables, token)
                        pc = tokens[token].pc
                    else:
                        token = NONE
