"""How often calls are made again: more tries mean more load, and more load means more tries.

The loop starts at one try for every call and goes up until nothing changes, so it finds the calmest state there is. A
second one starts at as many tries as anybody may make and goes down. Where the two do not meet, the design has two
states: an overload that has come about by a spike is then kept going by the retries it causes (Bronson et al.,
"Metastable failures in distributed systems", HotOS 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from designer.catalog.model import Catalog
from designer.design.model import Connection, Design
from designer.performance.capacity import measure_nodes
from designer.performance.model import NodePerformance
from designer.performance.setting import Setting, setting_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic
from designer.traffic.propagation import propagate

MOST_ROUNDS = 40
"""Rounds after which the tries are taken as they are, and said not to have settled."""

STEADY = 1e-6
"""Tries have settled when none changes by more than this part of itself in a round."""

APART = 1.01
"""Tries that end this many times higher when coming from above are a second state."""

Tries = Mapping[str, float]
"""By connection: calls made for one call wanted, on average."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Traffic and load with the tries that go with them."""

    traffic: Traffic
    nodes: Mapping[str, NodePerformance]
    tries: Tries
    setting: Setting  # held, so that it is found again as long as there is something to ask of it
    unsettled: tuple[str, ...] = ()  # connections whose tries were still changing
    metastable: tuple[str, ...] = ()  # connections whose retries keep an overload going


@dataclass(frozen=True, slots=True)
class Rest:
    """Where a search for steady tries ended."""

    tries: Tries
    unsettled: tuple[str, ...]


def settle(scenario: Scenario, design: Design, catalog: Catalog, *, storms: bool = False) -> Settled:
    """The traffic of the scenario on the design with as many retries as it brings about.

    One round where no connection retries or hedges. `storms`: also find the connections that are metastable.
    Raises DesignError as propagate does.
    """
    retrying = [item for item in design.connections if item.retries or item.hedge_after is not None]
    if not retrying:
        traffic = propagate(scenario, design, catalog)
        setting = setting_of(scenario, design, catalog, traffic)
        return Settled(traffic, measure_nodes(scenario, design, catalog, traffic), {}, setting)
    # Only designs with retries pay for this import.
    from designer.performance.tries import find_tries

    state: list[tuple[Setting, Mapping[str, NodePerformance]]] = []

    def step(tries: Tries) -> Tries:
        traffic = propagate(scenario, design, catalog, tries=tries)
        setting = setting_of(scenario, design, catalog, traffic)
        nodes = measure_nodes(scenario, design, catalog, traffic)
        state[:] = [(setting, nodes)]
        return find_tries(scenario, design, catalog, traffic, nodes)

    calm = find_rest(step, {item.id: 1.0 for item in retrying}, rising=True)
    setting, nodes = state[0]
    metastable: tuple[str, ...] = ()
    if storms:
        stormy = find_rest(step, {item.id: most_tries(item) for item in retrying}, rising=False)
        metastable = tuple(name for name, value in calm.tries.items() if stormy.tries[name] > value * APART)
    return Settled(setting.traffic, nodes, calm.tries, setting, calm.unsettled, metastable)


def most_tries(connection: Connection) -> float:
    """The most calls that can be made over a connection for one call wanted."""
    again = float(connection.retries)
    if connection.retry_budget is not None:
        again = min(again, connection.retry_budget)
    return 1.0 + again + (connection.hedge_after is not None)


def find_rest(step: Callable[[Tries], Tries], start: Tries, *, rising: bool) -> Rest:
    """From `start` on, what `step` makes of the tries until it makes the same of them.

    More tries never bring about fewer, so from the least possible on they only rise and from the most only fall; both
    are enforced, which makes the search end. After `MOST_ROUNDS` the tries still changing are named.
    """
    limit = max if rising else min
    tries = dict(start)
    for _ in range(MOST_ROUNDS):
        found = step(tries)
        following = {name: limit(value, found.get(name, 1.0)) for name, value in tries.items()}
        moving = tuple(name for name, value in tries.items() if abs(following[name] - value) > STEADY * value)
        if not moving:
            return Rest(tries, ())
        tries = following
    step(tries)
    return Rest(tries, moving)
