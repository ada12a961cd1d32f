"""Changes in words, for the button that makes them: "Set instances of api to 6"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.design.changes import (
    COMPONENT,
    AddNode,
    AddSuppression,
    AddZone,
    Change,
    Connect,
    Disconnect,
    InsertNode,
    RemoveNode,
    RemoveSuppression,
    SetConnection,
    SetNode,
    field_of,
    link_field_of,
)
from designer.design.model import DEFAULT_REGION, Design, Node, Traffic
from designer.design.phrases import CHOICES, LINK_CHOICES, LINK_QUANTITIES, QUANTITIES
from designer.design.settings import COUNTS
from designer.design.settings import LINK_QUANTITIES as LINK_DIMENSIONS
from designer.design.settings import QUANTITIES as DIMENSIONS
from designer.units import Dimension, format_quantity

_LIST_PHRASES: Mapping[str, str] = {
    "holds": "Keep {items} in {node}",
    "provides": "Let {node} provide {items}",
}

_LINK_LOADS: Mapping[Traffic, str] = {
    Traffic.ALL: "",
    Traffic.READ: " for reads",
    Traffic.WRITE: " for writes",
    Traffic.FAILED: " for what failed",
}

_SPOKEN_WITH_A_VOWEL = frozenset("AEFHILMNORSX")
"""Capital letters whose names begin with a vowel: an SQL database, a CDN."""

_UNCOUNTED = ("monitoring", "storage", "DNS")
"""Ends of names that take no article: one adds monitoring, not a monitoring."""


def describe(change: Change, design: Design, catalog: Mapping[str, Component]) -> str:
    """The change in words; `design` is the one it is to be applied to."""
    names = {node.id: node.label for node in design.nodes}

    def name(node_id: str) -> str:
        return names.get(node_id, node_id)

    match change:
        case SetNode():
            return _describe_setting(change, name(change.node), catalog)
        case AddNode(node=node):
            return f"Add {_with_article(node, catalog)}"
        case InsertNode(node=node, between=None, before=before):
            return f"Insert {_with_article(node, catalog)} before {name(before or '')}"
        case InsertNode(node=node, between=between):
            source, target = between or ("", "")
            return f"Insert {_with_article(node, catalog)} between {name(source)} and {name(target)}"
        case SetConnection(source=source, target=target):
            return _describe_link(change, name(source), name(target))
        case AddSuppression(suppression=item):
            return f"Ignore {item.rule}{_at(map(name, item.nodes))}: {item.because}"
        case RemoveSuppression(rule=rule, nodes=nodes):
            return f"Let {rule} speak again{_at(map(name, nodes))}"
        case _:
            return _describe_rest(change, name)


def _at(names: Iterable[str]) -> str:
    listed = _listed(list(names))
    return f" at {listed}" if listed else ""


def _describe_rest(change: RemoveNode | Connect | Disconnect | AddZone, name: Callable[[str], str]) -> str:
    match change:
        case RemoveNode(node=node_id, reconnect=reconnect):
            join = " and connect its callers to what it calls" if reconnect else ""
            return f"Remove {name(node_id)}{join}"
        case Connect(connection=link):
            what = _LINK_LOADS[link.carries]
            return f"Connect {name(link.source)} to {name(link.target)}{what}"
        case Disconnect(source=source, target=target):
            return f"Disconnect {name(source)} from {name(target)}"
        case AddZone(zone=zone):
            region = "" if zone.region == DEFAULT_REGION else f" in region {zone.region}"
            return f"Add zone {zone.name or zone.id}{region}"


def _describe_setting(change: SetNode, node: str, catalog: Mapping[str, Component]) -> str:
    name, value = field_of(change), change.value
    if name == COMPONENT:
        return f"Make {node} {_kind_with_article(str(value), catalog)}"
    if name in FIGURE_DIMENSIONS:
        return _describe_figure(name, value, node)
    if isinstance(value, tuple):
        return _describe_list(name, value, node)
    if name in CHOICES and value in CHOICES[name]:
        return CHOICES[name][value].format(node=node)
    if name in QUANTITIES:
        some, none = QUANTITIES[name]
        return (none if value is None else some).format(node=node, value=_spoken(value, DIMENSIONS.get(name)))
    if name == "name":
        return f"Take the name of {node} away" if value is None else f"Rename {node} to {value}"
    return f"Set {name} of {node} to {'its default' if value is None else value}"


def _describe_link(change: SetConnection, source: str, target: str) -> str:
    name, value = link_field_of(change), change.value
    if name in LINK_CHOICES and value in LINK_CHOICES[name]:
        return LINK_CHOICES[name][value].format(source=source, target=target)
    if name not in LINK_QUANTITIES:
        return f"Set {name} from {source} to {target} to {'its default' if value is None else value}"
    some, none = LINK_QUANTITIES[name]
    dimension = Dimension.RATIO if name == "share" else LINK_DIMENSIONS.get(name)
    spoken = _spoken(value, dimension)
    return (none if value is None else some).format(source=source, target=target, value=spoken)


def _spoken(value: object, dimension: Dimension | None) -> str:
    """A quantity given as a number, with its unit; everything else as it was given."""
    if dimension is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return format_quantity(value, dimension)


def _describe_figure(name: str, value: object, node: str) -> str:
    spoken = name.replace("_", " ")
    if value is None:
        return f"Set {spoken} of {node} back to the catalogue's figure"
    if isinstance(value, (int, float)):
        value = format_quantity(value, FIGURE_DIMENSIONS[name])
    return f"Set {spoken} of {node} to {value}"


def _describe_list(name: str, items: Sequence[str], node: str) -> str:
    listed = _listed(items)
    if name == "zones":
        where = f"zones {listed}" if len(items) > 1 else f"zone {listed}"
        return f"Put {node} in {where}" if items else f"Put {node} in no zone of its own"
    if name in _LIST_PHRASES and items:
        return _LIST_PHRASES[name].format(items=listed, node=node)
    return f"Set {name} of {node} to {listed or 'nothing'}"


def _listed(items: Sequence[str]) -> str:
    *most, last = items or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def _with_article(node: Node, catalog: Mapping[str, Component]) -> str:
    """As in "a load balancer" or "an API gateway (2 instances)"."""
    counts = [
        _counted(getattr(node, knob.value), knob.value)
        for knob, neutral in COUNTS.items()
        if getattr(node, knob.value) != neutral
    ]
    return f"{_kind_with_article(node.component, catalog)}{f' ({_listed(counts)})' if counts else ''}"


def _kind_with_article(kind: str, catalog: Mapping[str, Component]) -> str:
    component = catalog.get(kind)
    name = component.name if component else kind
    acronym = name[:2].isupper() or name[1:2].isdigit()
    spoken = name if acronym else name[:1].lower() + name[1:]
    if spoken.endswith(_UNCOUNTED):
        return spoken
    vowel = name[:1] in _SPOKEN_WITH_A_VOWEL if acronym else spoken[:1] in "aeiou"
    return f"{'an' if vowel else 'a'} {spoken}"


def _counted(number: int, plural: str) -> str:
    return f"{number} {plural.removesuffix('s') if number == 1 else plural}"
