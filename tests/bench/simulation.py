"""The simulator beside SimPy, Ciw and cimba: requests per second on two networks, in one run on one machine.

    python -m tests.bench.simulation [--markdown] [--requests N] [--repeats N] [--install]

W1 is an M/M/3 queue, W2 a load balancer, four application servers, a cache that answers 80 % and a database with two
servers. Each contender runs in a process of its own and simulates the same number of requests (the two slow ones a
fifth and a tenth of it, unless --full). What compiles does so before the clock starts; how long that takes on the
first run and with its cache is told apart. Seconds are those of the processor, since others may be using the machine
too. Nothing is asserted: one interval in twenty is meant to miss the exact value.

The rivals are no dependencies of the designer: `--install` puts them, from rivals.lock, into an environment of their
own. What runs there is rivals.py.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.rivals import (
    APP,
    APPS,
    BALANCER,
    CACHE,
    DATABASE,
    DATABASES,
    HITS,
    W1_RATE,
    W1_SERVERS,
    W1_SERVICE,
    W2_RATE,
    Result,
    work,
)

ROOT = Path(__file__).resolve().parents[2]
RIVALS = ROOT / ".tools" / "rivals"
REQUESTS, REPEATS = 1_000_000, 5
FIRST_SEED = 2026
SLOWER = {"simpy": 5, "ciw": 10}
"""A rate hardly depends on how long is measured: these two simulate so many times fewer requests."""

EXACT = {"W1": (2.078652, 8.455477), "W2": (0.02136111, 0.0952432)}
"""Mean and 99th percentile in seconds: W1 in closed form; the percentile of W2 as if its stations were independent."""

WANTED = {"simpy": 60.0, "ciw": 180.0, "cimba": 2.0}


def run_designer(network: str, requests: int, seed: int) -> Result:
    """The designer's own simulator: a hundredth of the requests warms up, the others are measured."""
    from designer.simulation import simulate
    from designer.simulation.model import Choose, Discipline, Law, Network, Serve, Shape, Source, Station

    def served(rate: float) -> Law:
        return Law(Shape.EXPONENTIAL, 1.0 / rate)

    queue = Station("queue", servers=W1_SERVERS, discipline=Discipline.SHARED)
    stations = (
        Station("balancer"),
        Station("app", APPS),
        Station("cache"),
        Station("database", servers=DATABASES),
    )
    miss = (Serve("database", served(DATABASE)),)
    way = (
        Serve("balancer", served(BALANCER)),
        Serve("app", served(APP)),
        Serve("cache", served(CACHE)),
        Choose(((HITS, ()), (1.0 - HITS, miss))),
    )
    networks = {
        "W1": Network((queue,), (Source("users", W1_RATE, (Serve("queue", served(W1_SERVICE)),)),)),
        "W2": Network(stations, (Source("users", W2_RATE, way),)),
    }
    begun = time.process_time()
    simulate(networks[network], seed=seed, requests=10)
    compiled, begun = time.process_time() - begun, time.process_time()
    warm_up = requests // 100
    outcome = simulate(networks[network], seed=seed, requests=requests - warm_up, warm_up=warm_up)
    seconds = time.process_time() - begun
    times = outcome.sources[0].responses
    assert times is not None
    mean, tail = times.mean, times.percentiles[99.0]
    return {
        "seconds": seconds,
        "compiled": compiled,
        "mean": [mean.value, mean.low, mean.high],
        "p99": [tail.value, tail.low, tail.high],
    }


def measure(name: str, network: str, requests: int, seed: int) -> Result | None:
    """Run one contender in a process of its own; None when that fails."""
    start = [sys.executable, "-m", "tests.bench.simulation", "--work"]
    if name != "designer":
        start = [str(RIVALS / "bin" / "python"), str(Path(__file__).with_name("rivals.py")), name]
    words = [*start, network, str(requests), str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        print(
            f"{name} on {network} failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}",
            file=sys.stderr,
        )
        return None
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def install() -> None:
    """Put the rivals into an environment of their own."""
    uv = str(ROOT / ".tools" / "bin" / "uv")
    python = str(RIVALS / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(RIVALS)], check=True)
    lock = str(ROOT / "rivals.lock")
    subprocess.run([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", lock], check=True)


def race(network: str, requests: int, repeats: int, *, full: bool) -> dict[str, list[Result]]:
    """Every contender in turn, `repeats` times over, so that a slow moment of the machine meets all alike."""
    names = ["designer", *(WANTED if RIVALS.exists() else ())]
    seen: dict[str, list[Result]] = {name: [] for name in names}
    for repeat in range(repeats):
        for name in names:
            many = requests if full else max(1, requests // SLOWER.get(name, 1))
            if (result := measure(name, network, many, seed=FIRST_SEED + repeat)) is not None:
                seen[name].append(result)
    return {name: results for name, results in seen.items() if results}


def table(network: str, seen: dict[str, list[Result]]) -> list[list[str]]:
    """One line per contender: the median rate of its runs, and the average of the means and percentiles they saw."""
    mean, tail = EXACT[network]
    lines = [[network, "requests/s", "designer is", "memory", f"mean ({mean:.6g} s)", f"p99 ({tail:.6g} s)"]]
    ours = median(seen["designer"], "rate")
    for name, results in seen.items():
        rate = median(results, "rate")
        ratio = "" if name == "designer" else f"{ours / rate:.1f}x as fast (wanted: {WANTED[name]:.0f}x)"
        memory = f"{max(result['megabytes'] for result in results):.0f} MB"
        lines.append([name, f"{rate:,.0f}", ratio, memory, shown(results, "mean"), shown(results, "p99")])
    return lines


def median(results: list[Result], key: str) -> float:
    ordered = sorted(float(result[key]) for result in results)
    return ordered[len(ordered) // 2]


def shown(results: list[Result], key: str) -> str:
    """The average over independent runs, with its 95 % interval where the runs have one."""
    seen = [result[key] for result in results if result[key] is not None]
    if not seen:
        return "not measured"
    value = sum(estimate[0] for estimate in seen) / len(seen)
    if seen[0][1] is None:
        return f"{value:.6g}"
    half = math.sqrt(sum(((high - low) / 2) ** 2 for _, low, high in seen)) / len(seen)
    return f"{value:.6g} ({value - half:.6g} to {value + half:.6g})"


def printed(lines: list[list[str]], *, markdown: bool) -> str:
    """A table, for a terminal or as Markdown."""
    if markdown:
        rows = [f"| {' | '.join(line)} |" for line in lines]
        return "\n".join([rows[0], "|" + "---|" * len(lines[0]), *rows[1:]])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )


def main(words: list[str]) -> None:
    """Measure, and print one table per network."""
    if words[:1] == ["--work"]:
        network, requests, seed = words[1:]
        work(run_designer, network, int(requests), int(seed))
        return
    parser = argparse.ArgumentParser(description="The simulator beside SimPy, Ciw and cimba.")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests per run")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="runs of each contender")
    parser.add_argument("--full", action="store_true", help="as many requests for the slow ones too")
    parser.add_argument("--install", action="store_true", help="install the rivals from rivals.lock first")
    chosen = parser.parse_args(words)
    if chosen.install:
        install()
    if not RIVALS.exists():
        print(
            "the rivals are not installed (--install does it): only the designer is measured", file=sys.stderr
        )
    for network in EXACT:
        seen = race(network, chosen.requests, chosen.repeats, full=chosen.full)
        if "designer" in seen:
            print(printed(table(network, seen), markdown=chosen.markdown))
            started = [result.get("compiled", 0.0) for result in seen["designer"]]
            print(
                f"\ndesigner, before its first run: {max(started):.1f} s at most, {min(started):.1f} s at least\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
