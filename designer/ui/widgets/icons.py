"""The pictures of components, small and packed once."""

from __future__ import annotations

import streamlit as st

from designer.catalog.icons import icon_path
from designer.catalog.model import Component

SIZE = 36
"""Width of an icon on a page, in pixels."""


def show_icon(component: Component) -> None:
    """The component's icon; it says nothing its name beside it does not."""
    st.image(str(icon_path(component.icon)), width=SIZE, alt="")
