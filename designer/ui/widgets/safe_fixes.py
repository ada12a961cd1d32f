"""Everything that can be mended without harm, told before it is done, and done as one step."""

from __future__ import annotations

import streamlit as st

from designer.catalog import Catalog
from designer.design.model import Design
from designer.design.naming import name_nodes
from designer.report import Report, review
from designer.rules.mending import Mended, mend
from designer.rules.model import Finding
from designer.scenario.model import Scenario
from designer.ui.inquiries import essence
from designer.ui.moves import change_board
from designer.ui.state import Desk, take_in
from designer.ui.widgets.previews import (
    changes_in_words,
    cost_change,
    finding_changes,
    finding_line,
    listed,
    requirement_changes,
)
from designer.ui.widgets.questions import CHANGED, Question, is_current, show_question

DONE = "These fixes are on the board now. Ctrl+Z there takes them back."
NONE_SAFE = "No fix goes together with the rest of the drawing: each would make something worse."


def show_safe_fixes(report: Report, desk: Desk, catalog: Catalog) -> None:
    """The button, where a fix that was tried makes nothing worse. How many there are is known once all are tried."""
    if any(effect.is_safe for effect in (report.effects or {}).values()):
        show_question(SAFE_FIXES, desk, catalog)


def find_mended(scenario: Scenario, design: Design, catalog: Catalog) -> Mended:
    """What comes of mending all that is safe. Raises DesignError when the design cannot be judged."""
    report = review(scenario, design, catalog, headroom=False, ranked=False)
    return mend(report.analysis, report.findings)


def show_mended(found: Mended, desk: Desk, catalog: Catalog) -> None:
    """What is mended, what it gains and costs, and what is left."""
    report, effect = desk.ranked or desk.report, found.effect
    if report is None or effect is None:
        st.markdown(NONE_SAFE)
        return
    st.markdown(headline(found))
    st.markdown(cost_change(effect.cost, effect.analysis.cost.total))
    st.button(
        "Apply these fixes",
        key="apply_safe_fixes",
        type="primary",
        icon=":material/check:",
        on_click=apply_mended,
        args=(desk, found, catalog),
    )
    st.markdown(changes_in_words(found.changes, report.design, catalog))
    st.markdown(requirement_changes(report.verdicts, effect.analysis.verdicts, desk))
    st.markdown(finding_changes(effect, report, catalog))
    st.markdown(left_over(found.left, report.design))


def headline(found: Mended) -> str:
    """How many fixes take how many findings away. Markdown."""
    fixes, effect = len(found.mended), found.effect
    gone = len(effect.fixed) if effect is not None else 0
    met = len(effect.met) if effect is not None else 0
    does = "1 fix takes" if fixes == 1 else f"{fixes} fixes take"
    gains = ""
    if met:
        gains = f", and {met} more {'requirement is' if met == 1 else 'requirements are'} met"
    return f"{does} {gone} {'finding' if gone == 1 else 'findings'} away{gains}\\."


def left_over(left: tuple[Finding, ...], design: Design) -> str:
    """What is still to be done by hand. Markdown."""
    if not left:
        return ":material/check_circle: Nothing is left\\."
    return f"**Left for you**\n\n{listed([finding_line(item, design) for item in left])}"


def apply_mended(desk: Desk, found: Mended, catalog: Catalog) -> None:
    """Put all of them on the board, as one step that the browser can undo; an edit made meanwhile is not lost."""
    take_in(desk, st.session_state, catalog)
    if is_current(SAFE_FIXES.key, found, desk):
        change_board(desk, found.changes, "These fixes do not go here", st.session_state, catalog)
    else:
        desk.notice = "The drawing has changed since these fixes were tried, so they were not applied."


def _outdated(found: Mended, desk: Desk, catalog: Catalog) -> str:
    """Whether the drawing is another one only by these fixes."""
    if found.effect is None or desk.report is None:
        return CHANGED
    mended = name_nodes(found.effect.analysis.design, catalog)
    return DONE if essence(mended) == essence(desk.report.design) else CHANGED


SAFE_FIXES = Question(
    key="safe_fixes",
    label="Fix all that is safe",
    icon=":material/auto_fix_high:",
    progress="Trying the fixes, one after the other …",
    again="Try them again",
    work=find_mended,
    show=show_mended,
    outdated=_outdated,
    is_prominent=True,
)
