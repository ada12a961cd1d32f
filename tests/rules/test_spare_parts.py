"""Rules about what could be left out: what they count, and what they leave alone."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.edit import apply
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.model import Finding

CATALOG = load()
SERVICE = "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], "


def judged(design: str, scenario: str = "example") -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(design, CATALOG), CATALOG, headroom=False)


def found(rule: str, analysis: Analysis) -> list[Finding]:
    return [finding for finding in judge_rules(analysis)[0] if finding.rule == rule]


def test_a_copy_in_each_zone_is_there_on_purpose() -> None:
    zones = "@ eu/a, eu/b, eu/c, eu/d, eu/e\n"
    (finding,) = found("cost.idle-replicas", judged(f"{zones}{SERVICE}db:sql_database*8"))
    (spread,) = found("cost.idle-replicas", judged(f"{zones}{SERVICE}db:sql_database*8[zones=a+b+c+d+e]"))
    assert (finding.fix[0].value, spread.fix[0].value) == (2, 4)  # type: ignore[union-attr]


def test_the_saving_is_what_the_bill_becomes_less() -> None:
    before = judged(f"{SERVICE}db:sql_database*8")
    (finding,) = found("cost.idle-replicas", before)
    after = analyze(before.scenario, apply(before.design, finding.fix, CATALOG), CATALOG, headroom=False)
    assert finding.arithmetic is not None
    assert finding.arithmetic.result.value == pytest.approx(before.cost.total - after.cost.total, rel=0.01)


def test_small_answers_cost_more_from_the_edge() -> None:
    """Each request there has a price of its own, which a short answer does not bring in."""
    design = "users > load_balancer*2 > api:app_server*8 > db:sql_database[memory=48 GB, cost=$1]"
    assert not found("cost.egress-dominates", judged(design))
    assert found(
        "cost.egress-dominates",
        judged("users > load_balancer*2 > api:app_server*8 > db:sql_database*2", "magazine"),
    )


def test_where_one_machine_must_not_stop_a_second_one_is_missing_and_not_the_balancer_too_many() -> None:
    design = "users > api_gateway > load_balancer*2 > api:app_server[read_rate=20k/s] > db:sql_database*2"
    assert found("simplicity.balancer-without-choice", judged(design, "quiet"))
    assert not found("simplicity.balancer-without-choice", judged(design))


@pytest.mark.parametrize(
    ("other", "speaks"),
    [
        ("other:cache*2[replicas=1]", True),
        ("other:cache*2[replicas=1, zones=b]", False),
        ("other:cache*2[replicas=1, holds=products]", True),
        ("other:cache*2[replicas=1], third:document_store", True),
    ],
)
def test_what_stands_elsewhere_is_no_double(other: str, speaks: bool) -> None:
    analysis = judged(f"@ eu/a, eu/b\n{SERVICE}{other}, db:sql_database*3")
    assert bool(found("simplicity.two-parts-one-job", analysis)) is speaks


def test_a_store_that_others_help_is_no_double() -> None:
    """What one leaves would go to the third as well, which may not be made for it."""
    stores = "db:sql_database*3, twin:sql_database*3, third:document_store"
    assert not found("simplicity.two-parts-one-job", judged(f"{SERVICE}{stores}"))


@pytest.mark.parametrize(
    ("way", "speaks"), [("l4_load_balancer", True), ("api_gateway", False), ("dns", True)]
)
def test_who_ends_the_encryption(way: str, speaks: bool) -> None:
    analysis = judged(f"users > {way} > api:app_server*8 > db:sql_database*3")
    assert bool(found("security.unencrypted-entry", analysis)) is speaks


def test_the_edge_stays_where_nothing_behind_it_ends_the_encryption() -> None:
    store = "api:app_server*8 > db:sharded_sql*4[replicas=1, index=global]"
    (finding,) = found(
        "security.personal-data-at-the-edge", judged(f"users > cdn > l4_load_balancer > {store}", "directory")
    )
    assert finding.fix == ()
