"""Edits as data: what a fix offers, what the board and the command line apply (see edit.py)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from designer.catalog.model import FIGURE_DIMENSIONS
from designer.design.model import Connection, Frozen, Node, NodeId, RuleId, Suppression, Zone
from designer.design.settings import LINK_FIELDS, SETTINGS
from designer.errors import DesignError, quote, suggest

COMPONENT = "component"
"""The field by which a node becomes something else: with its id, its connections and all that was set on it."""

_FIGURES = "figures."


class SetNode(Frozen):
    """Give one setting of a node another value.

    `field` is a setting of the node or a figure, `memory` or `figures.memory`; a quantity is a number in base
    units or words such as "64 GB", and None goes back to the neutral value or to the catalogue's figure. It may also
    be the node's component, where the other one has a meaning for all that was set.
    """

    kind: Literal["set_node"] = "set_node"
    node: NodeId
    field: Annotated[str, Field(max_length=60)]
    value: StrictBool | StrictInt | StrictFloat | StrictStr | tuple[StrictStr, ...] | None


class AddNode(Frozen):
    """Place a node. Where its id is taken it gets a free one, and later edits of the same list follow it."""

    kind: Literal["add_node"] = "add_node"
    node: Node


class InsertNode(Frozen):
    """Place a node on one connection (`between`), or before a node so that its callers call the new one."""

    kind: Literal["insert_node"] = "insert_node"
    node: Node
    between: tuple[NodeId, NodeId] | None = None
    before: NodeId | None = None

    @model_validator(mode="after")
    def _one_place(self) -> InsertNode:
        if (self.between is None) == (self.before is None):
            raise ValueError("a node is inserted either between two nodes or before one")
        return self


class RemoveNode(Frozen):
    """Take a node away with its connections; `reconnect` joins its callers to what it called."""

    kind: Literal["remove_node"] = "remove_node"
    node: NodeId
    reconnect: bool = False


class Connect(Frozen):
    """Draw a connection."""

    kind: Literal["connect"] = "connect"
    connection: Connection


class Disconnect(Frozen):
    """Take a connection away."""

    kind: Literal["disconnect"] = "disconnect"
    source: NodeId
    target: NodeId


class SetConnection(Frozen):
    """Give one setting of a connection another value; None goes back to the neutral one."""

    kind: Literal["set_connection"] = "set_connection"
    source: NodeId
    target: NodeId
    field: Annotated[str, Field(max_length=60)]
    value: StrictBool | StrictInt | StrictFloat | StrictStr | None


class AddZone(Frozen):
    """Declare a zone, so that nodes can stand in it. A zone that is there already stays as it is."""

    kind: Literal["add_zone"] = "add_zone"
    zone: Zone


class AddSuppression(Frozen):
    """Let a rule find no fault at a place any more; the reason replaces the one that was given there before."""

    kind: Literal["add_suppression"] = "add_suppression"
    suppression: Suppression


class RemoveSuppression(Frozen):
    """Let a rule speak again."""

    kind: Literal["remove_suppression"] = "remove_suppression"
    rule: RuleId
    nodes: tuple[NodeId, ...] = ()


Change = Annotated[
    SetNode
    | AddNode
    | InsertNode
    | RemoveNode
    | Connect
    | Disconnect
    | SetConnection
    | AddZone
    | AddSuppression
    | RemoveSuppression,
    Field(discriminator="kind"),
]


def field_of(change: SetNode) -> str:
    """The setting or the figure that is changed, without the word `figures`. Raises DesignError."""
    name = change.field.removeprefix(_FIGURES)
    known = (
        FIGURE_DIMENSIONS if change.field.startswith(_FIGURES) else (COMPONENT, *SETTINGS, *FIGURE_DIMENSIONS)
    )
    if name not in known:
        message = f"a node has no field {quote(change.field)}"
        raise DesignError(message, field="field", suggestion=suggest(name, known))
    return name


def link_field_of(change: SetConnection) -> str:
    """The setting that is changed. Raises DesignError."""
    if change.field not in LINK_FIELDS:
        message = f"a connection has no field {quote(change.field)}"
        raise DesignError(message, field="field", suggestion=suggest(change.field, LINK_FIELDS))
    return change.field
