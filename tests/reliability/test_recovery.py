"""Durability, recovery time and recovery point against closed forms and the words of the setting."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.design.model import Acks, Design, Leaders, Node
from designer.design.notation import parse_notation
from designer.reliability.availability import assess
from designer.reliability.durability import rebuilt_loss, years_until_lost
from designer.reliability.model import DatasetDurability, Reliability, WorkloadAvailability
from designer.reliability.recovery import explain_recovery_point, recovery_point
from designer.scenario.loader import parse_scenario
from designer.traffic.propagation import propagate
from designer.units import SECONDS_PER_YEAR

CATALOG = load()
SCENARIO = parse_scenario(
    """
name: Shop
difficulty: core
summary: A shop.
story: A shop.
datasets:
  items: {name: Items, record_size: 1 KB, records: 1M}
workloads:
  look: {name: Look, rate: 1/s, touches: [{dataset: items}]}
  order: {name: Order, rate: 1/s, touches: [{dataset: items, operation: write}]}
requirements:
  up: {kind: availability, workload: look, minimum: 99 %}
""",
    "shop.yaml",
    CATALOG,
)
FRONT = "users > load_balancer*2 > api:app_server*2 > "
HOUR = 3_600.0


def judged(store: str, *, stored: float | None = None, needed: int = 1, **changes: object) -> Reliability:
    design = parse_notation(FRONT + store, CATALOG)
    nodes = [Node(**{**node.model_dump(), **changes}) if node.id == "db" else node for node in design.nodes]
    design = Design(zones=design.zones, nodes=tuple(nodes), connections=design.connections)
    traffic = propagate(SCENARIO, design, CATALOG)
    kept = None if stored is None else {"db": stored}
    return assess(SCENARIO, design, CATALOG, traffic, {"db": needed}, {"items": ["db"]}, stored=kept)


def dataset(found: Reliability) -> DatasetDurability:
    (items,) = found.durabilities
    return items


def workload(found: Reliability, name: str) -> WorkloadAvailability:
    return next(item for item in found.workloads if item.workload == name)


def figure(component: str, name: str) -> float:
    found = CATALOG[component].figure(name)
    assert found is not None
    return found.default


LAG = figure("sql_database", "replication_lag")
QUORUM_LAG = figure("wide_column_store", "write_time_p99")
"""Each copy is sent a write at once: those that are not waited for have it after as long as a write takes."""


@pytest.mark.parametrize(
    ("store", "changes", "point"),
    [
        ("db:sql_database", {}, math.inf),
        ("db:sql_database", {"backup_every": HOUR}, HOUR),
        ("db:sql_database[replicas=1]", {}, LAG),
        ("db:sql_database[replicas=1]", {"backup_every": HOUR}, LAG),
        ("db:sql_database[replicas=1]", {"acks": Acks.ONE}, 0.0),
        ("db:sql_database[replicas=2]", {"acks": Acks.ALL}, 0.0),
        ("db:sql_database[replicas=2]", {"leaders": Leaders.MULTI}, LAG),
        ("db:sql_database", {"acks": Acks.ALL}, math.inf),
        ("db:wide_column_store*3[replicas=2]", {}, 0.0),
        ("db:wide_column_store*3[replicas=2]", {"write_quorum": 2}, 0.0),
        ("db:wide_column_store*3[replicas=2]", {"write_quorum": 1}, QUORUM_LAG),
        ("db:wide_column_store*3[replicas=2]", {"write_quorum": 1, "backup_every": HOUR}, QUORUM_LAG),
        ("db:wide_column_store*1[replicas=0]", {"write_quorum": 1}, math.inf),
        ("db:wide_column_store*1[replicas=0]", {}, math.inf),
        ("db:key_value_store", {}, 0.0),
    ],
)
def test_recovery_point(store: str, changes: dict[str, object], point: float) -> None:
    found = dataset(judged(store, **changes))
    assert found.recovery_point == point
    assert found.recovery is not None
    assert found.recovery.result.value == point


def test_copies_of_which_nobody_knows_how_far_they_are_behind_are_not_said_to_be_missing() -> None:
    component = CATALOG["wide_column_store"]
    known = component.model_copy(
        update={"figures": component.figures.model_copy(update={"replication_lag": None})}
    )
    node = Node(id="db", component="wide_column_store", instances=3, replicas=2, write_quorum=1)
    assert recovery_point([(node, known)]) == math.inf
    said = explain_recovery_point("items", [(node, known)]).method
    assert said == "copies are made after the answer, and nothing says how long after"


RATE = {"figures": {"restore_rate": 1e6}}


@pytest.mark.parametrize(
    ("store", "stored", "changes", "seconds"),
    [
        ("db:sql_database", None, {}, math.inf),
        ("db:sql_database", 3.6e9, RATE, math.inf),
        ("db:sql_database", 3.6e9, {**RATE, "backup_every": HOUR}, HOUR),
        ("db:sharded_sql[shards=4]", 3.6e9, {**RATE, "backup_every": HOUR}, HOUR / 4),
        ("db:sql_database", None, {**RATE, "backup_every": HOUR}, math.inf),
        ("db:sql_database[replicas=1]", None, {}, figure("sql_database", "failover_time")),
        ("db:sql_database[replicas=1]", None, {"leaders": Leaders.MULTI}, 0.0),
        ("db:wide_column_store*3[replicas=2]", None, {}, 0.0),
        ("db:wide_column_store*2[replicas=1]", None, {}, math.inf),
        ("db:key_value_store", None, {}, 0.0),
    ],
)
def test_recovery_time(store: str, stored: float | None, changes: dict[str, object], seconds: float) -> None:
    found = workload(judged(store, stored=stored, **changes), "look")
    assert found.recovery_time == seconds
    assert found.recovery is not None
    assert found.recovery.result.value == seconds


def test_a_machine_alone_that_keeps_nothing_is_not_replaced_by_itself() -> None:
    design = parse_notation("users > api:app_server > db:key_value_store", CATALOG)
    traffic = propagate(SCENARIO, design, CATALOG)
    found = assess(SCENARIO, design, CATALOG, traffic, {}, {"items": ["db"]})
    assert workload(found, "look").recovery_time == math.inf


def test_a_write_that_waits_for_all_copies_needs_them_all() -> None:
    found = judged("db:sql_database[replicas=2]", acks=Acks.ALL)
    instance = next(item for item in found.outages if (item.kind, item.name) == ("instance", "db"))
    assert instance.lost == ("order",)
    assert instance.served == ("look",)
    assert workload(found, "order").recovery_time == math.inf
    assert workload(found, "order").unavailability > workload(found, "look").unavailability


def test_reads_of_replicas_do_not_wait_for_a_new_leader() -> None:
    found = judged("db:sql_database[replicas=2]", read_from="replicas")
    assert workload(found, "look").recovery_time == 0.0
    assert workload(found, "order").recovery_time == figure("sql_database", "failover_time")


def test_backups_leave_only_what_was_written_since() -> None:
    loss = 1 - figure("sql_database", "durability")
    exact = -math.expm1(math.log1p(-loss) * HOUR / SECONDS_PER_YEAR)
    assert dataset(judged("db:sql_database", backup_every=HOUR)).loss == pytest.approx(exact, rel=1e-9)
    copies = dataset(judged("db:sql_database[replicas=1]", backup_every=HOUR))
    assert copies.loss == pytest.approx(exact**2, rel=1e-9)


def test_rebuilt_copies_are_lost_less_often_and_say_so() -> None:
    never = dataset(judged("db:sql_database[replicas=2]"))
    rebuilt = dataset(judged("db:sql_database[replicas=2]", stored=1e12, figures={"restore_rate": 1e8}))
    one = 1 - figure("sql_database", "durability")
    assert rebuilt.loss == pytest.approx(rebuilt_loss(1 - one, 3, 1e4), rel=1e-12)
    assert rebuilt.loss < never.loss / 1_000
    assert "birth-death" in (rebuilt.arithmetic.method or "")


@given(st.floats(0.01, 5), st.floats(0, 1_000), st.integers(1, 7))
def test_the_birth_death_chain_solves_its_equations(losing: float, mending: float, copies: int) -> None:
    """T(i) = (1 + i l T(i - 1) + m T(i + 1)) / (i l + m) with T(0) = 0 and nothing to mend at the top, as fractions."""
    lose, mend = Fraction(losing), Fraction(mending)
    # T(i) = share T(i + 1) + own, from the bottom up.
    share, own = Fraction(0), Fraction(0)
    for left in range(1, copies + 1):
        grow = mend if left < copies else Fraction(0)
        out = left * lose * (1 - share) + grow
        share, own = grow / out, (1 + left * lose * own) / out
    assert years_until_lost(losing, mending, copies) == pytest.approx(float(own), rel=1e-9)


def test_closed_forms_of_one_and_two_copies() -> None:
    assert years_until_lost(0.5, 100.0, 1) == pytest.approx(2.0, rel=1e-12)
    assert years_until_lost(0.5, 100.0, 2) == pytest.approx((3 * 0.5 + 100.0) / (2 * 0.5**2), rel=1e-12)
    assert rebuilt_loss(0.998, 1, 60.0) == pytest.approx(0.002, rel=1e-12)
    assert rebuilt_loss(1.0, 2, 60.0) == 0.0
    assert rebuilt_loss(0.0, 2, 60.0) == 1.0
    assert rebuilt_loss(0.5, 2, 0.0) == 0.0


def test_the_bound_on_loss_holds_and_is_close() -> None:
    """The chance that two copies are gone within a year, by following the chain in small steps."""
    losing, mending, steps = 0.3, 40.0, 200_000
    both, one, none = 1.0, 0.0, 0.0
    for _ in range(steps):
        lost, mended, gone = both * 2 * losing / steps, one * mending / steps, one * losing / steps
        both, one, none = both - lost + mended, one + lost - mended - gone, none + gone
    bound = rebuilt_loss(math.exp(-losing), 2, SECONDS_PER_YEAR / mending)
    assert none <= bound <= none * 1.05


def test_more_copies_and_faster_rebuilding_never_lose_more() -> None:
    losses = {
        (copies, rebuild): rebuilt_loss(0.99, copies, rebuild)
        for copies, rebuild in itertools.product((1, 2, 3), (60.0, HOUR, 24 * HOUR))
    }
    for copies, rebuild in itertools.product((1, 2), (60.0, HOUR)):
        assert (
            losses[copies + 1, rebuild]
            <= losses[copies, rebuild]
            <= losses[copies, 24 * rebuild if rebuild == HOUR else HOUR]
        )
