"""A language model that says what it likes, to whoever asks."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import agree, flows_into, label, visited_by, workload_names
from designer.rules.repairs import GUARDRAIL, insert, machines_for, new_node
from designer.rules.tokens import answering, moderates


@rule(
    severity=Severity.WARNING,
    applies="Where people read what a language model writes.",
    bad=Example("users > load_balancer*2 > api:app_server*4 > llm:language_model*4", scenario="chat"),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model*4", scenario="chat"
    ),
    sources=(
        "OWASP, Top 10 for Large Language Model Applications: prompt injection, improper output handling",
        "NIST AI 600-1, Artificial Intelligence Risk Management Framework: Generative AI Profile, 2024",
    ),
    false_positives="A service of your own that checks is not known as one, unless its node provides moderate.",
    fix="Put a guardrail between those who ask and the model, and let it check the answers too.",
)
def check(analysis: Analysis) -> Result:
    """Nobody checks what the model is asked, and what it says

    A language model does as it is told, also by a stranger who hides orders in a question or in a document. And it says
    what is wrong, harmful or secret as calmly as anything else. Something has to look at what goes in and comes out.
    """
    models = answering(analysis)
    if not models:
        return NotApplicable("Nobody reads here what a language model writes.")
    checked = {
        name for name in models if any(moderates(analysis, node) for node in visited_by(analysis, name))
    }
    open_to_all: dict[str, list[str]] = {}
    for name in models:
        if name not in checked:
            for node in models[name]:
                open_to_all.setdefault(node, []).append(name)
    if open_to_all:
        return tuple(_fault(analysis, node, names) for node, names in open_to_all.items())
    return Passed(f"What is asked and answered in {workload_names(analysis, models)} is checked on its way.")


def _fault(analysis: Analysis, node: str, workloads: list[str]) -> Fault:
    message = (
        f"{label(analysis, node)} answers {workload_names(analysis, workloads)}, and nothing on "
        f"{agree(workloads, 'its', 'their')} way checks what goes in or comes out."
    )
    return Fault((node,), message, fix=_guard(analysis, node))


def _guard(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """A guardrail in front of the model, where one caller asks it."""
    flows = flows_into(analysis).get(node, ())
    callers = dict.fromkeys([flow.source for flow in flows])
    if len(callers) != 1:
        return ()
    (caller,) = callers
    machines = machines_for(analysis, GUARDRAIL, math.fsum([flow.calls for flow in flows]))
    return insert(analysis, new_node(analysis, GUARDRAIL, machines, beside=caller), caller, node)
