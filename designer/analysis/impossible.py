"""Why no count meets a requirement, in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from designer.analysis.assumptions import Shifted, assume_around
from designer.analysis.facts import judge_only, scale_traffic
from designer.analysis.knobs import Levels, turn
from designer.analysis.model import Analysis, State, Verdict
from designer.analysis.rulings import nodes_of, tell_failing
from designer.analysis.throughput import CARRYING, find_dropped
from designer.analysis.trials import Trials
from designer.catalog.model import Knob, Replication, Trait
from designer.design.model import DEFAULT_REGION
from designer.performance.model import Ceiling, Utilisation
from designer.reliability.groups import zones_of
from designer.traffic.model import ProblemKind
from designer.units import Dimension, format_quantity

CALM = 1 / 1024
"""Part of the traffic at which nobody waits for anybody."""

NAMED = 3
"""Nodes named in one sentence."""

NOTICEABLE = 1e-3
"""What has a smaller part in an unavailability than this is not named."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One requirement that no counts of this shape meet."""

    requirement: str
    title: str
    verdict: Verdict  # at the counts that come nearest
    reason: str  # one or two sentences


def prove(trials: Trials, levels: Levels, *, exact: bool) -> tuple[Proof, ...]:
    """Why what is missed at these levels is missed at any, in the scenario's order."""
    found = []
    for item in trials.at(levels).verdicts:
        if item.state is not State.MET:
            nearest = trials.given_up.get(item.requirement, levels)
            analysis = trials.at(nearest)
            verdict = analysis.verdict(item.requirement)
            reason = _why(trials, nearest, analysis, verdict, exact=exact) + _then(item, verdict)
            found.append(Proof(item.requirement, item.title, verdict, reason))
    return tuple(found)


def excuse(verdicts: Iterable[Verdict]) -> tuple[Proof, ...]:
    """What is missed where the search was broken off: nothing is proved of it."""
    reason = "No counts that meet it were found before the search was broken off: there are too many to try."
    return tuple(
        Proof(item.requirement, item.title, item, reason) for item in verdicts if item.state is not State.MET
    )


def _then(found: Verdict, nearest: Verdict) -> str:
    """What is left of it at the counts that are the cheapest for all the rest, where that is something else."""
    if found.value is None or nearest.value is None:
        return ""
    value, best = (format_quantity(item.value or 0.0, item.dimension) for item in (found, nearest))
    return "" if value == best else f" At the cheapest counts for everything else it is {value}."


def _why(trials: Trials, levels: Levels, analysis: Analysis, verdict: Verdict, *, exact: bool) -> str:
    if verdict.value is None or any(
        item.kind is not ProblemKind.CYCLE and item.message == verdict.reason
        for item in analysis.traffic.problems
    ):
        return f"{verdict.reason} No count changes that."
    match verdict.kind:
        case "budget":
            return _too_dear(verdict, others=bool(trials.given_up), exact=exact)
        case "latency" | "freshness":
            return _too_slow(trials, levels, analysis, verdict)
        case "throughput":
            return _too_much(analysis, verdict)
        case "availability":
            return _too_fragile(trials, levels, analysis, verdict)
        case "storage":
            return f"{verdict.reason} No count changes that; larger disks would."
        case _:
            return f"{verdict.reason} More machines and copies do not change that."


def _limit(verdict: Verdict) -> str:
    return format_quantity(verdict.limit, verdict.dimension)


def _too_dear(verdict: Verdict, *, others: bool, exact: bool) -> str:
    cost = format_quantity(verdict.value or 0.0, verdict.dimension)
    rest = "everything else that can be met" if others else "everything else"
    if exact:
        return f"The cheapest counts that meet {rest} cost {cost}, and no more than {_limit(verdict)} may be spent."
    return (
        f"The cheapest counts found that meet {rest} cost {cost}, more than the {_limit(verdict)} that may be spent;"
        " none of them can be lowered."
    )


def _too_slow(trials: Trials, levels: Levels, analysis: Analysis, verdict: Verdict) -> str:
    """The time without any waiting is a floor under every count."""
    largest = trials.moved(
        levels, [(at, dial.most) for at, dial in enumerate(trials.dials) if dial.knob is Knob.MEMORY]
    )
    design = turn(trials.design, trials.dials, largest)
    calm = scale_traffic(trials.scenario, CALM)
    floor = judge_only(calm, design, trials.catalog, [verdict.requirement])[verdict.requirement]
    if floor.value is not None and floor.value > verdict.limit:
        value = format_quantity(floor.value, floor.dimension)
        where = ", ".join(analysis.design.node(name).label for name in floor.nodes)
        slowest = f" Most of it is spent at {where}." if where else ""
        return (
            f"The way alone takes {value} when nobody has to wait and every cache is as large as can be,"
            f" and only {_limit(verdict)} are allowed.{slowest}"
        )
    requirement = trials.scenario.requirements[verdict.requirement]
    busy = _overfull(analysis, str(getattr(requirement, "workload", "")), 1.0)
    if busy is not None:
        return _stuck(analysis, *busy)
    return f"{verdict.reason} Neither more machines nor more memory shorten it any further."


def _too_much(analysis: Analysis, verdict: Verdict) -> str:
    requirement = analysis.scenario.requirements[verdict.requirement]
    workload, allowed = str(getattr(requirement, "workload", "")), getattr(requirement, "utilisation", 1.0)
    busy = _overfull(analysis, workload, allowed)
    if busy is not None:
        return _stuck(analysis, *busy)
    dropped = find_dropped(analysis, workload)
    reason = verdict.reason if dropped is None else dropped.reason
    return f"{reason} That is a limit that was set, whatever the counts."


def _overfull(analysis: Analysis, workload: str, allowed: float) -> tuple[str, Utilisation] | None:
    """The node on the way that is most above what is allowed, and the ceiling that it is above."""
    found = [
        (name, used)
        for name in nodes_of(analysis, workload)
        for used in analysis.nodes[name].utilisations
        if used.ceiling in CARRYING and used.value > allowed
    ]
    return max(found, key=lambda item: item[1].value, default=None)


def _stuck(analysis: Analysis, node: str, used: Utilisation) -> str:
    label = analysis.design.node(node).label
    load = format_quantity(used.value, Dimension.RATIO, digits=3)
    start = f"{label} is left at {load} of its {used.ceiling.value}"
    found = analysis.component(node)
    knobs = set(found.knobs)
    if used.ceiling is Ceiling.PARTITION:
        return f"{start}: all that is asked of its most popular record comes to one machine."
    if used.ceiling is Ceiling.CONNECTIONS:
        return (
            f"{start}: its callers keep more of them open than one machine accepts, however many there are."
        )
    if not knobs & {Knob.INSTANCES, Knob.SHARDS} and found.replication is Replication.LEADER:
        return f"{start}: every write goes to its one leader, and every copy repeats it."
    if not knobs & {Knob.INSTANCES, Knob.SHARDS, Knob.REPLICAS}:
        return f"{start}, and there is no count of it to be raised."
    return f"{start}, and more machines do not share that out."


def _too_fragile(trials: Trials, levels: Levels, analysis: Analysis, verdict: Verdict) -> str:
    """What fails though all is up, and is lost with zones and regions and with nodes that no count makes any safer."""
    down, allowed = 1.0 - (verdict.value or 0.0), 1.0 - verdict.limit
    failing = analysis.failing.get(_workload_of(analysis, verdict))
    lost = f"it stays down {_share(down)} of the time, and {_share(allowed)} are allowed"
    if failing is not None:
        lost = f"{_share(down)} of the requests stay without an answer, and {_share(allowed)} may"
    start = f"However many machines there are, {lost}."
    parts = [*_lost_around(trials, levels, verdict), *_lost_with_nodes(analysis, verdict)]
    if failing is not None:
        parts.insert(
            0, (f"requests that fail though all is up: {tell_failing(analysis, failing)}", failing.share)
        )
    told = [f"{name} ({_share(part)})" for name, part in parts if part >= down * NOTICEABLE]
    return f"{start} It goes back to {', '.join(told)}." if told else start


def _lost_around(trials: Trials, levels: Levels, verdict: Verdict) -> Iterator[tuple[str, float]]:
    """How much of the time less it would be down if no zone ever failed, and if no region did."""
    design = turn(trials.design, trials.dials, levels)
    for figure, words in (
        ("zone_availability", "zones that fail"),
        ("region_availability", "regions that fail"),
    ):
        safe = Shifted(trials.catalog, [(assume_around(trials.catalog.environment, figure), 1.0)])
        found = judge_only(trials.scenario, design, safe, [verdict.requirement])[verdict.requirement]
        yield words, (found.value or 0.0) - (verdict.value or 0.0)


def _workload_of(analysis: Analysis, verdict: Verdict) -> str:
    return str(getattr(analysis.scenario.requirements[verdict.requirement], "workload", ""))


def _lost_with_nodes(analysis: Analysis, verdict: Verdict) -> Iterator[tuple[str, float]]:
    workload = _workload_of(analysis, verdict)
    found = next((item for item in analysis.reliability.workloads if item.workload == workload), None)
    for item in () if found is None else found.contributions[:NAMED]:
        yield f"{analysis.design.node(item.node).label} {_standing(analysis, item.node)}", item.unavailability


def _share(value: float) -> str:
    return format_quantity(max(0.0, value), Dimension.RATIO, digits=2) if math.isfinite(value) else "all"


def _standing(analysis: Analysis, node: str) -> str:
    found = analysis.component(node)
    if Trait.MANAGED in found.traits or found.replication is Replication.MANAGED:
        return "run by its provider"
    zones = set(zones_of(analysis.design.node(node), analysis.design))
    if len(zones) == 1:
        return "in one zone"
    regions = {zone.region for zone in analysis.design.zones if zone.id in zones} or {DEFAULT_REGION}
    return "in one region" if len(regions) == 1 else "in several regions"
