"""Questions that several rules about models ask of an analysis."""

from __future__ import annotations

from collections.abc import Mapping

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, DataKind, Trait
from designer.keeping import remembered
from designer.rules.questions import kinds, placed, workloads_at

TRAINING = "training"
"""The capability of what makes models out of data."""

MODERATION = "moderate"
"""The capability of what checks the answers of others."""


def is_model(found: Component) -> bool:
    """Runs a model for requests: an accelerator that computes what is asked for."""
    return (
        found.behavior is Behavior.SERVICE
        and {Trait.ML, Trait.COMPUTES} <= found.traits
        and found.provides.isdisjoint({TRAINING, MODERATION})
    )


def is_trainer(found: Component) -> bool:
    """Makes models out of data."""
    return TRAINING in found.provides


@remembered
def serving_models(analysis: Analysis) -> Mapping[str, Mapping[str, float]]:
    """The nodes that run a model for requests, with the workloads that come there and their visits per second."""
    if not any(is_model(found) for found in kinds(analysis).values()):
        return {}
    reached = workloads_at(analysis)
    return {node: reached[node] for node in placed(analysis, is_model) if node in reached}


def homes_of(analysis: Analysis, kind: DataKind) -> dict[str, tuple[str, ...]]:
    """The datasets of that kind, with the nodes that keep each; those without a home are left out."""
    return {
        name: growth.homes
        for name, growth in analysis.growth.items()
        if growth.homes and analysis.scenario.datasets[name].kind is kind
    }


def upstream(analysis: Analysis, node: str) -> frozenset[str]:
    """All nodes with a way to it."""
    return _walk(analysis, node, forward=False)


def downstream(analysis: Analysis, node: str) -> frozenset[str]:
    """All nodes it has a way to."""
    return _walk(analysis, node, forward=True)


def _walk(analysis: Analysis, node: str, *, forward: bool) -> frozenset[str]:
    following = analysis.graph.successors if forward else analysis.graph.predecessors
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for name in following(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)
