"""What the design costs per month: machines, storage, requests and egress of every node, used or not."""

from __future__ import annotations

import math

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Catalog, Knob, Place
from designer.design.model import Design
from designer.performance.machines import Spread
from designer.performance.model import Cost, NodeCost
from designer.performance.setting import Setting, setting_of
from designer.performance.storage import bytes_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic
from designer.units import SECONDS_PER_MONTH, Dimension

GIGABYTE = 1e9
"""Bytes in the gigabyte that providers charge for."""
MILLION = 1e6


def price(scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> Cost:
    """USD per month, by node: at the average rates of the scenario, not at its peak.

    Storage counts every copy the owner pays for: a managed store's copies are in its price. A cache, and a store that
    has memory instead of disks, pays for its memory. Answers to clients cost the egress of the node that gives them:
    its own price where it has one (a CDN), else that of the region.
    Raises KeyError when the design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    stored = _stored(setting)
    nodes = tuple(_price(setting, node_id, stored.get(node_id, 0.0)) for node_id in setting.drawing.nodes)
    total = math.fsum(node.total for node in nodes)
    requests = math.fsum(
        rate / scenario.workloads[name].peak_factor for name, rate in setting.request_rates.items()
    )
    millions = requests * SECONDS_PER_MONTH / MILLION
    return Cost(nodes, total, total / millions if millions > 0.0 else None)


def _stored(setting: Setting) -> dict[str, float]:
    """Bytes of the datasets each store keeps, one copy."""
    found: dict[str, float] = {}
    for name, homes in setting.drawing.homes(setting.scenario.datasets).items():
        for home in homes:
            found[home] = found.get(home, 0.0) + bytes_of(setting.scenario, [name])
    return found


def _price(setting: Setting, node_id: str, stored: float) -> NodeCost:
    machines = float(setting.drawing.layouts[node_id].machines)
    gigabytes = _gigabytes(setting, node_id, stored)
    millions = _average(setting, node_id) * SECONDS_PER_MONTH / MILLION
    egress = _egress(setting, node_id) * SECONDS_PER_MONTH / GIGABYTE
    per_machine = setting.drawing.quantity(node_id, "cost", "m", "price of a machine per month")
    per_gigabyte = setting.drawing.quantity(node_id, "cost_per_gb_month", "s", "price of a GB kept for a month")
    per_million = setting.drawing.quantity(node_id, "cost_per_million", "q", "price of a million requests")
    per_egress = _egress_price(setting, node_id)
    terms = (
        (per_machine, Quantity("n", "machines", machines, Dimension.COUNT), "m n"),
        (per_gigabyte, Quantity("g", "GB kept, all copies paid for", gigabytes, Dimension.COUNT), "s g"),
        (per_million, Quantity("r", "million requests a month", millions, Dimension.COUNT), "q r"),
        (per_egress, Quantity("e", "GB answered to clients a month", egress, Dimension.COUNT), "x e"),
    )
    amounts = [0.0 if cost is None else cost.value * amount.value for cost, amount, _ in terms]
    charged = [term for term, amount in zip(terms, amounts, strict=True) if amount > 0.0]
    arithmetic = Arithmetic(
        formula=f"C = {' + '.join(formula for _, _, formula in charged) or '0'}",
        result=Quantity("C", "cost per month", math.fsum(amounts), Dimension.MONEY),
        inputs=tuple(item for cost, amount, _ in charged for item in (cost, amount) if item is not None),
    )
    return NodeCost(node_id, *amounts, arithmetic)


def _gigabytes(setting: Setting, node_id: str, stored: float) -> float:
    """GB that are paid for: the memory of what has no disk, else all copies of what is kept."""
    layout, knobs = setting.drawing.layouts[node_id], setting.drawing.components[node_id].knobs
    if setting.drawing.components[node_id].behavior is Behavior.CACHE or (
        Knob.MEMORY in knobs and setting.drawing.figure(node_id, "disk") is None
    ):
        return (setting.drawing.figure(node_id, "memory") or 0.0) * layout.machines / GIGABYTE
    copies = 1 if layout.spread is Spread.EVEN else layout.copies
    return stored * copies / GIGABYTE


def _average(setting: Setting, node_id: str) -> float:
    """Operations per second at the node, averaged over a day; visits, where it does none itself."""
    return math.fsum(
        ((load.reads + load.writes) or load.calls) / setting.scenario.workloads[load.workload].peak_factor
        for load in setting.traffic.loads
        if load.node == node_id
    )


def _egress(setting: Setting, node_id: str) -> float:
    """Bytes per second, on average, that the node sends to clients' devices."""
    if setting.drawing.components[node_id].place is Place.CLIENT:
        return 0.0
    total = 0.0
    for flow in setting.traffic.flows:
        factor = setting.scenario.workloads[flow.workload].peak_factor
        if flow.target == node_id and setting.drawing.components[flow.source].place is Place.CLIENT:
            total += flow.bytes_back / factor
        if flow.source == node_id and setting.drawing.components[flow.target].place is Place.CLIENT:
            total += flow.bytes_forward / factor
    return total


def _egress_price(setting: Setting, node_id: str) -> Quantity | None:
    if setting.drawing.components[node_id].place is Place.CLIENT:
        return None
    own = setting.drawing.quantity(node_id, "egress_per_gb", "x", "price of a GB answered to clients")
    figure = setting.drawing.catalog.environment.egress_per_gb
    return own or Quantity("x", "price of a GB answered to clients", figure.default, Dimension.MONEY, figure.source)
