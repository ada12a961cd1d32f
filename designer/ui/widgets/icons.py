"""The pictures of components, small and packed once."""

from __future__ import annotations

from functools import cache

import streamlit as st

from designer.catalog import Component, load
from designer.ui.canvas import catalog_entries

SIZE = 36
"""Width of an icon on a page, in pixels."""


def show_icon(component: Component) -> None:
    """The component's icon; it says nothing its name beside it does not."""
    # Part of the page, not a file beside it: a file may be gone before a page that is left again has fetched it.
    st.image(_icons()[component.id], width=SIZE, alt="")


@cache
def _icons() -> dict[str, str]:
    return {entry["id"]: entry["icon"] for entry in catalog_entries(load())}
