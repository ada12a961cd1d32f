"""A design in the words of any drawing: boxes in areas, arrows between them. The text formats are written from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from designer.catalog.model import Behavior, Component
from designer.design.model import Connection, Node
from designer.export.annotations import Annotations, CardFacts
from designer.export.captions import connection_caption, counted, node_details, passes_queue
from designer.export.cards import carried_words
from designer.export.lettering import plain
from designer.export.order import Order
from designer.export.placement import Frame, choose_direction, place


@dataclass(frozen=True, slots=True)
class Box:
    """One node. `label` is its name with how many there are; `lines` is what stands below it, where anything does."""

    node: Node
    component: Component
    label: str
    lines: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def behavior(self) -> Behavior:
        return self.component.behavior


@dataclass(frozen=True, slots=True)
class Area:
    """A zone or region with what stands in it."""

    id: str
    name: str
    kind: Literal["zone", "region"]
    boxes: tuple[Box, ...]
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """One connection. `lines` is what stands at it; nobody waits for a deferred one."""

    connection: Connection
    lines: tuple[str, ...]
    deferred: bool

    @property
    def source(self) -> str:
        return self.connection.source

    @property
    def target(self) -> str:
        return self.connection.target


@dataclass(frozen=True, slots=True)
class Sketch:
    """All of a design, each node once: outside any area or in one. `title` is empty for a design without a name."""

    title: str
    direction: Literal["LR", "TB"]
    loose: tuple[Box, ...]
    areas: tuple[Area, ...]
    arrows: tuple[Arrow, ...]

    @property
    def boxes(self) -> Iterator[Box]:
        """Every box: those outside any area first."""
        yield from self.loose
        for area in self.all_areas:
            yield from area.boxes

    @property
    def all_areas(self) -> Iterator[Area]:
        """Every area, outer ones before those in them."""
        for area in self.areas:
            yield area
            yield from area.areas


def make_sketch(order: Order) -> Sketch:
    """The sketch of a sound design. Raises KeyError for an unknown component."""
    design, annotations = order.named, order.annotations
    placement = place(design, order.catalog)
    boxes = {node.id: _box(node, order, annotations.nodes.get(node.id)) for node in design.nodes}
    return Sketch(
        title=plain(order.title),
        direction=choose_direction(design, order.direction),
        loose=tuple(boxes[node.id] for node in placement.nodes),
        areas=tuple(_area(frame, boxes) for frame in placement.frames),
        arrows=tuple(_arrow(connection, order, annotations) for connection in design.connections),
    )


def _box(node: Node, order: Order, facts: CardFacts | None) -> Box:
    component = order.catalog[node.component]
    label = (plain(node.label) or node.id) + counted(node)
    lines = () if order.detail == "clean" else _lines(node, component, order, facts)
    return Box(node, component, label, tuple(map(plain, lines)))


def _lines(node: Node, component: Component, order: Order, facts: CardFacts | None) -> Iterator[str]:
    """What an annotated drawing says below a name: what it is, its parts, its load, the gravest finding."""
    if plain(component.name) != plain(node.label):
        yield component.name
    yield from node_details(node, order.design, order.catalog)
    if facts is not None:
        yield from _facts(facts)


def _facts(facts: CardFacts) -> Iterator[str]:
    carried = " · ".join(carried_words(facts))
    if carried:
        yield carried
    if facts.badge:
        yield f"{facts.badge_severity or 'info'}: {facts.badge}"


def _arrow(connection: Connection, order: Order, annotations: Annotations) -> Arrow:
    facts = annotations.edges.get(connection.id)
    deferred = passes_queue(connection, order.design, order.catalog) if facts is None else facts.deferred
    said = (connection_caption(connection), (facts.label if facts else None) or "")
    return Arrow(connection, tuple(filter(None, map(plain, said))), deferred)


def _area(frame: Frame, boxes: dict[str, Box]) -> Area:
    return Area(
        frame.id,
        plain(frame.name) or frame.id,
        frame.kind,
        tuple(boxes[node.id] for node in frame.nodes),
        tuple(_area(inner, boxes) for inner in frame.frames),
    )
