"""What is measured in the browser: how its figures are made and told, and that both boards are of the same drawing."""

from __future__ import annotations

import gzip
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser

from designer.catalog import load
from designer.design.notation import parse_notation
from tests.bench import browser, race, whiteboard
from tests.bench.boards import SIZES, board_notation
from tests.bench.pages import Frames, Measured, Opening, Turns, Weight, zipped
from tests.ui.browser.conftest import App


def measured(factor: float) -> Measured:
    return Measured(
        {nodes: Turns(tuple(factor * nodes * part for part in range(1, 12)), 0.5) for nodes in SIZES},
        Frames(60.0 / factor, 17.0, 20.0),
        Frames(30.0 / factor, 33.0, 50.0),
        Opening(1_000.0 * factor, 1_500.0 * factor, 0.5),
        Weight(100.0 * factor, 110.0 * factor, 400.0),
    )


def test_turns_tell_their_median_and_ninetieth_percentile() -> None:
    turns = Turns(tuple(float(number) for number in range(1, 10)))
    assert (turns.median, turns.late) == (5.0, 9.0)
    assert browser.told_turns(turns) == "5 ms (9)"


def test_the_table_sets_every_figure_beside_its_goal_and_the_other_board() -> None:
    lines = browser.rows(measured(1.0), measured(2.0))
    assert {len(line) for line in lines} == {5}
    by_name = {line[0]: line[1:] for line in lines}
    assert by_name["edit to numbers drawn, 100 nodes, median (p90)"] == [
        "130 ms", "300 ms", "600 ms (1080)", "1200 ms (2160)",
    ]  # fmt: skip
    assert by_name["card dragged, 300 nodes"][2].startswith("60 frames/s")
    assert by_name["navigation to first card"] == ["2,500 ms", "500 ms", "1,000 ms", "2,000 ms"]
    assert by_name["a new server adds"] == ["", "", "500 ms", "1,000 ms"]
    assert by_name["all scripts"] == ["", "", "510 kB", "620 kB"]


def test_without_the_other_board_the_table_is_of_one() -> None:
    assert {len(line) for line in browser.rows(measured(1.0), None)} == {4}


def test_without_a_reading_nothing_is_told_of_there() -> None:
    assert (browser.told_there(3_000.0, 0.5), browser.told_there(3_000.0, None)) == ("1,500 ms", "")


@pytest.mark.parametrize("nodes", SIZES)
def test_a_board_has_as_many_nodes_as_it_is_called_by(nodes: int) -> None:
    design = parse_notation(board_notation(nodes), load())
    assert len(design.nodes) == nodes
    hub = sum("lb" in (link.source, link.target) for link in design.connections)
    assert hub >= 74 or nodes < SIZES[-1]


def test_scripts_are_weighed_each_for_itself(tmp_path: Path) -> None:
    files = [tmp_path / "a.js", tmp_path / "b.js"]
    for file in files:
        file.write_bytes(b"let a = 1;" * 500)
    assert zipped(files) == 2 * len(gzip.compress(b"let a = 1;" * 500, mtime=0)) / 1_000


class Sham:
    """A board that tells when it is asked."""

    CARD = "card"

    def __init__(self, name: str, seen: list[tuple[str, str]]) -> None:
        self.name, self.seen = name, seen

    def served(self) -> AbstractContextManager[App]:
        return nullcontext(cast(App, None))

    def address(self, app: App, nodes: int) -> str:
        return f"{app}/{nodes}"

    def turn(self, browser: Browser, app: App, nodes: int, edits: int) -> tuple[float, ...]:
        self.seen.append((self.name, f"turn {nodes}"))
        return (float(edits),) * edits

    def swing(self, browser: Browser, app: App, prefix: str) -> Frames:
        self.seen.append((self.name, f"swing {prefix}"))
        return Frames(float(len(self.seen)), 1.0, 2.0)

    def weigh(self, first: set[str]) -> Weight:
        return Weight(float(len(first)), 2.0, 3.0)


def test_boards_are_measured_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_both(browser: Any, pairs: race.Pairs) -> list[tuple[Opening, set[str]]]:
        return [(Opening(1.0, 2.0), {"a.js"}) for _ in pairs]

    monkeypatch.setattr(race, "_open", open_both)
    monkeypatch.setattr(race, "read_speed", lambda: 0.5)
    seen: list[tuple[str, str]] = []
    one, other = race.measure(cast(Browser, None), [Sham("one", seen), Sham("other", seen)], edits=8)
    assert [name for name, _ in seen] == ["one", "other"] * (len(seen) // 2)
    assert all(before[1] == after[1] for before, after in zip(seen[::2], seen[1::2], strict=True))
    assert {nodes: len(turns.times) for nodes, turns in one.edits.items()} == dict.fromkeys(SIZES, 8)
    assert {turns.speed for turns in one.edits.values()} == {0.5}
    assert other.weight == Weight(1.0, 2.0, 3.0)
    assert other.card.rate - one.card.rate == 1.0


def test_the_layout_is_weighed_apart() -> None:
    weight = whiteboard.weigh(set())
    assert weight.first == 0.0
    assert 0.0 < weight.all < browser.SCRIPTS_GOAL
    assert weight.layout > weight.all
