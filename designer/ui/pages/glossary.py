"""The glossary: what the words of the trade mean that the rules use."""

from __future__ import annotations

import streamlit as st

from designer.rules.glossary import all_terms
from designer.ui.page import PageInfo
from designer.ui.widgets.wording import plain

PAGE = PageInfo("Glossary", ":material/menu_book:", 40)


def show() -> None:
    """The page."""
    terms = all_terms()
    st.title("Glossary", anchor=False)
    st.caption(f"{len(terms)} words of the trade that the rules use, each in a sentence or two.")
    with st.container(key="glossary", gap="xsmall"):
        for item in terms:
            st.subheader(plain(item.title), anchor=item.anchor)
            source = f" :gray[:small[{plain(item.source)}]]" if item.source else ""
            st.markdown(f"{plain(item.means)}{source}")
