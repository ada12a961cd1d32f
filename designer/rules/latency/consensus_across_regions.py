"""A write that is only done when the other side of the world has it too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from designer.analysis.model import Analysis, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component, Replication
from designer.design.edit import Change, SetNode
from designer.design.model import DEFAULT_REGION, Acks, Node
from designer.reliability.groups import zones_of
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import component, flows_into, is_managed, label, percent, placed, workload_names
from designer.rules.regions import is_spread, region_of
from designer.rules.timing import duration, is_missed_by, strictest, timed
from designer.units import Dimension

_REGIONS = "@ eu/a, eu/b, us/c\n"
_SERVICE = "users > load_balancer*2[zones=a+b] > api:app_server*8[zones=a+b] > "


@rule(
    severity=Severity.WARNING,
    applies="Where writes of which a response time is asked go to copies in several regions.",
    bad=(
        Example(
            f"{_REGIONS}{_SERVICE}db:sql_database*3[zones=a+b+c, acks=all, read_from=leader]",
            scenario="carts",
        ),
        Example(
            f"{_REGIONS}{_SERVICE}db:wide_column_store*6[replicas=2, zones=a+c]",
            scenario="carts",
            note="A write that arrives at a copy alone in its region finds no majority there.",
        ),
    ),
    good=Example(
        f"{_REGIONS}{_SERVICE}db:sql_database*3[zones=a+b+c, acks=one, read_from=leader]", scenario="carts"
    ),
    sources=(
        "J. C. Corbett et al., Spanner: Google's Globally-Distributed Database, OSDI'12, section 5: cost of a commit",
        "D. Abadi, Consistency Tradeoffs in Modern Distributed Database System Design, IEEE Computer 45(2), 2012",
    ),
    false_positives="What must survive the loss of a whole region, to the last write, has to wait for the other one.",
    fix="Let a copy in the same region confirm the write and send it to the other region afterwards.",
    parameters=(
        Parameter(
            "worth_it",
            0.1,
            Dimension.RATIO,
            "part of the response time asked for from which on the wait is more than worth knowing",
        ),
    ),
)
def check(analysis: Analysis, worth_it: float) -> Result:
    """Every write waits for a copy in another region

    A write that several copies have to confirm takes as long as the way to the one that is awaited. Between zones of
    a region that is a millisecond; between regions it is the way around half the world, for every single write.
    """
    limits = timed(analysis)
    if not is_spread(analysis):
        return NotApplicable("The design has no second region.")
    if not limits:
        return NotApplicable("Nothing is answered here of which a response time is asked.")
    kept: dict[str, list[str]] = {}
    for node in placed(analysis, _is_confirmed_by_copies):
        for flow in flows_into(analysis).get(node, ()):
            if flow.workload in limits and flow.writes > 0.0 and not flow.deferred:
                kept.setdefault(node, []).append(flow.workload)
    if not kept:
        return NotApplicable("No write that somebody waits for is kept in several copies here.")
    faults = []
    for node, writers in kept.items():
        part = _part_waiting(analysis, analysis.graph.nodes[node])
        if part > 0.0:
            names = list(dict.fromkeys(writers))
            faults.append(_fault(analysis, node, part, names, limits[strictest(limits, names)], worth_it))
    return tuple(faults) or Passed("No write waits for a copy in another region.", tuple(kept))


def _is_confirmed_by_copies(found: Component) -> bool:
    return found.replication in (Replication.LEADER, Replication.QUORUM) and not is_managed(found)


def _part_waiting(analysis: Analysis, node: Node) -> float:
    """The part of the writes that need an answer from another region than that of the copy they arrive at.

    The copies of a part stand in zones that follow each other; where they begin is different for each part.
    """
    found, zones = component(analysis, node.id), zones_of(node, analysis.design)
    quorum = found.replication is Replication.QUORUM
    machines = node.instances * node.shards
    copies = min(1 + node.replicas, machines) if quorum else 1 + node.replicas
    if copies < 2 or (not quorum and node.acks is Acks.LEADER):
        return 0.0
    regions = [region_of(analysis).get(zone, DEFAULT_REGION) for zone in zones]
    step = 1 if quorum else copies
    starts = [part * step % len(zones) for part in range(min(machines, len(zones)))]
    waits: Callable[[Node, Sequence[str]], float] = _by_quorum if quorum else _by_leader
    return sum(
        [waits(node, [regions[(start + copy) % len(zones)] for copy in range(copies)]) for start in starts]
    ) / len(starts)


def _by_leader(node: Node, regions: Sequence[str]) -> float:
    """Of copies in these regions the first is the leader."""
    leader, *followers = regions
    away = [region != leader for region in followers]
    return float(all(away) if node.acks is Acks.ONE else any(away))


def _by_quorum(node: Node, regions: Sequence[str]) -> float:
    """A write arrives at any of the copies, which asks the others until enough have it."""
    wanted = node.write_quorum or len(regions) // 2 + 1
    return sum([regions.count(region) < wanted for region in regions]) / len(regions)


def _fault(
    analysis: Analysis, node: str, part: float, names: list[str], limit: Verdict, worth_it: float
) -> Fault:
    distance = analysis.catalog.environment.cross_region
    quorum = component(analysis, node).replication is Replication.QUORUM
    writes = "Every write" if part == 1.0 else f"{percent(part)} of the writes"
    message = (
        f"{writes} to {label(analysis, node)} {'waits' if part == 1.0 else 'wait'} for a copy in another region: "
        f"{duration(distance.mean)} there and back, {duration(distance.p99)} for the slowest. "
        f"{workload_names(analysis, names)} must be answered within {duration(limit.limit)}"
        f"{', and the response time computed here does not count that wait' if quorum else ''}."
    )
    waited = Arithmetic(
        formula="t = w r",
        result=Quantity(
            "t", f"mean wait of a write to {label(analysis, node)}", part * distance.mean, Dimension.TIME
        ),
        inputs=(
            Quantity("w", "writes that wait for another region", part, Dimension.RATIO),
            Quantity("r", "way to another region and back", distance.mean, Dimension.TIME, distance.source),
        ),
    )
    small = distance.p99 < worth_it * limit.limit
    return Fault(
        nodes=(node,),
        message=message,
        severity=_severity(is_missed_by(limit, distance.p99) and not quorum, small),
        fix=_confirm_at_home(analysis, node),
        arithmetic=waited,
    )


def _severity(missed: bool, small: bool) -> Severity | None:
    return Severity.ERROR if missed else Severity.INFO if small else None


def _confirm_at_home(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """The quickest follower in place of all, where it stands in the leader's region: a write is in two places still."""
    placed_there = analysis.graph.nodes[node]
    relaxed = placed_there.model_copy(update={"acks": Acks.ONE})
    if placed_there.acks is not Acks.ALL or _part_waiting(analysis, relaxed) > 0.0:
        return ()
    return (SetNode(node=node, field="acks", value=Acks.ONE.value),)
