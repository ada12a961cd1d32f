"""What the design costs per month: machines, storage, requests, egress and tokens of every node, used or not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Behavior, Catalog, Knob, Place
from designer.design.model import Design
from designer.performance.machines import EVEN
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
_CLIENT = Place.CLIENT  # asked for at every node: looking it up takes longer than the test it is for


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
_PROMPTS = _Price(
    "cost_per_million_prompt_tokens",
    "p",
    "price of a million tokens of prompts",
    "i",
    "million tokens of prompts a month",
)
_OUTPUTS = _Price(
    "cost_per_million_output_tokens",
    "w",
    "price of a million tokens written",
    "o",
    "million tokens written a month",
)


def price(scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> Cost:
    """USD per month, by node: at the average rates of the scenario, not at its peak.

    Storage counts every copy the owner pays for: a managed store's copies are in its price. A cache, and a store that
    has memory instead of disks, pays for its memory. Tokens read and tokens written have prices of their own.
    Answers to clients cost the egress of the node that gives them: its own price where it has one (a CDN), else
    that of the region.
    Raises KeyError when the design names a component the catalogue does not have.
    """
    setting = setting_of(scenario, design, catalog, traffic)
    use = _use(setting)
    nodes = tuple([_price(setting, node_id, use) for node_id in setting.drawing.nodes])
    total = math.fsum([node.total for node in nodes])
    requests = math.fsum(
        [rate / scenario.workloads[name].peak_factor for name, rate in setting.request_rates.items()]
    )
    millions = requests * SECONDS_PER_MONTH / MILLION
    return Cost(nodes, total, total / millions if millions > 0.0 else None, millions)


class _Use(NamedTuple):
    """What nodes are charged for, beside their machines, averaged over a day: by node, where it is anything."""

    stored: Mapping[str, float]  # bytes of the datasets it keeps, one copy
    operations: Mapping[str, float]  # per second; visits, where it does none itself
    answered: Mapping[str, float]  # bytes per second to clients' devices
    prompts: Mapping[str, float]  # tokens per second to read
    outputs: Mapping[str, float]  # tokens per second to write


def _use(setting: Setting) -> _Use:
    scenario, drawing, traffic = setting.scenario, setting.drawing, setting.traffic
    stored: dict[str, float] = {}
    for name, homes in drawing.homes(scenario.datasets).items():
        for home in homes:
            stored[home] = stored.get(home, 0.0) + bytes_of(scenario, [name])
    factors = {name: workload.peak_factor for name, workload in scenario.workloads.items()}
    operations: dict[str, float] = {}
    prompts: dict[str, float] = {}
    outputs: dict[str, float] = {}
    for load in traffic.loads:
        node_id, workload, calls, reads, writes = load[:5]
        rate = ((reads + writes) or calls) / factors[workload]
        operations[node_id] = operations.get(node_id, 0.0) + rate
        for item in load.generations:
            often = item.rate / factors[workload]
            prompts[node_id] = prompts.get(node_id, 0.0) + often * item.prompt
            outputs[node_id] = outputs.get(node_id, 0.0) + often * item.output
    devices = {node_id for node_id, component in drawing.components.items() if component.place is _CLIENT}
    answered: dict[str, float] = {}
    for _, source, target, workload, _, _, _, forward, back, _, _ in traffic.flows:
        if source in devices:
            if target not in devices:
                answered[target] = answered.get(target, 0.0) + back / factors[workload]
        elif target in devices:
            answered[source] = answered.get(source, 0.0) + forward / factors[workload]
    return _Use(stored, operations, answered, prompts, outputs)


_make = tuple.__new__  # quicker than a named tuple's own
_PAID = (_MACHINE, _STORAGE, _REQUESTS, _EGRESS, _PROMPTS, _OUTPUTS)


def _price(setting: Setting, node_id: str, use: _Use) -> NodeCost:
    drawing = setting.drawing
    layout = drawing.layouts[node_id]
    machine, storage, request, egress, prompt, output, memory = _prices(drawing.makes[node_id])
    if egress is None:
        egress = drawing.environment.egress_per_gb.default
    stored, operations, answered, prompts, outputs = use
    copies = 1 if layout.spread is EVEN else layout.copies
    kept = stored.get(node_id, 0.0) * copies if memory is None else memory * layout.machines
    counts = (
        float(layout.machines),
        kept / GIGABYTE,
        operations.get(node_id, 0.0) * SECONDS_PER_MONTH / MILLION,
        answered.get(node_id, 0.0) * SECONDS_PER_MONTH / GIGABYTE,
        prompts.get(node_id, 0.0) * SECONDS_PER_MONTH / MILLION,
        outputs.get(node_id, 0.0) * SECONDS_PER_MONTH / MILLION,
    )
    machines, gigabytes, requests, gigabytes_out, read, written = counts
    paid = (
        machine * machines if machines > 0.0 else 0.0,
        storage * gigabytes if gigabytes > 0.0 else 0.0,
        request * requests if requests > 0.0 else 0.0,
        egress * gigabytes_out if gigabytes_out > 0.0 else 0.0,
        (prompt * read if read > 0.0 else 0.0) + (output * written if written > 0.0 else 0.0),
    )
    arithmetic = Arithmetic.later(_explain, setting, node_id, counts, paid)
    return _make(NodeCost, (node_id, *paid, arithmetic))


@lru_cache(maxsize=4_096)
def _prices(make: Make) -> tuple[float, float, float, float | None, float, float, float | None]:
    """The prices of what is paid, by the figures; None for egress that has the price of the region.

    The last is the bytes of memory that are paid for on each machine; None where all copies of what is kept are.
    """
    figures, component = make.figures, make.component
    in_memory = component.behavior is Behavior.CACHE or (
        Knob.MEMORY in component.knobs and "disk" not in figures
    )
    return (
        figures.get(_MACHINE.figure, 0.0),
        figures.get(_STORAGE.figure, 0.0),
        figures.get(_REQUESTS.figure, 0.0),
        figures.get(_EGRESS.figure),
        figures.get(_PROMPTS.figure, 0.0),
        figures.get(_OUTPUTS.figure, 0.0),
        figures.get("memory", 0.0) if in_memory else None,
    )


def _explain(setting: Setting, node_id: str, counts: Sequence[float], paid: Sequence[float]) -> Arithmetic:
    charges = [
        charge
        for price, count in zip(_PAID, counts, strict=True)
        if (charge := _charge(setting, node_id, price, count)) is not None
    ]
    return Arithmetic(
        formula=f"C = {' + '.join([f'{price.symbol} {count.symbol}' for price, count in charges]) or '0'}",
        result=Quantity("C", f"{setting.label(node_id)}: cost per month", sum(paid), Dimension.MONEY),
        inputs=tuple([quantity for charge in charges for quantity in charge]),
    )


def _charge(setting: Setting, node_id: str, price: _Price, count: float) -> tuple[Quantity, Quantity] | None:
    """A price and how often it is paid; None where there is no price or nothing to pay for."""
    if count <= 0.0:
        return None
    quantity = setting.drawing.quantity(node_id, price.figure, price.symbol, price.label)
    if quantity is None and price is _EGRESS:
        figure = setting.drawing.environment.egress_per_gb
        quantity = Quantity(price.symbol, price.label, figure.default, Dimension.MONEY, figure.source)
    if quantity is None or quantity.value == 0.0:
        return None
    return quantity, Quantity(price.count, price.unit, count, Dimension.COUNT)
