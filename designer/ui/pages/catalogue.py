"""The catalogue: every component that can be placed, with its figures and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from designer.catalog import Component, load
from designer.ui.page import PageInfo
from designer.ui.widgets.figures import figure_table, glance
from designer.ui.widgets.filters import ask_filters
from designer.ui.widgets.icons import show_icon
from designer.ui.widgets.wording import bullets, group_name, plain

PAGE = PageInfo("Catalogue", ":material/inventory_2:", 20)

CARD_WIDTH = 290
"""Narrowest card of the grid, in pixels."""


def show() -> None:
    """The page."""
    components = tuple(load().values())
    st.title("Catalogue", anchor=False)
    st.caption(
        f"{len(components)} components, and every figure the numbers are computed from: what is used, the band it was "
        "seen in, and its source."
    )
    words, group = ask_filters(
        "catalogue", "Search: name, product, trait …", "group", groups_of(components), group_name
    )
    found = matching(components, words, group)
    if not found:
        st.info(f"Nothing in the catalogue matches “{plain(words)}”.", icon=":material/search_off:")
    for name in groups_of(found):
        st.subheader(group_name(name), anchor=False)
        _show_group([component for component in found if component.group == name])


def matching(components: Sequence[Component], words: str, group: str | None) -> list[Component]:
    """The components of the group (None: of all) in which every word is found."""
    wanted = words.casefold().split()
    return [
        component
        for component in components
        if group in (None, component.group) and all(word in _searched(component) for word in wanted)
    ]


def _searched(component: Component) -> str:
    parts = (component.id, component.name, component.group, component.summary, *component.keywords)
    return " ".join((*parts, *component.traits, *component.provides)).casefold()


def groups_of(components: Sequence[Component]) -> list[str]:
    """The groups of the components, in the catalogue's order."""
    return list(dict.fromkeys(component.group for component in components))


def _show_group(components: Sequence[Component]) -> None:
    with st.grid("auto", min_column_width=CARD_WIDTH, gap="small"):
        for component in components:
            _show_card(component)


def _show_card(component: Component) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=f"component_{component.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            show_icon(component)
            st.markdown(f"**{plain(component.name)}**")
        st.markdown(plain(component.summary))
        if line := glance(component):
            st.caption(line)
        st.space("stretch")
        if st.button(
            "Figures and sources", key=f"open_{component.id}", type="tertiary", icon=":material/table_rows:"
        ):
            _open(component)


def _open(component: Component) -> None:
    st.dialog(plain(component.name), width="large")(_show_details)(component)


def _show_details(component: Component) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        show_icon(component)
        st.markdown(plain(component.summary))
    st.markdown(_uses(component))
    st.markdown(figure_table(component))
    st.markdown("**Fails by**\n\n" + bullets(plain(mode) for mode in component.failure_modes))
    st.markdown(_facts(component))


def _uses(component: Component) -> str:
    parts = (
        (":material/check: **Use it when**", component.use_when),
        (":material/block: **Avoid it when**", component.avoid_when),
    )
    return "\n\n".join(f"{head} {plain(text)}" for head, text in parts if text)


def _facts(component: Component) -> str:
    """What a node of it can be told, what it keeps, what rules ask of it."""
    facts = (
        ("On the board you set", [knob.value for knob in component.knobs]),
        ("Keeps", sorted(component.holds)),
        ("Caches", sorted(component.caches)),
        ("Offers", sorted(component.provides)),
        ("Traits", sorted(component.traits)),
        ("Also known as", component.keywords),
    )
    lines = [
        f":gray[{head}] {plain(', '.join(item.replace('_', ' ') for item in items))}"
        for head, items in facts
        if items
    ]
    return "\n\n".join(lines)
