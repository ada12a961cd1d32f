"""What the design costs per month: machines, storage, requests and egress of every node, used or not."""

from __future__ import annotations

import math
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Price:
    """A figure of the catalogue that is a price, and what it is the price of."""

    figure: str
    symbol: str
    label: str
    count: str  # symbol of how often it is paid
    unit: str


_MACHINE = _Price("cost", "m", "price of a machine per month", "n", "machines")
_STORAGE = _Price(
    "cost_per_gb_month", "s", "price of a GB kept for a month", "g", "GB kept, all copies paid for"
)
_REQUESTS = _Price("cost_per_million", "q", "price of a million requests", "r", "million requests a month")
_EGRESS = _Price(
    "egress_per_gb", "x", "price of a GB answered to clients", "e", "GB answered to clients a month"
)


def price(scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> Cost:
    """USD per month, by node: at the average rates of the scenario, not at its peak.

    Storage counts every copy the owner pays for: a managed store's copies are in its price. A cache, and a store that
    has memory instead of disks, pays for its memory. Answers to clients cost the egress of the node that gives them:
    its own price where it has one (a CDN), else that of the region.
    Raises KeyError when the design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    used = _use(setting)
    nodes = tuple(_price(setting, node_id, used[node_id]) for node_id in setting.drawing.nodes)
    total = math.fsum(node.total for node in nodes)
    requests = math.fsum(
        rate / scenario.workloads[name].peak_factor for name, rate in setting.request_rates.items()
    )
    millions = requests * SECONDS_PER_MONTH / MILLION
    return Cost(nodes, total, total / millions if millions > 0.0 else None)


@dataclass(slots=True)
class _Use:
    """What a node is charged for, beside its machines, averaged over a day."""

    stored: float = 0.0  # bytes of the datasets it keeps, one copy
    operations: float = 0.0  # per second; visits, where it does none itself
    answered: float = 0.0  # bytes per second to clients' devices


def _use(setting: Setting) -> dict[str, _Use]:
    scenario, drawing = setting.scenario, setting.drawing
    found = {node_id: _Use() for node_id in drawing.nodes}
    for name, homes in drawing.homes(scenario.datasets).items():
        for home in homes:
            found[home].stored += bytes_of(scenario, [name])
    for load in setting.traffic.loads:
        operations = (load.reads + load.writes) or load.calls
        found[load.node].operations += operations / scenario.workloads[load.workload].peak_factor
    devices = {name for name, component in drawing.components.items() if component.place is Place.CLIENT}
    for flow in setting.traffic.flows:
        factor = scenario.workloads[flow.workload].peak_factor
        if flow.source in devices and flow.target not in devices:
            found[flow.target].answered += flow.bytes_back / factor
        elif flow.target in devices and flow.source not in devices:
            found[flow.source].answered += flow.bytes_forward / factor
    return found


def _price(setting: Setting, node_id: str, use: _Use) -> NodeCost:
    charges = [
        _charge(setting, node_id, price, count)
        for price, count in (
            (_MACHINE, float(setting.drawing.layouts[node_id].machines)),
            (_STORAGE, _gigabytes(setting, node_id, use.stored)),
            (_REQUESTS, use.operations * SECONDS_PER_MONTH / MILLION),
            (_EGRESS, use.answered * SECONDS_PER_MONTH / GIGABYTE),
        )
    ]
    machines, storage, requests, egress = (
        0.0 if charge is None else charge[0].value * charge[1].value for charge in charges
    )
    made = [charge for charge in charges if charge is not None]
    arithmetic = Arithmetic(
        formula=f"C = {' + '.join([f'{price.symbol} {count.symbol}' for price, count in made]) or '0'}",
        result=Quantity("C", "cost per month", machines + storage + requests + egress, Dimension.MONEY),
        inputs=tuple([quantity for charge in made for quantity in charge]),
    )
    return NodeCost(node_id, machines, storage, requests, egress, arithmetic)


def _charge(setting: Setting, node_id: str, price: _Price, count: float) -> tuple[Quantity, Quantity] | None:
    """A price and how often it is paid; None where there is no price or nothing to pay for."""
    if count <= 0.0:
        return None
    quantity = setting.drawing.quantity(node_id, price.figure, price.symbol, price.label)
    if quantity is None and price is _EGRESS:
        figure = setting.drawing.catalog.environment.egress_per_gb
        quantity = Quantity(price.symbol, price.label, figure.default, Dimension.MONEY, figure.source)
    if quantity is None or quantity.value == 0.0:
        return None
    return quantity, Quantity(price.count, price.unit, count, Dimension.COUNT)


def _gigabytes(setting: Setting, node_id: str, stored: float) -> float:
    """GB that are paid for: the memory of what has no disk, else all copies of what is kept."""
    layout, knobs = setting.drawing.layouts[node_id], setting.drawing.components[node_id].knobs
    if setting.drawing.components[node_id].behavior is Behavior.CACHE or (
        Knob.MEMORY in knobs and setting.drawing.figure(node_id, "disk") is None
    ):
        return (setting.drawing.figure(node_id, "memory") or 0.0) * layout.machines / GIGABYTE
    copies = 1 if layout.spread is Spread.EVEN else layout.copies
    return stored * copies / GIGABYTE
