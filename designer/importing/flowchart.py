"""What a Mermaid flowchart says, before anything is made of it. Places are indices of characters in its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from designer.design.model import Color

OTHER_DIAGRAMS = (
    "sequenceDiagram", "classDiagram", "stateDiagram", "stateDiagram-v2", "erDiagram", "gantt", "pie", "journey",
    "gitGraph", "mindmap", "timeline", "quadrantChart", "requirementDiagram", "C4Context", "C4Container",
    "architecture-beta", "block-beta", "sankey-beta", "xychart-beta", "packet-beta", "kanban",
)  # fmt: skip
"""What Mermaid draws besides, by the words such a text begins with."""


class Stroke(StrEnum):
    """How an arrow's line is drawn."""

    PLAIN = "plain"
    DOTTED = "dotted"
    THICK = "thick"
    INVISIBLE = "invisible"


class Heads(Enum):
    """At which ends a line has arrowheads."""

    TARGET = "target"
    SOURCE = "source"
    BOTH = "both"
    NONE = "none"


@dataclass
class Vertex:
    """A shape: its id, what is written on it, whether it is a cylinder, and its classes."""

    key: str
    index: int
    label: str | None = None
    cylinder: bool = False
    classes: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two ids, each of a shape or of a group."""

    source: str
    target: str
    index: int
    stroke: Stroke = Stroke.PLAIN
    heads: Heads = Heads.TARGET
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A subgraph, and the one it stands in."""

    key: str
    title: str
    index: int
    parent: str | None


@dataclass
class Chart:
    """The whole flowchart, each part in the order of its first mention."""

    title: str = ""
    vertices: dict[str, Vertex] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    colors: dict[str, Color] = field(default_factory=dict)  # of groups, by their ids
    skipped: dict[str, int] = field(
        default_factory=dict
    )  # words of statements about looks: where the first is
