"""Durability: how likely an acknowledged record is lost within a year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.bounds import require_number, require_whole
from designer.catalog.model import Component, Replication, Trait
from designer.design.figures import figure_of, quantity_of
from designer.design.model import Node
from designer.reliability.groups import is_managed
from designer.reliability.model import DatasetDurability
from designer.reliability.recovery import explain_recovery_point, rebuild_time, recovery_point
from designer.units import SECONDS_PER_YEAR, Dimension


class Keeper(NamedTuple):
    """A home of a dataset: how likely a record kept there is lost within a year, and from what that follows."""

    node: Node
    component: Component
    durability: float  # yearly, of one copy
    stored: float | None  # bytes of one copy of all that is kept here

    @property
    def copies(self) -> int:
        return copies_of(self.node, self.component)

    @property
    def rebuild(self) -> float | None:
        """Seconds; None: lost copies are not counted as rebuilt."""
        return rebuild_time(self.node, self.component, self.stored)

    @property
    def loss(self) -> float:
        """Yearly probability that a record is lost here."""
        copies, rebuild = self.copies, self.rebuild
        exposed = min(1.0, (self.node.backup_every or SECONDS_PER_YEAR) / SECONDS_PER_YEAR)
        never = (-math.expm1(exposed * math.log(self.durability))) ** copies if self.durability else 1.0
        if rebuild is None or copies == 1:
            return never
        return min(never, rebuilt_loss(self.durability, copies, rebuild, exposed))


def keep(
    nodes: Mapping[str, Node],
    catalog: Mapping[str, Component],
    homes: Mapping[str, Sequence[str]],
    stored: Mapping[str, float],
) -> tuple[DatasetDurability, ...]:
    """Durability of every dataset that has a home with a known figure; `homes` are the nodes that keep each.

    Copies are lost independently. A lost copy counts as rebuilt where the node has a restore rate and `stored` says how
    many bytes it keeps; otherwise as never rebuilt within the year, to stay on the safe side. Where there are backups,
    which are taken as never lost, a record can only be lost before it is in one. Several homes are further copies.
    """
    found = []
    for name, keepers in homes.items():
        kept = [
            keeper
            for node in keepers
            if (keeper := _keeper(nodes[node], catalog[nodes[node].component], stored.get(node))) is not None
        ]
        if kept:
            found.append(_durability(name, kept))
    return tuple(found)


def _keeper(node: Node, component: Component, stored: float | None) -> Keeper | None:
    durability = figure_of(node, component, "durability")
    if durability is None or Trait.DURABLE not in component.traits:
        return None
    return Keeper(node, component, durability, stored)


def loss_of(node: Node, component: Component, stored: float | None = None) -> float | None:
    """Yearly probability that a record kept at this node is lost; None when no figure is known.

    `stored`: bytes of one copy of all the node keeps, without which nothing counts as rebuilt.
    """
    keeper = _keeper(node, component, stored)
    return None if keeper is None else keeper.loss


def copies_of(node: Node, component: Component) -> int:
    """Independent copies of a record; 1 for managed stores, whose durability is of the whole."""
    if is_managed(component):
        return 1
    if component.replication is Replication.QUORUM:
        return min(1 + node.replicas, node.instances)
    return 1 + node.replicas


def rebuilt_loss(durability: float, copies: int, rebuild: float, years: float = 1.0) -> float:
    """Probability that all copies are lost within `years`, when lost ones are rebuilt one at a time. An upper bound.

    A birth-death chain: with i copies one is lost at the rate i l, l = -ln(durability) per year, and one is rebuilt at
    the rate m = 1 / `rebuild` (seconds). From i copies it takes h(i) = (1 + m h(i + 1)) / (i l) on average until one
    fewer is left, so all are gone after h(1) + ... + h(copies). That time has an increasing hazard (J. Keilson, Markov
    Chain Models, 1979), so that until its mean no more than 1 - exp(-t / mean) are lost (R. Barlow and F. Proschan,
    Statistical Theory of Reliability and Life Testing, 1975). 1 for a later time.
    """
    require_number("durability", durability, 0.0, 1.0)
    require_whole("copies", copies, 1)
    require_number("rebuild", rebuild, 0.0)
    require_number("years", years, 0.0)
    if durability == 0.0:
        return 1.0
    if durability == 1.0:
        return 0.0
    losing = -math.log(durability)
    mending = SECONDS_PER_YEAR / rebuild if rebuild > 0.0 else math.inf
    if math.isinf(mending):
        return 0.0 if copies > 1 else -math.expm1(-years * losing)
    mean = years_until_lost(losing, mending, copies)
    return 1.0 if years > mean else -math.expm1(-years / mean)


def years_until_lost(losing: float, mending: float, copies: int) -> float:
    """Mean time until the last of `copies` is lost, each at the rate `losing`, one at a time mended at `mending`."""
    require_number("losing", losing, 0.0, above=True)
    require_number("mending", mending, 0.0)
    require_whole("copies", copies, 1)
    step = total = 1.0 / (copies * losing)
    for left in range(copies - 1, 0, -1):
        step = (1.0 + mending * step) / (left * losing)
        total += step
    return total


def _durability(dataset: str, keepers: Sequence[Keeper]) -> DatasetDurability:
    homes = [(keeper.node, keeper.component) for keeper in keepers]
    return DatasetDurability(
        dataset,
        Arithmetic.later(_explain, dataset, keepers),
        Arithmetic.later(explain_recovery_point, dataset, homes),
        loss=partial(_loss, keepers),
        recovery_point=partial(recovery_point, homes),
    )


def _loss(keepers: Sequence[Keeper]) -> float:
    return math.prod([keeper.loss for keeper in keepers])


def _explain(dataset: str, keepers: Sequence[Keeper]) -> Arithmetic:
    inputs: list[Quantity] = []
    for keeper in keepers:
        name, label = keeper.node.id, keeper.node.label
        figure = quantity_of(
            keeper.node, keeper.component, "durability", f"d[{name}]", f"durability of one copy at {label}"
        )
        if figure is not None:
            inputs.append(figure)
        inputs.append(Quantity(f"c[{name}]", "independent copies", float(keeper.copies), Dimension.COUNT))
        if keeper.node.backup_every is not None:
            every = keeper.node.backup_every
            inputs.append(
                Quantity(
                    f"b[{name}]", f"time between backups of {label}", every, Dimension.TIME, "set on the node"
                )
            )
        if keeper.rebuild is not None and keeper.copies > 1:
            inputs.append(
                Quantity(f"r[{name}]", f"time to rebuild a copy at {label}", keeper.rebuild, Dimension.TIME)
            )
    plain = all(keeper.node.backup_every is None and _is_never_rebuilt(keeper) for keeper in keepers)
    if plain:
        formula = "D = 1 - product over homes of (1 - d)^c"
        method = "independent copies, none rebuilt within the year (an upper bound on loss)"
    else:
        formula = "D = 1 - product over homes of min((1 - d^b)^c, 1 - exp(-b / M)), b in years"
        method = (
            "birth-death chain: on average M years until all c copies are lost, one being rebuilt at a time in r; what "
            "is in a backup is not lost, and without backups b is a year (an upper bound on loss)"
        )
    return Arithmetic(
        formula=formula,
        result=Quantity("D", f"yearly durability of {dataset}", 1.0 - _loss(keepers), Dimension.RATIO),
        inputs=tuple(inputs),
        method=method,
    )


def _is_never_rebuilt(keeper: Keeper) -> bool:
    return keeper.rebuild is None or keeper.copies == 1
