"""The measuring itself: that it runs, and counts what it says."""

from __future__ import annotations

import pytest

from designer.rules.model import Outcome
from tests.bench import board, main, measuring


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
    words = main.tell(line, [number / 1_000 for number in range(1, 11)])
    assert words.split() == ["ten", "runs", "5.00", "9.00", "4", "10", "runs"]


def test_measuring_prints_the_machine_and_the_lines_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "LONGEST", 0.0)
    main.main(["8 stations", "reading"])
    first, head, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("Python 3.")
    assert head.split() == ["milliseconds", "median", "p90", "goal"]
    assert [line.strip().split("  ")[0] for line in lines] == [
        "reading its file",
        "p99 of a way through 8 stations",
    ]
    assert all(line.endswith(f"{measuring.FEWEST} runs") for line in lines)
