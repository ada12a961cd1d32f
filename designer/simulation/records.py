"""The tables a network is lowered to, and those a run works on: flat records, so that one loop can be compiled.

An index of -1 always means "none". Times are in seconds.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Table = Any
"""A numpy record array: `table[row].field`, in compiled code and out of it. (numpy has no type for that.)"""

NONE = -1


class Op(IntEnum):
    """What an instruction does."""

    SERVE = 0
    CHOOSE = 1
    END = 2  # of a request, of a way of a fork, of posted work
    DELAY = 3
    RETURN = 4  # of a routine
    CALL = 5  # a routine, once
    GUARD = 6  # a routine by a retry policy: the whole call
    TRY = 7  # one try of it
    FORK = 8
    POST = 9
    LOOP = 10
    AGAIN = 11  # the end of the steps that a loop repeats


class Pick(IntEnum):
    """How a step finds its pool."""

    FIXED = 0
    EVEN = 1
    WEIGHTED = 2
    ROUND = 3
    LEAST = 4


class Draw(IntEnum):
    """How a time is drawn."""

    CONSTANT = 0
    EXPONENTIAL = 1
    GAMMA = 2


class Event(IntEnum):
    """What an event is about; the number of its subject is in the bits above KIND_BITS."""

    DEPART = 0  # server
    WAKE = 1  # token
    TIMEOUT = 2  # policy
    BREAK = 3  # machine
    REPAIR = 4  # machine


KIND_BITS = 3
KIND_MASK = (1 << KIND_BITS) - 1


class State(IntEnum):
    """What a token is doing."""

    RUNNING = 0
    QUEUED = 1  # place: pool
    SERVED = 2  # place: server
    ASLEEP = 3  # until due
    JOINING = 4  # its ways
    READY = 5  # on the stack of those that go on now
    FAILING = 6  # on that stack, to fail
    GONE = 7  # on that stack, to be forgotten
    ANSWERED = 8  # a request whose posted work goes on


class Kind(IntEnum):
    """What a token stands for."""

    REQUEST = 0
    WAY = 1  # parent: the frame that waits for it
    LOOSE = 2  # a way nobody waits for any more
    POSTED = 3


class Frame(IntEnum):
    """What a token has begun and not ended."""

    CALLED = 0
    OPTIONAL = 1  # called, and may fail
    GUARDED = 2  # called by a policy
    FORKED = 3
    LOOPED = 4


class Status(IntEnum):
    """Why the loop came back."""

    REACHED = 0  # as many arrivals as were asked for
    FULL = 1  # a table is (nearly) full
    IDLE = 2  # nothing will ever happen again


# Where the whole numbers of a run are, in its registers.
ARRIVED = 0
NEAR = 1  # events in the near list
FAR = 2  # events in the far heap
READY = 3  # tokens on the stack
FREE_TOKEN = 4
USED_TOKENS = 5
FREE_FRAME = 6
USED_FRAMES = 7
ANSWERS = 8
TAILS = 9
LIVE = 10  # tokens in use
COMER = 11  # the source with the next arrival
REGISTERS = 12

# And its times.
CLOCK = 0
HORIZON = 1  # time of the first far event
COMING = 2  # time of the next arrival; infinite when there will be none

NEAR_SIZE = 64
"""Events kept in order; those further off lie in a heap."""


def _lay_out(times: str, counts: str) -> np.dtype[Any]:
    """A record of floats and then of whole numbers, by their names."""
    floats = [(name, np.float64) for name in times.split()]
    return np.dtype([*floats, *((name, np.int64) for name in counts.split())])


INSTRUCTION = _lay_out("hold", "op then law pick first many stream station target table policy optional")
"""`first`, `many`: pools of a station, or rows of the side tables; `table`: where its weights start."""

LAW = _lay_out("average nothing alpha", "draw stream")

TOKEN = _lay_out(
    "born since due",
    "pc state kind source place next previous frame parent older younger root refs posts posted done",
)

FRAME = _lay_out("deadline", "kind pc token below count spare child policy next previous timed optional")

POOL = _lay_out(
    "waited dropped busy lost",
    "arrivals refused drops longest places waiting head tail idle first servers up shared",
)

SERVER = _lay_out("due", "token pool")

MACHINE = _lay_out("", "station pool first servers working down up breaks")

STATION = _lay_out("", "first many turn up turned")

SOURCE = _lay_out("rate coming", "failed arrived lost pc stream first many segment")

POLICY = _lay_out(
    "timeout pause budget cooling closed_until",
    "calls extra retries jitter breaker failures head tail armed stream",
)

EVENT = _lay_out("time", "what")

ENDING = _lay_out("time", "source")


class Tables(NamedTuple):
    """Everything that the loop reads and writes. What can fill up: tokens, frames, far, ready, answers, tails."""

    code: Table
    laws: Table
    pools: Table
    servers: Table
    machines: Table
    stations: Table
    sources: Table
    policies: Table
    numbers: NDArray[np.float64]  # weights added up, profiles
    labels: NDArray[np.int64]  # targets of choices and forks
    idle: NDArray[np.int64]  # per pool, from its first server on: a stack of idle servers
    streams: NDArray[np.uint64]
    near: Table
    far: Table
    tokens: Table
    frames: Table
    ready: NDArray[np.int64]
    answers: Table  # response times since they were last taken away
    tails: Table  # times from the answer to the end of the posted work, likewise
    registers: NDArray[np.int64]
    clock: NDArray[np.float64]


def make_table(kind: np.dtype[Any], rows: int) -> Table:
    """An empty table of at least one row: compiled code knows no table without a row."""
    return np.zeros(max(rows, 1), dtype=kind).view(np.recarray)
