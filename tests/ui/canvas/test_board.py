"""The Python side of the whiteboard: what is sent to the browser, and what is taken from it."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from designer import frontend
from designer.catalog import load
from designer.design.files import design_from_data, design_to_data
from designer.design.model import MAX_NODES, Design
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.ui.canvas import CatalogEntries, Selection, catalog_entries, read_state
from designer.ui.canvas.board import MAX_BYTES, STATE

KEY = "canvas"
PATIENCE_S = 30.0


@pytest.fixture(scope="module", autouse=True)
def _bundle() -> None:
    frontend.ensure()


def page(design=None, *, epoch=1, commands=()) -> None:
    """A page with nothing but a board."""
    import streamlit as st

    from designer.catalog import load
    from designer.errors import DesignError
    from designer.ui.canvas import catalog_entries, whiteboard

    if "catalog" not in st.session_state:
        st.session_state.catalog = load()

    try:
        state = whiteboard(
            board="b1",
            epoch=epoch,
            document=design or {"nodes": []},
            catalog=catalog_entries(st.session_state.catalog),
            annotations={"revision": 3, "nodes": {}, "edges": {}},
            commands=commands,
            acknowledged=3,
            saved="saved",
            datasets=[{"id": "urls", "name": "Links", "kind": "records"}],
            key="canvas",
            height=640,
        )
    except DesignError as error:
        st.warning(str(error))
    else:
        st.session_state.seen = state


def run(**arguments: Any) -> AppTest:
    app = AppTest.from_function(page, default_timeout=PATIENCE_S, kwargs=arguments).run()
    assert not app.exception
    return app


def sent(app: AppTest) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


def message(**parts: Any) -> dict[str, Any]:
    return {
        "board": "b1",
        "epoch": 1,
        "revision": 4,
        "document": {"version": 1, "name": "n", "nodes": [{"id": "a", "component": "cache"}]},
        "selection": {"nodes": ["a"], "connections": []},
    } | parts


def answer(app: AppTest, value: object) -> AppTest:
    """As if the browser had sent that."""
    app.session_state[KEY] = {STATE: value}
    return app.run()


def test_the_board_gets_all_it_needs() -> None:
    data = sent(
        run(design={"nodes": [{"id": "a", "component": "cache"}]}, commands=[{"seq": 1, "kind": "fit"}])
    )
    assert data["kind"] == "board"
    assert data["document"]["nodes"] == [{"id": "a", "component": "cache"}]
    assert data["commands"] == [{"seq": 1, "kind": "fit"}]
    assert (data["board"], data["epoch"], data["acknowledged"], data["saved"]) == ("b1", 1, 3, "saved")
    assert (data["height"], data["readonly"]) == (640, False)
    assert data["annotations"]["revision"] == 3
    assert data["datasets"][0]["id"] == "urls"


def test_the_catalogue_is_sent_apart_and_is_the_same_every_time() -> None:
    app = run()
    board, catalog = app.get("bidi_component")
    entries = json.loads(catalog.proto.bytes)
    assert entries["catalog"] == json.loads(board.proto.json)["catalog"]
    assert {"users", "cache", "sql_database"} <= {entry["id"] for entry in entries["entries"]}
    assert app.run().get("bidi_component")[1].proto.bytes == catalog.proto.bytes
    assert len(board.proto.json) < 2_000


def test_a_design_is_sent_with_figures_as_numbers() -> None:
    catalog = load()
    design = parse_notation("users > app_server*2 > cache", catalog)
    cache = design.node("cache").model_copy(update={"figures": {"memory": 64e9}})
    design = design.model_copy(update={"nodes": (*design.nodes[:-1], cache)})
    spelt = design_to_data(design)
    assert spelt["nodes"][-1]["figures"] == {"memory": "64 GB"}
    for document in (design, spelt):
        data = sent(run(design=document, commands=[{"seq": 1, "kind": "apply", "document": document}]))
        assert data["document"]["nodes"][-1]["figures"] == {"memory": 64e9}
        assert data["commands"][0]["document"]["nodes"][-1]["figures"] == {"memory": 64e9}
        assert data["document"]["connections"][0] == {"from": "users", "to": "app_server"}
        assert design_from_data(data["document"], catalog) == design


def test_settings_are_sent_as_numbers_too() -> None:
    text = (
        "users > api:app_server[deadline=2 s] >[timeout=200 ms, retries=1, retry_budget=10 %, "
        "backoff=50 ms, fallback=true] "
        "cache[ttl=5 min, limit=10k/s, writes=through]"
    )
    design = parse_notation(text, load())
    for document in (design, design_to_data(design)):
        data = sent(run(design=document))["document"]
        assert data["nodes"][1]["deadline"] == 2.0
        cache = data["nodes"][2]
        assert (cache["ttl"], cache["limit"], cache["writes"]) == (300.0, 10_000.0, "through")
        link = data["connections"][1]
        assert (link["timeout"], link["retries"], link["retry_budget"]) == (0.2, 1, 0.1)
        assert (link["backoff"], link["fallback"]) == (0.05, True)
        assert design_from_data(data, load()) == design


def test_an_edit_comes_back() -> None:
    app = answer(run(), message())
    seen = app.session_state.seen
    assert (seen.board, seen.epoch, seen.revision) == ("b1", 1, 4)
    assert seen.document["nodes"][0]["id"] == "a"
    assert seen.selection == Selection(nodes=("a",))


def test_nothing_comes_back_before_the_browser_has_spoken() -> None:
    assert run().session_state.seen is None


@pytest.mark.parametrize("other", [{"epoch": 2}, {"board": "b2"}])
def test_a_message_about_something_else_is_left_out(other: dict[str, Any]) -> None:
    assert answer(run(), message(**other)).session_state.seen is None


def test_a_bad_message_is_one_clear_sentence() -> None:
    app = answer(run(), message(revision="<script>"))
    assert not app.exception
    assert "its revision is '<script>'" in app.warning[0].value


def test_a_missing_bundle_is_told_and_not_thrown(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise frontend.FrontendError("the whiteboard has not been built yet: type ./run frontend")

    monkeypatch.setattr(frontend, "require", missing)
    app = run()
    assert "./run frontend" in app.error[0].value
    assert app.session_state.seen is None
    assert not app.get("bidi_component")


def deep(levels: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(levels):
        nested = [nested]
    return nested


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, "message"),
        ("text", "message"),
        ([1, 2], "message"),
        ({1: 2}, "message"),
        (message(board=7), "board"),
        (message(epoch=True), "epoch"),
        (message(epoch=1.5), "epoch"),
        (message(revision=-1), "revision"),
        (message(revision=None), "revision"),
        (message(document=None), "document"),
        (message(document=[]), "document"),
        (message(document={"notes": "x" * MAX_BYTES}), "document"),
        (message(document={"x": float("nan")}), "document"),
        (message(document={"x": float("inf")}), "document"),
        (message(document={"x": object()}), "document"),
        (message(document={"x": deep(100_000)}), "document"),
        (message(selection=[]), "selection"),
        (message(selection={"nodes": "a"}), "selection.nodes"),
        (message(selection={"nodes": [1]}), "selection.nodes"),
        (message(selection={"nodes": ["a"] * (MAX_NODES + 1)}), "selection.nodes"),
        (message(selection={"connections": {}}), "selection.connections"),
    ],
)
def test_what_is_no_board_is_refused(value: object, field: str) -> None:
    with pytest.raises(DesignError) as caught:
        read_state(value)
    assert caught.value.field == field
    assert caught.value.expected
    assert len(str(caught.value)) < 400


def test_a_message_without_selection_is_taken() -> None:
    whole = message()
    del whole["selection"]
    assert read_state(whole).selection == Selection()


@pytest.fixture(scope="module")
def entries() -> CatalogEntries:
    return catalog_entries(load())


def test_every_component_is_in_the_palette(entries: CatalogEntries) -> None:
    catalog = load()
    assert [entry["id"] for entry in entries] == list(catalog)
    assert len(entries) == len(catalog)
    cache = next(entry for entry in entries if entry["id"] == "cache")
    assert cache["behavior"] == "cache"
    assert "instances" in cache["knobs"]
    assert cache["defaults"] == catalog["cache"].defaults.model_dump()


def test_figures_carry_their_band_and_source(entries: CatalogEntries) -> None:
    for entry in entries:
        for figure in entry["figures"].values():
            assert figure["low"] <= figure["default"] <= figure["high"]
            assert figure["source"]
            assert figure["text"]
            assert figure["unit"] == "money" or "/month" not in figure["text"]


def test_icons_are_small_square_pngs(entries: CatalogEntries) -> None:
    for entry in entries:
        head, _, body = entry["icon"].partition(",")
        assert head == "data:image/png;base64"
        with Image.open(io.BytesIO(base64.b64decode(body))) as icon:
            assert icon.size == (64, 64)
        assert len(body) < 6_000


def test_the_palette_is_packed_once_and_the_same_every_time() -> None:
    catalog = load()
    first = catalog_entries(catalog)
    assert catalog_entries(catalog) is first
    again = CatalogEntries(list(first))
    assert (again.name, again.payload) == (first.name, first.payload)


def test_the_palette_fits_through_a_slow_line(entries: CatalogEntries) -> None:
    assert len(entries.payload) < 8_000 * len(entries)


def test_an_empty_design_is_a_board() -> None:
    assert sent(run(design=Design()))["document"] == {}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"nodes": "<script>"}, "its nodes is no list"),
        ({"nodes": None}, "its nodes is no list"),
        ({"nodes": [7]}, "its nodes[0] is no mapping"),
        ({"nodes": [{"id": "a", "figures": [1]}]}, "its nodes[0].figures is no mapping"),
        ({"nodes": [{"id": "a", "ttl": "5 bananas"}]}, "its nodes[0].ttl is no quantity"),
        ({"nodes": [], "connections": [{"timeout": "soon"}]}, "its connections[0].timeout is no quantity"),
        ({"nodes": [], "connections": {"a": 1}}, "its connections is no list"),
    ],
)
def test_a_kept_drawing_that_is_none_is_one_sentence_and_no_board(
    document: dict[str, Any], said: str
) -> None:
    app = run(design=document)
    assert said in app.error[0].value
    assert "kept as it is" in app.error[0].value
    assert "<script>" not in app.error[0].value
    assert not app.get("bidi_component")
    assert app.session_state.seen is None
