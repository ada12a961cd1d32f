"""What happens when: the next events in order in a short list, those further off in a heap.

The short list takes a new event by moving the sooner ones aside, which for a few dozen beats any heap. Everything in
it is due before everything in the heap. Events at one time come in the order in which they were entered, as long as
they are near.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from designer.simulation.chances import compiled, inlined
from designer.simulation.records import FAR, HORIZON, NEAR, NEAR_SIZE, Table

HALF = NEAR_SIZE // 2


@compiled
def push_far(
    far: Table, registers: NDArray[np.int64], clock: NDArray[np.float64], time: float, what: int
) -> None:
    """Enter an event into the heap."""
    at = registers[FAR]
    registers[FAR] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if far[above].time <= time:
            break
        far[at].time = far[above].time
        far[at].what = far[above].what
        at = above
    far[at].time = time
    far[at].what = what
    clock[HORIZON] = far[0].time


@compiled
def drop_far(far: Table, registers: NDArray[np.int64], clock: NDArray[np.float64]) -> None:
    """Take the first event out of the heap."""
    size = registers[FAR] - 1
    registers[FAR] = size
    if size == 0:
        clock[HORIZON] = math.inf
        return
    time, what = far[size].time, far[size].what
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and far[below + 1].time < far[below].time:
            below += 1
        if far[below].time >= time:
            break
        far[at].time = far[below].time
        far[at].what = far[below].what
        at = below
    far[at].time = time
    far[at].what = what
    clock[HORIZON] = far[0].time


@compiled
def spill(near: Table, far: Table, registers: NDArray[np.int64], clock: NDArray[np.float64]) -> None:
    """Move the later half of the full list to the heap."""
    for index in range(HALF):
        push_far(far, registers, clock, near[index].time, near[index].what)
    for index in range(HALF, NEAR_SIZE):
        near[index - HALF].time = near[index].time
        near[index - HALF].what = near[index].what
    registers[NEAR] = NEAR_SIZE - HALF


@compiled
def refill(near: Table, far: Table, registers: NDArray[np.int64], clock: NDArray[np.float64]) -> None:
    """Fill the empty list from the heap, if that has any."""
    many = min(registers[FAR], HALF)
    for index in range(many - 1, -1, -1):
        near[index].time = far[0].time
        near[index].what = far[0].what
        drop_far(far, registers, clock)
    registers[NEAR] = many


@inlined
def schedule(
    near: Table, far: Table, registers: NDArray[np.int64], clock: NDArray[np.float64], time: float, what: int
) -> None:
    """Enter an event. The list lies with its first event at the end, so that taking one moves nothing."""
    if time >= clock[HORIZON]:
        push_far(far, registers, clock, time, what)
        return
    at = registers[NEAR]
    if at == NEAR_SIZE:
        spill(near, far, registers, clock)
        if time >= clock[HORIZON]:
            push_far(far, registers, clock, time, what)
            return
        at = registers[NEAR]
    registers[NEAR] = at + 1
    while at > 0 and near[at - 1].time <= time:
        near[at].time = near[at - 1].time
        near[at].what = near[at - 1].what
        at -= 1
    near[at].time = time
    near[at].what = what
