"""What the design costs per month: machines, storage, requests and egress of every node, used or not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Catalog, Knob, Place
from designer.design.model import Design
from designer.performance.machines import Spread
from designer.performance.makes import Make
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
    nodes = tuple([_price(setting, node_id, use) for node_id, use in used.items()])
    total = math.fsum([node.total for node in nodes])
    requests = math.fsum(
        [rate / scenario.workloads[name].peak_factor for name, rate in setting.request_rates.items()]
    )
    millions = requests * SECONDS_PER_MONTH / MILLION
    return Cost(nodes, total, total / millions if millions > 0.0 else None)


@dataclass(slots=True)
class _Use:
    """What a node is charged for, beside its machines, averaged over a day."""

    stored: float = 0.0  # bytes of the datasets it keeps, one copy
    operations: float = 0.0  # per second; visits, where it does none itself
    answered: float = 0.0  # bytes per second to clients' devices


def _use(setting: Setting) -> Mapping[str, _Use]:
    scenario, drawing = setting.scenario, setting.drawing
    found = {node_id: _Use() for node_id in drawing.nodes}
    for name, homes in drawing.homes(scenario.datasets).items():
        for home in homes:
            found[home].stored += bytes_of(scenario, [name])
    factors = {name: workload.peak_factor for name, workload in scenario.workloads.items()}
    for load in setting.traffic.loads:
        operations = (load.reads + load.writes) or load.calls
        found[load.node].operations += operations / factors[load.workload]
    devices = {name for name, component in drawing.components.items() if component.place is Place.CLIENT}
    for flow in setting.traffic.flows:
        if flow.source in devices:
            if flow.target not in devices:
                found[flow.target].answered += flow.bytes_back / factors[flow.workload]
        elif flow.target in devices:
            found[flow.source].answered += flow.bytes_forward / factors[flow.workload]
    return found


_PAID = (_MACHINE, _STORAGE, _REQUESTS, _EGRESS)


def _price(setting: Setting, node_id: str, use: _Use) -> NodeCost:
    drawing = setting.drawing
    counts = (
        float(drawing.layouts[node_id].machines),
        _gigabytes(setting, node_id, use.stored),
        use.operations * SECONDS_PER_MONTH / MILLION,
        use.answered * SECONDS_PER_MONTH / GIGABYTE,
    )
    machine, storage, request, egress = _prices(drawing.makes[node_id])
    machines, stored, requests, answered = counts
    if egress is None:
        egress = drawing.catalog.environment.egress_per_gb.default
    paid = (
        machine * machines if machines > 0.0 else 0.0,
        storage * stored if stored > 0.0 else 0.0,
        request * requests if requests > 0.0 else 0.0,
        egress * answered if answered > 0.0 else 0.0,
    )
    arithmetic = Arithmetic.later(lambda: _explain(setting, node_id, counts, sum(paid)))
    return NodeCost(node_id, *paid, arithmetic)


@lru_cache(maxsize=4_096)
def _prices(make: Make) -> tuple[float, float, float, float | None]:
    """The prices of what is paid, by the figures; None for egress that has the price of the region."""
    figures = make.figures
    return (
        figures.get(_MACHINE.figure, 0.0),
        figures.get(_STORAGE.figure, 0.0),
        figures.get(_REQUESTS.figure, 0.0),
        figures.get(_EGRESS.figure),
    )


def _explain(setting: Setting, node_id: str, counts: Sequence[float], total: float) -> Arithmetic:
    charges = [
        charge
        for price, count in zip(_PAID, counts, strict=True)
        if (charge := _charge(setting, node_id, price, count)) is not None
    ]
    return Arithmetic(
        formula=f"C = {' + '.join([f'{price.symbol} {count.symbol}' for price, count in charges]) or '0'}",
        result=Quantity("C", "cost per month", total, Dimension.MONEY),
        inputs=tuple([quantity for charge in charges for quantity in charge]),
    )


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
    drawing = setting.drawing
    layout, component = drawing.layouts[node_id], drawing.components[node_id]
    figures = drawing.figures[node_id]
    if component.behavior is Behavior.CACHE or (Knob.MEMORY in component.knobs and "disk" not in figures):
        return figures.get("memory", 0.0) * layout.machines / GIGABYTE
    copies = 1 if layout.spread is Spread.EVEN else layout.copies
    return stored * copies / GIGABYTE
