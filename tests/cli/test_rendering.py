"""`render`: one command writes every format, says what it needs, and refuses the rest in one message."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from designer.cli import EXIT_BAD_INPUT, run
from designer.export.formats.library import all_formats
from designer.export.formats.model import Format

Capture = pytest.CaptureFixture[str]
SIMPLE = "users > load_balancer*2 > api:app_server*4 > db:sql_database"
SCENARIO = ("--scenario", "url_shortener")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(arguments: list[str], folder: Path, capsys: Capture) -> str:
    """The one message, and no file."""
    assert run(["render", *arguments]) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("designer: ")
    assert captured.err.count("\n") == 1
    assert list(folder.iterdir()) == []
    return captured.err


@pytest.mark.parametrize("item", all_formats(), ids=lambda item: item.extension)
def test_the_ending_says_what_is_written(item: Format, folder: Path, capsys: Capture) -> None:
    name = f"my.{item.extension}"
    assert run(["render", SIMPLE, "-o", name, *SCENARIO]) == 0
    assert capsys.readouterr().out == f"{name}\n"
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).stat().st_size > 0


def test_options_change_what_is_drawn(folder: Path) -> None:
    def drawn(*options: str) -> str:
        assert run(["render", SIMPLE, "-o", "a.dot", *options]) == 0
        return (folder / "a.dot").read_text(encoding="utf-8")

    plain = drawn()
    assert plain.startswith("digraph")
    assert "rankdir=TB" in drawn("--direction", "TB")
    assert len({plain, drawn("--theme", "dark"), drawn("--replicas", "spread"), drawn(*SCENARIO)}) == 4
    assert "/s" in drawn(*SCENARIO)
    assert "/s" not in drawn(*SCENARIO, "--detail", "clean")
    assert drawn(*SCENARIO, "--detail", "annotated") == drawn(*SCENARIO)


def test_a_dash_prints_it(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["render", SIMPLE, "-o", "-", "--format", "mmd"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert text.startswith("flowchart ")
    assert "api -->" in text
    assert run(["render", SIMPLE, "-o", "-", "--format", "png"]) == 0
    assert capsysbinary.readouterr().out.startswith(b"\x89PNG")
    assert list(folder.iterdir()) == []


def test_the_format_may_be_said_apart_from_the_name(folder: Path) -> None:
    assert run(["render", SIMPLE, "-o", "drawing.txt", "--format", "json"]) == 0
    assert len(json.loads((folder / "drawing.txt").read_bytes())["nodes"]) == 4


def test_a_design_file_is_drawn_from_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(
        io.BytesIO(b"name: Mine\nnodes:\n- {id: users, component: users}\n"), encoding="utf-8"
    )
    monkeypatch.setattr(sys, "stdin", given)
    assert run(["render", "-", "-o", "a.html", *SCENARIO]) == 0
    assert "<h1>Mine</h1>" in (folder / "a.html").read_text(encoding="utf-8")


def test_notation_has_no_title(folder: Path) -> None:
    assert run(["render", SIMPLE, "-o", "a.mmd"]) == 0
    assert (folder / "a.mmd").read_text(encoding="utf-8").startswith("flowchart ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "a.pgn"], "did you mean 'a.png'?"),
        (["-o", "a"], "expected .d2, .dot"),
        (["-o", "-"], "expected --format"),
        (["-o", "a.png", "--format", "mermaid"], "names no format"),
        (["-o", "a.html"], "Report (HTML) needs a scenario"),
        (["-o", "report.pdf"], "Report (PDF) needs a scenario"),
        (["-o", "-", "--format", "md"], "expected --scenario SCENARIO"),
        (["-o", "a.png", "--detail", "annotated"], "loads are known only under a scenario"),
        (["-o", "a.png", "--detail", "loud"], "'loud' is not one of"),
        (["-o", "a.png", "--replicas", "some"], "'some' is not one of"),
        (["-o", "nowhere/a.mmd"], "'nowhere/a.mmd' cannot be written"),
        (["-o", "."], "names no format"),
        (["-o", "a.mmd", "--scenario", "nope"], "nope"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_is_one_message(
    arguments: list[str], words: str, folder: Path, capsys: Capture
) -> None:
    assert words in refused([SIMPLE, *arguments], folder, capsys)
