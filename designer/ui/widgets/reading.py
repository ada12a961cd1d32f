"""What a tab says that looks on while another one draws."""

from __future__ import annotations

import streamlit as st

from designer.catalog import Catalog
from designer.ui.archive import Archive
from designer.ui.moves import go_on_apart
from designer.ui.tabs import take_over

WORDS = "Another tab draws on this board. Here it is read only and follows what is drawn there."


def show_reading(archive: Archive, catalog: Catalog) -> None:
    """One banner: why nothing can be drawn here, and how to go on."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reading"):
        st.info(WORDS, icon=":material/visibility:", width="stretch")
        arguments = (st.session_state, archive, catalog)
        st.button("Take over", key="take_over", type="primary", on_click=take_over, args=arguments)
        st.button(
            "Go on in a copy",
            key="go_on_apart",
            on_click=go_on_apart,
            args=(st.session_state, st.query_params, archive, catalog),
        )
