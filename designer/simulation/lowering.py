"""From a network to the tables of a run: steps become instructions, stations become pools of servers."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from designer.simulation import records
from designer.simulation.model import (
    Call,
    Choose,
    Delay,
    Discipline,
    Fork,
    Law,
    Network,
    Repeat,
    Retry,
    Serve,
    Shape,
    Source,
    Station,
    Step,
    Steps,
)
from designer.simulation.records import (
    FREE_FRAME,
    FREE_TOKEN,
    NONE,
    REGISTERS,
    Draw,
    Op,
    Pick,
    Tables,
)

TOKENS, FRAMES, FAR, ANSWERS = 4_096, 1_024, 4_096, 65_536
"""Rows that the tables have at first. Answers are taken away when there are as many, the others grow."""

END = 0
"""The instruction at which every request, way and posted piece of work ends."""

EVER = 2**62
PICKS = {
    Discipline.RANDOM: Pick.EVEN,
    Discipline.ROUND_ROBIN: Pick.ROUND,
    Discipline.LEAST_CONNECTIONS: Pick.LEAST,
}

Row = dict[str, Any]


@dataclass(slots=True)
class Program:
    """The tables while they are put together."""

    code: list[Row] = field(default_factory=list)
    laws: list[Row] = field(default_factory=list)
    policies: list[Row] = field(default_factory=list)
    pools: list[Row] = field(default_factory=list)
    servers: list[Row] = field(default_factory=list)
    machines: list[Row] = field(default_factory=list)
    stations: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    purposes: dict[str, int] = field(default_factory=dict)
    calls: list[tuple[int, str]] = field(default_factory=list)  # instructions that want a routine's first
    drawn: dict[str, tuple[Station, int, int]] = field(default_factory=dict)  # by name: number, first pool

    def stream(self, purpose: str) -> int:
        """A stream of random numbers of its own: the same purpose draws the same numbers in another network."""
        count = (
            sum(1 for known in self.purposes if known.rpartition("#")[0] == purpose) if self.purposes else 0
        )
        return self.purposes.setdefault(f"{purpose}#{count}", len(self.purposes))

    def law(self, law: Law, purpose: str) -> int:
        """The number of a law with a stream of its own."""
        draw = {Shape.CONSTANT: Draw.CONSTANT, Shape.EXPONENTIAL: Draw.EXPONENTIAL}.get(law.shape, Draw.GAMMA)
        if draw is Draw.GAMMA and law.variability in (0.0, 1.0):
            draw = Draw.CONSTANT if law.variability == 0.0 else Draw.EXPONENTIAL
        if law.mean == 0.0:
            draw = Draw.CONSTANT
        alpha = 1.0 / law.variability if draw is Draw.GAMMA else 1.0
        row = {"average": law.mean, "nothing": law.nothing, "alpha": alpha, "draw": draw}
        self.laws.append(row | {"stream": self.stream(purpose)})
        return len(self.laws) - 1

    def emit(self, op: Op, then: int = NONE, **fields: Any) -> int:
        """Add an instruction; its number."""
        blank = {"hold": 0.0, "law": NONE, "table": NONE, "policy": NONE, "target": NONE, "stream": NONE}
        self.code.append(blank | {"op": op, "then": then} | fields)
        return len(self.code) - 1


def lower(network: Network, seed: int) -> Tables:
    """The tables of a run from this seed. The network has been checked."""
    program = Program()
    program.emit(Op.END)
    for station in network.stations:
        _lower_station(program, station)
    entries = {}
    for name, steps in network.routines.items():
        entries[name] = _lower_steps(program, steps, program.emit(Op.RETURN), f"routine {name}")
    for source in network.sources:
        _lower_source(program, source)
    for instruction, routine in program.calls:
        program.code[instruction]["target"] = entries[routine]
    return _make_tables(program, seed)


def _lower_station(program: Program, station: Station) -> None:
    shared = station.discipline is Discipline.SHARED
    number, first = len(program.stations), len(program.pools)
    program.drawn[station.name] = station, number, first
    groups = [station.machines] if shared else [1] * station.machines
    places = EVER if station.places is None else station.places
    for machines in groups:
        servers = machines * station.servers
        pool = {"places": places, "head": NONE, "tail": NONE, "idle": servers, "servers": servers, "up": 1}
        program.pools.append(pool | {"first": len(program.servers), "shared": int(shared)})
        for machine in range(machines):
            _lower_machine(
                program, station, number, f"{station.name}[{len(program.pools) - first - 1 + machine}]"
            )
    program.stations.append({"first": first, "many": len(groups), "up": station.machines})


def _lower_machine(program: Program, station: Station, number: int, name: str) -> None:
    pool = len(program.pools) - 1
    machine = {
        "station": number,
        "pool": pool,
        "first": len(program.servers),
        "servers": station.servers,
        "up": 1,
    }
    failure = station.failure
    working = NONE if failure is None else program.law(failure.working, f"working {name}")
    down = NONE if failure is None else program.law(failure.down, f"down {name}")
    program.machines.append(machine | {"working": working, "down": down})
    program.servers.extend({"due": -1.0, "token": NONE, "pool": pool} for _ in range(station.servers))


def _lower_source(program: Program, source: Source) -> None:
    profile = source.profile
    if profile and profile[0][0] > 0.0:
        profile = ((0.0, 1.0), *profile)
    first = len(program.numbers)
    program.numbers.extend(number for part in profile for number in part)
    owner = f"source {source.name}"
    row = {
        "rate": source.rate,
        "stream": program.stream(f"{owner} arrivals"),
        "first": first,
        "many": len(profile),
    }
    program.sources.append(row | {"pc": _lower_steps(program, source.steps, END, owner)})


def _lower_steps(program: Program, steps: Steps, then: int, owner: str) -> int:
    """The first instruction of these steps, which go on at `then`."""
    for step in reversed(steps):
        then = _lower_step(program, step, then, owner)
    return then


def _lower_step(program: Program, step: Step, then: int, owner: str) -> int:
    if isinstance(step, Serve):
        return _lower_serve(program, step, then, owner)
    if isinstance(step, Delay):
        return program.emit(Op.DELAY, then, law=program.law(step.time, f"{owner} delay"))
    if isinstance(step, Choose):
        return _lower_choice(program, step, then, owner)
    if isinstance(step, Fork):
        return _lower_fork(program, step, then, owner)
    if isinstance(step, Repeat):
        return _lower_repeat(program, step, then, owner)
    if isinstance(step, Call):
        return _lower_call(program, step, then, owner)
    return program.emit(Op.POST, then, target=_lower_steps(program, step.steps, END, f"{owner} posted"))


def _lower_serve(program: Program, step: Serve, then: int, owner: str) -> int:
    station, number, first = program.drawn[step.station]
    many = 1 if station.discipline is Discipline.SHARED else station.machines
    pick, table, stream = Pick.FIXED, NONE, NONE
    if step.machine is not None:
        first += step.machine
    elif many > 1:
        stream = program.stream(f"{owner} machine of {station.name}")
        pick = PICKS[station.discipline]
        if step.weights is not None:
            pick, table = Pick.WEIGHTED, _add_up(program, step.weights)
    return program.emit(
        Op.SERVE,
        then,
        hold=step.hold,
        law=program.law(step.time, f"{owner} service at {station.name}"),
        pick=pick,
        first=first,
        many=many,
        table=table,
        stream=stream,
        station=number,
    )


def _add_up(program: Program, weights: tuple[float, ...]) -> int:
    """Where the weights, added up, start in the numbers."""
    table, total = len(program.numbers), 0.0
    for weight in weights:
        total += weight
        program.numbers.append(total)
    # The rounding of a sum must not leave a gap below 1; what has no weight must not fill it.
    last = max(index for index, weight in enumerate(weights) if weight > 0.0)
    for index in range(last, len(weights)):
        program.numbers[table + index] = math.inf
    return table


def _lower_choice(program: Program, step: Choose, then: int, owner: str) -> int:
    targets = [_lower_steps(program, steps, then, owner) for _, steps in step.options]
    first = len(program.labels)
    program.labels.extend(targets)
    table = _add_up(program, tuple(weight for weight, _ in step.options))
    stream = program.stream(f"{owner} choice")
    return program.emit(Op.CHOOSE, first=first, many=len(targets), table=table, stream=stream)


def _lower_fork(program: Program, step: Fork, then: int, owner: str) -> int:
    if not step.ways:
        return then
    targets = [_lower_steps(program, steps, END, owner) for steps in step.ways]
    first = len(program.labels)
    program.labels.extend(targets)
    needed = len(targets) if step.needed is None else step.needed
    return program.emit(Op.FORK, then, first=first, many=len(targets), target=needed)


def _lower_repeat(program: Program, step: Repeat, then: int, owner: str) -> int:
    if step.count == 0.0 or not step.steps:
        return then
    if step.count == 1.0:
        return _lower_steps(program, step.steps, then, owner)
    whole = math.floor(step.count)
    again = program.emit(Op.AGAIN)
    body = _lower_steps(program, step.steps, again, owner)
    program.code[again]["target"] = body
    stream = program.stream(f"{owner} repetition")
    return program.emit(Op.LOOP, then, many=whole, hold=step.count - whole, target=body, stream=stream)


def _lower_call(program: Program, step: Call, then: int, owner: str) -> int:
    optional = int(step.optional)
    if step.retry is None:
        call = program.emit(Op.CALL, then, optional=optional)
        program.calls.append((call, step.routine))
        return call
    attempt = program.emit(Op.TRY)
    program.calls.append((attempt, step.routine))
    policy = _lower_policy(program, step.retry, f"{owner} pause before {step.routine}")
    return program.emit(Op.GUARD, then, target=attempt, policy=policy, optional=optional)


def _lower_policy(program: Program, retry: Retry, purpose: str) -> int:
    program.policies.append({
        "timeout": math.inf if retry.timeout is None else retry.timeout,
        "pause": retry.pause,
        "budget": math.inf if retry.budget is None else retry.budget,
        "cooling": retry.cooling,
        "closed_until": -math.inf,
        "retries": retry.retries,
        "jitter": int(retry.jitter),
        "breaker": retry.breaker or 0,
        "head": NONE,
        "tail": NONE,
        "stream": program.stream(purpose),
    })  # fmt: skip
    return len(program.policies) - 1


def _fill(kind: np.dtype[Any], rows: list[Row]) -> records.Table:
    table = records.make_table(kind, len(rows))
    if not rows:
        for name in kind.names or ():
            table[name] = NONE
        return table
    for name in kind.names or ():
        table[name] = [row.get(name, 0) for row in rows]
    return table


def begin_stream(seed: int, purpose: str) -> int:
    """Where the stream of random numbers for a purpose begins."""
    digest = hashlib.blake2b(f"{seed} {purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def blank_tokens(first: int, rows: int) -> records.Table:
    """So many rows for tokens, the first of them with this number, as a token leaves its row behind."""
    table = records.make_table(records.TOKEN, rows)
    table["due"] = -1.0
    table["frame"] = NONE
    table["root"] = np.arange(first, first + rows)
    return table


def _make_tables(program: Program, seed: int) -> Tables:
    registers = np.zeros(REGISTERS, dtype=np.int64)
    registers[FREE_TOKEN] = registers[FREE_FRAME] = NONE
    step = 2 * len(program.servers) + len(program.policies) + len(program.machines) + len(program.sources)
    return Tables(
        code=_fill(records.INSTRUCTION, program.code),
        laws=_fill(records.LAW, program.laws),
        pools=_fill(records.POOL, program.pools),
        servers=_fill(records.SERVER, program.servers),
        machines=_fill(records.MACHINE, program.machines),
        stations=_fill(records.STATION, program.stations),
        sources=_fill(records.SOURCE, program.sources),
        policies=_fill(records.POLICY, program.policies),
        numbers=np.array([*program.numbers, 0.0]),
        labels=np.array([*program.labels, 0], dtype=np.int64),
        idle=np.arange(max(1, len(program.servers)), dtype=np.int64),
        streams=np.array(
            [begin_stream(seed, purpose) for purpose in program.purposes] or [0], dtype=np.uint64
        ),
        near=records.make_table(records.EVENT, records.NEAR_SIZE),
        far=records.make_table(records.EVENT, FAR + 2 * step),
        tokens=blank_tokens(0, TOKENS),
        frames=records.make_table(records.FRAME, FRAMES),
        ready=np.zeros(TOKENS + 8, dtype=np.int64),
        answers=records.make_table(records.ENDING, ANSWERS),
        tails=records.make_table(records.ENDING, ANSWERS),
        registers=registers,
        clock=np.array([0.0, math.inf, math.inf]),
    )
