"""Links that carry a design: what is in them, what becomes of them, and what does no harm."""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from designer.catalog import Catalog
from designer.design.links import FIELD, MAX_LENGTH, encode_design
from designer.design.model import Connection, Design, Node
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.scenario.loader import load_scenario
from designer.ui.archive import Archive
from designer.ui.moves import earlier_boards
from designer.ui.sharing import (
    EXERCISE,
    MOST_CONNECTIONS,
    MOST_NODES,
    app_address,
    embed_address,
    embed_snippet,
    open_shared,
    read_shared,
    require_drawable,
    share_address,
)
from designer.ui.state import ATTEMPT, BOARD, DESK, Desk, open_desk
from designer.ui.widgets.theming import sheet
from tests.ui.test_pages import APP, HOSTILE, PATIENCE_S, board_of, desk_of, open_app, open_page, words_of
from tests.ui.test_state import drawn, sent

NOTATION = "users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2"
SITE = "https://designs.example/team/"


@pytest.fixture
def design(catalog: Catalog) -> Design:
    return parse_notation(NOTATION, catalog).model_copy(update={"name": "Shop"})


def large() -> Design:
    """A design that no link has room for: its names have nothing in common."""
    names = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(300)]
    nodes = [Node(id=f"n{number}", component="app_server", name=name) for number, name in enumerate(names)]
    return Design(nodes=tuple(nodes))


# --- what a link is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "name", "app"), [
    ("http://localhost:8501/", "practice", "http://localhost:8501/"),
    ("http://localhost:8501", "practice", "http://localhost:8501/"),
    ("http://localhost:8501/practice", "practice", "http://localhost:8501/"),
    ("https://designs.example/team/", "practice", SITE),
    ("https://designs.example/team/embed/?attempt=abc#here", "embed", SITE),
    (None, "practice", ""),
])  # fmt: skip
def test_the_app_is_where_its_pages_are(page: str | None, name: str, app: str) -> None:
    assert app_address(page, name) == app


def test_a_link_has_the_design_and_the_exercise_in_it(design: Design, catalog: Catalog) -> None:
    scenario = load_scenario("news_feed")
    address = share_address(design, scenario, SITE)
    assert address.startswith(f"{SITE}?{FIELD}=")
    said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert set(said) == {FIELD, EXERCISE}
    shared = read_shared(said[FIELD], said[EXERCISE], catalog)
    assert shared.design == design
    assert shared.scenario == scenario and shared.fault is None


def test_without_the_address_of_the_app_there_is_the_end_of_the_link(design: Design) -> None:
    assert share_address(design, load_scenario("news_feed"), "").startswith("?design=1.")


def test_the_page_inside_another_is_the_same_design_without_a_frame(design: Design) -> None:
    parts = urlsplit(embed_address(design, load_scenario("news_feed"), SITE, "dark"))
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.path == "/team/embed"
    assert said[FIELD] == encode_design(design) and said[EXERCISE] == "news_feed"
    assert said["theme"] == "dark" and said["embed"] == "true" and said["embed_options"] == "dark_theme"


def test_no_name_breaks_out_of_the_lines_for_another_page() -> None:
    snippet = embed_snippet(f'{SITE}?a=1&b="', "\"><script>alert('x')</script>")
    assert "<script" not in snippet and snippet.count("<") == 2
    found = re.findall(r'(\w+)="([^"]*)"', snippet)
    values = {name: html.unescape(value) for name, value in found}
    assert values["src"] == f'{SITE}?a=1&b="'
    assert values["title"] == "\"><script>alert('x')</script>"


def test_what_cannot_be_drawn_by_hand_is_no_board() -> None:
    nodes = tuple(Node(id=f"n{number}", component="app_server") for number in range(MOST_NODES + 1))
    require_drawable(Design(nodes=nodes[:-1]))
    with pytest.raises(DesignError, match="501 nodes"):
        require_drawable(Design(nodes=nodes))
    pairs = [(one.id, other.id) for one in nodes[:60] for other in nodes[:60] if one is not other]
    links = tuple(Connection(source=source, target=target) for source, target in pairs)
    require_drawable(Design(nodes=nodes[:60], connections=links[:MOST_CONNECTIONS]))
    with pytest.raises(DesignError, match="connections"):
        require_drawable(Design(nodes=nodes[:60], connections=links))


def test_an_exercise_is_found_by_its_id_and_never_by_a_path(design: Design, catalog: Catalog) -> None:
    word = encode_design(design)
    for name in ("../../../etc/passwd", "scenarios/news_feed.yaml", "news_feed.yaml", HOSTILE, "x" * 100_000):
        shared = read_shared(word, name, catalog)
        assert shared.scenario is None
        assert shared.fault is not None and len(shared.fault) < 200


def test_a_design_may_say_its_exercise_itself(design: Design, catalog: Catalog) -> None:
    own = design.model_copy(update={"scenario": "news_feed"})
    for exercise, expected in ((None, "news_feed"), ("", "news_feed"), ("url_shortener", "url_shortener")):
        shared = read_shared(encode_design(own), exercise, catalog)
        assert shared.scenario is not None and shared.scenario.id == expected
    other = design.model_copy(update={"scenario": "no such exercise"})
    shared = read_shared(encode_design(other), None, catalog)
    assert shared.scenario is None and shared.fault is None


# --- opening one ----------------------------------------------------------------------------------------------------


def visit(archive: Archive, catalog: Catalog, **address: str) -> tuple[dict[Any, Any], dict[str, str], Desk]:
    session: dict[Any, Any] = {}
    open_shared(session, address, archive, catalog)
    return session, address, open_desk(session, address, archive, catalog)


def test_a_link_opens_on_a_board_of_its_own(archive: Archive, catalog: Catalog, design: Design) -> None:
    _, address, desk = visit(archive, catalog, design=encode_design(design), scenario="news_feed")
    assert desk.design == design and desk.scenario.id == "news_feed"
    assert address == {ATTEMPT: desk.attempt}
    assert desk.notice is not None and "copy" in desk.notice
    stored = archive.load(desk.attempt)
    assert stored is not None and stored.scenario == "news_feed"
    assert {node["id"] for node in json.loads(stored.document)["nodes"]} == set(design.by_id)


def test_a_reload_finds_the_same_board(archive: Archive, catalog: Catalog, design: Design) -> None:
    _, address, first = visit(archive, catalog, design=encode_design(design))
    _, _, again = visit(archive, catalog, **address)
    assert again.attempt == first.attempt and again.design == design


def test_the_same_link_twice_is_two_boards(archive: Archive, catalog: Catalog, design: Design) -> None:
    _, _, one = visit(archive, catalog, design=encode_design(design))
    _, _, other = visit(archive, catalog, design=encode_design(design))
    assert one.attempt != other.attempt and one.design == other.design


def test_the_board_that_was_open_is_kept(archive: Archive, catalog: Catalog, design: Design) -> None:
    session, address, before = visit(archive, catalog)
    session.update(sent(before, drawn({"id": "users", "component": "users"})))
    before.asked.add(0)
    address |= {FIELD: encode_design(design), EXERCISE: before.scenario.id}
    open_shared(session, address, archive, catalog)
    after: Desk = session[DESK]
    assert after.attempt != before.attempt and address == {ATTEMPT: after.attempt}
    assert after.asked == {0}, "what was asked belongs to the exercise"
    assert [item.attempt for item in earlier_boards(session)] == [before.attempt]
    kept = archive.load(before.attempt)
    assert kept is not None and [node["id"] for node in json.loads(kept.document)["nodes"]] == ["users"]


def test_a_link_beside_an_attempt_leaves_the_attempt(
    archive: Archive, catalog: Catalog, design: Design
) -> None:
    _, address, before = visit(archive, catalog)
    session, _, after = visit(archive, catalog, **address, design=encode_design(design))
    assert after.attempt != before.attempt
    assert [item.attempt for item in earlier_boards(session)] == [before.attempt]


@pytest.mark.parametrize("word", [
    "", "1.", "1.AAAA", "2.eNqrVko", "<script>alert(1)</script>", "../../etc/passwd", "1." + "A" * MAX_LENGTH,
    "1.eNqrVkrOSCzKVrJSykvMTVWqBQAtCwWt",
])  # fmt: skip
def test_a_broken_link_is_one_sentence_and_the_board_as_before(
    archive: Archive, catalog: Catalog, word: str
) -> None:
    session, address, before = visit(archive, catalog)
    address[FIELD] = word
    open_shared(session, address, archive, catalog)
    desk: Desk = session[DESK]
    assert desk is before and address == {ATTEMPT: before.attempt}
    assert desk.notice is not None and desk.notice.startswith("This link could not be opened: ")
    assert not earlier_boards(session)


def test_an_unknown_exercise_leaves_the_current_one(
    archive: Archive, catalog: Catalog, design: Design
) -> None:
    _, address, desk = visit(archive, catalog, design=encode_design(design), scenario="../secrets")
    assert desk.design == design and address == {ATTEMPT: desk.attempt}
    assert desk.notice is not None and "no exercise '../secrets'" in desk.notice
    assert desk.scenario.name in desk.notice


@pytest.mark.usefixtures("database")
def test_the_page_opens_a_link_and_shows_hostile_names_as_words(catalog: Catalog, design: Design) -> None:
    nodes = tuple(node.model_copy(update={"name": HOSTILE}) for node in design.nodes)
    hostile = design.model_copy(update={"nodes": nodes, "name": HOSTILE})
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params[FIELD] = encode_design(hostile)
    app.query_params[EXERCISE] = HOSTILE
    app.run()
    assert not app.exception and not app.error
    assert FIELD not in app.query_params and EXERCISE not in app.query_params
    assert desk_of(app).attempt in app.query_params[ATTEMPT]
    assert {node["id"] for node in board_of(app)["document"]["nodes"]} == set(design.by_id)
    assert len(app.info) == 1 and HOSTILE not in app.info[0].value
    attempt = desk_of(app).attempt
    app.run()
    assert desk_of(app).attempt == attempt and not app.info


# --- writing one ----------------------------------------------------------------------------------------------------


def open_share(app: AppTest) -> None:
    app.session_state["share"] = True
    app.run()
    assert not app.exception and not app.error


@pytest.mark.usefixtures("database")
def test_the_page_writes_the_link_of_the_board_without_its_id() -> None:
    app = open_app()
    assert not app.code
    open_share(app)
    desk = desk_of(app)
    assert desk.design is not None
    link, snippet = (item.value for item in app.code)
    assert encode_design(desk.design) in link and link.endswith(f"scenario={desk.scenario.id}")
    assert f"{len(link):,} characters" in words_of(app).replace("\\", "")
    assert snippet.startswith("<iframe ") and "embed" in snippet
    assert desk.attempt not in words_of(app) + link + snippet


@pytest.mark.usefixtures("database")
def test_a_design_too_large_for_a_link_is_one_sentence() -> None:
    app = open_app()
    desk_of(app).design = large()
    open_share(app)
    assert not app.code and len(app.warning) == 1
    assert "characters long" in app.warning[0].value
    assert "Download" in words_of(app)


@pytest.mark.usefixtures("database")
def test_the_link_of_a_drawing_that_cannot_be_judged_is_that_of_the_one_before() -> None:
    app = open_app()
    desk_of(app).fault = "there is no component 'flux'"
    open_share(app)
    assert len(app.code) == 2
    assert any("the one before" in item.value for item in app.warning)


# --- inside another page --------------------------------------------------------------------------------------------


def embedded(**address: str) -> AppTest:
    app = AppTest.from_string("from designer.ui.pages import embed\nembed.show()", default_timeout=PATIENCE_S)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("database")
def test_the_embedded_board_is_read_only_and_keeps_nothing(design: Design) -> None:
    app = embedded(design=encode_design(design), scenario="news_feed")
    board = board_of(app)
    assert not app.error and board["readonly"] is True and board["commands"] == []
    assert {node["id"] for node in board["document"]["nodes"]} == set(design.by_id)
    assert set(board["annotations"]["nodes"]) == set(design.by_id)
    assert DESK not in app.session_state and ATTEMPT not in app.query_params
    assert encode_design(design) in app.query_params[FIELD]
    assert "Shop" in words_of(app) and "News feed" in words_of(app)
    app.run()
    assert not app.exception and board_of(app) == board


@pytest.mark.usefixtures("database")
def test_the_embedded_board_can_be_looked_at_in_every_way(design: Design) -> None:
    app = embedded(design=encode_design(design), scenario="news_feed")
    board = board_of(app)
    message = {name: board[name] for name in ("board", "epoch", "document")} | {"revision": 0}
    for name, scale in ((message["board"], 2.0), ("another", 1.0)):
        app.session_state[BOARD] = {BOARD: {**message, "board": name, "view": {"scale": 2.0}}}
        app.run()
        assert not app.exception and not app.error
        assert board_of(app)["annotations"]["scale"] == scale


@pytest.mark.usefixtures("database")
def test_without_an_exercise_the_embedded_board_says_no_numbers(design: Design) -> None:
    for address in ({}, {"scenario": "../../etc/passwd"}):
        app = embedded(design=encode_design(design), **address)
        assert not app.error and board_of(app)["annotations"]["nodes"] == {}
        assert ("no exercise" in words_of(app)) == bool(address)


@pytest.mark.usefixtures("database")
def test_the_way_out_of_the_embedded_page_is_the_link(design: Design) -> None:
    app = embedded(design=encode_design(design), scenario="news_feed")
    (way,) = app.get("link_button")
    assert way.proto.url.endswith(f"?design={encode_design(design)}&scenario=news_feed")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("word", ["1.AAAA", HOSTILE, "../../etc/passwd"])
def test_a_broken_embedded_design_is_one_sentence(word: str) -> None:
    app = embedded(design=word)
    assert len(app.error) == 1 and HOSTILE not in app.error[0].value
    assert not app.get("bidi_component")


@pytest.mark.usefixtures("database")
def test_an_embedded_page_without_a_design_says_where_to_get_one() -> None:
    app = open_page("embed")
    assert len(app.info) == 1 and "Share" in app.info[0].value


def test_a_theme_is_the_colours_of_the_settings_and_nothing_from_the_address(design: Design) -> None:
    assert "color-scheme:dark" in sheet("dark") and "color-scheme:light" in sheet("light")
    app = embedded(design=encode_design(design), theme="</style><script>alert(1)</script>")
    assert not any("script" in str(item.proto) for item in app.get("html"))
