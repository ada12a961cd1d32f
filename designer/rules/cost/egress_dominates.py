"""Most of the bill is for sending the same bytes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import DataKind, Place
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import component, label, listed, money, percent, placed
from designer.rules.repairs import DEVICE_CACHE, EDGE_CACHE, insert, new_node
from designer.scenario.model import CacheAt, Operation
from designer.traffic.model import Flow
from designer.units import SECONDS_PER_MONTH, Dimension

GB, MILLION = 1e9, 1e6
"""What prices are for so many of: bytes, requests."""

_SERVICE = "load_balancer*2 > api:app_server*8 > "


class _Gate(NamedTuple):
    """A connection over which clients get their answers, and where what they read might be kept nearer than it is."""

    source: str
    target: str
    at: CacheAt


@rule(
    severity=Severity.INFO,
    applies="Where answers to clients cost most of the bill.",
    bad=(
        Example(f"users > {_SERVICE}db:sql_database*2", scenario="magazine"),
        Example(f"users > cdn > {_SERVICE}object_storage", scenario="static"),
    ),
    good=(
        Example(f"users > cdn > {_SERVICE}db:sql_database*2", scenario="magazine"),
        Example(f"users > browser_cache > cdn > {_SERVICE}object_storage", scenario="static"),
    ),
    sources=(
        "Q. Huang et al., An Analysis of Facebook Photo Caching, SOSP'13: browsers answered 65.5 % of the requests",
        "sirupsen/napkin-math, README: about $0.10 for a GB out of a region, $0.05 out of a CDN",
    ),
    false_positives="Those who send very much pay a price of their own, far below the list.",
    fix="Keep copies nearer to the users, and send less: compressed, in the size that is shown, and only what changed.",
    parameters=(
        Parameter("most", 0.5, Dimension.RATIO, "part of the bill from which on answers dominate it"),
        Parameter(
            "worth_it", 0.05, Dimension.RATIO, "part of the bill that has to be gained by copies nearer by"
        ),
    ),
)
def check(analysis: Analysis, most: float, worth_it: float) -> Result:
    """Most of the bill is for sending answers

    What leaves a region is paid for by the byte. Machines can be made smaller when they idle, but every byte that a
    user has been sent once and is sent again costs the same again.
    """
    sent, total = sum([item.egress for item in analysis.cost.nodes]), analysis.cost.total
    if not sent:
        return NotApplicable("Nothing is paid for answers to clients.")
    if sent < most * total:
        return Passed(f"Answers to clients are {percent(sent / total)} of the bill.")
    gains = [(_gain(analysis, gate, flows), gate, flows) for gate, flows in _gates(analysis).items()]
    faults: dict[tuple[str, str], Fault] = {}
    for gain, gate, flows in sorted(gains, key=lambda item: item[0], reverse=True):
        if gain >= worth_it * total:
            faults.setdefault((gate.source, gate.target), _fault(analysis, gate, flows, sent))
    part = percent(sent / total)
    return tuple(faults.values()) or Passed(
        f"Answers to clients are {part} of the bill, and no copy nearer by would save much."
    )


def _gates(analysis: Analysis) -> Mapping[_Gate, list[Flow]]:
    """Where copies could be kept nearer, with the answers that come from there."""
    devices = set(placed(analysis, lambda found: found.place is Place.CLIENT))
    found: dict[_Gate, list[Flow]] = {}
    for flow in analysis.traffic.flows:
        if flow.source in devices and flow.target not in devices and flow.bytes_back > 0.0:
            at = _nearer(analysis, flow.workload)
            if at is not None:
                found.setdefault(_Gate(flow.source, flow.target, at), []).append(flow)
    return found


def _nearer(analysis: Analysis, workload: str) -> CacheAt | None:
    """Where data that the workload reads may be kept and are not. Of files kept nowhere near another rule speaks."""
    at_client, at_all = _kept_near(analysis, {Place.CLIENT}), _kept_near(analysis, {Place.CLIENT, Place.EDGE})
    read = [analysis.scenario.datasets[name] for name in _read(analysis, workload) - at_all]
    afar = [data for data in read if CacheAt.EDGE in data.cacheable]
    if afar:
        return None if any(data.kind is DataKind.BLOBS for data in afar) else CacheAt.EDGE
    once_more = [analysis.scenario.datasets[name] for name in _read(analysis, workload) - at_client]
    return CacheAt.CLIENT if any(CacheAt.CLIENT in data.cacheable for data in once_more) else None


def _kept_near(analysis: Analysis, places: set[Place]) -> set[str]:
    return {hit.dataset for hit in analysis.traffic.hits if component(analysis, hit.cache).place in places}


def _read(analysis: Analysis, workload: str) -> set[str]:
    touches = analysis.scenario.workloads[workload].touches
    return {
        touch.dataset for touch in touches if touch.dataset is not None and touch.operation is Operation.READ
    }


def _gain(analysis: Analysis, gate: _Gate, flows: Sequence[Flow]) -> float:
    """USD a month saved at most: on a device all that is asked for again, at the edge the difference in price."""
    paid = _paid(analysis, gate, flows)
    if gate.at is CacheAt.CLIENT or EDGE_CACHE not in analysis.catalog:
        return paid
    prices = [analysis.catalog[EDGE_CACHE].figure(name) for name in ("egress_per_gb", "cost_per_million")]
    sent, asked = [0.0 if price is None else price.default for price in prices]
    requests = sum([flow.calls / _peak(analysis, flow) for flow in flows]) * SECONDS_PER_MONTH / MILLION
    return paid * (1.0 - sent / _price(analysis, gate)) - requests * asked


def _paid(analysis: Analysis, gate: _Gate, flows: Sequence[Flow]) -> float:
    """USD a month for these answers, which are paid for at the average rate."""
    sent = sum([flow.bytes_back / _peak(analysis, flow) for flow in flows])
    return sent * SECONDS_PER_MONTH / GB * _price(analysis, gate)


def _peak(analysis: Analysis, flow: Flow) -> float:
    return analysis.scenario.workloads[flow.workload].peak_factor


def _price(analysis: Analysis, gate: _Gate) -> float:
    """USD for a GB that is sent from there."""
    own = analysis.figure(gate.target, "egress_per_gb")
    return analysis.catalog.environment.egress_per_gb.default if own is None else own


def _fault(analysis: Analysis, gate: _Gate, flows: Sequence[Flow], sent: float) -> Fault:
    total, paid = analysis.cost.total, _paid(analysis, gate, flows)
    data = listed(
        analysis.scenario.datasets[name].name
        for name in sorted(set[str]().union(*[_read(analysis, flow.workload) for flow in flows]))
        if gate.at in analysis.scenario.datasets[name].cacheable
    )
    where = "at the edge" if gate.at is CacheAt.EDGE else "on the users' own devices"
    message = (
        f"Sending answers costs {money(sent)}, {percent(sent / total)} of the bill. {money(paid)} of that is for what "
        f"{label(analysis, gate.target)} sends of {data}, which may be kept {where} and is not."
    )
    share = Arithmetic(
        formula="p = E / C",
        result=Quantity("p", "part of the bill for answers to clients", sent / total, Dimension.RATIO),
        inputs=(
            Quantity("E", "answers to clients, per month", sent, Dimension.MONEY),
            Quantity("C", "the whole bill, per month", total, Dimension.MONEY),
        ),
    )
    return Fault(
        nodes=(gate.target,),
        message=message,
        connections=(f"{gate.source}>{gate.target}",),
        fix=_keep_nearer(analysis, gate),
        arithmetic=share,
    )


def _keep_nearer(analysis: Analysis, gate: _Gate) -> tuple[Change, ...]:
    wanted = EDGE_CACHE if gate.at is CacheAt.EDGE else DEVICE_CACHE
    return insert(analysis, new_node(analysis, wanted), gate.source, gate.target)
