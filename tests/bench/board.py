"""A busy board to measure with: 30 nodes and 77 connections, always the same, and the scenario it answers."""

from __future__ import annotations

from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.scenario.loader import parse_scenario
from designer.scenario.model import Scenario

SERVICES = ("accounts", "search", "offers", "prices", "basket", "orders", "reviews", "feed")

SCENARIO = """
version: 1
name: Marketplace
difficulty: hard
minutes: 45
summary: A marketplace to measure with.
story: A marketplace to measure with.
datasets:
  people: {name: People, record_size: 2 KB, records: 50M, growth: 20k/day, skew: 0.8, cacheable: [server]}
  offers: {name: Offers, record_size: 5 KB, records: 20M, growth: 50k/day, skew: 1.0, cacheable: [server]}
  orders: {name: Orders, record_size: 1 KB, records: 200M, growth: 500k/day, skew: 0.3}
  reviews: {name: Reviews, record_size: 1 KB, records: 80M, growth: 100k/day, skew: 0.9, cacheable: [server]}
  carts: {name: Carts, record_size: 3 KB, records: 5M, growth: 0/day, skew: 0.2}
  sessions: {name: Sessions, record_size: 500 B, records: 10M, growth: 0/day, skew: 0.5}
  pictures: {name: Pictures, kind: blobs, record_size: 200 KB, records: 60M, growth: 150k/day, cacheable: [edge]}
workloads:
  browse:
    name: Browse
    rate: 4k/s
    peak_factor: 2
    touches: [{dataset: sessions}, {dataset: offers, records: 10}, {dataset: reviews, records: 3}]
  look:
    name: Look at pictures
    rate: 9k/s
    touches: [{dataset: pictures}]
  sign_in:
    name: Sign in
    rate: 200/s
    touches: [{dataset: people}, {dataset: sessions, operation: write}]
  order:
    name: Order
    rate: 60/s
    peak_factor: 3
    touches:
      - {dataset: carts}
      - {dataset: orders, operation: write}
      - {dataset: offers, operation: write, deferred: true}
  review:
    name: Review
    rate: 15/s
    touches: [{dataset: reviews, operation: write, deferred: true}]
requirements:
  browse_throughput: {kind: throughput, workload: browse}
  browse_latency: {kind: latency, workload: browse, percentile: 99, limit: 400 ms}
  look_latency: {kind: latency, workload: look, percentile: 95, limit: 300 ms}
  order_latency: {kind: latency, workload: order, percentile: 99, limit: 1 s}
  order_availability: {kind: availability, workload: order, minimum: 99.9 %}
  orders_durability: {kind: durability, dataset: orders, minimum: 99.999 %}
  review_freshness: {kind: freshness, workload: review, limit: 10 s}
  offers_storage: {kind: storage, dataset: offers, horizon: 2 years}
  budget: {kind: budget, limit: $150k/month}
"""


def _cell(mark: str, callers: str) -> list[str]:
    zones = "[zones=a+b+c]"
    stores = (
        f"people_db{mark}:sql_database*3[zones=a+b+c, disk=4 TB, holds=people]",
        f"offers_db{mark}:sharded_sql[shards=8, replicas=2, zones=a+b+c, holds=offers]",
        f"orders_db{mark}:sharded_sql[shards=4, replicas=2, zones=a+b+c, holds=orders]",
        f"reviews_db{mark}:document_store[shards=6, replicas=2, zones=a+b+c, holds=reviews]",
        f"carts_db{mark}:key_value_store[holds=carts]",
        f"sessions_db{mark}:key_value_store[holds=sessions]",
        f"offer_cache{mark}:cache*6[replicas=1, zones=a+b+c, holds=offers]",
        f"people_cache{mark}:cache*3[replicas=1, zones=a+b+c, holds=people]",
        f"review_cache{mark}:cache*3[replicas=1, zones=a+b+c, holds=reviews]",
    )

    def here(*names: str) -> str:
        return ", ".join(f"{name}{mark}" for name in names)

    return [
        f"web{mark}:load_balancer*4{zones}; app{mark}:load_balancer*4{zones}",
        *(f"{name}{mark}:app_server*60{zones}" for name in SERVICES),
        *stores,
        f"{callers} > {here('web', 'app')}",
        f"{here('web', 'app')} > {here(*SERVICES)}",
        *(f"{name}{mark} > {here('people_db', 'sessions_db', 'people_cache')}" for name in SERVICES),
        f"{here('offers', 'prices', 'feed', 'search', 'basket')} > {here('offer_cache', 'offers_db')}",
        f"{here('reviews', 'feed')} > {here('review_cache', 'reviews_db')}",
        f"{here('basket', 'orders')} > {here('carts_db', 'orders_db')}",
        f"events{mark}:message_queue; jobs{mark}:message_queue",
        f"{here('orders', 'reviews')} > events{mark} > indexer{mark}:worker*20",
        f"{here('orders', 'basket')} > jobs{mark} > mailer{mark}:worker*20",
        f"indexer{mark} > {here('offers_db', 'reviews_db')}",
        f"mailer{mark} > offers_db{mark}, notify{mark}:notification_service",
    ]


def scenario() -> Scenario:
    return parse_scenario(SCENARIO, "marketplace.yaml", load())


EDGE = "users > cdn > pictures:object_storage; mobile_app > cdn; watch:monitoring; nightly:scheduler"
ZONES = "@ eu/a, eu/b, eu/c"


def design(cells: int = 1) -> Design:
    """Two kinds of clients, edge and balancers, eight services, each with its caches, stores and queue, and workers.

    With several `cells` the 24 nodes behind the edge are there as often, and a DNS spreads the requests over them. They
    are put together from many texts: the notation is for what people write by hand.
    """
    if cells == 1:
        texts = ["\n".join([ZONES, EDGE, *_cell("", "users, mobile_app, cdn")])]
    else:
        texts = ["\n".join([ZONES, EDGE, "users, mobile_app, cdn > edge:dns"])]
        texts += ["\n".join([ZONES, "edge:dns", *_cell(str(number), "edge")]) for number in range(cells)]
    parts = [parse_notation(text, load()) for text in texts]
    nodes = {node.id: node for part in parts for node in part.nodes}
    connections = {item.id: item for part in parts for item in part.connections}
    update = {"nodes": tuple(nodes.values()), "connections": tuple(connections.values())}
    return parts[0].model_copy(update=update)
