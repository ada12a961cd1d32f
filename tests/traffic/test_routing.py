"""Every rule of routing on the smallest board that shows it. How a plan is written: see `tell`."""

from __future__ import annotations

import pytest

from designer.design.model import Connection, Design, Node
from designer.errors import DesignError
from designer.scenario.model import Touch
from designer.traffic.model import Work
from designer.traffic.routing import route
from tests.traffic.boards import (
    CATALOG,
    IMAGE,
    READ,
    SEARCH,
    UPDATE,
    USER,
    WRITE,
    ask,
    plan_of,
    tell,
    visits_of,
)


def check(board: str, touches: list[Touch], expected: str) -> None:
    assert tell(plan_of(board, *touches)) == expected


@pytest.mark.parametrize(
    ("board", "touches", "expected"),
    [
        (
            "users > lb:load_balancer > api:app_server > db:sql_database",
            [READ, WRITE],
            "users[01] > lb[01] > api[01] > db[01]!0!1",
        ),
        # Proxies in a row each pass everything on.
        (
            "users > dns > gw:api_gateway > rp:reverse_proxy > api:app_server > db:sql_database",
            [READ],
            "users[0] > dns[0] > gw[0] > rp[0] > api[0] > db[0]!0",
        ),
        # A capability ends at what provides it.
        (
            "users > api:app_server > db:sql_database, model:model_server, idx:search_index",
            [READ, SEARCH, Touch(capability="inference", count=3)],
            "users[012] > api[012] > (db[0]!0, idx[1]!1, model[2]!2x3)",
        ),
        # What the caller has an answer of its own for is tried; a write is not done by an answer.
        (
            "users > api:app_server >[fallback=true] idx:search_index; api >[fallback=true] db:sql_database",
            [SEARCH, WRITE],
            "users[01] > api[01] > (try idx[0]!0, db[1]!1)",
        ),
        # Only where each of those that may be called can be done without.
        (
            "users > api:app_server >[fallback=true] one:search_index; api > two:search_index",
            [SEARCH],
            "users[0] > api[0] > {0.5 one[0]!0 or 0.5 two[0]!0}",
        ),
        # A node may offer what its component does not.
        (
            "users > api:app_server[provides=search]",
            [SEARCH],
            "users[0] > api[0]!0",
        ),
        # Done in part here, passed on in part.
        (
            "users > api:app_server[provides=search] > db:sql_database",
            [SEARCH, READ],
            "users[01] > api[01]!0 > db[1]!1",
        ),
        # Nothing passes an observer or a client.
        (
            "users > api:app_server > monitoring, db:sql_database; users > mobile_app",
            [READ],
            "users[0] > api[0] > db[0]!0",
        ),
    ],
)
def test_ways_through_a_design(board: str, touches: list[Touch], expected: str) -> None:
    check(board, touches, expected)


@pytest.mark.parametrize(
    ("board", "touches", "expected"),
    [
        # A router sends the whole request to one of its targets; a service calls all it needs.
        (
            "users > lb:load_balancer > a:app_server, b:app_server > db:sql_database, files:object_storage",
            [READ, IMAGE],
            "users[01] > lb[01] > {0.5 a[01] > (db[0]!0, files[1]!1) or 0.5 b[01] > (db[0]!0, files[1]!1)}",
        ),
        (
            "users > lb:load_balancer >[share=0.9] a:app_server > db:sql_database; lb >[share=0.1] b:app_server > db",
            [READ],
            "users[0] > lb[0] > {0.9 a[0] > db[0]!0 or 0.1 b[0] > db[0]!0}",
        ),
        # What the shares leave is divided evenly.
        (
            (
                "users > lb:load_balancer >[share=0.5] a:app_server > db:sql_database; "
                "lb > b:app_server, c:app_server > db"
            ),
            [READ],
            "users[0] > lb[0] > {0.5 a[0] > db[0]!0 or 0.25 b[0] > db[0]!0 or 0.25 c[0] > db[0]!0}",
        ),
        # Shares count among those who can: the tenth that goes to search has no part in this.
        (
            (
                "users > lb:load_balancer >[share=0.6] a:app_server > db:sql_database; "
                "lb >[share=0.3] b:app_server > db; lb >[share=0.1] c:app_server > search_index"
            ),
            [READ],
            "users[0] > lb[0] > {0.667 a[0] > db[0]!0 or 0.333 b[0] > db[0]!0}",
        ),
        (
            "users > lb:load_balancer >[share=0] a:app_server > db:sql_database; lb > b:app_server > db",
            [READ],
            "users[0] > lb[0] > b[0] > db[0]!0",
        ),
        # Each need goes where it can be met.
        (
            (
                "users > gw:api_gateway > links:app_server > one:sql_database[holds=links]; "
                "gw > people:app_server > two:sql_database[holds=users]"
            ),
            [READ, USER],
            "users[01] > gw[01] > (links[0] > one[0]!0, people[1] > two[1]!1)",
        ),
        # Not through a service that would only ask another of the targets.
        (
            "users > gw:api_gateway > people:app_server > db:sql_database; gw > orders:app_server > people",
            [READ],
            "users[0] > gw[0] > people[0] > db[0]!0",
        ),
        (
            "users > api:app_server > db:sql_database; api > other:app_server > db",
            [READ],
            "users[0] > api[0] > db[0]!0",
        ),
    ],
)
def test_routers_choose_and_services_call(board: str, touches: list[Touch], expected: str) -> None:
    check(board, touches, expected)


@pytest.mark.parametrize(
    ("board", "touches", "expected"),
    [
        # Two stores of the same data share its requests.
        (
            "users > api:app_server > one:sql_database, two:sql_database",
            [READ, WRITE],
            "users[01] > api[01] > {0.5 one[01]!0!1 or 0.5 two[01]!0!1}",
        ),
        # Connections that carry one kind of operation tell a primary from a replica.
        (
            "users > api:app_server >[write] one:sql_database; api >[read] two:sql_database",
            [READ, WRITE, UPDATE],
            "users[012] > api[012] > (two[0]!0, one[12]!1!2)",
        ),
        # Who names a dataset is its home, for itself alone.
        (
            "users > api:app_server > one:sql_database[holds=links], two:sql_database",
            [READ, USER],
            "users[01] > api[01] > (one[0]!0, two[1]!1)",
        ),
        # A store may pass on what it does not hold.
        (
            "users > api:app_server > db:sql_database > idx:search_index",
            [WRITE, Touch(dataset="texts", operation="write")],
            "users[01] > api[01] > db[01]!0 > idx[1]!1",
        ),
    ],
)
def test_stores(board: str, touches: list[Touch], expected: str) -> None:
    check(board, touches, expected)


def test_calls_per_request_are_calls_to_services_and_operations_of_stores() -> None:
    check(
        "users > api:app_server >[calls=20] db:sql_database; api >[calls=3] other:app_server > idx:search_index",
        [READ, SEARCH],
        "users[01] > api[01] > (db[0]!0x20, 3x other[1] > idx[1]!1)",
    )
    check(
        "users > api:app_server >[calls=4] cache > db:sql_database",
        [READ],
        "users[0] > api[0] > 4x cache[0]!0 > miss db[0]!0",
    )


def test_calls_that_differ_by_target_weigh_in_the_division() -> None:
    check(
        "users > lb:load_balancer >[calls=3] a:app_server > db:sql_database; lb > b:app_server > db",
        [READ],
        "users[0] > lb[0] > 2x {0.75 a[0] > db[0]!0 or 0.25 b[0] > db[0]!0}",
    )


def test_counts_of_a_touch_are_operations() -> None:
    plan = plan_of("users > api:app_server > db:sql_database", Touch(dataset="links", count=10, records=5))
    assert [visit.work for visit in visits_of(plan) if visit.node == "db"] == [(Work(0, 10.0),)]


def test_several_clients_share_a_workload() -> None:
    check(
        "users, mobile_app > api:app_server > db:sql_database",
        [READ],
        "0.5 users[0] > api[0] > db[0]!0 | 0.5 mobile_app[0] > api[0] > db[0]!0",
    )


def test_only_clients_with_a_way_to_everything_send_a_workload() -> None:
    check(
        "users > site:app_server > db:sql_database; mobile_app > api:app_server > db, search_index",
        [READ, SEARCH],
        "mobile_app[01] > api[01] > (db[0]!0, search_index[1]!1)",
    )


def test_services_that_call_each_other_for_different_things() -> None:
    check(
        "users > a:app_server > b:app_server > a; a > one:sql_database[holds=links]; b > two:sql_database[holds=users]",
        [READ, USER],
        "users[01] > a[01] > (one[0]!0, b[1] > two[1]!1)",
    )


def test_arrows_drawn_for_the_answers_lead_nowhere() -> None:
    check(
        "users > lb:load_balancer > a:app_server, b:app_server > db:sql_database; db > a, b > lb > users",
        [READ],
        "users[0] > lb[0] > {0.5 a[0] > db[0]!0 or 0.5 b[0] > db[0]!0}",
    )


def test_the_same_needs_at_the_same_node_are_one_visit() -> None:
    plan = plan_of("users > lb:load_balancer > a:app_server, b:app_server > db:sql_database", READ)
    assert [visit.node for visit in visits_of(plan)].count("db") == 1


def test_plans_are_compared_by_what_they_say() -> None:
    board = "users > lb:load_balancer > a:app_server, b:app_server > db:sql_database"
    assert plan_of(board, READ) == plan_of(board, READ)
    assert plan_of(board, READ) != plan_of(board, WRITE, READ)
    assert plan_of(board, READ) != plan_of(
        board.replace("sql_database", "document_store[replicas=1]") + ", cache", READ
    )
    entry = plan_of(board, READ).entries[0].visit
    assert entry != "users"
    assert len({entry, plan_of(board, READ).entries[0].visit}) == 1


def test_dense_layers_and_long_chains_are_routed() -> None:
    layers = [", ".join(f"n{layer}_{index}:app_server" for index in range(30)) for layer in range(3)]
    dense = plan_of(f"users > {' > '.join(layers)} > db:sql_database", READ, UPDATE)
    assert len(visits_of(dense)) == 92
    assert dense == plan_of(f"users > {' > '.join(layers)} > db:sql_database", READ, UPDATE)
    chain = " > ".join(f"n{index}:app_server" for index in range(490))
    assert len(visits_of(plan_of(f"users > {chain} > db:sql_database", READ))) == 492


def test_a_ring_of_services_is_routed() -> None:
    names = [f"n{index}:app_server" for index in range(60)]
    text = f"users > {' > '.join(names)} > n0; n59 > db:sql_database"
    assert len(visits_of(plan_of(text, READ))) == 62


def test_what_cannot_be_a_design_is_refused() -> None:
    unknown = Design(nodes=(Node(id="a", component="sql_databse"),))
    with pytest.raises(DesignError, match="no component 'sql_databse'") as refused:
        route(ask(READ), unknown, CATALOG)
    assert refused.value.suggestion == "sql_database"
    loose = Design(
        nodes=(Node(id="store", component="sql_database"),),
        connections=(Connection(source="store", target="stoer"),),
    )
    with pytest.raises(DesignError, match="'stoer', which is no node") as refused:
        route(ask(READ), loose, CATALOG)
    assert refused.value.suggestion == "store"
