"""The app that flow.py measures: a board of streamlit-flow-component with the designer's review behind it.

Every card that was dragged makes the first service one machine larger; the design is reviewed anew and each card is
told its load, its rate and its price. There is nothing else on the page.
"""

from __future__ import annotations

import os
import sys

import streamlit as st

from designer.catalog import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.report import Report, review
from designer.scenario.loader import load_scenario
from designer.ui.widgets.marks import board_marks
from tests.bench.boards import BOARD_ZOOM, CHANGED, SCENARIO, board_notation

# Only that package comes from the rivals' environment: Streamlit and all else are the designer's own.
sys.path.append(os.environ["RIVAL_PACKAGES"])

from streamlit_flow import streamlit_flow
from streamlit_flow.elements import StreamlitFlowEdge, StreamlitFlowNode
from streamlit_flow.state import StreamlitFlowState

KEY = "flow"
COLUMNS = {"users": 0, "lb": 1, "api": 2, "extra": 2, "w": 3, "c": 4, "d": 4}
COLUMN, ROW = 230, 96  # distances on the plane, as those of the designer's own arrangement


def judged(design: Design, revision: int) -> tuple[Design, Report]:
    """The design with so many machines more in its first service, reviewed."""
    nodes = tuple(
        node.model_copy(update={"instances": (node.instances or 1) + revision})
        if node.id == CHANGED
        else node
        for node in design.nodes
    )
    changed = design.model_copy(update={"nodes": nodes})
    return changed, review(load_scenario(SCENARIO), changed, load(), headroom=False, ranked=False)


def contents(report: Report, revision: int) -> dict[str, str]:
    """What each card says."""
    marks = board_marks(report, revision)["nodes"]
    return {
        name: f"**{name}** {marks[name].get('rate', '')}  \n{marks[name]['load']} {marks[name].get('cost', '')}"
        for name in marks
    }


def places(design: Design) -> dict[str, tuple[float, float]]:
    """One column for each kind, and in each column one card below the other."""
    heights = dict.fromkeys(range(5), 0)
    found = {}
    for node in design.nodes:
        column = COLUMNS[node.id.partition("_")[0]]
        found[node.id] = (float(column * COLUMN), float(heights[column] * ROW))
        heights[column] += 1
    middle = max(heights.values()) * ROW / 2
    return {name: (x, middle if x < 2 * COLUMN else y) for name, (x, y) in found.items()}


def fresh(design: Design) -> StreamlitFlowState:
    """The board as it is at first."""
    at = places(design)
    _, report = judged(design, 0)
    told = contents(report, 0)
    nodes = [
        StreamlitFlowNode(
            node.id,
            at[node.id],
            {"content": told[node.id]},
            source_position="right",
            target_position="left",
            style={"width": "150px", "height": "60px"},
        )
        for node in design.nodes
    ]
    edges = [StreamlitFlowEdge(link.id, link.source, link.target) for link in design.connections]
    return StreamlitFlowState(nodes, edges, timestamp=0)


def show() -> None:
    """The page."""
    session = st.session_state
    if "board" not in session:
        session.design = parse_notation(board_notation(int(st.query_params["nodes"])), load(), name="Bench")
        session.board, session.revision = fresh(session.design), 0
    sent = session.get(KEY)
    # Read before the board is shown, so that one run is enough.
    if sent is not None and sent["timestamp"] > session.board.timestamp:
        take_in(sent)
    st.set_page_config(layout="wide")
    streamlit_flow(KEY, session.board, height=640, fit_view=True, min_zoom=BOARD_ZOOM, show_controls=False)


def take_in(sent: dict) -> None:
    """Take over what was dragged, and tell the cards what the review says."""
    session = st.session_state
    at = {node["id"]: (node["position"]["x"], node["position"]["y"]) for node in sent["nodes"]}
    before = {node.id: (node.position["x"], node.position["y"]) for node in session.board.nodes}
    # What it says after Python changed something is no edit; taken for one, it would be answered for ever.
    if at == before:
        return
    session.board.timestamp = sent["timestamp"]
    session.revision += 1
    _, report = judged(session.design, session.revision)
    told = contents(report, session.revision)
    for node in session.board.nodes:
        node.position = {"x": at[node.id][0], "y": at[node.id][1]}
        node.data = {"content": told[node.id]}


show()
