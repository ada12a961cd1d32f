"""A small shop to analyse, and ways to change what was found about it."""

from __future__ import annotations

from functools import cache

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.scenario.loader import parse_scenario
from designer.scenario.model import Scenario

CATALOG = load()

SHOP = """
name: Shop
difficulty: core
summary: A shop.
story: A shop.
datasets:
  items: {name: Items, record_size: 1 KB, records: 1M, growth: 10/s, skew: 0.9, cacheable: [server]}
workloads:
  look: {name: Look, rate: 800/s, touches: [{dataset: items}]}
  order: {name: Order, rate: 10/s, touches: [{dataset: items, operation: write}]}
requirements:
  carry: {kind: throughput, workload: look}
  quick: {kind: latency, workload: look, percentile: 99, limit: 500 ms}
  up: {kind: availability, workload: look, minimum: 95 %}
  safe: {kind: durability, dataset: items, minimum: 99 %}
  gone: {kind: recovery_point, dataset: items, limit: 10 s}
  back: {kind: recovery_time, workload: look, limit: 2 min}
  room: {kind: storage, dataset: items, horizon: 1 year}
  cheap: {kind: budget, limit: $5k/month}
"""

PLAIN = "users > load_balancer*2 > api:app_server*2 > db:sql_database[disk=2TB, replicas=1]"


@cache
def shop(*changes: tuple[str, str]) -> Scenario:
    """The scenario, with pieces of its text replaced."""
    text = SHOP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_scenario(text, "shop.yaml", CATALOG)


def analysis_of(notation: str = PLAIN, scenario: Scenario | None = None) -> Analysis:
    """The facts, without headroom."""
    design = parse_notation(notation, CATALOG)
    return analyze(scenario or shop(), design, CATALOG, headroom=False)
