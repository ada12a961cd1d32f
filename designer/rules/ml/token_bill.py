"""A bill that is mostly words."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import label, missed, money, percent, workload_names
from designer.rules.tokens import Writing, writings
from designer.units import Dimension

_MILLION = 1e6


@rule(
    severity=Severity.INFO,
    applies="Where a language model is paid by the token.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model_api", scenario="chat"
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > pick:load_balancer*2 >[share=0.9] "
        "llm:language_model*3; pick >[share=0.1] language_model_api",
        scenario="chat",
    ),
    sources=(
        "L. Chen et al., FrugalGPT: How to Use Large Language Models While Reducing Cost, 2023",
        "AWS Well-Architected Framework, Generative AI Lens: cost optimization",
    ),
    false_positives="For a service that is young, paying for each token is cheaper than accelerators that stand idle.",
    fix="Shorter prompts, a small model for easy questions, answers kept for those who ask the same, or own machines.",
    parameters=(Parameter("most", 0.5, Dimension.RATIO, "part of the bill that tokens may be"),),
)
def check(analysis: Analysis, most: float) -> Result:
    """Most of the bill is for tokens

    A model that is paid by the token costs as much for the last request as for the first: nothing gets cheaper by
    growing. So the length of a prompt is a price, and it is worth knowing what one question costs.
    """
    paid = {item.node: item.tokens for item in analysis.cost.nodes if item.tokens > 0.0}
    if not paid:
        return NotApplicable("No language model is paid by the token here.")
    share = math.fsum(paid.values()) / analysis.cost.total
    if share <= most:
        return Passed(f"Tokens are {percent(share)} of the bill.", tuple(paid))
    over = missed(item for item in analysis.verdicts if item.kind == "budget")
    severity = Severity.WARNING if over else None
    return tuple(_fault(analysis, node, cost, severity) for node, cost in paid.items())


def _fault(analysis: Analysis, node: str, cost: float, severity: Severity | None) -> Fault:
    dearest = max(
        [item for item in writings(analysis) if item.node == node], key=lambda item: _price(analysis, item)
    )
    message = (
        f"{label(analysis, node)} costs {money(cost)} for tokens, {percent(cost / analysis.cost.total)} of the bill: "
        f"{_price(analysis, dearest) * 1000:.3g} dollars for a thousand times "
        f"{workload_names(analysis, [dearest.workload])}."
    )
    arithmetic = next(item.arithmetic for item in analysis.cost.nodes if item.node == node)
    return Fault((node,), message, severity, arithmetic=arithmetic)


def _price(analysis: Analysis, item: Writing) -> float:
    """USD for the tokens of one operation."""
    node = analysis.graph.nodes[item.node]
    read = analysis.figure(node, "cost_per_million_prompt_tokens") or 0.0
    write = analysis.figure(node, "cost_per_million_output_tokens") or 0.0
    return (item.generation.prompt * read + item.generation.output * write) / _MILLION
