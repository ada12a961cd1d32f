"""Looking at a board another way: the page shows it, says so, and changes and keeps nothing."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from designer.ui.state import BOARD
from tests.ui.test_pages import board_of, desk_of, open_app, words_of


def look(app: AppTest, **view: Any) -> None:
    """Send a view as the browser does: with the document and the revision that are there."""
    desk = desk_of(app)
    app.session_state[BOARD] = {
        BOARD: {
            "board": desk.attempt,
            "epoch": desk.epoch,
            "revision": desk.revision,
            "document": desk.document,
            "selection": {"nodes": [], "connections": []},
            "view": {"lens": "load", "failed": None, "scale": 1, "workload": None, "ladder": False, **view},
        }
    }
    app.run()
    assert not app.exception and not app.error


def ladder_of(app: AppTest) -> dict[str, Any] | None:
    sent = [json.loads(item.proto.json) for item in app.get("bidi_component") if item.proto.json]
    return next((item for item in sent if item.get("kind") == "ladder"), None)


def test_scaled_traffic_is_shown_everywhere_and_labelled() -> None:
    app = open_app()
    before = words_of(app)
    score, document = desk_of(app).report.score.points, desk_of(app).document
    look(app, scale=10)
    assert board_of(app)["annotations"]["scale"] == 10
    words = words_of(app)
    assert words.count("At ×10 traffic") == 2
    assert "579k/s" in words.replace("\\", "") and words != before
    desk = desk_of(app)
    assert (desk.revision, desk.document) == (0, document)
    assert desk.report.score.points == score
    look(app)
    assert words_of(app) == before


def test_what_is_down_is_told_and_is_no_edit() -> None:
    app = open_app()
    node = desk_of(app).document["nodes"][-1]["id"]
    look(app, failed={"kind": "node", "name": node})
    failing = board_of(app)["annotations"]["failing"]
    assert failing["name"] == node
    assert not desk_of(app).is_touched
    look(app, failed={"kind": "node", "name": "gone"})
    assert "failing" not in board_of(app)["annotations"]


def test_the_ladder_is_worked_out_once_it_is_looked_at() -> None:
    app = open_app()
    assert ladder_of(app) is None
    look(app, ladder=True)
    found = ladder_of(app)
    assert found is not None and found["board"] == desk_of(app).attempt
    assert found["sentence"].startswith("Holds up to ")
    assert len(found["rungs"]) == 3
