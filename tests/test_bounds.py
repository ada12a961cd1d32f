"""Every public formula refuses what it cannot answer, with an error that names the argument; and so does the front."""

from __future__ import annotations

import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from designer import analyze, load_design, load_scenario, parse_notation, review
from designer.analysis import judge_only, scale_traffic
from designer.analysis.sensitivity import find_sensitivity
from designer.analysis.sizes import find_size
from designer.bounds import require_number, require_whole
from designer.catalog.loader import load
from designer.errors import AnalysisError, DesignerError
from designer.performance import (
    attempts,
    distributions,
    exponentials,
    gamma,
    joins,
    losses,
    machines,
    profiles,
    queueing,
    queues,
    stations,
)
from designer.performance.distributions import Distribution, exponential, gamma_from
from designer.reliability import durability, groups
from designer.simulation import simulate
from designer.simulation.outcomes import simulate_design
from designer.traffic import equations, popularity

ROOMS = ("performance", "reliability", "traffic")

NUMBERS = {"int", "float", "Distribution"}
"""What formulas take. What takes nodes, plans and other parts of the house is no formula."""

TIME = exponential(1.0)

FORMULAS: dict[Callable[..., Any], tuple[Any, ...]] = {
    attempts.hedged: (TIME, 1.0),
    attempts.lasting: (1.0,),
    attempts.patience: (1.0, 0.1, 2),
    attempts.retried: (TIME, 1.0, 2, 0.1),
    distributions.exponential: (1.0,),
    distributions.gamma: (2.0, 1.0),
    distributions.gamma_from: (1.0, 4.0),
    profiles.part_from_nothing: (TIME,),
    distributions.power: (TIME, 2.5),
    distributions.sometimes: (0.5, TIME),
    distributions.then: (TIME, TIME),
    distributions.wait: (0.5, 1.0, 1.5),
    exponentials.ranked: (1.0, 2, 3),
    gamma.shape_of: (4.0,),
    joins.order_statistic: (TIME, 2, 3),
    profiles.profile_of: (TIME,),
    joins.repeat_max: (TIME, 3.0),
    losses.repeated: (0.1, 2.5),
    queueing.allen_cunneen: (2, 1.0, 1.0, 1.0, 1.0),
    queueing.conditional_variability: (0.5, 1.0, 6.0),
    queueing.cosmetatos: (3, 0.5),
    queueing.erlang_b: (3, 1.0),
    queueing.erlang_c: (3, 1.0),
    queueing.kingman: (0.5, 1.0, 1.0, 1.0),
    queueing.limited_queue: (2, 4, 1.0),
    queueing.little: (1.0, 1.0),
    queueing.machine_repair: (5, 2, 0.5),
    queueing.mean_wait_mdc: (2, 1.0, 1.0),
    queueing.mean_wait_mgc: (2, 1.0, 1.0, 1.0),
    queueing.mean_wait_mmc: (2, 1.0, 1.0),
    queueing.pollaczek_khinchine: (0.5, 1.0, 1.0),
    queueing.regular_root: (0.5, 2.0),
    queueing.sojourn_mm1: (0.5, 1.0),
    queueing.sojourn_mmc: (2, 1.0, 1.0),
    queueing.sojourn_quantile_mm1: (0.5, 1.0, 99.0),
    queueing.universal_scalability: (4.0, 0.1, 0.1),
    queueing.universal_scalability_peak: (0.1, 0.1),
    queueing.wait_factor: (2, 0.5, 1.0),
    queueing.wait_quantile_mmc: (2, 1.0, 1.0, 99.0),
    queues.mmc_wait: (2, 1.0, 1.0),
    stations.regularity: (3, 2.0, 0.5),
    stations.time_of_quorum: (gamma_from(1.0, 3.0), 2, 3),
    durability.rebuilt_loss: (0.99, 2, 1.0, 0.5),
    durability.years_until_lost: (0.1, 10.0, 2),
    groups.k_of_n_unavailability: (2, 3, 0.1),
    popularity.hottest_share: (1e6, 1.0, 3),
    popularity.lfu_hit_ratio: (1e6, 1.0, 100.0),
    popularity.lru_hit_ratio: (1e6, 1.0, 100.0),
    popularity.zipf_bins: (1e6, 1.0),
}
"""Each public formula, with arguments that it takes."""

BUILDING_BLOCKS = {
    "compose.proportion": "a ratio of two means that were both found",
    "gamma.gamma_tail": "a step of shape_of, asked hundreds of times",
    "exponentials.is_exponential": "a question about a branch",
    "exponentials.ranked_if_few": "ranked, where it is worth it",
    "joins.fine_logs": "a grid for what was profiled",
    "machines.first_share": "zipf_bins, remembered",
    "machines.member_share": "a part of what the layout was made of",
    "makes.part": "a part that may be of nothing",
    "makes.variability_of": "of a distribution that a make has",
    "topology.bits": "of a mask",
    "topology.lowest": "of a mask",
}
"""What looks like a formula and is only given what was found before."""

OTHER_NAMES = {
    (distributions.then, "first"): "parts",
    (distributions.then, "second"): "parts",
    (queueing.regular_root, "utilisation"): "offered",
}
"""Arguments that are named by what they become."""


REMEMBERED: dict[Callable[..., Any], tuple[Any, ...]] = {
    distributions.mix: (((0.5, TIME), (0.5, distributions.ZERO)),),
    machines.first_share: (1e6, 1.0),
    queues.quorum_wait: (queues.Queue(2, 1.0, 1.0), 2, 3),
    queues.wait_at: (queues.Queue(2, 1.0, 1.0),),
}
"""What is remembered too, though it is no formula of numbers alone."""


def found_remembered() -> Iterator[Callable[..., Any]]:
    """All public functions of the rooms whose answers are kept by what they were asked with."""
    for room in ROOMS:
        package = import_module(f"designer.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            for name, thing in vars(import_module(f"designer.{room}.{module.name}")).items():
                is_own = getattr(thing, "__module__", None) == f"designer.{room}.{module.name}"
                is_kept = hasattr(thing, "cache_info") or hasattr(thing, "known")
                if is_own and is_kept and not name.startswith("_"):
                    yield thing


def found_formulas() -> Iterator[tuple[str, Callable[..., Any]]]:
    for room in ROOMS:
        package = import_module(f"designer.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            for name, thing in vars(import_module(f"designer.{room}.{module.name}")).items():
                plain = inspect.unwrap(thing) if callable(thing) else None
                if inspect.isfunction(plain) and plain.__module__.endswith(module.name):
                    parameters = inspect.signature(plain).parameters.values()
                    kinds = {
                        item.annotation for item in parameters if item.kind is item.POSITIONAL_OR_KEYWORD
                    }
                    whole = all(item.kind is item.POSITIONAL_OR_KEYWORD for item in parameters)
                    if kinds and kinds <= NUMBERS and whole and not name.startswith(("_", "require_")):
                        yield f"{module.name}.{name}", thing


def test_no_formula_is_forgotten() -> None:
    listed = {f"{item.__module__.rpartition('.')[2]}.{item.__name__}" for item in FORMULAS}
    found = {name for name, _ in found_formulas()}
    assert found - listed - BUILDING_BLOCKS.keys() == set()
    assert listed <= found
    assert BUILDING_BLOCKS.keys() <= found


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda item: item.__name__)
def test_a_formula_takes_what_it_takes_and_names_what_it_does_not(formula: Callable[..., Any]) -> None:
    good = FORMULAS[formula]
    formula(*good)
    for place, name in enumerate(inspect.signature(formula).parameters):
        if place < len(good):
            for bad in (None, "a", math.nan, math.inf, [1]):
                arguments = (*good[:place], bad, *good[place + 1 :])
                with pytest.raises(DesignerError) as caught:
                    formula(*arguments)
                assert caught.value.field in {name, OTHER_NAMES.get((formula, name), name)}
                assert caught.value.expected


def test_no_remembered_function_is_forgotten() -> None:
    found = set(found_remembered())
    assert len(found) > len(REMEMBERED)
    assert found - FORMULAS.keys() == REMEMBERED.keys()


@pytest.mark.parametrize("formula", tuple(found_remembered()), ids=lambda item: item.__name__)
def test_what_cannot_be_remembered_is_named(formula: Callable[..., Any]) -> None:
    good = {**FORMULAS, **REMEMBERED}[formula]
    answer = formula(*good)
    for place, name in enumerate(inspect.signature(formula).parameters):
        if place < len(good):
            for bad in ([1], [], {}, [good[place]]):
                with pytest.raises(AnalysisError) as caught:
                    formula(*good[:place], bad, *good[place + 1 :])
                assert caught.value.field in {name, OTHER_NAMES.get((formula, name), name)}
                assert caught.value.expected
    assert formula(*good) is answer  # it is still remembered


def test_arguments_that_are_no_arguments_are_the_callers_fault() -> None:
    with pytest.raises(TypeError):
        distributions.gamma(1.0)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        distributions.gamma(1.0, 1.0, share=2.0)  # type: ignore[call-arg]


OUTSIDE: list[tuple[Callable[[], object], str]] = [
    (lambda: queueing.cosmetatos(0, 0.5), "servers"),
    (lambda: queueing.wait_factor(0, 0.5, 1.0), "servers"),
    (lambda: queueing.wait_factor(2, 1.5, 1.0), "utilisation"),
    (lambda: queueing.wait_factor(2, 0.5, -1.0), "variability"),
    (lambda: queueing.conditional_variability(2.0, 1.0, 1.0), "utilisation"),
    (lambda: queueing.universal_scalability(4.0, 2.0, 0.1), "contention"),
    (lambda: queueing.universal_scalability_peak(2.0, 0.1), "contention"),
    (lambda: queueing.machine_repair(0, 1, 1.0), "machines"),
    (lambda: queueing.machine_repair(5, -1, 1.0), "repairers"),
    (lambda: queueing.limited_queue(3, 2, 1.0), "places"),
    (lambda: queueing.mean_wait_mmc(True, 0.1, 1.0), "servers"),
    (lambda: popularity.hottest_share(1e6, 1.0, 0), "shards"),
    (lambda: popularity.lru_hit_ratio(1e6, -1.0, 10.0), "skew"),
    (lambda: popularity.lru_hit_ratio(1e6, 1.0, -10.0), "capacity_records"),
    (lambda: popularity.lru_hit_ratio(-1.0, 1.0, 10.0), "records"),
    (lambda: popularity.lfu_hit_ratio(1e6, 1.0, -10.0), "capacity_records"),
    (lambda: popularity.moved_keys(0, 1, True), "old"),
    (lambda: popularity.moved_keys(1, 0, False), "new"),
    (lambda: groups.k_of_n_unavailability(1, 3, 1.5), "down"),
    (lambda: groups.k_of_n_unavailability(1, -3, 0.1), "machines"),
    (lambda: groups.k_of_n_unavailability(1.5, 3, 0.1), "needed"),  # type: ignore[arg-type]
    (lambda: durability.rebuilt_loss(0.99, 0, 1.0), "copies"),
    (lambda: durability.rebuilt_loss(2.0, 2, 1.0), "durability"),
    (lambda: durability.rebuilt_loss(0.99, 2, -1.0), "rebuild"),
    (lambda: durability.years_until_lost(0.0, 1.0, 2), "losing"),
    (lambda: distributions.sometimes(2.0, TIME), "chance"),
    (lambda: distributions.wait(2.0, 1.0), "waits"),
    (lambda: distributions.wait(0.5, 1.0, 0.0), "variability"),
    (lambda: distributions.sequence(1), "parts"),  # type: ignore[arg-type]
    (lambda: distributions.sequence(TIME, None), "parts"),  # type: ignore[arg-type]
    (lambda: distributions.sequence(TIME, [1]), "parts"),  # type: ignore[arg-type]
    (lambda: distributions.mix(((0.5, [1]), (0.5, TIME))), "branches"),  # type: ignore[arg-type]
    (lambda: distributions.mixture([(1.0, 3)]), "branches"),  # type: ignore[list-item]
    (lambda: distributions.mixture([(math.nan, TIME)]), "weights"),
    (lambda: distributions.mixture([(2.0, TIME), (-1.0, TIME)]), "weights"),
    (lambda: TIME.cdf(math.nan), "time"),
    (lambda: TIME.quantiles((math.nan,)), "percentile"),
    (lambda: joins.parallel(3), "branches"),  # type: ignore[arg-type]
    (lambda: joins.parallel(TIME, None), "branches"),  # type: ignore[arg-type]
    (lambda: joins.parallel(TIME, [1]), "branches"),  # type: ignore[arg-type]
    (lambda: joins.first_of(TIME, [1]), "branches"),  # type: ignore[arg-type]
    (lambda: joins.first_of(3), "branches"),  # type: ignore[arg-type]
    (lambda: joins.order_statistic(TIME, 4, 3), "rank"),
    (lambda: exponentials.ranked(-1.0, 1, 2), "mean"),
    (lambda: exponentials.ranked(1.0, 3, 2), "rank"),
    (lambda: exponentials.slowest_of([]), "means"),
    (lambda: exponentials.slowest_of([1.0, -1.0]), "means"),
    (lambda: exponentials.slowest_of([1.0, 0.0]), "means"),
    (lambda: exponentials.slowest_of([1.0, "a"]), "means"),  # type: ignore[list-item]
    (lambda: joins.repeat_max(TIME, 0.5), "count"),
    (lambda: attempts.retried(TIME, 1.0, -1), "retries"),
    (lambda: stations.time_of_quorum(TIME, 4, 3), "quorum"),
    (lambda: equations.solve_traffic_equations({"a": -1.0}, {}), "arrivals.a"),
    (lambda: equations.solve_traffic_equations({"a": None}, {}), "arrivals.a"),  # type: ignore[dict-item]
    (lambda: equations.solve_traffic_equations({"a": 1.0}, {"a": {"a": 1.5}}), "routing.a.a"),
    (lambda: equations.solve_traffic_equations({"a": 1.0}, {"a": {"b": 0.5}}), "routing.a"),
    (lambda: equations.solve_traffic_equations({"a": 1.0}, {"b": {"a": 0.5}}), "routing.b"),
    (
        lambda: equations.solve_traffic_equations({"a": 1.0, "b": 0.0}, {"a": {"a": 0.7, "b": 0.7}}),
        "routing.a",
    ),
    (lambda: equations.solve_traffic_equations({"a": 1.0}, {"a": {"a": 1.0}}), "routing"),
]


@pytest.mark.parametrize(("call", "field"), OUTSIDE)
def test_a_number_that_cannot_be_is_named(call: Callable[[], object], field: str) -> None:
    with pytest.raises(DesignerError) as caught:
        call()
    assert caught.value.field == field


CATALOG = load()
SCENARIO = load_scenario("url_shortener")
DESIGN = parse_notation("users > api:app_server*8 > db:sql_database*2", CATALOG)
NOTHING: Any = None

FRONT: list[tuple[Callable[[], object], str]] = [
    (lambda: review(NOTHING, DESIGN), "scenario"),
    (lambda: review(SCENARIO, NOTHING), "design"),
    (lambda: review(SCENARIO, DESIGN, catalog={}), "catalog"),  # type: ignore[arg-type]
    (lambda: analyze(SCENARIO, NOTHING), "design"),
    (lambda: find_size(SCENARIO, NOTHING), "design"),
    (lambda: find_sensitivity(NOTHING, DESIGN), "scenario"),
    (lambda: simulate_design(SCENARIO, NOTHING, seed=1, requests=1_000), "design"),
    (lambda: simulate(NOTHING, seed=1, requests=10), "network"),
    (lambda: load_scenario(5), "reference"),  # type: ignore[arg-type]
    (lambda: parse_notation(5, CATALOG), "text"),  # type: ignore[arg-type]
    (lambda: load_design(NOTHING, CATALOG), "path"),
    (lambda: scale_traffic(SCENARIO, -1.0), "multiple"),
    (lambda: scale_traffic(SCENARIO, math.nan), "multiple"),
    (lambda: judge_only(SCENARIO, DESIGN, CATALOG, ["nope"]), "requirements"),
]


@pytest.mark.parametrize(("call", "field"), FRONT)
def test_what_comes_in_at_the_front_is_named_too(call: Callable[[], object], field: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.field == field
    assert caught.value.expected


def test_a_requirement_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(AnalysisError) as caught:
        judge_only(SCENARIO, DESIGN, CATALOG, ["follow_latenc"])
    assert caught.value.suggestion == "follow_latency"


def test_numbers_of_numpy_are_numbers() -> None:
    require_number("rate", np.float64(1.5), 0.0)
    require_whole("count", np.int64(3), 1)
    require_whole("count", 3.0, 1, 3)
    assert isinstance(gamma_from(np.float64(1.0), 3.0), Distribution)


@pytest.mark.parametrize(
    ("least", "most", "above", "expected"),
    [
        (0.0, 1.0, False, "a number from 0 to 1"),
        (0.0, math.inf, False, "a number, 0 or more"),
        (0.0, math.inf, True, "a number above 0"),
        (-math.inf, math.inf, False, "a number"),
    ],
)
def test_what_was_expected_is_said(least: float, most: float, above: bool, expected: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        require_number("some_rate", "x" * 1_000, least, most, above=above)
    assert caught.value.expected == expected
    assert caught.value.message.startswith("some rate cannot be 'x")
    assert len(caught.value.message) < 100
