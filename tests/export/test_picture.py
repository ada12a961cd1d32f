import hashlib
import io
import math
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from designer.catalog import Catalog, load
from designer.catalog.icons import icon_path
from designer.design.model import Connection, Design, Node, Zone
from designer.errors import RenderError
from designer.export import typeface
from designer.export.drawing import MOST_CONNECTIONS, MOST_NODES
from designer.export.graphviz import EnginePool
from designer.export.picture import Annotations, CardFacts, EdgeFacts, Shelf, Style, render
from designer.export.racks import SQUARE
from designer.export.themes import DARK
from designer.rules.model import Severity
from tests.export.decorated import decorate

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
HOSTILE = (
    '<IMG SRC="/etc/passwd"/>',
    "</TABLE>>]; evil [label=x",
    "&lt;b&gt; &amp; &#65;",
    r"\N \G \L \E \\",
    "quote \" and ' and `",
    "line\nbreak\x00\x1b[31m",
    "W" * 80,
    "缓存 🚀 مرحبا",
    "\u202eevil",
    "\u200b",
    "<script>alert(1)</script>",
)
"""Ids a file would refuse; whoever builds a design by hand may still use them."""
ODD_IDS = ("a:b", "a b", '"q', "node", "graph", "<x>", "n\\", "strict", "a;b", "-1", "#x")


def read(svg: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in read(svg).iter(f"{SVG}text")]


def parts(svg: bytes, kind: str) -> list[ElementTree.Element]:
    return [part for part in read(svg).iter(f"{SVG}g") if part.get("class") == kind]


def names(svg: bytes, kind: str) -> list[str]:
    return [part.findtext(f"{SVG}title", "") for part in parts(svg, kind)]


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def one(name: str, **settings: object) -> Design:
    node = Node(id="node", component="cache").model_copy(update={"name": name, **settings})
    return Design(name="One").model_copy(update={"nodes": (node,)})


def facts_of(design: Design) -> Annotations:
    states = ("idle", "ok", "busy", "over", "off")
    loads = (0.01, 0.684, 0.95, 1.4, None)
    return Annotations(
        {
            node.id: CardFacts(
                rate="12.8k/s",
                load=loads[at % 5],
                state=states[at % 5],  # type: ignore[arg-type]
                badge="Single point of failure" if at == 3 else None,
                badge_severity=Severity.ERROR,
            )
            for at, node in enumerate(design.nodes)
        },
        {
            line.id: EdgeFacts(10.0**at, f"{at}", at % 2 == 0)
            for at, line in enumerate(design.connections[:7])
        },
    )


def test_a_png_is_an_image_wide_enough_for_a_slide(shop: Design, catalog: Catalog) -> None:
    png = render(shop, catalog, annotations=facts_of(shop), style=Style(direction="LR"), format="png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    image = Image.open(io.BytesIO(png))
    image.verify()
    assert image.width >= 1590
    assert image.height >= 400


def test_a_png_shows_the_icons(catalog: Catalog) -> None:
    with Image.open(icon_path(catalog["cache"].icon)) as icon:
        colours = icon.convert("RGBA").getcolors(icon.width * icon.height) or []
    opaque = [(count, colour) for count, colour in colours if isinstance(colour, tuple) and colour[3] == 255]
    wanted = max(opaque)[1][:3]
    painted = pixels(render(one("Sessions"), catalog, format="png")).getcolors(4_000_000) or []
    near = [
        count for count, colour in painted if isinstance(colour, tuple) and math.dist(colour, wanted) < 24
    ]
    assert sum(near) > 200


def test_light_and_dark_differ_in_colour_only(shop: Design, catalog: Catalog) -> None:
    light, dark = (
        pixels(render(shop, catalog, style=Style(theme=theme), format="png")) for theme in ("light", "dark")
    )
    assert light.size == dark.size
    assert light.getpixel((2, 2)) == (255, 255, 255)
    corner = dark.getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert max(corner) < 64


def test_the_svg_is_self_contained(shop: Design, catalog: Catalog) -> None:
    svg = render(shop, catalog, annotations=facts_of(shop), format="svg")
    allowed = {
        "svg",
        "g",
        "title",
        "defs",
        "clipPath",
        "rect",
        "image",
        "use",
        "path",
        "polygon",
        "polyline",
        "line",
        "text",
    }
    for element in read(svg).iter():
        assert element.tag.removeprefix(SVG) in allowed
        for key, value in element.attrib.items():
            assert not key.lower().startswith("on")
            assert "url(" not in value or value == "url(#icon-corners)"
            if key == HREF:
                assert re.match(r"#icon-[\w-]+$|data:image/png;base64,[A-Za-z0-9+/=]+$", value)
    plain = re.sub(rb"base64,[^\"]+", b"", svg)
    assert set(re.findall(rb'[\w:]+="https?:[^"]*"', plain)) == {
        b'xmlns="http://www.w3.org/2000/svg"',
        b'xmlns:xlink="http://www.w3.org/1999/xlink"',
    }
    assert str(Path(sys.prefix)).encode() not in plain
    assert str(Path.home()).encode() not in plain
    assert b"DOCTYPE" not in plain


def test_each_icon_is_embedded_once(shop: Design, catalog: Catalog) -> None:
    svg = render(shop, catalog, format="svg")
    icons = {catalog[node.component].icon for node in shop.nodes}
    assert len(list(read(svg).iter(f"{SVG}image"))) == len(icons)
    assert len(list(read(svg).iter(f"{SVG}use"))) == len(shop.nodes)


def test_a_card_says_what_matters(catalog: Catalog) -> None:
    design = one("Sessions", instances=4, shards=3, replicas=1)
    facts = CardFacts("12.8k/s", 0.684, "ok", "Single point of failure", Severity.ERROR, "$140/month")
    svg = render(design, catalog, annotations=Annotations({"node": facts}, {}), format="svg")
    said = "".join(texts(svg))
    for part in (
        "Sessions",
        "×4",
        "12.8k/s · 68 %",
        "3 shards · 1 replica",
        "▲ Single point of failure",
        "$140/month",
    ):
        assert part in said
    assert names(svg, "node") == ["Sessions"]
    assert read(svg).findtext(f"{SVG}g/{SVG}title") == "One"


def test_identical_machines_are_one_card(catalog: Catalog) -> None:
    svg = render(one("API", instances=1_200), catalog, format="svg")
    assert len(parts(svg, "node")) == 1
    assert " ×1,200" in texts(svg)


def test_without_facts_a_card_says_what_it_is(catalog: Catalog) -> None:
    said = texts(render(one("Sessions"), catalog, format="svg"))
    assert "Sessions" in said
    assert "Cache" in said
    assert not any(word in text for text in said for word in ("%", "×", "comfortable"))


@pytest.mark.parametrize(
    ("load", "said"), [(0.0, "0 %"), (0.996, "99.6 %"), (1.4, "140 %"), (math.inf, "unbounded")]
)
def test_loads_are_worded(catalog: Catalog, load: float, said: str) -> None:
    annotations = Annotations({"node": CardFacts("1/s", load, "over")}, {})
    assert f"1/s · {said}" in texts(render(one("x"), catalog, annotations=annotations, format="svg"))


def test_the_legend_explains_what_is_there(shop: Design, catalog: Catalog) -> None:
    plain = texts(render(shop.model_copy(update={"connections": ()}), catalog, format="svg"))
    full = texts(render(shop, catalog, annotations=facts_of(shop), format="svg"))
    entries = {"idle", "comfortable", "busy", "overloaded", "nobody waits for it", "thicker: more requests"}
    assert entries.isdisjoint(plain)
    assert entries <= set(full)


def test_arrows_are_as_wide_as_the_logarithm_of_their_rate(catalog: Catalog) -> None:
    design = Design(
        nodes=tuple(Node(id=name, component="app_server") for name in "abcd"),
        connections=tuple(Connection(source="a", target=name) for name in "bcd"),
    )
    rates = Annotations({}, {"a>b": EdgeFacts(10), "a>c": EdgeFacts(1e4, deferred=True), "a>d": EdgeFacts(0)})
    dot = render(design, catalog, annotations=rates, format="dot").decode()
    drawn = re.findall(r"(node\d) -> (node\d) \[(.*)\]", dot)
    assert [re.findall(r"penwidth=([\d.]+)", look) for _source, _target, look in drawn] == [
        ["1.70"],
        ["3.80"],
        ["1.00"],
    ]
    assert ["dashed" in look for _source, _target, look in drawn] == [False, True, False]


def test_without_facts_what_passes_a_queue_is_dashed(shop: Design, catalog: Catalog) -> None:
    dashed = {
        part.findtext(f"{SVG}title")
        for part in parts(render(shop, catalog, format="svg"), "edge")
        if part.find(f"{SVG}path[@stroke-dasharray]") is not None
    }
    assert dashed == {"API to jobs", "jobs to worker"}


def test_a_node_spread_over_zones_says_so(shop: Design, catalog: Catalog) -> None:
    said = texts(render(shop, catalog, format="svg"))
    assert "in Zone A, Zone B" in said
    assert "in all 3 zones" in said


def test_zones_of_one_name_do_not_merge(shop: Design, catalog: Catalog) -> None:
    zones = tuple(zone.model_copy(update={"name": "Zone"}) for zone in shop.zones)
    svg = render(shop.model_copy(update={"zones": zones}), catalog, format="svg")
    assert len(parts(svg, "cluster")) == 3
    assert texts(svg).count("Zone") == 3


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_is_drawn_as_text(catalog: Catalog, name: str) -> None:
    facts = CardFacts(name, 0.5, "busy", name, Severity.WARNING, name)
    annotations = Annotations({"node": facts}, {"node>node": EdgeFacts(5, name)})
    design = one(name).model_copy(
        update={
            "name": name,
            "zones": (Zone(id="zone").model_copy(update={"name": name}),),
            "connections": (Connection(source="node", target="node").model_copy(update={"label": name}),),
        }
    )
    svg = render(design, catalog, annotations=annotations, style=Style(subtitle=name), format="svg")
    assert len(parts(svg, "node")) == len(parts(svg, "edge")) == len(parts(svg, "cluster")) == 1
    assert len(list(read(svg).iter(f"{SVG}image"))) == 1
    assert not list(read(svg).iter("script"))
    assert pixels(render(design, catalog, annotations=annotations, format="png")).width > 0


@pytest.mark.parametrize("name", ['<IMG SRC="x"/>', r"\N \G \\", "&lt;b&gt; &#65;", "</B></FONT>", "a'\"b"])
def test_a_short_hostile_name_is_drawn_letter_by_letter(catalog: Catalog, name: str) -> None:
    svg = render(one(name), catalog, format="svg")
    assert name in texts(svg)
    assert names(svg, "node") == [name]


def test_odd_ids_are_safe(catalog: Catalog) -> None:
    nodes = tuple(Node(id="x", component="cache").model_copy(update={"id": odd}) for odd in ODD_IDS)
    line = Connection(source="x", target="x")
    design = Design().model_copy(
        update={
            "nodes": nodes,
            "connections": tuple(
                line.model_copy(update={"source": a, "target": b}) for a, b in pairwise(ODD_IDS)
            ),
        }
    )
    svg = render(design, catalog, format="svg")
    assert sorted(names(svg, "node")) == sorted(ODD_IDS)
    assert len(parts(svg, "edge")) == len(ODD_IDS) - 1


def test_letters_the_fonts_do_not_have_become_boxes_in_a_png_only(catalog: Catalog) -> None:
    svg = render(one("缓存 cache"), catalog, format="svg")
    assert "缓存 cache" in texts(svg)
    missing, boxes, nothing = (
        render(one(name), catalog, style=Style(title=""), format="png") for name in ("缓存", "□□", "  ")
    )
    assert missing == boxes
    assert missing != nothing


@settings(max_examples=25, deadline=None)
@given(name=st.text(min_size=1, max_size=80), label=st.text(max_size=80), badge=st.text(max_size=200))
def test_any_text_can_be_drawn(name: str, label: str, badge: str) -> None:
    design = one(name).model_copy(
        update={
            "connections": (Connection(source="node", target="node").model_copy(update={"label": label}),)
        }
    )
    annotations = Annotations({"node": CardFacts(badge=badge)}, {})
    svg = render(design, load(), annotations=annotations, style=Style(title=label), format="svg")
    assert len(parts(svg, "node")) == len(parts(svg, "edge")) == 1


def test_the_same_design_gives_the_same_bytes(shop: Design, catalog: Catalog) -> None:
    shop = decorate(shop)
    program = """
import hashlib, sys
from designer.catalog import load
from designer.design.model import Design
from designer.export.racks import SQUARE
from designer.export.picture import render
design = Design.model_validate_json(sys.stdin.read())
for kind in ("dot", "svg", "png"):
    print(hashlib.sha256(render(design, load(), format=kind)).hexdigest())
"""
    fresh = subprocess.run(
        [sys.executable, "-c", program],
        input=shop.model_dump_json(by_alias=True),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (fresh.returncode, fresh.stderr) == (0, "")
    for kind, digest in zip(("dot", "svg", "png"), fresh.stdout.split(), strict=True):
        assert hashlib.sha256(render(shop, catalog, format=kind)).hexdigest() == digest  # type: ignore[arg-type]


def test_a_picture_made_again_is_the_same(
    shop: Design, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = render(shop, catalog, format="svg"), render(shop, catalog, format="png")
    monkeypatch.setattr("designer.export.picture._SHELF", Shelf(0))
    monkeypatch.setattr("designer.export.graphviz.POOL", EnginePool(1))
    assert (render(shop, catalog, format="svg"), render(shop, catalog, format="png")) == first


def test_threads_do_not_disturb_each_other(catalog: Catalog) -> None:
    designs = [one(f"Cache {at}") for at in range(12)]
    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(lambda design: render(design, catalog, format="svg"), designs))
    assert [names(svg, "node") for svg in made] == [[f"Cache {at}"] for at in range(12)]


def test_drawing_leaves_nothing_behind(
    shop: Design, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "design").write_text("somebody's file")
    render(shop, catalog, format="png")
    assert [path.name for path in tmp_path.iterdir()] == ["design"]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_long_way_is_a_picture_for_a_slide_all_the_same(
    catalog: Catalog, direction: Literal["LR", "TB"]
) -> None:
    chain = Design(
        nodes=tuple(Node(id=f"n{at}", component="app_server") for at in range(16)),
        connections=tuple(Connection(source=f"n{at}", target=f"n{at + 1}") for at in range(15)),
    )
    image = pixels(render(chain, catalog, style=Style(title="", direction=direction), format="png"))
    assert 1 <= image.width / image.height <= 3


def test_an_empty_design_is_a_picture_too(catalog: Catalog) -> None:
    assert "Nothing yet" in texts(render(Design(name="Nothing yet"), catalog, format="svg"))
    assert pixels(render(Design(), catalog, style=Style(title=""), format="png")).width > 0


def test_the_dot_text_names_no_folder_of_this_machine(shop: Design, catalog: Catalog) -> None:
    dot = render(shop, catalog, format="dot").decode()
    assert dot.startswith("digraph")
    assert all(name.startswith("resources/") for name in re.findall(r'SRC="([^"]*)"', dot))
    assert str(Path(sys.prefix)) not in dot
    assert str(Path.home()) not in dot


@pytest.mark.parametrize(
    ("nodes", "connections", "said"),
    [
        (MOST_NODES + 1, 0, f"{MOST_NODES + 1} nodes"),
        (30, MOST_CONNECTIONS + 1, f"{MOST_CONNECTIONS + 1} connections"),
    ],
)
def test_too_big_a_design_is_refused(catalog: Catalog, nodes: int, connections: int, said: str) -> None:
    ids = [f"n{at}" for at in range(nodes)]
    pairs = [(source, target) for source in ids for target in ids][:connections]
    design = Design(
        nodes=tuple(Node(id=name, component="app_server") for name in ids),
        connections=tuple(Connection(source=source, target=target) for source, target in pairs),
    )
    with pytest.raises(RenderError, match=said):
        render(design, catalog, format="svg")


def test_the_biggest_design_is_drawn(catalog: Catalog) -> None:
    ids = [f"n{at}" for at in range(MOST_NODES)]
    design = Design(
        nodes=tuple(Node(id=name, component="app_server") for name in ids),
        connections=tuple(
            Connection(source=ids[at], target=ids[at + step])
            for at in range(MOST_NODES - 12)
            for step in (10, 12)
        ),
    )
    assert len(parts(render(design, catalog, format="svg"), "node")) == MOST_NODES


def test_what_is_not_there_is_named(shop: Design, catalog: Catalog) -> None:
    odd = shop.model_copy(update={"nodes": (Node(id="x", component="cachex"),), "connections": ()})
    with pytest.raises(RenderError, match="a component that is not there: 'cachex'; did you mean 'cache'"):
        render(odd, catalog, format="svg")
    nowhere = one("x").model_copy(update={"connections": (Connection(source="node", target="db"),)})
    with pytest.raises(RenderError, match="a node that is not there: 'db'"):
        render(nowhere, catalog, format="svg")
    with pytest.raises(RenderError, match="a zone that is not there: 'mars'"):
        render(one("x", zones=("mars",)), catalog, format="svg")


def test_an_unknown_format_is_refused(shop: Design, catalog: Catalog) -> None:
    with pytest.raises(RenderError, match="'gif'; expected png, svg or dot"):
        render(shop, catalog, format="gif")  # type: ignore[arg-type]


def test_missing_assets_are_an_error_that_says_what_to_type(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeface, "ASSETS", tmp_path)
    with pytest.raises(RenderError, match=r"type \./run frontend"):
        render(one("x"), catalog, format="svg")
    with pytest.raises(RenderError, match=r"viz-global\.js.*type \./run frontend"):
        EnginePool(1).lay_out("digraph {}", ())


def test_slow_imports_wait_until_a_picture_is_wanted() -> None:
    program = "import sys, designer.export.picture; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert {"diagrams", "graphviz", "py_mini_racer", "resvg_py", "streamlit"}.isdisjoint(done.stdout.split())


def test_facts_that_cannot_be_are_refused() -> None:
    for load_ in (-0.1, math.nan):
        with pytest.raises(ValueError, match="a load is 0 or more"):
            CardFacts(load=load_)
    for rate in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match="a rate is 0 or more"):
            EdgeFacts(rate=rate)


def test_the_shelf_keeps_the_latest_used_up_to_its_size() -> None:
    shelf = Shelf(10)
    shelf.put("one", b"1234")
    shelf.put("two", b"1234")
    assert shelf.get("one") == b"1234"
    shelf.put("three", b"1234")
    assert shelf.get("two") is None
    assert (shelf.get("one"), shelf.get("three")) == (b"1234", b"1234")
    shelf.put("huge", b"x" * 11)
    assert shelf.get("huge") is None
    assert shelf.get("one") is None


def squares(svg: bytes) -> tuple[int, int]:
    """How many machines are drawn, and how many copies, in the cards."""
    size = f"{SQUARE}"
    full = outlined = 0
    for part in parts(svg, "node"):
        for shape in part.findall(f"{SVG}polygon"):
            points = [float(number) for number in re.findall(r"-?[0-9.]+", shape.attrib["points"])]
            sides = {round(max(points[at::2]) - min(points[at::2])) for at in (0, 1)}
            if sides <= {int(size), int(size) - 1}:
                full += shape.get("fill") != "none"
                outlined += shape.get("fill") == "none"
    return full, outlined


@pytest.mark.parametrize(("settings", "wanted"), [
    ({"instances": 4}, (4, 0)),
    ({"instances": 3, "replicas": 1}, (3, 3)),
    ({"instances": 1}, (0, 0)),
])  # fmt: skip
def test_spread_replicas_are_drawn_one_by_one(
    catalog: Catalog, settings: dict[str, int], wanted: tuple[int, int]
) -> None:
    spread = render(one("Sessions", **settings), catalog, style=Style(replicas="spread"), format="svg")
    assert squares(spread) == wanted
    assert squares(render(one("Sessions", **settings), catalog, format="svg")) == (0, 0)
    assert ("one machine" in texts(spread)) == (wanted[0] > 0)
    assert ("one with a copy of its data" in texts(spread)) == (wanted[1] > 0)


def test_machines_stand_in_the_row_of_their_zone_and_many_are_counted(shop: Design, catalog: Catalog) -> None:
    node = Node(id="api", component="app_server", instances=200, zones=("a", "b", "c"))
    svg = render(
        Design(zones=shop.zones, nodes=(node,)), catalog, style=Style(replicas="spread"), format="svg"
    )
    said = texts(svg)
    assert {"Zone A", "Zone B", "Zone C"} <= set(said)
    rest = [int(text.removeprefix("+")) for text in said if re.fullmatch(r"\+\d+", text)]
    assert sum(rest) + squares(svg)[0] == 200
    assert max(rest) - min(rest) <= 1


def test_providers_machines_are_nobodys_to_draw(catalog: Catalog) -> None:
    nodes = (Node(id="users", component="users"), Node(id="files", component="object_storage"))
    assert squares(render(Design(nodes=nodes), catalog, style=Style(replicas="spread"), format="svg")) == (
        0,
        0,
    )


def test_a_load_next_to_nothing_has_no_digits(catalog: Catalog) -> None:
    annotations = Annotations({"node": CardFacts("1/s", 6.6e-9, "idle")}, {})
    assert "1/s · < 0.1 %" in texts(render(one("x"), catalog, annotations=annotations, format="svg"))


def test_the_ground_of_an_icon_never_reaches_beyond_it(catalog: Catalog) -> None:
    root = read(render(one("x"), catalog, style=Style(theme="dark"), format="svg"))
    icon = next(root.iter(f"{SVG}use"))
    shape = next(root.iter(f"{SVG}image"))
    ground = next(rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") == DARK.tile)
    for at, side in (("x", "width"), ("y", "height")):
        least, most = (
            float(icon.attrib[at]),
            float(icon.attrib[at]) + float(shape.attrib[side].removesuffix("px")),
        )
        assert least < float(ground.attrib[at])
        assert float(ground.attrib[at]) + float(ground.attrib[side]) < most
