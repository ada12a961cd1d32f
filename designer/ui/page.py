"""What the navigation has to know of a page, and how one page leads to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

PAGES = "pages"
"""Where the pages of this run are in the session's state, by their names in the address."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """`order` is the place in the navigation: the lowest comes first and is what a visitor sees.

    A page that is not listed is found by its address only.
    """

    title: str
    icon: str
    order: int
    is_listed: bool = True


def go_to(name: str) -> None:
    """Show another page; nothing happens where there is no navigation."""
    page = _known().get(name)
    if page is not None:
        st.switch_page(page)


def show_link(name: str, label: str, icon: str) -> None:
    """A link to another page of the navigation."""
    page = _known().get(name)
    if page is not None:
        st.page_link(page, label=label, icon=icon)


def _known() -> Mapping[str, StreamlitPage]:
    found: Mapping[str, StreamlitPage] = st.session_state.get(PAGES, {})
    return found
