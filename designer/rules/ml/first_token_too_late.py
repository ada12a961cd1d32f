"""People wait too long for the first word of an answer."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.performance.model import Hop, Response
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import label, latency_verdicts, workload_names
from designer.rules.repairs import PLANNED, enough
from designer.scenario.model import Latency
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where a language model answers and a latency is asked for.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model*2", scenario="chat"
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model*4", scenario="chat"
    ),
    sources=(
        "J. Nielsen, Usability Engineering, 1993, chapter 5: after one second a train of thought is interrupted",
        "Y. Zhong et al., DistServe: Disaggregating Prefill and Decoding, OSDI 2024: time to the first token as a goal",
    ),
    false_positives="Answers that are shown only when they are whole, or read by a program, have no first word.",
    fix="Do less before the model begins to write: shorter prompts, fewer steps, more machines where requests wait.",
    parameters=(
        Parameter(
            "longest",
            1.0,
            Dimension.TIME,
            "time to the first word",
            "J. Nielsen, Usability Engineering: one second",
        ),
    ),
)
def check(analysis: Analysis, longest: float) -> Result:
    """The first word of an answer comes late

    A long answer may take many seconds to write, because people read while it is written. Until the first word they
    see nothing: they wait for the way, for a place at the model, and until the whole prompt is read.
    """
    timed = {name: item for name, item in analysis.first_tokens.items() if latency_verdicts(analysis, name)}
    if not timed:
        return NotApplicable("No language model answers here within a time that is asked for.")
    firsts = {name: _first(analysis, name, item) for name, item in timed.items()}
    late = {name: first for name, first in firsts.items() if longest < first < math.inf}
    if late:
        # One for each place: where several come late, the latest says it.
        slowest = sorted(late, key=lambda name: late[name])
        found = {
            fault.nodes: fault
            for name in slowest
            for fault in [_fault(analysis, name, timed[name], late[name])]
        }
        return tuple(found.values())
    if math.inf in firsts.values():
        return NotApplicable("More arrives than can be answered, so the first word never comes.")
    last = max(firsts, key=lambda name: firsts[name])
    return Passed(
        f"The first word of {workload_names(analysis, [last])} is there within {_time(firsts[last])}."
    )


def _percentile(analysis: Analysis, workload: str) -> float:
    """The percentile at which the scenario asks for the answer; the strictest of several."""
    asked = analysis.scenario.requirements.values()
    return max([item.percentile for item in asked if isinstance(item, Latency) and item.workload == workload])


def _first(analysis: Analysis, workload: str, response: Response) -> float:
    return response.percentiles[_percentile(analysis, workload)]


def _fault(analysis: Analysis, workload: str, response: Response, first: float) -> Fault:
    hop = max(response.hops, key=lambda item: item.service + item.waiting + item.network)
    percentile = _percentile(analysis, workload)
    message = (
        f"The first word of {workload_names(analysis, [workload])} takes up to {_time(first)} in {percentile:g} % of "
        f"the cases. {label(analysis, hop.node)} takes most of that: {_spent(hop)} on average."
    )
    binding = analysis.nodes[hop.node].binding
    waits = binding is not None and hop.waiting > hop.service
    fix = enough(analysis, hop.node, binding.value / PLANNED) if binding is not None and waits else ()
    return Fault((hop.node,), message, fix=fix, arithmetic=response.arithmetic)


def _spent(hop: Hop) -> str:
    parts = [(hop.waiting, "in line"), (hop.service, "of work"), (hop.network, "on the way there")]
    return " and ".join(
        [f"{_time(value)} {what}" for value, what in sorted(parts, reverse=True)[:2] if value > 0.0]
    )


def _time(seconds: float) -> str:
    return format_quantity(seconds, Dimension.TIME, digits=2)
