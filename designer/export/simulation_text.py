"""A simulated design as plain text, 80 columns wide: what happened, how sure that is, and what was computed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designer.export.terminal import WIDTH, Pen, clean, pad, wrap
from designer.performance.model import Response
from designer.simulation.model import Estimate, Times
from designer.simulation.outcomes import DesignOutcome, FailureCount, NodeOutcome, WorkloadOutcome
from designer.units import Dimension, format_quantity

INDENT = "  "

NONE = "–"
"""Stands where there is nothing to say."""


def write_simulation(outcome: DesignOutcome, *, color: bool = False) -> str:
    """The outcome as text with a final newline. Ranges are 95 % confidence intervals."""
    pen = Pen(color=color)
    lines = list(_head(outcome, pen))
    for workload in outcome.workloads:
        lines += ["", *_workload(workload, pen)]
    if outcome.nodes:
        lines += ["", *_nodes(outcome, pen)]
    lines += _foot(outcome)
    return "\n".join(lines) + "\n"


def _head(outcome: DesignOutcome, pen: Pen) -> Iterator[str]:
    yield pen.bold(clean(f"{outcome.scenario}: {outcome.design}"))
    arrived = sum(workload.arrived for workload in outcome.workloads)
    seconds = format_quantity(outcome.seconds, Dimension.TIME)
    run = f"{arrived:,} requests at peak rates in {seconds} of the design's time, seed {outcome.seed}"
    yield from wrap(run)


def _workload(workload: WorkloadOutcome, pen: Pen) -> Iterator[str]:
    yield pen.bold(_line(workload.name, "Simulated", "95 % of runs", "Computed", "Gap"))
    yield _measured("answered", workload.throughput, workload.carried, Dimension.RATE)
    if workload.responses is None:
        yield pen.red("  no request was answered")
    else:
        yield from _times(workload.responses, workload.computed)
    if workload.deferred is not None:
        yield pen.dim("  work after the answer")
        yield from _times(workload.deferred, workload.computed_deferred)
    if workload.failed:
        share = format_quantity(workload.failed / workload.arrived, Dimension.RATIO)
        if workload.computed_failed:
            share = f"{share}; computed {format_quantity(workload.computed_failed, Dimension.RATIO)}"
        yield pen.red(f"  {workload.failed:,} of {workload.arrived:,} failed ({share})")


def _times(times: Times, computed: Response | None) -> Iterator[str]:
    yield _measured("mean", times.mean, None if computed is None else computed.mean, Dimension.TIME)
    for percentile, found in times.percentiles.items():
        value = None if computed is None else computed.percentiles.get(percentile)
        yield _measured(f"p{percentile:g}", found, value, Dimension.TIME)


def _nodes(outcome: DesignOutcome, pen: Pen) -> Iterator[str]:
    yield pen.bold(_line("Node", "Busy", "95 % of runs", "Computed", "Mean wait"))
    for node in outcome.nodes:
        yield _node(node)
        if node.refused:
            yield f"    turned away {node.refused:,}"


def _node(node: NodeOutcome) -> str:
    found = node.utilisation
    return _line(
        node.name,
        format_quantity(found.value, Dimension.RATIO),
        _range(found, Dimension.RATIO),
        format_quantity(node.computed, Dimension.RATIO),
        format_quantity(node.waiting.value, Dimension.TIME),
        indent=INDENT,
    )


def _measured(label: str, found: Estimate, computed: float | None, dimension: Dimension) -> str:
    return _line(
        label,
        format_quantity(found.value, dimension),
        _range(found, dimension),
        NONE if computed is None else format_quantity(computed, dimension),
        gap_text(found.value, computed),
        indent=INDENT,
    )


def gap_text(simulated: float, computed: float | None) -> str:
    """By how much what was computed is above (+) or below (-) what happened, such as "+1.2 %"."""
    if computed is None or not math.isfinite(computed) or not math.isfinite(simulated) or simulated == 0.0:
        return NONE
    # Nothing at all has no sign of its own: -0 + 0 is +0.
    return f"{round(100.0 * (computed / simulated - 1.0), 1) + 0.0:+.1f} %"


def _range(found: Estimate, dimension: Dimension) -> str:
    low, high = format_quantity(found.low, dimension), format_quantity(found.high, dimension)
    if math.isinf(found.high):
        return f"{low} or more"
    return low if low == high else f"{low} to {high}"


def _line(label: str, found: str, span: str, computed: str, gap: str, *, indent: str = "") -> str:
    """Numbers are never cut: a long one takes its room from the label."""
    right = f"{found:>11} {span:>23} {computed:>12} {gap:>11}"
    return indent + pad(label, WIDTH - len(indent) - len(right)) + right


def _foot(outcome: DesignOutcome) -> Iterator[str]:
    overloaded = [node.name for node in outcome.nodes if node.computed >= 1.0]
    if overloaded:
        yield ""
        names = ", ".join(clean(name) for name in overloaded)
        yield from wrap(
            f"{names}: more to do than can be done. Queues grow for as long as the run lasts, so times and "
            "ranges say little."
        )
    if outcome.failures is not None:
        yield ""
        yield from wrap(_failures(outcome.failures, outcome.seconds))
    if outcome.short:
        yield ""
        yield from wrap("The run is short beside the times it measures: with more requests it tells more.")
    if outcome.left_out:
        yield ""
        yield from wrap(f"Not simulated: {'; '.join(outcome.left_out)}.")


def _failures(count: FailureCount, seconds: float) -> str:
    """How many there were, and whether that tells anything."""
    span = format_quantity(seconds, Dimension.TIME)
    seen = "1 machine failed" if count.seen == 1 else f"{count.seen:,} machines failed"
    if count.seen == 0:
        seen = "No machine failed"
    start = f"{seen} in {span} of the design's time"
    if count.suffices:
        return f"{start}."
    if count.expected <= 0.0:
        return f"{start}: no figure says how often any does."
    between = format_quantity(seconds / count.expected, Dimension.TIME)
    return (
        f"{start}, which is too few to tell anything of failures: the figures let one fail every {between}."
        " The availability that is computed tells of them, and what still holds with something down."
    )
