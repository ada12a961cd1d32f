"""What is asked: story, datasets, workloads, requirements, stages, designs that pass and one that fails."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)

from designer.catalog.model import DataKind
from designer.catalog.values import Identifier, Probability, Sentence
from designer.design.model import Coordinate, NodeId, Reason, RuleId
from designer.design.values import Overrides
from designer.units import Bytes, Count, Dollars, Rate, Seconds

SECONDS_PER_DAY = 86_400  # the definition of a day

Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Title = Annotated[str, Field(min_length=1, max_length=80)]

# The upper limits are far beyond any service there is: they keep arithmetic finite and judge nothing.
Frequency = Annotated[Rate, Gt(0), Le(1e12)]
Population = Annotated[Count, Ge(1), Le(1e18)]
Volume = Annotated[Bytes, Le(1e15)]
Period = Annotated[Seconds, Gt(0), Le(1e10)]
Share = Annotated[Probability, Gt(0)]
Tokens = Annotated[Count, Ge(0), Le(1e9)]

PERCENTILES = (50.0, 95.0, 99.0, 99.9)
"""The percentiles a response is described by."""


def _require_percentile(value: float) -> float:
    if value not in PERCENTILES:
        raise ValueError(f"must be one of {', '.join(f'{item:g}' for item in PERCENTILES)}")
    return value


Percentile = Annotated[
    float, AfterValidator(_require_percentile), WithJsonSchema({"type": "number", "enum": list(PERCENTILES)})
]


class Frozen(BaseModel):
    """Immutable, and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Difficulty(StrEnum):
    """For whom an exercise is meant."""

    WARM_UP = "warm-up"
    CORE = "core"
    HARD = "hard"


class Consistency(StrEnum):
    """What a reader may see of a write."""

    EVENTUAL = "eventual"
    READ_YOUR_WRITES = "read_your_writes"
    STRONG = "strong"


class Clarification(Frozen):
    """A question worth asking before drawing. A distractor costs time and changes nothing."""

    question: Sentence
    answer: Sentence
    distractor: bool = False


class CacheAt(StrEnum):
    """Where copies of a dataset may be kept."""

    CLIENT = "client"
    EDGE = "edge"
    SERVER = "server"


class Dataset(Frozen):
    """Data that must live somewhere."""

    name: Title
    kind: DataKind = DataKind.RECORDS
    record_size: Annotated[Volume, Gt(0)]
    records: Population  # at the start
    growth: Annotated[Rate, Le(1e12)] = 0.0  # records added per second, averaged over a day
    retention: Period | None = None  # records older than this are deleted; None: kept
    skew: Annotated[float, Field(ge=0, le=3)] = 0.0  # Zipf exponent of popularity; 0 is uniform
    cacheable: tuple[CacheAt, ...] = (CacheAt.SERVER,)
    consistency: Consistency = Consistency.EVENTUAL
    source: Sentence | None = None


class Operation(StrEnum):
    """What is done to a record."""

    READ = "read"
    WRITE = "write"  # adds a record
    UPDATE = "update"  # changes a record: cached copies of it become stale


class Access(StrEnum):
    """How records are found."""

    KEY = "key"  # one key: one shard
    RANGE = "range"  # neighbouring keys: one shard
    INDEX = "index"  # another field than the key: every shard, but for a global index
    SCATTER = "scatter"  # every shard must answer


class Touch(Frozen):
    """One thing a request needs: an operation on a dataset, or a capability. Exactly one of the two."""

    dataset: Identifier | None = None
    capability: Identifier | None = None
    operation: Operation = Operation.READ
    access: Access = Access.KEY
    count: Annotated[float, Field(gt=0, le=1_000_000)] = (
        1.0  # operations per request: fan-out multiplies here
    )
    records: Annotated[float, Field(gt=0, le=1_000_000)] = 1.0  # records moved by one operation
    deferred: bool = False  # may be done after the answer: goes through a queue where the design has one
    # Of a capability that a language model offers: what one operation gives it to read, and has it write.
    prompt_tokens: Tokens = 0.0
    output_tokens: Tokens = 0.0


class Workload(Frozen):
    """One class of request. The rate is stated, or users x actions per day / 86,400."""

    name: Title
    rate: Frequency | None = None  # average requests per second
    users: Population | None = None
    actions_per_day: Annotated[float, Field(gt=0, le=1e6)] | None = None
    peak_factor: Annotated[float, Field(ge=1, le=100)] = 1.0
    request_size: Volume = 500.0
    response_size: Volume = 1_000.0
    touches: tuple[Touch, ...] = Field(min_length=1, max_length=20)
    source: Sentence | None = None

    @property
    def average_rate(self) -> float:
        """Requests per second, averaged over a day."""
        if self.rate is not None:
            return self.rate
        return (self.users or 0.0) * (self.actions_per_day or 0.0) / SECONDS_PER_DAY

    @property
    def peak_rate(self) -> float:
        """Requests per second at the busiest time."""
        return self.average_rate * self.peak_factor


class RequirementBase(Frozen):
    """What every requirement has. A title is made when the author gives none."""

    title: Title | None = None
    source: Sentence | None = None
    hidden: bool = False  # told only when asked


class Throughput(RequirementBase):
    """Every request of the workload is carried at peak: no ceiling on its way is above `utilisation`."""

    kind: Literal["throughput"]
    workload: Identifier
    utilisation: Share = 1.0


class Latency(RequirementBase):
    """The answer is there within `limit` seconds at that percentile, as the client sees it."""

    kind: Literal["latency"]
    workload: Identifier
    percentile: Percentile = 99.0
    limit: Period


class Availability(RequirementBase):
    """The share of time in which the workload is served."""

    kind: Literal["availability"]
    workload: Identifier
    minimum: Share


class Durability(RequirementBase):
    """Yearly probability that an acknowledged record is still there."""

    kind: Literal["durability"]
    dataset: Identifier
    minimum: Share


class Freshness(RequirementBase):
    """From the answer to the end of the workload's deferred work, at that percentile."""

    kind: Literal["freshness"]
    workload: Identifier
    percentile: Percentile = 99.0
    limit: Period


class Storage(RequirementBase):
    """The dataset still fits after `horizon`."""

    kind: Literal["storage"]
    dataset: Identifier
    horizon: Period


class RecoveryPoint(RequirementBase):
    """At most the writes of the last `limit` seconds are gone after the loss of any one machine."""

    kind: Literal["recovery_point"]
    dataset: Identifier
    limit: Annotated[Seconds, Ge(0), Le(1e10)]


class RecoveryTime(RequirementBase):
    """After the loss of any one machine the workload is served again within `limit` seconds."""

    kind: Literal["recovery_time"]
    workload: Identifier
    limit: Annotated[Seconds, Ge(0), Le(1e10)]


class Budget(RequirementBase):
    """USD per month for everything drawn."""

    kind: Literal["budget"]
    limit: Annotated[Dollars, Gt(0), Le(1e12)]


Requirement = Annotated[
    Throughput
    | Latency
    | Availability
    | Durability
    | RecoveryPoint
    | RecoveryTime
    | Freshness
    | Storage
    | Budget,
    Field(discriminator="kind"),
]


class EstimateFigure(StrEnum):
    """What of the scenario's own numbers an estimate must come out as."""

    AVERAGE_RATE = "average_rate"  # requests of the workload per second
    PEAK_RATE = "peak_rate"
    AVERAGE_OPERATIONS = (
        "average_operations"  # operations of the workload on the dataset per second: rate x count
    )
    PEAK_OPERATIONS = "peak_operations"
    AVERAGE_TOKENS = "average_tokens"  # that language models read and write for the workload, per second
    PEAK_TOKENS = "peak_tokens"
    AVERAGE_BANDWIDTH = "average_bandwidth"  # bytes answered by the workload per second
    PEAK_BANDWIDTH = "peak_bandwidth"
    RECORDS_AFTER = "records_after"  # records of the dataset after `horizon`
    BYTES_AFTER = "bytes_after"  # bytes of one copy of the dataset after `horizon`


class EstimateCheck(Frozen):
    """Ties the stated answer to the scenario's own numbers, so that the two cannot drift apart."""

    figure: EstimateFigure
    workload: Identifier | None = None
    dataset: Identifier | None = None
    horizon: Period | None = None


class Estimate(Frozen):
    """An estimation question. `answer` is in `unit`; `check` says which of the scenario's numbers it must match."""

    question: Sentence
    answer: Count
    unit: Title
    tolerance: Probability = 0.25
    working: Text
    check: EstimateCheck | None = None


class Stage(Frozen):
    """One part of the interview, with its time box."""

    name: Title
    minutes: Annotated[float, Field(gt=0, le=120)]
    prompt: Text
    model_answer: Text | None = None


class Curveball(Frozen):
    """Something that happens to the finished design, and what must still hold."""

    name: Title
    story: Text
    fails: tuple[str, ...] = ()  # component ids, traits or zone names that go down
    traffic: Annotated[float, Field(gt=0, le=1000)] = 1.0
    holds: tuple[Identifier, ...] = ()  # requirement ids that must still hold


class SampleDesign(Frozen):
    """A design shipped with the scenario: `design` is notation, or what a design file holds.

    `places` says where nodes stand on the board, `node: [x, y]` in pixels; a board without places is laid out.
    """

    name: Title
    design: Text | dict[str, Any]
    places: dict[NodeId, tuple[Coordinate, Coordinate]] = Field(default_factory=dict)
    why: Text
    misses: tuple[Identifier, ...] = ()  # naive designs: requirement ids it must miss
    accepts: dict[RuleId, Reason] = Field(default_factory=dict)  # rules it breaks on purpose, and why


class Lesson(Frozen):
    """A part the exercise teaches: taken away from a reference, the requirement breaks."""

    teaches: Sentence
    component: Identifier
    breaks: Identifier


class RuleSetting(Frozen):
    """How a rule is asked in this exercise. `parameters` are numbers, or quantities in words, by name."""

    on: bool = True
    severity: Literal["error", "warning", "info"] | None = None  # of all it finds; None: as the rule says
    parameters: dict[Identifier, StrictInt | StrictFloat | StrictStr] = Field(default_factory=dict)
    because: Sentence


class Scenario(Frozen):
    """One YAML exercise. `id` comes from its file name."""

    id: Identifier
    version: int = Field(default=1, ge=1, le=1)
    name: Title
    difficulty: Difficulty
    minutes: Annotated[int, Field(gt=0, le=240)] = 45
    tags: tuple[Identifier, ...] = ()
    summary: Sentence
    story: Text
    clarifications: tuple[Clarification, ...] = ()
    datasets: dict[Identifier, Dataset] = Field(default_factory=dict, max_length=40)
    workloads: dict[Identifier, Workload] = Field(min_length=1, max_length=40)
    requirements: dict[Identifier, Requirement] = Field(min_length=1, max_length=60)
    estimates: tuple[Estimate, ...] = ()
    stages: tuple[Stage, ...] = ()
    hints: tuple[Sentence, ...] = ()
    curveballs: tuple[Curveball, ...] = ()
    starter: SampleDesign | None = None  # what the board shows on a first visit
    references: tuple[SampleDesign, ...] = Field(default=(), max_length=10)
    naive: SampleDesign | None = None
    lessons: tuple[Lesson, ...] = ()
    sources: tuple[Sentence, ...] = ()
    catalog: dict[Identifier, Overrides] = Field(default_factory=dict)  # figures this scenario sets otherwise
    rules: dict[RuleId, RuleSetting] = Field(default_factory=dict)  # those not asked as they are elsewhere
