"""Tiers that a new version can only be given at night."""

from __future__ import annotations

from collections.abc import Iterable

from designer.analysis.model import Analysis
from designer.catalog.model import Component, Knob, Trait
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowances,
    allowed_utilisation,
    flows_into,
    label,
    most_used,
    placed,
    workloads_at,
    workloads_with,
)
from designer.rules.repairs import set_count
from designer.scenario.model import Availability, Latency, Throughput
from designer.units import Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where several machines run the team's own code, and something is asked of what they answer.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*5 > db:sql_database*3", scenario="quiet"),
        Example(
            "users > load_balancer*2 > api:app_server*6[read_rate=900/s, servers=18] > db:sql_database*3",
            scenario="quiet",
        ),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > db:sql_database*3", scenario="quiet"),
    sources=(
        "Kubernetes documentation, Deployments: a rolling update takes away at most a quarter of the pods",
        "J. Humble and D. Farley, Continuous Delivery, chapter 10: deploying and releasing applications",
    ),
    false_positives="Who starts the new machines first and stops the old ones afterwards needs no room for it.",
    fix="Have enough machines that the peak is carried while some of them get the new version.",
    parameters=(
        Parameter(
            "share",
            0.25,
            Dimension.RATIO,
            "part of the machines that get a new version at a time; one at least",
            "Kubernetes documentation, Deployments: maxUnavailable is 25 %",
        ),
    ),
)
def check(analysis: Analysis, share: float) -> Result:
    """No room for a new version at the busiest time

    A machine that gets a new version answers nothing meanwhile, and usually several get it at a time. Where the others
    cannot carry the peak, a new version has to wait for the night, and so does the correction of a bad one.
    """
    asked = workloads_with(analysis, Availability, Latency, Throughput)
    reached = workloads_at(analysis)
    tiers = [
        node
        for node in placed(analysis, _is_deployed)
        if analysis.nodes[node].machines > 1 and not asked.isdisjoint(reached.get(node, ()))
    ]
    if not tiers:
        return NotApplicable("No code of the team's own runs on several machines for what is asked here.")
    short = [node for node in tiers if _is_short(analysis, node, share) and _is_waited_for(analysis, node)]
    told = _told(analysis) if short else frozenset()
    faults = tuple([_fault(analysis, node, share) for node in short if node not in told])
    if faults:
        return faults
    if short:
        return NotApplicable(
            "What is short of machines here is so before any is taken out for a new version."
        )
    return Passed("A new version can be rolled out at the busiest time, and taken back.", tuple(tiers))


def _is_deployed(found: Component) -> bool:
    return Trait.COMPUTES in found.traits and Knob.INSTANCES in found.knobs


def _out(machines: int, share: float) -> int:
    """Machines that get a new version at a time, of so many."""
    return max(1, int(machines * min(share, 0.99)))


def _is_short(analysis: Analysis, node: str, share: float) -> bool:
    facts = analysis.nodes[node]
    return facts.machines - _out(facts.machines, share) < facts.needed


def _is_waited_for(analysis: Analysis, node: str) -> bool:
    """Whether somebody waits for its answers: what comes out of a queue may lie there for a while."""
    return any(not flow.deferred for flow in flows_into(analysis).get(node, ()))


def _told(analysis: Analysis) -> frozenset[str]:
    """Tiers of which other rules say that they are overloaded, or will be when a machine or a zone fails."""
    allowed, reached = allowances(analysis), workloads_at(analysis)
    failing = [
        node
        for outage in analysis.reliability.outages
        if outage.kind in ("instance", "zone")
        for node in outage.overloaded
        if any(name in allowed for name in reached.get(node, ()))
    ]
    return frozenset([*failing, *_overloaded(analysis, reached)])


def _overloaded(analysis: Analysis, nodes: Iterable[str]) -> list[str]:
    reached = workloads_at(analysis)
    return [
        node
        for node in nodes
        if (used := most_used(analysis, node, CARRYING)) is not None
        and used.value > allowed_utilisation(analysis, reached[node])
    ]


def _fault(analysis: Analysis, node: str, share: float) -> Fault:
    facts = analysis.nodes[node]
    out = _out(facts.machines, share)
    wanted = facts.needed + 1
    while wanted - _out(wanted, share) < facts.needed:
        wanted += 1
    gets = "gets" if out == 1 else "get"
    return Fault(
        nodes=(node,),
        message=f"While {out} of the {facts.machines} machines of {label(analysis, node)} {gets} a new version, "
        f"{facts.machines - out} are left, and the busiest time needs {facts.needed}.",
        # One at a time is slow, but it goes.
        severity=None if facts.machines - 1 < facts.needed else Severity.INFO,
        fix=set_count(analysis, node, Knob.INSTANCES, wanted),
    )
