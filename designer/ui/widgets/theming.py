"""A page in the theme its address asks for, where that is not the visitor's own."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

THEMES = ("light", "dark")

PARTS: Mapping[str, str] = {
    "backgroundColor": "--st-background-color",
    "textColor": "--st-text-color",
    "primaryColor": "--st-primary-color",
}
"""Colours the whiteboard is made of: what Streamlit calls them in its settings, and in the styles of components."""

_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}")


def dress(theme: str | None) -> None:
    """Show this page light or dark. Any other word, or none, leaves it to the visitor's own setting."""
    if theme in THEMES and theme != st.context.theme.type:
        st.html(f"<style>{sheet(theme)}</style>")


def sheet(theme: str) -> str:
    """The style sheet that gives the page, and the board on it, the colours that the settings have for that theme."""
    colors = {name: color for name in PARTS if _COLOR.fullmatch(color := _color(theme, name))}
    background, ink = colors.get("backgroundColor", "Canvas"), colors.get("textColor", "CanvasText")
    variables = "".join(f"{PARTS[name]}:{color}!important;" for name, color in colors.items())
    return (
        f".stApp{{color-scheme:{theme};background:{background}!important;color:{ink}!important}}"
        ".stApp :is(p,a,span,button,[role=alert] *){color:inherit!important}"
        f".stApp .stBidiComponent>div{{{variables}}}"
    )


def _color(theme: str, name: str) -> str:
    return str(st.get_option(f"theme.{theme}.{name}") or "")
