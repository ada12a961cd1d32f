"""Operations on one part of the data and on all of them, by closed forms."""

from __future__ import annotations

import pytest

from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.reliability import circuit, structure
from designer.reliability.availability import assess
from designer.reliability.groups import Placement
from designer.reliability.model import Reliability, WorkloadAvailability
from designer.reliability.structure import LEAST, MORE, Outliner, Variable, structure_of
from designer.scenario.loader import parse_scenario
from designer.traffic.model import Call, Option, Plan, Visit
from designer.traffic.propagation import propagate

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
  read: {name: Read, rate: 1/s, touches: [{dataset: items}]}
  write: {name: Write, rate: 1/s, touches: [{dataset: items, operation: write}]}
  both: {name: Both, rate: 1/s, touches: [{dataset: items}, {dataset: items, operation: write}]}
  scan: {name: Scan, rate: 1/s, touches: [{dataset: items, access: scatter}]}
  wipe: {name: Wipe, rate: 1/s, touches: [{dataset: items, operation: write, access: scatter}]}
  sum: {name: Sum, rate: 1/s, touches: [{dataset: items, access: scatter}, {dataset: items, operation: write}]}
  find: {name: Find, rate: 1/s, touches: [{dataset: items, access: index}]}
requirements:
  up: {kind: availability, workload: read, minimum: 99 %}
""",
    "shop.yaml",
    CATALOG,
)
DOWN = 0.1
PLACE = CATALOG.environment.zone_availability.default * CATALOG.environment.region_availability.default
FRONT = "users > api:app_server[availability=95 %] > "


def judged(store: str) -> Reliability:
    design = parse_notation(FRONT + store, CATALOG)
    return assess(SCENARIO, design, CATALOG, propagate(SCENARIO, design, CATALOG), {}, {})


def workload(found: Reliability, name: str) -> WorkloadAvailability:
    return next(item for item in found.workloads if item.workload == name)


ONE_COPY = 1 - DOWN
EITHER = 1 - DOWN**2
BOTH = (1 - DOWN) ** 2


@pytest.mark.parametrize(
    ("operation", "up"),
    [
        ("read", EITHER),
        ("write", BOTH),
        ("both", BOTH),
        ("scan", EITHER**3),
        ("wipe", BOTH**3),
        ("sum", BOTH * EITHER**2),
        ("find", EITHER**3),
    ],
)
def test_three_parts_in_two_copies_each_that_both_must_have_a_write(operation: str, up: float) -> None:
    settings = "shards=3, replicas=1, acks=all, availability=90 %, failover_time=0 s"
    found = workload(judged(f"db:sharded_sql[{settings}]"), operation)
    assert found.availability == pytest.approx(PLACE * 0.95 * up, rel=1e-9)
    shares = {item.node: item.unavailability for item in found.contributions}
    assert shares == pytest.approx({"db": PLACE * 0.95 * (1 - up), "api": PLACE * up * 0.05}, rel=1e-9)


@pytest.mark.parametrize(("index", "parts"), [("local", 4), ("global", 1)])
def test_an_index_of_each_part_is_asked_in_all_of_them(index: str, parts: int) -> None:
    found = judged(f"db:sharded_sql[shards=4, index={index}, availability=90 %]")
    assert workload(found, "find").availability == pytest.approx(PLACE * 0.95 * ONE_COPY**parts, rel=1e-9)
    assert workload(found, "read").availability == pytest.approx(PLACE * 0.95 * ONE_COPY, rel=1e-9)


def test_reads_may_need_more_copies_than_writes() -> None:
    found = judged("db:wide_column_store*3[replicas=2, read_quorum=3, write_quorum=1, availability=90 %]")
    assert workload(found, "read").availability == pytest.approx(PLACE * 0.95 * ONE_COPY**3, rel=1e-9)
    assert workload(found, "write").availability == pytest.approx(PLACE * 0.95 * (1 - DOWN**3), rel=1e-9)
    assert workload(found, "both").availability == pytest.approx(PLACE * 0.95 * ONE_COPY**3, rel=1e-9)
    instance = next(item for item in found.outages if (item.kind, item.name) == ("instance", "db"))
    assert instance.lost == ("read", "both", "scan", "sum", "find")


def test_an_availability_tells_what_it_comes_from() -> None:
    found = workload(judged("db:sharded_sql[shards=3, availability=90 %]"), "read")
    arithmetic = found.arithmetic
    assert arithmetic.formula == "A = 1 - (p1 * u1 + p2 * u2)"  # its one zone up or down
    assert (arithmetic.result.symbol, arithmetic.result.value) == ("A", found.availability)
    assert [(item.symbol, item.value) for item in arithmetic.steps[-1].inputs[1:]] == [
        (f"B[{item.node}]", item.unavailability) for item in found.contributions
    ]
    assert [item.node for item in found.contributions] == ["db", "api"]
    method = arithmetic.method or ""
    assert "lower bound" not in method
    assert "cannot carry" not in method


def test_a_workload_that_nothing_answers_has_no_availability() -> None:
    assert [item.workload for item in judged("cdn").workloads] == []
    assert len(judged("db:sharded_sql").workloads) == len(SCENARIO.workloads)


TANGLED = (
    "users > front:load_balancer > a:load_balancer, b:load_balancer\n"
    "a > east:app_server, south:app_server; b > west:app_server, south; east, south, west > db:key_value_store"
)


def test_a_drawing_that_is_too_tangled_is_a_bound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(text: str) -> WorkloadAvailability:
        design = parse_notation(text, CATALOG)
        traffic = propagate(SCENARIO, design, CATALOG)
        return workload(assess(SCENARIO, design, CATALOG, traffic, {}, {}), "read")

    exact = told(TANGLED)
    assert exact.arithmetic.formula.startswith("A = ")
    for module, name in (
        (structure, "FEW_STATES"),
        (structure, "MOST_STATES"),
        (circuit, "FEW_STEPS"),
        (circuit, "MOST_STEPS"),
    ):
        monkeypatch.setattr(module, name, 0)
    bound = told(TANGLED.replace("south", "north"))
    assert bound.arithmetic.formula.startswith("A >= ")
    assert "a lower bound" in (bound.arithmetic.method or "")
    assert exact.unavailability < bound.unavailability < 1.0


def test_what_only_passes_through_needs_what_a_read_needs() -> None:
    quorum = Placement(0.1, ("a", "b"), 1, reads=2, writes=1)
    store = Placement(0.1, ("a", "b"), 1, reads=1, writes=2)
    assert (quorum.split, store.split) == (True, True)
    for name, placement, needs in (("quorum", quorum, (LEAST, MORE)), ("store", store, (LEAST,))):
        visit = Visit(name, (0,), (), (), 0)
        call = Call((0,), 1.0, (Option(1.0, "", visit),))
        client = Visit("client", (0,), (), (call,), 1)
        plan = Plan("read", (Option(1.0, "", client),), visits=(visit, client))
        seen = Outliner({name: placement}, {}).outline(plan, SCENARIO.workloads["read"].touches)
        assert seen.variables == tuple([Variable(name, need) for need in needs])
        assert structure_of(seen).stops == tuple([(name, need) for need in reversed(needs)])
