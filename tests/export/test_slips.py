"""Notes and groups in pictures: drawn in their colours, beside what they are about, and never across anything."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from designer import frontend
from designer.catalog import Catalog, load
from designer.design.model import Color, Design, Group, Node, Note, NoteKind, Position
from designer.export.annotations import ThemeName
from designer.export.formats.library import format_of
from designer.export.order import Order
from designer.export.picture import Style, render
from designer.export.slips import MOST_LINES, PAPER_SIZE, WIDTH
from designer.export.themes import THEMES
from designer.export.tints import HUES, tint
from designer.export.typeface import regular
from tests.export.decorated import GROUPS, NOTES, decorate
from tests.export.samples import judged, report_of
from tests.export.test_crossing import around, cards, crossings, labels, numbers, overlap

SVG = "{http://www.w3.org/2000/svg}"
THEME_NAMES: tuple[ThemeName, ...] = ("light", "dark")
HOSTILE = (
    '<IMG SRC="/etc/passwd"/>', "</TABLE>>]; evil [label=x", "&lt;b&gt; &amp; &#65;", r"\N \G \L \E \\", "'\" and `",
    "W" * 400, "缓存 🚀 مرحبا", "\u202eevil", "<script>alert(1)</script>", "a\n\n\nb", "i" * 399 + " " + "j" * 400,
)  # fmt: skip


def draw(design: Design, catalog: Catalog, **style: Any) -> ElementTree.Element:
    return ElementTree.fromstring(render(design, catalog, style=Style(**style), format="svg"))


def parts(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [part for part in root.iter(f"{SVG}g") if part.get("class") == kind]


def slips(root: ElementTree.Element) -> list[ElementTree.Element]:
    """The notes: what is drawn like a node and has no name to be read out."""
    return [part for part in parts(root, "node") if part.find(f"{SVG}title") is None]


def said(part: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in part.iter(f"{SVG}text")]


def fills(part: ElementTree.Element) -> set[str]:
    shapes = (shape.get("fill", "none") for shape in part if shape.tag != f"{SVG}text")
    return {fill for fill in shapes if fill != "none"}


def frames(root: ElementTree.Element) -> list[tuple[str, tuple[float, float, float, float]]]:
    """The colour and the outline of every frame, outer ones first."""
    found = []
    for part in parts(root, "cluster"):
        shape = next(item for item in part if item.get("fill") and item.tag != f"{SVG}text")
        found.append((shape.attrib["fill"], around(numbers(shape.get("d") or shape.get("points") or ""))))
    return found


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_note_is_drawn_in_its_colour(shop: Design, catalog: Catalog, theme: ThemeName) -> None:
    root = draw(decorate(shop), catalog, theme=theme)
    found = {" ".join(said(part)): part for part in slips(root)}
    assert set(found) == {" ".join(note.text.split()) for note in NOTES}
    for note in NOTES:
        part = found[" ".join(note.text.split())]
        inks = {text.get("fill") for text in part.iter(f"{SVG}text")}
        shade = tint(note.color or Color.YELLOW, theme)
        if note.kind is NoteKind.STICKY:
            assert fills(part) == {shade.paper}
            assert inks == {shade.paper_ink}
        else:
            assert fills(part) == set()
            assert inks == {shade.name if note.color else THEMES[theme].ink}


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_groups_are_frames_of_their_colour_inside_zones(
    shop: Design, catalog: Catalog, theme: ThemeName
) -> None:
    root = draw(decorate(shop), catalog, theme=theme)
    names = [text for text, _box in labels(root)]
    assert {"Read path", "Done later (1 of 2)", "Done later (2 of 2)", "Group"} <= set(names)
    found = frames(root)
    wanted = [tint(group.color or Color.GRAY, theme).ground for group in (*GROUPS, GROUPS[1])]
    assert sorted(fill for fill, _box in found if fill != THEMES[theme].zone_fill) == sorted(wanted)
    zones = [box for fill, box in found if fill == THEMES[theme].zone_fill]
    inner = next(box for fill, box in found if fill == tint(Color.BLUE, theme).ground)
    assert sum(contains(zone, inner) for zone in zones) == 1
    assert not any(overlap(zone, inner) and not contains(zone, inner) for zone in zones)


def contains(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("replicas", ["collapsed", "spread"])
def test_nothing_crosses_notes_and_groups(
    shop: Design, catalog: Catalog, direction: str, replicas: str
) -> None:
    root = draw(decorate(shop), catalog, direction=direction, replicas=replicas)
    assert crossings(root) == []
    boxes = [*cards(root).values(), *(extent(part) for part in slips(root))]
    assert not [
        (one, other) for at, one in enumerate(boxes) for other in boxes[at + 1 :] if overlap(one, other)
    ]
    for part in slips(root):
        assert not [text for text, box in labels(root) if overlap(box, extent(part))]


def extent(part: ElementTree.Element) -> tuple[float, float, float, float]:
    """Of a slip: its paper, or its letters."""
    shapes = [shape for shape in part if shape.tag == f"{SVG}polygon"]
    if shapes:
        return around(numbers(shapes[0].attrib["points"]))
    texts = list(part.iter(f"{SVG}text"))
    places = [(float(text.attrib["x"]), float(text.attrib["y"])) for text in texts]
    width = max(regular().width("".join(text.itertext()), 12) for text in texts)
    return places[0][0], places[0][1] - 10, places[0][0] + width, places[-1][1] + 2


def test_a_note_stands_in_the_frame_of_the_node_that_is_nearest_on_the_board(
    shop: Design, catalog: Catalog
) -> None:
    root = draw(decorate(shop), catalog)
    why = next(part for part in slips(root) if said(part)[0].startswith("Why"))
    blue = next(box for fill, box in frames(root) if fill == tint(Color.BLUE, "light").ground)
    nowhere = next(part for part in slips(root) if said(part)[0].startswith("Stands"))
    assert contains(blue, extent(why))
    assert not any(contains(box, extent(nowhere)) for _fill, box in frames(root))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("kind", list(NoteKind))
def test_a_hostile_note_is_text_of_bounded_size(catalog: Catalog, text: str, kind: NoteKind) -> None:
    design = Design(
        nodes=(Node(id="node", component="cache"),),
        groups=(Group(id="g", nodes=("node",)).model_copy(update={"name": text[:80]}),),
        notes=(Note(id="n", text="x", kind=kind).model_copy(update={"text": text}),),
    )
    root = draw(design, catalog)
    (slip,) = slips(root)
    assert len(parts(root, "node")) == 2
    assert len(parts(root, "cluster")) == 1
    assert len(list(root.iter(f"{SVG}image"))) == 1
    assert not list(root.iter("script"))
    assert 0 < len(said(slip)) <= MOST_LINES
    assert all(regular().width(line, PAPER_SIZE) <= WIDTH for line in said(slip))


@pytest.mark.parametrize("text", ["word " * 399, "\n".join("abc" for _ in range(60)), "i" * 1_500])
def test_of_a_long_note_the_rest_is_an_ellipsis(catalog: Catalog, text: str) -> None:
    design = Design(nodes=(Node(id="node", component="cache"),), notes=(Note(id="n", text=text),))
    (slip,) = slips(draw(design, catalog))
    assert said(slip)[-1].endswith("…")


def test_as_many_notes_as_a_design_can_have_are_drawn(catalog: Catalog) -> None:
    nodes = tuple(
        Node(id=f"n{at}", component="app_server", position=Position(x=at * 200, y=0)) for at in range(20)
    )
    notes = tuple(
        Note(id=f"t{at}", text=f"note {at}", position=Position(x=at * 20, y=200)) for at in range(200)
    )
    assert len(slips(draw(Design(nodes=nodes, notes=notes), catalog))) == 200


def test_the_colours_are_those_of_the_board_and_can_be_read() -> None:
    styles = frontend.SOURCES / "src" / "styles" / "zones.css"
    hues = dict(re.findall(r'data-color="(\w+)"\] \{ --hue: (#\w{6})', styles.read_text(encoding="utf-8")))
    assert {color.value: hue for color, hue in HUES.items()} == hues
    for theme in THEME_NAMES:
        for color in Color:
            shade = tint(color, theme)
            page = THEMES[theme].page
            pairs = ((shade.name, shade.ground), (shade.name, page), (shade.paper_ink, shade.paper))
            assert min(contrast(*pair) for pair in pairs) >= 4.5


def contrast(one: str, other: str) -> float:
    """By WCAG 2: from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_reports_show_notes_and_groups() -> None:
    report = report_of("users > api:app_server*4 > db:sql_database*2[disk=2TB]")
    design = report.design.model_copy(
        update={
            "notes": (Note(id="n", text="Ask again"),),
            "groups": (Group(id="g", name="Heart", nodes=("api",)),),
        }
    )
    order = Order(design, load(), judged(design))
    for extension in ("html", "md", "svg", "dot"):
        text = format_of(extension).write(order).decode()
        assert "Ask again" in text
        assert "Heart" in text
