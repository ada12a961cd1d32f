"""Accelerators that wait for work."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.design.edit import SetNode
from designer.performance.model import NodeCost, Utilisation
from designer.rules.cost.overprovisioned_tier import machines_to_keep
from designer.rules.definition import rule
from designer.rules.machine_learning import serving_models
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import label, money, percent
from designer.units import Dimension


@rule(
    severity=Severity.INFO,
    applies="Where requests are answered with the help of a model on machines of your own.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*12; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*10 > vector_index[replicas=2], feature_store[shards=8, replicas=1], "
        "model:model_server*3; api > log_stream*3[replicas=2, partitions=12] > "
        "update:stream_processor*2 >[write] feature_store, archive:object_storage",
        scenario="ranking",
    ),
    sources=(
        "M. Jeon et al., Analysis of Large-Scale Multi-Tenant GPU Clusters for DNN Training Workloads, USENIX ATC'19",
        "AWS Well-Architected Framework, Machine Learning Lens: right-size instances for inference",
    ),
    false_positives="Machines kept for the loss of a zone, or for a model that takes minutes to load, look idle.",
    fix="Run fewer of them, let several models share one, or use a smaller kind.",
    parameters=(
        Parameter("idle", 0.3, Dimension.RATIO, "utilisation below which an accelerator counts as idle"),
        Parameter("worth_it", 500.0, Dimension.MONEY, "saving from which on it is worth a word"),
    ),
)
def check(analysis: Analysis, idle: float, worth_it: float) -> Result:
    """Accelerators stand idle

    An accelerator costs twenty times what an ordinary machine does, whether it computes or waits. A handful of them
    at a tenth of what they can do is often the largest saving on the whole bill.
    """
    models = serving_models(analysis)
    if not models:
        return NotApplicable("No model answers requests here.")
    prices = {item.node: item for item in analysis.cost.nodes if item.node in models}
    faults = []
    for node, workloads in models.items():
        facts = analysis.nodes[node]
        used = facts.binding
        if used is None or used.value >= idle or facts.machines < 2 or node not in prices:
            continue
        keep = machines_to_keep(analysis, node, facts.machines, used.value, workloads)
        if prices[node].machines * (1.0 - keep / facts.machines) >= worth_it:
            faults.append(_fault(analysis, prices[node], facts.machines, keep, used))
    return tuple(faults) or Passed("The accelerators are busy, or as few as they can be.", tuple(models))


def _fault(analysis: Analysis, cost: NodeCost, machines: int, keep: int, used: Utilisation) -> Fault:
    saved = cost.machines * (1.0 - keep / machines)
    would = "1 would do" if keep == 1 else f"{keep} would do"
    return Fault(
        nodes=(cost.node,),
        message=f"The {machines} accelerators of {label(analysis, cost.node)} are at {percent(used.value)} of their "
        f"{used.ceiling.value} at the busiest time; {would}, for {money(saved)} less.",
        fix=(SetNode(node=cost.node, field="instances", value=keep),),
        arithmetic=Arithmetic(
            formula="c = C (1 - k / n)",
            result=Quantity("c", "cost of the accelerators not needed", saved, Dimension.MONEY),
            inputs=(
                Quantity("C", f"machines of {label(analysis, cost.node)}", cost.machines, Dimension.MONEY),
                Quantity("k", "machines that would do", float(keep), Dimension.COUNT),
                Quantity("n", "machines there are", float(machines), Dimension.COUNT),
            ),
            steps=(used.arithmetic,),
        ),
    )
