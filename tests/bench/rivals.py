"""Two queueing networks in SimPy, Ciw and cimba: the other side of simulation.py, run by the rivals' own Python.

W1 is an M/M/3 queue, W2 a load balancer, four application servers, a cache that answers 80 % and a database with two
servers. Called with a contender, a network, a number of requests and a seed, it prints what it measured as JSON.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

W1_RATE, W1_SERVERS, W1_SERVICE = 2.4, 3, 1.0
W2_RATE, BALANCER, APP, APPS, CACHE, HITS, DATABASE, DATABASES = (
    1000.0,
    5000.0,
    312.5,
    4,
    2500.0,
    0.8,
    125.0,
    2,
)

Result = dict[str, Any]


def run_simpy(network: str, requests: int, seed: int) -> Result:
    """SimPy as its documentation does queues: one process per request, one Resource per station."""
    import simpy

    chance = random.Random(seed)
    environment = simpy.Environment()
    times: list[float] = []
    finished = environment.event()

    def visit(station: simpy.Resource, rate: float) -> Any:
        with station.request() as turn:
            yield turn
            yield environment.timeout(chance.expovariate(rate))

    def end(born: float) -> None:
        times.append(environment.now - born)
        if len(times) == requests:
            finished.succeed()

    def plain(queue: simpy.Resource) -> Any:
        born = environment.now
        with queue.request() as turn:
            yield turn
            yield environment.timeout(chance.expovariate(W1_SERVICE))
        end(born)

    def web(
        balancer: simpy.Resource, apps: list[simpy.Resource], cache: simpy.Resource, store: simpy.Resource
    ) -> Any:
        born = environment.now
        yield from visit(balancer, BALANCER)
        yield from visit(apps[int(chance.random() * APPS)], APP)
        yield from visit(cache, CACHE)
        if chance.random() >= HITS:
            yield from visit(store, DATABASE)
        end(born)

    def arrive(rate: float, request: Callable[[], Any]) -> Any:
        while True:
            yield environment.timeout(chance.expovariate(rate))
            environment.process(request())

    if network == "W1":
        queue = simpy.Resource(environment, W1_SERVERS)
        environment.process(arrive(W1_RATE, lambda: plain(queue)))
    else:
        one = [simpy.Resource(environment) for _ in range(APPS + 2)]
        store = simpy.Resource(environment, DATABASES)
        environment.process(arrive(W2_RATE, lambda: web(one[0], one[2:], one[1], store)))
    begun = time.process_time()
    environment.run(until=finished)
    return {"seconds": time.process_time() - begun, **described(times)}


def run_ciw(network: str, requests: int, seed: int) -> Result:
    """Ciw with one node per station and a routing matrix."""
    import ciw

    if network == "W1":
        made = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(W1_RATE)],
            service_distributions=[ciw.dists.Exponential(W1_SERVICE)],
            number_of_servers=[W1_SERVERS],
        )
    else:
        nodes = APPS + 3
        cache, store = nodes - 2, nodes - 1
        routing = [[0.0] * nodes for _ in range(nodes)]
        for app in range(1, APPS + 1):
            routing[0][app] = 1.0 / APPS
            routing[app][cache] = 1.0
        routing[cache][store] = 1.0 - HITS
        made = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(W2_RATE)] + [None] * (nodes - 1),
            service_distributions=[
                ciw.dists.Exponential(r) for r in (BALANCER, *[APP] * APPS, CACHE, DATABASE)
            ],
            routing=routing,
            number_of_servers=[1] * (nodes - 1) + [DATABASES],
        )
    ciw.seed(seed)
    simulation = ciw.Simulation(made)
    begun = time.process_time()
    simulation.simulate_until_max_customers(requests, method="Finish")
    seconds = time.process_time() - begun
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    for record in simulation.get_all_records():
        number = record.id_number
        first[number] = min(first.get(number, record.arrival_date), record.arrival_date)
        last[number] = max(last.get(number, record.exit_date), record.exit_date)
    return {"seconds": seconds, **described([last[number] - first[number] for number in first])}


def run_cimba(network: str, requests: int, seed: int) -> Result:
    """cimba with compiled processes that hand arrival times from Store to Store, the way its README shows."""
    import cimba
    import cimba_models

    made = cimba_models.Queue() if network == "W1" else cimba_models.Web()
    made.wanted = requests
    experiment = cimba.Experiment(made, replications=1, seed=seed)
    begun = time.process_time()
    experiment.run(workers=1)
    compiled, begun = time.process_time() - begun, time.process_time()
    results = experiment.run(workers=1)
    seconds = time.process_time() - begun
    mean = float(results[made].total.values[0][0]) / requests
    return {"seconds": seconds, "compiled": compiled - seconds, "mean": [mean, None, None], "p99": None}


def described(times: list[float]) -> Result:
    """Mean and 99th percentile of what a rival saw."""
    ordered = sorted(times)
    return {
        "mean": [sum(times) / len(times), None, None],
        "p99": [ordered[int(0.99 * len(times))], None, None],
    }


RUNNERS: dict[str, Callable[[str, int, int], Result]] = {
    "simpy": run_simpy,
    "ciw": run_ciw,
    "cimba": run_cimba,
}


def work(runner: Callable[[str, int, int], Result], network: str, requests: int, seed: int) -> None:
    """Run one contender in this process and print its result as JSON."""
    result = runner(network, requests, seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps({**result, "requests": requests, "rate": requests / result["seconds"], "megabytes": peak})
    )


if __name__ == "__main__":
    work(RUNNERS[sys.argv[1]], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
