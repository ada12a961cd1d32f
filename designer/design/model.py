"""What was drawn: nodes, connections, zones and notes. Frozen; an edit makes a new design (see edit.py)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from designer.catalog.model import Identifier
from designer.design.values import Overrides, require_one_line, require_text
from designer.units import Count, Ratio

DESIGN_VERSION = 1
MAX_NODES = 500
MAX_CONNECTIONS = 3_000
MAX_LABEL = 80
MAX_NOTES = 200
MAX_ZONES = 100
MAX_HELD = 100
"""Most datasets or capabilities named on one node."""

DEFAULT_REGION = "region"
"""The region of a zone that names none."""

Name = Annotated[str, Field(min_length=1, max_length=MAX_LABEL), AfterValidator(require_one_line)]
ID_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,39}$"
NodeId = Annotated[str, Field(pattern=ID_PATTERN)]
Coordinate = Annotated[float, Field(strict=True, ge=-1e6, le=1e6, allow_inf_nan=False)]


class Frozen(BaseModel):
    """Never changed once made, and without fields of other names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Routing(StrEnum):
    """How a router picks an instance of its target."""

    RANDOM = "random"
    ROUND_ROBIN = "round_robin"
    LEAST_CONNECTIONS = "least_connections"


class ReadFrom(StrEnum):
    """Which copies of the data answer reads."""

    LEADER = "leader"
    REPLICAS = "replicas"  # replicas only, when there are any
    ANY = "any"  # evenly over leader and replicas


class CallOrder(StrEnum):
    """How a service makes its onward calls."""

    SEQUENCE = "sequence"
    PARALLEL = "parallel"


class Traffic(StrEnum):
    """Which operations a connection carries."""

    ALL = "all"
    READ = "read"
    WRITE = "write"


class Position(Frozen):
    """The upper left corner of a card on the board, in the board's units; y grows downwards."""

    x: Coordinate
    y: Coordinate


class Zone(Frozen):
    """A part of a region that fails on its own: an availability zone, a data centre."""

    id: NodeId
    name: Name | None = None
    region: NodeId = DEFAULT_REGION


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
    position: Position | None = None
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
    label: Name | None = None

    @property
    def id(self) -> str:
        return f"{self.source}>{self.target}"


class Note(Frozen):
    """Words on the board. Nothing is computed from them."""

    id: NodeId
    text: Annotated[str, Field(max_length=2_000), AfterValidator(require_text)]
    position: Position | None = None


class Design(Frozen):
    """A whole drawing. What a schema cannot say, such as that ids are unique, is in checks.py."""

    version: int = Field(default=DESIGN_VERSION, strict=True, ge=1, le=DESIGN_VERSION)
    name: Name = "Untitled design"
    scenario: Name | None = None
    zones: tuple[Zone, ...] = Field(default=(), max_length=MAX_ZONES)
    nodes: tuple[Node, ...] = Field(default=(), max_length=MAX_NODES)
    connections: tuple[Connection, ...] = Field(default=(), max_length=MAX_CONNECTIONS)
    notes: tuple[Note, ...] = Field(default=(), max_length=MAX_NOTES)

    def node(self, node_id: str) -> Node:
        """The node of that id. Raises KeyError. To look up many, take `by_id` once."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    @property
    def by_id(self) -> Mapping[str, Node]:
        """The nodes by id, as a new mapping."""
        return {node.id: node for node in self.nodes}
