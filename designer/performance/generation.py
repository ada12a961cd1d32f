"""What a language model does for a workload: the touches with tokens, where they are worked on, how long each takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.performance.setting import Setting
from designer.traffic.model import Plan
from designer.units import Dimension


class Written(NamedTuple):
    """A touch with tokens, at a node of which it is known what tokens cost."""

    node: str
    touch: int
    prompt: float  # tokens of one operation
    output: float


def find_written(setting: Setting, plan: Plan) -> list[Written]:
    """Everything that language models do for the plan's workload, touch by touch."""
    touches = setting.scenario.workloads[plan.workload].touches
    told = [number for number, item in enumerate(touches) if item.prompt_tokens or item.output_tokens]
    if not told:
        return []
    makes = setting.drawing.makes
    places = dict.fromkeys(
        [
            (work.touch, visit.node)
            for visit in plan.visits
            for work in visit.work
            if makes[visit.node].generates
        ]
    )
    return [
        Written(node, touch, touches[touch].prompt_tokens, touches[touch].output_tokens)
        for touch, node in sorted(places)
        if touch in told
    ]


def find_streamed(setting: Setting, plan: Plan) -> int | None:
    """The touch whose tokens somebody reads while they are written: the last that writes any before the answer.

    What is written before that is not shown.
    """
    touches = setting.scenario.workloads[plan.workload].touches
    shown = [
        item.touch
        for item in find_written(setting, plan)
        if item.output > 0.0 and not touches[item.touch].deferred
    ]
    return shown[-1] if shown else None


def explain_written(setting: Setting, written: Sequence[Written], streamed: int | None) -> list[Arithmetic]:
    """How long each takes when nobody else asks; of the one that is `streamed`, to its first token."""
    return [_explain(setting, item, first=item.touch == streamed) for item in written]


def _explain(setting: Setting, item: Written, *, first: bool) -> Arithmetic:
    drawing = setting.drawing
    reading = drawing.quantity(item.node, "prompt_rate", "P", "tokens of prompts that a machine reads")
    writing = drawing.quantity(item.node, "token_time", "y", "until the next token is written")
    terms, inputs = [], []
    if reading is not None:
        terms.append("i / P")
        inputs += [Quantity("i", "tokens to read", item.prompt, Dimension.COUNT, "the scenario"), reading]
    if writing is not None and not first:
        terms.append("o y")
        inputs += [Quantity("o", "tokens to write", item.output, Dimension.COUNT, "the scenario"), writing]
    mean = drawing.makes[item.node].generating(item.prompt, 0.0 if first else item.output).mean
    label = f"one operation with tokens at {setting.label(item.node)}"
    return Arithmetic(
        formula=f"s = {' + '.join(terms) or '0'}",
        result=Quantity("s", f"{label}, to its first token" if first else label, mean, Dimension.TIME),
        inputs=tuple(inputs),
        method="a prompt is read by the whole machine, an answer is written token by token",
    )
