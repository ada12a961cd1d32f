"""Files that travel from the data centre to every visitor."""

from __future__ import annotations

from collections.abc import Container

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, DataKind, Place
from designer.design.edit import Change
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import behaving, component, latency_verdicts, listed, missed, workload_names
from designer.rules.repairs import EDGE_CACHE, insert, new_node
from designer.scenario.model import CacheAt, Operation
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where data that may be kept near the users is large.",
    bad=Example("users > load_balancer*2 > api:app_server*8 > object_storage", scenario="static"),
    good=Example("users > cdn > load_balancer*2 > api:app_server*8 > object_storage", scenario="static"),
    sources=(
        "Q. Huang et al., An Analysis of Facebook Photo Caching, SOSP'13: browsers and edge answer most requests",
        "sirupsen/napkin-math, README: egress of a CDN costs about half of that of a region",
    ),
    false_positives="Where all visitors live near the data centre, or fetch each file once, copies gain little.",
    fix="Put a CDN between the visitors and the service.",
)
def check(analysis: Analysis) -> Result:
    """Files travel the whole way every time

    Pictures, videos and scripts are the same for everybody and seldom change. From a copy near the visitor they
    arrive sooner, cost less to send, and never trouble the servers.
    """
    gates = _gates(analysis)
    read = _readers(analysis, gates)
    if not read:
        return NotApplicable("No files are read here that may be kept near the visitors.")
    near = {
        hit.dataset
        for hit in analysis.traffic.hits
        if component(analysis, hit.cache).place is not Place.REGION
    }
    afar = {name: workloads for name, workloads in read.items() if name not in near}
    if not afar:
        return Passed("Files are answered from copies near the visitors.")
    carried: dict[tuple[str, str], list[str]] = {}
    for name, workloads in afar.items():
        for gate in dict.fromkeys(gate for workload in workloads for gate in gates[workload]):
            carried.setdefault(gate, []).append(name)
    return tuple(_fault(analysis, gate, names, afar) for gate, names in carried.items())


def _readers(analysis: Analysis, gates: Container[str]) -> dict[str, list[str]]:
    """Datasets of files that may be cached near the visitors, with the workloads with such gates that read them."""
    found: dict[str, list[str]] = {}
    for name, workload in analysis.scenario.workloads.items():
        if name not in gates:
            continue
        for touch in workload.touches:
            if touch.dataset is None or touch.operation is not Operation.READ:
                continue
            data = analysis.scenario.datasets[touch.dataset]
            if data.kind is DataKind.BLOBS and CacheAt.EDGE in data.cacheable:
                found.setdefault(touch.dataset, []).append(name)
    return found


def _gates(analysis: Analysis) -> dict[str, list[tuple[str, str]]]:
    """For each workload the connections by which the clients' requests leave them."""
    clients = behaving(analysis, Behavior.CLIENT)
    gates: dict[str, list[tuple[str, str]]] = {}
    for flow in analysis.traffic.flows:
        if flow.source in clients and flow.calls > 0.0:
            gates.setdefault(flow.workload, []).append((flow.source, flow.target))
    return gates


def _fault(analysis: Analysis, gate: tuple[str, str], names: list[str], afar: dict[str, list[str]]) -> Fault:
    workloads = list(dict.fromkeys(workload for name in names for workload in afar[name]))
    volume = sum(
        flow.bytes_back
        for flow in analysis.traffic.flows
        if (flow.source, flow.target) == gate and flow.workload in workloads
    )
    verdicts = [item for workload in workloads for item in latency_verdicts(analysis, workload)]
    message = (
        f"{listed(analysis.scenario.datasets[name].name for name in names)} for {workload_names(analysis, workloads)} "
        f"come from the data centre every time, {format_quantity(volume, Dimension.BANDWIDTH)} at the busiest time."
    )
    return Fault(
        nodes=(gate[1],),
        message=message,
        severity=Severity.ERROR if missed(verdicts) else None if verdicts else Severity.INFO,
        connections=(f"{gate[0]}>{gate[1]}",),
        fix=_bring_near(analysis, gate),
    )


def _bring_near(analysis: Analysis, gate: tuple[str, str]) -> tuple[Change, ...]:
    return insert(analysis, new_node(analysis, EDGE_CACHE), *gate)
