"""More calls in progress to one address than a machine has numbers for."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Knob
from designer.performance.model import Ceiling, Utilisation
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    component,
    flows_into,
    is_managed,
    label,
    workloads_at,
)
from designer.rules.repairs import PLANNED, set_count
from designer.units import Dimension, format_quantity

_POOLED = (Behavior.STORE, Behavior.CACHE)
"""Behaviours that are called over connections that stay open, and are counted by connection_fan_in."""


@rule(
    severity=Severity.WARNING,
    applies="Where machines of your own call something that has a known limit of connections.",
    bad=Example(
        "users > proxy:reverse_proxy*3 > l4_load_balancer > api:app_server*16 > db:sql_database*2",
        scenario="polling",
    ),
    good=Example(
        "users > proxy:reverse_proxy*6 > l4_load_balancer > api:app_server*16 > db:sql_database*2",
        scenario="polling",
    ),
    sources=(
        "Linux kernel documentation, networking/ip-sysctl: ip_local_port_range is 32768 to 60999 by default",
        "J. D. C. Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9(3), 1961",
    ),
    false_positives="HTTP/2 and other protocols carry many calls over one connection, and need few ports.",
    fix="Run more of the callers, give the other side more addresses, or let calls share connections.",
    parameters=(
        Parameter(
            "ports",
            28_232.0,
            Dimension.COUNT,
            "connections that one machine can have open to one address at a time",
            "Linux kernel documentation, networking/ip-sysctl: ip_local_port_range, 32768 to 60999",
        ),
    ),
)
def check(analysis: Analysis, ports: float) -> Result:
    """One machine runs out of ports to call from

    Each open connection needs a number of its own on the caller's side, a port. Between one machine and one address
    there are some 28,000 of them. A proxy that holds more calls open than that gets no further connection, though
    neither it nor the other side is busy: long waits use them up sooner than many requests do.
    """
    called = [
        (node, used)
        for node in workloads_at(analysis)
        if (used := analysis.nodes[node].utilisation(Ceiling.CONNECTIONS)) is not None
        and component(analysis, node).behavior not in _POOLED
    ]
    if not called:
        return NotApplicable("Nothing that is called here has a known limit of connections.")
    faults = [
        fault
        for node, used in called
        if used.demand > ports
        for fault in _exhausted(analysis, node, used, ports)
    ]
    return tuple(faults) or Passed("No machine holds more calls open to one address than it has ports for.")


def _exhausted(analysis: Analysis, node: str, used: Utilisation, ports: float) -> list[Fault]:
    """A fault for each of the callers of a node of which one machine has too many calls open to one machine there."""
    calls: dict[str, float] = {}
    for flow in flows_into(analysis).get(node, ()):
        calls[flow.source] = calls.get(flow.source, 0.0) + flow.calls
    whole = math.fsum(calls.values())
    return [
        _fault(analysis, caller, node, used, part / whole, ports)
        for caller, part in calls.items()
        if _is_own(analysis, caller) and used.demand * part / whole > ports * analysis.nodes[caller].machines
    ]


def _is_own(analysis: Analysis, caller: str) -> bool:
    """Whether its machines are one's own: those of a provider have addresses enough."""
    found = component(analysis, caller)
    return found.behavior is not Behavior.CLIENT and not is_managed(found)


def _fault(analysis: Analysis, caller: str, node: str, used: Utilisation, part: float, ports: float) -> Fault:
    machines = analysis.nodes[caller].machines
    each = used.demand * part / machines
    open_, most = (format_quantity(count, Dimension.COUNT) for count in (each, ports))
    arithmetic = Arithmetic(
        formula="p = L s / n",
        result=Quantity("p", "calls in progress from one machine to one address", each, Dimension.COUNT),
        inputs=(
            Quantity(
                "L",
                f"calls in progress at one machine of {label(analysis, node)}",
                used.demand,
                Dimension.COUNT,
            ),
            Quantity("s", f"part of them from {label(analysis, caller)}", part, Dimension.RATIO),
            Quantity("n", f"machines of {label(analysis, caller)}", float(machines), Dimension.COUNT),
        ),
        method="Little's law",
        steps=(used.arithmetic,),
    )
    return Fault(
        nodes=(caller, node),
        message=f"One machine of {label(analysis, caller)} holds {open_} calls open to one address of "
        f"{label(analysis, node)}, and has {most} ports for them.",
        connections=(f"{caller}>{node}",),
        fix=set_count(analysis, caller, Knob.INSTANCES, math.ceil(used.demand * part / (ports * PLANNED))),
        arithmetic=arithmetic,
    )
