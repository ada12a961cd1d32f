"""The findings on the Practice page as tests open and press them."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from designer.catalog import load
from designer.design.notation import parse_notation
from designer.report import Report, review
from designer.rules.model import Finding
from designer.scenario.loader import load_scenario
from designer.scenario.model import RuleSetting
from designer.ui.state import plain_data
from designer.ui.widgets.findings import keyed
from tests.ui.test_pages import board_of, desk_of, open_app
from tests.ui.test_questions import send, shown

# Both have findings that go with others' repair; the second also has repairs that make nothing worse.
TANGLED = "users > app_server > db:sql_database"
SAFE = "users > lb:load_balancer*3 > api:app_server*20 > cache, d:key_value_store; lb > extra:app_server*20"


def document(notation: str) -> dict[str, Any]:
    return plain_data(parse_notation(notation, load(), name="Drawn"))


def report_of(notation: str, **rules: RuleSetting) -> Report:
    scenario = load_scenario("url_shortener")
    if rules:
        scenario = scenario.model_copy(update={"rules": rules})
    return review(scenario, parse_notation(notation, load()), headroom=False, ranked=False)


def open_findings(notation: str) -> AppTest:
    app = open_app()
    send(app, document(notation))
    app.segmented_control(key="panel").set_value("findings").run()
    assert not app.exception and not app.error
    return app


def cards(app: AppTest) -> list[tuple[str, Finding]]:
    """The findings with the keys of their parts."""
    report = desk_of(app).ranked
    assert report is not None
    return list(keyed(report.findings))


def open_fold(app: AppTest, key: str) -> str:
    app.session_state[key] = True
    app.run()
    assert not app.exception and not app.error
    return shown(app)


def obey(app: AppTest) -> None:
    """Do as the browser does with the newest command: put its document on the board and send it."""
    command = board_of(app)["commands"][-1]
    assert command["kind"] == "apply"
    send(app, json.loads(json.dumps(command["document"])))
