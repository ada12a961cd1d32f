"""What is remembered of one analysis is true of the next: each has the numbers that it has when nothing is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from designer.analysis import Analysis, analyze
from designer.design.model import Design, Node
from designer.scenario.model import Scenario
from tests.analysis.systems import CATALOG, scenarios, systems
from tests.analysis.test_metamorphic import quick
from tests.strategies import governed, patient


@st.composite
def regoverned(draw: st.DrawFn, design: Design) -> Design:
    """The same graph, whose parts and connections are set otherwise."""
    nodes = tuple([draw(_other(node)) for node in design.nodes])
    behaviors = {node.id: CATALOG[node.component].behavior for node in nodes}
    links = tuple([draw(patient(link, behaviors[link.source])) for link in design.connections])
    return design.model_copy(update={"nodes": nodes, "connections": links})


@st.composite
def _other(draw: st.DrawFn, node: Node) -> Node:
    counted = node.model_copy(update={"instances": draw(st.integers(1, 5))}) if node.instances > 1 else node
    return draw(governed(counted, CATALOG[node.component]))


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
