"""Response times: how long a workload's requests take, as percentiles, and how long its put-off work takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from designer.arithmetic import Arithmetic
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.performance.approximations import approximations_of
from designer.performance.bands import widest
from designer.performance.distributions import Distribution
from designer.performance.explain_latency import explain_response
from designer.performance.generation import Written, find_streamed, find_written
from designer.performance.model import PERCENTILES, Ceiling, NodePerformance, Response
from designer.performance.setting import Setting, setting_of
from designer.performance.walk import Walk, course_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic

_ENDLESS = (Ceiling.BANDWIDTH, Ceiling.PARTITION, Ceiling.IOPS)
"""Ceilings beside operations at which, once passed, requests pile up without end."""

Answers = dict[str, Response]


class Found(Mapping[str, Response]):
    """The responses of those of these workloads that have one, each found when somebody asks for it."""

    def __init__(self, names: Sequence[str], find: Callable[[str], Response | None]) -> None:
        self._names = names
        self._find = find
        self._known: dict[str, Response | None] = {}

    def __getitem__(self, name: str) -> Response:
        if name not in self._known and name in self._names:
            self._known[name] = self._find(name)
        found = self._known.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._names if name in self])

    def __len__(self) -> int:
        return len(list(iter(self)))


def respond(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    nodes: Mapping[str, NodePerformance],
) -> tuple[Answers, Mapping[str, Response]]:
    """Time to the answer, and from the answer to the end of the work put off, by workload. `nodes` as measured.

    Only what is served whole is there; the second part has only workloads that put work off. Seconds; infinite where
    a node on the way has more to do than it can. Calls of one request are taken as independent of each other.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    overloaded = overloaded_nodes(nodes)
    answers: Answers = {}
    putting_off: list[str] = []
    for name, plan in traffic.plans.items():
        if not plan.entries or plan.unserved:
            continue
        course = course_of(setting, name)
        answer = course.answer_without(setting, overloaded)
        if answer is not None:
            answers[name] = _response(setting, name, answer, nodes, find_written(setting, plan))
        if course.puts_off:
            putting_off.append(name)

    def finish(name: str) -> Response | None:
        late = course_of(setting, name).late_without(setting, overloaded)
        return None if late is None else _response(setting, name, late, nodes)

    return answers, Found(putting_off, finish)


def await_tokens(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    nodes: Mapping[str, NodePerformance],
) -> Answers:
    """Time to the first token of the answer, of the workloads that a language model answers; as `respond` has it.

    It is the answer's time without that in which its last tokens are written: the way, all waits, what is done before,
    the reading of the prompt, and what follows the model.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    overloaded = overloaded_nodes(nodes)
    found: Answers = {}
    for name, plan in traffic.plans.items():
        streamed = find_streamed(setting, plan) if plan.entries and not plan.unserved else None
        if streamed is not None:
            walk = course_of(setting, name).first_token(setting, streamed, overloaded)
            if walk is not None:
                found[name] = _response(setting, name, walk, nodes, find_written(setting, plan), streamed)
    return found


class Percentiles(Mapping[float, float]):
    """The percentiles of a time, in seconds, each found when somebody asks for it; infinite where it has no end."""

    __slots__ = ("_time",)

    def __init__(self, time: Distribution | None) -> None:
        self._time = time

    def __getitem__(self, percentile: float) -> float:
        if percentile not in PERCENTILES:
            raise KeyError(percentile)
        return math.inf if self._time is None else self._time.quantiles((percentile,))[0]

    def __iter__(self) -> Iterator[float]:
        return iter(PERCENTILES)

    def __len__(self) -> int:
        return len(PERCENTILES)


def overloaded_nodes(nodes: Mapping[str, NodePerformance]) -> frozenset[str]:
    """Nodes that can never keep up, for a reason that their queue for operations does not know."""
    found = []
    for name, facts in nodes.items():
        for item in facts.utilisations:  # the most used first
            if item.value < 1.0:
                break
            if item.ceiling in _ENDLESS:
                found.append(name)
    return frozenset(found)


def _response(
    setting: Setting,
    workload: str,
    walk: Walk,
    nodes: Mapping[str, NodePerformance],
    written: Sequence[Written] = (),
    streamed: int | None = None,
) -> Response:
    spent = [hop for hop in walk.hops.values() if any(hop[1:])]
    hops = tuple(spent or list(walk.hops.values())[:1])
    mean = math.inf if walk.time is None else walk.time.mean
    percentiles = Percentiles(walk.time)
    return Response(
        mean=mean,
        percentiles=percentiles,
        hops=hops,
        saturated=walk.saturated,
        arithmetic=Arithmetic.later(
            explain_response,
            setting,
            workload,
            walk.time,
            percentiles,
            hops,
            [nodes[name] for name in walk.saturated],
            written,
            streamed,
        ),
        band=lambda: widest(approximations_of(setting, walk)),
        approximations=lambda: tuple([item.reason for item in approximations_of(setting, walk)]),
    )
