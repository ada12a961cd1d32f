"""What a component comes to with the figures set on its node, whatever its counts and its traffic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from designer.arithmetic import Quantity
from designer.catalog.model import FIGURE_DIMENSIONS, Behavior, Component, Replication, Trait
from designer.design.model import Node
from designer.keeping import Same
from designer.performance.distributions import ZERO, Distribution, Gamma, gamma_from
from designer.performance.gamma import EXPONENTIAL_RATIO
from designer.performance.queueing import universal_scalability, universal_scalability_peak

_REMEMBERED = 4_096
_SET = "set on the node"
_TOKENS = frozenset({"prompt_rate", "token_rate", "token_time"})


@dataclass(frozen=True, slots=True, eq=False)
class Make:
    """A component with its figures in force (base units), its service times and what its machines hold for how long."""

    component: Component
    overrides: Mapping[str, float]
    figures: Mapping[str, float]
    reading: Distribution  # service time of a read
    writing: Distribution
    read_rate: float | None  # operations per second that one machine can do
    write_rate: float | None
    servers: int  # of one machine
    read_hold: float  # mean seconds that a read holds a server; 0 where no ceiling is known
    write_hold: float
    managed: bool  # its machines are the provider's business
    keyed: bool  # operations find their machine by the key of the record
    generates: bool  # it is known what tokens cost it
    voted: bool  # a quorum of its machines answers
    whole: bool  # one machine is enough at any load: the provider adds more, or it is a client
    routes: bool  # it asks as it was asked itself
    queues: bool  # it hands out messages
    balances: bool  # it sends to the machine with the fewest requests, where nothing else is said
    passive: bool  # a visit on which it has no work costs it nothing
    interferes: bool  # its machines slow each other down
    clamped: bool  # a 99th percentile was beyond what the model of service times can have
    read_variability: float  # squared coefficients of variation of the service times
    write_variability: float

    def quantity(self, name: str, symbol: str, label: str) -> Quantity | None:
        """A figure as an input of an arithmetic, with its source; None where there is none. Raises KeyError."""
        value = self.figures.get(name)
        if value is None:
            return None
        figure = self.component.figure(name)
        source = _SET if name in self.overrides or figure is None else figure.source
        return Quantity(symbol, label, value, FIGURE_DIMENSIONS[name], source)

    def busy(self, reads: float, writes: float) -> float:
        """Part of a machine's operations per second in use by these; 0 where no ceiling is known."""
        return in_use(self.read_rate, self.write_rate, reads, writes) or 0.0

    def share(self, prompt: float, output: float) -> float:
        """Seconds of a machine's time that so many tokens take; 0 where no ceiling is known."""
        writing = self.figures.get("token_rate", math.inf)
        return prompt / self.figures.get("prompt_rate", math.inf) + output / writing

    def generating(self, prompt: float, output: float) -> Distribution:
        """The time of one operation with so many tokens when nobody else asks; it varies as that of a read."""
        reading = prompt / self.figures.get("prompt_rate", math.inf)
        mean = reading + output * self.figures.get("token_time", 0.0)
        if mean == 0.0:
            return ZERO
        shape = 1.0 / self.read_variability
        return Gamma(shape, mean / shape, clamped=self.clamped)

    def efficiency(self, machines: int) -> float:
        """What each of so many machines does as part of what one does alone: the Universal Scalability Law."""
        if machines < 2 or not self.interferes:
            return 1.0
        contention = self.figures.get("contention", 0.0)
        coherency = self.figures.get("coherency", 0.0)
        return universal_scalability(machines, contention, coherency) / machines

    @property
    def most_useful(self) -> float:
        """The number of machines beyond which more of them do less between them."""
        if not self.figures.get("coherency"):
            return float("inf")
        return universal_scalability_peak(self.figures.get("contention", 0.0), self.figures["coherency"])


def make_of(node: Node, component: Component) -> Make:
    """The make of a node of this component; nodes with the same figures share it."""
    overrides = node.figures
    return _make_of(Same(component), tuple(overrides.items()) if overrides else ())


@lru_cache(maxsize=_REMEMBERED)
def _make_of(same: Same[Component], overrides: tuple[tuple[str, float], ...]) -> Make:
    component = same.thing
    own = dict(overrides)
    figures = {}
    for name in FIGURE_DIMENSIONS:
        figure = component.figure(name)
        if name in own:
            figures[name] = own[name]
        elif figure is not None:
            figures[name] = figure.default
    servers = max(1, round(figures.get("servers", 1.0)))
    reading = service_time(component, own, figures)
    writing = service_time(component, own, figures, write=True)
    keyed = component.behavior in (Behavior.STORE, Behavior.CACHE)
    return Make(
        component=component,
        overrides=own,
        figures=figures,
        reading=reading,
        writing=writing,
        read_rate=figures.get("read_rate"),
        write_rate=figures.get("write_rate"),
        servers=servers,
        read_hold=_hold(servers, figures.get("read_rate")),
        write_hold=_hold(servers, figures.get("write_rate", figures.get("read_rate"))),
        managed=Trait.MANAGED in component.traits or component.replication is Replication.MANAGED,
        keyed=keyed,
        generates=not keyed and not _TOKENS.isdisjoint(figures),
        voted=component.replication is Replication.QUORUM,
        whole=Trait.MANAGED in component.traits or component.behavior is Behavior.CLIENT,
        routes=component.behavior is Behavior.ROUTER,
        queues=component.behavior is Behavior.QUEUE,
        balances=Trait.BALANCES in component.traits,
        passive=component.behavior in (Behavior.STORE, Behavior.CACHE, Behavior.CLIENT),
        interferes=bool(figures.get("contention") or figures.get("coherency")),
        clamped=any(isinstance(time, Gamma) and time.clamped for time in (reading, writing)),
        read_variability=variability_of(reading),
        write_variability=variability_of(writing),
    )


def _hold(servers: int, rate: float | None) -> float:
    """How long an operation holds a server, so that all servers together do `rate` a second."""
    if rate is None:
        return 0.0
    return servers / rate if rate > 0.0 else float("inf")


def service_time(
    component: Component,
    overrides: Mapping[str, float],
    figures: Mapping[str, float],
    *,
    write: bool = False,
) -> Distribution:
    """The time of one operation when nobody else asks: a gamma with the mean and the 99th percentile of the figures.

    A mean set on the node alone takes the catalogue's 99th percentile along in proportion. Without a percentile the
    time is exponential; without a mean it takes no time. Writes without figures are like reads.
    """
    name = "write_time" if write and figures.get("write_time") is not None else "service_time"
    mean = figures.get(name)
    if not mean:
        return ZERO
    p99 = figures.get(f"{name}_p99")
    if p99 is None:
        p99 = mean * EXPONENTIAL_RATIO
    usual = component.figure(name)
    if name in overrides and f"{name}_p99" not in overrides and usual is not None and usual.default:
        p99 *= mean / usual.default
    return gamma_from(mean, p99)


def in_use(read_rate: float | None, write_rate: float | None, reads: float, writes: float) -> float | None:
    """Part of a machine's operations per second in use by these; None where no ceiling is known.

    Reads and writes take their part of the same machine: r / R + w / W. A ceiling of writes that is not known is that
    of reads.
    """
    if read_rate is None:
        return None if write_rate is None else part(writes, write_rate)
    if not writes:
        return part(reads, read_rate)
    return part(reads, read_rate) + part(writes, read_rate if write_rate is None else write_rate)


def part(demand: float, limit: float) -> float:
    """Demand as part of the limit: infinite for a demand on nothing."""
    if demand <= 0.0:
        return 0.0
    return demand / limit if limit > 0.0 else math.inf


def variability_of(time: Distribution) -> float:
    """Squared coefficient of variation of a service time; that of an exponential where nothing is known."""
    return 1.0 / time.shape if isinstance(time, Gamma) else 1.0
