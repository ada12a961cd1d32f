"""From too little of everything upwards: which counts to raise for a requirement that is missed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from designer.analysis.knobs import Levels
from designer.analysis.model import Analysis, Verdict
from designer.analysis.rulings import nodes_of
from designer.analysis.throughput import CARRYING
from designer.analysis.trials import Trials, badness
from designer.catalog.model import Behavior, Knob, Replication
from designer.performance.model import Ceiling, Utilisation
from designer.reliability.groups import zones_of
from designer.scenario.model import Throughput

GROWTH = 1.25
"""A count that is to shorten a wait is raised by a quarter, and by one at least."""

UNSATURATED = 0.95
"""Where a wait has no end, counts are first raised until no more than this is in use."""

CLEAR = 1e-2
"""The first move that brings a requirement nearer by this part is made."""

NOTICEABLE = 1e-4
"""Where no move is clear, the best of those is that bring it nearer by this part; less is no help."""

MOST_MOVES = 400

COUNTS = (Knob.SHARDS, Knob.INSTANCES)
"""Knobs that share out the work, in the order in which they are tried."""

ORDER = ("throughput", "storage", "durability", "recovery_point", "recovery_time", "availability")
"""What is seen to first: more machines for these also shorten waits."""

Moves = Iterator[Levels]


def grow(trials: Trials, levels: Levels) -> Levels:
    """Levels at which everything holds that counts can bring about; what they cannot is given up in `trials`.

    Raises SpentError when the analyses do not suffice.
    """
    for _ in range(MOST_MOVES):
        missed = sorted(trials.missed(levels), key=lambda item: _place(item.kind))
        if not missed:
            return levels
        following = _improve(trials, levels, missed[0])
        if following is None:
            trials.given_up[missed[0].requirement] = _nearest(trials, levels, missed[0])
        else:
            levels = following
    trials.given_up |= {item.requirement: levels for item in trials.missed(levels)}
    return levels


def _place(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _improve(trials: Trials, levels: Levels, verdict: Verdict) -> Levels | None:
    """A move that brings the requirement nearer, if possible without breaking what holds; None when none does."""
    now = badness(trials.at(levels), verdict)
    missed = {item.requirement for item in trials.missed(levels)}
    tried = {levels}
    best: tuple[bool, float] = (True, now * (1.0 - NOTICEABLE))
    chosen: Levels | None = None
    for move in _MOVES[verdict.kind](trials, trials.at(levels), verdict, levels):
        if move in tried:
            continue
        tried.add(move)
        found = trials.at(move)
        after = badness(found, found.verdict(verdict.requirement))
        breaks = not {item.requirement for item in trials.missed(move)} <= missed
        if after < now * (1.0 - CLEAR) and not breaks:
            return move
        if after < now * (1.0 - NOTICEABLE) and (breaks, after) < best:
            best, chosen = (breaks, after), move
    return chosen


def _nearest(trials: Trials, levels: Levels, verdict: Verdict) -> Levels:
    """Where what stands in the way is left alone: with everything raised that can be, though it is no help."""
    raised = next(_MOVES[verdict.kind](trials, trials.at(levels), verdict, levels), levels)
    found = trials.at(raised)
    worse = badness(found, found.verdict(verdict.requirement)) > badness(trials.at(levels), verdict)
    return levels if worse else raised


def _carry(trials: Trials, analysis: Analysis, verdict: Verdict, levels: Levels) -> Moves:
    """All nodes on the way that are too busy at once, then each; then more of it answered by caches."""
    way = nodes_of(analysis, _asked(analysis, verdict, "workload"))
    allowed = _allowed(analysis, verdict)
    raises = [
        (place, level)
        for node in way
        if (used := _most_used(analysis, node)) is not None and used.value > allowed
        for place, level in _raised(trials, analysis, node, allowed, levels)
    ]
    yield trials.moved(levels, raises)
    for place, level in raises:
        yield trials.moved(levels, [(place, level)])
    for node in way:
        used = _most_used(analysis, node)
        copies = trials.dial(node, Knob.REPLICAS)
        if used is not None and used.value > allowed and copies is not None:
            yield trials.moved(levels, [(copies, levels[copies] + 1)])
    yield from _cache_more(trials, analysis, way, levels)


def _asked(analysis: Analysis, verdict: Verdict, field: str) -> str:
    """The workload, or the dataset, that the requirement is about."""
    return str(getattr(analysis.scenario.requirements[verdict.requirement], field))


def _allowed(analysis: Analysis, verdict: Verdict) -> float:
    requirement = analysis.scenario.requirements[verdict.requirement]
    return requirement.utilisation if isinstance(requirement, Throughput) else 1.0


def _most_used(analysis: Analysis, node: str) -> Utilisation | None:
    return next((item for item in analysis.nodes[node].utilisations if item.ceiling in CARRYING), None)


def _raised(
    trials: Trials, analysis: Analysis, node: str, allowed: float, levels: Levels
) -> Iterator[tuple[int, int]]:
    """The dial and the level that bring the node to what is allowed, or towards it."""
    facts, used = analysis.nodes[node], _most_used(analysis, node)
    if used is None:
        return
    if used.ceiling is Ceiling.MEMORY and (place := trials.dial(node, Knob.MEMORY)) is not None:
        yield place, levels[place] + 1
        return
    knob = COUNTS if facts.minimum_knob is None else (Knob(facts.minimum_knob), *COUNTS)
    place = trials.dial(node, *knob)
    if place is None:
        return
    factor = min(used.value, 1e5) / allowed
    kept = 1 if trials.dials[place].knob is Knob.REPLICAS else 0
    wanted = math.ceil((levels[place] + kept) * factor - 1e-9) - kept
    if facts.minimum is not None and facts.minimum_knob == trials.dials[place].knob.value:
        # Where parts are uneven the count that carries all is known better than the ratio says.
        wanted = max(facts.minimum, math.ceil(facts.minimum / allowed - 1e-9) if kept == 0 else 0)
    yield place, max(wanted, levels[place] + 1)


def _cache_more(trials: Trials, analysis: Analysis, way: tuple[str, ...], levels: Levels) -> Moves:
    """Twice the memory of each cache on the way, or as many machines again."""
    for node in way:
        if analysis.component(node).behavior is Behavior.CACHE:
            for knob in (Knob.MEMORY, *COUNTS):
                place = trials.dial(node, knob)
                if place is not None:
                    more = levels[place] + 1 if knob is Knob.MEMORY else 2 * levels[place]
                    yield trials.moved(levels, [(place, more)])


def _hurry(trials: Trials, analysis: Analysis, verdict: Verdict, levels: Levels) -> Moves:
    """Room where there is none, else more machines where requests wait the longest; then larger caches."""
    workload = _asked(analysis, verdict, "workload")
    known = (analysis.responses, analysis.freshness)
    response = known[verdict.kind == "freshness"].get(workload) or analysis.responses.get(workload)
    if response is None:
        return
    if response.saturated:
        raises = [
            found
            for node in response.saturated
            for found in _raised(trials, analysis, node, UNSATURATED, levels)
        ]
        yield trials.moved(levels, raises)
    waits = sorted(response.hops, key=lambda hop: -hop.waiting)
    nodes = dict.fromkeys([*response.saturated, *(hop.node for hop in waits if hop.waiting > 0.0)])
    for node in nodes:
        for knobs in (COUNTS, (Knob.REPLICAS,), (Knob.PARTITIONS,)):
            place = trials.dial(node, *knobs)
            if place is not None:
                more = max(levels[place] + 1, math.ceil(levels[place] * GROWTH))
                yield trials.moved(levels, [(place, more)])
    yield from _cache_more(trials, analysis, nodes_of(analysis, workload), levels)


def _survive(trials: Trials, analysis: Analysis, verdict: Verdict, levels: Levels) -> Moves:
    """Enough of what is overloaded; then one more machine or copy of what costs most availability, and of the next."""
    workload = _asked(analysis, verdict, "workload")
    way = nodes_of(analysis, workload)
    short = [node for node in way if analysis.nodes[node].needed > analysis.nodes[node].machines]
    yield trials.moved(levels, [at for node in short for at in _raised(trials, analysis, node, 1.0, levels)])
    found = next((item for item in analysis.reliability.workloads if item.workload == workload), None)
    for contribution in () if found is None else found.contributions:
        yield from _copies(trials, analysis, contribution.node, levels)


def _keep(trials: Trials, analysis: Analysis, verdict: Verdict, levels: Levels) -> Moves:
    """One more copy where the data is."""
    dataset = _asked(analysis, verdict, "dataset")
    for node in analysis.growth[dataset].homes:
        yield from _copies(trials, analysis, node, levels)


def _recover(trials: Trials, analysis: Analysis, verdict: Verdict, levels: Levels) -> Moves:
    """One more copy, or machine, of each node that a request needs one machine of."""
    workload = _asked(analysis, verdict, "workload")
    groups = {item.node: item for item in analysis.reliability.groups}
    bare = [
        node
        for node in nodes_of(analysis, workload)
        if node in groups and groups[node].machines <= groups[node].needed
    ]
    together = [
        change
        for node in dict.fromkeys([*verdict.nodes, *bare])
        for change in _copy_changes(trials, analysis, node, levels, 1)
    ]
    yield trials.moved(levels, together)
    for node in dict.fromkeys([*verdict.nodes, *nodes_of(analysis, workload)]):
        yield from _copies(trials, analysis, node, levels)


def _copies(trials: Trials, analysis: Analysis, node: str, levels: Levels) -> Moves:
    # Of two copies a majority is both: a quorum may need two more before it is any better.
    for more in (1, 2):
        yield trials.moved(levels, _copy_changes(trials, analysis, node, levels, more))
    more = _more_without_a_zone(analysis, node)
    if more > 2:
        yield trials.moved(levels, _copy_changes(trials, analysis, node, levels, more))


def _more_without_a_zone(analysis: Analysis, node: str) -> int:
    """How many more machines leave as many as are needed when any one zone is lost; 0 for what is in one zone."""
    zones = len(set(zones_of(analysis.design.node(node), analysis.design)))
    group = next((item for item in analysis.reliability.groups if item.node == node), None)
    if group is None or zones < 2:
        return 0
    # Machines are spread evenly, so at most one in `zones`, rounded up, goes with a zone.
    wanted = math.ceil(group.needed * zones / (zones - 1))
    while wanted - math.ceil(wanted / zones) < group.needed:
        wanted += 1
    return wanted - group.machines


def _copy_changes(
    trials: Trials, analysis: Analysis, node: str, levels: Levels, more: int
) -> list[tuple[int, int]]:
    replication = analysis.component(node).replication
    copies, machines = trials.dial(node, Knob.REPLICAS), trials.dial(node, Knob.INSTANCES)
    if copies is not None and replication in (Replication.LEADER, Replication.QUORUM):
        changes = [(copies, levels[copies] + more)]
        if replication is Replication.QUORUM and machines is not None:
            changes.append((machines, max(levels[machines], levels[copies] + more + 1)))
        return changes
    return [] if machines is None else [(machines, levels[machines] + more)]


def _store(trials: Trials, analysis: Analysis, verdict: Verdict, levels: Levels) -> Moves:
    """As many more parts as the data will need."""
    for node in verdict.nodes:
        place = trials.dial(node, *COUNTS)
        if place is not None:
            factor = min(badness(analysis, verdict), 1e5)
            wanted = math.ceil(levels[place] * factor - 1e-9)
            yield trials.moved(levels, [(place, levels[place] + 1)])
            yield trials.moved(levels, [(place, wanted)])


_MOVES: dict[str, Callable[[Trials, Analysis, Verdict, Levels], Moves]] = {
    "throughput": _carry,
    "latency": _hurry,
    "freshness": _hurry,
    "availability": _survive,
    "durability": _keep,
    "recovery_point": _keep,
    "recovery_time": _recover,
    "storage": _store,
}
