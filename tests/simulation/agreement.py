"""How far what is computed is from what is simulated, over random designs: `python -m tests.simulation.agreement`.

An error is what the computed value is above or below the simulated one, as a part of it. Simulated values are not exact
either: `sure` is the half-width of their 95 % confidence interval, as a part of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from designer.performance.capacity import measure_nodes
from designer.performance.latency import respond
from designer.performance.model import Response
from designer.performance.setting import setting_of
from designer.simulation import simulate
from designer.simulation.blueprints import draw_up
from designer.simulation.model import Estimate, Times
from designer.traffic.propagation import propagate
from tests.simulation.boards import RandomBoard, features, random_board

BOARDS, REQUESTS = 200, 20_000
"""Boards, and the requests each would get with nothing to wait for: long queues take more to show how long they are."""
SEED = 20_261
THREADS = 2

SURE_MEAN, SURE_P99 = 0.05, 0.10
"""A simulated value is sure when its confidence interval goes no further to either side, as a part of it."""

EVERYTHING = "all of them"
PLAIN = "no band stated"


@dataclass(frozen=True)
class Gap:
    """One number computed and simulated."""

    error: float
    sure: float

    @property
    def certain(self) -> float:
        """The part of the error that chance in the simulation does not explain."""
        return max(0.0, abs(self.error) - self.sure)


@dataclass(frozen=True)
class Comparison:
    """One workload of one board, to its answer or (`late`) from there to the end of what was put off."""

    seed: int
    workload: str
    late: bool
    busy: float
    features: frozenset[str]
    band: float
    mean: Gap
    p99: Gap


@dataclass(frozen=True)
class Station:
    """Utilisation of one node, averaged over its machines."""

    seed: int
    node: str
    gap: Gap


def compare(seed: int, requests: int = REQUESTS) -> tuple[list[Comparison], list[Station]]:
    """Everything about the board of that seed."""
    return compare_board(random_board(seed), seed, requests)


def compare_board(
    board: RandomBoard, seed: int, requests: int = REQUESTS
) -> tuple[list[Comparison], list[Station]]:
    """Everything about a board, simulated from that seed."""
    scenario, design, catalog = board.scenario, board.design, board.catalog
    traffic = propagate(scenario, design, catalog)
    assert traffic.problems == (), f"board {seed}: {traffic.problems}"
    setting = setting_of(scenario, design, catalog, traffic)
    answers, late = respond(
        scenario, design, catalog, traffic, measure_nodes(scenario, design, catalog, traffic)
    )
    blueprint = draw_up(setting)
    requests = round(requests / (1.0 - board.target))
    outcome = simulate(blueprint.network, seed=seed, requests=requests, warm_up=requests // 10)
    found = []
    for source in outcome.sources:
        marks = features(board, setting, traffic.plans[source.name])
        for times, computed, deferred in (
            (source.responses, answers[source.name], False),
            (source.deferred, late.get(source.name), True),
        ):
            # With calls at once some of what is put off is done before the answer.
            if times is not None and computed is not None and not (deferred and "parallel calls" in marks):
                found.append(_compare(seed, source.name, board.target, marks, times, computed, late=deferred))
    stations = [
        Station(seed, item.name, _gap(blueprint.computed[item.name], item.utilisation))
        for item in outcome.stations
    ]
    return found, stations


def _compare(
    seed: int,
    workload: str,
    busy: float,
    marks: frozenset[str],
    times: Times,
    computed: Response,
    *,
    late: bool,
) -> Comparison:
    mean = _gap(computed.mean, times.mean)
    p99 = _gap(computed.percentiles[99.0], times.percentiles[99.0])
    return Comparison(seed, workload, late, busy, marks, computed.band, mean, p99)


def _gap(computed: float, found: Estimate) -> Gap:
    return Gap(computed / found.value - 1.0, (found.high - found.low) / 2.0 / found.value)


def compare_all(boards: int = BOARDS, requests: int = REQUESTS) -> tuple[list[Comparison], list[Station]]:
    """All boards, always the same ones, two at a time: what is compiled runs in parallel."""
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda seed: compare(seed, requests), range(SEED, SEED + boards)))
    return [item for some, _ in found for item in some], [item for _, some in found for item in some]


def is_sure(item: Comparison) -> bool:
    """Whether the simulation knows mean and 99th percentile well enough to tell."""
    return item.mean.sure <= SURE_MEAN and item.p99.sure <= SURE_P99


def summarize(comparisons: Sequence[Comparison]) -> str:
    """A table of errors by feature, in Markdown: of mean and 99th percentile, the 95th of 100 and the worst."""
    lines = [
        "| on the way | workloads | mean: 95 of 100 within | worst | p99: 95 of 100 within | worst |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for feature in _all_features(comparisons):
        some = [item for item in comparisons if _has(item, feature)]
        cells = [_percent(value) for gaps in _columns(some) for value in (_quantile(gaps, 0.95), max(gaps))]
        lines.append(f"| {feature} | {len(some)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _all_features(comparisons: Sequence[Comparison]) -> Iterator[str]:
    yield from sorted({feature for item in comparisons for feature in item.features})
    if any(item.late for item in comparisons):
        yield "work after the answer"
    if 0 < sum(item.band == 0.0 for item in comparisons) < len(comparisons):
        yield PLAIN
    yield EVERYTHING


def _has(item: Comparison, feature: str) -> bool:
    if feature == EVERYTHING:
        return True
    if feature == PLAIN:
        return item.band == 0.0
    return item.late if feature == "work after the answer" else feature in item.features and not item.late


def _columns(comparisons: Sequence[Comparison]) -> tuple[list[float], list[float]]:
    return (
        sorted(abs(item.mean.error) for item in comparisons),
        sorted(abs(item.p99.error) for item in comparisons),
    )


def _quantile(values: Sequence[float], part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))]


def _percent(value: float) -> str:
    return f"{100.0 * value:.1f} %"


def worst(comparisons: Iterable[Comparison], count: int = 10) -> Iterator[str]:
    """Those that are furthest off, one per line."""
    for item in sorted(comparisons, key=lambda item: -max(abs(item.mean.error) * 2, abs(item.p99.error)))[
        :count
    ]:
        what = "late" if item.late else "answer"
        yield (
            f"board {item.seed} {item.workload} {what}: mean {100 * item.mean.error:+.1f} "
            f"(±{100 * item.mean.sure:.1f}), p99 {100 * item.p99.error:+.1f} (±{100 * item.p99.sure:.1f}), "
            f"band {100 * item.band:.0f}, busiest {100 * item.busy:.0f} %: {', '.join(sorted(item.features))}"
        )


def main(arguments: Sequence[str]) -> None:
    """Print the table for so many boards with so many requests each, and what is furthest off."""
    boards = int(arguments[0]) if arguments else BOARDS
    requests = int(arguments[1]) if len(arguments) > 1 else REQUESTS
    comparisons, stations = compare_all(boards, requests)
    certain = [item for item in comparisons if is_sure(item)]
    print(
        f"{boards} designs, {len(comparisons)} response times of which {len(certain)} are simulated surely enough\n"
    )
    print(summarize(certain), end="\n\n")
    print(*worst(certain), sep="\n", end="\n\n")
    off = max(stations, key=lambda item: item.gap.certain)
    print(
        f"utilisations of {len(stations)} nodes: at most {100 * off.gap.certain:.1f} % off beyond chance ({off.node})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
