"""The commands that probe a design further, and the one that proves the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.catalog.loader import load
from designer.cli import EXIT_BAD_INPUT, EXIT_MISSED, run
from designer.design.files import load_design

Capture = pytest.CaptureFixture[str]
BOARD = "users > load_balancer*2 > api:app_server*120 > cache*4, db:sharded_sql[shards=8, replicas=1]"
LEAN = """
version: 1
name: Notes
difficulty: warm-up
summary: Notes that are read and written.
story: Notes that are read and written.
datasets:
  notes: {name: Notes, record_size: 1 KB, records: 1M}
workloads:
  read: {name: Read, rate: 1k/s, touches: [{dataset: notes}]}
requirements:
  carried: {kind: throughput, workload: read}
"""


@pytest.fixture
def lean(tmp_path: Path) -> str:
    path = tmp_path / "lean.yaml"
    path.write_text(LEAN, encoding="utf-8")
    return str(path)


def test_sizes_that_do_are_written_as_a_design(lean: str, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "sized.yaml"
    assert run(["size", lean, "users > api:app_server*9 > db:sql_database", "--write", str(target)]) == 0
    assert "api, instances" in capsys.readouterr().out
    assert 1 <= load_design(target, load()).node("api").instances < 9


def test_no_sizes_will_do_for_a_shape_in_one_zone(capsys: Capture) -> None:
    assert run(["size", "url_shortener", BOARD]) == EXIT_MISSED
    assert "Why not" in capsys.readouterr().out


def test_what_a_verdict_hangs_on_is_told(capsys: Capture) -> None:
    assert run(["sensitivity", "url_shortener", BOARD]) == 0
    assert "Hangs on the" in capsys.readouterr().out


def test_the_same_seed_is_the_same_run(capsys: Capture) -> None:
    arguments = ["simulate", "url_shortener", BOARD, "--requests", "2000"]
    outputs = []
    for seed in ("7", "7", "8"):
        assert run([*arguments, "--seed", seed]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] != outputs[2]


@pytest.mark.parametrize("option", [("--requests", "10"), ("--requests", "1e30"), ("--seed", "-1")])
def test_a_run_that_cannot_be_is_refused(option: tuple[str, str], capsys: Capture) -> None:
    assert run(["simulate", "url_shortener", BOARD, *option]) == EXIT_BAD_INPUT
    assert option[0] in capsys.readouterr().err


def test_published_cases_are_written_where_asked(tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "page.md"
    assert run(["fidelity", "--write", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}\n"
    assert target.read_text(encoding="utf-8").startswith("# How near the engine comes\n")


def test_a_folder_without_cases_is_refused(tmp_path: Path, capsys: Capture) -> None:
    assert run(["fidelity", str(tmp_path)]) == EXIT_BAD_INPUT
    assert capsys.readouterr().err


def test_a_folder_that_is_missing_is_named_and_the_nearest_one_suggested(
    lean: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "designs").mkdir()
    arguments = ["size", lean, "users > api:app_server*9 > db:sql_database", "--write"]
    assert run([*arguments, "desings/sized.yaml"]) == EXIT_BAD_INPUT
    told = capsys.readouterr()
    assert "api, instances" in told.out
    assert told.err == (
        "designer: the file 'desings/sized.yaml' cannot be written (No such file or directory); "
        "expected a folder that is there: make 'desings' first; did you mean 'designs'?\n"
    )
    assert run([*arguments, "nothing_like_it/sized.yaml"]) == EXIT_BAD_INPUT
    assert "did you mean" not in capsys.readouterr().err
    assert run([*arguments, "designs"]) == EXIT_BAD_INPUT
    assert "'designs' cannot be written (Is a directory)\n" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["designs"]
