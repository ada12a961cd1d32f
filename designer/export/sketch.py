"""A design in the words of any drawing: boxes in areas, arrows, notes. The text formats are written from it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from designer.catalog.model import Behavior, Component
from designer.design.model import Color, Connection, Node, Note
from designer.export.annotations import Annotations, CardFacts
from designer.export.captions import connection_caption, counted, node_details, passes_queue
from designer.export.cards import carried_words
from designer.export.lettering import ELLIPSIS, plain
from designer.export.order import Order
from designer.export.placement import Frame, FrameKind, choose_direction, place

NOTE_LETTERS = 36
"""Letters of a line of a note, for programs that do not break lines themselves."""

MOST_NOTE_LINES = 30


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
    """A zone, region or group with what stands in it; only groups have a colour."""

    id: str
    name: str
    kind: FrameKind
    boxes: tuple[Box, ...]
    areas: tuple[Area, ...] = ()
    color: Color | None = None

    @property
    def key(self) -> str:
        """Different from the id of every node, which have no spaces, and from the key of every other area."""
        return f"{self.kind} {self.id}"

    @property
    def inner(self) -> Iterator[Area]:
        """It and every area in it, outer ones before those in them."""
        yield self
        for area in self.areas:
            yield from area.inner


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
class Slip:
    """One note. `paragraphs` are its lines as they were written, `lines` those of a bounded length and number."""

    note: Note
    paragraphs: tuple[str, ...]

    @property
    def key(self) -> str:
        """Different from the id of every node and the key of every area."""
        return f"note {self.note.id}"

    @property
    def lines(self) -> tuple[str, ...]:
        made = [line for text in self.paragraphs for line in textwrap.wrap(text, NOTE_LETTERS) or [""]]
        return tuple(made) if len(made) <= MOST_NOTE_LINES else (*made[: MOST_NOTE_LINES - 1], ELLIPSIS)


@dataclass(frozen=True, slots=True)
class Sketch:
    """All of a design, each node once: outside any area or in one. `title` is empty for a design without a name."""

    title: str
    direction: Literal["LR", "TB"]
    loose: tuple[Box, ...]
    areas: tuple[Area, ...]
    arrows: tuple[Arrow, ...]
    slips: tuple[Slip, ...] = ()

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
            yield from area.inner

    @property
    def keys(self) -> list[str]:
        """Of everything that needs a name in a text format: the ids of boxes, the keys of areas and notes."""
        areas = (area.key for area in self.all_areas)
        return [*(box.id for box in self.boxes), *areas, *(slip.key for slip in self.slips)]


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
        slips=tuple(map(_slip, design.notes)),
    )


def _slip(note: Note) -> Slip:
    paragraphs = tuple(map(plain, note.text.strip().split("\n")))
    if len(paragraphs) > MOST_NOTE_LINES:
        paragraphs = (*paragraphs[: MOST_NOTE_LINES - 1], ELLIPSIS)
    return Slip(note, paragraphs)


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
        frame.color,
    )
