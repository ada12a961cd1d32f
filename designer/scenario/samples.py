"""The designs a scenario ships: its starter, its references and the naive one, as designs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.catalog.model import Catalog
from designer.design.files import design_from_data
from designer.design.model import Design, Node, Position, Suppression
from designer.design.notation import parse_notation
from designer.documents import Document, fail
from designer.documents.document import Place, find_position, make_error
from designer.documents.document import Position as Spot
from designer.errors import DesignerError, DesignError, Location, ScenarioError, suggest
from designer.scenario.model import SampleDesign, Scenario

_FIELD_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def sample_designs(scenario: Scenario) -> Iterator[tuple[Place, SampleDesign]]:
    """Every design the scenario ships, with its place in the file."""
    if scenario.starter is not None:
        yield ("starter",), scenario.starter
    for index, sample in enumerate(scenario.references):
        yield ("references", index), sample
    if scenario.naive is not None:
        yield ("naive",), scenario.naive


def build_design(sample: SampleDesign, scenario: Scenario, catalog: Catalog) -> Design:
    """The sample as a Design that belongs to the scenario. Raises DesignError."""
    if isinstance(sample.design, str):
        design = parse_notation(sample.design, catalog, name=sample.name)
    else:
        design = design_from_data(sample.design, catalog)
    nodes = tuple(_placed(node, sample) for node in design.nodes)
    accepted = tuple(Suppression(rule=rule, because=reason) for rule, reason in sample.accepts.items())
    return design.model_copy(
        update={
            "name": sample.name,
            "scenario": scenario.id,
            "nodes": nodes,
            "ignore": design.ignore + accepted,
        }
    )


def _placed(node: Node, sample: SampleDesign) -> Node:
    if node.id not in sample.places:
        return node
    x, y = sample.places[node.id]
    return node.model_copy(update={"position": Position(x=x, y=y)})


def require_readable(
    sample: SampleDesign, place: Place, document: Document, scenario: Scenario, catalog: Catalog
) -> None:
    """Build the sample. Raises ScenarioError at the very character of the file, as near as can be said."""
    try:
        design = build_design(sample, scenario, catalog)
    except DesignError as error:
        here = (*place, "design")
        if isinstance(sample.design, str):
            raise _in_notation(error, sample.design, document, here) from None
        path = (*here, *_parts(error.field or ""))
        fail(
            document,
            path,
            f"this design cannot be read: {error.message}",
            error=ScenarioError,
            expected=error.expected,
            suggestion=error.suggestion,
        )
    require_places(sample, place, document, design)


def require_places(sample: SampleDesign, place: Place, document: Document, design: Design) -> None:
    """Every place is that of a node. Raises ScenarioError at the first that is not."""
    nodes = [node.id for node in design.nodes]
    for name in sample.places:
        if name not in nodes:
            fail(
                document,
                (*place, "places", name),
                f"this design has no node {name!r}",
                error=ScenarioError,
                suggestion=suggest(name, nodes),
                key=True,
            )


def _parts(field: str) -> Place:
    """`nodes[0].instances` as the way to it."""
    return tuple(int(found[1]) if found[1] else found[2] for found in _FIELD_PART.finditer(field))


def _in_notation(error: DesignError, text: str, document: Document, place: Place) -> DesignerError:
    start = find_position(document, place)
    return make_error(
        document,
        start if error.where is None else _in_file(error.where, text, document, start),
        f"this design cannot be read: {error.message}",
        error=ScenarioError,
        expected=error.expected,
        suggestion=error.suggestion,
    )


def _in_file(where: Location, text: str, document: Document, start: Spot) -> Spot:
    """The place in the file of a place in the notation, or where the notation begins if its lines were folded."""
    lines = text.split("\n")
    if where.line > len(lines):
        return start
    line = lines[where.line - 1]
    first = document.lines[start.line - 1]
    if first.startswith(line, start.column - 1):  # plain, on the line of its key
        return Spot(start.line, start.column + where.column - 1)
    if first.startswith(line, start.column):  # in quotes
        return Spot(start.line, start.column + where.column)
    at = start.line + where.line  # a literal block begins on the line after its sign
    if at <= len(document.lines) and document.lines[at - 1].strip() == line.strip():
        indent = document.lines[at - 1].find(line.strip()) - (len(line) - len(line.lstrip()))
        return Spot(at, indent + where.column)
    return start
