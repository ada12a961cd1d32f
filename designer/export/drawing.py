"""A design as Graphviz's DOT, made with the `diagrams` package: cards for nodes, frames for zones and groups, notes.

Importing this imports `diagrams`, which takes a while: picture.py does so when the first picture is wanted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import diagrams

from designer.catalog.icons import icon_path
from designer.catalog.model import Catalog
from designer.design.model import Connection, Design, Node, Note
from designer.errors import RenderError, quote, suggest
from designer.export.annotations import Annotations, EdgeFacts, Style, ThemeName
from designer.export.captions import connection_caption, node_details, node_name, passes_queue
from designer.export.cards import Card, draw_card
from designer.export.lettering import clean, shorten, wrap
from designer.export.machines import Row, machine_rows
from designer.export.markup import font, stack, table
from designer.export.placement import Frame, choose_direction, find_turns, place
from designer.export.slips import find_neighbours, slip_look
from designer.export.themes import THEMES, Theme
from designer.export.tints import tint
from designer.export.typeface import bold, regular

MOST_NODES = 150
MOST_CONNECTIONS = 600
STRAIGHT_FROM = 200
"""From so many connections on, lines are straight and the search for the best order is cut short. Measured on
random tangles of 150 nodes, curves take 10 s and more where this takes one."""

CANVAS = "design"  # what the DOT text calls itself
FONT = "Arial"  # Graphviz knows the widths of Arial; the painter's Liberation Sans has the same
TITLE_SIZE = 20
SUBTITLE_SIZE = 12
TITLE_WIDTH = 560
TITLE_LINES = 2
TITLE_GAP = 14
FRAME_SIZE = 11
FRAME_WIDTH = 300
LABEL_SIZE = 10
LABEL_WIDTH = 130
LABEL_PADDING = 4
NOTE_PULL = {"style": "invis", "minlen": "0"}
"""Of the unseen line from a card to a note beside it: it lets the note stand in the same rank."""

TURN = {"constraint": "false"}
"""Of a line into another row of a folded picture: what it leads to need not stand behind what it comes from."""

THINNEST, THICKEST = 1.0, 6.0
WIDTH_PER_DECADE = 0.7  # points an arrow gains with each tenfold rate

LAYOUT = {"splines": "spline", "nodesep": "0.28", "ranksep": "0.7", "pad": "0.3", "outputorder": "edgesfirst"}
QUICK_LAYOUT = {**LAYOUT, "splines": "line", "nslimit": "2", "mclimit": "0.3"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """DOT text and what belongs to it.

    `icons` are the image files by the name they have in the text, `names` is what a person calls each of its
    ids, `deferred` and `rated` say whether any arrow is dashed, or has a width that means something, `machines`
    whether those drawn one by one are copies of another's data, or not, or some of them.
    """

    dot: str
    icons: Mapping[str, Path]
    names: Mapping[str, str]
    theme: Theme
    states: frozenset[str]
    deferred: bool
    rated: bool
    machines: frozenset[bool] = frozenset()


class _Canvas(diagrams.Diagram):  # type: ignore[misc]  # diagrams has no types
    """A diagram that only becomes text: the library's own starts `dot`, writes files and opens a viewer."""

    _default_graph_attrs: Mapping[str, str] = {}
    _default_node_attrs: Mapping[str, str] = {"shape": "plain", "fontname": FONT}
    _default_edge_attrs: Mapping[str, str] = {
        "fontname": FONT,
        "fontsize": str(LABEL_SIZE),
        "arrowsize": "0.7",
    }

    def render(self) -> None:
        """Nothing: see the class."""

    def __exit__(self, *failure: object) -> None:
        diagrams.setdiagram(None)
        diagrams.setcluster(None)


class _Area(diagrams.Cluster):  # type: ignore[misc]
    """The frame of a zone, region or group. Named by its id: the library would merge two with one label."""

    _default_graph_attrs: Mapping[str, str] = {"labeljust": "l", "margin": "14"}


class _Arrow(diagrams.Edge):  # type: ignore[misc]
    _default_edge_attrs: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Pen:
    """All that drawing one node or frame needs. `ids` are safe in DOT whatever the design's own ids are."""

    design: Design
    catalog: Catalog
    annotations: Annotations
    arrows: Mapping[str, EdgeFacts]  # of all connections, by their id
    tone: ThemeName
    ids: Mapping[str, str]
    icons: Mapping[str, Path]  # by class path
    machines: Mapping[str, tuple[Row, ...]]  # that the card shows one by one
    notes: Mapping[str | None, Sequence[Note]]  # by the node that they stand beside

    @property
    def theme(self) -> Theme:
        return THEMES[self.tone]


def draw(design: Design, catalog: Catalog, annotations: Annotations, style: Style) -> Drawing:
    """The drawing of a sound design (see design/checks.py).

    Raises RenderError for a design too big to draw, one that refers to a component, zone or node that is not
    there, or when the fonts have not been built; CatalogError when an icon is not installed.
    """
    _check(design, catalog)
    nodes = design.by_id
    ids = {node_id: f"node{at}" for at, node_id in enumerate(nodes, start=1)}
    icons = {
        path: icon_path(path) for path in sorted({catalog[node.component].icon for node in design.nodes})
    }
    arrows = {
        line.id: annotations.edges.get(line.id) or EdgeFacts(deferred=passes_queue(line, design, catalog))
        for line in design.connections
    }
    machines = {
        node_id: machine_rows(node, design, catalog) if style.replicas == "spread" else ()
        for node_id, node in nodes.items()
    }
    pen = _Pen(
        design, catalog, annotations, arrows, style.theme, ids, icons, machines, find_neighbours(design)
    )
    title = clean(design.name if style.title is None else style.title)
    return Drawing(
        dot=_dot(pen, _title(title, style.subtitle, pen.theme), choose_direction(design, style.direction)),
        icons={_image_name(path): path for path in icons.values()},
        names={**{ids[node.id]: node_name(node) for node in design.nodes}, CANVAS: title},
        theme=pen.theme,
        states=frozenset(
            annotations.nodes[node_id].state for node_id in nodes if node_id in annotations.nodes
        ),
        deferred=any(facts.deferred for facts in arrows.values()),
        rated=any(facts.rate is not None for facts in arrows.values()),
        machines=frozenset(is_copy for rows in machines.values() for row in rows for is_copy in row.machines),
    )


def _check(design: Design, catalog: Catalog) -> None:
    for what, count, most in (
        ("nodes", len(design.nodes), MOST_NODES),
        ("connections", len(design.connections), MOST_CONNECTIONS),
    ):
        if count > most:
            raise RenderError(
                f"the design has {count:,} {what}, too many for one picture",
                expected=f"at most {most}; identical machines can be one node with several instances",
            )
    nodes = {node.id for node in design.nodes}
    zones = {zone.id for zone in design.zones}
    _check_known("component", (node.component for node in design.nodes), catalog)
    _check_known("zone", (zone for node in design.nodes for zone in node.zones), zones)
    _check_known("node", (end for line in design.connections for end in (line.source, line.target)), nodes)


def _check_known(what: str, used: Iterable[str], known: Iterable[str]) -> None:
    there = set(known)
    for name in used:
        if name not in there:
            near = suggest(name, sorted(there))
            raise RenderError(f"the design uses a {what} that is not there: {quote(name)}", suggestion=near)


def _dot(pen: _Pen, title: str, direction: Literal["LR", "TB"]) -> str:
    placement, turns = place(pen.design, pen.catalog), find_turns(pen.design, direction)
    layout = QUICK_LAYOUT if len(pen.design.connections) >= STRAIGHT_FROM else LAYOUT
    attributes = {**layout, "label": title, "labelloc": "t", "labeljust": "l", "bgcolor": pen.theme.page}
    with _Canvas(CANVAS, direction=direction, graph_attr={**attributes, "fontname": FONT}) as canvas:
        cards = dict(_cards(placement.nodes, pen))
        for note in pen.notes.get(None, ()):
            _slip(note, pen)
        for frame in placement.frames:
            cards |= _framed(frame, pen)
        for connection in pen.design.connections:
            arrow = _Arrow(**_line(connection, pen), **(TURN if connection.id in turns else {}))
            cards[connection.source] >> arrow >> cards[connection.target]
        return str(canvas)


def _cards(nodes: Iterable[Node], pen: _Pen) -> Iterator[tuple[str, diagrams.Node]]:
    for node in nodes:
        label = draw_card(_card(node, pen), pen.theme)
        card = diagrams.Node(label, nodeid=pen.ids[node.id])
        yield node.id, card
        for note in pen.notes.get(node.id, ()):
            card >> _Arrow(**NOTE_PULL) >> _slip(note, pen)


def _slip(note: Note, pen: _Pen) -> diagrams.Node:
    at = pen.design.notes.index(note) + 1
    return diagrams.Node(**slip_look(note, pen.tone), nodeid=f"note{at}")


def _framed(frame: Frame, pen: _Pen) -> Mapping[str, diagrams.Node]:
    with _Area(f"{frame.kind} {frame.id}", graph_attr=_frame_look(frame, pen)):
        cards = dict(_cards(frame.nodes, pen))
        for inner in frame.frames:
            cards |= _framed(inner, pen)
    return cards


def _frame_look(frame: Frame, pen: _Pen) -> Mapping[str, str]:
    name = shorten(clean(frame.name) or frame.id, bold(), FRAME_SIZE, FRAME_WIDTH)
    ink, look = pen.theme.muted, _area_look(frame, pen)
    if frame.color is not None:
        ink = tint(frame.color, pen.tone).name
    return {"label": "<" + font(name, FRAME_SIZE, ink, strong=True) + ">", **look}


def _area_look(frame: Frame, pen: _Pen) -> Mapping[str, str]:
    if frame.color is not None:
        shade = tint(frame.color, pen.tone)
        return {"style": "rounded", "bgcolor": shade.ground, "pencolor": shade.line}
    theme = pen.theme
    if frame.kind == "zone":
        return {"style": "rounded,dashed", "bgcolor": theme.zone_fill, "pencolor": theme.zone_line}
    return {"style": "rounded", "bgcolor": theme.region_fill, "pencolor": theme.region_line}


def _card(node: Node, pen: _Pen) -> Card:
    component = pen.catalog[node.component]
    return Card(
        name=node_name(node),
        kind=component.name,
        icon=_image_name(pen.icons[component.icon]),
        count=node.instances,
        details=tuple(node_details(node, pen.design, pen.catalog)),
        facts=pen.annotations.nodes.get(node.id),
        machines=pen.machines[node.id],
    )


def _line(connection: Connection, pen: _Pen) -> Mapping[str, str]:
    facts = pen.arrows[connection.id]
    texts = (connection_caption(connection), facts.label or "")
    lines = [line for text in texts for line in wrap(text, regular(), LABEL_SIZE, LABEL_WIDTH, lines=2)]
    look = {
        "color": pen.theme.line,
        "penwidth": f"{_thickness(facts.rate):.2f}",
        "style": "dashed" if facts.deferred else "solid",
    }
    return {**look, "label": _edge_label(lines, pen.theme)} if lines else look


def _thickness(rate: float | None) -> float:
    if rate is None or rate <= 1:
        return THINNEST
    return min(THINNEST + WIDTH_PER_DECADE * math.log10(rate), THICKEST)


def _title(title: str, subtitle: str | None, theme: Theme) -> str:
    lines = wrap(title, bold(), TITLE_SIZE, TITLE_WIDTH, lines=TITLE_LINES)
    more = wrap(subtitle or "", regular(), SUBTITLE_SIZE, TITLE_WIDTH, lines=TITLE_LINES)
    if not lines and not more:
        return ""
    texts = [(font(line, TITLE_SIZE, theme.ink, strong=True), TITLE_SIZE) for line in lines]
    texts += [(font(line, SUBTITLE_SIZE, theme.muted), SUBTITLE_SIZE) for line in more]
    return "<" + table(f'{stack(texts)}<TR><TD HEIGHT="{TITLE_GAP}"></TD></TR>') + ">"


def _edge_label(lines: Sequence[str], theme: Theme) -> str:
    texts = table(stack([(font(line, LABEL_SIZE, theme.muted), LABEL_SIZE) for line in lines], leading=2))
    # Graphviz puts a label right beside a thin line; lines here are not thin.
    return "<" + table(f"<TR><TD>{texts}</TD></TR>", padding=LABEL_PADDING) + ">"


def _image_name(path: Path) -> str:
    """Where the icon is in the `diagrams` package, without this machine's folders (Graphviz: `imagepath`)."""
    folder = Path(diagrams.__file__).parent.parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
