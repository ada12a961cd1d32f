"""How many machines outlast a failure: by the binomial law, written out."""

from __future__ import annotations

from itertools import product

import pytest

from designer.rules.spares import LITTLE, lacking, outlasting, per_zone, zone_down
from tests.rules.judging import judged

ZONED = "@ a, b, c\nusers > load_balancer*3 > api:app_server*6[zones=a+b+c] > db:sql_database*3"
PLAIN = "users > load_balancer*2 > api:app_server*8 > db:sql_database*3"


def by_hand(needed: int, machines: int, down: float) -> float:
    """Every combination of machines up and down, one by one."""
    total = 0.0
    for states in product((True, False), repeat=machines):
        if sum(states) < needed:
            up = sum(states)
            total += (1.0 - down) ** up * down ** (machines - up)
    return total


def test_too_few_are_up_as_often_as_they_fail_and_zones_do() -> None:
    analysis = judged(ZONED)
    down = 1.0 - (analysis.figure("api", "availability") or 1.0)
    zone = zone_down(analysis)
    assert per_zone(analysis, "api", 7) == [3, 2, 2]
    said = by_hand(4, 7, down) + zone * (by_hand(4, 4, down) + 2 * by_hand(4, 5, down))
    assert lacking(analysis, "api", 4, 7) == pytest.approx(said, rel=1e-9)


def test_in_one_zone_only_machines_count() -> None:
    analysis = judged(PLAIN)
    down = 1.0 - (analysis.figure("api", "availability") or 1.0)
    assert lacking(analysis, "api", 3, 5) == pytest.approx(by_hand(3, 5, down), rel=1e-9)


@pytest.mark.parametrize(("design", "zones"), [(ZONED, 3), (PLAIN, 1)])
@pytest.mark.parametrize("needed", [1, 2, 5, 61, 152])
def test_what_outlasts_is_enough_and_hardly_more(design: str, zones: int, needed: int) -> None:
    analysis = judged(design)
    allowed = LITTLE * 0.001
    count = outlasting(analysis, "api", needed, ["browse"])
    assert lacking(analysis, "api", needed, count) <= allowed
    left = count - max(per_zone(analysis, "api", count)) if zones > 1 else count - 1
    assert left >= needed
    fewer = count - max(1, count // 100)
    left_of_fewer = fewer - max(per_zone(analysis, "api", fewer)) if zones > 1 else fewer - 1
    assert left_of_fewer < needed or lacking(analysis, "api", needed, fewer) > allowed
