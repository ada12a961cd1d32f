"""What people set on nodes and connections beside figures: names, kinds, and which component each means something to.

A setting that means nothing for what a component does would be ignored without a word, so it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from designer.catalog.model import Behavior, Component, Knob, Replication
from designer.design.model import Connection, Delivery, Hashing, Node, Partitioning, Traffic
from designer.errors import quote
from designer.units import Dimension

COUNTS: Mapping[Knob, int] = {
    knob: int(Node.model_fields[knob.value].default)
    for knob in (Knob.INSTANCES, Knob.SHARDS, Knob.REPLICAS, Knob.PARTITIONS)
}
"""The knobs that are counts, with their neutral values. The notation's `*N` means the first there is."""

LISTS = ("zones", "holds", "provides")
"""The settings of a node that are lists."""

QUANTITIES: Mapping[str, Dimension] = {
    "ttl": Dimension.TIME,
    "limit": Dimension.RATE,
    "deadline": Dimension.TIME,
    "backup_every": Dimension.TIME,
}
"""The settings of a node that are quantities."""

WHOLE = ("read_quorum", "write_quorum", "deliveries")
"""The settings of a node that are whole numbers, beside its counts."""

SWITCHES = ("ordered",)
"""The settings of a node that are true or false."""

CHOICES = (
    "routing", "read_from", "calls", "sessions", "writes", "eviction", "acks", "leaders", "partitioning", "hashing",
    "index", "delivery",
)  # fmt: skip
"""The settings of a node that are one word of a few."""

POLICIES = tuple(name for name in Node.model_fields if name in {*CHOICES, *QUANTITIES, *WHOLE, *SWITCHES})
"""All of those, in the order of the model."""

SETTINGS = (*(knob.value for knob in COUNTS), *LISTS, *POLICIES, "name")
"""What people set on a node beside the figures of its component."""

LINK_QUANTITIES: Mapping[str, Dimension] = {
    "timeout": Dimension.TIME,
    "retry_budget": Dimension.RATIO,
    "backoff": Dimension.TIME,
    "hedge_after": Dimension.TIME,
}
"""The settings of a connection that are written as quantities with a unit."""

LINK_SWITCHES = ("on_miss", "fallback")
"""The settings of a connection that are true or false."""

LINK_SETTINGS = (
    "share", "calls", "timeout", "retries", "retry_budget", "backoff", "hedge_after", *LINK_SWITCHES, "label",
)  # fmt: skip
"""What people set on a connection with a value; what it carries and whether its caller waits is a word alone."""

LINK_FIELDS = ("carries", "mode", *LINK_SETTINGS)
"""Everything people set on a connection."""


class Objection(NamedTuple):
    """Why a setting cannot stand where it does: the field, a sentence, and where it could stand."""

    field: str
    message: str
    expected: str | None = None


class _Meaning(NamedTuple):
    """Settings that belong together, for which components they mean something, and what to say for others."""

    fields: Sequence[str]
    fits: Callable[[Component], bool]
    fault: str  # goes on after the component's name
    place: str  # where they may be set


def _behaves(*behaviors: Behavior) -> Callable[[Component], bool]:
    return lambda component: component.behavior in behaviors


def _has(knob: Knob) -> Callable[[Component], bool]:
    return lambda component: knob in component.knobs


def _has_leader(component: Component) -> bool:
    return component.replication is Replication.LEADER


def _is_led_store(component: Component) -> bool:
    return component.behavior is Behavior.STORE and _has_leader(component)


def _keeps_quorum(component: Component) -> bool:
    return component.behavior is Behavior.STORE and component.replication is Replication.QUORUM


def _hashes_keys(component: Component) -> bool:
    """Whether its records are spread over machines by their keys."""
    if component.behavior is Behavior.CACHE:
        return Knob.INSTANCES in component.knobs or Knob.SHARDS in component.knobs
    return component.behavior is Behavior.STORE and (
        Knob.SHARDS in component.knobs or _keeps_quorum(component)
    )


_MEANINGS: Sequence[_Meaning] = (
    _Meaning(
        ("routing",), _behaves(Behavior.ROUTER), "does not route, so it has no routing", "only on a router"
    ),
    _Meaning(
        ("calls",), _behaves(Behavior.SERVICE),
        "is no service, so its calls have no order to be set", "only on a service",
    ),
    _Meaning(
        ("sessions",), _behaves(Behavior.SERVICE),
        "is no service, so it keeps nothing of its clients", "only on a service",
    ),
    _Meaning(
        ("read_from",), _has(Knob.REPLICAS), "has no replicas to choose from", "only on what has replicas"
    ),
    _Meaning(
        ("holds",), lambda component: bool(component.holds or component.caches),
        "holds no data", "only on a store or a cache",
    ),
    _Meaning(
        ("writes", "eviction", "ttl"), _behaves(Behavior.CACHE), "is no cache, so it has no {field}",
        "only on a cache",
    ),
    _Meaning(
        ("acks",), _has_leader, "has no leader with followers that a write could wait for",
        "only on what replicates by a leader",
    ),
    _Meaning(
        ("leaders",), _is_led_store, "is no store with a leader", "only on a store that replicates by a leader"
    ),
    _Meaning(
        ("read_quorum", "write_quorum"), _keeps_quorum, "is no store with a quorum, so it has no {field}",
        "only on a store that replicates by a quorum",
    ),
    _Meaning(
        ("partitioning", "index"), _has(Knob.SHARDS), "has no shards, so it has no {field}",
        "only on what has shards",
    ),
    _Meaning(
        ("hashing",), _hashes_keys, "has no parts that its keys are hashed to",
        "only on a cache or store whose records are spread by their keys",
    ),
    _Meaning(
        ("delivery", "deliveries", "ordered"), _behaves(Behavior.QUEUE), "is no queue, so it has no {field}",
        "only on a queue",
    ),
    _Meaning(
        ("limit",), lambda component: component.behavior is not Behavior.CLIENT,
        "sends requests and lets none through, so it has no limit", "on what it calls",
    ),
    _Meaning(
        ("deadline",), _behaves(Behavior.CLIENT, Behavior.SERVICE),
        "is neither client nor service, so it has no deadline", "only on a client or a service",
    ),
    _Meaning(
        ("backup_every",), _behaves(Behavior.STORE), "is no store, so there is nothing to back up",
        "only on a store",
    ),
)  # fmt: skip

_MEANING_OF: Mapping[str, _Meaning] = {field: meaning for meaning in _MEANINGS for field in meaning.fields}

_NEUTRAL: Mapping[str, Any] = {
    name: Node.model_fields[name].get_default(call_default_factory=True) for name in _MEANING_OF
}


def means_something(field: str, component: Component) -> bool:
    """Whether that setting of a node changes anything for a component. Names and counts always do."""
    meaning = _MEANING_OF.get(field)
    return meaning is None or meaning.fits(component)


def find_objections(node: Node, component: Component) -> Iterator[Objection]:
    """The settings of the node that mean nothing for its component, or nothing beside each other."""
    given = node.model_fields_set
    for field, meaning in _MEANING_OF.items():
        if field in given and getattr(node, field) != _NEUTRAL[field] and not meaning.fits(component):
            fault = meaning.fault.format(field=field)
            yield Objection(field, f"{quote(component.id)} {fault}", f"{field} {meaning.place}")
    yield from _contradictions(node)


def _contradictions(node: Node) -> Iterator[Objection]:
    copies = 1 + node.replicas
    for field, quorum in (("read_quorum", node.read_quorum), ("write_quorum", node.write_quorum)):
        if quorum is not None and quorum > copies:
            message = f"{quote(node.id)} keeps {_copies(copies)} of a record, so {quorum} cannot answer"
            yield Objection(field, message, f"at most {copies}, which is 1 + replicas")
    if node.hashing is Hashing.MODULO and node.partitioning is not Partitioning.HASH:
        message = f"with partitioning by {node.partitioning} no key is hashed"
        yield Objection("hashing", message, "partitioning by hash, or no hashing")
    if node.deliveries is not None and node.delivery is Delivery.AT_MOST_ONCE:
        message = "a message that is delivered at most once is handed out only once"
        yield Objection("deliveries", message, "delivery at_least_once, or no deliveries")


_OF_RETRIES: Mapping[str, str] = {
    "retry_budget": "there are no retries to be limited",
    "backoff": "there are no retries to wait before",
}
"""Settings of a connection that mean nothing without retries, and what to say then."""


def _copies(count: int) -> str:
    return "1 copy" if count == 1 else f"{count} copies"


def find_link_objections(link: Connection, source: Component) -> Iterator[Objection]:
    """The settings of a connection that mean nothing out of its source, or nothing beside each other.

    Retries are never refused for want of a cause: every target can fail.
    """
    is_queue = source.behavior is Behavior.QUEUE
    if link.carries is Traffic.FAILED and not is_queue:
        message = f"{quote(source.id)} is no queue, so it gives up no messages"
        yield Objection("carries", message, "all, read or write; failed only out of a queue")
    if link.share is not None and source.behavior is not Behavior.ROUTER:
        message = f"{quote(source.id)} does not route, so it cannot send on a share of its requests"
        yield Objection("share", message)
    if is_queue:
        yield from _out_of_a_queue(link)
    elif link.on_miss is not None and source.behavior in (Behavior.ROUTER, Behavior.OBSERVER):
        message = f"{quote(source.id)} asks no cache, so nothing of it waits for a miss"
        yield Objection("on_miss", message, "on_miss only out of a client, a service or a cache")
    if link.fallback and source.behavior is not Behavior.SERVICE:
        message = f"{quote(source.id)} is no service, so it has no answer of its own"
        yield Objection("fallback", message, "fallback only out of a service")
    for field, fault in _OF_RETRIES.items():
        if getattr(link, field) is not None and not link.retries:
            yield Objection(field, fault, "retries of 1 or more beside it")
    if link.hedge_after is not None and link.timeout is not None and link.hedge_after >= link.timeout:
        message = "the call is given up before a second one would start"
        yield Objection("hedge_after", message, "less than the timeout")


def _out_of_a_queue(link: Connection) -> Iterator[Objection]:
    if link.retries:
        message = "a queue hands its messages out again by itself"
        yield Objection("retries", message, "deliveries on the queue: how often each message is tried")
    if link.hedge_after is not None:
        message = "a queue hands each message to one consumer"
        yield Objection("hedge_after", message, "hedge_after only out of what waits for an answer")
    if link.on_miss is not None:
        yield Objection("on_miss", "a queue asks no cache", "no on_miss here")
