"""The way of one request through the design, step by step, for each workload.

Of several targets it takes the one that most requests go to. What the client waits for comes first, in the order of
the calls; what is put off comes after the answer.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from designer.report import Report
from designer.traffic.model import Call, Option, Plan, Visit
from designer.ui.widgets.numbers import shown
from designer.units import Dimension

MOST_STEPS = 60
"""Steps told of one request: a way that is longer says nothing to anybody."""

ONCE = 1.0


def request_paths(report: Report) -> list[dict[str, Any]]:
    """A path for each workload that has one.

    A step has its `edge` and, where it is so: `later` (nobody waits), `miss` (the cache whose miss leads here),
    `optional`, `times` (calls a request), and on the first visit of a node `time` spent there on average.
    """
    paths = []
    for name, plan in report.analysis.traffic.plans.items():
        steps = _steps(report, plan)
        if steps:
            title = report.scenario.workloads[name].name
            paths.append({"id": name, "name": title, "steps": steps, **_answer(report, name)})
    return paths


def _answer(report: Report, workload: str) -> dict[str, str]:
    response = report.analysis.responses.get(workload)
    return {} if response is None else {"answer": shown(response.mean, Dimension.TIME)}


def _steps(report: Report, plan: Plan) -> list[dict[str, Any]]:
    entry = _likeliest(plan.entries)
    if entry is None:
        return []
    times = _times_at(report, plan.workload)
    steps: list[dict[str, Any]] = []
    late: deque[Call] = deque()
    _follow(entry.visit, False, steps, late, times)
    while late and len(steps) < MOST_STEPS:
        call = late.popleft()
        _make(call, True, steps, late, times)
    return steps


def _likeliest(options: tuple[Option, ...]) -> Option | None:
    """The target that most go to; of equal ones the first."""
    return max(options, key=lambda option: option.weight, default=None)


def _times_at(report: Report, workload: str) -> dict[str, str]:
    """By node how long a request is there on average, the way there included; in words."""
    response = report.analysis.responses.get(workload)
    hops = () if response is None else response.hops
    return {hop.node: shown(hop.service + hop.waiting + hop.network, Dimension.TIME) for hop in hops}


def _follow(
    visit: Visit,
    later: bool,
    steps: list[dict[str, Any]],
    late: deque[Call],
    times: dict[str, str],
) -> None:
    for call in visit.calls:
        if call.times <= 0.0:
            continue
        if call.deferred:
            late.append(call)
        else:
            _make(call, later, steps, late, times)


def _make(
    call: Call,
    later: bool,
    steps: list[dict[str, Any]],
    late: deque[Call],
    times: dict[str, str],
) -> None:
    option = _likeliest(call.options)
    if option is None or len(steps) >= MOST_STEPS:
        return
    step: dict[str, Any] = {"edge": option.connection}
    if later:
        step["later"] = True
    if call.optional:
        step["optional"] = True
    if call.on_miss is not None:
        step["miss"] = call.on_miss
    if call.times != ONCE:
        step["times"] = shown(call.times, Dimension.COUNT)
    time = None if later else times.pop(option.visit.node, None)
    if time is not None:
        step["time"] = time
    steps.append(step)
    _follow(option.visit, later, steps, late, times)
