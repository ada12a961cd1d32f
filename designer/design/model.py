"""What was drawn: nodes, connections, zones, groups and notes. Frozen; an edit makes a new design (see edit.py)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from designer.catalog.values import Identifier
from designer.design.values import RULE_PATTERN, Overrides, require_one_line, require_rule_id, require_text
from designer.units import Count, Rate, Ratio, Seconds

DESIGN_VERSION = 1
MAX_NODES = 5_000
MAX_CONNECTIONS = 30_000
MAX_LABEL = 80
MAX_NOTES = 200
MAX_ZONES = 100
MAX_GROUPS = 100
MAX_SUPPRESSIONS = 200
MAX_HELD = 100
"""Most datasets or capabilities named on one node."""

DEFAULT_REGION = "region"
"""The region of a zone that names none."""

Name = Annotated[str, Field(min_length=1, max_length=MAX_LABEL), AfterValidator(require_one_line)]
ID_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,39}$"
NodeId = Annotated[str, Field(pattern=ID_PATTERN)]
RuleId = Annotated[str, Field(pattern=RULE_PATTERN), BeforeValidator(require_rule_id)]
Reason = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(require_one_line)]
Coordinate = Annotated[float, Field(strict=True, ge=-1e6, le=1e6, allow_inf_nan=False)]
Extent = Annotated[float, Field(strict=True, gt=0, le=1e6, allow_inf_nan=False)]
Period = Annotated[Seconds, Field(gt=0, le=1e10)]
Frequency = Annotated[Rate, Field(gt=0, le=1e12)]
Copies = Annotated[int, Field(strict=True, ge=1, le=101)]


class Frozen(BaseModel):
    """Never changed once made, and without fields of other names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Routing(StrEnum):
    """How a router picks an instance of its target."""

    RANDOM = "random"
    ROUND_ROBIN = "round_robin"
    LEAST_CONNECTIONS = "least_connections"
    HASH = "hash"  # of the client: the same client always reaches the same instance


class ReadFrom(StrEnum):
    """Which copies of the data answer reads."""

    LEADER = "leader"
    REPLICAS = "replicas"  # replicas only, when there are any
    ANY = "any"  # evenly over leader and replicas


class Sessions(StrEnum):
    """Where a service keeps what it knows of its clients from one request to the next."""

    SHARED = "shared"  # in a store or a cache: every instance knows the same
    LOCAL = "local"  # on the instance that the client happened to reach


class CallOrder(StrEnum):
    """How a service makes its onward calls."""

    SEQUENCE = "sequence"
    PARALLEL = "parallel"


class Traffic(StrEnum):
    """Which operations a connection carries."""

    ALL = "all"
    READ = "read"
    WRITE = "write"
    FAILED = "failed"  # out of a queue: the messages that were given up on (dead letters)


class Mode(StrEnum):
    """Whether the caller waits for the answer."""

    SYNC = "sync"
    ASYNC = "async"


class WritePolicy(StrEnum):
    """What becomes of a cached copy when its record is written."""

    INVALIDATE = "invalidate"  # the store is written, the copy forgotten
    AROUND = "around"  # the store is written, the copy stays until its time to live is over
    THROUGH = "through"  # cache and store are both written before the answer
    BACK = "back"  # the cache is written; the store follows after the answer


class Eviction(StrEnum):
    """Which record a full cache gives up."""

    LRU = "lru"  # the one not asked for the longest
    LFU = "lfu"  # the one asked for least often


class Acks(StrEnum):
    """Which copies have a write before it is answered, where one leader has followers."""

    LEADER = "leader"  # followers copy afterwards
    ONE = "one"  # the leader and the quickest follower
    ALL = "all"


class Leaders(StrEnum):
    """Which copies take writes."""

    SINGLE = "single"
    MULTI = "multi"  # each of them, and passes it on to the others


class Partitioning(StrEnum):
    """How records find their shard."""

    HASH = "hash"
    RANGE = "range"  # neighbouring keys together: new records all go to the last shard
    DIRECTORY = "directory"  # a lookup first; hot records can be spread evenly


class Hashing(StrEnum):
    """What a hash does when a shard is added."""

    CONSISTENT = "consistent"
    MODULO = "modulo"


class Index(StrEnum):
    """Where a sharded store keeps its secondary indexes."""

    LOCAL = "local"  # each shard its own: a lookup asks all of them
    GLOBAL = "global"  # sharded by the indexed field: a lookup asks one, a write does two


class Delivery(StrEnum):
    """What a queue promises about each message."""

    AT_LEAST_ONCE = "at_least_once"  # handed out again when its consumer fails
    AT_MOST_ONCE = "at_most_once"  # handed out once, lost when its consumer fails


class Color(StrEnum):
    """The colours of groups and notes. How each looks, in light and in dark, is the board's affair."""

    GRAY = "gray"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"


class NoteKind(StrEnum):
    """How words stand on the board."""

    STICKY = "sticky"  # on a piece of paper
    TEXT = "text"  # on the board itself


class Position(Frozen):
    """The upper left corner of a card on the board, in the board's units; y grows downwards."""

    x: Coordinate
    y: Coordinate


class Frame(Frozen):
    """A rectangle on the board: its upper left corner and its extent, in the board's units."""

    x: Coordinate
    y: Coordinate
    width: Extent
    height: Extent


class Zone(Frozen):
    """A part of a region that fails on its own: an availability zone, a data centre."""

    id: NodeId
    name: Name | None = None
    region: NodeId = DEFAULT_REGION
    # Where the board draws it; None: around the nodes that stand in it alone, where there are any.
    frame: Frame | None = None


class Node(Frozen):
    """One placed component. Counts that are not knobs of the component stay at their neutral value."""

    id: NodeId
    component: Annotated[str, Field(max_length=40)]
    name: Name | None = None
    instances: int = Field(default=1, strict=True, ge=1, le=10_000)
    shards: int = Field(default=1, strict=True, ge=1, le=10_000)
    replicas: int = Field(default=0, strict=True, ge=0, le=100)
    partitions: int = Field(default=1, strict=True, ge=1, le=100_000)
    # Machines are spread over these evenly; empty: the design's first zone, or the one unnamed zone.
    zones: tuple[NodeId, ...] = Field(default=(), max_length=MAX_ZONES)
    # Datasets kept or cached here; empty: all that the component can.
    holds: tuple[Identifier, ...] = Field(default=(), max_length=MAX_HELD)
    # Capabilities this node offers beside the component's own.
    provides: tuple[Identifier, ...] = Field(default=(), max_length=MAX_HELD)
    figures: Overrides = Field(default_factory=dict)  # overrides of catalogue figures, base units
    routing: Routing | None = None  # routers only; None: least_connections
    read_from: ReadFrom = ReadFrom.ANY
    calls: CallOrder = CallOrder.SEQUENCE  # services: onward calls one after the other, or at once
    sessions: Sessions = Sessions.SHARED  # services
    writes: WritePolicy = WritePolicy.INVALIDATE  # caches
    eviction: Eviction = Eviction.LRU  # caches
    ttl: Period | None = None  # caches: a copy is given up at this age; None: never
    acks: Acks = Acks.LEADER  # stores and queues with a leader
    leaders: Leaders = Leaders.SINGLE  # stores with a leader
    read_quorum: Copies | None = None  # stores with a quorum: copies that answer a read; None: a majority
    write_quorum: Copies | None = None
    partitioning: Partitioning = Partitioning.HASH  # stores with shards
    hashing: Hashing = Hashing.CONSISTENT  # caches and stores whose records find their part by a hash
    index: Index = Index.LOCAL  # stores with shards
    delivery: Delivery = Delivery.AT_LEAST_ONCE  # queues
    deliveries: Copies | None = None  # queues: tries before a message is given up; None: until it is done
    ordered: bool = False  # queues: messages of one record stay in order, so they share a partition
    limit: Frequency | None = None  # requests let through per second; the rest is turned away at once
    deadline: Period | None = None  # clients and services: what is not answered after this is given up
    backup_every: Period | None = None  # stores: time between two backups; None: there are none
    position: Position | None = None
    pinned: bool = False  # laying the board out leaves it where it is
    color: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")] | None = None

    @property
    def label(self) -> str:
        """What the node is called on the board: its name, or else its id."""
        return self.name or self.id

    def __hash__(self) -> int:
        # The figures are a dict, which pydantic's own hash cannot take.
        figures = frozenset(self.figures.items())
        return hash((self.id, self.component, self.instances, self.shards, self.replicas, figures))


class Connection(Frozen):
    """A directed call from caller to callee (or producer to queue, queue to consumer)."""

    source: NodeId = Field(validation_alias="from", serialization_alias="from")
    target: NodeId = Field(validation_alias="to", serialization_alias="to")
    carries: Traffic = Traffic.ALL
    share: Annotated[Ratio, Field(le=1)] | None = None  # routers: part of the requests sent this way
    calls: Annotated[Count, Field(gt=0, le=100_000)] | None = None  # calls per request, where it is not 1
    mode: Mode = Mode.SYNC
    on_miss: bool | None = None  # only after a cache did not have it; None: as the drawing suggests
    timeout: Period | None = None  # a try is given up after this; None: never
    retries: int = Field(default=0, strict=True, ge=0, le=20)  # further tries after the first
    retry_budget: Annotated[Ratio, Field(le=1)] | None = (
        None  # most retries, as part of the calls; None: no limit
    )
    backoff: Period | None = None  # the wait before the second try, doubled for each further one; None: none
    hedge_after: Period | None = None  # a second call to another machine when no answer came by then
    fallback: bool = False  # services: when the call fails the caller has an answer of its own
    label: Name | None = None

    @property
    def id(self) -> str:
        return f"{self.source}>{self.target}"


class Note(Frozen):
    """Words on the board. Nothing is computed from them."""

    id: NodeId
    text: Annotated[str, Field(max_length=2_000), AfterValidator(require_text)]
    kind: NoteKind = NoteKind.STICKY
    color: Color | None = None
    position: Position | None = None


class Group(Frozen):
    """Nodes that the board draws as belonging together. Nothing is computed from it."""

    id: NodeId
    name: Name | None = None
    color: Color | None = None
    nodes: Annotated[tuple[NodeId, ...], Field(min_length=1, max_length=MAX_NODES)]


class Suppression(Frozen):
    """A rule that is not to find fault here, and why. What it found is shown all the same, with the reason."""

    rule: RuleId
    # Only faults at all of these; empty: anywhere.
    nodes: tuple[NodeId, ...] = Field(default=(), max_length=MAX_HELD)
    because: Reason


class Design(Frozen):
    """A whole drawing. What a schema cannot say, such as that ids are unique, is in checks.py."""

    version: int = Field(default=DESIGN_VERSION, strict=True, ge=1, le=DESIGN_VERSION)
    name: Name = "Untitled design"
    scenario: Name | None = None
    zones: tuple[Zone, ...] = Field(default=(), max_length=MAX_ZONES)
    nodes: tuple[Node, ...] = Field(default=(), max_length=MAX_NODES)
    connections: tuple[Connection, ...] = Field(default=(), max_length=MAX_CONNECTIONS)
    groups: tuple[Group, ...] = Field(default=(), max_length=MAX_GROUPS)
    notes: tuple[Note, ...] = Field(default=(), max_length=MAX_NOTES)
    ignore: tuple[Suppression, ...] = Field(default=(), max_length=MAX_SUPPRESSIONS)

    def node(self, node_id: str) -> Node:
        """The node of that id. Raises KeyError."""
        return self.by_id[node_id]

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """The nodes by id."""
        return {node.id: node for node in self.nodes}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, which would pass on what was found from the nodes before."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("by_id", None)
        return copied
