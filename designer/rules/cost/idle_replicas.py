"""Copies that nobody needs, each on a machine of its own."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component, Replication
from designer.design.edit import SetNode
from designer.design.model import Acks, ReadFrom
from designer.performance.model import NodeCost, Utilisation
from designer.reliability.durability import loss_of
from designer.reliability.groups import k_of_n_unavailability
from designer.reliability.recovery import acknowledged
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowances,
    component,
    costs,
    durabilities,
    kept_at,
    label,
    loads_at,
    money,
    most_used,
    others,
    percent,
    placed,
    workloads_at,
)
from designer.rules.repairs import PLANNED
from designer.units import Dimension

SMALL = 0.01
"""Part of the allowed downtime that the copies kept may cause (rule of thumb)."""

_SERVICE = "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], "


@rule(
    severity=Severity.INFO,
    applies="Where a store or a cache has a leader and two followers or more.",
    bad=Example(f"{_SERVICE}db:sql_database*8"),
    good=Example(f"{_SERVICE}db:sql_database*3"),
    sources=(
        "AWS Well-Architected Framework, Cost Optimization Pillar: right-size the workload",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: why data is replicated",
    ),
    false_positives="Copies for reports, for tests of a release or for another region look idle here.",
    fix="Keep as many copies as the reads, the availability and the durability asked for need.",
    parameters=(
        Parameter("idle", 0.05, Dimension.RATIO, "utilisation of each copy below which it counts as idle"),
        Parameter(
            "worth_it", 0.05, Dimension.RATIO, "part of the whole bill from which on it is worth a word"
        ),
        Parameter(
            "spare",
            2,
            Dimension.COUNT,
            "copies beyond those needed, where availability or durability is asked",
        ),
    ),
)
def check(analysis: Analysis, idle: float, worth_it: float, spare: float) -> Result:
    """More copies than reads, availability and durability need

    A copy is there to be read from, or to take over. When the copies hardly have anything to do and fewer would outlive
    the same failures, the others only repeat every write, on machines that have to be paid for.
    """
    reached = workloads_at(analysis)
    copied = [
        node
        for node in placed(analysis, _follows)
        if node in reached and analysis.graph.nodes[node].replicas > 1
    ]
    if not copied:
        return NotApplicable("Nothing here has a leader and several followers.")
    enough = worth_it * analysis.cost.total
    prices = costs(analysis)
    faults = []
    for node in copied:
        if _saved(analysis, node, prices[node], _fewest(analysis, node)) < enough:
            continue
        used = most_used(analysis, node, CARRYING)
        if used is None or used.value >= idle:
            continue
        keep = _keep(analysis, node, used, int(spare))
        if _saved(analysis, node, prices[node], keep) >= enough:
            faults.append(_fault(analysis, node, used, prices[node], keep))
    return tuple(faults) or Passed("Every copy is read from, or is there to take over.", tuple(copied))


def _follows(found: Component) -> bool:
    return found.replication is Replication.LEADER


def _fewest(analysis: Analysis, node: str) -> int:
    """One in each zone it stands in, and in any case one more than must have a write before it is answered.

    Else writes stop when one of them is lost. Where all must have it, any copy that is lost stops them.
    """
    placed_there = analysis.graph.nodes[node]
    writing = 1 if placed_there.acks is Acks.ALL else acknowledged(placed_there, component(analysis, node))
    return max(1 + writing, len(placed_there.zones))


def _keep(analysis: Analysis, node: str, used: Utilisation, spare: int) -> int:
    """The fewest copies that carry the reads, stand in every zone, and outlive what is asked, with some to spare."""
    placed_there, allowed = analysis.graph.nodes[node], allowances(analysis)
    asked = durabilities(analysis)
    now = 1 + placed_there.replicas
    limits = [allowed[name] for name in workloads_at(analysis)[node] if name in allowed]
    kept = [asked[name] for name in kept_at(analysis, node) if name in asked]
    needed = _needed(analysis, node, used)
    keep = max(_fewest(analysis, node), needed, needed + spare if limits or kept else 0)
    down = 1.0 - (analysis.figure(placed_there, "availability") or 1.0)
    while keep < now and (
        (limits and k_of_n_unavailability(needed, keep, down) > SMALL * min(limits))
        or (kept and _loss(analysis, node, keep) > 1.0 - max(kept))
    ):
        keep += 1
    return min(keep, now)


def _needed(analysis: Analysis, node: str, used: Utilisation) -> int:
    """Copies that carry the reads: every copy applies all writes, and reads are shared by those that answer them."""
    placed_there, loads = analysis.graph.nodes[node], loads_at(analysis)[node]
    if placed_there.read_from is ReadFrom.LEADER:
        return 1
    readers = placed_there.replicas + (placed_there.read_from is ReadFrom.ANY)
    read_rate = analysis.figure(placed_there, "read_rate") or 1.0
    reads = sum([load.reads for load in loads]) / read_rate
    writes = sum([load.writes for load in loads]) / (analysis.figure(placed_there, "write_rate") or read_rate)
    scale = used.value / (writes + reads / readers) if writes + reads > 0.0 else 0.0
    shared = math.ceil(scale * reads / (PLANNED - scale * writes) - 1e-9)
    return max(1, shared) + (placed_there.read_from is ReadFrom.REPLICAS)


def _loss(analysis: Analysis, node: str, copies: int) -> float:
    """Yearly probability that a record is lost with so many copies; nothing counts as rebuilt."""
    fewer = analysis.graph.nodes[node].model_copy(update={"replicas": copies - 1})
    return loss_of(fewer, component(analysis, node)) or 0.0


def _saved(analysis: Analysis, node: str, cost: NodeCost, keep: int) -> float:
    """USD a month for the machines and the room of the other copies; nothing, not even 0, when there are none."""
    now = 1 + analysis.graph.nodes[node].replicas
    return (cost.machines + cost.storage) * (1.0 - keep / now) if keep < now else -math.inf


def _fault(analysis: Analysis, node: str, used: Utilisation, cost: NodeCost, keep: int) -> Fault:
    now = 1 + analysis.graph.nodes[node].replicas
    saved = _saved(analysis, node, cost, keep)
    message = (
        f"Each of the {now} copies of {label(analysis, node)} is at {percent(used.value)} of its {used.ceiling}. "
        f"{keep} would carry the reads and outlive what is asked; the {others(now - keep)} {money(saved)}."
    )
    arithmetic = Arithmetic(
        formula="c = C (1 - k / n)",
        result=Quantity("c", "cost of the copies not needed", saved, Dimension.MONEY),
        inputs=(
            Quantity(
                "C", f"all copies of {label(analysis, node)}", cost.machines + cost.storage, Dimension.MONEY
            ),
            Quantity("k", "copies that would do", float(keep), Dimension.COUNT),
            Quantity("n", "copies there are", float(now), Dimension.COUNT),
        ),
        steps=(used.arithmetic,),
    )
    fix = (SetNode(node=node, field="replicas", value=keep - 1),)
    return Fault((node,), message, fix=fix, arithmetic=arithmetic)
