"""A label beside numbers that are not those of the traffic that was asked for, so that nobody mistakes them."""

from __future__ import annotations

import streamlit as st

from designer.ui.state import Desk
from designer.ui.widgets.wording import plain


def scale_text(scale: float) -> str:
    """Such as "At ×3 traffic"."""
    return f"At ×{scale:.3g} traffic"


def show_scale(desk: Desk, place: str) -> None:
    """The label, where other traffic is looked at."""
    outlook = desk.look_over()
    if outlook is not None and outlook.scale != 1.0:
        with st.container(key=f"scale_{place}", width="content"):
            st.markdown(plain(scale_text(outlook.scale)))
