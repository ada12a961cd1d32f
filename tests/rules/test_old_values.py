"""Rules about values that are lost or old: what they speak of, and what they leave alone."""

from __future__ import annotations

import pytest

from designer.analysis import analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.model import Finding

CATALOG = load()
SERVICE = "users > load_balancer*2 > api:app_server*8"


def found(rule: str, design: str, scenario: str) -> list[Finding]:
    analysis = analyze(example_scenario(scenario), parse_notation(design, CATALOG), CATALOG, headroom=False)
    return [finding for finding in judge_rules(analysis)[0] if finding.rule == rule]


@pytest.mark.parametrize(("workers", "speaks"), [("worker*6", True), ("worker[servers=1]", False)])
def test_one_worker_that_does_one_thing_at_a_time_keeps_the_order(workers: str, speaks: bool) -> None:
    design = (
        f"{SERVICE} >[read] db:sql_database*3[read_from=leader]; api >[write] message_queue > {workers} > db"
    )
    assert bool(found("consistency.ordering-lost", design, "carts")) is speaks


def test_order_is_not_offered_where_one_partition_cannot_take_it() -> None:
    log = "log_stream*3[replicas=2, partitions=12, partition_rate=50/s]"
    (roomy,) = found(
        "consistency.ordering-lost",
        f"{SERVICE} >[read] db:sql_database*3[read_from=leader]; api >[write] {log} > worker*6 > db",
        "carts",
    )
    # A twelfth of 500 changes a second is 42; those of the one record that changes most come on top.
    (full,) = found(
        "consistency.ordering-lost",
        f"{SERVICE} >[read] db:sql_database*3[read_from=leader]; "
        f"api >[write] {log.replace('=50', '=40')} > worker*6 > db",
        "carts",
    )
    assert roomy.fix and not full.fix


def test_a_cache_that_has_no_way_to_the_store_is_not_the_only_place() -> None:
    """Then whoever writes calls the store too, before the answer."""
    cache = "cache*2[replicas=1, writes=back]"
    aside = f"{SERVICE} > {cache}, db:sharded_sql*4[replicas=1, index=global]"
    assert not found("consistency.cached-writes-lost", aside, "directory")
    assert found("consistency.cached-writes-lost", f"{aside}; cache > db", "directory")


@pytest.mark.parametrize(
    ("read", "write", "speaks"),
    [(1, 1, True), (1, 2, True), (2, 1, True), (2, 2, False), (1, 3, False), (3, 1, False)],
)
def test_quorums_overlap_when_together_they_are_more_than_there_are(
    read: int, write: int, speaks: bool
) -> None:
    store = f"db:wide_column_store*6[replicas=2, read_quorum={read}, write_quorum={write}]"
    assert bool(found("consistency.quorums-do-not-overlap", f"{SERVICE} > {store}", "carts")) is speaks
    assert not found("consistency.quorums-do-not-overlap", f"{SERVICE} > {store}", "busy")
