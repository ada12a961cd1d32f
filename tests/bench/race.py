"""Measuring several boards by turns, so that a slow moment of the machine meets all alike."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack

from playwright.sync_api import Browser

from tests.bench.boards import SIZES
from tests.bench.pages import (
    SETTLED,
    Contender,
    Frames,
    Measured,
    Opening,
    Turns,
    opened,
    opening_time,
)
from tests.bench.yardstick import average, read_speed
from tests.ui.browser.conftest import App

ROUNDS = 4
OPENINGS = 7
CARD, HUB = "api_", "lb"
"""How the names of what is dragged begin: a service, and what all services are connected with."""

LOADED = """() => performance.getEntriesByType('resource')
    .filter(one => performance.timeOrigin + one.responseEnd <= window.firstCard)
    .map(one => new URL(one.name).pathname.split('/').at(-1))"""

Pairs = Sequence[tuple[Contender, App]]


def measure(browser: Browser, contenders: Sequence[Contender], edits: int) -> list[Measured]:
    """Everything of each board; `edits` of each size."""
    with ExitStack() as servers:
        pairs = [(one, servers.enter_context(one.served())) for one in contenders]
        # First of all, while the servers are new.
        openings = _open(browser, pairs)
        turns = {nodes: _turn(browser, pairs, nodes, edits) for nodes in SIZES}
        cards, hubs = (_swing(browser, pairs, prefix) for prefix in (CARD, HUB))
    return [
        Measured(
            {nodes: turns[nodes][place] for nodes in SIZES},
            cards[place],
            hubs[place],
            openings[place][0],
            one.weigh(openings[place][1]),
        )
        for place, one in enumerate(contenders)
    ]


def _open(browser: Browser, pairs: Pairs) -> list[tuple[Opening, set[str]]]:
    """The first window each server opens, and the median of the next; and the scripts loaded by the first card."""
    times: list[list[float]] = [[] for _ in pairs]
    first: list[set[str]] = [set() for _ in pairs]
    speeds = []
    for _ in range(OPENINGS + 1):
        speeds.append(read_speed())
        for place, (one, app) in enumerate(pairs):
            with opened(browser, one.address(app, SIZES[0]), one.CARD) as page:
                times[place].append(opening_time(page))
                first[place] = set(page.evaluate(LOADED))
                page.locator(SETTLED).wait_for()
    speed = average(speeds)
    openings = [Opening(statistics.median(seen[1:]), seen[0], speed) for seen in times]
    return list(zip(openings, first, strict=True))


def _turn(browser: Browser, pairs: Pairs, nodes: int, edits: int) -> list[Turns]:
    times: list[list[float]] = [[] for _ in pairs]
    speeds = []
    for _ in range(ROUNDS):
        speeds.append(read_speed())
        for place, (one, app) in enumerate(pairs):
            times[place] += one.turn(browser, app, nodes, max(1, edits // ROUNDS))
    speed = average(speeds)
    return [Turns(tuple(seen), speed) for seen in times]


def _swing(browser: Browser, pairs: Pairs, prefix: str) -> list[Frames]:
    """Of each board the middle one of its drags."""
    seen = [[one.swing(browser, app, prefix) for one, app in pairs] for _ in range(ROUNDS - 1)]
    by_rate = [sorted(column, key=lambda frames: frames.rate) for column in zip(*seen, strict=True)]
    return [column[len(column) // 2] for column in by_rate]
