"""What a picture may show beside the drawing itself: loads, rates and findings, and in which style."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from designer.rules.model import Severity

CardState = Literal["idle", "ok", "busy", "over", "off"]
Direction = Literal["LR", "TB", "auto"]
Detail = Literal["clean", "annotated"]
Replicas = Literal["collapsed", "spread"]
ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What one card says beside its name. Texts are shown as they are, cut when they are too long.

    `rate` is already worded (`12.8k/s`). `load` is the utilisation of the ceiling that binds: 0.68 is 68 %,
    inf is a node that never catches up. `badge` is the finding worth a pill (without a severity it is shown
    as information), `extra` is one more line.
    """

    rate: str | None = None
    load: float | None = None
    state: CardState = "idle"
    badge: str | None = None
    badge_severity: Severity | None = None
    extra: str | None = None

    def __post_init__(self) -> None:
        if self.load is not None and not self.load >= 0:
            raise ValueError(f"a load is 0 or more, not {self.load}")


@dataclass(frozen=True, slots=True)
class EdgeFacts:
    """What one arrow says: `rate`, in requests per second, is its width, `deferred` (nobody waits) dashes it.

    `label` stands below the connection's own label.
    """

    rate: float | None = None
    label: str | None = None
    deferred: bool = False

    def __post_init__(self) -> None:
        if self.rate is not None and not (self.rate >= 0 and math.isfinite(self.rate)):
            raise ValueError(f"a rate is 0 or more and finite, not {self.rate}")


@dataclass(frozen=True, slots=True)
class Annotations:
    """Facts by node id, and by connection as `source>target`. What is not in the design is not drawn."""

    nodes: Mapping[str, CardFacts]
    edges: Mapping[str, EdgeFacts]

    empty: ClassVar[Annotations]


Annotations.empty = Annotations({}, {})


def calm(annotations: Annotations) -> Annotations:
    """What is left of them on a clean drawing: which calls nobody waits for."""
    edges = {name: EdgeFacts(deferred=facts.deferred) for name, facts in annotations.edges.items()}
    return replace(annotations, nodes={}, edges=edges)


@dataclass(frozen=True, slots=True)
class Style:
    """How it looks. `title` None is the design's name, "" is none; `auto` picks LR or TB by the shape.

    `spread` replicas show every machine of a node on its card, `collapsed` ones only how many there are.
    """

    theme: ThemeName = "light"
    direction: Direction = "auto"
    title: str | None = None
    subtitle: str | None = None
    replicas: Replicas = "collapsed"
