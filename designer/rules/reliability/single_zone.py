"""A zone that everything depends on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from string import ascii_lowercase

from designer.analysis.model import Analysis
from designer.catalog.model import Knob, Replication
from designer.design.edit import AddZone, Change, SetNode
from designer.design.model import DEFAULT_REGION, Zone
from designer.reliability.model import Group
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    allowances,
    availability_missed,
    component,
    label,
    listed,
    outages,
    percent,
    standing,
    workload_names,
    workloads_at,
)
from designer.rules.repairs import second_machine, set_count

_ZONES = 3
"""Zones to spread over: of a majority of copies enough are left, and half as many machines more carry the peak."""


@rule(
    severity=Severity.WARNING,
    applies="Where an availability is asked of what is answered.",
    bad=(
        Example(
            "@ a, b\nusers > load_balancer*2[zones=a+b] > api:app_server*10[zones=a+b] > "
            "cache*2[replicas=1, zones=a+b], db:sql_database*2[zones=a]",
            note="Two copies of the database, side by side in one building.",
        ),
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*2"),
    ),
    good=Example(
        "@ a, b\nusers > load_balancer*2[zones=a+b] > api:app_server*10[zones=a+b] > "
        "cache*2[replicas=1, zones=a+b], db:sql_database*2[zones=a+b]"
    ),
    sources=(
        "AWS Well-Architected Framework, Reliability Pillar, REL10: use fault isolation to protect your workload",
        "Amazon EC2 service level agreement: an instance alone, and instances over several zones",
    ),
    false_positives="A zone's own availability may be all that is asked for; then this is a choice and not a fault.",
    fix="Spread the machines over two or three zones, each with enough of them to carry on.",
)
def check(analysis: Analysis) -> Result:
    """Everything stands in one zone

    A zone is a building, or a few, with their own power and network. It fails as a whole: a fire, a broken cooling, a
    bad change to its network. Two machines in one zone then stop together, however many there are.
    """
    allowed = allowances(analysis)
    if not allowed or not analysis.reliability.workloads:
        return NotApplicable("No availability is asked of anything that is answered here.")
    fatal = {
        outage.name: asked
        for outage in outages(analysis, "zone")
        if (asked := [name for name in outage.lost if name in allowed])
    }
    groups = {group.node: group for group in analysis.reliability.groups} if fatal else {}
    found = [_fault(analysis, zone, asked, groups) for zone, asked in fatal.items()]
    faults = [fault for fault in found if fault is not None]
    if fatal and not faults:
        return NotApplicable("What a dead zone takes away here are machines that exist only once.")
    return tuple(faults) or Passed("Any one zone can fail and every request is still answered.")


def _fault(analysis: Analysis, zone: str, asked: list[str], groups: dict[str, Group]) -> Fault | None:
    only_here = [
        node
        for node, workloads in workloads_at(analysis).items()
        if node in groups
        and set(standing(analysis, node, groups[node].machines)) == {zone}
        and any(name in workloads for name in asked)
    ]
    # A machine alone is another rule's business wherever it stands; a zone is more than one machine.
    if not any(groups[node].machines > 1 for node in only_here):
        return None
    down = 1.0 - analysis.catalog.environment.zone_availability.default
    limit = min(allowances(analysis)[name] for name in asked)
    drawn = analysis.design.zones
    where = f"in zone {zone}" if drawn else "in the one zone of this design"
    message = (
        f"{listed(label(analysis, node) for node in only_here)} can be found only {where}: when it fails, "
        f"{workload_names(analysis, asked)} {agree(asked, 'stops', 'stop')}. A zone is down {percent(down)} "
        f"of the time; {percent(limit)} is allowed in all."
    )
    return Fault(
        nodes=tuple(only_here),
        message=message,
        severity=_severity(analysis, asked, down > limit),
        fix=_spread(analysis, zone, only_here, groups),
    )


def _severity(analysis: Analysis, asked: list[str], too_much: bool) -> Severity:
    if too_much:
        return Severity.ERROR
    return Severity.WARNING if availability_missed(analysis, asked) else Severity.INFO


def _spread(analysis: Analysis, zone: str, nodes: list[str], groups: dict[str, Group]) -> tuple[Change, ...]:
    """These nodes over all zones of the zone's region, with at least two machines each; all of them or none.

    Where there is only the one, others are drawn beside it.
    """
    drawn = analysis.design.zones
    region = next((item.region for item in drawn if item.id == zone), DEFAULT_REGION)
    beside = [item for item in drawn if item.region == region]
    fresh = [] if len(beside) > 1 else _more_zones(drawn, region, _ZONES - len(beside))
    zones = tuple([item.id for item in (*beside, *fresh)])
    changes: list[Change] = [AddZone(zone=item) for item in fresh]
    for node in nodes:
        if groups[node].machines < 2:
            found = component(analysis, node)
            more = second_machine(analysis, node)
            if not more and (Knob.INSTANCES in found.knobs or found.replication is not Replication.NONE):
                return ()
            changes.extend(more)
        else:
            changes.extend(_carrying(analysis, node, len(zones)))
        changes.append(SetNode(node=node, field="zones", value=zones))
    return tuple(changes)


def _carrying(analysis: Analysis, node: str, zones: int) -> tuple[Change, ...]:
    """As many instances as carry the peak without one of the zones, where there are enough to carry it now."""
    facts = analysis.nodes[node]
    if facts.minimum is None or facts.minimum_knob != Knob.INSTANCES.value:
        return ()
    if facts.minimum > analysis.graph.nodes[node].instances:
        return ()  # too few even with all zones, which is another rule's business
    return set_count(analysis, node, Knob.INSTANCES, math.ceil(facts.minimum * zones / (zones - 1)))


def _more_zones(drawn: Sequence[Zone], region: str, number: int) -> list[Zone]:
    """So many zones of the region, named a, b, c as far as these names are free."""
    taken = {item.id for item in drawn}
    free = (name for name in ascii_lowercase if name not in taken)
    return [Zone(id=name, region=region) for name in islice(free, number)]
