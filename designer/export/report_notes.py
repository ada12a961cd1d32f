"""What is said beside a number: how far a percentile can be trusted, what a cache could do and how soon."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designer.performance.model import NodePerformance, Response
from designer.report import Report
from designer.traffic.model import CacheHit
from designer.units import Dimension, format_quantity

_TWO_DIGITS = 2


def caveat(response: Response) -> str | None:
    """How far the percentiles can be off, and why; None for what is exact."""
    why = "; ".join(response.approximations)
    if response.band <= 0:
        return f"Approximate: {why}." if why else None
    off = format_quantity(response.band, Dimension.RATIO, digits=_TWO_DIGITS)
    return f"Right to within {off}{f': {why}' if why else ''}."


def caveats(report: Report) -> Iterator[str]:
    """What is said of each workload whose percentiles are not exact."""
    for times, what in (
        (report.analysis.responses, "time to answer"),
        (report.analysis.freshness, "freshness"),
        (report.analysis.first_tokens, "first token"),
    ):
        for name, response in times.items():
            note = caveat(response)
            if note is not None:
                yield f"{report.scenario.workloads[name].name}, {what}: {note[:1].lower()}{note[1:]}"


def cache_notes(hit: CacheHit) -> str:
    """What no replacement policy could better, how soon a cold cache is warm, how many answers are stale."""
    bound = format_quantity(hit.bound, Dimension.RATIO, digits=_TWO_DIGITS)
    notes = [f"No policy with this memory answers more than {bound}."]
    if math.isinf(hit.warm_up):
        notes.append("Emptied, it does not get warm again at this traffic.")
    elif hit.warm_up > 0:
        soon = format_quantity(hit.warm_up, Dimension.TIME, digits=_TWO_DIGITS)
        notes.append(f"Emptied, it has nine tenths of this ratio after {soon}.")
    if hit.stale > 0:
        stale = format_quantity(hit.stale, Dimension.RATIO, digits=_TWO_DIGITS)
        notes.append(f"Of its answers {stale} are older than the last write.")
    return " ".join(notes)


def moving_note(facts: NodePerformance) -> str | None:
    """How much data moves when a part is added; None for what has no parts."""
    if facts.moved_share is None:
        return None
    share = format_quantity(facts.moved_share, Dimension.RATIO, digits=_TWO_DIGITS)
    return f"Adding one part moves {share} of the records."
