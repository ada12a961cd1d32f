"""docs/cli.md against the real commands: every command and option is told, and nothing else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from designer.cli import EXIT_BAD_INPUT, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_MISSED, app, run

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^## `designer ([^`]+)`$", re.MULTILINE)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(get_command(app)))


def sections() -> dict[str, str]:
    """The text below each heading, by the usage in the heading."""
    parts = HEADING.split(PAGE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def usage(path: tuple[str, ...], command: Any) -> str:
    words = [
        item.metavar if item.required else f"[{item.metavar}]"
        for item in command.params
        if item.param_type_name == "argument"
    ]
    return " ".join((*path, *words))


def options(command: Any) -> Iterator[tuple[str, Any]]:
    for item in command.params:
        if item.param_type_name == "option":
            yield from ((name, item) for name in item.opts)


def choices(option: Any) -> tuple[str, ...]:
    return tuple(member.value for member in type(option.default)) if isinstance(option.default, Enum) else ()


def test_every_command_has_its_section_and_nothing_else_has() -> None:
    expected = [usage(path, command) for path, command in COMMANDS.items()]
    assert sorted(sections()) == sorted([*expected, "--version"])


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_is_told_and_no_other(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    rows = [
        line.split(" | ")[0]
        for line in sections()[usage(path, command)].splitlines()
        if line.startswith("| `")
    ]
    told = {name for row in rows for name in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row)}
    assert told == {name for name, _ in options(command)}
    for name, option in options(command):
        (row,) = [row for row in rows if re.search(rf"(?<![\w-]){name}(?![\w-])", row)]
        values = re.findall(r"--[a-z-]+ ([\w|\\]+)`", row)
        if choices(option):
            assert values == ["\\|".join(choices(option))]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*path, "--help"]) == 0
    assert "Usage: designer" in capsys.readouterr().out
    assert all(item.help for item in COMMANDS[path].params if item.name != "help")


def test_the_exit_codes_are_those_of_the_program() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert told == {0, EXIT_MISSED, EXIT_BAD_INPUT, EXIT_INTERNAL, EXIT_INTERRUPTED}


@pytest.mark.parametrize("line", re.findall(r"^\$ designer (.*)$", PAGE, re.MULTILINE))
def test_the_examples_work(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shlex.split(line)) in (0, EXIT_MISSED)
    captured = capsys.readouterr()
    assert captured.out
    assert captured.err == ""
