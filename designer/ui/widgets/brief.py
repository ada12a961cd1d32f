"""The brief: the story, what may be asked, and hints, told only as far as they were asked for."""

from __future__ import annotations

import streamlit as st

from designer.scenario.model import Clarification, Scenario
from designer.ui.state import Desk
from designer.ui.widgets.requirements import HIDDEN_QUESTION, tell
from designer.ui.widgets.wording import bullets, paragraphs, plain


def show_brief(desk: Desk) -> None:
    """What the visitor is told, and what they may ask."""
    scenario = desk.scenario
    st.markdown(paragraphs(scenario.story))
    _show_questions(desk)
    _show_hints(desk)
    if scenario.sources:
        with st.expander("Sources of the numbers"):
            st.markdown(bullets(plain(source) for source in scenario.sources))


def _show_questions(desk: Desk) -> None:
    scenario = desk.scenario
    if not scenario.clarifications and not _has_hidden(scenario):
        return
    st.markdown("**Ask before you draw**")
    for number, item in enumerate(scenario.clarifications):
        if number in desk.asked:
            st.markdown(f":gray[{plain(item.question)}]\n\n{_answer(item)}")
        else:
            _question(item.question, f"ask_{scenario.id}_{number}", desk, number)
    if _has_hidden(scenario):
        _show_hidden_question(desk)


def _answer(item: Clarification) -> str:
    note = " :gray[:small[It changes nothing here.]]" if item.distractor else ""
    return f"{plain(item.answer)}{note}"


def _question(text: str, key: str, desk: Desk, number: int) -> None:
    st.button(
        plain(text),
        key=key,
        type="tertiary",
        icon=":material/help:",
        wrap=True,
        on_click=ask,
        args=(desk, number),
    )


def _show_hidden_question(desk: Desk) -> None:
    if desk.told:
        st.markdown(f":gray[{HIDDEN_QUESTION}]\n\nYes: it stands above the board now.")
    else:
        st.button(
            HIDDEN_QUESTION,
            key=f"ask_{desk.scenario.id}_more",
            type="tertiary",
            icon=":material/help:",
            wrap=True,
            on_click=tell,
            args=(desk,),
        )


def _has_hidden(scenario: Scenario) -> bool:
    return any(requirement.hidden for requirement in scenario.requirements.values())


def ask(desk: Desk, number: int) -> None:
    """Ask one clarifying question."""
    desk.asked.add(number)


def _show_hints(desk: Desk) -> None:
    hints = desk.scenario.hints
    if not hints:
        return
    for hint in hints[: desk.hints]:
        st.markdown(f":material/lightbulb: {plain(hint)}")
    if desk.hints < len(hints):
        st.button(
            f"Hint {desk.hints + 1} of {len(hints)}",
            key=f"hint_{desk.scenario.id}",
            icon=":material/lightbulb:",
            on_click=hint_on,
            args=(desk,),
        )


def hint_on(desk: Desk) -> None:
    """Tell the next hint."""
    desk.hints += 1
