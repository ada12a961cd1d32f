"""Questions about language models that several rules ask of an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.keeping import remembered
from designer.rules.questions import component
from designer.traffic.model import Generation

MODERATION = "moderate"
"""The capability of what checks the words that go into a language model, or come out of it."""


class Writing(NamedTuple):
    """What one workload has one node read and write, operations with as many tokens taken together."""

    node: str
    workload: str
    generation: Generation


@remembered
def writings(analysis: Analysis) -> Sequence[Writing]:
    """Everything that language models do, in the order of the scenario and the design."""
    return tuple(
        [
            Writing(load.node, load.workload, item)
            for load in analysis.traffic.loads
            for item in load.generations
            if item.rate > 0.0
        ]
    )


@remembered
def answering(analysis: Analysis) -> Mapping[str, tuple[str, ...]]:
    """For each workload whose client reads what a language model writes: the nodes that write."""
    found: dict[str, tuple[str, ...]] = {}
    for item in writings(analysis):
        if item.workload in analysis.first_tokens and item.generation.output > 0.0:
            found[item.workload] = tuple(dict.fromkeys([*found.get(item.workload, ()), item.node]))
    return found


def moderates(analysis: Analysis, node: str) -> bool:
    """Whether the node checks what goes into a language model or comes out of it."""
    return (
        MODERATION in component(analysis, node).provides or MODERATION in analysis.graph.nodes[node].provides
    )
