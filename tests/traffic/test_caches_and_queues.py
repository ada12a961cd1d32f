"""How plans treat caches and queues, each rule on the smallest board that shows it. See `tell`."""

from __future__ import annotations

import pytest

from designer.scenario.model import Touch
from tests.traffic.boards import IMAGE, LATER, READ, UPDATE, USER, WRITE, plan_of, tell

PUT_IMAGE = Touch(dataset="images", operation="write")
INDEX = Touch(dataset="texts", operation="write", deferred=True)


@pytest.mark.parametrize(
    ("board", "touches", "expected"),
    [
        # Aside: asked before a read, forgotten after an update, left alone by a write.
        (
            "users > api:app_server > cache, db:sql_database",
            [READ, WRITE, UPDATE],
            "users[012] > api[012] > (try cache[0]!0, miss(cache) db[0]!0, db[12]!1!2, try cache[2]!2)",
        ),
        # One lookup for two datasets, a call on the misses of each.
        (
            "users > api:app_server > cache, db:sql_database",
            [READ, USER],
            "users[01] > api[01] > (try cache[01]!0!1, miss(cache) db[0]!0, miss(cache) db[1]!1)",
        ),
        (
            "users > api:app_server > cache[holds=users], db:sql_database",
            [READ, USER],
            "users[01] > api[01] > (db[0]!0, try cache[1]!1, miss(cache) db[1]!1)",
        ),
        # Two caches beside a service share the lookups; each must forget.
        (
            "users > api:app_server > c1:cache, c2:cache, db:sql_database",
            [READ, UPDATE],
            (
                "users[01] > api[01] > (try {0.5 c1[0]!0 or 0.5 c2[0]!0}, miss(c1) db[0]!0, "
                "db[1]!1, try c1[1]!1, try c2[1]!1)"
            ),
        ),
        # Through a proxy that only leads to the cache, and through one that leads to both.
        (
            "users > api:app_server > proxy:reverse_proxy > cache; api > db:sql_database",
            [READ, UPDATE],
            (
                "users[01] > api[01] > (try proxy[0] > cache[0]!0, miss(cache) db[0]!0, "
                "db[1]!1, try proxy[1] > cache[1]!1)"
            ),
        ),
        (
            "users > api:app_server > proxy:reverse_proxy > cache, db:sql_database",
            [READ],
            "users[0] > api[0] > (try proxy[0] > cache[0]!0, miss(cache) proxy[0] > db[0]!0)",
        ),
        # Of two services with the same cache, the one nearer to the data asks it.
        (
            "users > web:app_server > cache; web > api:app_server > cache, db:sql_database",
            [READ, UPDATE],
            "users[01] > web[01] > api[01] > (try cache[0]!0, miss(cache) db[0]!0, db[1]!1, try cache[1]!1)",
        ),
        # A cache of its own is asked by each.
        (
            "users > web:app_server > c1:cache; web > api:app_server > c2:cache, db:sql_database",
            [READ],
            "users[0] > web[0] > (try c1[0]!0, miss(c1) api[0] > (try c2[0]!0, miss(c2) db[0]!0))",
        ),
        # A cache that may not keep the data is not asked: images belong to the edge and the client.
        (
            "users > api:app_server > cache, files:object_storage",
            [IMAGE],
            "users[0] > api[0] > files[0]!0",
        ),
        # Nor is an edge cache without an origin.
        (
            "users > cdn; users > api:app_server > files:object_storage",
            [IMAGE],
            "users[0] > api[0] > files[0]!0",
        ),
        (
            "users > browser_cache; users > api:app_server > files:object_storage",
            [IMAGE, Touch(dataset="images", operation="update")],
            (
                "users[01] > (try browser_cache[0]!0, miss(browser_cache) api[0] > files[0]!0, "
                "api[1] > files[1]!1, try browser_cache[1]!1)"
            ),
        ),
    ],
)
def test_caches_aside(board: str, touches: list[Touch], expected: str) -> None:
    assert tell(plan_of(board, *touches)) == expected


@pytest.mark.parametrize(
    ("board", "touches", "expected"),
    [
        # Read-through: reads are answered or go on, all else passes.
        (
            "users > api:app_server > cache > db:sql_database",
            [READ, USER, WRITE],
            "users[012] > api[012] > cache[012]!0!1 > (miss db[0]!0, miss db[1]!1, db[2]!2)",
        ),
        # Write-around: with a way of their own, writes keep away, and an update is told.
        (
            "users > api:app_server > cache > db:sql_database; api > db",
            [READ, WRITE, UPDATE],
            "users[012] > api[012] > (cache[0]!0 > miss db[0]!0, db[12]!1!2, try cache[2]!2)",
        ),
        # Files by the CDN, data by the load balancer.
        (
            "users > cdn > files:object_storage; users > lb:load_balancer > api:app_server > files, db:sql_database",
            [IMAGE, READ, PUT_IMAGE],
            "users[012] > (cdn[0]!0 > miss files[0]!0, lb[12] > api[12] > (db[1]!1, files[2]!2))",
        ),
        # Everything by the CDN.
        (
            "users > cdn > lb:load_balancer > api:app_server > files:object_storage, db:sql_database",
            [IMAGE, READ],
            "users[01] > cdn[01]!0 > (miss lb[0] > api[0] > files[0]!0, lb[1] > api[1] > db[1]!1)",
        ),
        # Two in line.
        (
            "users > browser_cache > cdn > api:app_server > files:object_storage",
            [IMAGE],
            "users[0] > browser_cache[0]!0 > miss cdn[0]!0 > miss api[0] > files[0]!0",
        ),
        (
            "users > api:app_server > lb:load_balancer > c1:cache, c2:cache > db:sql_database",
            [READ],
            "users[0] > api[0] > lb[0] > {0.5 c1[0]!0 > miss db[0]!0 or 0.5 c2[0]!0 > miss db[0]!0}",
        ),
    ],
)
def test_caches_on_the_way(board: str, touches: list[Touch], expected: str) -> None:
    assert tell(plan_of(board, *touches)) == expected


@pytest.mark.parametrize(
    ("board", "touches", "expected"),
    [
        # What may wait goes through the queue; the call into it is waited for, the call out of it is not.
        (
            "users > api:app_server > queue:message_queue > worker > db:sql_database; api > db",
            [READ, LATER],
            "users[01] > api[01] > (db[0]!0, queue[1] > later worker[1] > db[1]!1)",
        ),
        # A queue further on counts too.
        (
            "users > api:app_server > other:app_server > queue:message_queue > worker > db:sql_database; api > db",
            [WRITE, LATER],
            "users[01] > api[01] > (db[0]!0, other[1] > queue[1] > later worker[1] > db[1]!1)",
        ),
        # Without a queue the service does it there and then.
        (
            "users > api:app_server > db:sql_database",
            [LATER],
            "users[0] > api[0] > db[0]!0",
        ),
        # Without another way even what may not wait has to.
        (
            "users > api:app_server > queue:message_queue > worker > db:sql_database",
            [READ],
            "users[0] > api[0] > queue[0] > later worker[0] > db[0]!0",
        ),
        # Once deferred is enough.
        (
            (
                "users > api:app_server > q1:message_queue > w1:worker > q2:message_queue > w2:worker > "
                "db:sql_database; w1 > db"
            ),
            [LATER],
            "users[0] > api[0] > q1[0] > later w1[0] > db[0]!0",
        ),
        # Consumers that can do the same share it; those that can do other things get theirs.
        (
            "users > api:app_server > queue:message_queue > w1:worker, w2:worker > db:sql_database",
            [LATER],
            "users[0] > api[0] > queue[0] > later {0.5 w1[0] > db[0]!0 or 0.5 w2[0] > db[0]!0}",
        ),
        (
            "users > api:app_server > log:log_stream > a:worker > db:sql_database; log > b:worker > idx:search_index",
            [LATER, INDEX],
            "users[01] > api[01] > log[01] > (later a[0] > db[0]!0, later b[1] > idx[1]!1)",
        ),
        # The cache is told where the update is made known: here by the worker.
        (
            "users > api:app_server > queue:message_queue > worker > db:sql_database, cache; api > cache, db",
            [Touch(dataset="links", operation="update", deferred=True)],
            "users[0] > api[0] > queue[0] > later worker[0] > (db[0]!0, try cache[0]!0)",
        ),
    ],
)
def test_queues(board: str, touches: list[Touch], expected: str) -> None:
    assert tell(plan_of(board, *touches)) == expected
