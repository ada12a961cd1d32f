"""The command as a process of its own: exit codes, streams, signals, and what it does not import."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from designer.cli import EXIT_BAD_INPUT, EXIT_INTERRUPTED, EXIT_MISSED

COMMAND = [sys.executable, "-c", "from designer.cli import main; main()"]
SIMPLE = "users > app_server > sql_database"
HEAVY = (
    "PIL",
    "alembic",
    "altair",
    "diagrams",
    "networkx",
    "pandas",
    "py_mini_racer",
    "resvg_py",
    "rich",
    "sqlalchemy",
    "streamlit",
)


def designer(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        check=False,
    )


def test_the_installed_command_is_this_one() -> None:
    script = Path(sys.executable).with_name("designer")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == designer("--version").stdout


@pytest.mark.parametrize("kind", ["text", "json", "markdown", "sarif", "junit"])
def test_a_review_imports_nothing_heavy(kind: str) -> None:
    program = (
        "import sys\nfrom designer.cli import run\n"
        f"code = run(['review', 'url_shortener', {SIMPLE!r}, '--format', {kind!r}])\n"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == f"{EXIT_MISSED} []\n"


def test_a_design_that_does_not_pass() -> None:
    done = designer("review", "url_shortener", SIMPLE)
    assert (done.returncode, done.stderr) == (EXIT_MISSED, "")
    assert done.stdout.startswith("URL shortener: ")


def test_two_processes_say_the_same() -> None:
    outputs = {
        designer("review", "news_feed", SIMPLE, "--format", "json", PYTHONHASHSEED=seed).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["review", "url_shortener", "users > nothing_such"],
        ["review", "url_shortener", "gone.design.yaml"],
        ["review", "url_shortener", "."],
        ["review", "url_shortener"],
        ["--nonsense"],
        ["review", "url_shortener", b"\xff\xfe > users"],
    ],
    ids=str,
)
def test_bad_input_is_one_message(arguments: list[str]) -> None:
    done = designer(*arguments)
    assert done.returncode == EXIT_BAD_INPUT
    assert done.stdout == ""
    assert done.stderr.startswith("designer: ")
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, "rules"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.returncode == -signal.SIGPIPE
    assert done.stderr == ""


def test_a_full_disk_is_one_message(tmp_path: Path) -> None:
    program = (
        "import resource\nfrom designer.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\nmain()"
    )
    with (tmp_path / "rules.txt").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program, "rules"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == EXIT_BAD_INPUT
    assert done.stderr == "designer: the output: File too large\n"


def test_without_standard_streams() -> None:
    for closed in ("<&-", ">&-"):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "review", "url_shortener", "-"],
            input="name: Nothing\n", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (EXIT_MISSED, EXIT_BAD_INPUT)
        assert "Traceback" not in done.stderr


def test_an_interrupt_ends_it_quietly() -> None:
    # The signal comes when the design is read: nothing has to be timed.
    program = (
        "import signal\nfrom designer import cli\n"
        "cli.judging.read_design = lambda _: signal.raise_signal(signal.SIGINT)\n"
        "cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "review", "url_shortener", "-"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (EXIT_INTERRUPTED, "", "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_will_do(encoding: str) -> None:
    done = designer("review", "url_shortener", SIMPLE, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (EXIT_MISSED, "")
    assert ("✗" if encoding == "utf-8" else "\\u2717") in done.stdout
