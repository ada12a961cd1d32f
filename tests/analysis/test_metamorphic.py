"""What must hold of any two designs or scenarios of which one is the other with something changed.

Where a law has a condition, its test says so by its name or its first line. Examples are the same in every run.
"""

from __future__ import annotations

import math
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.analysis import Analysis
from designer.catalog.model import Behavior, Knob, Replication
from designer.design.model import Design, Frame, Group, Node, Note, Position
from designer.performance.model import Ceiling
from designer.scenario.model import Operation, Scenario
from tests.analysis.systems import (
    CATALOG,
    ask,
    changed,
    facts,
    requirements,
    scenarios,
    systems,
    tiers,
    times,
    utilisations,
)

ROUNDING = 1e-9
NUMERIC = 1e-4
"""Percentiles are found by inverting a transform, or on a grid."""

quick = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def close(one: float | None, other: float | None, tolerance: float = 1e-6) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-12)


@quick
@given(scenarios(), systems, st.floats(1.01, 30))
def test_more_traffic_never_lowers_a_utilisation(scenario: Scenario, design: Design, multiple: float) -> None:
    """Of any ceiling of any node, when all workloads grow alike."""
    before = utilisations(facts(scenario, design))
    after = utilisations(facts(scenario, design, multiple))
    for name, value in before.items():
        assert after[name] >= value * (1 - ROUNDING), name


@quick
@given(scenarios(), systems, st.floats(1.01, 30))
def test_more_traffic_never_quickens_an_answer_nor_makes_it_safer(
    scenario: Scenario, design: Design, multiple: float
) -> None:
    """When all workloads grow alike."""
    before, after = facts(scenario, design), facts(scenario, design, multiple)
    for name, value in times(before).items():
        assert times(after)[name] >= value * (1 - NUMERIC), name
    for old, new in zip(before.reliability.workloads, after.reliability.workloads, strict=True):
        assert new.unavailability >= old.unavailability * (1 - ROUNDING), old.workload
    assert after.cost.total >= before.cost.total * (1 - ROUNDING)


RATES = ("read_rate", "write_rate", "iops", "bandwidth")
TIMES = ("service_time", "service_time_p99", "write_time", "write_time_p99")


@quick
@given(scenarios(), systems, st.floats(1.1, 10), st.randoms(use_true_random=False))
def test_a_faster_node_never_slows_a_request(
    scenario: Scenario, design: Design, factor: float, chance: Random
) -> None:
    """Faster: every time of the node divided, and every rate multiplied, by one factor."""
    node = chance.choice(design.nodes)
    component = CATALOG[node.component]
    figures = dict(node.figures)
    for name in (*RATES, *TIMES):
        figure = component.figure(name)
        if figure is not None:
            value = figures.get(name, figure.default)
            figures[name] = value * factor if name in RATES else value / factor
    before = times(facts(scenario, design))
    after = times(facts(scenario, changed(design, node, figures=figures)))
    for name, value in before.items():
        assert after[name] <= value * (1 + NUMERIC), (node.id, name)


@quick
@given(scenarios(operations=(Operation.READ,)), systems)
def test_an_added_replica_never_lowers_the_availability_of_a_read_where_one_leads(
    scenario: Scenario, design: Design
) -> None:
    """Where one copy leads, or none does; where a majority is asked see the next."""
    before = facts(scenario, design)
    for node in design.nodes:
        component = CATALOG[node.component]
        if Knob.REPLICAS not in component.knobs or component.replication is Replication.QUORUM:
            continue
        after = facts(scenario, changed(design, node, replicas=node.replicas + 1))
        for old, new in zip(before.reliability.workloads, after.reliability.workloads, strict=True):
            assert new.unavailability <= old.unavailability * (1 + ROUNDING) + 1e-15, node.id


@quick
@given(scenarios(), systems, st.randoms(use_true_random=False))
def test_a_fallback_never_lowers_an_availability(scenario: Scenario, design: Design, chance: Random) -> None:
    """Nor changes it a load. Only services have one."""
    before = facts(scenario, design)
    services = {node.id for node in design.nodes if CATALOG[node.component].behavior is Behavior.SERVICE}
    links = [
        item.model_copy(update={"fallback": item.source in services and chance.random() < 0.5})
        for item in design.connections
    ]
    after = facts(scenario, design.model_copy(update={"connections": tuple(links)}))
    for old, new in zip(before.reliability.workloads, after.reliability.workloads, strict=True):
        assert new.unavailability <= old.unavailability * (1 + ROUNDING) + 1e-15
    assert utilisations(after) == utilisations(before)


@quick
@given(scenarios(operations=(Operation.READ,)), systems)
def test_an_added_copy_never_lowers_the_availability_of_a_read_by_one_of_them(
    scenario: Scenario, design: Design
) -> None:
    """Of a store with a quorum of which one copy answers a read, on members of which one carries the load.

    A majority of two is both, so a second copy that has to answer as well does lower it.
    """
    stores = [
        node
        for node in design.nodes
        if CATALOG[node.component].replication is Replication.QUORUM
        and CATALOG[node.component].behavior is Behavior.STORE
    ]
    for node in stores:
        design = changed(design, node, instances=12, read_quorum=1)
    before = facts(scenario, design)
    for node in stores:
        if before.nodes[node.id].needed > 1:
            continue
        after = facts(scenario, changed(design, node, replicas=node.replicas + 1))
        for old, new in zip(before.reliability.workloads, after.reliability.workloads, strict=True):
            assert new.unavailability <= old.unavailability * (1 + ROUNDING) + 1e-15, node.id


@quick
@given(scenarios(skew=0.0), tiers(caches=False))
def test_doubling_traffic_and_instances_keeps_utilisations_without_caches_and_skew(
    scenario: Scenario, design: Design
) -> None:
    """Operations and bandwidth, at every node that has instances to double.

    A cache twice as large answers more; the machine with a popular record has it still; what every shard must do is
    not shared: such scenarios are left out. What has no instances (one store, a provider's service) stays as it is.
    To 1 %, since every shard has a whole number of records.
    """
    scenario = scenario.model_copy(
        update={
            "workloads": {
                name: workload.model_copy(
                    update={
                        "touches": tuple(
                            touch.model_copy(update={"access": "key"}) for touch in workload.touches
                        )
                    }
                )
                for name, workload in scenario.workloads.items()
            }
        }
    )
    scaled = {
        node.id for node in design.nodes if {Knob.INSTANCES, Knob.SHARDS} & set(CATALOG[node.component].knobs)
    }
    nodes = tuple(_doubled(node) for node in design.nodes)
    before = facts(scenario, design)
    after = facts(scenario, design.model_copy(update={"nodes": nodes}), 2.0)
    for name in scaled:
        for ceiling in (Ceiling.OPERATIONS, Ceiling.BANDWIDTH):
            old, new = before.nodes[name].utilisation(ceiling), after.nodes[name].utilisation(ceiling)
            if old is not None and new is not None:
                assert close(old.value, new.value, 0.01), (name, ceiling)


def _doubled(node: Node) -> Node:
    """Twice the machines, or where those are of one shard each the shards; and twice the partitions."""
    knobs = set(CATALOG[node.component].knobs)
    spreading = {Knob.SHARDS} if Knob.INSTANCES not in knobs else {Knob.INSTANCES}
    turned = knobs & (spreading | {Knob.PARTITIONS})
    return node.model_copy(update={knob.value: 2 * int(getattr(node, knob.value)) for knob in turned})


def numbers(analysis: Analysis) -> dict[str, float | None]:
    """All that is found, by what it was found of."""
    return {
        **utilisations(analysis),
        **times(analysis),
        **{item.requirement: item.value for item in analysis.verdicts},
        **{item.workload: item.unavailability for item in analysis.reliability.workloads},
        **{f"{item.node} cost": item.total for item in analysis.cost.nodes},
    }


_HALF = 0.5


@quick
@given(scenarios(), systems, st.randoms(use_true_random=False))
def test_names_order_places_frames_groups_and_notes_change_nothing(
    scenario: Scenario, design: Design, chance: Random
) -> None:
    names = [f"x{number}" for number in range(len(design.nodes))]
    chance.shuffle(names)
    renamed = dict(zip((node.id for node in design.nodes), names, strict=True))
    nodes = [
        node.model_copy(
            update={
                "id": renamed[node.id],
                "name": f"Part {number}",
                "position": Position(x=chance.uniform(-900, 900), y=chance.uniform(-900, 900)),
                "pinned": chance.random() < _HALF,
            }
        )
        for number, node in enumerate(design.nodes)
    ]
    connections = [
        item.model_copy(update={"source": renamed[item.source], "target": renamed[item.target]})
        for item in design.connections
    ]
    chance.shuffle(nodes)
    chance.shuffle(connections)
    frame = Frame(x=chance.uniform(-900, 900), y=chance.uniform(-900, 900), width=300, height=200)
    other = design.model_copy(
        update={
            "zones": tuple(zone.model_copy(update={"frame": frame}) for zone in design.zones),
            "nodes": tuple(nodes),
            "connections": tuple(connections),
            "groups": (Group(id="g", color="teal", nodes=tuple(names)),),
            "notes": (Note(id="n", text="Ask.", kind="text", color="red"),),
        }
    )
    before, after = facts(scenario, design), facts(scenario, other)
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        assert old.state is new.state, old.requirement
        assert close(old.value, new.value), old.requirement
    for node in design.nodes:
        one, same = before.nodes[node.id], after.nodes[renamed[node.id]]
        assert (one.machines, one.needed, one.minimum) == (same.machines, same.needed, same.minimum)
        for used in one.utilisations:
            there = same.utilisation(used.ceiling)
            assert there is not None
            assert close(used.value, there.value), (node.id, used.ceiling)


@quick
@given(scenarios(), systems, st.sampled_from(sorted(CATALOG)))
def test_an_unconnected_node_changes_no_verdict_but_cost(
    scenario: Scenario, design: Design, component: str
) -> None:
    if CATALOG[component].behavior == "client":
        component = "app_server"  # a second client would take part of the requests, though none gets anywhere
    lonely = Node(id="lonely", component=component)
    before = facts(scenario, design)
    after = facts(scenario, design.model_copy(update={"nodes": (*design.nodes, lonely)}))
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if old.kind != "budget":
            assert (old.state, old.value) == (new.state, new.value), old.requirement
    assert {key: value for key, value in utilisations(after).items() if not key.startswith("lonely:")} == (
        utilisations(before)
    )
    assert after.cost.total >= before.cost.total * (1 - ROUNDING)


@quick
@given(scenarios(most=2), systems)
def test_merging_two_identical_workloads_changes_nothing(scenario: Scenario, design: Design) -> None:
    whole = scenario.workloads["w0"]
    half = whole.model_copy(update={"rate": whole.average_rate / 2})
    workloads = {"w0": half, "twin": half, **{k: v for k, v in scenario.workloads.items() if k != "w0"}}
    split = ask(workloads, scenario.datasets)
    assert set(requirements(workloads, scenario.datasets)) > set(scenario.requirements)
    merged, apart = numbers(facts(scenario, design)), numbers(facts(split, design))
    for name, value in merged.items():
        factor = 2.0 if name == "w0_throughput" else 1.0  # requests per second of one of the two
        there = apart[name]
        assert close(value, there if there is None else there * factor, 1e-5), name
