"""The strip above the board: every requirement as a chip that unfolds to its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from designer.analysis import State, Verdict
from designer.ui.state import Desk
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.scale import show_scale
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import plain

MARKS = {State.MET: "✓", State.MISSED: "✗", State.UNKNOWN: "?"}
HIDDEN_QUESTION = "Is there anything else that must hold?"

MISSED_STYLE = "border-color:var(--missed)!important;background:var(--missed-tint)!important"
"""How a missed requirement's chip differs, beside its mark."""


def show_requirements(desk: Desk) -> None:
    """All requirements; those not asked for yet show only that they are there."""
    report = desk.shown
    verdicts = () if report is None else report.verdicts
    st.html(f"<style>{_style(verdicts, desk)}</style>")
    with st.container(horizontal=True, gap="xsmall", key="requirements"):
        show_scale(desk, "requirements")
        for verdict in verdicts:
            if is_hidden(verdict, desk):
                _show_hidden(verdict, desk)
            else:
                _show_chip(verdict)


def is_hidden(verdict: Verdict, desk: Desk) -> bool:
    """Whether the requirement is told only when asked, and was not asked for."""
    return verdict.hidden and not desk.told


def _style(verdicts: Sequence[Verdict], desk: Desk) -> str:
    missed = [item for item in verdicts if item.state is State.MISSED and not is_hidden(item, desk)]
    # The requirement's id is an identifier of the schema: letters, digits, underscores.
    names = ",".join(f".st-key-chip_{item.requirement} button" for item in missed)
    return f"{names}{{{MISSED_STYLE}}}" if names else ""


def _show_chip(verdict: Verdict) -> None:
    # What is closed is not unfolded: an edit would have to wait for all of it.
    fold = st.popover(chip_label(verdict), key=f"chip_{verdict.requirement}", on_change="rerun")
    if not fold.open:
        return
    with fold:
        # A heading carries a link to itself: where the fold is longer than the window, keys can scroll it from there.
        st.markdown(f"###### {MARKS[verdict.state]} {plain(verdict.title)} is {verdict.state.value}")
        st.markdown(plain(verdict.reason))
        st.markdown(f":gray[{plain(value_and_limit(verdict))}]")
        if verdict.arithmetic is not None:
            st.markdown(unfold(verdict.arithmetic))


def chip_label(verdict: Verdict) -> str:
    """Title above, value against limit below; the mark says the state, the colour only repeats it."""
    value = "—" if verdict.value is None else shown(verdict.value, verdict.dimension)
    against = f"**{MARKS[verdict.state]} {plain(short(value))}** {plain(limit_text(verdict))}"
    color = "red" if verdict.state is State.MISSED else "gray" if verdict.state is State.UNKNOWN else None
    return f":small[{plain(verdict.title)}] " + (f":{color}[{against}]" if color else f":small[{against}]")


def limit_text(verdict: Verdict) -> str:
    """Such as "max 200 ms", where room is scarce."""
    bound = "max" if verdict.at_most else "min"
    return f"{bound} {short(shown(verdict.limit, verdict.dimension))}"


def value_and_limit(verdict: Verdict) -> str:
    """Such as "312 ms, at most 200 ms"."""
    bound = "at most" if verdict.at_most else "at least"
    limit = f"{bound} {shown(verdict.limit, verdict.dimension)}"
    return limit if verdict.value is None else f"{shown(verdict.value, verdict.dimension)}, {limit}"


def short(quantity: str) -> str:
    """A quantity where room is scarce: `$60k/month` is `$60k/mo`, what is unbounded is `∞`."""
    return quantity.replace("/month", "/mo").replace("unbounded", "∞")


def _show_hidden(verdict: Verdict, desk: Desk) -> None:
    with st.popover(":small[Not told yet] :gray[**?** ask for it]", key=f"chip_{verdict.requirement}"):
        st.markdown("There is one more requirement. In an interview you would have to ask.")
        st.button(
            HIDDEN_QUESTION,
            key=f"ask_{verdict.requirement}",
            on_click=tell,
            args=(desk,),
        )


def tell(desk: Desk) -> None:
    """Tell the hidden requirements."""
    desk.told = True
