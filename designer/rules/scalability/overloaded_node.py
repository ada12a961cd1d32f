"""A part that cannot do what arrives at it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.analysis.model import Analysis
from designer.catalog.model import DataKind, Knob
from designer.design.edit import Change
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowances,
    allowed_utilisation,
    component,
    label,
    most_used,
    percent,
    workloads_at,
)
from designer.rules.repairs import enough, set_count
from designer.rules.scalability.consumers_too_slow import never_catches_up
from designer.rules.scalability.hot_shard import overheated
from designer.rules.scalability.write_leader_at_ceiling import is_bound_by_writes
from designer.rules.spares import outlasting
from designer.units import Dimension, format_quantity

_DIMENSIONS: Mapping[Ceiling, Dimension] = {
    Ceiling.OPERATIONS: Dimension.RATE,
    Ceiling.BANDWIDTH: Dimension.BANDWIDTH,
    Ceiling.MEMORY: Dimension.SIZE,
    Ceiling.PARTITION: Dimension.RATE,
    Ceiling.TOKENS: Dimension.RATE,
}


_DIGITS, _MOST_DIGITS = 3, 9
"""Digits of a rate or a size in a sentence, and where more of them no longer help."""


@rule(
    severity=Severity.ERROR,
    applies="Where requests reach something.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*2 > cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*6 > db:sql_database*3",
            note="Busier than was asked for.",
        ),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "R. Jain, The Art of Computer Systems Performance Analysis, chapter 33: the utilisation law",
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 21: handling overload",
    ),
    false_positives="What is shed on purpose at the busiest minute need not be carried.",
    fix="Add machines, or take load away: cache what is read often, put off what nobody waits for.",
)
def check(analysis: Analysis) -> Result:
    """More arrives than it can do

    At 100 % of any ceiling a part falls behind: the queue in front of it grows without end and everybody waits.
    Well below that it already gets slow, and it cannot take over for a machine that fails.
    """
    reached = workloads_at(analysis)
    if not reached:
        return NotApplicable("No request reaches anything yet.")
    faults = []
    for node, workloads in reached.items():
        used = most_used(analysis, node, CARRYING)
        allowed = allowed_utilisation(analysis, workloads)
        if used is not None and used.value > allowed and not _is_explained(analysis, node, used, allowed):
            faults.append(_fault(analysis, node, used, allowed))
    if faults:
        return tuple(faults)
    busiest = max(
        ((used.value, node) for node in reached if (used := most_used(analysis, node, CARRYING)) is not None),
        default=None,
    )
    if busiest is None:
        return Passed("Nothing here has a ceiling that this traffic could reach.")
    return Passed(
        f"{label(analysis, busiest[1])} is the busiest part, at {percent(busiest[0])} of what it can do.",
        (busiest[1],),
    )


def _is_explained(analysis: Analysis, node: str, used: Utilisation, allowed: float) -> bool:
    """Whether a rule that knows more says it better."""
    if used.ceiling is Ceiling.MEMORY and DataKind.VECTORS in component(analysis, node).holds:
        return used.value > 1.0
    if used.ceiling is Ceiling.PARTITION and analysis.graph.nodes[node].ordered:
        return True  # hot_partition: more partitions may be no way out
    if used.ceiling in (Ceiling.OPERATIONS, Ceiling.BANDWIDTH) and never_catches_up(analysis, node):
        return True
    return is_bound_by_writes(analysis, node, allowed) or overheated(analysis, node, allowed) is not None


def _fault(analysis: Analysis, node: str, used: Utilisation, allowed: float) -> Fault:
    facts = analysis.nodes[node]
    unit = "partition" if used.ceiling is Ceiling.PARTITION else "machine"
    message = (
        f"{label(analysis, node)} is at {percent(used.value)} of its {used.ceiling.value} at the busiest time: "
        f"{_against(used)} on one {unit}."
    )
    if used.value <= 1.0:
        message += f" The scenario asks to stay at {percent(allowed)} or below."
    elif _is_by_partition(analysis, node, used):
        message += f" It needs at least {_partitions(analysis, node, used.value)} partitions to keep up."
    elif facts.minimum is None:
        message += " No number of machines of this kind is enough."
    else:
        message += (
            f" It needs at least {facts.minimum} {_knob(facts.minimum_knob, facts.minimum)} to keep up."
        )
    return Fault(
        (node,), message, fix=_relief(analysis, node, used, used.value / allowed), arithmetic=used.arithmetic
    )


def _relief(analysis: Analysis, node: str, used: Utilisation, factor: float) -> tuple[Change, ...]:
    if _is_by_partition(analysis, node, used):
        return set_count(analysis, node, Knob.PARTITIONS, _partitions(analysis, node, factor))
    lasting = enough(analysis, node, factor, _outlasting(analysis, node))
    return lasting or enough(analysis, node, factor)  # which may be paid for where the other is not


def _outlasting(analysis: Analysis, node: str) -> int:
    """Instances that are enough for what a failure leaves too, where an availability is asked; else 0.

    Without them the repair would only bring up the next finding.
    """
    facts = analysis.nodes[node]
    asked = [name for name in workloads_at(analysis)[node] if name in allowances(analysis)]
    if not asked or facts.minimum is None or facts.minimum_knob != Knob.INSTANCES.value:
        return 0
    return outlasting(analysis, node, facts.minimum, asked)


def _is_by_partition(analysis: Analysis, node: str, used: Utilisation) -> bool:
    return used.ceiling is Ceiling.PARTITION and Knob.PARTITIONS in component(analysis, node).knobs


def _partitions(analysis: Analysis, node: str, factor: float) -> int:
    return math.ceil(analysis.graph.nodes[node].partitions * factor - 1e-9)


def _against(used: Utilisation) -> str:
    """What is asked against what can be done, with as many digits as it takes to see the difference."""
    dimension = _DIMENSIONS[used.ceiling]
    for digits in range(_DIGITS, _MOST_DIGITS):
        asked, done = [
            format_quantity(value, dimension, digits=digits) for value in (used.demand, used.limit)
        ]
        if asked != done:
            break
    return f"{asked} against {done}"


def _knob(knob: str | None, count: int) -> str:
    plural = knob or "machines"
    return plural.removesuffix("s") if count == 1 else plural
