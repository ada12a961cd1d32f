"""What a schema cannot say of a design: ids are unique, connections end somewhere, counts fit the component.

One list of checks for every way a design comes in: files and notation point at line and column, edits and the
board at a field. Whether a sound design is any good is not judged here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from designer.catalog.model import Component
from designer.design.model import Connection, Design, Node
from designer.design.settings import COUNTS, find_link_objections, find_objections
from designer.documents import Document, fail
from designer.errors import DesignerError, DesignError, quote, suggest

Path = tuple[str | int, ...]

MAX_PROBLEMS = 200
"""Most problems of one design that are reported: nobody reads more."""

_SHARE_NOISE = 1e-9
"""Shares such as 0.1 + 0.2 + 0.7 add up to a little over one in floating point."""


class Problem(NamedTuple):
    """One thing wrong: the way to it in the design's data, a sentence, what would be right, what was meant.

    What was meant is looked for only when it is shown: among thousands of names that takes its time.
    """

    path: Path
    message: str
    suggestion: Callable[[], str | None] | None = None
    expected: str | None = None


def check(design: Design, catalog: Mapping[str, Component]) -> list[Problem]:
    """What is wrong with the design, in the order of its file; empty when it can be analysed.

    At most MAX_PROBLEMS of it.
    """
    return list(islice(_problems(design, catalog), MAX_PROBLEMS))


def _problems(design: Design, catalog: Mapping[str, Component]) -> Iterator[Problem]:
    yield from _check_ids(("zones",), [zone.id for zone in design.zones], "zone")
    yield from _check_ids(("nodes",), [node.id for node in design.nodes], "node")
    yield from _check_nodes(design, catalog)
    yield from _check_connections(design, catalog)
    yield from _check_groups(design)
    yield from _check_ids(("notes",), [note.id for note in design.notes], "note")
    yield from _check_suppressions(design)


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
        fail(
            placed,
            problem.path,
            problem.message,
            error=error,
            expected=problem.expected,
            suggestion=problem.suggestion,
        )
    except DesignError as located:
        return located if document else forget_place(located)


def forget_place(error: DesignerError) -> DesignError:
    """The error without line and column: for data that was never a text."""
    plain = DesignError(
        error.message, field=error.field, expected=error.expected, suggestion=lambda: error.suggestion
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
            near = partial(suggest, node.component, catalog)
            yield Problem((*path, "component"), f"there is no component {quote(node.component)}", near)
        else:
            yield from _check_counts(path, node, component)
            for field, message, expected in find_objections(node, component):
                yield Problem((*path, field), message, expected=expected)
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


def _check_zones(path: Path, node: Node, zones: Mapping[str, None]) -> Iterator[Problem]:
    for index, zone in enumerate(node.zones):
        if zone not in zones:
            message = f"there is no zone {quote(zone)} in the design"
            yield Problem((*path, "zones", index), message, partial(suggest, zone, zones))
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
                yield Problem((*path, end), message, partial(suggest, node_id, nodes))
        if connection.source == connection.target:
            yield Problem((*path, "to"), f"{quote(connection.source)} cannot be connected to itself")
        if connection.id in seen:
            both = f"{quote(connection.source)} and {quote(connection.target)}"
            yield Problem(path, f"{both} are connected in this direction already")
        seen.add(connection.id)
        source = nodes.get(connection.source)
        component = catalog.get(source.component) if source else None
        if component is not None:
            for field, message, expected in find_link_objections(connection, component):
                yield Problem((*path, field), message, expected=expected)
    yield from _check_shares(design.connections)


def _check_shares(connections: Sequence[Connection]) -> Iterator[Problem]:
    """Nothing sends on more than it got."""
    sums: dict[str, float] = defaultdict(float)
    for index, connection in enumerate(connections):
        if connection.share is None:
            continue
        sums[connection.source] += connection.share
        if sums[connection.source] > 1 + _SHARE_NOISE:
            message = f"the shares of {quote(connection.source)} add up to more than 1"
            yield Problem(("connections", index, "share"), message)


def _check_groups(design: Design) -> Iterator[Problem]:
    """Each node is in at most one group, so that every group can be drawn around its own."""
    yield from _check_ids(("groups",), [group.id for group in design.groups], "group")
    nodes = design.by_id
    owners: dict[str, str] = {}
    for index, group in enumerate(design.groups):
        for at, node_id in enumerate(group.nodes):
            path: Path = ("groups", index, "nodes", at)
            if node_id not in nodes:
                message = f"there is no node {quote(node_id)} in the design"
                yield Problem(path, message, partial(suggest, node_id, nodes))
            elif node_id in owners:
                message = f"{quote(node_id)} is in the group {quote(owners[node_id])} already"
                yield Problem(path, message, expected="each node in one group at most")
            owners.setdefault(node_id, group.id)


def _check_suppressions(design: Design) -> Iterator[Problem]:
    """Whether the rules exist is not known here: a review says which suppressions hide nothing."""
    nodes = design.by_id
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for index, item in enumerate(design.ignore):
        path: Path = ("ignore", index)
        for at, node_id in enumerate(item.nodes):
            if node_id not in nodes:
                message = f"there is no node {quote(node_id)} in the design"
                yield Problem((*path, "nodes", at), message, partial(suggest, node_id, nodes))
        if (item.rule, item.nodes) in seen:
            yield Problem(path, f"{quote(item.rule)} is ignored at the same place already")
        seen.add((item.rule, item.nodes))
