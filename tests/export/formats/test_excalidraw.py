"""Excalidraw drawings: every field that Excalidraw expects, bindings that agree from both ends, every part once."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings

from designer.catalog.model import Behavior
from designer.design.model import Design, Note
from designer.export.formats import excalidraw
from designer.export.order import Order
from designer.export.sketch import make_sketch
from tests.export.formats.hostile import CATALOG, clean_order, hostile
from tests.export.samples import sample

COMMON: dict[str, type | tuple[type, ...]] = {
    "id": str, "type": str, "x": float, "y": float, "width": float, "height": float, "angle": int,
    "strokeColor": str, "backgroundColor": str, "fillStyle": str, "strokeWidth": int, "strokeStyle": str,
    "roughness": int, "opacity": int, "groupIds": list, "frameId": (str, type(None)), "roundness": (dict, type(None)),
    "seed": int, "version": int, "versionNonce": int, "isDeleted": bool, "boundElements": list, "updated": int,
    "link": type(None), "locked": bool,
}  # fmt: skip
OWN: dict[str, dict[str, type | tuple[type, ...]]] = {
    "rectangle": {},
    "frame": {"name": str},
    "text": {
        "text": str, "originalText": str, "fontSize": int, "fontFamily": int, "textAlign": str, "verticalAlign": str,
        "containerId": (str, type(None)), "lineHeight": float, "autoResize": bool,
    },
    "arrow": {
        "points": list, "startBinding": dict, "endBinding": dict, "startArrowhead": type(None), "endArrowhead": str,
        "lastCommittedPoint": type(None), "elbowed": bool,
    },
}  # fmt: skip
Part = dict[str, Any]


def draw(order: Order) -> dict[str, Part]:
    """The parts by their id, each checked."""
    data = json.loads(excalidraw.write(order))
    assert (data["type"], data["version"]) == ("excalidraw", 2)
    assert set(data) == {"type", "version", "source", "elements", "appState", "files"}
    parts = {part["id"]: part for part in data["elements"]}
    assert len(parts) == len(data["elements"])
    for part in data["elements"]:
        check_fields(part)
        check_bindings(part, parts)
    return parts


def check_fields(part: Part) -> None:
    wanted = COMMON | OWN[part["type"]]
    assert set(wanted) <= set(part)
    assert set(part) - set(wanted) <= {"customData"}
    for name, kind in wanted.items():
        assert isinstance(part[name], kind), (name, part[name])


def check_bindings(part: Part, parts: dict[str, Part]) -> None:
    """Who is bound to something is named by it, and the other way round."""
    for bound in part["boundElements"]:
        other = parts[bound["id"]]
        assert other["type"] == bound["type"]
        if other["type"] == "text":
            assert other["containerId"] == part["id"]
        else:
            assert part["id"] in {other["startBinding"]["elementId"], other["endBinding"]["elementId"]}
    if part["type"] == "text" and part["containerId"] is not None:
        assert {"type": "text", "id": part["id"]} in parts[part["containerId"]]["boundElements"]
    if part["type"] == "arrow":
        for end in ("startBinding", "endBinding"):
            assert {"type": "arrow", "id": part["id"]} in parts[part[end]["elementId"]]["boundElements"]
        assert part["points"][0] == [0, 0]
    if part["frameId"] is not None:
        assert parts[part["frameId"]]["type"] == "frame"


def said(parts: dict[str, Part], kind: str) -> Counter[str]:
    """The texts in all parts of that kind."""
    texts = (part for part in parts.values() if part["type"] == "text" and part["containerId"])
    return Counter(text["text"] for text in texts if parts[text["containerId"]]["type"] == kind)


@settings(max_examples=40, deadline=None)
@given(design=hostile())
def test_any_design_is_drawn(design: Design) -> None:
    order = clean_order(design)
    parts, sketch = draw(order), make_sketch(order)
    slips = {slip.key: slip for slip in sketch.slips}
    papers = Counter("\n".join(slip.paragraphs) for slip in slips.values() if slip.note.kind == "sticky")
    words = {key for key, slip in slips.items() if slip.note.kind == "text"}
    assert said(parts, "rectangle") == Counter(box.label for box in sketch.boxes) + papers
    assert {key for key in slips if parts[key]["type"] == "text"} == words
    assert said(parts, "arrow") == Counter("\n".join(arrow.lines) for arrow in sketch.arrows if arrow.lines)
    frames = Counter(part["name"] for part in parts.values() if part["type"] == "frame")
    assert frames == Counter(area.name for area in sketch.all_areas if area.kind != "group")
    groups = {area.key: area for area in sketch.all_areas if area.kind == "group"}
    assert {key: parts[f"text {key}"]["text"] for key in groups} == {
        key: area.name for key, area in groups.items()
    }
    for box in sketch.boxes:
        around = [key for key, area in groups.items() if box in area.boxes]
        assert parts[box.id]["groupIds"] == parts[f"text {box.id}"]["groupIds"] == around
    arrows = {name: part for name, part in parts.items() if part["type"] == "arrow"}
    ends = {
        name: (part["startBinding"]["elementId"], part["endBinding"]["elementId"])
        for name, part in arrows.items()
    }
    assert ends == {line.id: (line.source, line.target) for line in design.connections}


def test_what_stands_in_a_zone_belongs_to_its_frame(shop: Design) -> None:
    parts = draw(clean_order(shop))
    assert parts["api_a"]["frameId"] == parts["text api_a"]["frameId"] == "zone a"
    assert parts["lb"]["frameId"] is None
    assert parts["api_a"]["customData"] == {"component": "app_server"}


def test_arrows_run_from_the_side_of_one_box_to_that_of_the_other(shop: Design) -> None:
    parts = draw(clean_order(shop, direction="LR"))
    arrow, source, target = parts["users>lb"], parts["users"], parts["lb"]
    end = arrow["x"] + arrow["points"][1][0]
    assert source["x"] + source["width"] <= arrow["x"] < end <= target["x"]


def test_loads_and_notes_are_written_in_both_themes() -> None:
    report = sample("sound")
    design = report.design.model_copy(update={"notes": (Note(id="n", text="first\nsecond"),)})
    for theme in ("light", "dark"):
        parts = draw(Order(design, CATALOG, report, theme=theme))  # type: ignore[arg-type]
        assert parts["text note n"]["text"] == "first\nsecond"
        assert any("/s" in text for text in said(parts, "rectangle"))
    assert set(excalidraw.CORNERS) == set(Behavior)


def test_dashes_say_that_nobody_waits(shop: Design) -> None:
    parts = draw(clean_order(shop))
    dashed = {name for name, part in parts.items() if part["strokeStyle"] == "dashed"}
    assert dashed == {"api_a>jobs", "jobs>worker"}
