"""The Python side of the whiteboard.

The browser is the only writer of a board. Python sends the document once for each epoch, annotations and
commands with every run, and reads back whole documents with a revision number, as component *state*, of which
nothing is lost. What comes back is somebody's text: it is checked for size and shape here, and for sense by
`designer.design`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.errors import StreamlitAPIException

from designer import frontend
from designer.catalog.model import FIGURE_DIMENSIONS
from designer.design.model import MAX_CONNECTIONS, MAX_NODES, Design
from designer.design.settings import LINK_QUANTITIES, QUANTITIES
from designer.errors import DesignerError, DesignError, UnitError, quote
from designer.ui.canvas.palette import CatalogEntries
from designer.ui.canvas.view import View, read_view
from designer.units import Dimension, parse

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

COMPONENT = "designer.whiteboard"
STATE = "board"
"""The component's one state value: the last message of the browser."""

MAX_BYTES = 1_000_000
"""Largest document taken from a browser, as JSON: a board of 500 nodes is about 100 kB, one of 3,000 about 650 kB."""


MAX_PASTED = 200_000
"""Longest text the browser may ask to have read, in bytes of UTF-8."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question of the browser, answered once by a command that names its number. Its kind is `paste`."""

    number: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected when the browser last sent the board: ids of nodes, and of connections (`from>to`)."""

    nodes: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardState:
    """A message of the browser: the document as plain data, at that revision of that epoch."""

    board: str
    epoch: int
    revision: int
    document: Mapping[str, Any]
    selection: Selection
    view: View = View()  # noqa: RUF009 -- frozen
    request: Request | None = None


def read_state(value: object) -> BoardState:
    """The message in a component's state value. Raises DesignError, naming the field, for anything else."""
    message = _mapping(value, "message")
    return BoardState(
        board=_text(message.get("board"), "board"),
        epoch=_whole(message.get("epoch"), "epoch"),
        revision=_whole(message.get("revision"), "revision"),
        document=_document(message.get("document")),
        selection=_selection(message.get("selection", {})),
        view=read_view(message.get("view")),
        request=_request(message.get("request")),
    )


def _document(value: object) -> Mapping[str, Any]:
    document = _mapping(value, "document")
    try:
        size = len(json.dumps(document, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise _refusal(
            "document", "cannot be written as JSON", "plain lists, texts and finite numbers"
        ) from None
    if size > MAX_BYTES:
        message = f"is {size / MAX_BYTES:.1f} MB long"
        raise _refusal("document", message, f"at most {MAX_BYTES / 1e6:g} MB: remove nodes or shorten notes")
    return document


def _selection(value: object) -> Selection:
    selection = _mapping(value, "selection")
    return Selection(
        nodes=_ids(selection.get("nodes", ()), "selection.nodes", MAX_NODES),
        connections=_ids(selection.get("connections", ()), "selection.connections", MAX_CONNECTIONS),
    )


def _request(value: object) -> Request | None:
    if value is None:
        return None
    request = _mapping(value, "request")
    number = _whole(request.get("number"), "request.number")
    kind, text = _text(request.get("kind"), "request.kind"), _text(request.get("text"), "request.text")
    if kind != "paste":
        raise _refusal("request.kind", f"is {quote(kind)}", "paste")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_PASTED:
        raise _refusal("request.text", f"is {size / 1000:.0f} kB long", f"at most {MAX_PASTED / 1000:g} kB")
    return Request(number, kind, text)


def _ids(value: object, field: str, most: int) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or len(value) > most:
        raise _refusal(field, "is no list of ids", f"a list of at most {most} ids")
    return tuple(_text(item, field) for item in value)


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise _refusal(field, f"is {quote(value)}", "a mapping")


def _text(value: object, field: str) -> str:
    if isinstance(value, str):
        return value
    raise _refusal(field, f"is {quote(value)}", "a text")


def _whole(value: object, field: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _refusal(field, f"is {quote(value)}", "a whole number, 0 or more")


def _refusal(field: str, fault: str, expected: str) -> DesignError:
    return DesignError(
        f"what the board sent cannot be used: its {field} {fault}", field=field, expected=expected
    )


def whiteboard(
    *,
    board: str,
    epoch: int,
    document: Design | Mapping[str, Any],
    catalog: CatalogEntries,
    annotations: Mapping[str, Any],
    commands: Sequence[Mapping[str, Any]],
    acknowledged: int,
    saved: str,
    datasets: Sequence[Mapping[str, Any]],
    key: str,
    height: int,
    on_change: Callable[[], None] | None = None,
    readonly: bool = False,
    replay: Mapping[str, Any] | None = None,
) -> BoardState | None:
    """Show a board of that height, in pixels, and return the browser's last message about it.

    None until the browser has sent one for this `board` and `epoch`, and when the front end has not been built:
    then the page says what to type. `document` is taken over by the browser only when `epoch` is a new one;
    `commands` are carried out once each, in the order of their `seq`; `acknowledged` is the newest revision of
    this epoch that Python has seen. A board that is `readonly` may get a `replay`: an `id`, and `frames` with a
    `document` and a `caption` each, which the browser plays once for each id. Raises DesignError when the browser
    sent what is no board.
    """
    try:
        mount = _register(get_bidi_component_manager())
        shown = _plain(document)
    except DesignerError as error:
        st.error(str(error))
        return None
    data = {
        "kind": "board",
        "board": board,
        "epoch": epoch,
        "document": shown,
        "catalog": catalog.name,
        "annotations": annotations,
        "commands": [_plain_command(command) for command in commands],
        "acknowledged": acknowledged,
        "saved": saved,
        "datasets": list(datasets),
        "readonly": readonly,
        "replay": replay,
        "height": height,
    }
    with st.container(key=f"{key}_frame", gap=None):
        result = mount(key=key, data=data, height=height, on_board_change=on_change or _nothing)
        # Constant, so it crosses the wire once: with the board's data it would do so at every edit.
        mount(key=f"{key}_catalog", data=catalog.payload, height=1)
    message = result.get(STATE)
    if message is None:
        return None
    state = read_state(message)
    return state if state.board == board and state.epoch == epoch else None


def send_after(board: str, kind: str, data: Mapping[str, Any], *, key: str) -> None:
    """Tell the board, once its numbers have left, what comes later: `details`, or how far it carries, as `ladder`.

    Without a bundle nothing is told.
    """
    try:
        mount = _register(get_bidi_component_manager())
    except DesignerError:
        return  # which the board has said already
    with st.container(key=f"{key}_frame"):
        mount(key=key, data={"kind": kind, "board": board, **data}, height=1)


def _nothing() -> None:
    """Stand in for a page's callback: Streamlit shows a component's state only under a name that has one."""


@lru_cache(maxsize=1)
def _register(manager: object) -> ComponentRenderer:
    """Register the component with the running app. Raises DesignerError when there is no bundle to serve."""
    del manager  # part of the call only to register again when there is a new app
    frontend.require()
    try:
        return st.components.v2.component(COMPONENT, js="index-*.js", css="index-*.css")
    except StreamlitAPIException as error:
        raise frontend.FrontendError(
            "the whiteboard's files are there, but the app cannot serve them: start it with ./run",
            expected="the package `designer` installed in this environment",
        ) from error


def _plain(document: Design | Mapping[str, Any]) -> dict[str, Any]:
    """The document as the browser reads it: figures as numbers, not as people write them.

    Raises DesignError for a document that is none, as one may be that was kept by another version or by hand.
    """
    if isinstance(document, Design):
        return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {
        **document,
        "nodes": [_plain_node(node, field) for field, node in _items(document, "nodes")],
        "connections": [
            _plain_item(link, LINK_QUANTITIES, field) for field, link in _items(document, "connections")
        ],
    }


def _items(document: Mapping[str, Any], name: str) -> Iterator[tuple[str, object]]:
    """What is listed under that name, each with its place."""
    found = document.get(name, ())
    if not isinstance(found, (list, tuple)):
        raise _cannot_show(name, "is no list", "a list")
    yield from ((f"{name}[{at}]", item) for at, item in enumerate(found))


def _plain_node(node: object, field: str) -> Mapping[str, Any]:
    item = _plain_item(node, QUANTITIES, field)
    figures = item.get("figures")
    if not figures:
        return item
    return {**item, "figures": _plain_item(figures, FIGURE_DIMENSIONS, f"{field}.figures")}


def _plain_item(item: object, quantities: Mapping[str, Dimension], field: str) -> Mapping[str, Any]:
    """The mapping with those of its values that are quantities in words as numbers."""
    if not isinstance(item, Mapping):
        raise _cannot_show(field, "is no mapping", "a mapping")
    spelt = {name: value for name, value in item.items() if name in quantities and isinstance(value, str)}
    if not spelt:
        return item
    return {**item, **{name: _number(spelt[name], quantities[name], f"{field}.{name}") for name in spelt}}


def _number(value: str, dimension: Dimension, field: str) -> float:
    try:
        return parse(value, dimension)
    except UnitError:
        raise _cannot_show(field, "is no quantity", f"a {dimension.value}") from None


def _cannot_show(field: str, fault: str, expected: str) -> DesignError:
    """The values themselves are not repeated: what is kept may be anything."""
    return DesignError(
        f"this drawing cannot be shown, and is kept as it is: its {field} {fault}",
        field=field,
        expected=f"{expected}; an earlier version may still open, under Board",
    )


def _plain_command(command: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**command, "document": _plain(command["document"])} if "document" in command else command
