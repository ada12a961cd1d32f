"""What can be placed: a component, its behaviour, its traits and its figures, each figure with a source."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from designer.catalog.environment import Environment
from designer.catalog.values import (
    STATED,
    Bandwidth,
    Capacity,
    Duration,
    Figure,
    Frozen,
    Identifier,
    Probability,
    Sentence,
    Throughput,
    Whole,
)
from designer.errors import CatalogError, quote, suggest
from designer.units import (
    Count,
    Dimension,
    Dollars,
    Seconds,
    format_quantity,
)


class Figures(Frozen):
    """The figures of **one instance** of a component. None: it has no such ceiling, or none that is known.

    A request holds one of the `servers` for servers / read_rate seconds, which is where waiting comes from;
    `service_time` is how long its caller waits for an answer when nobody else is asking, without the network.
    What a language model works on has tokens instead: it is there after prompt / prompt_rate + output x token_time,
    and takes prompt / prompt_rate + output / token_rate of an instance's time; reading a prompt takes all of it.
    `durability` is the probability that a record is still there after a year: of **one copy**, or of the
    whole service when it is `managed`, whose copies are the provider's business. Times are in seconds.
    """

    read_rate: Figure[Throughput] | None = None  # reads (or requests) per second at 100 % utilisation
    write_rate: Figure[Throughput] | None = None  # writes per second; None: same as read_rate
    servers: Figure[Whole] | None = None  # requests it works on at a time: the c of M/M/c (1 for Redis)
    service_time: Figure[Duration] | None = None  # mean response time of a read with no waiting
    service_time_p99: Figure[Duration] | None = None
    write_time: Figure[Duration] | None = None  # as service_time for writes; None: same as service_time
    write_time_p99: Figure[Duration] | None = None
    connections: Figure[Whole] | None = None  # open connections it accepts
    pool: Figure[Whole] | None = None  # connections one instance keeps open to each store it calls
    bandwidth: Figure[Bandwidth] | None = None  # in or out, whichever is more
    memory: Figure[Capacity] | None = None  # usable for data, after overheads
    disk: Figure[Capacity] | None = None  # usable for data
    iops: Figure[Throughput] | None = None  # reads and writes per second that its disks take
    partition_rate: Figure[Throughput] | None = None  # operations/s one partition, prefix or key can take
    prompt_rate: Figure[Throughput] | None = None  # tokens of prompts per second that it reads
    token_rate: Figure[Throughput] | None = (
        None  # tokens per second that it writes, for all requests together
    )
    token_time: Figure[Duration] | None = None  # until the next token of one answer is written
    context: Figure[Whole] | None = None  # most tokens of a prompt and its answer
    contention: Figure[Probability] | None = (
        None  # sigma of the Universal Scalability Law, over the machines of a node
    )
    coherency: Figure[Probability] | None = None  # kappa of the same law
    error_rate: Figure[Probability] | None = (
        None  # part of its operations that fail and are worth another try
    )
    availability: Figure[Probability] | None = None  # of one instance; of the whole service when `managed`
    failures_per_year: Figure[Count] | None = None  # how often a leader is lost
    failover_time: Figure[Seconds] | None = None  # until a replica has taken over
    replication_lag: Figure[Seconds] | None = None  # how far a replica is behind, p99
    restore_rate: Figure[Bandwidth] | None = None  # at which data comes back from a backup
    durability: Figure[Probability] | None = None  # yearly: of one copy; of the whole service when `managed`
    cost: Figure[Dollars] | None = None  # USD per instance and month
    cost_per_million: Figure[Dollars] | None = None  # USD per million requests
    cost_per_million_prompt_tokens: Figure[Dollars] | None = None  # USD per million tokens of prompts
    cost_per_million_output_tokens: Figure[Dollars] | None = None  # USD per million tokens written
    cost_per_gb_month: Figure[Dollars] | None = None  # USD per GB (10^9 B) on disk or in memory, and month
    egress_per_gb: Figure[Dollars] | None = None  # USD per GB (10^9 B) answered towards clients

    @field_validator("service_time_p99", "write_time_p99")
    @classmethod
    def _above_mean(cls, p99: Figure[float] | None, info: ValidationInfo) -> Figure[float] | None:
        name = str(info.field_name).removesuffix("_p99")
        if p99 is None or name not in info.data:
            return p99
        mean: Figure[float] | None = info.data[name]
        if mean is None:
            raise PydanticCustomError("no_mean", "a 99th percentile needs {mean} beside it", {"mean": name})
        for band in ("low", "default", "high"):
            least, found = getattr(mean, band), getattr(p99, band)
            if found < least:
                raise PydanticCustomError(
                    "below_mean",
                    "{found} ({band}) is less than the mean",
                    {
                        "found": format_quantity(found, Dimension.TIME),
                        "band": band,
                        "expected": f"at least {format_quantity(least, Dimension.TIME)}",
                    },
                )
        return p99


FIGURE_DIMENSIONS: Mapping[str, Dimension] = {
    "read_rate": Dimension.RATE,
    "write_rate": Dimension.RATE,
    "servers": Dimension.COUNT,
    "service_time": Dimension.TIME,
    "service_time_p99": Dimension.TIME,
    "write_time": Dimension.TIME,
    "write_time_p99": Dimension.TIME,
    "connections": Dimension.COUNT,
    "pool": Dimension.COUNT,
    "bandwidth": Dimension.BANDWIDTH,
    "memory": Dimension.SIZE,
    "disk": Dimension.SIZE,
    "iops": Dimension.RATE,
    "partition_rate": Dimension.RATE,
    "prompt_rate": Dimension.RATE,
    "token_rate": Dimension.RATE,
    "token_time": Dimension.TIME,
    "context": Dimension.COUNT,
    "contention": Dimension.RATIO,
    "coherency": Dimension.RATIO,
    "error_rate": Dimension.RATIO,
    "availability": Dimension.RATIO,
    "failures_per_year": Dimension.COUNT,
    "failover_time": Dimension.TIME,
    "replication_lag": Dimension.TIME,
    "restore_rate": Dimension.BANDWIDTH,
    "durability": Dimension.RATIO,
    "cost": Dimension.MONEY,
    "cost_per_million": Dimension.MONEY,
    "cost_per_million_prompt_tokens": Dimension.MONEY,
    "cost_per_million_output_tokens": Dimension.MONEY,
    "cost_per_gb_month": Dimension.MONEY,
    "egress_per_gb": Dimension.MONEY,
}


class Behavior(StrEnum):
    """How a node treats a request. The only thing propagation asks of a component."""

    CLIENT = "client"  # workloads start here
    ROUTER = "router"  # picks one target for each request: load balancer, DNS, gateway, proxy
    SERVICE = "service"  # does work, then calls every target it needs
    CACHE = "cache"  # answers hits itself; misses go on (read-through) or back to the caller (cache-aside)
    STORE = "store"  # holds datasets
    QUEUE = "queue"  # the caller's wait ends here; consumers take over
    OBSERVER = "observer"  # takes no part in requests: monitoring, scheduler


class Place(StrEnum):
    """Where a component stands, which says how far a request travels to it."""

    CLIENT = "client"  # on the user's device
    EDGE = "edge"  # near the user
    REGION = "region"  # in one of the design's zones


class DataKind(StrEnum):
    """What a dataset is made of, which says which components can keep it."""

    RECORDS = "records"
    BLOBS = "blobs"
    DOCUMENTS = "documents"  # text to be searched
    EVENTS = "events"
    FEATURES = "features"
    VECTORS = "vectors"


class Knob(StrEnum):
    """What a user may turn on a node of this component."""

    INSTANCES = "instances"  # identical machines that share the load
    SHARDS = "shards"  # parts of the data, each on machines of its own
    REPLICAS = "replicas"  # further copies of each instance's or shard's data
    PARTITIONS = "partitions"  # parts of a queue or log: the cap on consumers
    MEMORY = "memory"
    DISK = "disk"


class Replication(StrEnum):
    """How the copies of a component's data are kept."""

    NONE = "none"
    LEADER = "leader"  # one leader takes writes, replicas follow
    QUORUM = "quorum"  # leaderless majority over 1 + replicas copies; rates are client rates per instance
    MANAGED = "managed"  # the provider replicates; availability and durability are of the whole


class Trait(StrEnum):
    """What rules may ask of a component."""

    ENTRY = "entry"  # may stand at the public edge
    STATELESS = "stateless"
    STATEFUL = "stateful"
    DURABLE = "durable"  # survives a restart of all of it
    ASYNC = "async"  # decouples caller from consumer
    MANAGED = "managed"  # spread over zones by the provider; scales by itself
    BALANCES = "balances"  # spreads requests over instances
    LIMITS_RATE = "limits_rate"
    CACHES = "caches"
    TERMINATES_TLS = "terminates_tls"
    ML = "ml"
    OBSERVES = "observes"
    COMPUTES = "computes"  # runs the team's own code


class Defaults(Frozen):
    """Counts a freshly placed node starts with."""

    instances: int = Field(default=1, ge=1, le=10_000)
    shards: int = Field(default=1, ge=1, le=10_000)
    replicas: int = Field(default=0, ge=0, le=100)
    partitions: int = Field(default=1, ge=1, le=100_000)


class Component(Frozen):
    """One YAML file of the catalogue. `id` and `group` come from its path, never from its text."""

    id: Identifier
    group: Identifier
    name: Annotated[str, Field(min_length=1, max_length=40)]
    summary: Sentence
    icon: Annotated[str, Field(pattern=r"^diagrams(\.[a-z0-9_]+)+\.[A-Za-z0-9]+$")]
    behavior: Behavior
    place: Place = Place.REGION
    traits: frozenset[Trait] = frozenset()
    keywords: tuple[str, ...] = ()  # products and other words people search by
    knobs: tuple[Knob, ...] = ()
    defaults: Defaults = Defaults()
    replication: Replication = Replication.NONE
    holds: frozenset[DataKind] = frozenset()  # data a store keeps as the home of
    caches: frozenset[DataKind] = frozenset()  # data a cache may keep a copy of
    provides: frozenset[Identifier] = frozenset()  # capabilities
    figures: Figures = Figures()
    failure_modes: tuple[Sentence, ...] = Field(min_length=1)
    use_when: Sentence | None = None
    avoid_when: Sentence | None = None

    @field_validator("defaults")
    @classmethod
    def _turn_only_knobs(cls, defaults: Defaults, info: ValidationInfo) -> Defaults:
        for name in defaults.model_fields_set - set(info.data.get("knobs", Knob)):
            raise ValueError(f"{name} is not among the knobs")
        return defaults

    @field_validator("replication")
    @classmethod
    def _replicate_with_knob(cls, replication: Replication, info: ValidationInfo) -> Replication:
        by_replicas = replication in {Replication.LEADER, Replication.QUORUM}
        if by_replicas and Knob.REPLICAS not in info.data.get("knobs", Knob):
            raise ValueError(f"{replication} needs replicas among the knobs")
        return replication

    @field_validator("holds", "caches")
    @classmethod
    def _keep_data_by_behavior(cls, kinds: frozenset[DataKind], info: ValidationInfo) -> frozenset[DataKind]:
        keeper = Behavior.STORE if info.field_name == "holds" else Behavior.CACHE
        if kinds and info.data.get("behavior", keeper) is not keeper:
            raise ValueError(f"only a {keeper} has this field")
        return kinds

    def figure(self, name: str) -> Figure[float] | None:
        """The figure of that name, or None. Raises AttributeError for a name that is no figure."""
        found: Figure[float] | None = getattr(self.figures, name)
        return found


class Catalog(Mapping[str, Component]):
    """Components by id, group by group, and the facts of their environment.

    Files are read on first use: a review pays only for what its design places, and going through the ids
    reads none. Looking up a component or `environment` raises CatalogError for a file that cannot be used,
    and KeyError for an unknown id. The catalogue of files is in loader.py.
    """

    @property
    @abstractmethod
    def environment(self) -> Environment:
        """The facts of the world around the components."""

    def overridden(self, figures: Mapping[str, Mapping[str, float]]) -> Catalog:
        """The same catalogue with other figures (in base units) for some components, as a scenario states.

        Raises CatalogError for a component or figure that there is not; for a value that the figure cannot
        have, or that does not go with the others, when the component is looked up.
        """
        return _Overridden(self, figures) if figures else self


class _Overridden(Catalog):
    """A catalogue over another one, with some figures stated anew."""

    def __init__(self, base: Catalog, figures: Mapping[str, Mapping[str, float]]) -> None:
        for component, values in figures.items():
            _require_known("component", component, base)
            for name in values:
                _require_known("figure", name, FIGURE_DIMENSIONS)
        self._base = base
        self._figures = figures
        self._components: dict[str, Component] = {}

    def __getitem__(self, key: str) -> Component:
        if key not in self._figures:
            return self._base[key]
        if key not in self._components:
            self._components[key] = _override(self._base[key], self._figures[key])
        return self._components[key]

    def __contains__(self, key: object) -> bool:
        return key in self._base

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)

    @property
    def environment(self) -> Environment:
        return self._base.environment


def _require_known(noun: str, name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise CatalogError(f"there is no {noun} {quote(name)}", suggestion=suggest(name, known))


def _override(component: Component, values: Mapping[str, float]) -> Component:
    """The component with those figures, each without a band and with the scenario as its source."""
    stated = {name: {"default": value, "source": STATED} for name, value in values.items()}
    kept = {name: getattr(component.figures, name) for name in FIGURE_DIMENSIONS}
    try:
        figures = Figures.model_validate({**kept, **stated})
    except ValidationError as failure:
        detail = failure.errors(include_url=False)[0]
        place = ".".join(map(str, detail["loc"]))
        raise CatalogError(f"{component.id} cannot have these figures: {place}: {detail['msg']}") from None
    return component.model_copy(update={"figures": figures})
