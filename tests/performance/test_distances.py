"""Round trips between places and zones, as they show in a request."""

from __future__ import annotations

import pytest

from designer.scenario.model import Touch
from tests.performance.boards import DATASETS, READ, SHIPPED, ask, measure, work
from tests.performance.test_latency import FAR, NEXT_DOOR, NEXT_ZONE, answer, hop


@pytest.mark.parametrize(
    ("zones", "mean"),
    [
        (("a", "a"), NEXT_DOOR),
        (("a", "b"), NEXT_ZONE),
        (("a", "c"), FAR),
        (("a+b", "a+b"), (NEXT_DOOR + NEXT_ZONE) / 2),
        (("a+c", "a+c"), (NEXT_DOOR + FAR) / 2),
        (("a", "a+b+c"), (NEXT_DOOR + NEXT_ZONE + FAR) / 3),
    ],
)
def test_the_way_between_zones_is_that_between_any_two_machines(zones: tuple[str, str], mean: float) -> None:
    text = f"@ eu/a, eu/b, us/c\nusers > api:server*6[zones={zones[0]}] > db:quorum[instances=6, zones={zones[1]}]"
    assert hop(answer(text, READ), "db").network == pytest.approx(mean)


def test_machines_are_spread_over_zones_one_after_the_other() -> None:
    text = "@ eu/a, eu/b\nusers > api:server*3[zones=a+b] > db:sql[zones=a]"
    expected = 2 / 3 * NEXT_DOOR + 1 / 3 * NEXT_ZONE
    assert hop(answer(text, READ), "db").network == pytest.approx(expected)
    alone = "@ eu/a, eu/b\nusers > api:server[zones=a+b] > db:sql[zones=a]"
    assert hop(answer(alone, READ), "db").network == pytest.approx(NEXT_DOOR)


def test_what_a_provider_manages_is_in_every_zone_of_the_region() -> None:
    text = "@ eu/a, eu/b, us/c\nusers > api:server[zones=a] > db:managed"
    assert hop(answer(text, READ), "db").network == pytest.approx((NEXT_DOOR + NEXT_ZONE) / 2)


def test_what_is_on_the_device_or_at_the_edge() -> None:
    board = measure(
        ask({"w": work(Touch(dataset="images"))}),
        "users > cdn[memory=50 MB] > api:app_server > object_storage",
    )
    world = SHIPPED.environment
    response = board.answers["w"]
    misses = 1 - board.traffic.hit_ratio("cdn", "images")
    assert hop(response, "cdn").network == pytest.approx(world.client_to_edge.mean)
    assert hop(response, "api").network == pytest.approx(misses * world.edge_to_region.mean, abs=1e-12)
    device = {"browser": DATASETS["images"].model_copy(update={"cacheable": ("client",)})}
    own = measure(
        ask({"w": work(Touch(dataset="browser"))}, device),
        "users > browser_cache > api:app_server > object_storage",
    )
    assert hop(own.answers["w"], "browser_cache").network == 0.0


def test_two_things_at_the_edge_are_next_door() -> None:
    board = measure(ask({"w": work(Touch(dataset="images"))}), "users > dns > cdn > object_storage")
    assert hop(board.answers["w"], "cdn").network == pytest.approx(SHIPPED.environment.same_zone.mean)
