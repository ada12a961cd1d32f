"""Where things stand in a picture: which way it runs, and which nodes share the frame of a zone, region or group."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from designer.catalog.model import Catalog, Place, Trait
from designer.design.model import Color, Design, Group, Node, Zone
from designer.export.annotations import Direction

SLIDE_ASPECT = 16 / 9
LYING_PITCH = (250, 95)
STANDING_PITCH = (205, 140)
"""Points from card to card, across and down, in a picture that runs LR and in one that runs TB."""

HEADING = 100  # points that title and legend add to the height

FOLDED_FROM = 6.0
"""A picture that is so many times as long as a slide of its breadth goes on in a further row, as a text does."""

FrameKind = Literal["zone", "region", "group"]
UNNAMED_GROUP = "Group"
GROUP_COLOR = Color.GRAY  # of a group for which none was chosen, as on the board


@dataclass(frozen=True, slots=True)
class Frame:
    """A zone, a region or a group with the nodes that stand in it and in no frame inside it.

    A group that reaches over several frames has a frame in each of them, with the id of the group, a space and a
    number. Only groups have a colour.
    """

    id: str
    name: str
    kind: FrameKind
    nodes: tuple[Node, ...]
    frames: tuple[Frame, ...] = ()
    color: Color | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """All nodes, each once: outside any frame or in one. Frames without a node are left out."""

    nodes: tuple[Node, ...]
    frames: tuple[Frame, ...]


def place(design: Design, catalog: Catalog) -> Placement:
    """Frames of groups, inside frames of zones, inside frames of regions where there are several.

    A node stands in a zone's frame when all its machines are in that zone, in a region's when they are spread
    over zones of that region, otherwise outside, as do clients, the edge and what the provider spreads by
    itself. A group whose nodes stand in several of these is drawn once in each, and its name says which part it is:
    frames that crossed would say of nodes that they stand where they do not.
    """
    return _Grouping(design).group(_place_in_zones(design, catalog))


def _place_in_zones(design: Design, catalog: Catalog) -> Placement:
    zones = {zone.id: zone for zone in design.zones}
    several = len({zone.region for zone in design.zones}) > 1
    held: dict[tuple[str, str] | None, list[Node]] = {}
    for node in design.nodes:
        held.setdefault(_frame_of(zones_of(node, design, catalog), zones, several), []).append(node)
    framed = [_zone_frame(zone, held) for zone in design.zones]
    if not several:
        return Placement(tuple(held.get(None, ())), tuple(filter(_is_used, framed)))
    regions = dict.fromkeys(zone.region for zone in design.zones)
    frames = (_region_frame(region, design.zones, framed, held) for region in regions)
    return Placement(tuple(held.get(None, ())), tuple(filter(_is_used, frames)))


class _Grouping:
    """Draws the design's groups into frames, and counts the parts of each as it goes."""

    def __init__(self, design: Design) -> None:
        self._groups = design.groups
        self._owners = {node: group.id for group in design.groups for node in group.nodes}
        self._parts: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()

    def group(self, placed: Placement) -> Placement:
        """The same placement with groups in it."""
        for nodes in (placed.nodes, *(frame.nodes for frame in _all_frames(placed.frames))):
            self._parts.update({self._owners[node.id] for node in nodes if node.id in self._owners})
        free, parts = self._split(placed.nodes)
        return Placement(free, (*parts, *map(self._fill, placed.frames)))

    def _fill(self, frame: Frame) -> Frame:
        free, parts = self._split(frame.nodes)
        return replace(frame, nodes=free, frames=(*parts, *map(self._fill, frame.frames)))

    def _split(self, nodes: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Frame, ...]]:
        """Of nodes that share a frame those in no group, and a frame for the part of each group."""
        free = tuple(node for node in nodes if node.id not in self._owners)
        held = {
            group.id: tuple(node for node in nodes if self._owners.get(node.id) == group.id)
            for group in self._groups
        }
        return free, tuple(self._part(group, held[group.id]) for group in self._groups if held[group.id])

    def _part(self, group: Group, nodes: tuple[Node, ...]) -> Frame:
        name, color = group.name or UNNAMED_GROUP, group.color or GROUP_COLOR
        count = self._parts[group.id]
        if count == 1:
            return Frame(group.id, name, "group", nodes, color=color)
        self._drawn[group.id] += 1
        number = self._drawn[group.id]
        return Frame(f"{group.id} {number}", f"{name} ({number} of {count})", "group", nodes, color=color)


def _all_frames(frames: Sequence[Frame]) -> Iterator[Frame]:
    """Outer ones before those in them."""
    for frame in frames:
        yield frame
        yield from _all_frames(frame.frames)


def zones_of(node: Node, design: Design, catalog: Catalog) -> tuple[str, ...]:
    """The zones the node's machines stand in; none for what does not stand in one. Raises KeyError."""
    component = catalog[node.component]
    if component.place is not Place.REGION:
        return ()
    if node.zones or Trait.MANAGED in component.traits:
        return tuple(dict.fromkeys(node.zones))
    return tuple(zone.id for zone in design.zones[:1])


def choose_direction(design: Design, wanted: Direction) -> Literal["LR", "TB"]:
    """LR or TB; for `auto` the one whose picture comes nearer to the shape of a slide."""
    if wanted != "auto":
        return wanted
    length, breadth = _extent(rank_nodes(design))
    lying = _distance(length * LYING_PITCH[0], breadth * LYING_PITCH[1])
    standing = _distance(breadth * STANDING_PITCH[0], length * STANDING_PITCH[1])
    return "LR" if lying <= standing else "TB"


def find_turns(design: Design, direction: Literal["LR", "TB"]) -> frozenset[str]:
    """Ids of the connections that lead from one row of a folded picture into another; none where one row will do.

    Of a picture that runs TB the rows are columns.
    """
    ranks = rank_nodes(design)
    length, breadth = _extent(ranks)
    across, down = LYING_PITCH if direction == "LR" else STANDING_PITCH[::-1]

    def distance(rows: int) -> float:
        long, broad = math.ceil(length / rows) * across, rows * breadth * down
        return _distance(long, broad) if direction == "LR" else _distance(broad, long)

    if distance(1) < math.log(FOLDED_FROM):
        return frozenset()
    rows = min(range(1, length + 1), key=distance)
    each = math.ceil(length / rows)
    return frozenset(
        line.id for line in design.connections if ranks[line.source] // each != ranks[line.target] // each
    )


def _extent(ranks: Mapping[str, int]) -> tuple[int, int]:
    """How many ranks there are, and how many nodes the broadest has."""
    steps = tuple(ranks.values())
    return len(set(steps)), max(map(steps.count, steps), default=1)


def _distance(width: int, height: int) -> float:
    return abs(math.log(max(width, 1) / (height + HEADING) / SLIDE_ASPECT))


def rank_nodes(design: Design) -> Mapping[str, int]:
    """How many steps behind the first one each node stands, on the longest way that leads nowhere back."""
    callees: dict[str, list[str]] = {node.id: [] for node in design.nodes}
    for connection in design.connections:
        callees[connection.source].append(connection.target)
    order = _callers_first(callees)
    places = {node_id: at for at, node_id in enumerate(order)}
    ranks = dict.fromkeys(order, 0)
    for source in order:
        for target in callees[source]:
            if places[target] > places[source]:
                ranks[target] = max(ranks[target], ranks[source] + 1)
    return ranks


def _callers_first(callees: Mapping[str, Sequence[str]]) -> list[str]:
    """Reversed depth-first postorder: callers before callees, but for the steps that close a cycle."""
    finished: dict[str, None] = {}
    seen: set[str] = set()
    for start in callees:
        waiting = [(start, False)]
        while waiting:
            node_id, is_done = waiting.pop()
            if is_done:
                finished[node_id] = None
            elif node_id not in seen:
                seen.add(node_id)
                waiting.append((node_id, True))
                waiting += [(target, False) for target in reversed(callees[node_id])]
    return list(finished)[::-1]


def _frame_of(placed: Sequence[str], zones: Mapping[str, Zone], several: bool) -> tuple[str, str] | None:
    regions = {zones[zone_id].region for zone_id in placed}
    if len(placed) == 1:
        return ("zone", placed[0])
    return ("region", regions.pop()) if several and len(regions) == 1 else None


def _zone_frame(zone: Zone, held: Mapping[tuple[str, str] | None, list[Node]]) -> Frame:
    return Frame(zone.id, zone.name or f"Zone {zone.id}", "zone", tuple(held.get(("zone", zone.id), ())))


def _region_frame(
    region: str,
    zones: Sequence[Zone],
    framed: Sequence[Frame],
    held: Mapping[tuple[str, str] | None, list[Node]],
) -> Frame:
    inside = (frame for zone, frame in zip(zones, framed, strict=True) if zone.region == region)
    return Frame(
        region, region, "region", tuple(held.get(("region", region), ())), tuple(filter(_is_used, inside))
    )


def _is_used(frame: Frame) -> bool:
    return bool(frame.nodes or frame.frames)
