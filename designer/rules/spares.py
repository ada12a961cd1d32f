"""How many machines are enough when some of them fail: what rules about failures and about load offer alike."""

from __future__ import annotations

import math
from collections.abc import Iterable

from designer.analysis.model import Analysis
from designer.catalog.model import Knob
from designer.reliability.groups import k_of_n_unavailability
from designer.rules.questions import allowances, standing
from designer.rules.repairs import MOST

LITTLE = 0.1
"""Part of the time a workload may be down that one tier may use up by having too few machines left (rule of thumb)."""

_FINE = 100
"""Machines up to which they are counted one by one; above it, hundredths of them are added at a time."""


def per_zone(analysis: Analysis, node: str, machines: int) -> list[int]:
    """How many of so many machines of the node stand in each of its zones; one place for what stands in no zone."""
    zones = max(1, len(standing(analysis, node, machines)))
    return [machines // zones + (number < machines % zones) for number in range(zones)]


def lacking(analysis: Analysis, node: str, needed: int, machines: int) -> float:
    """Probability that fewer than `needed` of so many machines are up.

    Each fails by itself, and one of several zones may be down meanwhile. Where all stand in one zone, its failure is
    not for want of machines, and does not count.
    """
    down = 1.0 - (analysis.figure(node, "availability") or 1.0)
    few = k_of_n_unavailability(needed, machines, down)
    parts = per_zone(analysis, node, machines)
    if len(parts) < 2:
        return few
    lost = math.fsum([k_of_n_unavailability(needed, machines - part, down) for part in parts])
    return few + zone_down(analysis) * lost


def zone_down(analysis: Analysis) -> float:
    """The part of the time that a zone is down."""
    return 1.0 - analysis.catalog.environment.zone_availability.default


def outlasting(analysis: Analysis, node: str, needed: int, workloads: Iterable[str]) -> int:
    """Machines of which `needed` are left when one of them, or the zone with most of them, is down.

    And so many that fewer are up for only `LITTLE` of the time that the strictest of the workloads may be down.
    """
    zones = len(standing(analysis, node, needed + 1))
    count = math.ceil(needed * zones / (zones - 1)) if zones > 1 else needed + 1
    allowed = allowances(analysis)
    limit = min([allowed[name] for name in workloads if name in allowed], default=1.0)
    while count < MOST[Knob.INSTANCES] and lacking(analysis, node, needed, count) > LITTLE * limit:
        count += max(1, count // _FINE)
    return count
