"""What is simulated and what comes out of it. Nothing here knows of designs: see blueprints.py for the way from one.

A network has stations (machines that work on requests), routines (named pieces of a request's way, so that a way met
often is written once) and sources (where requests come from). A request does the steps of its source one after the
other; its response time is from its arrival to the end of the last step that it waits for. Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Shape(StrEnum):
    """The family of a random time."""

    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    GAMMA = "gamma"


@dataclass(frozen=True, slots=True)
class Law:
    """A random time: `mean` seconds; `variability` is the squared coefficient of variation (gamma only).

    `nothing` is the chance that it takes no time at all; otherwise it has that mean.
    """

    shape: Shape
    mean: float
    variability: float = 1.0
    nothing: float = 0.0


class Discipline(StrEnum):
    """How an arrival finds one of the machines of a station."""

    SHARED = "shared"  # one queue for all machines
    RANDOM = "random"  # by the weights of the step, else evenly
    ROUND_ROBIN = "round_robin"
    LEAST_CONNECTIONS = "least_connections"  # the machine with the fewest requests, ties at random


@dataclass(frozen=True, slots=True)
class Failure:
    """A machine works for `working` seconds on average and is then down for `down`, both at random.

    What it is serving when it goes down fails, and so does what waits in a queue of its own; a queue shared with other
    machines goes on waiting. An arrival goes to a machine that is up, or waits in the shared queue; it fails when none
    is up and no queue is shared, and when the machine that its step's weights or `machine` name is down.
    """

    working: Law
    down: Law


@dataclass(frozen=True, slots=True)
class Station:
    """Machines that are alike, each with `servers` that work on one request at a time, first come first served."""

    name: str
    machines: int = 1
    servers: int = 1
    discipline: Discipline = Discipline.RANDOM
    places: int | None = None  # most requests waiting at each queue; more are turned away; None: no limit
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Serve:
    """Wait for a server of a station, and be served for `time`.

    The server is held for `hold` times as long as the request is (0.25: a quarter of it): a database may be back to
    work while its answer is still on its way up. `weights` divide the requests over the machines, `machine` names one.
    """

    station: str
    time: Law
    hold: float = 1.0
    weights: tuple[float, ...] | None = None
    machine: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Time that passes without anything being held: the network, a pause."""

    time: Law


@dataclass(frozen=True, slots=True)
class Choose:
    """One of several ways by chance. The weights sum to 1; an empty way does nothing: (0.8, ()), (0.2, miss)."""

    options: tuple[tuple[float, Steps], ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """Several ways at once. The request goes on when `needed` of them have ended (None: all); the others run on."""

    ways: tuple[Steps, ...]
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same steps `count` times, one after the other; of a fraction the rest is done with that chance."""

    steps: Steps
    count: float


@dataclass(frozen=True, slots=True)
class Retry:
    """How a call is tried: given up after `timeout`, tried again at most `retries` times after a growing pause.

    The pause before try n is `pause` x 2^(n-1), times a random part if `jitter`. `budget` is the most tries after the
    first as part of the calls so far. A failed try is one that timed out, was turned away or met a machine that went
    down. With `breaker` failures in a row the call fails at once for `cooling` seconds. Of a try that timed out the
    work in queues is dropped, the service that has begun is finished for nobody, and what would follow is not begun.
    Budget and breaker are those of this step, whoever comes by.
    """

    timeout: float | None = None
    retries: int = 0
    pause: float = 0.0
    jitter: bool = False
    budget: float | None = None
    breaker: int | None = None
    cooling: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """Do a routine and wait for its end. The request fails when the call does, unless it is `optional`.

    Routines may call themselves by chance (a feedback), as long as that is expected to end.
    """

    routine: str
    retry: Retry | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """Set something going and do not wait for it: its end is the end of the source's deferred work."""

    steps: Steps


Step = Serve | Delay | Choose | Fork | Repeat | Call | Post
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Requests of one kind, at random times (Poisson) with `rate` per second on average.

    `profile` changes the rate over time: (from second, factor), in order; the factor is 1 before the first.
    """

    name: str
    rate: float
    steps: Steps
    profile: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that is simulated."""

    stations: tuple[Station, ...]
    sources: tuple[Source, ...]
    routines: Mapping[str, Steps] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A simulated number with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Times:
    """Response times of one kind of request, in seconds: mean and percentiles (50, 95, 99, 99.9)."""

    count: int
    mean: Estimate
    percentiles: Mapping[float, Estimate]


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of the requests of one source, after the warm-up."""

    name: str
    arrived: int
    completed: int
    failed: int
    responses: Times | None  # of the completed; None when none was
    deferred: Times | None  # from the answer to the end of the last posted work; None without any
    carried_over: int = (
        0  # under way when the warm-up ended: carried_over + arrived = completed + failed + in_flight
    )
    in_flight: int = 0  # under way at the end
    lost: int = 0  # pieces of posted work that failed


@dataclass(frozen=True, slots=True)
class StationOutcome:
    """How busy a station was, after the warm-up."""

    name: str
    utilisation: Estimate  # part of its servers held, of those that were up
    arrivals: int
    refused: int
    waiting: Estimate  # mean seconds before service
    longest_queue: int
    queue: Estimate = Estimate(0.0, 0.0, 0.0)  # mean number of requests waiting, over time


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that came out of one run."""

    seed: int
    seconds: float  # simulated, after the warm-up
    sources: tuple[SourceOutcome, ...]
    stations: tuple[StationOutcome, ...]
    failures: int = 0  # of machines
