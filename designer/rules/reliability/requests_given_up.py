"""Requests that fail though everything is up."""

from __future__ import annotations

from collections.abc import Collection

from designer.analysis.model import Analysis
from designer.analysis.throughput import TOLERATED
from designer.design.edit import Change, SetConnection, SetNode
from designer.design.model import Connection
from designer.performance.failing import Culprit
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.patience import rounded, slowest
from designer.rules.questions import label, percent, workload_names
from designer.rules.reliability.retry_storm import BUDGET
from designer.rules.timing import duration
from designer.units import Dimension

RETRIES = 2
"""Further tries that the repair makes."""


@rule(
    severity=Severity.WARNING,
    applies="Where calls have a time limit, a node a deadline, or what is called fails now and then.",
    bad=(
        Example("users > load_balancer*2 > api:app_server*8 >[timeout=2 ms] db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sql_database*3[error_rate=3 %]",
            note="Three of a hundred answers are errors, and nobody asks again.",
        ),
        Example("users > load_balancer*2 > api:app_server*8[deadline=5 ms] > db:sql_database*3"),
    ),
    good=(
        Example("users > load_balancer*2 > api:app_server*8 >[timeout=100 ms] db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*8 >[timeout=100 ms, retries=2, retry_budget=10 %] "
            "db:sql_database*3[error_rate=3 %]"
        ),
    ),
    sources=(
        "Amazon Builders' Library, Timeouts, retries, and backoff with jitter (M. Brooker): a limit is a percentile",
        "M. Nygard, Release It!, 2nd edition, chapter 5: timeouts",
    ),
    false_positives="What is worthless when late is rightly given up; draw a fallback where there is one.",
    fix="Wait as long as nearly all answers take, or try again what fails.",
    parameters=(
        Parameter(
            "share", TOLERATED, Dimension.RATIO, "part of a workload's requests that may fail at one place"
        ),
        Parameter(
            "patience", 3, Dimension.COUNT, "times the 99th percentile of the callee that the repair waits"
        ),
    ),
)
def check(analysis: Analysis, share: float, patience: float) -> Result:
    """Requests fail though nothing is down

    A time limit below what an answer usually takes gives up what was on its way, and the work for it was done for
    nobody. An error that is not tried again is an error for whoever asked. Neither shows in any tier that is down: all
    is up, and part of the requests fails all the same.
    """
    if not analysis.setting.drawing.may_lose:
        return NotApplicable("Nothing here is given up, and nothing called fails while it is up.")
    at_calls: dict[str, dict[str, Culprit]] = {}
    at_nodes: dict[str, list[str]] = {}
    for workload, failing in analysis.failing.items():
        for culprit in failing.culprits:
            if culprit.share >= share:
                at_calls.setdefault(culprit.connection, {})[workload] = culprit
        for node, late in failing.deadlines.items():
            if late >= share:
                at_nodes.setdefault(node, []).append(workload)
    faults = [
        *[_blame_call(analysis, link, found, patience) for link, found in at_calls.items()],
        *[_blame_deadline(analysis, node, found, patience) for node, found in at_nodes.items()],
    ]
    return tuple(faults) or Passed(
        "While all is up nearly every request is answered, time limits and errors included."
    )


def _blame_call(analysis: Analysis, name: str, found: dict[str, Culprit], patience: float) -> Fault:
    source, _, target = name.partition(">")
    link = next(item for item in analysis.design.connections if item.id == name)
    most = max(found, key=lambda workload: found[workload].share)
    worst, caller, callee = found[most], label(analysis, source), label(analysis, target)
    fails = f"{percent(worst.share)} of {_most_of(analysis, most, found)}"
    enough = rounded(slowest(analysis, target, list(found)) * patience)
    if link.timeout is not None and worst.late >= worst.errors:
        message = (
            f"{caller} gives {callee} up after {duration(link.timeout)}, and {percent(worst.late)} of the answers take "
            f"longer: {fails} fails there though all is up."
        )
        fix = _wait(link, enough)
    else:
        again = "are still errors after the last try" if link.retries else "nobody tries again"
        message = f"{percent(worst.errors)} of the answers of {callee} are errors, and {again}: {fails} fails there."
        fix = _try_again(link, worst, enough)
    return Fault(nodes=(source, target), message=message, connections=(name,), fix=fix)


def _most_of(analysis: Analysis, most: str, found: Collection[str]) -> str:
    """The workload that most of fails, and how many others some of does."""
    others = len(found) - 1
    more = f", and as much or less of {others} {'other' if others == 1 else 'others'}," if others else ""
    return f"{workload_names(analysis, [most])}{more}"


def _wait(link: Connection, enough: float) -> tuple[Change, ...]:
    """A limit that nearly all answers keep."""
    if link.timeout is None or enough <= link.timeout:
        return ()
    return (SetConnection(source=link.source, target=link.target, field="timeout", value=enough),)


def _try_again(link: Connection, worst: Culprit, enough: float) -> tuple[Change, ...]:
    """Further tries, where these are few enough for their budget; with a time limit, or the first may never end."""
    failed = worst.errors
    if link.retries or failed + failed**2 > BUDGET or failed ** (1 + RETRIES) >= TOLERATED:
        return ()
    fields: dict[str, float] = {"retries": RETRIES, "retry_budget": BUDGET}
    if link.timeout is None and enough:
        fields["timeout"] = enough
    return tuple(
        [
            SetConnection(source=link.source, target=link.target, field=field, value=value)
            for field, value in fields.items()
        ]
    )


def _blame_deadline(analysis: Analysis, node: str, workloads: list[str], patience: float) -> Fault:
    deadline = analysis.graph.nodes[node].deadline or 0.0
    most = max(workloads, key=lambda name: analysis.failing[name].deadlines[node])
    late = analysis.failing[most].deadlines[node]
    enough = rounded(slowest(analysis, node, workloads) * patience)
    return Fault(
        nodes=(node,),
        message=f"{label(analysis, node)} gives a request up after {duration(deadline)}, and {percent(late)} of its "
        f"answers to {_most_of(analysis, most, workloads)} take longer: these fail though all is up.",
        fix=(SetNode(node=node, field="deadline", value=enough),) if enough > deadline else (),
    )
