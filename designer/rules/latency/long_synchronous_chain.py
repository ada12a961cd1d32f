"""Services that wait for services that wait for services."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    allowances,
    behaving,
    callees_first,
    label,
    latency_verdicts,
    workload_names,
)
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where a request is answered.",
    bad=Example(
        "users > load_balancer*2 > a:app_server*8 > b:app_server*8 > c:app_server*8 > d:app_server*8 > "
        "e:app_server*8 > db:sql_database*3"
    ),
    good=Example("users > load_balancer*2 > a:app_server*8 > b:app_server*8 > db:sql_database*3"),
    sources=(
        "J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013",
        "B. Treynor et al., The Calculus of Service Availability, ACM Queue 15(2), 2017",
    ),
    false_positives="Services that only hand a request on within the same machine cost hardly anything.",
    fix="Merge services that always call each other, call in parallel, or put off what nobody waits for.",
    parameters=(
        Parameter("longest", 4, Dimension.COUNT, "services one after the other that are still few enough"),
    ),
)
def check(analysis: Analysis, longest: float) -> Result:
    """A long chain of services that wait for each other

    Each service in a chain adds its own time, its own network hop and its own chance to fail. The slowest of them
    sets the pace for all, and whoever looks for a fault has to look at every one.
    """
    chains = {name: _longest(analysis, name) for name, plan in analysis.traffic.plans.items() if plan.entries}
    if not chains:
        return NotApplicable("No request is answered yet.")
    long: dict[tuple[str, ...], list[str]] = {}
    for name, chain in chains.items():
        if len(chain) > longest:
            long.setdefault(chain, []).append(name)
    if long:
        return tuple(_fault(analysis, chain, names) for chain, names in long.items())
    most = max(len(chain) for chain in chains.values())
    return Passed(f"No request waits for more than {most} {'service' if most == 1 else 'services'} in a row.")


def _longest(analysis: Analysis, workload: str) -> tuple[str, ...]:
    """The longest row of services that one request waits through."""
    serves = behaving(analysis, Behavior.SERVICE)
    rows: list[tuple[str, ...]] = []  # by number of the visit
    for node, _, _, calls, _ in callees_first(analysis, workload):
        rest: tuple[str, ...] = ()
        for call in calls:
            if not call.deferred:
                for option in call.options:
                    row = rows[option.visit.number]
                    if len(row) > len(rest):
                        rest = row
        rows.append((node, *rest) if node in serves else rest)
    return max(
        [rows[entry.visit.number] for entry in analysis.traffic.plans[workload].entries], key=len, default=()
    )


def _fault(analysis: Analysis, chain: tuple[str, ...], names: list[str]) -> Fault:
    asked = allowances(analysis)
    matters = any(name in asked or latency_verdicts(analysis, name) for name in names)
    trail = " → ".join(label(analysis, node) for node in chain)
    return Fault(
        nodes=chain,
        message=f"{workload_names(analysis, names)} {agree(names, 'waits', 'wait')} for {len(chain)} services "
        f"one after the other: {trail}.",
        severity=None if matters else Severity.INFO,
    )
