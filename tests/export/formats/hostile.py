"""Designs that nobody would draw: every text hostile, and ids that mean something to the languages written."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from designer.catalog import Catalog, load
from designer.design.model import Design
from designer.export.order import Order
from tests.strategies import designs

CATALOG: Catalog = load()
ODD_IDS = (
    "end", "End", "a", "A", "_", "__", "a-b", "a--b", "a-", "style", "style-x", "x-end", "graph", "subgraph",
    "default", "click", "class", "classDef", "call", "href", "flowchart", "direction", "linkStyle", "title",
    "label", "shape", "near", "vars", "direction_", "system", "Diagram", "Edge", "Cluster", "EC2", "None", "lambda",
    "print", "o", "x", "v", "TB", "LR", "node", "workspace", "model", "person", "container", "zone", "_self",
    "accTitle", "accDescr", "swimlane-beta", "the_direction", "LRx", "BT", "TD-x",
)  # fmt: skip
ODD_TEXTS = (
    "1. one", "- item", "* star", "+ plus", "# head", "> quote", "1) one", "`code`", "$$x$$", "http://a.b/c?d=e#f",
    "www.a.example", "a@b.example", "a | b", "a;b", "end", "%% comment", "%%{init: {}}%%", "#35; #quot; &amp; &#65;",
    "${HOME} $x", "'''", '"""', "\\", "\\n \\N \\l", 'a"', "a\\\"", "[x](y)", "![x](y)", "<br/>", "A-->B", "--- --",
    "{{x}}", "[[x]]", "a:::b", "\u202eevil\u202c", "\u200b", "👩‍👩‍👧‍👦", "عربي", "<!-- x -->", "]]>",
    "</style></script>", "go direction LR", "direction  TB;", "accTitle: x", "x" * 80, "W" * 80,
)  # fmt: skip


@st.composite
def hostile(draw: st.DrawFn, **options: Any) -> Design:
    """A design of a few nodes with odd ids, names and labels; each name has its number, so that it is known again."""
    design = draw(designs(CATALOG, max_nodes=6, figures=False, **options))
    ids = draw(
        st.lists(
            st.sampled_from(ODD_IDS), min_size=len(design.nodes), max_size=len(design.nodes), unique=True
        )
    )
    new = {node.id: ids[at] for at, node in enumerate(design.nodes)}
    nodes = tuple(
        node.model_copy(update={"id": new[node.id], "name": _name(draw, node.name, at)})
        for at, node in enumerate(design.nodes)
    )
    connections = tuple(
        line.model_copy(
            update={
                "source": new[line.source],
                "target": new[line.target],
                "label": draw(st.sampled_from((None, *ODD_TEXTS))) if line.label is None else line.label,
            }
        )
        for line in design.connections
    )
    return design.model_copy(update={"nodes": nodes, "connections": connections})


def _name(draw: st.DrawFn, name: str | None, at: int) -> str:
    return f"{(name or draw(st.sampled_from(ODD_TEXTS)))[:70]} {at}"


def clean_order(design: Design, **options: Any) -> Order:
    """An order of the plain drawing."""
    return Order(design, CATALOG, **{"detail": "clean", **options})
