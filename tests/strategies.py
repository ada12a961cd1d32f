"""Designs to try things on: sound, connected, of every shape, with names that nobody would choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from designer.catalog import Component
from designer.catalog.model import FIGURE_DIMENSIONS, Behavior, Knob
from designer.design.model import (
    Acks,
    CallOrder,
    Color,
    Connection,
    Delivery,
    Design,
    Eviction,
    Frame,
    Group,
    Hashing,
    Index,
    Leaders,
    Mode,
    Node,
    Note,
    NoteKind,
    Partitioning,
    Position,
    ReadFrom,
    Routing,
    Sessions,
    Traffic,
    WritePolicy,
    Zone,
)
from designer.design.settings import means_something
from designer.units import Dimension

HOSTILE_NAMES = (
    '<IMG SRC="/etc/passwd">',
    "<script>alert(1)</script>",
    "<b>bold</b> & 'quoted' \"twice\"",
    "\\N \\n \\\\ %s {0} {{}} $HOME `id`",
    "عربي → עברית",
    "\u202eoverride\u202c",
    "👩‍👩‍👧‍👦 café naïve ñ",
    "数据库 データベース",
    "a: b # no comment",
    "- item",
    "null",
    "yes",
    "1e3",
    "'; DROP TABLE boards; --",
    "]]> --> */ #}",
    " spaces around ",
    "x" * 80,
    "\u00a0\u200b\ufeffinvisible",
)

ORDINARY_FIGURES: Mapping[Dimension, tuple[float, ...]] = {
    Dimension.RATE: (1.0, 250.0, 10_000.0, 1_000_000.0),
    Dimension.TIME: (0.0001, 0.002, 0.05, 1.5),
    Dimension.SIZE: (64e6, 16e9, 17_179_869_184.0, 5e12),
    Dimension.BANDWIDTH: (1e6, 125e6, 12.5e9),
    Dimension.RATIO: (0.9, 0.999, 0.99995, 1.0),
    Dimension.MONEY: (0.01, 12.5, 4_000.0),
    Dimension.COUNT: (1.0, 4.0, 1_000.0),
}
"""Figures a machine could have, in base units."""

_EXTREMES: Mapping[Dimension, tuple[float, float]] = {
    Dimension.RATE: (1e-6, 1e12),
    Dimension.TIME: (1e-9, 31_557_600.0),
    Dimension.SIZE: (1e-3, 1e21),
    Dimension.BANDWIDTH: (1e-3, 1e18),
    Dimension.RATIO: (1e-12, 1.0),
    Dimension.MONEY: (0.0, 1e12),
    Dimension.COUNT: (1.0, 1e9),
}
_USUAL_TRAFFIC = (Traffic.ALL, Traffic.READ, Traffic.WRITE, Traffic.ALL, Traffic.ALL)
_DATASETS = ("links", "users", "posts")
_CAPABILITIES = ("inference", "search")

names = st.one_of(
    st.sampled_from(HOSTILE_NAMES),
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=80,
    ).filter(str.strip),
)
"""One-line names, hostile and of every script."""


@st.composite
def designs(
    draw: st.DrawFn,
    catalog: Mapping[str, Component],
    *,
    max_nodes: int = 8,
    cycles: bool = True,
    zones: bool = True,
    figures: bool = True,
    decoration: bool = True,
    extreme: bool = False,
    policies: bool = False,
) -> Design:
    """Sound designs. The first node is a client and every other one is reached from a node before it.

    `cycles` also draws connections backwards; `figures` overrides figures of the catalogue, and `extreme` up
    to the ends of what is allowed; `decoration` adds names, notes, labels, positions and colours; `policies` sets
    what caches, stores, queues and callers do beyond the ordinary.
    """
    clients = [id_ for id_, component in catalog.items() if component.behavior is Behavior.CLIENT]
    others = [id_ for id_ in catalog if id_ not in clients]
    count = draw(st.integers(1, max_nodes))
    used = [draw(st.sampled_from(clients)), *(draw(st.sampled_from(others)) for _ in range(count - 1))]
    places = draw(_zones(decoration)) if zones else ()
    nodes = []
    for index, component_id in enumerate(used):
        # Some keep the id that the notation gives them, where nothing else has it.
        plain = component_id not in used[:index] and draw(st.booleans())
        node = draw(
            _node(catalog[component_id], component_id if plain else f"n{index}", places, figures, extreme)
        )
        if policies:
            node = draw(governed(node, catalog[component_id]))
        nodes.append(draw(_decorated(node)) if decoration else node)
    connections = draw(_connections(nodes, catalog, cycles, decoration))
    if policies:
        behaviors = {node.id: catalog[node.component].behavior for node in nodes}
        connections = tuple(draw(patient(link, behaviors[link.source])) for link in connections)
    notes = draw(_notes()) if decoration else ()
    groups = draw(_groups(nodes)) if decoration else ()
    name = draw(st.one_of(st.just("Untitled design"), names)) if decoration else "Untitled design"
    drawn = Design(name=name, zones=places, nodes=tuple(nodes), connections=connections)
    return drawn.model_copy(update={"groups": groups, "notes": notes})


@st.composite
def _zones(draw: st.DrawFn, decoration: bool) -> tuple[Zone, ...]:
    count = draw(st.integers(0, 3))
    regions = draw(st.sampled_from([("region",), ("eu", "us")]))
    frames = st.none() | _frames if decoration else st.none()
    return tuple(
        Zone(id=f"z{index}", region=regions[index % len(regions)], frame=draw(frames))
        for index in range(count)
    )


@st.composite
def _node(
    draw: st.DrawFn,
    component: Component,
    node_id: str,
    zones: tuple[Zone, ...],
    figures: bool,
    extreme: bool,
) -> Node:
    settings: dict[str, Any] = {
        knob.value: draw(st.integers(1, 5))
        for knob in (Knob.INSTANCES, Knob.SHARDS, Knob.REPLICAS, Knob.PARTITIONS)
        if knob in component.knobs and draw(st.booleans())
    }
    if zones and draw(st.booleans()):
        ids = st.sampled_from([zone.id for zone in zones])
        settings["zones"] = tuple(draw(st.lists(ids, unique=True, max_size=3)))
    if component.behavior is Behavior.ROUTER:
        settings["routing"] = draw(st.sampled_from([None, *Routing]))
    if component.behavior is Behavior.SERVICE:
        settings["calls"] = draw(st.sampled_from(list(CallOrder)))
    if Knob.REPLICAS in component.knobs:
        settings["read_from"] = draw(st.sampled_from(list(ReadFrom)))
    if component.holds or component.caches:
        settings["holds"] = tuple(draw(st.lists(st.sampled_from(_DATASETS), unique=True, max_size=2)))
    if component.behavior is not Behavior.CLIENT and draw(st.integers(0, 5)) == 0:
        settings["provides"] = (draw(st.sampled_from(_CAPABILITIES)),)
    if figures:
        settings["figures"] = draw(_figures(extreme))
    return Node(id=node_id, component=component.id, **settings)


@st.composite
def _figures(draw: st.DrawFn, extreme: bool) -> dict[str, float]:
    chosen = draw(st.lists(st.sampled_from(list(FIGURE_DIMENSIONS)), unique=True, max_size=3))
    return {name: draw(_figure(name, extreme)) for name in chosen if not name.endswith("_p99")}


def _figure(name: str, extreme: bool) -> st.SearchStrategy[float]:
    dimension = FIGURE_DIMENSIONS[name]
    if not extreme:
        return st.sampled_from(ORDINARY_FIGURES[dimension])
    low, high = _EXTREMES[dimension]
    if dimension is Dimension.COUNT:
        return st.integers(int(low), int(high)).map(float)
    return st.floats(low, high)


_TIMES = st.sampled_from([0.0001, 0.2, 1.0, 60.0, 90.0, 86_400.0]) | st.floats(1e-6, 1e10)
_POLICIES: Mapping[str, st.SearchStrategy[Any]] = {
    "sessions": st.sampled_from(Sessions),
    "writes": st.sampled_from(WritePolicy),
    "eviction": st.sampled_from(Eviction),
    "ttl": st.none() | _TIMES,
    "acks": st.sampled_from(Acks),
    "leaders": st.sampled_from(Leaders),
    "partitioning": st.sampled_from(Partitioning),
    "hashing": st.sampled_from(Hashing),
    "index": st.sampled_from(Index),
    "delivery": st.sampled_from(Delivery),
    "deliveries": st.none() | st.integers(1, 101),
    "ordered": st.booleans(),
    "limit": st.none() | st.sampled_from([0.5, 250.0, 10_000.0]) | st.floats(1e-6, 1e12),
    "deadline": st.none() | _TIMES,
    "backup_every": st.none() | _TIMES,
}


@st.composite
def governed(draw: st.DrawFn, node: Node, component: Component) -> Node:
    """The node with some of the settings that mean something for its component."""
    fitting = [name for name in _POLICIES if means_something(name, component)]
    chosen = draw(st.lists(st.sampled_from(fitting), unique=True, max_size=4)) if fitting else []
    changes = {name: draw(_POLICIES[name]) for name in chosen}
    if means_something("read_quorum", component):
        quorum = st.none() | st.integers(1, 1 + node.replicas)
        changes |= {"read_quorum": draw(quorum), "write_quorum": draw(quorum)}
    if changes.get("partitioning", Partitioning.HASH) is not Partitioning.HASH:
        changes["hashing"] = Hashing.CONSISTENT
    if changes.get("delivery") is Delivery.AT_MOST_ONCE:
        changes["deliveries"] = None
    return node.model_copy(update=changes)


@st.composite
def patient(draw: st.DrawFn, link: Connection, source: Behavior) -> Connection:
    """The connection with some of the settings that mean something out of its source."""
    if draw(st.booleans()):
        return link
    changes: dict[str, Any] = {
        "mode": draw(st.sampled_from(Mode)),
        "timeout": draw(st.none() | st.sampled_from([0.25, 2.0]) | st.floats(1e-3, 1e10)),
    }
    if source is Behavior.QUEUE:
        carries = draw(st.sampled_from([link.carries, Traffic.FAILED]))
        return link.model_copy(update={**changes, "carries": carries})
    changes["retries"] = draw(st.integers(0, 20))
    if changes["retries"]:
        changes["retry_budget"] = draw(st.none() | st.sampled_from([0.0, 0.1, 1.0]) | st.floats(0, 1))
        changes["backoff"] = draw(st.none() | st.sampled_from([0.05, 1.0]) | st.floats(1e-6, 1e10))
    changes["hedge_after"] = draw(st.none() | st.sampled_from([0.05, 0.0001]))
    if changes["timeout"] is not None and (changes["hedge_after"] or 0.0) >= changes["timeout"]:
        changes["hedge_after"] = None
    changes["fallback"] = source is Behavior.SERVICE and draw(st.booleans())
    if source not in (Behavior.ROUTER, Behavior.OBSERVER):
        changes["on_miss"] = draw(st.sampled_from([None, True, False]))
    return link.model_copy(update=changes)


@st.composite
def _decorated(draw: st.DrawFn, node: Node) -> Node:
    changes: dict[str, Any] = {}
    if draw(st.booleans()):
        changes["name"] = draw(names)
    if draw(st.booleans()):
        changes["position"] = draw(_positions)
    if draw(st.integers(0, 5)) == 0:
        changes["color"] = draw(st.sampled_from(["red", "teal"]))
        changes["pinned"] = draw(st.booleans())
    return node.model_copy(update=changes)


_coordinates = st.one_of(st.integers(-2_000, 2_000).map(float), st.floats(-1e6, 1e6))
_positions = st.builds(Position, x=_coordinates, y=_coordinates)
_extents = st.one_of(st.integers(1, 2_000).map(float), st.floats(1.0, 1e6))
_frames = st.builds(Frame, x=_coordinates, y=_coordinates, width=_extents, height=_extents)
_colors = st.none() | st.sampled_from(Color)


@st.composite
def _groups(draw: st.DrawFn, nodes: list[Node]) -> tuple[Group, ...]:
    """Every node in one of two groups, or in none."""
    first, second = sorted(draw(st.tuples(*[st.integers(0, len(nodes))] * 2)))
    ids = [node.id for node in nodes]
    return tuple(
        Group(id=f"g{index}", name=draw(st.none() | names), color=draw(_colors), nodes=tuple(inside))
        for index, inside in enumerate((ids[:first], ids[first:second]))
        if inside
    )


@st.composite
def _connections(
    draw: st.DrawFn, nodes: list[Node], catalog: Mapping[str, Component], cycles: bool, decoration: bool
) -> tuple[Connection, ...]:
    count = len(nodes)
    pairs = {(draw(st.integers(0, index - 1)), index): None for index in range(1, count)}
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    for source, target in draw(st.lists(ends, max_size=count)):
        if source != target and (cycles or source < target):
            pairs[source, target] = None
    degrees = [sum(source == index for source, _ in pairs) for index in range(count)]
    return tuple(
        draw(_connection(nodes[source], nodes[target], catalog, degrees[source], decoration))
        for source, target in draw(st.permutations(list(pairs)))
    )


@st.composite
def _connection(
    draw: st.DrawFn,
    source: Node,
    target: Node,
    catalog: Mapping[str, Component],
    degree: int,
    decoration: bool,
) -> Connection:
    options: dict[str, Any] = {"carries": draw(st.sampled_from(_USUAL_TRAFFIC))}
    if catalog[source.component].behavior is Behavior.ROUTER and draw(st.booleans()):
        options["share"] = draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])) / degree
    if draw(st.integers(0, 5)) == 0:
        options["calls"] = draw(st.sampled_from([0.1, 2.0, 5.0, 100.0]))
    if decoration and draw(st.integers(0, 5)) == 0:
        options["label"] = draw(names)
    return Connection(source=source.id, target=target.id, **options)


@st.composite
def _notes(draw: st.DrawFn) -> tuple[Note, ...]:
    texts = draw(st.lists(st.one_of(st.just("first line\nsecond line\n"), names), max_size=2))
    return tuple(
        Note(
            id=f"note{index}",
            text=text,
            kind=draw(st.sampled_from(NoteKind)),
            color=draw(_colors),
            position=draw(st.none() | _positions),
        )
        for index, text in enumerate(texts)
    )
