"""A published case: its inputs, what was published, and by which measure the engine predicts it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from designer.catalog.values import Identifier, Probability, Sentence
from designer.design.model import Frozen, NodeId
from designer.errors import DesignerError
from designer.fidelity.formulas import Formula
from designer.performance.model import Ceiling
from designer.scenario.model import EstimateFigure, Percentile, Period, Title
from designer.units import Rate

Text = Annotated[str, Field(min_length=1, max_length=4_000)]


class CaseError(DesignerError):
    """A published case cannot be used."""


class Tag(StrEnum):
    """How much a figure that comes out right is worth."""

    FITTED = "fitted"  # it, or what follows from it at once, was put in: shows that it comes out again
    OUT_OF_SAMPLE = "out of sample"  # nothing that was put in, and no default, was chosen by it
    ARITHMETIC = "arithmetic"  # worked out by the author from the same inputs
    CLOSED_FORM = "closed form"  # a formula, or a law that measurements cannot break


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Published = Annotated[
    tuple[Annotated[str, Field(max_length=64)] | float, ...],
    BeforeValidator(_listed),
    Field(min_length=1, max_length=40),
]
"""One figure, or one for each of the values a measure goes through; units as in scenarios."""


class Measure(Frozen):
    """What the engine is asked. The subclasses are all there are."""

    measure: str


class OfDesign(Measure):
    """What the engine finds of a set-up; without its name, of the only one."""

    setup: Identifier | None = None


class Capacity(OfDesign):
    """The requests per second of a workload at which the first ceiling on its way binds."""

    measure: Literal["capacity"]
    workload: Identifier


class CapacityRatio(OfDesign):
    """That capacity over the one of another set-up or workload; without a name, the same."""

    measure: Literal["capacity_ratio"]
    workload: Identifier
    over_setup: Identifier | None = None
    over_workload: Identifier | None = None


class Binding(OfDesign):
    """Which node and ceiling bind first: "db operations"."""

    measure: Literal["binding"]
    workload: Identifier


class Used(OfDesign):
    """How much of a ceiling the busiest machine of a node uses, at the rates of the set-up."""

    measure: Literal["utilisation"]
    node: NodeId
    ceiling: Ceiling


class Asked(OfDesign):
    """What a ceiling of the busiest machine of a node is asked for, in the unit of the ceiling."""

    measure: Literal["demand"]
    node: NodeId
    ceiling: Ceiling


class Answer(OfDesign):
    """The time to the answer of a workload: its mean, or a percentile."""

    measure: Literal["response"]
    workload: Identifier
    percentile: Percentile | None = None


class Waiting(OfDesign):
    """The mean time a request of a workload waits for a machine at a node."""

    measure: Literal["waiting"]
    workload: Identifier
    node: NodeId


class HitRatio(OfDesign):
    """The part of the reads of a dataset that a cache answers, of those it sees."""

    measure: Literal["hit_ratio"]
    cache: NodeId
    dataset: Identifier


class Reaching(OfDesign):
    """Operations that reach a node for each request of a workload, as a part."""

    measure: Literal["share_reaching"]
    workload: Identifier
    node: NodeId


class Calls(OfDesign):
    """Operations that reach a node for each request of a workload, as a number."""

    measure: Literal["calls"]
    workload: Identifier
    node: NodeId


class Machines(OfDesign):
    """The fewest machines (or shards, or partitions) of a node that carry the rates of the set-up."""

    measure: Literal["machines"]
    node: NodeId


class Sent(OfDesign):
    """Payload that all machines of a node send or receive per second."""

    measure: Literal["payload"]
    node: NodeId
    direction: Literal["in", "out"]


class CopyWrites(OfDesign):
    """Writes per second that one machine of a node applies at the node's capacity, those for other copies included."""

    measure: Literal["copy_writes"]
    workload: Identifier
    node: NodeId


class Availability(OfDesign):
    """The probability that a node has the machines it needs, every zone being up."""

    measure: Literal["availability"]
    node: NodeId


class Estimate(Measure):
    """What the scenario's own numbers come to, as in its estimation questions."""

    measure: Literal["estimate"]
    figure: EstimateFigure
    workload: Identifier | None = None
    dataset: Identifier | None = None
    horizon: Period | None = None


SystemMeasure = (
    Capacity
    | CapacityRatio
    | Binding
    | Used
    | Asked
    | Answer
    | Waiting
    | HitRatio
    | Reaching
    | Calls
    | Machines
    | Sent
    | CopyWrites
    | Availability
    | Estimate
)

AnyMeasure = Annotated[SystemMeasure | Formula, Field(discriminator="measure")]


class Claim(Frozen):
    """One published figure, or a row of them, and the measure by which the engine predicts it."""

    says: Sentence
    ask: AnyMeasure
    published: Published


class Expectation(Claim):
    """A claim that has to come out, and how near.

    `tolerance` is a part of the published figure; `as_printed` asks that the prediction rounds to what was printed,
    which then stands in quotes with all its digits. `misses` says why the engine does not come that near; such a
    figure is counted like any other.
    """

    tag: Tag
    tolerance: Probability | None = None
    as_printed: bool = False
    misses: Sentence | None = None

    @model_validator(mode="after")
    def _measure_one_way(self) -> Expectation:
        if isinstance(self.ask, Binding):
            if self.tolerance is not None or self.as_printed:
                raise ValueError(
                    "what binds first is right or wrong, and takes neither tolerance nor as_printed"
                )
        elif (self.tolerance is None) != self.as_printed:
            raise ValueError("either tolerance or as_printed says how near the engine has to come")
        elif self.as_printed and not all(isinstance(value, str) for value in self.published):
            raise ValueError('figures that are compared as printed stand in quotes: "0.50", not 0.50')
        return self


class Erratum(Claim):
    """A claim that is wrong, and must not come out."""

    why: Sentence


class Setup(Frozen):
    """One design, with the workloads that run on it (all, when none is named) and the rates that are set apart."""

    design: Text
    workloads: tuple[Identifier, ...] = ()
    rates: dict[Identifier, Annotated[Rate, Field(gt=0, le=1e12)]] = Field(default_factory=dict)


DistanceName = Literal[
    "same_zone",
    "cross_zone",
    "cross_region",
    "client_to_edge",
    "client_to_region",
    "edge_to_region",
]


class Case(Frozen):
    """One YAML file. `id` comes from its name; `scenario` has the fields of a scenario that rates depend on.

    `distances` puts a distance of the environment in the place of another: a benchmark's client in the next rack.
    """

    id: Identifier
    title: Title
    source: Sentence
    given: Sentence | None = None
    scenario: dict[str, Any] | None = None
    distances: dict[DistanceName, DistanceName] = Field(default_factory=dict)
    setups: dict[Identifier, Setup] = Field(default_factory=dict, max_length=60)
    expects: tuple[Expectation, ...] = Field(default=(), max_length=200)
    errata: tuple[Erratum, ...] = Field(default=(), max_length=20)
    not_modelled: tuple[Sentence, ...] = Field(default=(), max_length=20)
