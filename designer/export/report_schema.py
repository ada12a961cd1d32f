"""What a report looks like as JSON, version 1, said once: as types that the writer is checked against.

`json_schema()` and docs/report.md come from these types; every field says what it means. Numbers are in base
units: seconds, bytes, per second, ratios of one, US dollars per month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypedDict

from designer.analysis.model import State
from designer.export.typed_schema import schema_of, tables_of
from designer.performance.model import Ceiling
from designer.rules.model import Outcome, Severity
from designer.traffic.model import ProblemKind
from designer.units import Dimension

VERSION: Literal[1] = 1
"""Changes when a field is taken away or comes to mean something else; a new field is no new version."""

Number = float | Literal["unbounded"] | None
"""A number; "unbounded" for what has no bound (a wait that grows for ever), null for what is not known."""


class QuantityData(TypedDict):
    """One named number."""

    symbol: Annotated[str, "how the formula calls it"]
    name: Annotated[str, "what it is"]
    value: Annotated[Number, "in the base unit of the dimension"]
    dimension: Annotated[Dimension, "what kind of quantity it is"]
    source: Annotated[str | None, "where an assumed figure is from"]


class ArithmeticData(TypedDict):
    """How a number came about."""

    formula: Annotated[str, "written in the symbols of the inputs"]
    method: Annotated[str | None, "the law or author behind the formula"]
    result: Annotated[QuantityData, "what it gives"]
    inputs: Annotated[list[QuantityData], "what goes in"]
    steps: Annotated[list[ArithmeticData], "arithmetic of the inputs that were themselves computed"]
    sources: Annotated[list[str], "every source, here and in the steps"]


class ScenarioData(TypedDict):
    """What was asked."""

    id: Annotated[str, "id of the scenario"]
    name: Annotated[str, "its title"]


class DesignData(TypedDict):
    """What was drawn."""

    name: Annotated[str, "its title"]


class ScoreData(TypedDict):
    """A summary for the learner; nothing is judged by it."""

    points: Annotated[float, "out of 100"]
    arithmetic: Annotated[ArithmeticData, "how it is counted"]


class RequirementData(TypedDict):
    """One requirement, judged."""

    id: Annotated[str, "its name in the scenario"]
    kind: Annotated[
        str,
        "throughput, latency, availability, durability, recovery_point, recovery_time, freshness, storage or budget",
    ]
    title: Annotated[str, "in words"]
    verdict: Annotated[State, "whether the design meets it"]
    value: Annotated[Number, "what the design reaches, in the base unit of the dimension"]
    limit: Annotated[Number, "what is asked for"]
    comparison: Annotated[Literal["<=", ">="], "how the value must stand to the limit"]
    dimension: Annotated[Dimension, "of value and limit"]
    hidden: Annotated[bool, "the scenario tells it only to those who ask"]
    reason: Annotated[str, "one sentence with the design's numbers"]
    nodes: Annotated[list[str], "where to look"]
    arithmetic: Annotated[ArithmeticData | None, "how the value came about"]


class EffectData(TypedDict):
    """What becomes of the design when changes are made: they were made, and the result was judged."""

    words: Annotated[str, "in words"]
    met: Annotated[list[str], "requirements that are met only then"]
    missed: Annotated[list[str], "requirements that are met now and would not be then"]
    gain: Annotated[
        float, "by how much what is not met comes nearer; each requirement that is met then counts 1"
    ]
    cost: Annotated[float, "US dollars a month more, or less"]
    fixed: Annotated[list[str], "ids of the findings that are gone then"]
    added: Annotated[list[str], "ids of the findings that are new then"]
    safe: Annotated[bool, "it mends what it is for and makes nothing worse"]


class FindingData(TypedDict):
    """One place where a rule is broken."""

    id: Annotated[str, "rule and place: the same in the next review while the fault is there"]
    rule: Annotated[str, "id of the rule"]
    title: Annotated[str, "the rule in a few words"]
    severity: Annotated[Severity, "how bad it is; an error fails the design"]
    message: Annotated[str, "what is wrong here, with the design's numbers"]
    why: Annotated[str, "why the rule is there"]
    nodes: Annotated[list[str], "ids of the nodes concerned"]
    connections: Annotated[list[str], 'ids of the connections concerned, as "source>target"']
    fix: Annotated[str | None, "the repair in words"]
    changes: Annotated[list[dict[str, Any]], "the repair as changes to the design"]
    effect: Annotated[EffectData | None, "what the changes do; null where there are none or it was not tried"]
    cause: Annotated[str | None, "id of the finding before it with whose repair this one goes away too"]
    arithmetic: Annotated[ArithmeticData | None, "the numbers behind it"]
    sources: Annotated[list[str], "who says so"]


class IgnoredData(TypedDict):
    """A finding that the design says is none; it counts for nothing."""

    finding: Annotated[FindingData, "what was found"]
    because: Annotated[str, "the reason that the design gives"]


class IdleData(TypedDict):
    """What the design ignores although nothing is found there."""

    rule: Annotated[str, "id of the rule"]
    nodes: Annotated[list[str], "ids of the nodes; empty for anywhere"]
    because: Annotated[str, "the reason that the design gives"]


class SettingData(TypedDict):
    """How the scenario has a rule asked."""

    rule: Annotated[str, "id of the rule"]
    on: Annotated[bool, "it is asked at all"]
    severity: Annotated[Severity | None, "of all it finds; null: as the rule says"]
    parameters: Annotated[dict[str, float], "what is set otherwise, in base units"]
    because: Annotated[str, "the reason that the scenario gives"]


class MendedData(TypedDict):
    """What --fix changed before this report was made."""

    findings: Annotated[list[FindingData], "whose changes were made, in that order"]
    effect: Annotated[EffectData | None, "of all of them together; null where no change was safe"]


class JudgementData(TypedDict):
    """What one rule said."""

    rule: Annotated[str, "id of the rule"]
    title: Annotated[str, "the rule in a few words"]
    outcome: Annotated[Outcome, "whether it applies, and is kept"]
    message: Annotated[str, "praise, or the reason"]
    nodes: Annotated[list[str], "ids of the nodes concerned"]


class ProblemData(TypedDict):
    """What keeps a part of the design from being judged."""

    kind: Annotated[ProblemKind, "which kind of problem"]
    message: Annotated[str, "in words"]
    nodes: Annotated[list[str], "ids of the nodes concerned"]
    workload: Annotated[str | None, "the workload concerned; null for all"]


class HopData(TypedDict):
    """Mean seconds which one request of the workload spends at a node."""

    node: Annotated[str, "id of the node"]
    service: Annotated[Number, "being worked on"]
    waiting: Annotated[Number, "waiting for its turn"]
    network: Annotated[Number, "on the way there"]


class ResponseData(TypedDict):
    """Seconds from the question to the answer, or to the end of the deferred work."""

    mean: Annotated[Number, "average"]
    p50: Annotated[Number, "half of the requests are faster"]
    p95: Annotated[Number, "95 of 100 are faster"]
    p99: Annotated[Number, "99 of 100 are faster"]
    p999: Annotated[Number, "999 of 1,000 are faster"]
    hops: Annotated[list[HopData], "where the time goes, in order of first visit"]
    saturated: Annotated[list[str], "nodes on the way that get more than they can serve"]
    arithmetic: Annotated[ArithmeticData, "how the mean came about"]
    band: Annotated[float, "the percentiles are right to this part of themselves"]
    approximations: Annotated[list[str], "why they are not exact, each a phrase"]


class WorkloadData(TypedDict):
    """One class of request."""

    id: Annotated[str, "its name in the scenario"]
    name: Annotated[str, "in words"]
    average_rate: Annotated[float, "requests per second"]
    peak_rate: Annotated[float, "requests per second at the busiest time; what the design is judged by"]
    peak_arithmetic: Annotated[ArithmeticData, "how the peak rate came about"]
    response: Annotated[ResponseData | None, "the time to answer; null when nothing answers"]
    freshness: Annotated[ResponseData | None, "the time until all deferred work is done; null without such"]
    first_token: Annotated[
        ResponseData | None, "the time until a language model begins to answer; null where none does"
    ]
    availability: Annotated[
        Number, "share of its requests that are answered: not while too much is down, nor where they fail"
    ]
    availability_arithmetic: Annotated[ArithmeticData | None, "how the availability came about"]
    machines_availability: Annotated[
        Number, "the machines' part in it: share of the time in which enough of them are up"
    ]
    failed: Annotated[float, "share of its requests that fail though all is up; 0 where nothing answers"]
    recovery_time: Annotated[Number, "seconds until it is served again after the loss of any one machine"]
    recovery_arithmetic: Annotated[ArithmeticData | None, "how the recovery time came about"]


class DatasetData(TypedDict):
    """What becomes of data when machines are lost."""

    id: Annotated[str, "its name in the scenario"]
    name: Annotated[str, "in words"]
    durability: Annotated[
        Number, "probability that a record is still there after a year; null without a home"
    ]
    durability_arithmetic: Annotated[ArithmeticData | None, "how the durability came about"]
    recovery_point: Annotated[Number, "seconds of writes that are gone after the loss of any one machine"]
    recovery_arithmetic: Annotated[ArithmeticData | None, "how the recovery point came about"]


class OutageData(TypedDict):
    """What is left when something is down."""

    kind: Annotated[str, "instance (one machine of a node), node, zone or region"]
    name: Annotated[str, "id of the node, the zone or the region"]
    lost: Annotated[list[str], "ids of the workloads that no longer work"]
    overloaded: Annotated[list[str], "ids of the nodes whose remaining machines have too much to do"]
    served: Annotated[list[str], "ids of the workloads that still work and meet nothing overloaded"]


class RatesData(TypedDict):
    """Per second at peak, all workloads together."""

    calls: Annotated[float, "requests that arrive"]
    reads: Annotated[float, "operations done here that only read"]
    writes: Annotated[float, "operations done here that change something"]
    bytes_in: Annotated[float, "all that arrives over the network"]
    bytes_out: Annotated[float, "all that leaves"]
    refused: Annotated[float, "requests turned away by the limit of the node, not among the calls"]
    given_up: Annotated[float, "messages that are never done"]


class UtilisationData(TypedDict):
    """What is used of one ceiling, at the busiest machine of the node."""

    ceiling: Annotated[Ceiling, "which limit"]
    value: Annotated[Number, "demand divided by limit: more than 1 is too much"]
    demand: Annotated[Number, "in the base unit of the ceiling"]
    limit: Annotated[Number, "in the same unit"]
    arithmetic: Annotated[ArithmeticData, "how the value came about"]


class HitData(TypedDict):
    """How many of the reads of one dataset a cache answers."""

    dataset: Annotated[str, "its name in the scenario"]
    ratio: Annotated[float, "share of the lookups"]
    lookups: Annotated[float, "per second at peak"]
    arithmetic: Annotated[ArithmeticData, "how the ratio came about"]
    bound: Annotated[float, "the ratio of a perfect LFU with the same memory: none does better"]
    stale: Annotated[float, "share of the hits that are older than the last write"]
    warm_up: Annotated[
        Number, "seconds after a restart with nothing in it until it has nine tenths of the ratio"
    ]


class NodeData(TypedDict):
    """One placed component."""

    id: Annotated[str, "its id in the design"]
    component: Annotated[str, "id in the catalogue"]
    name: Annotated[str, "what stands on the card"]
    machines: Annotated[int, "instances, shards and copies together"]
    rates: Annotated[RatesData, "what it has to do"]
    rates_arithmetic: Annotated[
        list[ArithmeticData], "how each of the rates that is not 0 came about, in their order"
    ]
    utilisation: Annotated[list[UtilisationData], "every ceiling that applies, the most used first"]
    binding: Annotated[Ceiling | None, "the ceiling that limits its rate now; a disk counts once it is full"]
    minimum: Annotated[int | None, "fewest of minimum_knob that carry the load; null when no number does"]
    minimum_knob: Annotated[str | None, "instances, shards, replicas or partitions"]
    hottest_share: Annotated[Number, "share of its keyed load on the busiest shard"]
    months_until_full: Annotated[Number, "at the stated growth; null when it does not grow"]
    filling_arithmetic: Annotated[
        ArithmeticData | None, "the time until it is full; null where it keeps no data"
    ]
    moved_share: Annotated[Number, "share of the records that move when a part is added; null without parts"]
    hits: Annotated[list[HitData], "of a cache, by dataset"]
    cost: Annotated[Number, "US dollars per month"]
    cost_arithmetic: Annotated[ArithmeticData | None, "how the cost came about"]
    cost_per_million_requests: Annotated[
        Number, "US dollars, of its own part, for a million requests of all workloads; null without traffic"
    ]


class ConnectionData(TypedDict):
    """What goes over one connection per second at peak, all workloads together."""

    id: Annotated[str, 'as "source>target"']
    calls: Annotated[float, "calls, with tries after the first"]
    arithmetic: Annotated[ArithmeticData, "how the calls came about"]
    retried: Annotated[float, "tries after the first, and second calls to another machine"]
    deferred: Annotated[bool, "nobody waits for any of them"]


class CostData(TypedDict):
    """What it costs."""

    total: Annotated[float, "US dollars per month"]
    arithmetic: Annotated[ArithmeticData, "how the total came about"]
    per_million_requests: Annotated[Number, "US dollars; null without traffic"]
    per_million_arithmetic: Annotated[ArithmeticData | None, "how that came about, node by node"]


class HeadroomData(TypedDict):
    """How much more traffic the design takes."""

    multiple: Annotated[Number, "times the stated traffic; 0 when a requirement is missed at any"]
    breaks: Annotated[str | None, "the requirement that gives way first"]
    nodes: Annotated[list[str], "where"]
    reason: Annotated[str, "in words"]
    arithmetic: Annotated[ArithmeticData | None, "how the multiple came about"]


class ReportData(TypedDict):
    """The review of one design under one scenario."""

    version: Annotated[Literal[1], "of this format"]
    scenario: Annotated[ScenarioData, "what was asked"]
    design: Annotated[DesignData, "what was drawn"]
    passed: Annotated[bool, "every requirement is met and no finding is an error"]
    score: Annotated[ScoreData, "out of 100"]
    requirements: Annotated[list[RequirementData], "in the order of the scenario"]
    findings: Annotated[list[FindingData], "in the order in which they are worth mending"]
    ignored: Annotated[list[IgnoredData], "findings that the design says are none"]
    idle: Annotated[list[IdleData], "what the design ignores to no purpose"]
    settings: Annotated[list[SettingData], "the rules that the scenario switches off or asks otherwise"]
    mended: Annotated[MendedData | None, "what was changed before; null without --fix"]
    judgements: Annotated[list[JudgementData], "one for each rule, by id"]
    problems: Annotated[list[ProblemData], "what could not be judged, and why"]
    workloads: Annotated[list[WorkloadData], "in the order of the scenario"]
    datasets: Annotated[list[DatasetData], "in the order of the scenario"]
    outages: Annotated[list[OutageData], "every machine, node, zone and region failed in turn"]
    nodes: Annotated[list[NodeData], "in the order of the design"]
    connections: Annotated[list[ConnectionData], "in the order of the design"]
    cost: Annotated[CostData, "of all nodes together"]
    headroom: Annotated[HeadroomData | None, "null when nothing can be judged"]


def json_schema() -> dict[str, Any]:
    """JSON Schema of a report."""
    return schema_of(ReportData, f"Review of a design, version {VERSION}")


def tables() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each type of the format: its name, its meaning, and its fields; the report first."""
    return tables_of(ReportData)
