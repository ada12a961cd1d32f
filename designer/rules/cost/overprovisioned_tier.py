"""Machines that have nothing to do."""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Component, Knob, Replication
from designer.design.edit import SetNode
from designer.performance.model import NodeCost, Utilisation
from designer.reliability.groups import k_of_n_unavailability
from designer.rules.definition import rule
from designer.rules.machine_learning import is_model
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    allowances,
    costs,
    is_managed,
    label,
    money,
    others,
    percent,
    placed,
    workloads_at,
)
from designer.rules.repairs import PLANNED
from designer.units import Dimension

SMALL = 0.01
"""Part of the allowed downtime that the machines kept may cause (rule of thumb)."""


@rule(
    severity=Severity.INFO,
    applies="Where a tier of more than two machines of your own is reached.",
    bad=Example("users > load_balancer*2 > api:app_server*100 > cache*2[replicas=1], db:sql_database*3"),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "AWS Well-Architected Framework, Cost Optimization Pillar: right-size the workload",
        "L. A. Barroso and U. Hölzle, The Case for Energy-Proportional Computing, IEEE Computer 40(12), 2007",
    ),
    false_positives="Room for a sudden crowd, for growth or for a lost zone looks idle on an ordinary day.",
    fix="Run fewer machines, or keep them and know what the reserve costs.",
    parameters=(
        Parameter("idle", 0.1, Dimension.RATIO, "utilisation below which a machine counts as idle"),
        Parameter(
            "worth_it",
            0.05,
            Dimension.RATIO,
            "part of the whole bill from which on idle machines are worth a word",
        ),
    ),
)
def check(analysis: Analysis, idle: float, worth_it: float) -> Result:
    """Far more machines than the work needs

    This is not wrong: published systems often run at a fifth of what they could do. But every idle machine has a
    price, and it is good to know it.
    """
    reached = workloads_at(analysis)
    scalable = frozenset(placed(analysis, _is_scalable))
    tiers = {
        node: facts for node in reached if node in scalable and (facts := analysis.nodes[node]).machines > 2
    }
    if not tiers:
        return NotApplicable("No tier of more than two machines stands here.")
    prices = costs(analysis)
    faults = []
    for node, facts in tiers.items():
        binding = facts.binding
        if binding is None or binding.value >= idle or node not in prices:
            continue
        keep = machines_to_keep(analysis, node, facts.machines, binding.value, reached[node])
        spare = prices[node].machines * (1.0 - keep / facts.machines)
        if keep < facts.machines and spare >= worth_it * analysis.cost.total:
            faults.append(_fault(analysis, node, binding, prices[node], keep))
    return tuple(faults) or Passed("No tier costs much for machines that have nothing to do.")


def _is_scalable(found: Component) -> bool:
    alike = found.replication is Replication.NONE and found.behavior is not Behavior.CACHE
    if is_model(found):
        return False  # idle_accelerator knows more
    return alike and Knob.INSTANCES in found.knobs and not is_managed(found)


def machines_to_keep(
    analysis: Analysis, node: str, machines: int, used: float, workloads: Mapping[str, float]
) -> int:
    """The fewest machines that carry the load with room to spare, lose any one zone, and hardly add to the downtime."""
    placed, needed = analysis.graph.nodes[node], analysis.nodes[node].needed
    zones = len(placed.zones)
    spare = math.ceil(needed * zones / (zones - 1)) if zones > 1 else needed + 1
    allowed = allowances(analysis)
    limits = [allowed[name] for name in workloads if name in allowed]
    # One alone would be a fault of its own.
    keep = max(math.ceil(machines * used / PLANNED), spare if limits else 2)
    if not limits:
        return keep
    down = 1.0 - (analysis.figure(placed, "availability") or 1.0)
    while keep < machines and k_of_n_unavailability(needed, keep, down) > SMALL * min(limits):
        keep += 1
    return keep


def _fault(analysis: Analysis, node: str, used: Utilisation, cost: NodeCost, keep: int) -> Fault:
    machines = analysis.nodes[node].machines
    spare = cost.machines * (1.0 - keep / machines)
    return Fault(
        (node,),
        lambda: (
            f"{label(analysis, node)} is at {percent(used.value)} of its {used.ceiling.value} with {machines} "
            f"machines; {keep} would do. The {others(machines - keep)} {money(spare)}."
        ),
        fix=lambda: (SetNode(node=node, field="instances", value=keep),),
        arithmetic=Arithmetic.later(lambda: _explain(analysis, used, cost, keep)),
    )


def _explain(analysis: Analysis, used: Utilisation, cost: NodeCost, keep: int) -> Arithmetic:
    node, machines = cost.node, analysis.nodes[cost.node].machines
    spare = cost.machines * (1.0 - keep / machines)
    return Arithmetic(
        formula="c = C (1 - k / n)",
        result=Quantity("c", "cost of the machines not needed", spare, Dimension.MONEY),
        inputs=(
            Quantity("C", f"machines of {label(analysis, node)}", cost.machines, Dimension.MONEY),
            Quantity("k", "machines that would do", float(keep), Dimension.COUNT),
            Quantity("n", "machines there are", float(machines), Dimension.COUNT),
        ),
        steps=(used.arithmetic,),
    )
