"""The row above a gallery: words to search for, and the groups to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

MOST_WORDS = 60
"""Longest search, in characters."""


def ask_filters(
    subject: str, placeholder: str, kind: str, groups: Sequence[str], wording: Callable[[str], str]
) -> tuple[str, str | None]:
    """The words typed and the group chosen, if any. `subject` names the gallery, `kind` what its groups are."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{subject}_filters"):
        words = st.text_input(
            f"Search the {subject}",
            key=f"{subject}_words",
            placeholder=placeholder,
            icon=":material/search:",
            label_visibility="collapsed",
            max_chars=MOST_WORDS,
            width=320,
        )
        group = st.pills(
            kind.capitalize(),
            groups,
            format_func=wording,
            key=f"{subject}_{kind}",
            label_visibility="collapsed",
        )
    return words, group
