"""Questions about what takes messages out of queues: who, how many at a time, and how fast on average."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Knob
from designer.keeping import remembered
from designer.rules.questions import behaving, component, flows_into
from designer.traffic.model import Flow


def consumers(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Every queue with each service that takes its messages."""
    services = behaving(analysis, Behavior.SERVICE)
    for queue in behaving(analysis, Behavior.QUEUE):
        for target in analysis.graph.successors(queue):
            if target in services:
                yield queue, target


def messages(analysis: Analysis, queue: str, consumer: str) -> tuple[float, float]:
    """Messages per second that the consumer takes from this queue: at peak, and averaged over a day."""
    flows = [flow for flow in flows_into(analysis).get(consumer, ()) if flow.source == queue]
    return math.fsum([flow.calls for flow in flows]), math.fsum([average(analysis, flow) for flow in flows])


def average(analysis: Analysis, flow: Flow) -> float:
    """Calls per second of a flow, averaged over a day."""
    return flow.calls / analysis.scenario.workloads[flow.workload].peak_factor


@remembered
def consumers_at_a_time(analysis: Analysis) -> Mapping[str, int]:
    """For services that nothing but partitioned queues call: the partitions, each of which has one consumer."""
    found: dict[str, int] = {}
    for queue, target in consumers(analysis):
        if Knob.PARTITIONS in component(analysis, queue).knobs:
            found[target] = found.get(target, 0) + analysis.graph.nodes[queue].partitions
    return {node: count for node, count in found.items() if _is_fed_by_partitions(analysis, node)}


def _is_fed_by_partitions(analysis: Analysis, node: str) -> bool:
    return all(
        Knob.PARTITIONS in component(analysis, name).knobs for name in analysis.graph.predecessors(node)
    )


def idle(analysis: Analysis, node: str) -> int:
    """Machines of a consumer that no partition is left for."""
    useful = consumers_at_a_time(analysis).get(node)
    return 0 if useful is None else max(0, analysis.nodes[node].machines - useful)
