"""Availability, contributions and outages of random designs against counting every state of every machine."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.design.model import Acks, Design, Leaders, Node, ReadFrom, Zone
from designer.reliability.availability import assess
from designer.reliability.model import Reliability
from designer.scenario.loader import parse_scenario
from designer.traffic.model import CacheHit, Call, Option, Plan, Traffic, Visit, Work
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
  look:
    name: Look
    rate: 1/s
    touches: [{dataset: items}, {dataset: items, operation: write}]
requirements:
  up: {kind: availability, workload: look, minimum: 99 %}
""",
    "shop.yaml",
    CATALOG,
)
ZONES = (Zone(id="a", region="eu"), Zone(id="b", region="eu"), Zone(id="c", region="us"))
ZONE_DOWN = 1 - CATALOG.environment.zone_availability.default
REGION_DOWN = 1 - CATALOG.environment.region_availability.default
DOWN = {"app_server": 0.2, "sql_database": 0.15, "wide_column_store": 0.1, "cache": 0.25}
SWITCHING = 0.03
HIT = 0.6


@dataclass(frozen=True)
class Case:
    """A design, what of it carries the peak, and a plan over it."""

    nodes: tuple[Node, ...]
    needed: Mapping[str, int]
    plan: Plan


def failing(component: str) -> dict[str, float]:
    return {
        "availability": 1 - DOWN[component],
        "failures_per_year": 1.0,
        "failover_time": SWITCHING * SECONDS_PER_YEAR,
    }


@st.composite
def placed(draw: st.DrawFn, name: str) -> Node:
    component = draw(st.sampled_from(sorted(DOWN)))
    zones = draw(st.sampled_from([(), ("a",), ("b",), ("a", "b"), ("a", "b", "c")]))
    common = {"id": name, "component": component, "zones": zones, "figures": failing(component)}
    copies = draw(st.integers(1, 2))
    if component == "app_server":
        return Node(**common, instances=copies)
    if component == "wide_column_store":
        quorums = {
            "read_quorum": draw(st.sampled_from([None, 1, copies])),
            "write_quorum": draw(st.sampled_from([None, 1, copies])),
        }
        return Node(**common, instances=copies, replicas=copies - 1, **quorums)
    if component == "cache":
        return Node(**common, replicas=copies - 1)
    return Node(
        **common,
        replicas=copies - 1,
        acks=draw(st.sampled_from(list(Acks))),
        leaders=draw(st.sampled_from(list(Leaders))),
        read_from=draw(st.sampled_from(list(ReadFrom))),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    nodes = tuple(draw(placed(f"n{number}")) for number in range(draw(st.integers(1, 4))))
    needed = {node.id: draw(st.integers(1, 2)) for node in nodes}
    visits: list[Visit] = []
    for _ in range(draw(st.integers(1, 6))):
        node = draw(st.sampled_from(nodes))
        work = tuple(Work(touch, 1.0) for touch in draw(st.sampled_from([(), (0,), (1,), (0, 1)])))
        calls = []
        for _ in range(draw(st.integers(0, 2)) if visits else 0):
            targets = draw(st.lists(st.sampled_from(range(len(visits))), min_size=1, max_size=3, unique=True))
            options = tuple(Option(1 / len(targets), "", visits[target]) for target in targets)
            cached = [item.id for item in nodes if item.component == "cache"]
            on_miss = draw(st.sampled_from([None, *cached]))
            kind = draw(st.sampled_from(["needed", "needed", "needed", "deferred", "optional"]))
            calls.append(Call((0,), 1.0, options, on_miss, kind == "deferred", kind == "optional"))
        visits.append(Visit(node.id, (0, 1), work, tuple(calls), len(visits)))
    entries = [(0.25, visits[-1]), (0.75, draw(st.sampled_from(visits)))]
    options = tuple(Option(weight, "", visit) for weight, visit in entries)
    return Case(nodes, needed, Plan("look", options, visits=tuple(visits)))


def judged(case: Case, nodes: Sequence[Node] | None = None, **other: float) -> Reliability:
    design = Design(zones=ZONES, nodes=tuple(nodes or case.nodes))
    hits = tuple(
        CacheHit(node.id, "items", HIT, 1.0, 1.0, math.inf, None)  # type: ignore[arg-type]
        for node in case.nodes
        if node.component == "cache"
    )
    traffic = Traffic({"look": case.plan}, (), (), hits, ())
    needed = {name: int(other.get(name, count)) for name, count in case.needed.items()}
    return assess(SCENARIO, design, CATALOG, traffic, needed, {})


def copies(node: Node) -> int:
    return node.instances if node.component in ("app_server", "wide_column_store") else 1 + node.replicas


def stood(node: Node) -> list[str]:
    zones = node.zones or ("a",)
    return [zones[index % len(zones)] for index in range(copies(node))]


def load_of(node: Node, needed: int) -> int:
    """Copies that carry the peak."""
    if node.component == "wide_column_store":
        return math.ceil(copies(node) * needed / node.instances)
    return needed


def quorum(node: Node, write: bool) -> int:
    """Copies that an operation needs whatever the load."""
    if node.component == "wide_column_store":
        stated = node.write_quorum if write else node.read_quorum
        return stated or copies(node) // 2 + 1
    if write and node.component == "sql_database":
        return {Acks.LEADER: 1, Acks.ONE: min(2, copies(node)), Acks.ALL: copies(node)}[node.acks]
    return 1


@dataclass
class World:
    """One state of everything: how many machines of each node are up, in zones that are, and who is failing over."""

    up: Mapping[str, int]
    live: Mapping[str, int]
    switching: frozenset[str]
    hits: frozenset[str]

    def answers(self, node: Node, needed: int, write: bool) -> bool:
        wanted = max(quorum(node, write), load_of(node, needed))
        if self.up[node.id] < wanted:
            return False
        to_read = max(quorum(node, False), load_of(node, needed))
        waits = (write or node.read_from is not ReadFrom.REPLICAS) and self.live[node.id] > to_read
        return not (waits and node.id in self.switching)


def serves(case: Case, world: World, visit: Visit) -> bool:
    """Whether a visit succeeds, straight from the words."""
    nodes = {node.id: node for node in case.nodes}
    node = nodes[visit.node]
    kinds = {item.touch == 1 for item in visit.work} or {False}
    writes = [kind for kind in kinds if node.component != "app_server" or not kind] or [False]
    if not all(world.answers(node, case.needed[node.id], write) for write in writes):
        return False
    for call in visit.calls:
        if call.deferred or call.optional:
            continue
        works = any(serves(case, world, option.visit) for option in call.options)
        if call.on_miss is not None and not works:
            cache = nodes[call.on_miss]
            there = call.on_miss == node.id or world.answers(cache, case.needed[cache.id], False)
            works = there and call.on_miss in world.hits
        if not works:
            return False
    return True


def worlds(case: Case, perfect: str | None = None) -> Iterator[tuple[float, World]]:
    """Every state with its probability; machines and failovers of the `perfect` node are always fine."""
    choices = [*ZONES, "eu", "us"]
    zone_chance = [ZONE_DOWN] * len(ZONES) + [REGION_DOWN] * 2
    switching = [node for node in case.nodes if switches(node)]
    caches = [node.id for node in case.nodes if node.component == "cache"]
    reduced: dict[tuple[str, ...], float] = {}
    for fine in itertools.product([True, False], repeat=len(choices)):
        chance = math.prod(1 - down if is_up else down for is_up, down in zip(fine, zone_chance, strict=True))
        regions = {"eu": fine[3], "us": fine[4]}
        live = tuple(
            zone.id for zone, is_up in zip(ZONES, fine, strict=False) if is_up and regions[zone.region]
        )
        reduced[live] = reduced.get(live, 0.0) + chance
    for live, chance in reduced.items():
        living = {node.id: sum(zone in live for zone in stood(node)) for node in case.nodes}
        for ups in itertools.product(*[range(living[node.id] + 1) for node in case.nodes]):
            machines = chance
            for node, up in zip(case.nodes, ups, strict=True):
                down, count = DOWN[node.component], living[node.id]
                machines *= math.comb(count, up) * (1 - down) ** up * down ** (count - up)
            for late in itertools.product([True, False], repeat=len(switching)):
                weight = machines * math.prod(SWITCHING if is_late else 1 - SWITCHING for is_late in late)
                busy = frozenset(node.id for node, is_late in zip(switching, late, strict=True) if is_late)
                for lucky in itertools.product([True, False], repeat=len(caches)):
                    lucks = math.prod(HIT if luck else 1 - HIT for luck in lucky)
                    hits = frozenset(name for name, luck in zip(caches, lucky, strict=True) if luck)
                    up = {node.id: count for node, count in zip(case.nodes, ups, strict=True)}
                    if perfect is not None:
                        up[perfect] = 1_000
                    yield weight * lucks, World(up, living, busy - {perfect}, hits)


def switches(node: Node) -> bool:
    if node.component == "cache":
        return copies(node) > 1
    return node.component == "sql_database" and copies(node) > 1 and node.leaders is Leaders.SINGLE


def counted(case: Case, perfect: str | None = None) -> float:
    return math.fsum(
        chance * entry.weight
        for chance, world in worlds(case, perfect)
        for entry in case.plan.entries
        if not serves(case, world, entry.visit)
    )


def overloaded(case: Case) -> list[str]:
    return [node.id for node in case.nodes if load_of(node, case.needed[node.id]) > copies(node)]


SLOW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(cases())
def test_every_state_of_every_machine(case: Case) -> None:
    (look,) = judged(case).workloads
    assert look.unavailability == pytest.approx(counted(case), abs=1e-12)


@SLOW
@given(cases())
def test_a_contribution_is_what_a_perfect_node_would_save(case: Case) -> None:
    (look,) = judged(case).workloads
    shares = {item.node: item.unavailability for item in look.contributions}
    if overloaded(case):
        assert all(0.0 < share <= 1.0 for share in shares.values())
        return
    for node in case.nodes:
        saved = counted(case) - counted(case, node.id)
        assert shares.get(node.id, 0.0) == pytest.approx(saved, abs=1e-12)


@SLOW
@given(cases())
def test_outages_agree_with_the_state_they_leave(case: Case) -> None:
    found = {(item.kind, item.name): item for item in judged(case).outages}
    light = Case(case.nodes, dict.fromkeys(case.needed, 1), case.plan)
    every = {node.id: stood(node) for node in case.nodes}
    trials = [("node", node.id, {node.id: 0}) for node in case.nodes]
    trials += [("instance", node.id, {node.id: copies(node) - 1}) for node in case.nodes]
    for zone in {zone for zones in every.values() for zone in zones}:
        left = {name: sum(other != zone for other in zones) for name, zones in every.items()}
        trials.append(("zone", zone, left))
    for kind, name, left in trials:
        up = {node.id: left.get(node.id, copies(node)) for node in case.nodes}
        world = World(up, up, frozenset(), frozenset())
        falls = not all(serves(light, world, entry.visit) for entry in case.plan.entries)
        every_up = {node.id: copies(node) for node in case.nodes}
        whole = World(every_up, up, frozenset(), frozenset())
        if all(serves(light, whole, entry.visit) for entry in case.plan.entries):
            assert (found[kind, name].lost == ("look",)) is falls, (kind, name)
        if falls:
            assert found[kind, name].served == ()


def reads_only(case: Case) -> Case:
    def plain(visit: Visit, seen: dict[int, Visit]) -> Visit:
        if id(visit) not in seen:
            calls = tuple(
                Call(
                    call.touches,
                    call.times,
                    tuple(Option(item.weight, "", plain(item.visit, seen)) for item in call.options),
                    call.on_miss,
                    call.deferred,
                    call.optional,
                )
                for call in visit.calls
            )
            work = tuple(item for item in visit.work if item.touch == 0)
            seen[id(visit)] = Visit(visit.node, visit.touches, work, calls, len(seen))
        return seen[id(visit)]

    seen: dict[int, Visit] = {}
    entries = tuple(Option(entry.weight, "", plain(entry.visit, seen)) for entry in case.plan.entries)
    return Case(case.nodes, case.needed, Plan("look", entries, visits=tuple(seen.values())))


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 3), st.integers(1, 2))
def test_another_machine_never_makes_a_read_less_available(case: Case, which: int, more: int) -> None:
    case = reads_only(case)
    node = case.nodes[which % len(case.nodes)]
    if node.component == "wide_column_store":
        return  # a majority of more is more
    knob = "instances" if node.component == "app_server" else "replicas"
    grown = node.model_copy(update={knob: getattr(node, knob) + more})
    nodes = [grown if item is node else item for item in case.nodes]
    before, after = judged(case).workloads[0], judged(case, nodes).workloads[0]
    assert after.unavailability <= before.unavailability * (1 + 1e-9) + 1e-15


@settings(max_examples=60, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_nodes_changes_nothing(case: Case, random: object) -> None:
    nodes = list(case.nodes)
    random.shuffle(nodes)  # type: ignore[attr-defined]
    before, after = judged(case).workloads[0], judged(case, nodes).workloads[0]
    assert after.unavailability == pytest.approx(before.unavailability, abs=1e-14)
    assert {item.node: pytest.approx(item.unavailability, abs=1e-14) for item in before.contributions} == {
        item.node: item.unavailability for item in after.contributions
    }
