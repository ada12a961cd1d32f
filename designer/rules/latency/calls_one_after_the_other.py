"""Questions that do not need each other's answers, asked in turn."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis, State, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior
from designer.design.edit import Change, SetNode
from designer.design.model import CallOrder
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import behaving, label, listed, percent, workload_names
from designer.rules.timing import duration, timed, unanswered
from designer.scenario.model import Operation
from designer.traffic.model import Call, Visit
from designer.units import Dimension

_STORES = (
    " > mail:wide_column_store*6[replicas=2, holds=mails], dates:wide_column_store*3[replicas=2, holds=appointments], "
    "people:wide_column_store*3[replicas=2, holds=contacts], todo:wide_column_store*3[replicas=2, holds=tasks]"
)


class _Chain(NamedTuple):
    """Calls of one visit that have to follow each other, such as a store after the cache that did not know."""

    touches: frozenset[int]
    first: str  # the node called
    seconds: float  # mean, of one request


class _Row(NamedTuple):
    """Chains of calls of a service, made one after the other."""

    service: str
    chains: tuple[_Chain, ...]

    @property
    def seconds(self) -> float:
        """Mean time of all of them."""
        return sum([chain.seconds for chain in self.chains])

    @property
    def saved(self) -> float:
        """What of that would be gone if only the longest counted: an upper bound, as another may be slower then."""
        return self.seconds - max([chain.seconds for chain in self.chains])


@rule(
    severity=Severity.WARNING,
    applies="Where a response time is asked for that is missed, or nearly so.",
    bad=Example(f"users > load_balancer*2 > api:app_server*2{_STORES}", scenario="dashboard"),
    good=Example(
        f"users > load_balancer*2 > api:app_server*2[calls=parallel]{_STORES}", scenario="dashboard"
    ),
    sources=(
        "J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013: requests in parallel",
        "G. Amdahl, Validity of the single processor approach, AFIPS 1967: what stays in sequence sets the limit",
    ),
    false_positives="Where a question follows from the answer to the one before, the order must stay.",
    fix="Ask at once what does not need another's answer, and wait for the slowest only.",
    parameters=(
        Parameter("near", 0.9, Dimension.RATIO, "part of the time allowed from which on it is nearly missed"),
        Parameter(
            "most", 0.5, Dimension.RATIO, "part of the answer's mean time that the calls take at least"
        ),
    ),
)
def check(analysis: Analysis, near: float, most: float) -> Result:
    """Calls in turn that could be made at once

    A service that asks four others, one after the other, takes as long as all four together. When none of them needs
    what another has said, they can all be asked at once, and it takes as long as the slowest.
    """
    limits = timed(analysis)
    if not limits:
        return NotApplicable("Nothing is answered here of which a response time is asked.")
    times = {name: limit.value or 0.0 for name, limit in limits.items()}
    late = [name for name, time in times.items() if near * limits[name].limit <= time < math.inf]
    if not late and math.inf in times.values():
        return NotApplicable("More arrives than can be served; in what order it is asked does not matter.")
    if not late and unanswered(analysis):
        return NotApplicable("Some of what must be answered in time is not answered at all.")
    if not late:
        return Passed("All that must be answered in time is, with time to spare.")
    slow: dict[str, dict[str, _Row]] = {}  # by service and workload
    for name in late:
        row = _longest_row(analysis, name)
        if row is not None and row.seconds >= most * analysis.responses[name].mean:
            slow.setdefault(row.service, {})[name] = row
    if not slow:
        return Passed("Where answers are late, it is not because calls wait for each other.")
    return tuple(_fault(analysis, service, rows, limits) for service, rows in slow.items())


def _longest_row(analysis: Analysis, workload: str) -> _Row | None:
    """Where most would be gained; None where no service asks several questions that need not wait for each other."""
    seconds = _seconds(analysis, workload)
    found = [
        _Row(visit.node, chains)
        for visit in analysis.traffic.plans[workload].visits
        if _only_asks_in_turn(analysis, workload, visit) and len(chains := _chains(visit, seconds)) > 1
    ]
    return max(found, key=lambda row: row.saved, default=None)


def _seconds(analysis: Analysis, workload: str) -> list[float]:
    """By number of the visit how long it takes, with what it calls, on average and for each who calls it.

    What a node takes is known for all visits to it together, and counts as the same for each.
    """
    visits = analysis.traffic.plans[workload].visits
    hops = {hop.node: hop.service + hop.waiting + hop.network for hop in analysis.responses[workload].hops}
    shared = Counter(visit.node for visit in visits)
    callers = Counter(
        option.visit.number for visit in visits for call in _waited(visit) for option in call.options
    )
    found: list[float] = []
    for visit in visits:  # callees first
        behind = [found[option.visit.number] for call in _waited(visit) for option in call.options]
        own = hops.get(visit.node, 0.0) / shared[visit.node]
        found.append((own + sum(behind)) / max(1, callers[visit.number]))
    return found


def _waited(visit: Visit) -> Iterator[Call]:
    return (call for call in visit.calls if not call.deferred)


def _only_asks_in_turn(analysis: Analysis, workload: str, visit: Visit) -> bool:
    """Whether a service makes its calls in turn, and none of them changes anything: the order of changes may matter."""
    touches = analysis.scenario.workloads[workload].touches
    in_turn = analysis.graph.nodes[visit.node].calls is CallOrder.SEQUENCE
    return (
        len(visit.calls) > 1
        and in_turn
        and visit.node in behaving(analysis, Behavior.SERVICE)
        and all(touches[number].operation is Operation.READ for number in visit.touches)
    )


def _chains(visit: Visit, seconds: Sequence[float]) -> tuple[_Chain, ...]:
    chains: list[_Chain] = []
    for call in _waited(visit):
        time = sum([seconds[option.visit.number] for option in call.options])
        new = _Chain(frozenset(call.touches), call.options[0].visit.node, time)
        last = next((chain for chain in chains if chain.touches & new.touches), None)
        if last is None:
            chains.append(new)
        else:
            both = _Chain(last.touches | new.touches, last.first, last.seconds + time)
            chains[chains.index(last)] = both
    return tuple(chains)


def _fault(
    analysis: Analysis, service: str, rows: Mapping[str, _Row], limits: Mapping[str, Verdict]
) -> Fault:
    name = max(rows, key=lambda workload: rows[workload].saved)
    row, limit = rows[name], limits[name]
    asked = list(dict.fromkeys(chain.first for chain in row.chains))
    longest = row.seconds - row.saved
    part = percent(row.seconds / analysis.responses[name].mean)
    message = (
        f"{label(analysis, service)} asks {listed(label(analysis, node) for node in asked)} one after the other: "
        f"{duration(row.seconds)} of each answer, {part} of the whole, where the longest alone takes "
        f"{duration(longest)}. {workload_names(analysis, rows)} may take {duration(limit.limit)}; now it is "
        f"{duration(limit.value or 0.0)}."
    )
    missed = any(limits[workload].state is State.MISSED for workload in rows)
    return Fault(
        nodes=(service, *asked),
        message=message,
        severity=Severity.ERROR if missed else None,
        connections=tuple(f"{service}>{node}" for node in asked),
        fix=_ask_at_once(analysis, service),
        arithmetic=_explain(analysis, row),
    )


def _explain(analysis: Analysis, row: _Row) -> Arithmetic:
    times = [
        Quantity(
            f"t[{place}]",
            f"{label(analysis, chain.first)} and what it waits for",
            chain.seconds,
            Dimension.TIME,
        )
        for place, chain in enumerate(row.chains, start=1)
    ]
    symbols = [item.symbol for item in times]
    return Arithmetic(
        formula=f"s = {' + '.join(symbols)} - max({', '.join(symbols)})",
        result=Quantity("s", "what is saved at most when all are asked at once", row.saved, Dimension.TIME),
        inputs=tuple(times),
        method="means; the slowest of several at once takes longer than the longest on average",
    )


def _ask_at_once(analysis: Analysis, service: str) -> tuple[Change, ...]:
    """Where no workload changes anything through this service: the order of changes may matter."""
    if any(flow.source == service and flow.writes > 0.0 for flow in analysis.traffic.flows):
        return ()
    return (SetNode(node=service, field="calls", value=CallOrder.PARALLEL.value),)
