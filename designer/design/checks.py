"""What a schema cannot say of a design: ids are unique, connections end somewhere, counts fit the component.

One list of checks for every way a design comes in: files and notation point at line and column, edits and the
board at a field. Whether a sound design is any good is not judged here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.catalog.model import Behavior, Component, Knob
from designer.design.model import CallOrder, Connection, Design, Node, ReadFrom
from designer.documents import Document, fail
from designer.errors import DesignerError, DesignError, quote, suggest

Path = tuple[str | int, ...]

COUNTS: Mapping[Knob, int] = {
    knob: int(Node.model_fields[knob.value].default)
    for knob in (Knob.INSTANCES, Knob.SHARDS, Knob.REPLICAS, Knob.PARTITIONS)
}
"""The knobs that are counts, with their neutral values. The notation's `*N` means the first there is."""

LISTS = ("zones", "holds", "provides")
"""The settings of a node that are lists."""

SETTINGS = (*(knob.value for knob in COUNTS), *LISTS, "routing", "read_from", "calls", "name")
"""What people set on a node beside the figures of its component."""

_SHARE_NOISE = 1e-9
"""Shares such as 0.1 + 0.2 + 0.7 add up to a little over one in floating point."""


class Problem(NamedTuple):
    """One thing wrong: the way to it in the design's data, a sentence, and what was probably meant."""

    path: Path
    message: str
    suggestion: str | None = None


def check(design: Design, catalog: Mapping[str, Component]) -> list[Problem]:
    """Everything wrong with the design, in the order of its file; empty when it can be analysed."""
    return [
        *_check_ids(("zones",), [zone.id for zone in design.zones], "zone"),
        *_check_ids(("nodes",), [node.id for node in design.nodes], "node"),
        *_check_nodes(design, catalog),
        *_check_connections(design, catalog),
        *_check_ids(("notes",), [note.id for note in design.notes], "note"),
    ]


def require_sound(
    design: Design,
    catalog: Mapping[str, Component],
    document: Document | None = None,
    *,
    error: type[DesignError] = DesignError,
) -> None:
    """Raise `error` for the first problem, with those after it in its `others`.

    The error points into the document the design was read from, if there is one; else it names the field.
    """
    problems = check(design, catalog)
    if problems:
        first, *others = [_word(problem, document, error) for problem in problems]
        first.others = list(others)
        raise first


def _word(problem: Problem, document: Document | None, error: type[DesignError]) -> DesignError:
    placed = document or Document("design", "", None, {})
    try:
        fail(placed, problem.path, problem.message, error=error, suggestion=problem.suggestion)
    except DesignError as located:
        return located if document else forget_place(located)


def forget_place(error: DesignerError) -> DesignError:
    """The error without line and column: for data that was never a text."""
    plain = DesignError(
        error.message, field=error.field, expected=error.expected, suggestion=error.suggestion
    )
    plain.others = [forget_place(other) for other in error.others]
    return plain


def _check_ids(path: Path, ids: Sequence[str], noun: str) -> Iterator[Problem]:
    for index in _repeated(ids):
        yield Problem((*path, index, "id"), f"another {noun} has the id {quote(ids[index])} already")


def _repeated(words: Iterable[str]) -> Iterator[int]:
    """The indices of words that stood before."""
    seen: set[str] = set()
    for index, word in enumerate(words):
        if word in seen:
            yield index
        seen.add(word)


def _check_nodes(design: Design, catalog: Mapping[str, Component]) -> Iterator[Problem]:
    zones = {zone.id: None for zone in design.zones}
    for index, node in enumerate(design.nodes):
        path: Path = ("nodes", index)
        component = catalog.get(node.component)
        if component is None:
            near = suggest(node.component, catalog)
            yield Problem((*path, "component"), f"there is no component {quote(node.component)}", near)
        else:
            yield from _check_counts(path, node, component)
            yield from _check_settings(path, node, component)
        yield from _check_zones(path, node, zones)
        yield from _check_figures(path, node)
        for field, words in (("holds", node.holds), ("provides", node.provides)):
            for at in _repeated(words):
                yield Problem((*path, field, at), f"{quote(words[at])} is named twice")


def _check_counts(path: Path, node: Node, component: Component) -> Iterator[Problem]:
    for knob, neutral in COUNTS.items():
        if getattr(node, knob.value) != neutral and knob not in component.knobs:
            message = f"{quote(component.id)} has no {knob.value}; {_knobs(component)}"
            yield Problem((*path, knob.value), message)


def _knobs(component: Component) -> str:
    counts = [knob.value for knob in component.knobs if knob in COUNTS]
    return f"it has {' and '.join(counts)}" if counts else "it has no counts at all"


def _check_settings(path: Path, node: Node, component: Component) -> Iterator[Problem]:
    """Settings that mean nothing for what the component does would be ignored: they are refused instead."""
    component_id = quote(component.id)
    if node.routing is not None and component.behavior is not Behavior.ROUTER:
        yield Problem((*path, "routing"), f"{component_id} does not route, so it has no routing")
    if node.calls is not CallOrder.SEQUENCE and component.behavior is not Behavior.SERVICE:
        yield Problem((*path, "calls"), f"{component_id} is no service, so its calls have no order to be set")
    if node.read_from is not ReadFrom.ANY and Knob.REPLICAS not in component.knobs:
        yield Problem((*path, "read_from"), f"{component_id} has no replicas to choose from")
    if node.holds and not (component.holds or component.caches):
        yield Problem((*path, "holds"), f"{component_id} holds no data")


def _check_zones(path: Path, node: Node, zones: Mapping[str, None]) -> Iterator[Problem]:
    for index, zone in enumerate(node.zones):
        if zone not in zones:
            message = f"there is no zone {quote(zone)} in the design"
            yield Problem((*path, "zones", index), message, suggest(zone, zones))
    for index in _repeated(node.zones):
        yield Problem((*path, "zones", index), f"the zone {quote(node.zones[index])} is named twice")


def _check_figures(path: Path, node: Node) -> Iterator[Problem]:
    for mean, tail in (("service_time", "service_time_p99"), ("write_time", "write_time_p99")):
        if mean in node.figures and node.figures.get(tail, float("inf")) < node.figures[mean]:
            yield Problem((*path, "figures", tail), f"{tail} is less than {mean}")


def _check_connections(design: Design, catalog: Mapping[str, Component]) -> Iterator[Problem]:
    nodes = design.by_id
    seen: set[str] = set()
    for index, connection in enumerate(design.connections):
        path: Path = ("connections", index)
        ends = (("from", connection.source), ("to", connection.target))
        for end, node_id in ends:
            if node_id not in nodes:
                message = f"there is no node {quote(node_id)} in the design"
                yield Problem((*path, end), message, suggest(node_id, nodes))
        if connection.source == connection.target:
            yield Problem((*path, "to"), f"{quote(connection.source)} cannot be connected to itself")
        if connection.id in seen:
            both = f"{quote(connection.source)} and {quote(connection.target)}"
            yield Problem(path, f"{both} are connected in this direction already")
        seen.add(connection.id)
    yield from _check_shares(design.connections, nodes, catalog)


def _check_shares(
    connections: Sequence[Connection], nodes: Mapping[str, Node], catalog: Mapping[str, Component]
) -> Iterator[Problem]:
    """Only a router divides its requests, and it cannot send on more than it got."""
    sums: dict[str, float] = defaultdict(float)
    for index, connection in enumerate(connections):
        source = nodes.get(connection.source)
        component = catalog.get(source.component) if source else None
        if connection.share is None or component is None:
            continue
        path: Path = ("connections", index, "share")
        if component.behavior is not Behavior.ROUTER:
            message = f"{quote(component.id)} does not route, so it cannot send on a share of its requests"
            yield Problem(path, message)
        sums[connection.source] += connection.share
        if sums[connection.source] > 1 + _SHARE_NOISE:
            yield Problem(path, f"the shares of {quote(connection.source)} add up to more than 1")
