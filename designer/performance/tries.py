"""How often calls are tried: retries where tries fail, second calls where answers are late.

A try fails with the errors of the node called, and when what that waits for is lost; with a time limit it also fails
when the answer does not come in time: at a node with more to do than it can, as often as work is left undone there;
elsewhere with the part of the answers that are later. Three retries are four tries; where every try fails, four layers
of that make 4^4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.catalog.model import Catalog
from designer.design.model import Connection, Design
from designer.performance.latency import overloaded_nodes
from designer.performance.losses import either, later_than, most_tries
from designer.performance.model import Ceiling, NodePerformance
from designer.performance.setting import Setting, setting_of
from designer.performance.walk import Try, course_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic


def find_tries(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    nodes: Mapping[str, NodePerformance],
) -> dict[str, float]:
    """By connection with retries or a second call: the average number of calls made for one call wanted, 1 or more.

    In the state that `traffic` and `nodes` are: the caller repeats both until nothing changes. Raises KeyError when the
    design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    asked = {
        name: policy
        for name, policy in setting.drawing.policies.items()
        if policy.retries or policy.hedge_after is not None
    }
    if not asked:
        return {}
    made = dict.fromkeys(asked, 0.0)
    tries = dict.fromkeys(asked, 0.0)
    for item, rate in _calls(setting, overloaded_nodes(nodes)):
        policy = asked.get(item.connection)
        if policy is not None:
            made[item.connection] += rate
            tries[item.connection] += rate * _tries(setting, policy, item, nodes)
    return {name: tries[name] / made[name] if made[name] > 0.0 else 1.0 for name in asked}


def _calls(setting: Setting, overloaded: frozenset[str]) -> list[tuple[Try, float]]:
    """All calls that may be tried again, of all workloads, with how often per second they are made."""
    found = []
    for name, rate in setting.request_rates.items():
        plan = setting.traffic.plans[name]
        if rate <= 0.0 or not plan.entries:
            continue
        course = course_of(setting, name)
        for walk in (course.answer_without(setting, overloaded), course.late_without(setting, overloaded)):
            if walk is not None:
                found += [(item, rate * item.made) for item in walk.tries]
    return found


def _tries(setting: Setting, policy: Connection, item: Try, nodes: Mapping[str, NodePerformance]) -> float:
    """Calls made for one that is wanted."""
    failed = failure(setting, policy, item, nodes)
    most = most_tries(setting.drawing, policy)
    tries = math.fsum([failed**number for number in range(min(policy.retries + 1, most))])
    if policy.retry_budget is not None:
        tries = min(tries, 1.0 + policy.retry_budget)
    if policy.hedge_after is None:
        return tries
    return tries * (1.0 + later_than(item.time, policy.hedge_after))


def failure(setting: Setting, policy: Connection, item: Try, nodes: Mapping[str, NodePerformance]) -> float:
    """The probability that one try fails."""
    errors = setting.drawing.figure(policy.target, "error_rate") or 0.0
    late = 0.0
    if policy.timeout is not None:
        if item.time is None:
            late = _overload(item.behind, nodes)
        elif policy.hedge_after is not None:
            late = later_than(item.time, policy.timeout)
        else:
            late = item.sight.late
    return either((errors, late, item.sight.inside))


def _overload(behind: frozenset[str], nodes: Mapping[str, NodePerformance]) -> float:
    """The part of the work that is never done at the most overloaded of these nodes; that of all, if none says."""
    left = 1.0
    for name in behind:
        for used in nodes[name].utilisations:
            if used.ceiling not in (Ceiling.MEMORY, Ceiling.DISK, Ceiling.CONNECTIONS) and used.value > 1.0:
                left = min(left, 1.0 / used.value)
    return 1.0 - left
