"""Edits: what each of them does, that it can be undone, and what is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from designer.catalog import load
from designer.design.checks import check
from designer.design.edit import (
    AddNode,
    AddZone,
    Change,
    Connect,
    Disconnect,
    InsertNode,
    RemoveNode,
    SetConnection,
    SetNode,
    apply,
    describe,
    free_id,
    place,
)
from designer.design.layout import CARD_HEIGHT, CARD_WIDTH
from designer.design.model import Connection, Design, Group, Node, Position, ReadFrom, Zone
from designer.design.notation import format_notation, parse_notation
from designer.errors import DesignError
from tests.strategies import designs

CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
BASE = "users > api:app_server*2 > cache, db:sql_database"


def parse(text: str) -> Design:
    return parse_notation(text, load())


def edited(text: str, *changes: Change) -> str:
    return format_notation(apply(parse(text), changes, load()), load())


def link(source: str, target: str, **options: object) -> Connection:
    return Connection.model_validate({"from": source, "to": target, **options})


BALANCER = Node(id="lb", component="load_balancer")

WITH_MEMORY = "users > api:app_server*2 > cache[memory=64 GB], db:sql_database"
NODES = "users; api:app_server*2; cache; db:sql_database"

CASES = [
    (
        SetNode(node="api", field="instances", value=6),
        "users > api:app_server*6 > cache, db:sql_database",
        "Set instances of api to 6",
    ),
    (
        SetNode(node="db", field="replicas", value=2),
        "users > api:app_server*2 > cache, db:sql_database*3",
        "Set replicas of db to 2",
    ),
    (SetNode(node="cache", field="memory", value="64 GB"), WITH_MEMORY, "Set memory of cache to 64 GB"),
    (SetNode(node="cache", field="figures.memory", value=64e9), WITH_MEMORY, "Set memory of cache to 64 GB"),
    (
        SetNode(node="cache", field="memory", value=None),
        BASE,
        "Set memory of cache back to the catalogue's figure",
    ),
    (
        SetNode(node="api", field="calls", value="parallel"),
        "users > api:app_server*2[calls=parallel] > cache, db:sql_database",
        "Let api make its calls at once",
    ),
    (
        SetNode(node="cache", field="holds", value=("links", "users")),
        "users > api:app_server*2 > cache[holds=links+users], db:sql_database",
        "Keep links and users in cache",
    ),
    (
        SetNode(node="api", field="name", value="Front"),
        'users > api:app_server*2[name="Front"] > cache, db:sql_database',
        "Rename api to Front",
    ),
    (
        SetNode(node="db", field="component", value="sharded_sql"),
        "users > api:app_server*2 > cache, db:sharded_sql",
        "Make db a sharded SQL database",
    ),
    (AddNode(node=Node(id="cdn", component="cdn")), f"{BASE}; cdn", "Add a CDN"),
    (AddNode(node=Node(id="monitoring", component="monitoring")), f"{BASE}; monitoring", "Add monitoring"),
    (
        InsertNode(node=BALANCER.model_copy(update={"instances": 2}), before="api"),
        f"{NODES}; lb:load_balancer*2; users > lb; api > cache, db; lb > api",
        "Insert a load balancer (2 instances) before api",
    ),
    (
        InsertNode(node=BALANCER, between=("users", "api")),
        f"{NODES}; lb:load_balancer; users > lb; api > cache, db; lb > api",
        "Insert a load balancer between users and api",
    ),
    (RemoveNode(node="cache"), "users > api:app_server*2 > db:sql_database", "Remove cache"),
    (
        RemoveNode(node="api", reconnect=True),
        "users > cache, db:sql_database",
        "Remove api and connect its callers to what it calls",
    ),
    (
        Connect(connection=link("cache", "db", carries="read")),
        f"{BASE}; cache >[read] db",
        "Connect cache to db for reads",
    ),
    (
        Disconnect(source="api", target="cache"),
        f"{NODES}; users > api > db",
        "Disconnect api from cache",
    ),
    (AddZone(zone=Zone(id="a", region="eu")), f"@ eu/a; {BASE}", "Add zone a in region eu"),
    (
        SetNode(node="cache", field="writes", value="through"),
        "users > api:app_server*2 > cache[writes=through], db:sql_database",
        "Write cache and its store before the answer",
    ),
    (
        SetNode(node="cache", field="ttl", value=90),
        "users > api:app_server*2 > cache[ttl=1.5 min], db:sql_database",
        "Let cache give up a copy after 1.5 min",
    ),
    (SetNode(node="db", field="backup_every", value=None), BASE, "Make no backups of db"),
    (SetNode(node="cache", field="eviction", value=None), BASE, "Set eviction of cache to its default"),
    (
        SetConnection(source="api", target="db", field="timeout", value="200 ms"),
        "users > api:app_server*2 > cache; api >[timeout=200 ms] db:sql_database",
        "Let api wait at most 200 ms for db",
    ),
    (
        SetConnection(source="api", target="db", field="retries", value=2),
        "users > api:app_server*2 > cache; api >[retries=2] db:sql_database",
        "Let api try db up to 2 times more",
    ),
    (
        SetConnection(source="api", target="db", field="retries", value=1),
        "users > api:app_server*2 > cache; api >[retries=1] db:sql_database",
        "Let api try db once more",
    ),
    (
        SetConnection(source="api", target="cache", field="mode", value="async"),
        "users > api:app_server*2 >[async] cache; api > db:sql_database",
        "Let api call cache without waiting",
    ),
    (
        SetConnection(source="api", target="db", field="on_miss", value=True),
        "users > api:app_server*2 > cache; api >[on_miss=true] db:sql_database",
        "Let api call db only after a miss",
    ),
    (
        SetConnection(source="api", target="db", field="timeout", value=None),
        BASE,
        "Let api wait for db however long it takes",
    ),
]


@pytest.mark.parametrize(("change", "result", "words"), CASES, ids=[words for _, _, words in CASES])
def test_each_change(change, result, words):
    assert edited(BASE, change) == result
    assert describe(change, parse(BASE), load()).replace(" (L7)", "") == words
    assert CHANGE.validate_json(CHANGE.dump_json(change, by_alias=True)) == change


def test_reads_can_be_sent_to_replicas_and_machines_to_zones():
    changes = [
        AddZone(zone=Zone(id="a")),
        AddZone(zone=Zone(id="b")),
        AddZone(zone=Zone(id="a", region="elsewhere")),
        SetNode(node="db", field="replicas", value=1),
        SetNode(node="db", field="read_from", value=ReadFrom.REPLICAS),
        SetNode(node="db", field="zones", value=("a", "b")),
    ]
    db = apply(parse(BASE), changes, load()).node("db")
    assert (db.read_from, db.zones) == (ReadFrom.REPLICAS, ("a", "b"))
    assert describe(changes[4], parse(BASE), load()) == "Read db from its replicas only"
    assert describe(changes[5], parse(BASE), load()) == "Put db in zones a and b"


def test_names_are_used_in_words():
    design = parse('api:app_server[name="Front door"]')
    assert (
        describe(SetNode(node="api", field="instances", value=3), design, load())
        == "Set instances of Front door to 3"
    )


def test_a_node_before_another_takes_over_all_its_callers():
    text = "users, m:mobile_app >[read] api:app_server > cache"
    design = apply(parse(text), [InsertNode(node=BALANCER, before="api")], load())
    assert [(c.id, c.carries) for c in design.connections] == [
        ("users>lb", "read"), ("m>lb", "read"), ("api>cache", "all"), ("lb>api", "all"),
    ]  # fmt: skip


def test_a_taken_id_is_replaced_and_later_changes_follow():
    changes = [
        AddNode(node=Node(id="cache", component="cache")),
        Connect(connection=link("api", "cache")),
        SetNode(node="cache", field="instances", value=3),
    ]
    design = apply(parse(BASE), changes, load())
    assert design.node("cache").instances == 1
    assert design.node("cache_2").instances == 3
    assert "api>cache_2" in {c.id for c in design.connections}


def test_free_ids():
    design = parse("cache; cache_2:cache; api:app_server")
    assert free_id(design, "cache") == "cache_3"
    assert free_id(design, "worker") == "worker"
    assert free_id(design, "1 of möre!") == "_1_of_m_re_"
    assert free_id(design, "") == "_"
    long = "x" * 40
    longer = apply(parse("users"), [AddNode(node=Node(id=long, component="cache"))] * 12, load())
    assert len({node.id for node in longer.nodes}) == 13


def test_a_fresh_node_starts_with_the_counts_of_its_component():
    component = load()["sharded_sql"]
    node = place(component, parse("sharded_sql"))
    assert node.id == "sharded_sql_2"
    assert (node.shards, node.replicas) == (component.defaults.shards, component.defaults.replicas)


@pytest.mark.parametrize("component_id", sorted(load()))
def test_every_component_can_be_placed(component_id):
    design = apply(Design(), [AddNode(node=place(load()[component_id], Design()))], load())
    assert design.nodes[0].component == component_id
    assert describe(AddNode(node=design.nodes[0]), Design(), load()).startswith("Add ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (SetNode(node="apy", field="instances", value=2), "no node 'apy' in the design; did you mean 'api'?"),
        (SetNode(node="api", field="instance", value=2), "no field 'instance'; did you mean 'instances'?"),
        (SetNode(node="api", field="position", value=2), "no field 'position'"),
        (SetNode(node="api", field="figures.instances", value=2), "no field 'figures.instances'"),
        (SetNode(node="api", field="instances", value=0), "at least 1"),
        (SetNode(node="api", field="instances", value="many"), "a whole number"),
        (SetNode(node="api", field="instances", value=None), "cannot be empty"),
        (SetNode(node="api", field="instances", value=True), "a whole number"),
        (SetNode(node="api", field="shards", value=2), "has no shards"),
        (SetNode(node="api", field="ttl", value="1 s"), "is no cache"),
        (SetNode(node="cache", field="writes", value="soon"), "through"),
        (SetNode(node="cache", field="writes", value=True), "through"),
        (SetConnection(source="api", target="db", field="time_out", value=1), "did you mean 'timeout'?"),
        (SetConnection(source="api", target="db", field="from", value="db"), "no field 'from'"),
        (SetConnection(source="api", target="db", field="timeout", value="1 GB"), "not a time"),
        (SetConnection(source="api", target="db", field="retry_budget", value=0.1), "no retries"),
        (SetConnection(source="db", target="api", field="retries", value=1), "not connected"),
        (SetNode(node="api", field="memory", value="64 ms"), "not a size"),
        (SetNode(node="api", field="zones", value=("x",)), "no zone 'x'"),
        (SetNode(node="db", field="routing", value="random"), "does not route"),
        (SetNode(node="db", field="component", value="sharded_sq"), "no component 'sharded_sq'"),
        (SetNode(node="api", field="component", value="sql_database"), "has no instances"),
        (SetNode(node="api", field="name", value="a\nb"), "one line"),
        (AddNode(node=Node(id="x", component="nothing")), "no component 'nothing'"),
        (InsertNode(node=BALANCER, between=("users", "db")), "'users' is not connected to 'db'"),
        (InsertNode(node=BALANCER, before="x"), "no node 'x'"),
        (RemoveNode(node="x"), "no node 'x'"),
        (Connect(connection=link("users", "api")), "connected to 'api' already"),
        (Connect(connection=link("users", "x")), "no node 'x'"),
        (Connect(connection=link("users", "users")), "connected to itself"),
        (Connect(connection=link("users", "db", share=0.5)), "does not route"),
        (Disconnect(source="users", target="db"), "not connected"),
    ],
)
def test_what_cannot_be_done_is_refused(change, words):
    with pytest.raises(DesignError) as caught:
        apply(parse(BASE), [change], load())
    assert words in str(caught.value)
    assert caught.value.where is None


@pytest.mark.parametrize("data", [
    {"kind": "insert_node", "node": {"id": "x", "component": "cache"}},
    {"kind": "insert_node", "node": {"id": "x", "component": "cache"}, "before": "a", "between": ["a", "b"]},
    {"kind": "set_node", "node": "a", "field": "instances", "value": {"more": 1}},
    {"kind": "set_connection", "source": "a", "target": "b", "field": "timeout", "value": ["1 s"]},
    {"kind": "drop_table"},
    {"kind": "remove_node", "node": "a", "force": 1},
])  # fmt: skip
def test_changes_that_mean_nothing_cannot_be_made(data):
    with pytest.raises(ValidationError):
        CHANGE.validate_python(data)


def test_removing_a_node_joins_only_what_passed_through():
    text = "users >[read, calls=2] a:app_server >[calls=5] cache; a >[write] db:sql_database; a > users"
    design = apply(parse(text), [RemoveNode(node="a", reconnect=True)], load())
    assert [(c.id, c.carries, c.calls) for c in design.connections] == [("users>cache", "read", 10.0)]


def test_joining_keeps_the_patience_of_the_caller():
    text = (
        "users >[timeout=2 s, retries=3, read] a:app_server >[timeout=1 s, async] b:app_server;"
        " q:message_queue >[failed] a; c:app_server > q2:message_queue >[failed] b"
    )
    removed = [RemoveNode(node=node, reconnect=True) for node in ("a", "q2")]
    design = apply(parse(text), removed, load())
    assert [link.model_dump(exclude_defaults=True) for link in design.connections] == [
        {"source": "users", "target": "b", "carries": "read", "timeout": 2.0, "retries": 3},
        {"source": "q", "target": "b", "carries": "failed"},
    ]


def test_new_nodes_are_placed_near_their_neighbours():
    spots = {"users": (0, 0), "api": (400, 100), "cache": (800, 0), "db": (800, 200)}
    design = parse(BASE)
    nodes = [
        n.model_copy(update={"position": Position(x=spots[n.id][0], y=spots[n.id][1])}) for n in design.nodes
    ]
    design = design.model_copy(update={"nodes": tuple(nodes)})
    changes = [
        InsertNode(node=BALANCER, between=("users", "api")),
        InsertNode(node=Node(id="l4", component="l4_load_balancer"), between=("users", "lb")),
        AddNode(node=Node(id="cdn", component="cdn")),
        Connect(connection=link("users", "cdn")),
        AddNode(node=Node(id="monitoring", component="monitoring")),
    ]
    done = apply(design, changes, load())
    places = {node.id: node.position for node in done.nodes}
    assert places["api"] == Position(x=400, y=100)
    assert places["lb"] == Position(x=200, y=50)
    assert all(place is not None for place in places.values())
    cards = list(places.values())
    for index, one in enumerate(cards):
        for other in cards[index + 1 :]:
            assert abs(one.x - other.x) >= CARD_WIDTH or abs(one.y - other.y) >= CARD_HEIGHT


def test_a_board_without_positions_stays_without():
    design = apply(parse(BASE), [InsertNode(node=BALANCER, before="api")], load())
    assert all(node.position is None for node in design.nodes)


SOUND = designs(load(), max_nodes=6, policies=True)


@given(SOUND)
def test_no_changes_change_nothing(design):
    assert apply(design, [], load()) == design


@given(SOUND, st.data())
def test_adding_is_undone_by_removing(design, data):
    component = load()[data.draw(st.sampled_from(sorted(load())))]
    node = place(component, design)
    added = apply(design, [AddNode(node=node)], load())
    assert len(added.nodes) == len(design.nodes) + 1
    assert apply(added, [RemoveNode(node=node.id)], load()) == design


@given(SOUND, st.data())
def test_disconnecting_is_undone_by_connecting(design, data):
    if not design.connections:
        assert design.connections == ()
        return
    gone = data.draw(st.sampled_from(design.connections))
    without = apply(design, [Disconnect(source=gone.source, target=gone.target)], load())
    assert set(without.connections) == set(design.connections) - {gone}
    again = apply(without, [Connect(connection=gone)], load())
    assert set(again.connections) == set(design.connections)


def test_a_node_that_goes_leaves_its_group_and_a_group_without_nodes_goes_too():
    design = parse(BASE).model_copy(
        update={"groups": (Group(id="reads", nodes=("api", "cache")), Group(id="alone", nodes=("db",)))}
    )
    left = apply(design, [RemoveNode(node="cache"), RemoveNode(node="db")], load())
    assert left.groups == (Group(id="reads", nodes=("api",)),)


@given(SOUND, st.data())
def test_inserting_is_undone_by_removing_and_joining(design, data):
    if not design.connections:
        assert design.connections == ()
        return
    cut = data.draw(st.sampled_from(design.connections))
    node = place(load()["load_balancer"], design)
    change = InsertNode(node=node, between=(cut.source, cut.target))
    inserted = apply(design, [change], load())
    undone = apply(inserted, [RemoveNode(node=node.id, reconnect=True)], load())
    assert undone.nodes == design.nodes
    # The words on the arrow go with the arrow.
    bare = {c.model_copy(update={"label": None}) if c.id == cut.id else c for c in design.connections}
    assert {c.model_copy(update={"label": None}) if c.id == cut.id else c for c in undone.connections} == bare


@given(SOUND, st.data())
def test_setting_is_undone_by_setting_back(design, data):
    node = data.draw(st.sampled_from(design.nodes))
    before = node.figures.get("memory")
    there = apply(design, [SetNode(node=node.id, field="memory", value="3 GB")], load())
    assert there.node(node.id).figures["memory"] == 3e9
    assert apply(there, [SetNode(node=node.id, field="figures.memory", value=before)], load()) == design


@given(SOUND, st.lists(st.sampled_from([case[0] for case in CASES]), max_size=3))
def test_an_edit_gives_a_sound_design_or_is_refused(design, changes):
    with contextlib.suppress(DesignError):
        design = apply(design, changes, load())
    assert check(design, load()) == []
