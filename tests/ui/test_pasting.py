"""What is pasted from elsewhere: asked once, answered once, and a refusal is a sentence."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from designer.catalog import Catalog
from designer.design.files import design_from_data
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.scenario.loader import load_scenario
from designer.ui.canvas import Request, read_state
from designer.ui.canvas.board import MAX_PASTED
from designer.ui.pasting import MOST_TOLD, read_pasted
from designer.ui.state import BOARD, Desk, fresh_desk, take_in


@dataclass(frozen=True)
class Guess:
    sentence: str


@dataclass(frozen=True)
class Imported:
    design: Design
    format: str
    guesses: tuple[Guess, ...] = ()


class Reader(ModuleType):
    """Stands in for what reads the formats: the notation, and two texts that show what may happen."""

    def __init__(self) -> None:
        super().__init__("designer.importing.pasting")
        self.texts: list[str] = []

    def paste(self, text: str, catalog: Catalog) -> Imported:
        self.texts.append(text)
        if text == "broken":
            raise KeyError(text)
        if text == "guessed":
            guesses = tuple(Guess(f"{name} became a Cache.") for name in "abc")
            return Imported(parse_notation("users > cache", catalog), "mermaid", guesses)
        return Imported(parse_notation(text, catalog), "notation")


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    found = Reader()
    monkeypatch.setitem(sys.modules, "designer.importing", ModuleType("designer.importing"))
    monkeypatch.setitem(sys.modules, found.__name__, found)
    return found


@pytest.fixture
def desk(catalog: Catalog) -> Desk:
    return fresh_desk(load_scenario("url_shortener"), catalog)


def sent(desk: Desk, request: object, **others: object) -> dict[str, Any]:
    """What the session holds when the browser has asked something in a revision of its own."""
    message = {
        "board": desk.attempt,
        "epoch": desk.epoch,
        "revision": desk.revision + 1,
        "document": desk.document,
        "selection": {"nodes": [], "connections": []},
        "request": request,
        **others,
    }
    return {BOARD: {BOARD: message}}


def asking(text: str, number: int = 1) -> dict[str, Any]:
    return {"number": number, "kind": "paste", "text": text}


def test_a_text_becomes_a_design_to_insert_once(reader: Reader, desk: Desk, catalog: Catalog) -> None:
    before = desk.document
    message = sent(desk, asking("users > load_balancer > app_server"))
    assert take_in(desk, message, catalog)
    (command,) = desk.commands
    assert (command["kind"], command["request"]) == ("insert", 1)
    assert command["note"] == "3 components, 2 connections from a line of notation."
    assert design_from_data(command["document"], catalog).by_id.keys() == {
        "users",
        "load_balancer",
        "app_server",
    }
    assert desk.document == before
    take_in(desk, message, catalog)
    take_in(desk, sent(desk, asking("users > load_balancer > app_server")), catalog)
    assert len(desk.commands) == len(reader.texts) == 1


def test_what_was_guessed_is_told(reader: Reader, catalog: Catalog) -> None:
    design, words = read_pasted("guessed", catalog)
    assert design is not None
    assert words.startswith("2 components, 1 connection from a Mermaid flowchart; 3 guessed: ")
    assert words.count("became") == MOST_TOLD


def test_a_text_that_is_no_design_is_told_in_one_sentence(
    reader: Reader, desk: Desk, catalog: Catalog
) -> None:
    take_in(desk, sent(desk, asking("users > nonsense")), catalog)
    (command,) = desk.commands
    assert (command["kind"], command["request"]) == ("tell", 1)
    assert "cannot be pasted" in command["text"] and "nonsense" in command["text"]
    assert "\n" not in command["text"]
    assert desk.fault is None


def test_a_fault_of_ours_does_not_take_the_board_away(reader: Reader, desk: Desk, catalog: Catalog) -> None:
    assert take_in(desk, sent(desk, asking("broken")), catalog)
    assert "app's log" in desk.commands[-1]["text"]


def test_an_answer_that_has_arrived_is_not_sent_again(reader: Reader, desk: Desk, catalog: Catalog) -> None:
    desk.command("fit")
    take_in(desk, sent(desk, asking("users > cache")), catalog)
    numbers = [command["seq"] for command in desk.commands]
    take_in(desk, sent(desk, None), catalog)
    assert [command["seq"] for command in desk.commands] == numbers
    assert [command["kind"] for command in desk.commands] == ["fit", "tell"]
    assert "document" not in desk.commands[-1]
    take_in(desk, sent(desk, asking("users > dns", 2)), catalog)
    assert desk.commands[-1]["request"] == 2


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ("text", "request"),
        ([], "request"),
        ({"number": "1", "kind": "paste", "text": "x"}, "request.number"),
        ({"number": 1, "kind": "run", "text": "x"}, "request.kind"),
        ({"number": 1, "kind": "paste", "text": None}, "request.text"),
        ({"number": 1, "kind": "paste", "text": "é" * (MAX_PASTED // 2 + 1)}, "request.text"),
    ],
)
def test_what_is_no_request_is_refused(desk: Desk, request_: object, field: str) -> None:
    with pytest.raises(DesignError) as caught:
        read_state(sent(desk, request_)[BOARD][BOARD])
    assert caught.value.field == field
    assert caught.value.expected


def test_a_message_may_ask_nothing(desk: Desk) -> None:
    message = sent(desk, None)[BOARD][BOARD]
    assert read_state(message).request is None
    del message["request"]
    assert read_state(message).request is None
    message["request"] = asking("\ud800", 7)
    assert read_state(message).request == Request(7, "paste", "\ud800")
