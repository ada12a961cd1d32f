import pytest

from designer.catalog import Catalog
from designer.design.model import Color, Connection, Design, Group, Node, Zone
from designer.export.placement import Frame, choose_direction, find_turns, place, zones_of


def ids(nodes: tuple[Node, ...]) -> list[str]:
    return [node.id for node in nodes]


def test_nodes_of_one_zone_share_its_frame(shop: Design, catalog: Catalog) -> None:
    placement = place(shop, catalog)
    assert {frame.id: ids(frame.nodes) for frame in placement.frames} == {
        "a": ["api_a", "cache_a"],
        "b": ["api_b", "cache_b"],
        "c": ["api_c", "worker"],
    }
    assert ids(placement.nodes) == ["users", "cdn", "lb", "db", "jobs", "images"]


def test_a_node_without_zones_stands_in_the_first_unless_it_is_spread_by_the_provider(
    catalog: Catalog,
) -> None:
    zones = (Zone(id="first"), Zone(id="second"))
    nodes = (
        Node(id="api", component="app_server"),
        Node(id="files", component="object_storage"),
        Node(id="users", component="users"),
    )
    design = Design(zones=zones, nodes=nodes)
    assert [zones_of(node, design, catalog) for node in nodes] == [("first",), (), ()]
    assert place(design, catalog).frames == (Frame("first", "Zone first", "zone", nodes[:1]),)


def test_regions_frame_their_zones_when_there_are_several(catalog: Catalog) -> None:
    design = Design(
        zones=(
            Zone(id="e1", region="europe"),
            Zone(id="e2", region="europe"),
            Zone(id="u1", region="america"),
            Zone(id="x1", region="asia"),
        ),
        nodes=(
            Node(id="one", component="app_server", zones=("e1",)),
            Node(id="both", component="app_server", zones=("e1", "e2")),
            Node(id="other", component="app_server", zones=("u1",)),
            Node(id="world", component="sql_database", zones=("e1", "u1")),
        ),
    )
    placement = place(design, catalog)
    europe, america = placement.frames
    assert (europe.id, europe.kind, ids(europe.nodes)) == ("europe", "region", ["both"])
    assert [(frame.id, ids(frame.nodes)) for frame in europe.frames] == [("e1", ["one"])]
    assert [(frame.id, ids(frame.nodes)) for frame in america.frames] == [("u1", ["other"])]
    assert ids(placement.nodes) == ["world"]


def ladder(steps: int, breadth: int) -> Design:
    """`steps` rows of `breadth` nodes, each calling the one in the next row."""
    return Design(
        nodes=tuple(Node(id=f"n{at}", component="app_server") for at in range(steps * breadth)),
        connections=tuple(
            Connection(source=f"n{at}", target=f"n{at + breadth}") for at in range((steps - 1) * breadth)
        ),
    )


@pytest.mark.parametrize(
    ("steps", "breadth", "direction"), [(3, 1, "LR"), (4, 4, "LR"), (9, 6, "LR"), (2, 7, "TB"), (1, 5, "TB")]
)
def test_the_direction_follows_the_shape_of_a_slide(steps: int, breadth: int, direction: str) -> None:
    assert choose_direction(ladder(steps, breadth), "auto") == direction


@pytest.mark.parametrize("wanted", ["LR", "TB"])
def test_a_wanted_direction_is_kept(wanted: str) -> None:
    assert choose_direction(ladder(5, 1), wanted) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(("steps", "breadth"), [(1, 1), (6, 1), (9, 2), (9, 6), (2, 7)])
def test_what_fits_a_slide_is_one_row(steps: int, breadth: int) -> None:
    design = ladder(steps, breadth)
    assert find_turns(design, choose_direction(design, "auto")) == frozenset()


def test_a_long_way_goes_on_in_further_rows() -> None:
    turns = find_turns(ladder(16, 1), "LR")
    assert turns == {"n3>n4", "n7>n8", "n11>n12"}
    assert turns == find_turns(ladder(16, 1), "TB")
    # All lines between two rows are turns, however many stand side by side.
    assert find_turns(ladder(16, 2), "LR") == {f"n{at}>n{at + 2}" for at in (10, 11, 22, 23)}


def test_cycles_and_nothing_at_all_have_a_direction() -> None:
    nodes = tuple(Node(id=name, component="app_server") for name in ("a", "b"))
    loop = tuple(
        Connection(source=source, target=target) for source, target in (("a", "b"), ("b", "a"), ("a", "a"))
    )
    assert choose_direction(Design(nodes=nodes, connections=loop), "auto") in {"LR", "TB"}
    assert choose_direction(Design(), "auto") in {"LR", "TB"}


def test_a_group_is_drawn_once_in_each_frame_that_its_nodes_stand_in(shop: Design, catalog: Catalog) -> None:
    groups = (
        Group(id="data", name="Data", color=Color.BLUE, nodes=("cache_a", "db", "cache_b")),
        Group(id="entry", nodes=("cdn", "lb")),
    )
    placement = place(shop.model_copy(update={"groups": groups}), catalog)
    assert ids(placement.nodes) == ["users", "jobs", "images"]
    zones = {frame.id: frame for frame in placement.frames if frame.kind == "zone"}
    outside = {frame.id: frame for frame in placement.frames if frame.kind == "group"}
    assert outside["data 1"] == Frame(
        "data 1", "Data (1 of 3)", "group", (shop.node("db"),), color=Color.BLUE
    )
    assert (outside["entry"].name, ids(outside["entry"].nodes), outside["entry"].color) == (
        "Group",
        ["cdn", "lb"],
        Color.GRAY,
    )
    assert ids(zones["a"].nodes) == ["api_a"]
    assert [(part.id, part.name, ids(part.nodes)) for part in zones["a"].frames] == [
        ("data 2", "Data (2 of 3)", ["cache_a"])
    ]
    assert [(part.id, ids(part.nodes)) for part in zones["b"].frames] == [("data 3", ["cache_b"])]
    assert zones["c"].frames == ()


def test_groups_stand_in_zones_in_regions(catalog: Catalog) -> None:
    design = Design(
        zones=(Zone(id="e", region="europe"), Zone(id="u", region="america")),
        nodes=(Node(id="one", component="app_server", zones=("e",)),),
        groups=(Group(id="g", name="Heart", nodes=("one",)),),
    )
    (region,) = place(design, catalog).frames
    (zone,) = region.frames
    (group,) = zone.frames
    assert (region.kind, zone.kind, group.kind) == ("region", "zone", "group")
    assert (ids(zone.nodes), ids(group.nodes)) == ([], ["one"])
