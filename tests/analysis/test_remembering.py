"""What is remembered of one analysis is true of the next: each has the numbers that it has when nothing is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.analysis import Analysis, analyze
from designer.catalog.model import Knob
from designer.design.model import Design, Node
from designer.design.notation import parse_notation
from designer.scenario.model import Access, Operation, Scenario, Touch, Workload
from tests.analysis.systems import CATALOG, ask, datasets, scenarios, systems
from tests.analysis.test_metamorphic import quick
from tests.strategies import governed


@st.composite
def regoverned(draw: st.DrawFn, design: Design) -> Design:
    """The same graph, whose parts are set otherwise."""
    return design.model_copy(update={"nodes": tuple([draw(_other(node)) for node in design.nodes])})


@st.composite
def _other(draw: st.DrawFn, node: Node) -> Node:
    component = CATALOG[node.component]
    least = {Knob.INSTANCES: 1, Knob.SHARDS: 1, Knob.REPLICAS: 0, Knob.PARTITIONS: 1}
    counts = {knob.value: draw(st.integers(low, 4)) for knob, low in least.items() if knob in component.knobs}
    plain = node.model_copy(update={**counts, "read_quorum": None, "write_quorum": None})
    return draw(governed(plain, component))


def fresh(scenario: Scenario) -> Scenario:
    """The same scenario, of which no plan is remembered."""
    return scenario.model_copy(update={"datasets": dict(scenario.datasets)})


def found(analysis: Analysis) -> object:
    """All that two analyses of the same drawing have alike."""
    verdicts = [(item.requirement, item.state, item.value, item.reason) for item in analysis.verdicts]
    return (
        analysis.traffic,
        verdicts,
        analysis.reliability.outages,
        analysis.reliability.workloads,
        analysis.tries,
    )


@quick
@given(scenarios(), systems, st.data())
def test_another_drawing_of_a_graph_is_judged_by_itself(
    scenario: Scenario, design: Design, data: st.DataObject
) -> None:
    other = data.draw(regoverned(design))
    before = analyze(scenario, design, CATALOG, headroom=False)
    after = analyze(scenario, other, CATALOG, headroom=False)
    assert found(after) == found(analyze(fresh(scenario), other, CATALOG, headroom=False))
    assert found(before) == found(analyze(fresh(scenario), design, CATALOG, headroom=False))


SCATTERING = {
    name: Workload(
        name=name,
        rate=50.0,
        touches=(Touch(dataset="links", operation=operation, access=access),),
    )
    for name, operation, access in (
        ("read", Operation.READ, Access.INDEX),
        ("write", Operation.UPDATE, Access.KEY),
    )
}


@pytest.mark.parametrize(
    ("store", "other"),
    [
        (
            "wide_column_store[replicas=2, read_quorum=2, write_quorum=2]",
            "wide_column_store[replicas=2, read_quorum=1, write_quorum=3]",
        ),
        (
            "wide_column_store[replicas=2, read_quorum=3, write_quorum=1]",
            "wide_column_store[replicas=2, read_quorum=1, write_quorum=3]",
        ),
        ("sharded_sql[shards=1]", "sharded_sql[shards=6]"),
        ("sharded_sql[shards=6]", "sharded_sql[shards=6, index=global]"),
    ],
)
def test_what_must_be_up_goes_by_the_drawing_asked_with(store: str, other: str) -> None:
    scenario = ask(SCATTERING, datasets())
    one, two = (parse_notation(f"users > app_server*2 > db:{each}", CATALOG) for each in (store, other))
    alone = [found(analyze(fresh(scenario), each, CATALOG, headroom=False)) for each in (one, two)]
    assert alone[0] != alone[1]
    together = [found(analyze(scenario, each, CATALOG, headroom=False)) for each in (one, two)]
    assert together == alone
