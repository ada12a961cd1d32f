"""What can be asked of a drawing on the Practice page: worked out when asked, kept, and never by an edit."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from designer.analysis import State
from designer.analysis.sensitivity import Sensitivity, find_sensitivity
from designer.analysis.sizes import Sizing, find_size
from designer.catalog import Catalog, load
from designer.design.model import Design, Note, Position
from designer.design.notation import parse_notation
from designer.errors import DesignerError, DesignError
from designer.report import Report
from designer.scenario.loader import build_design, load_scenario
from designer.scenario.model import Scenario
from designer.ui.inquiries import FAILURE, MOST_NODES, Inquiry, inquire, require_small
from designer.ui.state import BOARD, Desk, fresh_desk, plain_data
from designer.ui.widgets import questions
from designer.ui.widgets.hinges import introduction, marked, row_of, untold
from designer.ui.widgets.questions import CHANGED, Question, ask
from designer.ui.widgets.sizing import (
    SIZED,
    SIZING,
    certainty,
    counts_table,
    headline,
    is_of_use,
    proof_texts,
    requirements_then,
    use_counts,
)
from designer.ui.widgets.wording import sentence
from tests.ui.test_pages import HOSTILE, board_of, desk_of, edit, open_app, words_of

MANY, FEW = 400, 40


def hold_open(app: AppTest, key: str, *, is_open: bool = True) -> str:
    """Open a question's fold, or close it, and give all that is on the page then, without its backslashes."""
    app.session_state[f"ask_{key}"] = is_open
    app.run()
    assert not app.exception and not app.error
    return shown(app)


def shown(app: AppTest) -> str:
    folds = [item.label for item in app.expander]
    return "\n".join([words_of(app), *folds]).replace("\\", "")


def draw(app: AppTest, servers: int, *, name: str = "Servers") -> None:
    """Draw a reference design, which can meet everything, with that many servers."""
    scenario = desk_of(app).scenario
    document = plain_data(build_design(scenario.references[0], scenario, load()))
    for node in document["nodes"]:
        if node["component"] == "app_server":
            node.update(name=name, instances=servers)
    send(app, document)


def send(app: AppTest, document: dict[str, Any]) -> None:
    """Send a document as the browser does."""
    desk = desk_of(app)
    app.session_state[BOARD] = {
        BOARD: {
            "board": desk.attempt,
            "epoch": desk.epoch,
            "revision": desk.revision + 1,
            "document": document,
            "selection": {"nodes": [], "connections": []},
        }
    }
    app.run()
    assert not app.exception and not app.error
    assert desk_of(app).fault is None


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every question that is worked out."""
    seen: list[Any] = []

    def watched(work: Any, scenario: Scenario, design: Design, catalog: Catalog) -> Inquiry[Any]:
        seen.append(work)
        return inquire(work, scenario, design, catalog)

    monkeypatch.setattr(questions, "inquire", watched)
    return seen


@pytest.mark.usefixtures("database")
def test_nothing_is_worked_out_unless_it_is_asked(worked: list[Any]) -> None:
    app = open_app()
    draw(app, MANY)
    assert {"What it hangs on", "Size it"} <= set(shown(app).splitlines())
    assert worked == []


@pytest.mark.usefixtures("database")
def test_what_it_hangs_on_shows_each_requirement_with_its_hinge(worked: list[Any]) -> None:
    app = open_app()
    words = hold_open(app, "hinges")
    assert worked == [find_sensitivity]
    found: Sensitivity = desk_of(app).inquiries["hinges"].answer.result()
    told = [swing for swing in found.swings if not swing.now.hidden]
    assert told and len(told) < len(found.swings)
    for swing in told:
        assert row_of(swing).replace("\\", "") in words
        assert swing.reason in words
    for swing in found.swings:
        assert swing.title in words or swing.now.hidden
    assert "One more requirement is not told yet." in words
    hinge = next(swing for swing in told if swing.hinge is not None)
    assert hinge.hinge is not None
    app.session_state[f"hinge_{hinge.requirement}"] = True
    app.run()
    assert hinge.hinge.arithmetic.formula in shown(app)
    assert hinge.hinge.assumption.source[:30] in shown(app)
    assert worked == [find_sensitivity]


@pytest.mark.usefixtures("database")
def test_an_answer_is_kept_until_the_drawing_is_another_one(worked: list[Any]) -> None:
    app = open_app()
    hold_open(app, "hinges")
    hold_open(app, "hinges", is_open=False)
    assert "At worst" in hold_open(app, "hinges")
    assert len(worked) == 1
    draw(app, MANY)
    words = shown(app)
    assert CHANGED in words and "At worst" not in words
    assert len(worked) == 1
    app.button(key="again_hinges").click().run()
    assert "At worst" in shown(app)
    assert len(worked) == 2
    hold_open(app, "hinges", is_open=False)
    draw(app, FEW)
    assert len(worked) == 2
    assert "At worst" in hold_open(app, "hinges")
    assert len(worked) == 3


@pytest.mark.usefixtures("database")
def test_counts_are_shown_and_go_to_the_board_as_one_step() -> None:
    app = open_app()
    draw(app, MANY, name=HOSTILE)
    words = hold_open(app, "sizing")
    found: Sizing = desk_of(app).inquiries["sizing"].answer.result()
    assert found.met and found.changes
    servers = next(item for item in found.sizes if item.label == HOSTILE and item.knob == "instances")
    assert f"| {MANY} → **{servers.after:.0f}** |" in words
    assert servers.reason in words
    assert HOSTILE not in words_of(app)
    before = len(board_of(app)["commands"])
    app.button(key="use_counts").click().run()
    commands = board_of(app)["commands"]
    assert len(commands) == before + 1 and commands[-1]["kind"] == "apply"
    assert desk_of(app).notice is None
    send(app, commands[-1]["document"])
    assert SIZED in shown(app)
    report = desk_of(app).report
    assert report is not None and report.analysis.cost.total == pytest.approx(found.cost_after)
    draw(app, MANY + 1)
    assert CHANGED in shown(app)


@pytest.mark.usefixtures("database")
def test_counts_of_an_older_drawing_are_not_used() -> None:
    app = open_app()
    draw(app, MANY)
    hold_open(app, "sizing")
    desk = desk_of(app)
    found = desk.inquiries["sizing"].found
    assert isinstance(found, Sizing)
    draw(app, FEW)
    before = list(desk.commands)
    use_counts(desk, found, load())
    assert desk.commands == before
    assert desk.notice is not None and "changed" in desk.notice


@pytest.mark.usefixtures("database")
def test_a_shape_that_no_counts_help_says_which_requirement_and_why() -> None:
    app = open_app()
    words = hold_open(app, "sizing")
    found: Sizing = desk_of(app).inquiries["sizing"].answer.result()
    assert not found.met and found.proofs
    assert "No counts of this shape meet every requirement." in words
    for proof in found.proofs:
        assert proof.title in words and proof.reason in words


@pytest.mark.usefixtures("database")
def test_a_shape_that_meets_nothing_is_not_offered_the_fewest_counts() -> None:
    app = open_app()
    edit(app, {"id": "u", "component": "users"}, {"id": "s", "component": "app_server", "instances": FEW})
    words = hold_open(app, "sizing")
    found: Sizing = desk_of(app).inquiries["sizing"].answer.result()
    assert found.changes and not is_of_use(found)
    assert "It is the shape that has to change." in words
    assert "Use these counts" not in words
    assert all(proof.reason in words for proof in found.proofs if not proof.verdict.hidden)


def test_requirements_with_one_reason_stand_together(desk: Desk, catalog: Catalog) -> None:
    proof = sizing_of(desk, catalog).proofs[0]
    proofs = [replace(proof, title="A", reason="x"), replace(proof, title="B", reason="y")]
    texts = list(proof_texts([*proofs, replace(proof, title="C", reason="x")], desk))
    assert texts == ["**✗ A**, **✗ C**: x", "**✗ B**: y"]


@pytest.mark.usefixtures("database")
def test_an_empty_board_and_one_that_cannot_be_judged_are_not_asked_about(worked: list[Any]) -> None:
    app = open_app()
    edit(app)
    assert "Nothing is drawn yet, so there is nothing to work out." in hold_open(app, "sizing")
    edit(app, {"id": "x", "component": "flux_capacitor"})
    assert "Once it can, ask again." in hold_open(app, "hinges")
    assert worked == []


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("fault", "told"),
    [(DesignError("the moon is **full**"), "The moon is **full**."), (ZeroDivisionError("secret"), FAILURE)],
)
def test_a_failure_is_one_sentence(monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str) -> None:
    def fail(*_: object) -> object:
        raise fault

    def failing(_: Any, scenario: Scenario, design: Design, catalog: Catalog) -> Inquiry[Any]:
        return inquire(fail, scenario, design, catalog)

    monkeypatch.setattr(questions, "inquire", failing)
    app = open_app()
    words = hold_open(app, "sizing")
    assert told in words and "secret" not in words and "Traceback" not in words
    draw(app, MANY)
    assert CHANGED in shown(app)


@pytest.fixture
def desk(catalog: Catalog) -> Desk:
    return fresh_desk(load_scenario("url_shortener"), catalog)


def report_of(desk: Desk) -> Report:
    assert desk.report is not None
    return desk.report


def asking(answer: str) -> Question[str]:
    return Question(
        "test", "Test", ":material/help:", "…", "Again", lambda *_: answer, lambda *_: None, lambda *_: ""
    )


def test_where_cards_lie_and_what_notes_say_changes_no_answer(desk: Desk, catalog: Catalog) -> None:
    ask(asking("first"), desk, catalog)
    inquiry, design = desk.inquiries["test"], report_of(desk).design
    moved = tuple(node.model_copy(update={"position": Position(x=9, y=9)}) for node in design.nodes)
    noted = design.model_copy(update={"nodes": moved, "notes": (Note(id="n", text="hello"),)})
    grown = design.model_copy(update={"nodes": (*moved[:-1], moved[-1].model_copy(update={"instances": 77}))})
    assert inquiry.is_about(desk.scenario, noted)
    assert not inquiry.is_about(desk.scenario, grown)
    assert not inquiry.is_about(load_scenario("news_feed"), design)
    ask(asking("second"), desk, catalog)
    assert desk.inquiries["test"].wait(lambda: None) == "first"


def test_who_waits_can_be_called_away_and_the_answer_still_comes(desk: Desk) -> None:
    class CalledAwayError(Exception):
        pass

    def leave() -> None:
        raise CalledAwayError

    answer: Future[str] = Future()
    inquiry = Inquiry(desk.scenario, report_of(desk).design, answer)
    with pytest.raises(CalledAwayError):
        inquiry.wait(leave)
    assert inquiry.found is None
    assert inquiry.wait(lambda: answer.set_result("there")) == "there"
    assert inquiry.found == "there"


def test_a_question_that_was_not_begun_is_dropped(desk: Desk) -> None:
    waiting: Future[str] = Future()
    inquiry = Inquiry(desk.scenario, report_of(desk).design, waiting)
    inquiry.drop()
    assert waiting.cancelled() and inquiry.found is None


def test_a_board_too_large_to_wait_for_is_refused() -> None:
    node = parse_notation("users", load()).nodes[0]
    nodes = tuple(node.model_copy(update={"id": f"n{number}"}) for number in range(MOST_NODES + 1))
    with pytest.raises(DesignerError, match="too many"):
        require_small(Design(name="Large", nodes=nodes))
    require_small(Design(name="Just right", nodes=nodes[:-1]))


def sizing_of(desk: Desk, catalog: Catalog) -> Sizing:
    return find_size(desk.scenario, report_of(desk).design, catalog)


def test_what_was_not_told_is_not_told_by_an_answer(desk: Desk, catalog: Catalog) -> None:
    found = sizing_of(desk, catalog)
    hidden = next(item for item in found.after if item.hidden)
    proof = replace(found.proofs[0], requirement=hidden.requirement, title=hidden.title, verdict=hidden)
    size = replace(
        found.sizes[0], breaks=hidden.requirement, reason=f"With less, {hidden.title} would be bad."
    )

    def texts() -> str:
        counts = counts_table([size], found.after, desk)
        return "".join((*proof_texts([proof], desk), counts, requirements_then(found, desk)))

    assert hidden.title not in texts()
    assert untold(1) in texts()
    desk.told = True
    assert texts().count(hidden.title) == 3
    assert untold(1) not in texts()


def test_names_in_an_answer_stay_text(desk: Desk, catalog: Catalog) -> None:
    found = sizing_of(desk, catalog)
    size = replace(found.sizes[0], label=HOSTILE, reason=HOSTILE)
    verdict = replace(found.after[0], title=HOSTILE)
    proof = replace(found.proofs[0], title=HOSTILE, reason=HOSTILE)
    told = replace(found, before=(verdict,), after=(verdict,))
    for text in (
        counts_table([size], found.after, desk),
        requirements_then(told, desk),
        "".join(proof_texts([proof], desk)),
    ):
        assert "onerror" in text
        assert "<img" not in text.replace("\\<img", "")
        assert "[a]" not in text


def test_the_state_is_never_told_by_colour_alone(desk: Desk, catalog: Catalog) -> None:
    verdicts = {item.state: item for item in sizing_of(desk, catalog).after}
    signs = {marked(verdict).replace(":red[", "")[0] for verdict in verdicts.values()}
    assert len(signs) == len(verdicts) >= 2
    assert marked(replace(next(iter(verdicts.values())), value=None)).rstrip("]").endswith("—")


def test_how_sure_a_sizing_is_is_told(desk: Desk, catalog: Catalog) -> None:
    found = sizing_of(desk, catalog)
    words = [
        certainty(replace(found, exact=exact, minimal=minimal, analyses=1))
        for exact, minimal in ((True, True), (False, True), (False, False))
    ]
    assert len(set(words)) == 3
    assert all(text.endswith("1 design was tried.") for text in words)
    assert "1,200 designs were" in certainty(replace(found, analyses=1_200))


def test_a_sizing_that_was_broken_off_claims_nothing_of_the_shape(desk: Desk, catalog: Catalog) -> None:
    found = sizing_of(desk, catalog)
    missed = tuple(replace(item, state=State.MISSED) for item in found.after)
    words = headline(replace(found, after=missed, broken_off=True))
    assert "broken off" in words
    assert "No counts of this shape" not in words


def test_the_headline_tells_cost_before_and_after(desk: Desk, catalog: Catalog) -> None:
    found = replace(sizing_of(desk, catalog), cost_before=2_000.0, cost_after=1_500.0)
    assert "**$1\\.5k\\/month** instead of $2k\\/month" in headline(found).replace("\\$", "$")
    met = replace(found, after=tuple(item for item in found.after if item.state is State.MET))
    assert headline(met).startswith("**✓ Every requirement is met**")
    assert "instead" not in headline(replace(met, changes=()))
    assert "No cheaper counts" in headline(replace(met, changes=()))
    assert "As drawn" in headline(replace(found, changes=()))


def test_counts_that_no_longer_go_become_a_notice(desk: Desk, catalog: Catalog) -> None:
    ask(SIZING, desk, catalog)
    found = desk.inquiries[SIZING.key].wait(lambda: None)
    assert isinstance(found, Sizing) and found.changes
    stray = (found.changes[0].model_copy(update={"node": "gone"}),)
    broken = replace(found, changes=stray)
    answer: Future[Sizing] = Future()
    answer.set_result(broken)
    desk.inquiries[SIZING.key] = replace(desk.inquiries[SIZING.key], answer=answer)
    use_counts(desk, broken, catalog)
    assert desk.commands == []
    assert desk.notice is not None and "gone" in desk.notice
    assert SIZING.outdated(broken, desk, catalog) == CHANGED


def test_words_of_an_answer() -> None:
    assert introduction(1).startswith(":gray[1 figure is")
    assert "12 figures are" in introduction(12)
    assert untold(0) == "" and "3 more" in untold(3)
    assert sentence("it is so") == "It is so." and sentence("") == "."
