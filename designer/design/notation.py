"""Designs on one line: `users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2`.

The grammar is in docs/notation.md. The notation says what is placed and who calls whom; positions, colours,
notes and the title it does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from designer.bounds import require_kind
from designer.catalog.model import Component, Knob
from designer.design.model import DEFAULT_REGION, Connection, Design, Mode, Node, Traffic, Zone
from designer.design.parser import Parser, first_count
from designer.design.settings import COUNTS, LINK_QUANTITIES, POLICIES, QUANTITIES
from designer.design.tokens import Source
from designer.design.values import spell_figure, spell_quantity
from designer.units import Dimension


def parse_notation(text: str, catalog: Mapping[str, Component], *, name: str = "notation") -> Design:
    """The design the text describes; `name` stands for a file in errors. Raises NotationError, and
    AnalysisError for what is no text.
    """
    require_kind("text", text, str, "a design in the one-line notation")
    return Parser(Source(text, name), catalog).parse()


def format_notation(design: Design, catalog: Mapping[str, Component]) -> str:
    """The text that describes a sound design: parsed again it gives the same zones, nodes and connections."""
    chains = list(_chains(design.connections))
    mentioned = list(dict.fromkeys(node_id for chain in chains for node_id in chain.nodes()))
    order = [node.id for node in design.nodes]
    loose = [node_id for node_id in order if node_id not in set(mentioned)]
    if [*mentioned, *loose] == order:
        steps = [*chains, *(_Chain([[node_id]], []) for node_id in loose)]
    else:
        # The order of nodes is part of a design: named first, each keeps its place.
        steps = [*(_Chain([[node_id]], []) for node_id in order), *chains]
    writer = _Writer(design, catalog)
    return "; ".join([*writer.zones(), *(writer.chain(chain) for chain in steps)])


@dataclass
class _Chain:
    """Steps with the options of the arrows between them."""

    steps: list[list[str]]
    options: list[str]

    def nodes(self) -> Iterator[str]:
        for step in self.steps:
            yield from step


def _chains(connections: Iterable[Connection]) -> Iterator[_Chain]:
    """The connections in their order, in as few chains as run through them in that order."""
    chain: _Chain | None = None
    for sources, targets, options in _blocks(connections):
        if chain is not None and chain.steps[-1] == sources:
            chain.steps.append(targets)
            chain.options.append(options)
            continue
        if chain is not None:
            yield chain
        chain = _Chain([sources, targets], [options])
    if chain is not None:
        yield chain


def _blocks(connections: Iterable[Connection]) -> Iterator[tuple[list[str], list[str], str]]:
    """Runs of connections that one arrow can say: every source to every target, with the same options."""
    said = ((connection, _bracket(_link_options(connection))) for connection in connections)
    fans = [
        (source, [connection.target for connection, _ in run], options)
        for (source, options), run in groupby(said, key=lambda pair: (pair[0].source, pair[1]))
    ]
    for (targets, options), run in groupby(fans, key=lambda fan: fan[1:]):
        yield [source for source, *_ in run], targets, options


class _Writer:
    """Writes each node with everything said of it at its first mention, and by its id after that."""

    def __init__(self, design: Design, catalog: Mapping[str, Component]) -> None:
        self._nodes = design.by_id
        self._catalog = catalog
        self._said: set[str] = set()
        self._zones = {zone.id: zone for zone in design.zones}
        used = list(dict.fromkeys(zone for node in design.nodes for zone in node.zones))
        self._declared = used != list(self._zones)

    def zones(self) -> Iterator[str]:
        """The zones, where naming them on the nodes does not say which there are and in which order."""
        if self._declared and self._zones:
            yield "@ " + ", ".join(_zone(zone) for zone in self._zones.values())

    def chain(self, chain: _Chain) -> str:
        first, *others = [", ".join(self._node(node_id) for node_id in step) for step in chain.steps]
        arrows = zip(chain.options, others, strict=True)
        return first + "".join(f" >{options} {step}" for options, step in arrows)

    def _node(self, node_id: str) -> str:
        if node_id in self._said:
            return node_id
        self._said.add(node_id)
        node = self._nodes[node_id]
        component = "" if node.component == node_id else f":{node.component}"
        knob = first_count(self._catalog[node.component])
        count = "" if knob is None else _count(node, knob)
        return f"{node_id}{component}{count}{_bracket(self._options(node, knob))}"

    def _options(self, node: Node, counted: Knob | None) -> Iterator[str]:
        if node.name is not None:
            yield f"name={_quoted(node.name)}"
        for knob, neutral in COUNTS.items():
            number = getattr(node, knob.value)
            if number != neutral and knob is not counted:
                yield f"{knob.value}={number}"
        if node.zones:
            yield f"zones={'+'.join(self._zone_of(zone_id) for zone_id in node.zones)}"
        if node.holds:
            yield f"holds={'+'.join(node.holds)}"
        if node.provides:
            yield f"provides={'+'.join(node.provides)}"
        yield from _policies(node)
        for name, value in node.figures.items():
            spelt = spell_figure(name, value)
            yield f"{name}={spelt if isinstance(spelt, str) else _number(spelt)}"

    def _zone_of(self, zone_id: str) -> str:
        return zone_id if self._declared else _zone(self._zones[zone_id])


_NEUTRAL = {name: Node.model_fields[name].default for name in POLICIES}


def _policies(node: Node) -> Iterator[str]:
    given = node.model_fields_set
    for name, neutral in _NEUTRAL.items():
        if name in given and (value := getattr(node, name)) != neutral:
            yield f"{name}={_said(value, QUANTITIES.get(name))}"


def _said(value: float | bool | str, dimension: Dimension | None) -> str:
    """The value of a setting as it stands behind `=`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if dimension is None or isinstance(value, str):
        return str(value)
    spelt = spell_quantity(value, dimension)
    return spelt if isinstance(spelt, str) else _number(spelt)


def _count(node: Node, knob: Knob) -> str:
    number: int = getattr(node, knob.value)
    in_all = number + 1 if knob is Knob.REPLICAS else number
    return f"*{in_all}" if in_all > 1 else ""


def _link_options(connection: Connection) -> Iterator[str]:
    if connection.carries is not Traffic.ALL:
        yield connection.carries
    if connection.mode is not Mode.SYNC:
        yield connection.mode
    if connection.share is not None:
        yield f"share={_number(connection.share)}"
    if connection.calls is not None:
        yield f"calls={_number(connection.calls)}"
    yield from _patience(connection)
    if connection.label is not None:
        yield f"label={_quoted(connection.label)}"


def _patience(connection: Connection) -> Iterator[str]:
    """How long the caller waits, how often it tries, and when it calls at all."""
    if connection.retries:
        yield f"retries={connection.retries}"
    for name, dimension in LINK_QUANTITIES.items():
        value = getattr(connection, name)
        if value is not None:
            yield f"{name}={_said(value, dimension)}"
    if connection.on_miss is not None:
        yield f"on_miss={_said(connection.on_miss, None)}"
    if connection.fallback:
        yield "fallback=true"


def _bracket(options: Iterable[str]) -> str:
    text = ", ".join(options)
    return f"[{text}]" if text else ""


def _zone(zone: Zone) -> str:
    return zone.id if zone.region == DEFAULT_REGION else f"{zone.region}/{zone.id}"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
