"""A small scenario and the reports of designs of every fate under it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.report import Report, review
from designer.scenario.loader import parse_scenario
from designer.scenario.model import Scenario

SCENARIO = """
version: 1
name: Shop
difficulty: core
minutes: 30
summary: A shop.
story: A shop.
datasets:
  items: {name: Items, record_size: 1 KB, records: 1M, growth: 10/s, skew: 0.9, cacheable: [server]}
workloads:
  look: {name: Look, rate: 800/s, touches: [{dataset: items}]}
  order: {name: Order, rate: 10/s, touches: [{dataset: items, operation: write, deferred: true}]}
requirements:
  carry: {kind: throughput, workload: look, title: Look at the busiest hour}
  quick: {kind: latency, workload: look, percentile: 99, limit: 500 ms, title: A page opens quickly}
  up: {kind: availability, workload: look, minimum: 95 %}
  safe: {kind: durability, dataset: items, minimum: 99 %}
  soon: {kind: freshness, workload: order, limit: 5 s}
  room: {kind: storage, dataset: items, horizon: 2 years}
  cheap: {kind: budget, limit: $5k/month, hidden: true}
"""

DESIGNS: Mapping[str, str] = {
    "sound": "users > load_balancer*2 > api:app_server*4 > cache*2, db:sql_database*2[disk=2TB]",
    "overloaded": "users > api:app_server[read_rate=500/s] > db:sql_database",
    "cycle": (
        "users > load_balancer > north:app_server > n_db:sql_database; "
        "load_balancer > south:app_server > s_db:sql_database; north > south; south > north"
    ),
    "unserved": "users > api:app_server*4; db:sql_database",
    "deferred": "users > api:app_server*4 > db:sql_database*2[disk=2TB], message_queue > worker > db",
    "lonely": "users",
    "empty": "",
    "hostile": (
        'users > api:app_server[name="<IMG SRC=/etc/passwd>"] > '
        'db:sql_database[name="| **bold** `code` [link](http://evil.example) 数据库 עברית 👩‍👧"]'
    ),
}
"""Designs in notation, by what becomes of them."""


@cache
def scenario() -> Scenario:
    return parse_scenario(SCENARIO, "shop.yaml", load())


def report_of(notation: str, name: str | None = None) -> Report:
    """The review of a design in notation, under the small scenario."""
    design = parse_notation(notation, load())
    return judged(design if name is None else design.model_copy(update={"name": name}))


def judged(design: Design) -> Report:
    return review(scenario(), design)


@cache
def sample(fate: str) -> Report:
    """The review of one of `DESIGNS`."""
    return report_of(DESIGNS[fate])
