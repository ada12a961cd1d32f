"""More than there is to spend."""

from __future__ import annotations

from designer.analysis.model import Analysis, State, Verdict
from designer.performance.model import NodeCost
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import label, money, percent


@rule(
    severity=Severity.ERROR,
    applies="Where the exercise states a budget and something is drawn.",
    bad=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*30"),
    good=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    sources=(
        "AWS Well-Architected Framework, Cost Optimization Pillar: cost-effective resources",
        "sirupsen/napkin-math, README: what a core, a GB of memory and a GB of traffic cost",
    ),
    false_positives="List prices are counted; commitments and discounts may halve them.",
    fix="Look at the dearest part first, and ask whether it does what it costs.",
)
def check(analysis: Analysis) -> Result:
    """It costs more than there is to spend

    A design that cannot be paid for is no design. Most of the bill comes from one or two parts: start with those.
    """
    budgets = [item for item in analysis.verdicts if item.kind == "budget"]
    if not budgets or not analysis.responses:
        return NotApplicable("The scenario sets no budget, or nothing is answered here yet.")
    tightest = min(budgets, key=lambda item: item.limit)
    if tightest.state is not State.MISSED:
        left = tightest.limit - analysis.cost.total
        return Passed(f"It costs {money(analysis.cost.total)}: {money(left)} less than there is.")
    return (_fault(analysis, tightest),)


def _fault(analysis: Analysis, budget: Verdict) -> Fault:
    dearest = max(analysis.cost.nodes, key=lambda item: item.total)
    over = analysis.cost.total - budget.limit
    message = (
        f"It costs {money(analysis.cost.total)}, {money(over)} more than there is. "
        f"{label(analysis, dearest.node)} is the dearest part with {money(dearest.total)}, "
        f"{percent(dearest.total / analysis.cost.total)} of the bill, mostly for {_mostly(dearest)}."
    )
    return Fault((dearest.node,), message, arithmetic=budget.arithmetic)


def _mostly(cost: NodeCost) -> str:
    parts = {
        "machines": cost.machines,
        "what it keeps": cost.storage,
        "each request": cost.requests,
        "what it sends": cost.egress,
        "the tokens it reads and writes": cost.tokens,
    }
    return max(parts, key=lambda name: parts[name])
