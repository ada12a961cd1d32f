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


def notation() -> str:
    """Two kinds of clients, edge and balancers, eight services, each with its caches, stores and queue, and workers."""
    zones = "[zones=a+b+c]"
    stores = (
        "people_db:sql_database*3[zones=a+b+c, disk=4 TB, holds=people]",
        "offers_db:sharded_sql[shards=8, replicas=2, zones=a+b+c, holds=offers]",
        "orders_db:sharded_sql[shards=4, replicas=2, zones=a+b+c, holds=orders]",
        "reviews_db:document_store[shards=6, replicas=2, zones=a+b+c, holds=reviews]",
        "carts_db:key_value_store[holds=carts]",
        "sessions_db:key_value_store[holds=sessions]",
        "offer_cache:cache*6[replicas=1, zones=a+b+c, holds=offers]",
        "people_cache:cache*3[replicas=1, zones=a+b+c, holds=people]",
        "review_cache:cache*3[replicas=1, zones=a+b+c, holds=reviews]",
    )
    lines = [
        "@ eu/a, eu/b, eu/c",
        "users > cdn > pictures:object_storage",
        f"users, mobile_app > web:load_balancer*4{zones}, app:load_balancer*4{zones}",
        "cdn > web, app; mobile_app > cdn",
        *(f"{name}:app_server*60{zones}" for name in SERVICES),
        *stores,
        f"web, app > {', '.join(SERVICES)}",
        *(f"{name} > people_db, sessions_db, people_cache" for name in SERVICES),
        "offers, prices, feed, search, basket > offer_cache, offers_db",
        "reviews, feed > review_cache, reviews_db",
        "basket, orders > carts_db, orders_db",
        "events:message_queue; jobs:message_queue",
        "orders, reviews > events > indexer:worker*20",
        "orders, basket > jobs > mailer:worker*20",
        "indexer > offers_db, reviews_db; mailer > offers_db, notify:notification_service",
        "watch:monitoring; nightly:scheduler",
    ]
    return "\n".join(lines)


def scenario() -> Scenario:
    return parse_scenario(SCENARIO, "marketplace.yaml", load())


def design() -> Design:
    return parse_notation(notation(), load())
