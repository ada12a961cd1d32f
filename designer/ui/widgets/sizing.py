"""The cheapest counts of the drawn shape: what to set and why not less, or why no counts will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import streamlit as st

from designer.analysis import State, Verdict
from designer.analysis.impossible import Proof
from designer.analysis.sizes import Size, Sizing, find_size
from designer.catalog import Catalog
from designer.design.edit import apply
from designer.errors import DesignerError
from designer.export.sizing_text import certainty as told_certainty
from designer.ui.moves import change_board
from designer.ui.state import Desk, take_in
from designer.ui.widgets.hinges import marked, untold
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.questions import CHANGED, Question, is_current
from designer.ui.widgets.requirements import MARKS, is_hidden, limit_text
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import plain, table
from designer.units import Dimension

SIZED = "These counts are on the board now. Ctrl+Z there takes them back."


def show_sizing(found: Sizing, desk: Desk, catalog: Catalog) -> None:
    """The answer in one sentence, the counts, what is then met, and how sure it is that nothing is cheaper."""
    st.markdown(headline(found))
    if found.changes and is_of_use(found):
        st.button(
            "Use these counts",
            key="use_counts",
            type="primary",
            icon=":material/check:",
            on_click=use_counts,
            args=(desk, found, catalog),
        )
    for text in proof_texts(found.proofs, desk):
        st.markdown(text)
    if is_of_use(found):
        _show_counts(found, desk)
        st.markdown(requirements_then(found, desk))
        _show_arithmetic(found, desk)
        st.markdown(f":gray[{plain(certainty(found))}]")


def is_of_use(found: Sizing) -> bool:
    """Whether the counts serve for anything: where nothing is met, the cheapest counts are just the fewest."""
    return any(item.state is State.MET and item.kind != "budget" for item in found.after)


def headline(found: Sizing) -> str:
    """Whether counts will do, and for how much. Markdown."""
    before, after = _money(found.cost_before), f"**{_money(found.cost_after)}**"
    cost = f"{after} instead of {before}" if found.changes else after
    if found.broken_off and not found.met:
        return "**✗ The search was broken off\\.** No counts that meet every requirement were found before\\."
    if not is_of_use(found):
        return "**✗ No counts of this shape meet any requirement\\.** It is the shape that has to change\\."
    if not found.met:
        most = f"What they can meet is met at {cost}\\." if found.changes else f"As drawn it costs {cost}\\."
        return f"**✗ No counts of this shape meet every requirement\\.** {most}"
    less = "" if found.changes else " No cheaper counts were found\\."
    return f"**✓ Every requirement is met** at {cost}\\.{less}"


def _money(value: float) -> str:
    return plain(shown(value, Dimension.MONEY))


def proof_texts(proofs: Iterable[Proof], desk: Desk) -> Iterator[str]:
    """Why each requirement cannot be met; those that have one reason stand together. Markdown."""
    by_reason: dict[str, list[str]] = {}
    for proof in proofs:
        is_told = not is_hidden(proof.verdict, desk)
        reason = plain(proof.reason) if is_told else ""
        title = proof.title if is_told else "One that is not told yet"
        by_reason.setdefault(reason, []).append(f"**{MARKS[proof.verdict.state]} {plain(title)}**")
    for reason, titles in by_reason.items():
        yield f"{', '.join(titles)}: {reason}" if reason else ", ".join(titles)


def _show_counts(found: Sizing, desk: Desk) -> None:
    changed = [item for item in found.sizes if item.before != item.after]
    kept = [item for item in found.sizes if item.before == item.after]
    if changed:
        st.markdown(counts_table(changed, found.after, desk))
    if kept:
        whose = "The other" if changed else "All"
        label = f"{whose} {len(kept)} {'stays' if len(kept) == 1 else 'stay'} as drawn"
        fold = st.expander(label, key="kept_counts", on_change="rerun")
        if fold.open:
            fold.markdown(counts_table(kept, found.after, desk))


def counts_table(sizes: Sequence[Size], verdicts: Sequence[Verdict], desk: Desk) -> str:
    """Part by part: before, after, and why not less. Markdown."""
    untold_yet = {item.requirement for item in verdicts if is_hidden(item, desk)}
    rows = [
        (
            f"**{plain(item.label)}** {plain(item.knob.value)}",
            _step(item),
            "With less, a requirement that is not told yet would be missed\\."
            if item.breaks in untold_yet
            else plain(item.reason),
        )
        for item in sizes
    ]
    return table(("Set", "Drawn → to", "Why not less"), rows)


def _step(item: Size) -> str:
    before, after = (plain(shown(value, item.dimension)) for value in (item.before, item.after))
    return f"{before} → **{after}**" if item.before != item.after else after


def requirements_then(found: Sizing, desk: Desk) -> str:
    """Every requirement that was told, as drawn and at these counts. Markdown."""
    pairs = list(zip(found.before, found.after, strict=True))
    rows = [
        (plain(after.title), marked(before), marked(after), plain(limit_text(after)))
        for before, after in pairs
        if not is_hidden(after, desk)
    ]
    words = table(("Requirement", "As drawn", "Then", "Limit"), rows)
    more = untold(len(pairs) - len(rows))
    return f"{words}\n\n{more}" if more else words


def _show_arithmetic(found: Sizing, desk: Desk) -> None:
    fold = st.expander("The arithmetic of what is met then", key="sizing_arithmetic", on_change="rerun")
    if fold.open:
        fold.markdown("\n\n".join(_arithmetic(found, desk)))


def _arithmetic(found: Sizing, desk: Desk) -> Iterator[str]:
    for verdict in found.after:
        if verdict.arithmetic is not None and not is_hidden(verdict, desk):
            yield f"**{MARKS[verdict.state]} {plain(verdict.title)}**"
            yield unfold(verdict.arithmetic)


def certainty(found: Sizing) -> str:
    """How sure it is that nothing is cheaper."""
    tried = "1 design was" if found.analyses == 1 else f"{found.analyses:,} designs were"
    return f"{told_certainty(found)} {tried} tried."


def use_counts(desk: Desk, found: Sizing, catalog: Catalog) -> None:
    """Put the counts on the board, as one step that the browser can undo; an edit made meanwhile is not lost."""
    take_in(desk, st.session_state, catalog)
    if is_current(SIZING.key, found, desk):
        change_board(desk, found.changes, "These counts do not go here", st.session_state, catalog)
    else:
        desk.notice = "The drawing has changed since it was sized, so these counts were not used."


def _outdated(found: Sizing, desk: Desk, catalog: Catalog) -> str:
    """Whether the drawing is another one only by these counts."""
    if desk.design is None or not found.changes:
        return CHANGED
    try:
        is_used = apply(desk.design, found.changes, catalog) == desk.design
    except DesignerError:
        return CHANGED
    return SIZED if is_used else CHANGED


SIZING = Question(
    key="sizing",
    label="Size it",
    icon=":material/straighten:",
    progress="Trying counts, the cheapest first …",
    again="Size it again",
    work=partial(find_size, thorough=False),  # somebody waits for it
    show=show_sizing,
    outdated=_outdated,
)
