"""The measuring itself: that it runs, and counts what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.rules.model import Outcome
from tests.bench import board, main, measuring, yardstick


def test_the_board_is_as_large_as_it_says() -> None:
    drawn = board.design()
    assert (len(drawn.nodes), len(drawn.connections)) == (30, 77)


def test_a_larger_board_has_as_many_more_nodes() -> None:
    small, large = board.design(2), board.design(12)
    assert len(large.nodes) - len(small.nodes) == 10 * 24
    assert len({item.id for item in large.connections}) == len(large.connections)


def test_the_board_is_work_for_the_whole_engine() -> None:
    report = main.review(board.scenario(), board.design())
    assert set(report.analysis.responses) == set(board.scenario().workloads)
    assert report.analysis.freshness
    assert report.analysis.traffic.hits
    assert report.analysis.headroom is not None
    assert all(judgement.outcome is not Outcome.COULD_NOT_JUDGE for judgement in report.judgements)


def test_a_line_tells_median_and_ninetieth_percentile() -> None:
    line = measuring.Line("ten runs", list, goal=4.0)
    taken = [number / 1_000 for number in range(1, 11)]
    words = main.tell(measuring.Timed(line, taken, None))
    assert words.split() == ["ten", "runs", "5.00", "9.00", "4", "10", "runs"]
    words = main.tell(measuring.Timed(line, taken, speed=0.5))
    assert words.split() == ["ten", "runs", "5.00", "9.00", "4", "2.50", "10", "runs"]


def test_the_speed_of_the_machine_is_the_average_of_readings_that_all_succeeded() -> None:
    assert yardstick.average((0.5, 1.0)) == 0.75
    assert yardstick.average((0.5, None)) is None
    assert yardstick.average(()) is None


def test_the_speed_is_read_off_simpy_where_that_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(yardstick, "measure", lambda *_: {"rate": 23_000.0})
    monkeypatch.setattr(yardstick, "RIVALS", tmp_path)
    assert yardstick.read_speed() == 0.5
    monkeypatch.setattr(yardstick, "measure", lambda *_: None)
    assert yardstick.read_speed() is None
    monkeypatch.setattr(yardstick, "measure", lambda *_: pytest.fail("nothing to run"))
    monkeypatch.setattr(yardstick, "RIVALS", tmp_path / "nowhere")
    assert yardstick.read_speed() is None


def test_measuring_prints_the_machine_and_the_lines_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "LONGEST", 0.0)
    monkeypatch.setattr(main, "read_speed", lambda: None)
    main.main(["8 stations", "reading"])
    first, note, more, head, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("Python 3.")
    assert f"{note}\n{more}" == yardstick.NOTE
    assert head.split() == ["milliseconds", "median", "p90", "goal", "there"]
    assert [line.strip().split("  ")[0] for line in lines] == [
        "reading its file",
        "p99 of a way through 8 stations",
    ]
    counted = [line.split()[-2:] for line in lines]
    assert counted == [[f"{measuring.FEWEST * rounds}", "runs"] for rounds in (1, main.ROUNDS)]
