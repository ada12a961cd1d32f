"""`review --fix`: it mends, shows what would change, writes only where it is told to, and loses nothing."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from designer.catalog.loader import load
from designer.cli import EXIT_BAD_INPUT, EXIT_MISSED, run
from designer.design.files import parse_design

Capture = pytest.CaptureFixture[str]
SCENARIO = """
name: Page
difficulty: warm-up
minutes: 10
summary: A page.
story: A page.
datasets:
  pages: {name: Pages, record_size: 1 KB, records: 1000, cacheable: [server]}
workloads:
  read: {name: Read, rate: 2.5k/s, touches: [{dataset: pages}]}
requirements:
  carry: {kind: throughput, workload: read}
"""
NOTATION = (
    "@ eu/a, eu/b; users > waf:rate_limiter*2 > load_balancer*3[zones=a+b] > api:app_server[zones=a+b] "
    "> db:sql_database*3[zones=a+b]"
)
DRAWN = """\
# What we have.
name: Ours
zones: [{id: a}, {id: b}]
nodes:
  - {id: users, component: users}
  - {id: waf, component: rate_limiter, instances: 2}
  - {id: lb, component: load_balancer, instances: 3, zones: [a, b]}
  - id: api
    component: app_server # small ones
    zones: [a, b]
  - {id: db, component: sql_database, replicas: 2, zones: [a, b]}
  - {id: spare, component: vector_index}
connections:
  - {from: users, to: waf}
  - {from: waf, to: lb}
  - {from: lb, to: api}
  - {from: api, to: db}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a scenario and a design."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "my.design.yaml").write_text(DRAWN, encoding="utf-8")
    return tmp_path


def fix(*options: str, design: str = "my.design.yaml") -> int:
    return run(["review", "page.yaml", design, *options])


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_fixing_touches_no_file(folder: Path, capsys: Capture) -> None:
    assert fix() == EXIT_MISSED
    before = capsys.readouterr().out
    assert fix("--fix") == 0
    out = capsys.readouterr().out
    assert out.startswith("Mended\n  ✓ ")
    assert "Nothing is written yet: --write does." in out
    assert "\npasses, 1 of 1 requirements met" in out and "does not pass" in before
    assert text_of(folder / "my.design.yaml") == DRAWN
    assert sorted(path.name for path in folder.iterdir()) == ["my.design.yaml", "page.yaml"]


def test_writing_changes_only_what_was_mended(folder: Path, capsys: Capture) -> None:
    assert fix("--fix", "--write") == 0
    assert "Written to my.design.yaml." in capsys.readouterr().out
    after = text_of(folder / "my.design.yaml")
    lost = [line for line in DRAWN.splitlines() if line not in after.splitlines()]
    assert lost == [
        "  - {id: db, component: sql_database, replicas: 2, zones: [a, b]}",
        "  - {id: spare, component: vector_index}",
    ]
    assert parse_design(after, "x", load()).node("api").instances > 1
    assert sorted(path.name for path in folder.iterdir()) == ["my.design.yaml", "page.yaml"]
    assert fix("--fix", "--write") == 0
    assert text_of(folder / "my.design.yaml") == after


def test_what_is_written_is_what_was_judged(folder: Path, capsys: Capture) -> None:
    fix("--fix", "--write", "--format", "json")
    mended = json.loads(capsys.readouterr().out)
    fix("--format", "json")
    again = json.loads(capsys.readouterr().out)
    assert mended.pop("mended")["findings"] and again.pop("mended") is None
    assert mended == again


def test_the_diff_is_what_writing_does(folder: Path, capsys: Capture) -> None:
    assert fix("--diff") == 0
    diff = capsys.readouterr().out
    assert diff.startswith("--- my.design.yaml\n+++ my.design.yaml\n@@ ")
    assert text_of(folder / "my.design.yaml") == DRAWN
    fix("--fix", "--write")
    removed = [line[1:] for line in diff.splitlines()[2:] if line.startswith("-")]
    added = [line[1:] for line in diff.splitlines()[2:] if line.startswith("+")]
    after = text_of(folder / "my.design.yaml").splitlines()
    assert [line for line in DRAWN.splitlines() if line not in after] == removed
    assert [line for line in after if line not in DRAWN.splitlines()] == added
    capsys.readouterr()
    assert fix("--diff") == 0
    assert capsys.readouterr() == ("", "Nothing: there is no repair that does no harm.\n")


def test_a_diff_says_where_the_last_line_has_no_end(folder: Path, capsys: Capture) -> None:
    (folder / "my.design.yaml").write_text(
        DRAWN.rstrip("\n").replace("  - {id: spare, component: vector_index}\n", "") + "\nnotes: []",
        encoding="utf-8",
    )
    fix("--diff")
    out = capsys.readouterr().out
    assert out.endswith("\n") and "\n\n" not in out


def test_json_stays_json(folder: Path) -> None:
    design = parse_design(DRAWN, "x", load())
    from designer.design.files import design_to_data

    path = folder / "my.design.json"
    path.write_text(json.dumps(design_to_data(design)), encoding="utf-8")
    assert fix("--fix", "--write", design=path.name) == 0
    assert len(json.loads(text_of(path))["nodes"]) == 5


def test_a_link_stays_a_link_and_rights_stay_rights(folder: Path) -> None:
    (folder / "my.design.yaml").chmod(0o640)
    (folder / "link.yaml").symlink_to("my.design.yaml")
    assert fix("--fix", "--write", design="link.yaml") == 0
    assert (folder / "link.yaml").is_symlink()
    assert stat.S_IMODE((folder / "my.design.yaml").stat().st_mode) == 0o640
    assert "spare" not in text_of(folder / "my.design.yaml")


def test_a_write_that_fails_leaves_the_file_as_it_was(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        assert fix("--fix", "--write") == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert captured.err == "designer: the file 'my.design.yaml' cannot be written (No space left on device)\n"
    assert captured.out == ""
    assert text_of(folder / "my.design.yaml") == DRAWN
    assert sorted(path.name for path in folder.iterdir()) == ["my.design.yaml", "page.yaml"]


@pytest.mark.parametrize("kind", ["json", "markdown", "junit", "sarif"])
def test_other_formats_are_of_the_mended_design(kind: str, folder: Path, capsys: Capture) -> None:
    assert fix("--fix", "--format", kind) == 0
    out = capsys.readouterr().out
    assert not out.startswith("Mended")
    if kind == "sarif":
        assert "physicalLocation" not in out
        fix("--fix", "--write", "--format", "sarif")
        assert '"uri": "my.design.yaml"' in capsys.readouterr().out


def test_the_mended_design_can_be_printed(folder: Path, capsys: Capture) -> None:
    assert fix("--fix", "--format", "yaml", design=NOTATION) == 0
    assert parse_design(capsys.readouterr().out, "x", load()).node("api").instances > 1


def test_notation_has_a_diff_too(folder: Path, capsys: Capture) -> None:
    assert fix("--diff", design=NOTATION) == 0
    out = capsys.readouterr().out
    assert out.startswith("--- design\n+++ design\n")
    assert "\n+    instances: " in out


def test_where_nothing_can_be_mended_nothing_is_written(folder: Path, capsys: Capture) -> None:
    (folder / "my.design.yaml").write_text(
        "nodes: [{id: users, component: users}] # alone\n", encoding="utf-8"
    )
    assert fix("--fix", "--write") == EXIT_MISSED
    assert "Nothing: there is no repair that does no harm." in capsys.readouterr().out
    assert text_of(folder / "my.design.yaml") == "nodes: [{id: users, component: users}] # alone\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--write"], "--write changes the design file by what --fix mends"),
        (["--fix", "--diff", "--write"], "--diff changes no file"),
        (["--diff", "--format", "json"], "--diff writes a diff, not json"),
        (["--format", "yaml"], "--format yaml prints the design that --fix mends"),
        (["--fix", "--explain", "carry"], "--explain tells of the design as it is drawn"),
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense_are_refused(
    options: list[str], said: str, folder: Path, capsys: Capture
) -> None:
    assert fix(*options) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert said in captured.err and captured.out == ""
    assert text_of(folder / "my.design.yaml") == DRAWN


@pytest.mark.parametrize(
    ("design", "given"), [(NOTATION, "is given in notation"), ("-", "comes from standard input")]
)
def test_what_is_no_file_cannot_be_written(
    design: str, given: str, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DRAWN.encode()), encoding="utf-8"))
    assert fix("--fix", "--write", design=design) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"--write has no file to write: the design {given}" in captured.err
    assert "--format yaml" in captured.err


def test_a_diff_has_colours_on_a_terminal(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    fix("--diff")
    out = capsys.readouterr().out
    assert "\x1b[31m-" in out and "\x1b[36m@@" in out


FAIL_ON = [("error", 0), ("never", 0), ("warning", EXIT_MISSED), ("info", EXIT_MISSED)]


@pytest.mark.parametrize(("least", "code"), FAIL_ON)
def test_what_fails_is_a_matter_of_choice(least: str, code: int, folder: Path) -> None:
    """The scenario asks for little, so that a single machine is a warning at most."""
    (folder / "asks.yaml").write_text(
        SCENARIO + "  up: {kind: availability, workload: read, minimum: 90 %}\n", encoding="utf-8"
    )
    board = NOTATION.replace("api:app_server[", "api:app_server*4[").replace(
        "sql_database*3[zones=a+b]", "sql_database"
    )
    assert run(["review", "asks.yaml", board, "--fail-on", least]) == code


def test_a_requirement_that_is_missed_fails_whatever_is_chosen(folder: Path) -> None:
    assert fix("--fail-on", "never") == EXIT_MISSED
