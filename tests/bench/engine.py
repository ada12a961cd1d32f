"""Reading and judging, at several sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, pairwise

from designer.analysis import analyze
from designer.catalog.loader import load
from designer.catalog.model import Behavior, Catalog
from designer.design.figures import figure_of
from designer.design.files import format_design, parse_design
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.performance.capacity import measure_nodes
from designer.performance.distributions import exponential, sequence
from designer.performance.queues import mmc_wait
from designer.reliability.availability import assess
from designer.report import review
from designer.rules.engine import judge_rules
from designer.rules.library import all_rules
from designer.scenario.loader import load_scenario, parse_scenario, scenario_ids
from designer.scenario.model import RuleSetting, Scenario
from designer.scenario.samples import build_design
from designer.traffic.propagation import propagate
from tests.bench.board import design, scenario
from tests.bench.measuring import Job, Line, always

CELLS = {1: None, 12: 50.0, 125: 1_000.0}
"""Sizes of the board, and the milliseconds a review of it should stay below; the smallest has a line of its own."""


def lines() -> Iterator[Line]:
    """What people wait for, and the parts of it."""
    catalog, asked = load(), scenario()
    fewer = asked.model_copy(update={"rules": _but(40)})
    yield Line(
        "review with 40 of the rules, 30 nodes",
        _fresh(design(), lambda one: review(fewer, one, headroom=False, ranked=False)),
        4.0,
    )
    yield Line(
        "  of a graph never seen",
        _forgotten(
            fewer, design(), lambda one, question: review(question, one, headroom=False, ranked=False)
        ),
    )
    for cells, goal in CELLS.items():
        drawn = design(cells)
        size = f"{len(drawn.nodes):,} nodes, {len(drawn.connections):,} connections"
        yield Line(
            f"review, {size}",
            _fresh(drawn, lambda one: review(asked, one, headroom=False, ranked=False)),
            goal,
        )
    drawn = design()
    text = format_design(drawn)
    yield Line(
        "  with caches of a size never seen, 30 nodes",
        _unlike(drawn, lambda one: review(asked, one, headroom=False, ranked=False)),
    )
    yield Line(f"  its {len(all_rules())} rules alone, 30 nodes", _judged(asked, drawn))
    yield Line(
        "  60 of the rules alone, 30 nodes", _judged(asked.model_copy(update={"rules": _but(60)}), drawn), 2.0
    )
    yield Line("  with headroom, 30 nodes", _fresh(drawn, lambda one: review(asked, one, ranked=False)))
    yield Line(
        "  with every fix tried, 30 nodes", _fresh(drawn, lambda one: review(asked, one, headroom=False))
    )
    yield Line("  its traffic alone", _fresh(drawn, lambda one: propagate(asked, one, catalog)))
    yield Line("  reading its file", always(lambda: parse_design(text, "bench", catalog)))
    for name in scenario_ids():
        shipped = load_scenario(name)
        for sample in shipped.references:
            built = build_design(sample, shipped, catalog)
            yield Line(f"review, {name}: {sample.name}", _fresh(built, _reviewer(shipped)))
    yield Line("p99 of a way through 8 stations", always(path_of_eight()), 1.0)
    yield Line(
        "availability, 80 nodes, ways side by side", availability(SIDE_BY_SIDE, layers(), catalog), 1.0
    )
    yield Line("availability, 40 nodes, three zones", availability(ENTANGLED, entangled(), catalog), 50.0)


def _but(many: int) -> dict[str, RuleSetting]:
    """All rules switched off but so many, of every kind."""
    rules = all_rules()
    kept = {rules[number * len(rules) // many].id for number in range(many)}
    return {
        rule.id: RuleSetting(on=False, because="Not measured.") for rule in all_rules() if rule.id not in kept
    }


def _judged(asked: Scenario, drawn: Design) -> Callable[[], Job]:
    """Only the rules, on facts found off the clock."""
    catalog, text = load(), format_design(drawn)

    def start() -> Job:
        facts = analyze(asked, parse_design(text, "bench", catalog), catalog, headroom=False)
        return lambda: judge_rules(facts)

    return start


def _reviewer(asked: Scenario) -> Callable[[Design], object]:
    return lambda one: review(asked, one, headroom=False, ranked=False)


def _fresh(drawn: Design, use: Callable[[Design], object]) -> Callable[[], Job]:
    """A design read anew for each run: remembered are the plans of its graph, and what single formulas give."""
    catalog, text = load(), format_design(drawn)

    def start() -> Job:
        one = parse_design(text, "bench", catalog)
        return lambda: use(one)

    return start


def _forgotten(
    asked: Scenario, drawn: Design, use: Callable[[Design, Scenario], object]
) -> Callable[[], Job]:
    """As `_fresh`, about other data each time, so that no plan is remembered either."""
    catalog, text = load(), format_design(drawn)

    def start() -> Job:
        one = parse_design(text, "bench", catalog)
        question = asked.model_copy(update={"datasets": dict(asked.datasets)})
        return lambda: use(one, question)

    return start


def _unlike(drawn: Design, use: Callable[[Design], object]) -> Callable[[], Job]:
    """As `_fresh`, each with caches a little larger than the one before, so that hit ratios and tails are new too."""
    catalog, sizes = load(), count(1)

    def start() -> Job:
        one = _grown(drawn, catalog, 1.0 + 1e-9 * next(sizes))
        return lambda: use(one)

    return start


def _grown(drawn: Design, catalog: Catalog, factor: float) -> Design:
    """The design with memory in its caches so many times as large."""
    nodes = []
    for node in drawn.nodes:
        memory = figure_of(node, catalog[node.component], "memory")
        if catalog[node.component].behavior is Behavior.CACHE and memory is not None:
            node = node.model_copy(update={"figures": {**node.figures, "memory": memory * factor}})
        nodes.append(node)
    return drawn.model_copy(update={"nodes": tuple(nodes)})


def path_of_eight() -> Job:
    """Each run has other rates, so that nothing computed before can be used again."""
    rate = 600.0

    def job() -> object:
        nonlocal rate
        rate += 1e-3
        stations = [(mmc_wait(3, rate, 0.004), exponential(0.002 + index * 1e-4)) for index in range(8)]
        return sequence(*(part for station in stations for part in station)).quantiles([99.0])

    return job


SIDE_BY_SIDE = """
version: 1
name: Ways side by side
difficulty: core
summary: One file behind many routers.
story: One file behind many routers.
datasets:
  files: {name: Files, kind: blobs, record_size: 1 MB, records: 1M}
workloads:
  fetch: {name: Fetch, rate: 10/s, touches: [{dataset: files}]}
requirements:
  up: {kind: availability, workload: fetch, minimum: 99 %}
"""

ENTANGLED = """
version: 1
name: Everything needs everything
difficulty: core
summary: Services that each need two others and a store.
story: Services that each need two others and a store.
datasets:
  people: {name: People, record_size: 1 KB, records: 1M}
  orders: {name: Orders, record_size: 1 KB, records: 1M}
workloads:
  look: {name: Look, rate: 10/s, touches: [{dataset: people}, {dataset: orders}]}
requirements:
  up: {kind: availability, workload: look, minimum: 99 %}
"""


ZONES = "[zones=a+b+c]"


def layers() -> str:
    """26 layers of three routers, each of which may pass a request on to any of the next layer: 80 nodes."""
    rows = [[f"r{layer}_{place}" for place in range(3)] for layer in range(26)]
    placed = [f"{name}:load_balancer" for row in rows for name in row]
    return _join(
        "@ a",
        "; ".join(placed),
        f"users > {', '.join(rows[0])}",
        *_chain(rows),
        f"{', '.join(rows[-1])} > object_storage",
    )


def entangled() -> str:
    """Twelve layers of three machines over three zones, balancers and services by turns, in front of two stores.

    Every service needs both stores, so that each layer has to have ways to both at the same time.
    """
    rows = [[f"n{layer}_{place}" for place in range(3)] for layer in range(12)]
    kinds = ("load_balancer", "app_server")
    placed = [f"{name}:{kinds[layer % 2]}*3{ZONES}" for layer, row in enumerate(rows) for name in row]
    stores = [f"{name}:sql_database[replicas=2, zones=a+b+c, holds={name}]" for name in ("people", "orders")]
    behind = f"{', '.join(rows[-1])} > queue:load_balancer*3{ZONES} > {', '.join(stores)}"
    return _join("@ r/a, r/b, r/c", "; ".join(placed), f"users > {', '.join(rows[0])}", *_chain(rows), behind)


def _chain(rows: list[list[str]]) -> list[str]:
    return [f"{', '.join(row)} > {', '.join(following)}" for row, following in pairwise(rows)]


def _join(*texts: str) -> str:
    return "\n".join(texts)


def availability(asked: str, drawn: str, catalog: Catalog) -> Callable[[], Job]:
    """Only `assess`, with traffic and load known."""
    question = parse_scenario(asked, "bench.yaml", catalog)
    one = parse_notation(drawn, catalog)
    traffic = propagate(question, one, catalog)
    needed = {name: facts.needed for name, facts in measure_nodes(question, one, catalog, traffic).items()}

    def job() -> object:
        found = assess(question, one, catalog, traffic, needed, {})
        return [(item.unavailability, item.contributions) for item in found.workloads], found.outages

    return always(job)
