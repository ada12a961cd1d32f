"""A read that may ask only copies which the last write never reached."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Component, Replication
from designer.design.edit import Change, SetNode
from designer.rules.definition import rule
from designer.rules.freshness import CHANGING, fresh_data, must_see, operations_at
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import label, listed, placed, rate
from designer.rules.repairs import is_full
from designer.rules.timing import keeps_time_at, own_p99
from designer.units import Dimension

_SERVICE = "users > load_balancer*2 > api:app_server*8 > "


@rule(
    severity=Severity.ERROR,
    applies="Where data that must be fresh is kept by a quorum: so many copies confirm a write, so many answer a read.",
    bad=Example(
        f"{_SERVICE}db:wide_column_store*6[replicas=2, read_quorum=1, write_quorum=1]", scenario="carts"
    ),
    good=(
        Example(f"{_SERVICE}db:wide_column_store*6[replicas=2]", scenario="carts"),
        Example(
            f"{_SERVICE}db:wide_column_store*6[replicas=2, read_quorum=1, write_quorum=3]", scenario="carts"
        ),
    ),
    sources=(
        "D. K. Gifford, Weighted Voting for Replicated Data, SOSP'79: r + w > n",
        "G. DeCandia et al., Dynamo: Amazon's Highly Available Key-value Store, SOSP'07, section 4.5",
    ),
    false_positives="Counters and sets that can be merged at any time give the right answer later, if that is enough.",
    fix="Ask so many copies on reads, or wait for so many on writes, that one of them has taken part in both.",
)
def check(analysis: Analysis) -> Result:
    """Reads may miss the last write

    Of N copies, W have a write when it is confirmed and R are asked on a read. Only where R + W is more than N do the
    two groups share a copy for certain; otherwise a read may ask only copies that have not heard of the write yet.
    """
    fresh = fresh_data(analysis, CHANGING)
    if not fresh:
        return NotApplicable("The scenario minds no answer that is a moment old.")
    kept = {
        node: names
        for node in placed(analysis, _keeps_by_quorum)
        if (
            names := [
                name for name, (reads, _) in operations_at(analysis, node).items() if reads and name in fresh
            ]
        )
    }
    if not kept:
        return NotApplicable("Nothing that must be fresh is read from a store with a quorum.")
    faults = [_fault(analysis, node, names) for node, names in kept.items() if not _overlap(analysis, node)]
    return tuple(faults) or Passed("Every read asks a copy that has the last write.", tuple(kept))


def _keeps_by_quorum(found: Component) -> bool:
    return found.behavior is Behavior.STORE and found.replication is Replication.QUORUM


def _quorums(analysis: Analysis, node: str) -> tuple[int, int, int]:
    """Copies that answer a read, that confirm a write, and that there are."""
    found = analysis.graph.nodes[node]
    copies = min(1 + found.replicas, found.instances)
    majority = copies // 2 + 1
    return min(found.read_quorum or majority, copies), min(found.write_quorum or majority, copies), copies


def _overlap(analysis: Analysis, node: str) -> bool:
    read, written, copies = _quorums(analysis, node)
    return read + written > copies


def _fault(analysis: Analysis, node: str, names: list[str]) -> Fault:
    read, written, copies = _quorums(analysis, node)
    reads = sum([operations_at(analysis, node)[name][0] for name in names])
    data = listed(analysis.scenario.datasets[name].name for name in names)
    message = (
        f"{label(analysis, node)} confirms a write when {written} of {copies} copies "
        f"{'has' if written == 1 else 'have'} it, and asks {read} on each of {rate(reads)} reads of {data}. Those "
        f"may be other copies, although {must_see(analysis, names)} must see a change at once."
    )
    arithmetic = Arithmetic(
        formula="o = R + W - N",
        result=Quantity("o", "copies certain to be in both", float(read + written - copies), Dimension.COUNT),
        inputs=(
            Quantity("R", "copies that answer a read", float(read), Dimension.COUNT),
            Quantity("W", "copies that confirm a write", float(written), Dimension.COUNT),
            Quantity("N", "copies there are", float(copies), Dimension.COUNT),
        ),
        method="1 or more: every read sees the last write",
    )
    return Fault((node,), message, fix=_overlap_again(analysis, node), arithmetic=arithmetic)


def _overlap_again(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """Majorities where the machines have time for the further reads, else writes that wait for more copies."""
    read, written, copies = _quorums(analysis, node)
    longer = max(own_p99(analysis, node), own_p99(analysis, node, write=True))
    if not keeps_time_at(analysis, node, longer):
        return ()
    majority = copies // 2 + 1
    if read < majority and not is_full(analysis, node, majority / read):
        wanted = {"read_quorum": majority, "write_quorum": max(written, majority)}
    else:
        wanted = {"read_quorum": read, "write_quorum": copies + 1 - read}
    now = {"read_quorum": read, "write_quorum": written}
    return tuple(
        SetNode(node=node, field=name, value=count) for name, count in wanted.items() if count != now[name]
    )
