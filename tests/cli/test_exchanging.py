"""The commands that bring designs in and hand them on, and the other commands given the same kinds of files."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from designer.catalog.loader import load
from designer.cli import EXIT_BAD_INPUT, EXIT_MISSED, run
from designer.design.files import load_design
from designer.export.terminal import WIDTH, columns

CHART = "flowchart LR\n  users[Users] --> api[API x2] --> db[(Orders)]\n"
NOTATION = 'users[name="Users"] > api:app_server*2[name="API"] > db:sql_database[name="Orders"]'
COMPOSE = "services:\n  web: {build: ., ports: ['80:80'], depends_on: [db]}\n  db: {image: 'postgres:16'}\n"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a chart in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.mmd").write_text(CHART, encoding="utf-8")
    return tmp_path


def refused(arguments: list[str], capsys: Capture) -> str:
    assert run(arguments) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("designer: ")
    return captured.err


def test_importing_writes_the_design_and_tells_the_guesses(folder: Path, capsys: Capture) -> None:
    assert run(["import", "shop.mmd", "-o", "shop.design.yaml"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert lines[0] == "shop.design.yaml: 3 nodes and 2 connections, read as mermaid"
    assert lines[2].split() == ["Where", "What", "was", "guessed", "Why"]
    assert "line 2      'api' got 2 instances                   from 'x2'" in lines
    assert max(map(columns, lines)) <= WIDTH
    found = load_design(folder / "shop.design.yaml", load())
    assert [node.component for node in found.nodes] == ["users", "app_server", "sql_database"]


def test_long_and_odd_words_stay_in_the_table(folder: Path, capsys: Capture) -> None:
    label = "数据库 " * 12 + "x" * 200 + "\u202e\x1b[31m"
    (folder / "odd.mmd").write_text(f'flowchart LR\n a["{label.replace(chr(27), "")}"]\n', encoding="utf-8")
    assert run(["import", "odd.mmd", "-o", "odd.json"]) == 0
    out = capsys.readouterr().out
    assert max(map(columns, out.splitlines())) <= WIDTH
    assert "\u202e" not in out
    assert (
        json.loads((folder / "odd.json").read_text(encoding="utf-8"))["nodes"][0]["component"] == "app_server"
    )


def test_a_design_file_has_nothing_to_guess(folder: Path, capsys: Capture) -> None:
    (folder / "a.yaml").write_text("nodes:\n- {id: a, component: cache}\n", encoding="utf-8")
    assert run(["import", "a.yaml", "-o", "b.json"]) == 0
    assert capsys.readouterr().out == "b.json: 1 node and 0 connections, read as design\n"


def test_importing_from_standard_input(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for form in ([], ["--format", "docker-compose"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(COMPOSE.encode()), encoding="utf-8"))
        assert run(["import", "-", "-o", "a.yaml", *form]) == 0
        assert "3 nodes and 2 connections, read as docker-compose" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "gone.mmd", "-o", "a.yaml"], "there is no file 'gone.mmd'"),
        (["import", "shop.mmd"], "--output"),
        (["import", "shop.mmd", "-o", "a.yaml", "--format", "mermiad"], "did you mean 'mermaid'?"),
        (["import", "shop.mmd", "-o", "a.yaml", "--format", "drawio"], "shop.mmd:1:1: this is not valid XML"),
        (
            ["import", "shop.mmd", "-o", "nowhere/a.yaml"],
            "nowhere/a.yaml' cannot be written (No such file",
        ),
        (["share", "shop.mmd", "--base", "javascript:x"], "is no address of a page"),
        (["review", "url_shortener", "1.AAAA"], "this link is damaged"),
        (["render", "shop.drawio", "-o", "a.dot"], "there is no file 'shop.drawio'"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done(arguments: list[str], words: str, folder: Path, capsys: Capture) -> None:
    if arguments[0] == "share":
        arguments = ["share", NOTATION, *arguments[2:]]
    assert words in refused(arguments, capsys)


def test_other_commands_take_the_same_files(folder: Path, capsys: Capture) -> None:
    assert run(["review", "url_shortener", NOTATION]) == EXIT_MISSED
    expected = capsys.readouterr().out
    assert run(["review", "url_shortener", "shop.mmd"]) == EXIT_MISSED
    captured = capsys.readouterr()
    assert captured.out == expected
    assert captured.err == "designer: 4 things were guessed in shop.mmd; designer import tells what\n"
    assert run(["render", "shop.mmd", "-o", "shop.dot"]) == 0
    assert (folder / "shop.dot").exists()


def test_a_link_is_a_design_wherever_one_is_taken(folder: Path, capsys: Capture) -> None:
    assert run(["share", NOTATION, "--base", "http://localhost:8501"]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://localhost:8501?design=1.")
    assert run(["share", link]) == 0
    assert capsys.readouterr().out.strip() == link.removeprefix("http://localhost:8501")
    assert run(["import", link, "-o", "a.yaml"]) == 0
    assert "read as link" in capsys.readouterr().out


def test_mending_does_not_write_over_what_is_no_design_file(folder: Path, capsys: Capture) -> None:
    message = refused(["review", "url_shortener", "shop.mmd", "--fix", "--write"], capsys)
    assert "the design is imported from a file of another format" in message
    assert (folder / "shop.mmd").read_text(encoding="utf-8") == CHART


def test_places_in_what_is_no_design_file_are_names(folder: Path, capsys: Capture) -> None:
    assert run(["review", "url_shortener", "shop.mmd", "--format", "sarif"]) == EXIT_MISSED
    assert "physicalLocation" not in capsys.readouterr().out
