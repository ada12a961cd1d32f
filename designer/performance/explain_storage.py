"""Where the time until a node is full comes from: what fits, what is there, and how fast it grows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.performance.ceilings import bytes_per_machine, keeps_in_memory
from designer.performance.setting import Setting
from designer.performance.storage import Filling, explain_growth, filling_of, months_until
from designer.units import SECONDS_PER_MONTH, Dimension


def explain_filling(setting: Setting, node_id: str) -> Arithmetic | None:
    """The time until a machine of the node is full, with the room and every dataset on it; None where it keeps none.

    Unbounded where what it keeps stops growing before. Raises KeyError for a node that there is not.
    """
    scenario, drawing = setting.scenario, setting.drawing
    room = _room(setting, node_id)
    kept = [name for name, homes in drawing.homes(scenario.datasets).items() if node_id in homes]
    if room is None or not kept:
        return None
    part = bytes_per_machine(drawing.layouts[node_id], 1.0)
    fillings = [filling_of(scenario, name, part) for name in kept]
    months = months_until(fillings, room.value)
    seconds = math.inf if months is None else months * SECONDS_PER_MONTH
    return Arithmetic(
        formula=_formula(fillings),
        result=Quantity("t", f"time until {setting.label(node_id)} is full", seconds, Dimension.TIME),
        inputs=(
            room,
            Quantity("p", "part of each dataset on one machine, copies counted", part, Dimension.COUNT),
            *_inputs(kept, fillings),
        ),
        steps=tuple([explain_growth(scenario, name) for name in kept]),
    )


def _room(setting: Setting, node_id: str) -> Quantity | None:
    """What fits on a machine: its disk, and of a store that keeps its data in memory no more than that."""
    make = setting.drawing.makes[node_id]
    names = ("disk", "memory") if keeps_in_memory(make.component) else ("disk",)
    rooms = [
        found
        for name in names
        if (found := setting.drawing.quantity(node_id, name, "D", f"{name} of one machine")) is not None
    ]
    return min(rooms, key=lambda found: found.value, default=None)


def _formula(fillings: Sequence[Filling]) -> str:
    if all(math.isinf(item.most) or item.growth <= 0.0 for item in fillings):
        return "t = (D - sum of B) / sum of G, where B = p b N and G = p b g"
    return "t = the first at which the sum of min(B + G t, M) is D, where B = p b N and G = p b g"


def _inputs(kept: Sequence[str], fillings: Sequence[Filling]) -> Iterator[Quantity]:
    for name, item in zip(kept, fillings, strict=True):
        yield Quantity(f"B[{name}]", "on one machine at the start", item.now, Dimension.SIZE)
        yield Quantity(f"G[{name}]", "added to it on average", item.growth, Dimension.BANDWIDTH)
        if math.isfinite(item.most) and item.growth > 0.0:
            yield Quantity(f"M[{name}]", "at most, since older records go", item.most, Dimension.SIZE)
