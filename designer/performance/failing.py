"""Requests that fail though everything is up: how many of a workload, at which calls, and the arithmetic of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.performance.compose import Lost, Step
from designer.performance.latency import overloaded_nodes
from designer.performance.losses import Loss, either
from designer.performance.model import NodePerformance
from designer.performance.setting import Setting, setting_of
from designer.performance.walk import course_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic
from designer.units import Dimension

_ALONE = re.compile(r"\(1 - ([^()]+)\)")
"""What is kept when one thing is not lost."""

_DRAWN = "set on the connection"
INDEPENDENCE = "tries of one call, and calls of one request, are taken as independent of each other"


class Culprit(NamedTuple):
    """A call that requests fail at by itself, not by what lies behind it."""

    connection: str
    share: float  # of the requests, at most: so many calls are lost here, and no more requests fail than do
    errors: float  # of the tries that fail at the node called
    late: float  # of the tries that take longer than the time limit


class Failing(NamedTuple):
    """The part of a workload's requests at peak that end without an answer though everything is up."""

    share: float
    culprits: tuple[Culprit, ...]  # those that cost most first
    deadlines: Mapping[
        str, float
    ]  # by node with a deadline the part of the requests that it gives up, at most
    arithmetic: Arithmetic


def find_failing(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    nodes: Mapping[str, NodePerformance],
) -> dict[str, Failing]:
    """By workload what fails of it; only those of which anything does. `nodes` as measured.

    Work that a node with more to do than it can leaves undone is not counted: such a node is a ceiling, and down.
    Raises KeyError when the design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    if not setting.drawing.may_lose:
        return {}
    overloaded = overloaded_nodes(nodes)
    found = {}
    for name, plan in traffic.plans.items():
        walk = course_of(setting, name).answer_without(setting, overloaded) if plan.entries else None
        if walk is not None and walk.fails > 0.0:
            steps = list(_steps_of(walk.begins))
            found[name] = Failing(
                walk.fails,
                tuple(_find_culprits(steps, walk.fails)),
                _find_deadlines(steps, walk.fails),
                Arithmetic.later(_explain, setting, name, walk.fails, walk.begins),
            )
    return found


def _steps_of(begins: Sequence[tuple[float, Step]]) -> Iterator[Step]:
    """The visits that may fail, each once, callers before what they call."""
    waiting = [step for _, step in begins if step.fails > 0.0]
    seen = set(waiting)
    for step in waiting:  # which grows on the way
        yield step
        for _, loss, target in [option for lost in step.losses for option in lost.options]:
            if loss.inside > 0.0 and target not in seen:
                seen.add(target)
                waiting.append(target)


def _find_deadlines(steps: Sequence[Step], most: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for step in steps:
        if step.late > 0.0:
            found[step.node] = min(most, max(step.late, found.get(step.node, 0.0)))
    return found


def _find_culprits(steps: Sequence[Step], most: float) -> list[Culprit]:
    found: dict[str, Culprit] = {}
    for step in steps:
        for chance, times, options in step.losses:
            for weight, loss, _ in options:
                if loss.errors > 0.0 or loss.late > 0.0:
                    known = found.get(loss.connection, Culprit(loss.connection, 0.0, 0.0, 0.0))
                    lost = step.count * chance * times * weight * loss.share * _own_part(loss)
                    found[loss.connection] = Culprit(
                        loss.connection,
                        min(most, known.share + lost),
                        max(known.errors, loss.errors),
                        max(known.late, loss.late),
                    )
    return sorted(found.values(), key=lambda item: -item.share)


def _own_part(loss: Loss) -> float:
    """The part of the lost calls whose last try failed here, whatever also failed behind it."""
    own = (loss.errors, loss.late)
    return either(own) / either((*own, loss.inside))


def _explain(
    setting: Setting, workload: str, share: float, begins: Sequence[tuple[float, Step]]
) -> Arithmetic:
    return _Writer(setting, begins).write(workload, share)


class _Writer:
    """The arithmetic of what fails, from the request to the tries of each call."""

    def __init__(self, setting: Setting, begins: Sequence[tuple[float, Step]]) -> None:
        self._setting = setting
        self._begins = [(weight, step) for weight, step in begins if step.fails > 0.0]
        self._steps = list(_steps_of(begins))
        self._symbols: dict[Step, str] = {}
        counts: dict[str, int] = {}
        for step in self._steps:
            number = counts[step.node] = counts.get(step.node, 0) + 1
            self._symbols[step] = f"f[{step.node}]" if number == 1 else f"f[{step.node}.{number}]"

    def write(self, workload: str, share: float) -> Arithmetic:
        inputs: list[Quantity] = []
        terms = []
        for number, (weight, step) in enumerate(self._begins, 1):
            own = self.quantity(step)
            inputs.append(own)
            terms.append(own.symbol)
            if weight != 1.0:
                part = Quantity(
                    f"w{number}", f"requests that begin at {self._label(step)}", weight, Dimension.RATIO
                )
                inputs.append(part)
                terms[-1] = f"{part.symbol} * {own.symbol}"
        name = self._setting.scenario.workloads[workload].name
        return Arithmetic(
            formula=f"f = {' + '.join(terms)}",
            result=Quantity("f", f"part of {name} that fails though all is up", share, Dimension.RATIO),
            inputs=tuple(inputs),
            method=INDEPENDENCE,
            steps=tuple([item for step in self._steps for item in self._explain_visit(step)]),
        )

    def _label(self, step: Step) -> str:
        return self._setting.label(step.node)

    def quantity(self, step: Step) -> Quantity:
        return Quantity(
            self._symbols[step], f"visits to {self._label(step)} that fail", step.fails, Dimension.RATIO
        )

    def _explain_visit(self, step: Step) -> Iterator[Arithmetic]:
        """What a visit fails by: its calls and its deadline; then each call."""
        calls = [_Call(self, lost, number) for number, lost in enumerate(step.losses, 1)]
        inputs = [quantity for call in calls for quantity in call.inputs]
        factors = [call.kept for call in calls]
        node = self._setting.drawing.nodes[step.node]
        if step.late > 0.0 and node.deadline is not None:
            inputs.append(
                Quantity(
                    "o",
                    f"visits to {node.label} that take longer than its deadline",
                    step.late,
                    Dimension.RATIO,
                )
            )
            factors.append("(1 - o)")
        yield Arithmetic(
            formula=f"{self._symbols[step]} = {_turned(factors)}",
            result=self.quantity(step),
            inputs=tuple(inputs),
        )
        if step.late > 0.0 and node.deadline is not None:
            yield self._explain_deadline(step, node.deadline)
        for call in calls:
            yield from call.steps

    def _explain_deadline(self, step: Step, deadline: float) -> Arithmetic:
        label = self._label(step)
        return Arithmetic(
            formula="o = P(T > D)",
            result=Quantity("o", f"visits to {label} that take longer", step.late, Dimension.RATIO),
            inputs=(Quantity("D", f"deadline of {label}", deadline, Dimension.TIME, "set on the node"),),
            method="the distribution of the time that the visit takes",
        )

    def explain_call(self, symbol: str, loss: Loss, target: Step) -> Arithmetic:
        """A call is lost when its last try fails."""
        source, _, node = loss.connection.partition(">")
        caller, callee = self._setting.label(source), self._setting.label(node)
        inputs = [*self._causes(loss, caller, callee, node)]
        chances = [item.symbol for item in inputs if item.dimension is Dimension.RATIO]
        steps = [self._explain_inside(loss, target)] if 0.0 < loss.inside != target.fails else []
        if loss.inside > 0.0:
            inputs.append(steps[0].result if steps else self.quantity(target))
            chances.append(inputs[-1].symbol)
        failed = chances[0]
        if len(chances) > 1:
            failed = f"(1 - {' * '.join([f'(1 - {item})' for item in chances])})"
        formula = failed
        if loss.is_limited:
            again = Quantity(
                "b", "tries after the first, for each call", loss.budget or 0.0, Dimension.RATIO, _DRAWN
            )
            inputs.append(again)
            formula = f"1 - (1 + b) * (1 - {failed})"
        elif loss.most > 1:
            inputs.append(Quantity("m", "tries", float(loss.most), Dimension.COUNT, _DRAWN))
            formula = f"{failed} ^ m"
        return Arithmetic(
            formula=f"{symbol} = {formula}",
            result=Quantity(
                symbol, f"calls from {caller} to {callee} that are lost", loss.share, Dimension.RATIO
            ),
            inputs=tuple(inputs),
            steps=tuple(steps),
        )

    def _explain_inside(self, loss: Loss, target: Step) -> Arithmetic:
        """A visit that takes longer than its deadline and its caller's limit is lost once, not twice."""
        visits, callee = self.quantity(target), self._label(target)
        name = f"visits to {callee} that fail, of those that are not given up before"
        unheard = "of the visits that its deadline ends, the part that was given up before"
        return Arithmetic(
            formula=f"i = 1 - (1 - {visits.symbol}) / (1 - o) * (1 - o * (1 - h) / (1 - l))",
            result=Quantity("i", name, loss.inside, Dimension.RATIO),
            inputs=(
                visits,
                Quantity(
                    "o",
                    f"visits to {callee} that take longer than its deadline",
                    target.late,
                    Dimension.RATIO,
                ),
                Quantity("h", unheard, loss.unheard, Dimension.RATIO),
                Quantity("l", "calls that take longer than the caller's limit", loss.late, Dimension.RATIO),
            ),
            method="the deadline and the limit look at the same time",
        )

    def _causes(self, loss: Loss, caller: str, callee: str, node: str) -> Iterator[Quantity]:
        drawing = self._setting.drawing
        if loss.errors > 0.0:
            name = f"answers of {callee} that are errors"
            known = drawing.quantity(node, "error_rate", "e", name)
            yield Quantity("e", name, loss.errors, Dimension.RATIO, None if known is None else known.source)
        policy = drawing.policies.get(loss.connection)
        if loss.late > 0.0 and policy is not None and policy.timeout is not None:
            yield Quantity("l", "P(T > t): a try takes longer than the limit", loss.late, Dimension.RATIO)
            yield Quantity("t", f"{caller} waits for {callee}", policy.timeout, Dimension.TIME, _DRAWN)


def _turned(kept: Sequence[str]) -> str:
    """The chance that not all of these hold: 1 less their product."""
    only = _ALONE.fullmatch(kept[0]) if len(kept) == 1 else None
    return f"1 - {' * '.join(kept)}" if only is None else only[1]


class _Call:
    """The part of a visit's formula that is about one of its calls: how likely it is not lost."""

    def __init__(self, writer: _Writer, lost: Lost, number: int) -> None:
        self._number = str(number)
        self.inputs: list[Quantity] = []
        self.steps: list[Arithmetic] = []
        terms = []
        for place, (weight, loss, target) in enumerate(lost.options, 1):
            symbol = f"g[{loss.connection}]" if number == 1 else f"g[{loss.connection}.{number}]"
            if loss.inside == loss.share == target.fails:  # only what lies behind it fails
                found = writer.quantity(target)
            else:
                arithmetic = writer.explain_call(symbol, loss, target)
                self.steps.append(arithmetic)
                found = arithmetic.result
            self.inputs.append(found)
            symbol = found.symbol
            if weight == 1.0:
                terms.append(symbol)
            else:
                part = self._input(f"w{place}.", "part of the calls that go there", weight, Dimension.RATIO)
                terms.append(f"{part} * {symbol}")
        self.kept = self._repeat(terms[0] if len(terms) == 1 else f"({' + '.join(terms)})", lost.times)
        if lost.chance != 1.0:
            part = self._input("c", "chance that the call is made", lost.chance, Dimension.RATIO)
            self.kept = f"(1 - {part} * (1 - {self.kept}))"

    def _repeat(self, once: str, times: float) -> str:
        """So many calls, all of which have to be answered; of a fraction the rest is made with that chance."""
        whole, kept = math.floor(times), f"(1 - {once})"
        found = [kept] if whole == 1 else []
        if whole > 1:
            found.append(f"{kept} ^ {self._input('n', 'calls each time', float(whole), Dimension.COUNT)}")
        if times > whole:
            part = self._input("r", "chance of one more", times - whole, Dimension.RATIO)
            found.append(f"(1 - {part} * {once})")
        return " * ".join(found)

    def _input(self, symbol: str, name: str, value: float, dimension: Dimension) -> str:
        found = Quantity(f"{symbol}{self._number}", name, value, dimension)
        self.inputs.append(found)
        return found.symbol
