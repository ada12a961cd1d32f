"""A part that exists only once, and that requests cannot do without."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.design.edit import Change
from designer.reliability.model import Group
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import agree, allowances, label, percent, workload_names
from designer.rules.repairs import second_machine, set_copies


@rule(
    severity=Severity.WARNING,
    applies="Where a workload is answered.",
    bad=(
        Example("users > load_balancer > api:app_server*8 > cache*2[replicas=1], db:sql_database*2"),
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database"),
    ),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*2"),
    sources=(
        "AWS Well-Architected Framework, Reliability Pillar, REL11: withstand component failures",
        "B. Treynor et al., The Calculus of Service Availability, ACM Queue 15(2), 2017",
    ),
    false_positives="A part that an orchestrator starts again elsewhere within seconds is drawn as one machine too.",
    fix="Run a second machine that can take over: another instance, or a replica for what keeps data.",
)
def check(analysis: Analysis) -> Result:
    """One machine that everything depends on

    Machines stop: for a crash, an upgrade, a broken disk. When there is a second one nobody notices; when there is
    not, every request that needs it fails until it is back.
    """
    lost = {
        item.name: item.lost for item in analysis.reliability.outages if item.kind == "instance" and item.lost
    }
    points = [node for node in analysis.reliability.single_points if node in lost]
    if not analysis.reliability.workloads:
        return NotApplicable("No workload is answered yet, so nothing depends on any machine.")
    if not points:
        return Passed("Any one machine can stop and every request is still answered.")
    groups = {group.node: group for group in analysis.reliability.groups}
    return tuple(_fault(analysis, node, lost[node], groups.get(node)) for node in points)


def _down(analysis: Analysis, node: str, lost: tuple[str, ...], group: Group | None) -> dict[str, float]:
    """How much of the time each workload is down because the machine is.

    One that has too much to do counts as down all the time, which is another rule's business.
    """
    if group is not None and group.placement.overloaded:
        return dict.fromkeys(lost, group.placement.down)
    return {
        item.workload: share.unavailability
        for item in analysis.reliability.workloads
        if item.workload in lost
        for share in item.contributions
        if share.node == node
    }


def _fault(analysis: Analysis, node: str, lost: tuple[str, ...], group: Group | None) -> Fault:
    allowed = allowances(analysis)
    down = _down(analysis, node, lost, group)
    asked = [name for name in lost if name in allowed]
    message = _say(analysis, node, lost, group)
    severity = Severity.INFO
    if asked:
        tightest = min(asked, key=lambda name: allowed[name])
        too_much = down.get(tightest, 0.0) > allowed[tightest]
        severity = Severity.ERROR if too_much else Severity.WARNING
        costs, limit = down.get(tightest, 0.0), allowed[tightest]
        message += f" That alone is {percent(costs)} of the time; {percent(limit)} is allowed in all."
    return Fault(
        nodes=(node,),
        message=message,
        severity=severity,
        fix=_one_more(analysis, node, group),
        arithmetic=None if group is None else group.arithmetic,
    )


def _say(analysis: Analysis, node: str, lost: tuple[str, ...], group: Group | None) -> str:
    name, stopping = label(analysis, node), f"{workload_names(analysis, lost)} {agree(lost, 'stops', 'stop')}"
    if group is not None and group.machines > 1:
        return (
            f"{name} needs {group.placement.most} of the {group.machines} machines that have the same data for each "
            f"write: when one stops, {stopping}."
        )
    if group is not None and group.placement.number > 1:
        parts = "shards" if analysis.graph.nodes[node].shards > 1 else "parts"
        return (
            f"Each of the {group.placement.number} {parts} of {name} is on a single machine: when one stops, "
            f"{stopping} for all that is kept there."
        )
    return f"{name} is a single machine: when it stops, {stopping} with it."


def _one_more(analysis: Analysis, node: str, group: Group | None) -> tuple[Change, ...]:
    """So many machines that one may stop."""
    if group is not None and group.machines > 1:
        return set_copies(analysis, node, group.placement.most + 1)
    return second_machine(analysis, node)
