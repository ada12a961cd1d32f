"""From plans to rates: how often everything is called, what caches answer, what travels over each connection."""

from __future__ import annotations

import math
from collections.abc import Mapping

from designer.catalog.model import Component
from designer.design.model import Design
from designer.errors import DesignError, quote, suggest
from designer.scenario.model import Scenario
from designer.traffic.accounts import add_up
from designer.traffic.model import Traffic
from designer.traffic.rates import Rates
from designer.traffic.routing import find_routes


def propagate(
    scenario: Scenario,
    design: Design,
    catalog: Mapping[str, Component],
    *,
    multiple: float = 1.0,
    tries: Mapping[str, float] | None = None,
) -> Traffic:
    """The traffic of `scenario` on `design`, every workload's peak rate times `multiple`.

    `tries` is, by connection id, the average number of calls made for one that is wanted (1 or more: retries and hedged
    calls). It multiplies what the connection carries and all that follows behind it.
    Raises DesignError as `route` does, and for tries below 1 or of a connection that there is not.
    """
    routed = find_routes(scenario, design, catalog)
    network, topology = routed.network, routed.topology
    known_tries = _tries(design, tries) if tries else []
    rates = Rates(scenario, design, catalog, topology, network, multiple, known_tries)
    rates.find()
    flows, loads = add_up(scenario, design, topology, network, rates, known_tries)
    datasets = list(scenario.datasets)
    hits = sorted(
        [settled.hit for settled in rates.settled.values()],
        key=lambda hit: (topology.index[hit.cache], datasets.index(hit.dataset)),
    )
    return Traffic(dict(routed.plans), flows, loads, tuple(hits), routed.problems(catalog))


def _tries(design: Design, tries: Mapping[str, float]) -> list[float]:
    """The tries of each connection of the design, in its order."""
    ids = {connection.id: number for number, connection in enumerate(design.connections)}
    found = [1.0] * len(ids)
    for connection, number in tries.items():
        if connection not in ids:
            message = f"tries names the connection {quote(connection)}, which is not in the design"
            raise DesignError(message, suggestion=suggest(connection, ids))
        if not (1.0 <= number < math.inf):
            raise DesignError(
                f"the tries of {quote(connection)} must be a finite number from 1 on: {number!r}"
            )
        found[ids[connection]] = number
    return found
