"""The requirements in short, as a board that fills the window tells them."""

from __future__ import annotations

import pytest

from designer.analysis import State
from designer.ui.widgets.requirements import is_hidden
from designer.ui.widgets.strip import UNTOLD, requirement_chips
from tests.ui.test_pages import board_of, desk_of, open_app

pytestmark = pytest.mark.usefixtures("database")


def test_the_strip_tells_what_the_chips_above_the_board_tell() -> None:
    app = open_app()
    desk = desk_of(app)
    assert desk.report is not None
    told = board_of(app)["annotations"]["requirements"]
    assert told == requirement_chips(desk)
    states = {State.MET: "met", State.MISSED: "missed", State.UNKNOWN: "unknown"}
    for chip, verdict in zip(told, desk.report.verdicts, strict=True):
        if is_hidden(verdict, desk):
            assert chip == {"title": UNTOLD, "value": "", "state": "unknown"}
        else:
            assert (chip["title"], chip["state"]) == (verdict.title, states[verdict.state])
            assert "min" in chip["value"] or "max" in chip["value"]


def test_what_is_not_told_yet_is_told_once_it_was_asked_for() -> None:
    app = open_app()
    assert UNTOLD in [chip["title"] for chip in requirement_chips(desk_of(app))]
    app.button(key=f"ask_{desk_of(app).scenario.id}_more").click().run()
    told = board_of(app)["annotations"]["requirements"]
    assert UNTOLD not in [chip["title"] for chip in told]
