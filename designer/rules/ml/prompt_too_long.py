"""More to read than a language model can, or than pays."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import component, is_managed, label, percent, workload_names
from designer.rules.tokens import Writing, writings
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where a language model reads prompts.",
    bad=(
        Example(
            "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model*4[context=2k]",
            scenario="chat",
            note="A small window: the prompt and the answer do not fit into it.",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model*8[prompt_rate=20k/s]",
            scenario="chat",
            note="An accelerator that reads slowly, and does little else.",
        ),
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > llm:language_model*4", scenario="chat"
    ),
    sources=(
        "NVIDIA, TensorRT-LLM 0.5, docs/source/performance: tokens a second by the length of prompts",
        "N. F. Liu et al., Lost in the Middle: How Language Models Use Long Contexts, TACL 12, 2024",
    ),
    false_positives="Where the same long beginning stands in every prompt, a server may keep what it made of it.",
    fix="Give the model less to read: fewer and better passages, a summary of what was said before.",
    parameters=(
        Parameter(
            "reading",
            0.8,
            Dimension.RATIO,
            "part of a machine's time that may go into reading prompts",
            "TensorRT-LLM 0.5: with 2,048 tokens to read for 128 to write",
        ),
    ),
)
def check(analysis: Analysis, reading: float) -> Result:
    """Prompts are too long for the model

    A model takes a prompt and its answer together up to the size of its window; what is beyond that is cut off or
    refused. Below that, reading costs the time in which answers could be written: with 2,048 tokens to read instead of
    128 a machine writes a fourth or a fifth as many.
    """
    found = [item for item in writings(analysis) if item.generation.prompt > 0.0]
    if not found:
        return NotApplicable("No language model is given anything to read here.")
    faults: dict[str, Fault] = {}
    for item in found:
        fault = _overflow(analysis, item)
        if fault is not None:
            faults.setdefault(item.node, fault)
    for item in found:
        fault = _slow(analysis, item, reading)
        if fault is not None:
            faults.setdefault(item.node, fault)
    if faults:
        return tuple(faults.values())
    longest = max(found, key=lambda item: item.generation.prompt)
    return Passed(
        f"Prompts of {_count(longest.generation.prompt)} tokens fit, and leave time to write.",
        (longest.node,),
    )


def _overflow(analysis: Analysis, item: Writing) -> Fault | None:
    window = analysis.figure(analysis.graph.nodes[item.node], "context")
    prompt, output = item.generation.prompt, item.generation.output
    if window is None or prompt + output <= window:
        return None
    message = (
        f"{workload_names(analysis, [item.workload])} gives {label(analysis, item.node)} {_count(prompt)} tokens to "
        f"read and has it write {_count(output)}: more than its window of {_count(window)} tokens."
    )
    return Fault((item.node,), message)


def _slow(analysis: Analysis, item: Writing, reading: float) -> Fault | None:
    node, (_, prompt, output) = analysis.graph.nodes[item.node], item.generation
    read, write = analysis.figure(node, "prompt_rate"), analysis.figure(node, "token_rate")
    # What a provider sells by the minute is a quota, not somebody's time.
    if read is None or write is None or output == 0.0 or is_managed(component(analysis, item.node)):
        return None
    share = prompt / read / (prompt / read + output / write)
    if share <= reading:
        return None
    message = (
        f"{label(analysis, item.node)} spends {percent(share)} of its time for "
        f"{workload_names(analysis, [item.workload])} on reading: {_count(prompt)} tokens for an answer of "
        f"{_count(output)}."
    )
    return Fault(
        (item.node,), message, Severity.INFO, arithmetic=_explain(share, prompt, output, read, write)
    )


def _explain(share: float, prompt: float, output: float, read: float, write: float) -> Arithmetic:
    return Arithmetic(
        formula="s = i / P / (i / P + o / Y)",
        result=Quantity("s", "part of the time that goes into reading", share, Dimension.RATIO),
        inputs=(
            Quantity("i", "tokens to read", prompt, Dimension.COUNT, "the scenario"),
            Quantity("P", "tokens of prompts that a machine reads", read, Dimension.RATE),
            Quantity("o", "tokens to write", output, Dimension.COUNT, "the scenario"),
            Quantity("Y", "tokens that a machine writes", write, Dimension.RATE),
        ),
    )


def _count(tokens: float) -> str:
    return format_quantity(tokens, Dimension.COUNT)
