"""Where a node's machines and the copies of its data stand, and what fails with them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.catalog.model import Behavior, Replication
from designer.design.model import Acks, Design, Leaders, Node
from designer.reliability.groups import Chances, Placement, States, ZoneState
from designer.reliability.placing import Placer
from designer.units import SECONDS_PER_YEAR

CATALOG = load()
BOTH, ONE = frozenset("ab"), frozenset("a")
STATES = States((ZoneState(BOTH, 0.75), ZoneState(ONE, 0.25)))
UNEVEN = ((2, ("a", "b")), (1, ("b", "b")))
"""Three parts of data with two copies each: of one both stand in the same zone."""


def placed(component: str, needed: int = 1, **fields: object) -> Placement:
    node = Node(id="it", component=component, **fields)  # type: ignore[arg-type]
    found = Placer(Design(), CATALOG).place(node, needed)
    assert found is not None
    return found


def chances(found: Placement) -> Chances:
    """With both zones up."""
    return found.chances_in(STATES)[0]


def counted(parts: tuple[tuple[int, tuple[str, ...]], ...]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for count, zones in parts:
        found[tuple(sorted(zones))] += count
    return found


ZONES = st.integers(1, 4).map(lambda count: tuple("abcd"[:count]))


@given(st.integers(1, 9), st.integers(0, 4), ZONES)
def test_machines_stand_in_one_zone_after_the_other_shard_by_shard(
    shards: int, replicas: int, zones: tuple[str, ...]
) -> None:
    copies = replicas + 1
    found = placed("sharded_sql", shards=shards, replicas=replicas, zones=zones)
    line = [zones[number % len(zones)] for number in range(shards * copies)]
    wanted = Counter(tuple(sorted(line[at : at + copies])) for at in range(0, len(line), copies))
    assert counted(found.parts) == wanted
    assert found.number == shards


@given(st.integers(1, 9), st.integers(0, 4), ZONES)
def test_a_record_is_kept_by_members_that_are_neighbours(
    members: int, replicas: int, zones: tuple[str, ...]
) -> None:
    kept = min(members, replicas + 1)
    found = placed("wide_column_store", instances=members, replicas=replicas, zones=zones)
    starts = range(members) if members > kept else range(1)
    wanted = Counter(
        tuple(sorted(zones[(start + step) % len(zones)] for step in range(kept))) for start in starts
    )
    assert counted(found.parts) == wanted


def test_the_peak_is_shared_by_the_parts() -> None:
    shards = placed("sharded_sql", needed=6, shards=4, replicas=2)
    assert (shards.needed, shards.overloaded) == (2, False)
    ring = placed("wide_column_store", needed=4, instances=6, replicas=2)
    assert (ring.needed, ring.reads, ring.writes) == (2, 2, 2)
    assert placed("sharded_sql", needed=5, shards=4).overloaded


def test_a_queue_is_asked_to_take_something_whatever_a_store_would_be_read_with() -> None:
    queues = [
        name
        for name, item in CATALOG.items()
        if item.behavior is Behavior.QUEUE and item.replication is Replication.QUORUM
    ]
    assert queues
    for name in [*queues, "wide_column_store"]:
        found = placed(name, instances=3, replicas=2, read_quorum=1, write_quorum=3)
        assert (found.reads, found.writes) == (3 if name in queues else 1, 3)
    store = placed("sql_database", replicas=2, acks=Acks.ALL)
    assert (store.reads, store.writes) == (1, 3)


def test_failing_over_takes_its_part_of_the_year_but_never_makes_two_worse_than_one() -> None:
    def switching(hours: float, leaders: Leaders = Leaders.SINGLE) -> float:
        figures = {"availability": 0.9, "failures_per_year": 2.0, "failover_time": hours * 3_600}
        return placed("sql_database", replicas=1, leaders=leaders, figures=figures).switching

    assert switching(1.0) == pytest.approx(2 * 3_600 / SECONDS_PER_YEAR, rel=1e-12)
    assert switching(8_000.0) == pytest.approx(0.1 / 1.1, rel=1e-12)
    assert switching(1.0, Leaders.MULTI) == 0.0
    alone, most = 0.1, 0.1 / 1.1
    pair = Placement(alone, ("a", "a"), 1, most)
    assert pair.unavailability(ONE) == pytest.approx(alone, rel=1e-12)


def test_parts_fail_by_themselves_and_together() -> None:
    """Without zone b two parts have one copy left, and the third has none."""
    found = Placement(0.1, ("a", "b"), 1, writes=2, parts=UNEVEN)
    assert found.number == 3
    both, one = found.chances_in(STATES)
    assert both == pytest.approx((0.01, 0.19, 1 - 0.99**3, 1 - 0.81**3), rel=1e-12)
    assert one == pytest.approx((1.2 / 3, 1.0, 1.0, 1.0), rel=1e-12)
    assert found.left_without(frozenset("b")) == (0, 1 / 3)


def test_what_stands_in_no_zone_has_one_chance_for_everything() -> None:
    assert chances(Placement(0.1, (), 1)) == (0.1, 0.1, 0.1, 0.1)


def test_all_of_one_part_is_the_part() -> None:
    assert chances(Placement(0.1, ("a", "b"), 1)) == pytest.approx((0.01, 0.01, 0.01, 0.01), rel=1e-12)
    split = Placement(0.1, ("a", "b"), 1, writes=2)
    assert chances(split) == pytest.approx((0.01, 0.19, 0.01, 0.19), rel=1e-12)


def test_more_than_there_are_is_down_and_capped_is_all_of_them() -> None:
    found = Placement(0.1, ("a", "b"), 3)
    assert found.overloaded
    assert found.unavailability(BOTH) == 1.0
    assert chances(found).read == pytest.approx(0.19, rel=1e-12)


def test_what_is_needed_is_for_the_peak_and_for_the_quorum() -> None:
    found = Placement(0.1, ("a", "b", "a"), 2, reads=1, writes=3)
    assert (found.to_read, found.to_write, found.fewest, found.most) == (2, 3, 1, 3)
    assert (found.split, found.reads_more) == (True, False)
    assert Placement(0.1, ("a",), 1, reads=2, writes=1).reads_more


@pytest.mark.parametrize(
    ("switching", "reads_wait", "split"),
    [(0.05, True, False), (0.05, False, True), (0.0, True, False), (0.0, False, False)],
)
def test_writes_wait_for_a_failover_and_reads_from_replicas_do_not(
    switching: float, reads_wait: bool, split: bool
) -> None:
    found = Placement(0.1, ("a", "b"), 1, switching, reads_wait=reads_wait)
    assert found.split is split
    assert not found.reads_more
    late = 0.01 + 0.99 * switching
    assert chances(found)[:2] == pytest.approx((late if reads_wait else 0.01, late), rel=1e-12)
    assert not Placement(0.1, (), 1, switching, reads_wait=reads_wait).split
