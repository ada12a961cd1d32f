"""Where a well-known text slipped, the engine says so with a number."""

import pytest

from designer.analysis import State, analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.performance.model import Ceiling
from designer.scenario.loader import parse_scenario

SCALING = """\
name: Scaling to ten million users
difficulty: core
summary: A billion writes and a hundred billion reads a month.
story: The numbers of a well-known exercise.
datasets:
  posts: {name: Posts, record_size: 1 KB, records: 1M, skew: 0.9}
workloads:
  write:
    name: Write
    rate: 1B/month
    touches: [{dataset: posts, operation: write}]
  read:
    name: Read
    rate: 100B/month
    touches: [{dataset: posts}]
requirements:
  writes: {kind: throughput, workload: write, utilisation: 70 %}
"""


def test_four_hundred_writes_a_second_are_not_tough_for_one_sql_database():
    """The exercise has doubts; single machines were measured at 4,600 to 27,000 transactions a second."""
    scenario = parse_scenario(SCALING, "scaling.yaml")
    only_writes = scenario.model_copy(update={"workloads": {"write": scenario.workloads["write"]}})
    design = parse_notation("users > load_balancer*2 > app_server*2 > db:sql_database", load())
    analysis = analyze(only_writes, design, headroom=False)
    used = analysis.nodes["db"].utilisation(Ceiling.OPERATIONS)
    assert used is not None
    assert used.value < 0.1
    assert analysis.verdict("writes").state is State.MET


@pytest.mark.parametrize(("tries", "layers", "calls"), [(3, 5, 243), (4, 5, 1_024), (4, 3, 64)])
def test_retries_are_tries_less_one(tries, layers, calls):
    """Each layer that calls the next `tries` times: "three retries over five layers" is 1,024, three tries 243."""
    chain = " ".join(f">[calls={tries}] s{number}:app_server" for number in range(1, layers))
    text = f"users > s0:app_server {chain} >[calls={tries}] db:key_value_store"
    scenario = parse_scenario(SCALING.replace("1B/month", "1/s"), "scaling.yaml")
    only_writes = scenario.model_copy(update={"workloads": {"write": scenario.workloads["write"]}})
    traffic = analyze(only_writes, parse_notation(text, load()), headroom=False).traffic
    asked = sum(load_.writes for load_ in traffic.loads if load_.node == "db")
    assert asked == pytest.approx(calls)
