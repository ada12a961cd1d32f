"""The gallery: what its cards say and show, where they lead, and that nobody waits for a drawing."""

from __future__ import annotations

from typing import Any

import pytest

from designer.catalog import Catalog
from designer.design.model import Design, Node
from designer.design.notation import parse_notation
from designer.errors import RenderError
from designer.scenario.loader import load_scenario
from designer.ui.archive import Archive
from designer.ui.exercises import scenarios
from designer.ui.moves import change_exercise, earlier_boards, open_apart
from designer.ui.pages.gallery import progress_words
from designer.ui.progress import Progress, begin_exercise, go_on, last_design, progress_in
from designer.ui.state import ATTEMPT, BOARD, DESK, Desk, open_desk, plain_data, starting_design
from designer.ui.widgets import thumbnails
from designer.ui.widgets.thumbnails import in_words
from tests.ui.test_pages import HOSTILE, open_page, words_of
from tests.ui.test_state import drawn, sent

NOTATION = "users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2"
USERS = {"id": "users", "component": "users"}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    thumbnails._drawn.cache_clear()


Visit = tuple[dict[Any, Any], dict[str, str]]


@pytest.fixture
def visit(archive: Archive, catalog: Catalog) -> Visit:
    session: dict[Any, Any] = {}
    address: dict[str, str] = {}
    open_desk(session, address, archive, catalog)
    return session, address


def draw(visit: Visit, archive: Archive, catalog: Catalog, *nodes: dict[str, Any]) -> Desk:
    session, address = visit
    desk: Desk = session[DESK]
    session.update(sent(desk, drawn(*nodes), revision=desk.revision + 1))
    return open_desk(session, address, archive, catalog)


# --- how far a visit is ---------------------------------------------------------------------------------------------


def test_what_was_not_drawn_on_is_no_progress(visit: Visit, archive: Archive, catalog: Catalog) -> None:
    session, address = visit
    first, second, *_ = scenarios()
    assert progress_in(first, session) is None
    change_exercise(second, session, address, archive, catalog)
    assert progress_in(first, session) is None and progress_in(second, session) is None


def test_progress_is_the_last_board_and_the_best_score(
    visit: Visit, archive: Archive, catalog: Catalog
) -> None:
    session, address = visit
    first, second, *_ = scenarios()
    good = starting_design(first.references[0], first, catalog)[0]
    session.update(sent(session[DESK], plain_data(good)))
    desk = open_desk(session, address, archive, catalog)
    assert desk.report is not None
    best = desk.report.score.points
    begin_exercise(first, session, address, archive, catalog)
    poor = draw(visit, archive, catalog, USERS)
    found = progress_in(first, session)
    assert found is not None and found.attempt == poor.attempt and found.best == best
    assert found.score is not None and found.score < best
    assert last_design(found, session, archive, catalog) == poor.design

    change_exercise(second, session, address, archive, catalog)
    again = progress_in(first, session)
    assert again is not None and (again.attempt, again.best) == (poor.attempt, best)
    assert last_design(again, session, archive, catalog) == poor.design
    go_on(again, session, address, archive, catalog)
    assert session[DESK].attempt == poor.attempt and address[ATTEMPT] == poor.attempt


def test_a_board_that_is_gone_has_no_drawing(visit: Visit, archive: Archive, catalog: Catalog) -> None:
    session, address = visit
    first, second, *_ = scenarios()
    desk = draw(visit, archive, catalog, USERS)
    change_exercise(second, session, address, archive, catalog)
    archive.remove(desk.attempt)
    found = progress_in(first, session)
    assert found is not None and last_design(found, session, archive, catalog) is None


def test_to_begin_replaces_nothing(visit: Visit, archive: Archive, catalog: Catalog) -> None:
    session, address = visit
    first, second, *_ = scenarios()
    fresh = session[DESK].attempt
    begin_exercise(first, session, address, archive, catalog)
    assert session[DESK].attempt == fresh, "a board that is as it was given is begun with"
    session[DESK].is_reader = True
    begin_exercise(first, session, address, archive, catalog)
    assert session[DESK].attempt != fresh and not session[DESK].is_reader, "another tab draws on that one"
    drawn_on = draw(visit, archive, catalog, USERS)
    begin_exercise(first, session, address, archive, catalog)
    begun: Desk = session[DESK]
    assert begun.attempt != drawn_on.attempt and not begun.is_touched and begun.lesson is not None
    assert drawn_on.attempt in {item.attempt for item in earlier_boards(session)}

    copy = parse_notation(NOTATION, catalog)
    open_apart(copy, second, session, address, archive, catalog)
    copied: Desk = session[DESK]
    begin_exercise(second, session, address, archive, catalog)
    assert session[DESK].attempt != copied.attempt
    assert copied.attempt in {item.attempt for item in earlier_boards(session)}


def test_progress_is_told_in_words() -> None:
    assert "score **44**" in progress_words(Progress("a", 43.6, 71.2, None))
    assert "**71** of 100" in progress_words(Progress("a", 43.6, 71.2, None))
    assert progress_words(Progress("a", None, None, None)) == "Your last board: not judged yet"


# --- drawings -------------------------------------------------------------------------------------------------------


def test_a_design_in_words_names_its_parts_and_calls(catalog: Catalog) -> None:
    assert in_words(parse_notation(NOTATION, catalog), catalog) == (
        "Users, Load balancer × 2, api × 4, Cache, db with 1 replica. "
        "Calls: Users to Load balancer, Load balancer to api, api to Cache, api to db."
    )
    assert in_words(Design(), catalog) == "an empty board"
    many = Design(nodes=tuple(Node(id=f"n{number}", component="cache") for number in range(20)))
    assert in_words(many, catalog).endswith("and 8 more.")


@pytest.mark.usefixtures("database")
def test_every_exercise_has_a_card_with_its_drawing_and_no_reference() -> None:
    app = open_page("gallery")
    shown = words_of(app).replace("\\", "")
    assert [item.value for item in app.subheader] == [item.name for item in scenarios()]
    for scenario in scenarios():
        assert scenario.summary in shown
        assert f"{scenario.difficulty.value.capitalize()}, {scenario.minutes} minutes" in shown
        assert not any(sample.name in shown or sample.why in shown for sample in scenario.references)
    pictures = app.image
    assert len(pictures) == len(scenarios())
    assert not any(item.key.startswith("go_on") for item in app.button if item.key)


@pytest.mark.usefixtures("database")
def test_references_are_shown_when_asked_for_and_opened_apart() -> None:
    app = open_page("gallery")
    before: Desk = app.session_state[DESK]
    scenario = load_scenario("news_feed")
    app.session_state[f"references_{scenario.id}"] = True
    app.run()
    assert not app.exception and not app.error
    shown = words_of(app).replace("\\", "")
    assert all(sample.name in shown for sample in scenario.references)
    assert len(app.image) == len(scenarios()) + len(scenario.references)
    app.button(key=f"open_{scenario.id}_reference_1").click().run()
    desk: Desk = app.session_state[DESK]
    assert desk.scenario.id == scenario.id and desk.attempt != before.attempt
    assert desk.design == starting_design(scenario.references[1], scenario, desk.report.analysis.catalog)[0]  # type: ignore[union-attr]
    assert desk.lesson == scenario.references[1].why


@pytest.mark.usefixtures("database")
def test_a_board_of_this_visit_is_drawn_beside_its_score() -> None:
    app = open_page("gallery")
    desk: Desk = app.session_state[DESK]
    for name, value in sent(desk, drawn({**USERS, "name": HOSTILE})).items():
        app.session_state[name] = value
    app.run()
    assert not app.exception and not app.error
    assert len(app.image) == len(scenarios()) + 1
    assert "Your last board" in words_of(app) and HOSTILE not in words_of(app)
    assert app.button(key=f"begin_{desk.scenario.id}").label == "Begin anew"
    app.button(key=f"go_on_{desk.scenario.id}").click().run()
    assert app.session_state[DESK].attempt == desk.attempt


@pytest.mark.usefixtures("database")
def test_drawings_are_made_once_and_after_all_words(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Design] = []
    render = thumbnails.render

    def watched(design: Design, *given: Any, **settings: Any) -> bytes:
        made.append(design)
        return render(design, *given, **settings)

    monkeypatch.setattr(thumbnails, "render", watched)
    app = open_page("gallery")
    app.run()
    assert len(made) == len(scenarios()) == len(set(map(id, made)))


@pytest.mark.usefixtures("database")
def test_a_design_that_cannot_be_drawn_is_a_sentence_on_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[object] = []

    def refuse(*given: Any, **settings: Any) -> bytes:
        tries.append(given)
        raise RenderError("this takes too long")

    monkeypatch.setattr(thumbnails, "render", refuse)
    app = open_page("gallery")
    app.run()
    assert not app.exception and not app.image
    assert words_of(app).count("This takes too long") == len(scenarios())
    assert len(tries) == len(scenarios()), "what cannot be drawn is not tried again at every look"


@pytest.mark.usefixtures("database")
def test_begin_leads_to_the_exercise() -> None:
    app = open_page("gallery")
    other = next(item for item in scenarios() if item.id != app.session_state[DESK].scenario.id)
    app.button(key=f"begin_{other.id}").click().run()
    assert not app.exception
    assert app.session_state[DESK].scenario.id == other.id
    assert BOARD not in app.session_state
