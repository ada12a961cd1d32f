"""A region that everything depends on."""

from __future__ import annotations

import math
from itertools import chain

from designer.analysis.model import Analysis
from designer.catalog.model import Knob, Replication
from designer.design.edit import Change, SetNode
from designer.design.model import Acks
from designer.reliability.model import Group
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    agree,
    allowances,
    availability_missed,
    component,
    is_managed,
    label,
    listed,
    percent,
    workload_names,
)
from designer.rules.regions import is_spread, region_of, regions_at
from designer.rules.repairs import set_copies, set_count
from designer.rules.timing import keeps_time

FAR = "users > load_balancer*4[zones=a+c+b+d] > api:app_server*16[zones=a+c+b+d] > "


@rule(
    severity=Severity.ERROR,
    applies="Where more is asked than one region promises, or machines are drawn in several.",
    bad=(
        Example(
            "@ eu/a, eu/b\nusers > load_balancer*2[zones=a+b] > api:app_server*16[zones=a+b] > "
            "db:sql_database*2[zones=a+b]",
            scenario="worldwide",
            note="Any zone can fail, but not the region that both are in.",
        ),
        Example(
            f"@ eu/a, eu/b, us/c, us/d\n{FAR}db:sql_database*2[zones=a+b]",
            scenario="worldwide",
            note="The servers over there have nothing to ask.",
        ),
    ),
    good=Example(f"@ eu/a, eu/b, us/c, us/d\n{FAR}db:sql_database*2[zones=a+c]", scenario="worldwide"),
    sources=(
        "AWS Whitepaper, Disaster Recovery of Workloads on AWS: multi-site active/active",
        "AWS Well-Architected Framework, Reliability Pillar, REL10: use fault isolation to protect your workload",
    ),
    false_positives="Data that may not leave a country has to stay in one region, whatever that costs in availability.",
    fix="Run enough of it in a second region that requests are answered there when the first is gone.",
)
def check(analysis: Analysis) -> Result:
    """Everything stands in one region

    A region is several zones near each other, under one provider's control. Seldom, but for hours, it is lost as a
    whole: a faulty change, a failed network, a flood. Where a service may be away for less than that, it has to be
    answered from a second region, far away from the first.
    """
    risk = 1.0 - analysis.catalog.environment.region_availability.default
    spread = is_spread(analysis)
    asked = {name for name, limit in allowances(analysis).items() if spread or limit < risk}
    if not asked or not analysis.reliability.workloads:
        return NotApplicable("One region is up often enough for what is asked here.")
    # What one zone takes away is not yet a matter of regions.
    by_zone = {name for item in analysis.reliability.outages if item.kind == "zone" for name in item.lost}
    lost = {
        item.name: stopped
        for item in analysis.reliability.outages
        if item.kind == "region" and (stopped := [name for name in item.lost if name in asked - by_zone])
    }
    if lost:
        return tuple(_fault(analysis, region, stopped, risk) for region, stopped in lost.items())
    if asked <= by_zone:
        return NotApplicable("A single zone takes away what is asked for here, before a region does.")
    return Passed("Any one region can fail and what must be there is still answered.")


def _fault(analysis: Analysis, region: str, stopped: list[str], risk: float) -> Fault:
    nodes = _bound(analysis, region, stopped)
    limit = min([allowances(analysis)[name] for name in stopped])
    where = f"region {region}" if is_spread(analysis) else "the one region of this design"
    message = (
        f"{listed(label(analysis, node) for node in nodes)} cannot do without {where}: when it is lost, "
        f"{workload_names(analysis, stopped)} {agree(stopped, 'stops', 'stop')}. A region is lost for {percent(risk)} "
        f"of the time; {percent(limit)} is allowed in all."
    )
    return Fault(
        nodes=nodes,
        message=message,
        severity=_severity(analysis, stopped, risk > limit),
        fix=_spread(analysis, nodes, stopped),
    )


def _severity(analysis: Analysis, stopped: list[str], too_much: bool) -> Severity:
    if too_much:
        return Severity.ERROR
    return Severity.WARNING if availability_missed(analysis, stopped) else Severity.INFO


def _bound(analysis: Analysis, region: str, stopped: list[str]) -> tuple[str, ...]:
    """What these workloads cannot do without that is in this region alone; if nothing is, what is partly there."""
    needed = [
        item.name
        for item in analysis.reliability.outages
        if item.kind == "node" and any(name in item.lost for name in stopped)
    ]
    shares = {
        node: share
        for node in needed
        if not is_managed(component(analysis, node))
        and (share := regions_at(analysis, node).get(region, 0.0)) > 0.0
    }
    return tuple([node for node, share in shares.items() if share >= 1.0] or shares)


def _spread(analysis: Analysis, nodes: tuple[str, ...], stopped: list[str]) -> tuple[Change, ...]:
    """All of these nodes over the zones of every region in turn, with enough machines in each that one can be lost."""
    zones = _in_turn(analysis)
    far = analysis.catalog.environment.cross_region.p99
    if not zones or not keeps_time(analysis, stopped, far * len(nodes)):
        return ()
    groups = {group.node: group for group in analysis.reliability.groups}
    changes: list[Change] = []
    for node in nodes:
        if not _can_split(analysis, node):
            return ()
        changes += _more(analysis, groups[node], len(set(region_of(analysis).values())))
        changes.append(SetNode(node=node, field="zones", value=zones))
    return tuple(changes)


def _in_turn(analysis: Analysis) -> tuple[str, ...]:
    """As many zones of every region, the regions in turn, so that machines spread evenly; none with one region."""
    regions: dict[str, list[str]] = {}
    for zone, region in region_of(analysis).items():
        regions.setdefault(region, []).append(zone)
    return tuple(chain.from_iterable(zip(*regions.values(), strict=False))) if len(regions) > 1 else ()


def _can_split(analysis: Analysis, node: str) -> bool:
    """Whether what is left in any region can go on alone: a majority cannot be in each of two."""
    found = component(analysis, node)
    if found.replication is Replication.LEADER:
        return analysis.graph.nodes[node].acks is Acks.LEADER
    return found.replication is Replication.NONE


def _more(analysis: Analysis, group: Group, regions: int) -> tuple[Change, ...]:
    wanted = math.ceil(group.needed * regions / (regions - 1))
    if component(analysis, group.node).replication is Replication.LEADER:
        return set_copies(analysis, group.node, wanted)
    return set_count(analysis, group.node, Knob.INSTANCES, wanted)
