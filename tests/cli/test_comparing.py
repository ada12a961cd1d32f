"""`diff`: two designs under one scenario, and an exit code that says whether the second is worse."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from designer.cli import EXIT_BAD_INPUT, EXIT_MISSED, run

Capture = pytest.CaptureFixture[str]
POOR = "users > api:app_server*8 > db:sql_database"
BETTER = "users > load_balancer*3 > api:app_server*120 > cache*4, db:sql_database*3"


def diff(before: str, after: str, *options: str) -> int:
    return run(["diff", before, after, "--scenario", "url_shortener", *options])


@pytest.mark.parametrize("kind", ["text", "json", "markdown"])
def test_the_exit_code_says_whether_the_second_is_worse(kind: str, capsys: Capture) -> None:
    assert diff(POOR, BETTER, "--format", kind) == 0
    assert diff(BETTER, POOR, "--format", kind) == EXIT_MISSED
    captured = capsys.readouterr()
    assert captured.err == "" and "\x1b" not in captured.out


def test_it_shows_both(capsys: Capture) -> None:
    diff(POOR, BETTER)
    out = capsys.readouterr().out
    assert out.startswith("URL shortener\n  A: ")
    for part in ("Requirement", "Cost", "Headroom", "Follow a link: p99", "Only in A: ", "▲"):
        assert part in out


def test_json_is_json(capsys: Capture) -> None:
    diff(POOR, BETTER, "--format", "json")
    found = json.loads(capsys.readouterr().out)
    assert (found["version"], found["scenario"]["id"], found["worse"]) == (1, "url_shortener", False)


def test_designs_come_from_anywhere(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("name: First\nnodes: [{id: users, component: users}]\n", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"name: Second\n"), encoding="utf-8"))
    diff(str(path), "-")
    out = capsys.readouterr().out
    assert "A: First; " in out and "B: Second; " in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["diff", POOR, BETTER], "--scenario"),
        (["diff", POOR, "--scenario", "url_shortener"], "B"),
        (["diff", POOR, "users > nothing_such", "--scenario", "url_shortener"], "nothing_such"),
        (["diff", POOR, BETTER, "--scenario", "url_shortner"], "did you mean 'url_shortener'?"),
        (["diff", POOR, BETTER, "--scenario", "url_shortener", "--format", "sarif"], "'sarif' is not one of"),
    ],
    ids=range(5),
)
def test_bad_input_is_refused(arguments: list[str], words: str, capsys: Capture) -> None:
    assert run(arguments) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == "" and words in captured.err
