"""draw.io files: guessed drawings, our own attributes, compressed pages, and XML that means harm."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.design.files import design_to_data
from designer.design.model import Color, Design, Group, Mode, Node
from designer.errors import DesignError
from designer.export.formats.library import format_of
from designer.export.order import Order
from designer.importing.library import read_design
from designer.importing.model import Imported
from tests.strategies import designs

Read = Callable[..., Imported]
Refuse = Callable[..., DesignError]

NAME = "drawing.drawio"
CATALOG = load()


def model(*cells: str) -> str:
    return (
        "<mxGraphModel><root><mxCell id='0'/><mxCell id='1' parent='0'/>"
        + "".join(cells)
        + "</root></mxGraphModel>"
    )


def page(*cells: str, name: str = "Page-1", more: str = "") -> str:
    return f"<mxfile host='x'>\n<diagram name={quoteattr(name)}>{model(*cells)}</diagram>{more}</mxfile>"


def shape(
    cell_id: str, label: str = "", style: str = "html=1", x: float = 0, y: float = 0, parent: str = "1"
) -> str:
    geometry = f"<mxGeometry x='{x}' y='{y}' width='80' height='60' as='geometry'/>"
    words = f"id={quoteattr(cell_id)} value={quoteattr(label)} style={quoteattr(style)}"
    return f"<mxCell {words} vertex='1' parent={quoteattr(parent)}>{geometry}</mxCell>\n"


def line(cell_id: str, source: str, target: str, style: str = "html=1", label: str = "") -> str:
    ends = (
        f"source={quoteattr(source)} target={quoteattr(target)}" if target else f"source={quoteattr(source)}"
    )
    words = f"id={quoteattr(cell_id)} value={quoteattr(label)} style={quoteattr(style)}"
    return f"<mxCell {words} edge='1' parent='1' {ends}><mxGeometry relative='1' as='geometry'/></mxCell>\n"


def compress(text: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(quote(text, safe="").encode()) + packer.flush()
    return base64.b64encode(packed).decode()


SHOP = (
    shape("az", "Availability Zone A", "swimlane;html=1", 100, 50),
    shape("q-1", "<b>API</b><br>Node.js &#215;3", "rounded=1;html=1", 20, 40, "az"),
    shape(
        "q-2", "", "shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.elasticache;html=1", 200, 40, "az"
    ),
    shape("q-3", "Orders", "shape=cylinder3;html=1", 600, 40),
    shape("q-4", "Shopper", "shape=umlActor;html=1", 0, 40),
    shape("q-5", "Remember: <i>no sessions</i>", "text;html=1", 0, 400),
    shape("q-6", "", "rounded=0"),
    shape("vpc", "My network", "container=1"),
    line("e1", "q-4", "q-1"),
    "<mxCell id='e1l' value='https' vertex='1' connectable='0' parent='e1'/>\n",
    line("e2", "q-2", "q-1", "dashed=1;startArrow=classic;endArrow=none"),
    line("e3", "q-1", "q-3"),
    line("e4", "q-1", ""),
)


def check_shop(found: Imported) -> None:
    design = found.design
    assert [(node.id, node.component) for node in design.nodes] == [
        ("api_node_js", "app_server"), ("cache", "cache"), ("orders", "sql_database"), ("shopper", "users"),
    ]  # fmt: skip
    api = design.node("api_node_js")
    assert (api.name, api.instances, api.zones) == ("API Node.js", 3, ("availability_zone_a",))
    assert api.position is not None
    assert (api.position.x, api.position.y) == (120, 90)
    by_id = {link.id: link for link in design.connections}
    assert list(by_id) == ["shopper>api_node_js", "api_node_js>cache", "api_node_js>orders"]
    assert by_id["shopper>api_node_js"].label == "https"
    assert by_id["api_node_js>cache"].mode is Mode.ASYNC
    assert [note.text for note in design.notes] == ["Remember: no sessions"]
    told = " ".join(guess.sentence for guess in found.guesses)
    for words in (
        "from 'elasticache' in its icon",
        "from its shape, a cylinder",
        "from its shape, a person",
        "from its dashed line",
        "a shape is left out, since it has neither words nor arrows",
        "the group 'My network' is left out",
        "since it does not end at two components",
    ):
        assert words in told, words


def test_a_drawing(read: Read) -> None:
    check_shop(read(page(*SHOP), NAME))


def test_a_compressed_page(read: Read) -> None:
    text = f"<mxfile><diagram name='Page-1'>{compress(model(*SHOP))}</diagram></mxfile>"
    check_shop(read(text, NAME))


def test_what_the_clipboard_has(read: Read) -> None:
    check_shop(read(model(*SHOP), "clipboard"))
    check_shop(read(quote(model(*SHOP)), "clipboard"))


def test_only_the_first_page_is_read_and_that_is_told(read: Read) -> None:
    found = read(page(shape("a", "Cache"), name="Today", more="<diagram name='Old'/><diagram/>"), NAME)
    assert found.design.name == "Today"
    assert (
        found.guesses[0].sentence == "only the first page, 'Today', is read, since there are 2 further pages."
    )


def test_arrowheads_say_the_direction(read: Read) -> None:
    cells = [shape(key, f"Service {key}") for key in "abcdef"]
    lines = [
        line("1x", "a", "b", "startArrow=classic;endArrow=classic"),
        line("2x", "c", "d", "endArrow=none"),
        line("3x", "e", "f", "startArrow=block;endArrow=none"),
    ]
    design = read(page(*cells, *lines), NAME).design
    assert [link.id for link in design.connections] == ["a>b", "b>a", "c>d", "f>e"]


def own(design: Design) -> str:
    """A file in which every part says exactly what it is, in the attributes that docs/exchange.md tells of."""
    data = design_to_data(design)
    whole = {name: value for name, value in data.items() if name not in ("nodes", "connections", "notes")}
    parts = [wrap({"label": "", "design": "1", "id": "0"}, whole, "<mxCell/>")]
    for node in data.get("nodes", ()):
        rest = {key: value for key, value in node.items() if key not in ("id", "component", "position")}
        words = {"label": "whatever ×7", "component": node["component"], "id": node["id"]}
        parts.append(wrap(words, rest, vertex(node.get("position"))))
    for link in data.get("connections", ()):
        rest = {key: value for key, value in link.items() if key not in ("from", "to")}
        ends = f"source={quoteattr(link['from'])} target={quoteattr(link['to'])}"
        words = {"label": "", "id": f"{link['from']}>{link['to']}"}
        parts.append(wrap(words, rest, f"<mxCell edge='1' parent='1' style='dashed=1' {ends}/>"))
    for note in data.get("notes", ()):
        words = {"label": note["text"], "note": note["id"], "id": f"note {note['id']}"}
        rest = {key: value for key, value in note.items() if key not in ("id", "text", "position")}
        parts.append(wrap(words, rest, vertex(note.get("position"))))
    return f"<mxfile><diagram name='x'><mxGraphModel><root>{''.join(parts)}</root></mxGraphModel></diagram></mxfile>"


def vertex(position: Mapping[str, float] | None) -> str:
    if position is None:
        return "<mxCell vertex='1' parent='1'/>"
    return f"<mxCell vertex='1' parent='1'><mxGeometry x='{position['x']!r}' y='{position['y']!r}'/></mxCell>"


def wrap(words: Mapping[str, str], rest: Mapping[str, Any], cell: str) -> str:
    line_ends = {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
    attributes = {**words, "settings": json.dumps(rest)}
    written = " ".join(f"{name}={quoteattr(value, line_ends)}" for name, value in attributes.items())
    return f"<object {written}>{cell}</object>"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(designs(CATALOG, policies=True))
def test_our_own_files_come_back_exactly_and_nothing_is_guessed(design: Design) -> None:
    found = read_design(own(design), NAME, CATALOG)
    assert found.design == design
    assert found.guesses == ()


def exact(settings_text: str, component: str = "cache") -> str:
    words = f"label='' id='a' component={quoteattr(component)} settings={quoteattr(settings_text)}"
    return page(f"\n<object {words}><mxCell vertex='1' parent='1'/></object>")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"instances": -2}', "instances"),
        ('{"instances": 1e400}', "the settings cannot be read"),
        ('{"nothing": 1}', "unknown field nodes[0].nothing"),
        ("[1]", "the settings are no mapping"),
        ("{", "the settings cannot be read"),
        ("!!python/object:os.system [x]", "the settings cannot be read"),
        ("&a [*a]", "the settings cannot be read"),
        ("[" * 100_000, "the settings cannot be read"),
        ('{"zones": ["nowhere"]}', "there is no zone 'nowhere'"),
        ('{"routing": "random"}', "does not route"),
    ],
)
def test_hostile_settings_are_refused_where_they_stand(text: str, words: str, refuse: Refuse) -> None:
    error = refuse(exact(text), NAME)
    assert words in str(error)
    assert error.where is not None
    assert error.where.line == 3


def test_settings_cannot_say_another_id_or_component(read: Read) -> None:
    node = read(exact('{"id": "b", "component": "users", "instances": 3}'), NAME).design.nodes[0]
    assert (node.id, node.component, node.instances) == ("a", "cache", 3)


def test_settings_of_notes_cannot_be_more_than_that(refuse: Refuse) -> None:
    for name in ("text", "spot", "wanted", "self", "nothing"):
        words = {"label": "words", "note": "n1", "id": "n1"}
        text = page(wrap(words, {name: 1}, "<mxCell vertex='1'/>"))
        if name == "text":
            assert read_design(text, NAME, CATALOG).design.notes[0].text == "words"
        else:
            assert f"unknown field notes[0].{name}" in str(refuse(text, NAME))


def test_an_unknown_component_is_guessed_from_its_words(read: Read) -> None:
    found = read(exact("{}", "My redis cluster"), NAME)
    assert found.design.nodes[0].component == "cache"
    assert len(found.guesses) == 1


def test_what_is_ignored_at_a_part_that_is_gone_goes_with_it(read: Read) -> None:
    whole = {"ignore": [{"rule": "reliability.single-instance", "nodes": ["gone"], "because": "It was."}]}
    found = read(page(wrap({"design": "1", "id": "whole"}, whole, "<mxCell/>"), shape("a", "Cache")), NAME)
    assert found.design.ignore == ()
    assert "is no longer ignored at 'gone'" in found.guesses[0].sentence


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" + page(shape("a", "&b;"))
FILE_READER = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + page(shape("a", "x"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "a document type (<!DOCTYPE>) is not allowed"),
        (FILE_READER, "a document type (<!DOCTYPE>) is not allowed"),
        ("<?xml version='1.0'?><!DOCTYPE html><mxfile/>", "a document type"),
        ("<mxfile><diagram>", "this is not valid XML"),
        ("<mxfile/>", "this is no draw.io file"),
        ("<svg/>", "this is no draw.io file but <svg>"),
        ("<mxfile><diagram/></mxfile>", "this page is empty"),
        ("<mxfile><diagram>%%%</diagram></mxfile>", "this page cannot be decompressed"),
        ("<mxfile><diagram>AAAA</diagram></mxfile>", "this page cannot be decompressed"),
        (f"<mxfile><diagram>{compress('<svg/>')}</diagram></mxfile>", "this page is no drawing but <svg>"),
        ("<a>" * 200, "nested more than 64 levels deep"),
        ("<mxfile>" + "<a/>" * 150_000 + "</mxfile>", "more than 100,000 elements"),
        ("", "this is not valid XML"),
    ],
)
def test_what_is_no_drawing_is_refused(text: str, words: str, refuse: Refuse) -> None:
    assert words in str(refuse(text, NAME))


def test_a_page_that_grows_without_end_is_refused(refuse: Refuse) -> None:
    bomb = compress("<mxGraphModel>" + " " * 20_000_000 + "</mxGraphModel>")
    assert len(bomb) < 100_000
    assert "this page is too large" in str(refuse(f"<mxfile><diagram>{bomb}</diagram></mxfile>", NAME))


def test_places_far_away_and_none_at_all(read: Read) -> None:
    cells = [shape("a", "Cache", x=float("1e300")), shape("b", "Cache").replace("x='0'", "x='nan'")]
    positions = [node.position for node in read(page(*cells), NAME).design.nodes]
    assert [position and position.x for position in positions] == [1e6, 0.0]


def test_shapes_that_stand_in_each_other_in_a_circle(read: Read) -> None:
    cells = [
        shape("a", "Zone a", parent="b"),
        shape("b", "Zone b", parent="a"),
        shape("c", "Cache", parent="a"),
    ]
    assert read(page(*cells), NAME).design.nodes[0].zones == ("zone_a",)


@settings(deadline=None)
@given(st.text(alphabet="<>/=\"' abmxfileCdrobjt&;#\n", max_size=200))
def test_odd_markup_is_read_or_refused(text: str) -> None:
    with suppress(DesignError):  # anything else would be a fault of ours
        read_design(f"<mxfile><diagram>{text}</diagram></mxfile>", NAME, CATALOG)


def test_a_group_keeps_those_of_its_nodes_that_are_left(read: Read) -> None:
    nodes = tuple(Node(id=name, component="app_server") for name in ("one", "two", "three"))
    groups = (
        Group(id="g", name="Zone of trust", color=Color.BLUE, nodes=("one", "two")),
        Group(id="h", nodes=("three",)),
    )
    text = format_of("drawio").write(Order(Design(nodes=nodes, groups=groups), CATALOG)).decode()
    whole = read(text, "a.drawio")
    assert (whole.design.groups, whole.design.zones, whole.guesses) == (groups, (), ())
    root = ElementTree.fromstring(text)
    page = root[0][0][0]
    for item in list(page):
        if item.get("id") in ("two", "three"):
            page.remove(item)
    left = read(ElementTree.tostring(root, encoding="unicode"), "a.drawio")
    assert left.design.groups == (groups[0].model_copy(update={"nodes": ("one",)}),)
    assert [guess.what for guess in left.guesses] == [
        "'two' is no longer in the group 'Zone of trust'",
        "'three' is no longer in the group 'h'",
    ]
