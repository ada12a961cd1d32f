"""Designs as small pictures, drawn once for all who look at them, and told in words to those who cannot see them."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from designer.catalog import Catalog, load
from designer.design.model import Design, Node
from designer.design.naming import name_nodes
from designer.errors import DesignerError
from designer.export.annotations import Style, ThemeName
from designer.export.picture import render
from designer.ui.widgets.sketches import theme_now
from designer.ui.widgets.wording import plain, sentence

KEPT = 200
"""Thumbnails kept: two themes of every design that the exercises come with, and some that were drawn."""

MOST_TOLD = 12
"""Parts, and calls, told one by one to those who cannot see the picture."""


def show_thumbnail(design: Design, title: str, catalog: Catalog) -> None:
    """The design without any marks; a sentence where it cannot be drawn."""
    picture, fault = _drawn(design, theme_now())
    if picture is None:
        st.markdown(f":gray[{plain(sentence(fault))}]")
    else:
        st.image(picture, alt=f"{title}: {in_words(design, catalog)}", width="stretch")


@lru_cache(maxsize=KEPT)
def _drawn(design: Design, theme: ThemeName) -> tuple[str | None, str]:
    """The picture, or why there is none: a design that takes too long is not tried at every look."""
    style = Style(theme=theme, direction="LR", title="")
    try:
        return render(design, load(), style=style, format="svg").decode(), ""
    except DesignerError as error:
        return None, error.headline


def in_words(design: Design, catalog: Catalog) -> str:
    """Which parts the design has, how many of each, and who calls whom."""
    named = name_nodes(design, catalog)
    if not named.nodes:
        return "an empty board"
    labels = {node.id: node.label for node in named.nodes}
    parts = [f"{node.label}{_count(node)}" for node in named.nodes]
    calls = [f"{labels[link.source]} to {labels[link.target]}" for link in named.connections]
    told = f"{_first(parts)}."
    return f"{told} Calls: {_first(calls)}." if calls else told


def _count(node: Node) -> str:
    most = max(node.instances, node.shards, node.partitions)
    copies = f" with {node.replicas} replica{'' if node.replicas == 1 else 's'}" if node.replicas else ""
    return (f" × {most}" if most > 1 else "") + copies


def _first(items: list[str]) -> str:
    more = len(items) - MOST_TOLD
    return ", ".join(items[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
