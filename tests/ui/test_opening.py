"""Opening a file or a text: what is told of it, and how it comes to the board."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from designer.catalog import Catalog
from designer.design.files import format_design
from designer.design.links import encode_design
from designer.design.notation import parse_notation
from designer.importing.model import Guess
from designer.importing.pasting import MAX_BYTES, MAX_NODES
from designer.ui.moves import earlier_boards
from designer.ui.state import take_in
from designer.ui.widgets.opening import counted, guess_lines
from designer.ui.widgets.wording import WORD_JOINER
from tests.ui.test_pages import PATIENCE_S, desk_of, open_app, words_of
from tests.ui.test_state import drawn, sent

MERMAID = "flowchart LR\n  U([Users]) --> LB[Load balancer] --> API[API x4]\n  API --> Redis & DB[(Orders)]"
COMPOSE = """
services:
  web:
    build: .
    ports: ["80:80"]
    environment: {DATABASE_URL: "postgres://db:5432/shop"}
  db: {image: "postgres:16"}
"""
NOTATION = "users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2"


READER = """
import streamlit as st
from designer.catalog import load
from designer.ui.archive import open_archive
from designer.ui.state import open_desk
from designer.ui.widgets.opening import show_reader
open_desk(st.session_state, st.query_params, open_archive(), load())
show_reader(open_archive(), load())
"""

MARKUP = "[a](javascript:b) **c** :red[d] $e$"


@pytest.fixture
def asked(database: str) -> AppTest:
    """What the window for a file has in it: the window itself closes when the whole page runs again."""
    app = AppTest.from_string(READER, default_timeout=PATIENCE_S).run()
    assert not app.exception and not app.error
    return app


def paste(app: AppTest, text: str) -> None:
    app.text_area(key="open_file_text").set_value(text).run()
    assert not app.exception


def words(app: AppTest) -> str:
    return bare(words_of(app))


def bare(text: str) -> str:
    """The text without what keeps it from being markup."""
    return text.replace("\\", "").replace(WORD_JOINER, "")


def is_offered(app: AppTest) -> bool:
    return any(item.key == "open_file_put" for item in app.button)


@pytest.mark.usefixtures("database")
def test_the_board_s_menu_opens_it() -> None:
    app = open_app()
    app.button(key="open_file").click().run()
    assert not app.exception and not app.error
    assert app.file_uploader(key="open_file_upload") and app.text_area(key="open_file_text")


def test_nothing_is_offered_before_there_is_a_design(asked: AppTest) -> None:
    assert not is_offered(asked) and not asked.code
    paste(asked, "   \n")
    assert not is_offered(asked) and not asked.error


@pytest.mark.parametrize(("text", "form", "count", "guess"), [
    (MERMAID, "mermaid", "5 nodes, 4 connections", "'Orders' became a SQL database"),
    (COMPOSE, "docker-compose", "3 nodes, 2 connections", "became a SQL database"),
    (NOTATION, "notation", "5 nodes, 4 connections", None),
])  # fmt: skip
def test_a_pasted_text_is_told_before_it_is_put_anywhere(
    asked: AppTest, text: str, form: str, count: str, guess: str | None
) -> None:
    desk = desk_of(asked)
    before = desk.document
    paste(asked, text)
    assert f"Read as **{form}**: {count}." in words(asked)
    assert guess in words(asked) if guess else "Nothing had to be guessed" in words(asked)
    assert is_offered(asked)
    assert desk.document == before and not desk.commands


def test_it_comes_to_the_board_as_one_step_that_can_be_undone(asked: AppTest) -> None:
    desk = desk_of(asked)
    attempt, epoch = desk.attempt, desk.epoch
    paste(asked, MERMAID)
    asked.button(key="open_file_put").click().run()
    assert not asked.exception and not asked.error
    assert (desk.attempt, desk.epoch) == (attempt, epoch), "the history of the board goes on"
    applied, fitted = desk.commands
    assert applied["kind"] == "apply" and fitted["kind"] == "fit"
    assert [node["id"] for node in applied["document"]["nodes"]] == ["U", "LB", "API", "Redis", "DB"]
    assert applied["document"]["scenario"] == desk.scenario.id
    assert not earlier_boards(asked.session_state)


def test_a_file_goes_before_a_text(asked: AppTest, catalog: Catalog) -> None:
    paste(asked, "flowchart LR\n  a --> ")
    assert len(asked.error) == 1
    text = format_design(parse_notation(NOTATION, catalog))
    asked.file_uploader(key="open_file_upload").set_value(("shop.yaml", text.encode(), "text/yaml")).run()
    assert not asked.error and "Read as **design**: 5 nodes" in words(asked)
    assert asked.text_area(key="open_file_text").disabled


def test_an_error_is_one_sentence_with_its_place(asked: AppTest) -> None:
    paste(asked, "flowchart LR\n  U([Users]) ==?> LB[Load balancer]")
    assert len(asked.error) == 1 and "2:14" in bare(asked.error[0].value)
    assert "^" in asked.code[0].value and "==?>" in asked.code[0].value
    assert not is_offered(asked)


@pytest.mark.parametrize(("name", "data"), [
    ("a.yaml", b"\xff\xfe\x00"),
    ("a.txt", b"just words"),
    ("a.drawio", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><mxfile>&a;</mxfile>"),
    ("../../<img src=x>.mmd", b"flowchart LR\n a --x"),
    ("a.json", b'{"version": 1, "nodes": ' + b"[" * 50_000),
])  # fmt: skip
def test_a_bad_file_is_one_sentence(asked: AppTest, name: str, data: bytes) -> None:
    asked.file_uploader(key="open_file_upload").set_value((name, data, "text/plain")).run()
    assert not asked.exception and len(asked.error) == 1 and not is_offered(asked)
    assert "<img" not in asked.error[0].value.replace("\\<img", "")


def test_more_than_the_board_takes_is_refused(asked: AppTest) -> None:
    many = "users > " + ", ".join(f"a{number}:app_server" for number in range(MAX_NODES + 1))
    for text in (many, "x" * (MAX_BYTES + 1)):
        paste(asked, text)
        assert len(asked.error) == 1 and not is_offered(asked)
    lines = "\n".join(f"  u --> a{number}[API]" for number in range(999))
    nodes = "\n".join(f"  - {{id: a{number}, component: app_server}}" for number in range(1_000))
    for name, text in (
        ("a.mmd", f"flowchart LR\n  u[Users]\n{lines}"),
        ("a.yaml", f"name: Large\nnodes:\n{nodes}"),
    ):
        asked.file_uploader(key="open_file_upload").set_value((name, text.encode(), "text/plain")).run()
        assert len(asked.error) == 1
        assert "1,000 nodes, too many for the board; expected at most 500" in bare(asked.error[0].value)
        assert not is_offered(asked)


def test_a_design_of_another_exercise_can_be_opened_there(asked: AppTest, catalog: Catalog) -> None:
    design = parse_notation(NOTATION, catalog).model_copy(update={"scenario": "news_feed"})
    before = desk_of(asked).attempt
    paste(asked, f"http://localhost:8501/?design={encode_design(design)}")
    assert "Read as **link**" in words(asked) and is_offered(asked)
    asked.button(key="open_file_apart").click().run()
    desk = desk_of(asked)
    assert desk.scenario.id == "news_feed" and desk.design == design and desk.attempt != before
    assert [item.attempt for item in earlier_boards(asked.session_state)] == [before]


def test_what_was_drawn_meanwhile_is_taken_in_first(asked: AppTest, catalog: Catalog) -> None:
    paste(asked, MERMAID)
    desk = desk_of(asked)
    message: dict[str, Any] = sent(desk, drawn({"id": "users", "component": "users"}))
    for name, value in message.items():
        asked.session_state[name] = value
    asked.button(key="open_file_put").click().run()
    assert not asked.exception
    assert [node["id"] for node in desk_of(asked).document["nodes"]] == ["users"]
    assert not take_in(desk, message, catalog)


def test_a_board_that_another_tab_draws_on_stays_as_it_is(asked: AppTest) -> None:
    paste(asked, MERMAID)
    desk = desk_of(asked)
    desk.is_reader = True
    asked.button(key="open_file_put").click().run()
    assert not asked.exception and not desk.commands
    assert desk.notice is not None and "another tab" in desk.notice


def test_hostile_names_stay_words(asked: AppTest) -> None:
    paste(asked, f'flowchart LR\n  a["{MARKUP}"] --> b[Cache]')
    assert not asked.exception and not asked.error
    assert MARKUP not in words_of(asked) and MARKUP in words(asked)


def test_counts_and_guesses_are_plain_words(catalog: Catalog) -> None:
    design = parse_notation("users > app_server", catalog)
    assert counted(design) == "2 nodes, 1 connection"
    assert counted(design.model_copy(update={"nodes": (), "connections": ()})) == "0 nodes, 0 connections"
    lines = guess_lines([Guess("line 2", "'a' became a cache", "from its id"), Guess("", "b", "c")])
    first, second = lines.replace("\\", "").splitlines()
    assert first == "- :gray[line 2:] 'a' became a cache, from its id."
    assert second == "- b, c."
