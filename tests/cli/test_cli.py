"""The commands: what they print, their exit codes, and what they say to bad input."""

from __future__ import annotations

import errno
import io
import json
import sys
from pathlib import Path

import pytest

from designer import __version__
from designer.cli import EXIT_BAD_INPUT, EXIT_INTERNAL, EXIT_MISSED, run
from designer.scenario.loader import scenario_ids

SIMPLE = "users > app_server > sql_database"
GOOD = """
name: Page
difficulty: warm-up
minutes: 10
summary: A page.
story: A page.
datasets:
  pages: {name: Pages, record_size: 1 KB, records: 1000, cacheable: [server]}
workloads:
  read: {name: Read, rate: 10/s, touches: [{dataset: pages}]}
requirements:
  carry: {kind: throughput, workload: read}
"""
PASSING = (
    "@ eu/a, eu/b; users > waf:rate_limiter > load_balancer*3[zones=a+b] > api:app_server*4[zones=a+b] "
    "> db:sql_database*3[zones=a+b]"
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def page(folder: Path) -> str:
    """The path of a scenario that is easy to meet."""
    (folder / "page.yaml").write_text(GOOD, encoding="utf-8")
    return "page.yaml"


def refused(arguments: list[str], capsys: Capture) -> str:
    """The one message about bad input, on standard error and nowhere else."""
    assert run(arguments) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("designer: ")
    assert "Traceback" not in captured.err
    assert len(captured.err) < 3_000
    return captured.err


def give_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_version(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"designer {__version__}\n"


def test_a_design_that_passes(page: str, capsys: Capture) -> None:
    assert run(["review", page, PASSING]) == 0
    assert "\npasses, 1 of 1 requirements met" in capsys.readouterr().out


def test_a_design_that_does_not(capsys: Capture) -> None:
    assert run(["review", "url_shortener", SIMPLE]) == EXIT_MISSED
    captured = capsys.readouterr()
    assert "\ndoes not pass" in captured.out
    assert captured.err == ""


@pytest.mark.parametrize("kind", ["text", "json", "markdown", "sarif", "junit"])
def test_every_format_has_the_same_verdict(kind: str, page: str, capsys: Capture) -> None:
    assert run(["review", page, PASSING, "--format", kind]) == 0
    assert run(["review", "url_shortener", SIMPLE, "--format", kind]) == EXIT_MISSED
    assert "\x1b" not in capsys.readouterr().out


def test_json_is_json(capsys: Capture) -> None:
    run(["review", "url_shortener", SIMPLE, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["version"], report["scenario"]["id"]) == (1, "url_shortener")


def test_a_design_comes_from_a_file_or_standard_input_or_notation(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "version: 1\nname: Drawn\nnodes:\n- {id: users, component: users}\n- {id: app_server, component: app_server}\n"
        "connections:\n- {from: users, to: app_server}\n"
    )
    (folder / "my.design.yaml").write_text(text, encoding="utf-8")
    (folder / "plain").write_text(text, encoding="utf-8")
    give_input(monkeypatch, text.encode())
    outputs = []
    for design in ("my.design.yaml", "plain", str(folder / "plain"), "-", "users > app_server"):
        assert run(["review", "url_shortener", design]) == EXIT_MISSED
        outputs.append(capsys.readouterr().out.replace("Untitled design", "Drawn"))
    assert len(set(outputs)) == 1


def test_an_empty_design_is_judged_and_passes_nothing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_input(monkeypatch, b"version: 1\nname: Nothing\n")
    assert run(["review", "url_shortener", "-"]) == EXIT_MISSED
    assert "cannot tell" in capsys.readouterr().out


def test_a_cycle_is_judged_and_named(capsys: Capture) -> None:
    halves = "users > lb:load_balancer > a:app_server > x:sql_database; lb > b:app_server > y:sql_database"
    assert run(["review", "url_shortener", f"{halves}; a > b > a"]) == EXIT_MISSED
    assert "reliability.request-cycle" in capsys.readouterr().out


def test_explaining_shows_arithmetic_instead(capsys: Capture) -> None:
    assert run(["review", "url_shortener", SIMPLE, "--explain", "app_server"]) == EXIT_MISSED
    out = capsys.readouterr().out
    assert out.startswith("app_server: ")
    assert "rho = " in out
    assert "Requirement" not in out


def test_explaining_what_is_not_there(capsys: Capture) -> None:
    message = refused(["review", "url_shortener", SIMPLE, "--explain", "app_sever"], capsys)
    assert "did you mean 'app_server'?" in message


def test_explaining_is_text(capsys: Capture) -> None:
    assert "--explain" in refused(
        ["review", "url_shortener", SIMPLE, "--explain", "x", "--format", "json"], capsys
    )


NOTATION = [
    ("users > nothing_such", "there is no component 'nothing_such'"),
    ("users >", "notation:1:"),
    ("users > app_server; ghost > app_server", "there is no component 'ghost'"),
    ("users > app_server*-1", "notation:1:"),
    ("users > app_server*0", "notation:1:"),
    ("users > app_server*99999999999999999999", "notation:1:"),
    ("users > app_server[service_time=-5 ms]", "notation:1:"),
    ("users > app_server[memory=1e999 GB]", "notation:1:"),
    ("users > app_server[read_rate=nan]", "notation:1:"),
    (", ".join(f"n{number}:cache" for number in range(2_000)), "the notation is too long"),
    ("users > app_server # " + "x" * 100_000, "the notation is too long"),
    (f'users > app_server[name="{"x" * 1_000}"]', "notation:1:"),
    ("ursers", "'ursers' is neither a file nor a design in notation"),
]


@pytest.mark.parametrize(("design", "words"), NOTATION, ids=range(len(NOTATION)))
def test_notation_that_cannot_be_read(design: str, words: str, folder: Path, capsys: Capture) -> None:
    assert words in refused(["review", "url_shortener", design], capsys)


def node_list(count: int) -> str:
    return "nodes:\n" + "".join(f"- {{id: n{number}, component: app_server}}\n" for number in range(count))


BOMB = "a: &a [1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)
FILES: dict[str, tuple[str | bytes, str]] = {
    "a cycle of aliases": ("a: &a [*a]\n", "anchor"),
    "a bomb of aliases": (BOMB, "anchor"),
    "binary": (bytes(range(256)), "my.design.yaml"),
    "zeros": (b"\x00" * 1_000, "my.design.yaml"),
    "too large": (b"# " + b"x" * 1_100_000, "my.design.yaml"),
    "no mapping": ("- 1\n", "my.design.yaml"),
    "a foreign tag": ("name: !!python/object/apply:os.system [id]\n", "tag"),
    "deeply nested": ("[" * 5_000 + "]" * 5_000, "my.design.yaml"),
    "a dangling connection": (node_list(1) + "connections:\n- {from: n0, to: gone}\n", "gone"),
    "an unknown component": ("nodes:\n- {id: a, component: cachee}\n", "did you mean 'cache'?"),
    "an unknown field": ("nodes:\n- {id: a, component: cache, instanecs: 2}\n", "did you mean 'instances'?"),
    "a negative count": ("nodes:\n- {id: a, component: app_server, instances: -3}\n", "instances"),
    "an absurd count": ("nodes:\n- {id: a, component: app_server, instances: 1e300}\n", "instances"),
    "six thousand nodes": (node_list(6_000), "5000"),
    "a megabyte of label": (f"nodes:\n- {{id: a, component: cache, name: '{'x' * 900_000}'}}\n", "80"),
    "a label with a line break": ('nodes:\n- {id: a, component: cache, name: "a\\nb"}\n', "name"),
    "a future version": ("version: 99\n", "99"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_used(kind: str, folder: Path, capsys: Capture) -> None:
    content, words = FILES[kind]
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "my.design.yaml").write_bytes(data)
    message = refused(["review", "url_shortener", "my.design.yaml"], capsys)
    assert words in message
    assert "my.design.yaml" in message


def test_standard_input_is_no_longer_than_a_file(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    give_input(monkeypatch, b"# " + b"x" * 2_000_000)
    assert "<stdin>" in refused(["review", "url_shortener", "-"], capsys)


def test_many_faults_are_told_but_not_all(folder: Path, capsys: Capture) -> None:
    (folder / "my.design.yaml").write_text(
        "nodes:\n" + "".join(f"- {{id: n{number}}}\n" for number in range(100)), encoding="utf-8"
    )
    assert run(["review", "url_shortener", "my.design.yaml"]) == EXIT_BAD_INPUT
    err = capsys.readouterr().err
    assert 2 <= err.count("designer: ") <= 10


def test_files_that_are_none(folder: Path, capsys: Capture) -> None:
    assert "there is no file 'gone.design.yaml'" in refused(
        ["review", "url_shortener", "gone.design.yaml"], capsys
    )
    (folder / "designs").mkdir()
    assert "is a directory" in refused(["review", "url_shortener", "designs"], capsys)


def test_a_file_that_may_not_be_read(folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    (folder / "my.design.yaml").write_text("name: Secret\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", deny)
    assert "'my.design.yaml' cannot be read (Permission denied)" in refused(
        ["review", "url_shortener", "my.design.yaml"], capsys
    )


def test_names_of_every_script_go_through(folder: Path, capsys: Capture) -> None:
    text = (
        "name: '👩‍👩‍👧 תכנון <IMG SRC=\"/etc/passwd\">'\nnodes:\n- {id: users, component: users, name: 'مستخدمون'}\n"
        "- {id: api, component: app_server, name: '<IMG SRC=/etc/passwd>'}\nconnections:\n- {from: users, to: api}\n"
    )
    (folder / "my.design.yaml").write_text(text, encoding="utf-8")
    for kind in ("json", "sarif", "junit", "markdown", "text"):
        assert run(["review", "url_shortener", "my.design.yaml", "--format", kind]) == EXIT_MISSED
    assert "مستخدمون" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["review"], "SCENARIO"),
        (["review", "url_shortener"], "DESIGN"),
        (["review", "url_shortner", SIMPLE], "did you mean 'url_shortener'?"),
        (["review", "gone.yaml", SIMPLE], "gone.yaml"),
        (["review", "url_shortener", SIMPLE, "--format", "xml"], "'xml' is not one of"),
        (["review", "url_shortener", SIMPLE, "more"], "more"),
        (["reviews"], "review"),
        (["--nonsense"], "--nonsense"),
        (["render", SIMPLE], "--output"),
        (["render", SIMPLE, "-o", "picture.gif"], "'picture.gif' names no format to write"),
        (["render", SIMPLE, "-o", "/nowhere/at/all.dot"], "cannot be written"),
        (["render", "users > nothing_such", "-o", "a.dot"], "nothing_such"),
        (["render", SIMPLE, "-o", "a.dot", "--scenario", "nope"], "nope"),
        (["rules", "reliability.single-instanc"], "did you mean 'reliability.single-instance'?"),
        (["catalog", "cachee"], "did you mean 'cache'?"),
        (["catalog", "../../etc/passwd"], "there is no component"),
        (["scenario", "check"], "SCENARIO"),
        (["scenario", "nonsense"], "nonsense"),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_is_refused(
    arguments: list[str], words: str, folder: Path, capsys: Capture
) -> None:
    message = refused(arguments, capsys)
    assert words in message
    assert len(message.splitlines()) <= 3


@pytest.mark.parametrize("arguments", [[], ["scenario"]], ids=str)
def test_a_command_without_arguments_shows_its_help(arguments: list[str], capsys: Capture) -> None:
    assert run(arguments) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert "Usage: designer" in captured.out + captured.err
    assert "Commands" in captured.out + captured.err


def test_scenarios_are_listed(capsys: Capture) -> None:
    assert run(["scenario", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(scenario_ids())


def test_the_schema_of_scenarios_is_json(capsys: Capture) -> None:
    assert run(["scenario", "schema"]) == 0
    assert "requirements" in json.loads(capsys.readouterr().out)["properties"]


def test_a_scenario_that_does_not_prove_itself(page: str, capsys: Capture) -> None:
    assert run(["scenario", "check", page]) == EXIT_MISSED
    out = capsys.readouterr().out
    assert out.startswith("page.yaml\n")
    assert "  ✗ " in out


def test_checking_goes_on_after_a_file_that_cannot_be_used(page: str, capsys: Capture) -> None:
    assert run(["scenario", "check", "gone.yaml", page]) == EXIT_BAD_INPUT
    captured = capsys.readouterr()
    assert "gone.yaml" in captured.err
    assert captured.out.startswith("page.yaml\n")


def test_rules_and_components_are_listed_and_told(capsys: Capture) -> None:
    assert run(["rules"]) == 0
    assert "reliability.single-instance" in capsys.readouterr().out
    assert run(["rules", "reliability.single-instance"]) == 0
    assert "Sources" in capsys.readouterr().out
    assert run(["rules", "cost.overprovisioned-tier", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("# `cost.overprovisioned-tier`\n")
    assert run(["rules", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("# All rules\n")
    assert run(["catalog"]) == 0
    assert "  cache " in capsys.readouterr().out
    assert run(["catalog", "cache"]) == 0
    assert "Figures of one instance" in capsys.readouterr().out


def test_rules_are_written_as_pages(folder: Path, capsys: Capture) -> None:
    assert run(["rules", "--format", "markdown", "--write", "docs/rules"]) == 0
    written = sorted(path.relative_to(folder).as_posix() for path in (folder / "docs" / "rules").iterdir())
    assert sorted(capsys.readouterr().out.splitlines()) == written
    assert "docs/rules/README.md" in written


@pytest.mark.parametrize("arguments", [[], ["cost.budget-missed", "--format", "markdown"]], ids=str)
def test_only_all_rules_are_written_and_only_as_pages(
    arguments: list[str], folder: Path, capsys: Capture
) -> None:
    assert "--format markdown and no ID" in refused(["rules", *arguments, "--write", "there"], capsys)
    assert list(folder.iterdir()) == []


def test_an_unexpected_error_is_one_line(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("division\nby \x1b[31mzero" + "!" * 10_000)

    monkeypatch.delenv("DESIGNER_TRACEBACK", raising=False)
    monkeypatch.setattr("designer.report.review", fail)
    assert run(["review", "url_shortener", SIMPLE]) == EXIT_INTERNAL
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(
        "designer: internal error, please report it: ZeroDivisionError: division\\nby"
    )
    assert "\x1b" not in captured.err
    assert len(captured.err.splitlines()) == 2
    monkeypatch.setenv("DESIGNER_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run(["review", "url_shortener", SIMPLE])


def test_colours_are_for_terminals_that_want_them(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    run(["review", "url_shortener", SIMPLE])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    run(["review", "url_shortener", SIMPLE])
    assert "\x1b[" not in capsys.readouterr().out
