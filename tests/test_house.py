"""The house itself: layers, names, sizes, what no file may contain, the daily commands, the themes."""

from __future__ import annotations

import ast
import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from pathspec import GitIgnoreSpec

from designer import frontend

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "designer" / "ui" / "canvas" / "frontend"
LINE_LIMIT = 400
FORBIDDEN_NAMES = {
    "core", "helper", "helpers", "manager", "managers", "service", "services", "util", "utils",
}  # fmt: skip
# In pieces, so that this file does not contain what it looks for.
REGISTRY_HOSTS = tuple(
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "com"),
        ("npmjs", "org"),
        ("yarnpkg", "com"),
        ("deb", "debian"),
        ("crates", "io"),
        ("proxy", "golang"),
    )
)
FORBIDDEN_CALLS = {"__import__", "compile", "eval", "exec"}
FORBIDDEN_IMPORTS = {"dill", "marshal", "pickle", "shelve"}
FORBIDDEN_SCRIPT = re.compile(
    r"(?<![.\w])eval\s*\(|new\s+Function\b|dangerouslySetInnerHTML|\.(?:inner|outer)HTML\s*=|document\.write"
)


def kept_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the repository: all but what .gitignore names."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())
    pending = [folder]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            name = path.relative_to(ROOT).as_posix()
            if path.name == ".git" or ignored.match_file(f"{name}/" if path.is_dir() else name):
                continue
            if path.is_dir():
                pending.append(path)
            else:
                yield path


def sources(*suffixes: str) -> list[Path]:
    found = [path for path in kept_files(ROOT / "designer") if path.suffix in suffixes]
    assert found
    return found


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_go_downwards_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_source_file_is_longer_than_the_limit() -> None:
    lengths = {
        short(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources(".py", ".ts", ".tsx")
    }
    assert {name: length for name, length in lengths.items() if length > LINE_LIMIT} == {}


def test_no_module_is_named_after_nothing() -> None:
    named = [
        path for path in sources(".py", ".ts", ".tsx") if FORBIDDEN_NAMES & {path.stem, path.parent.name}
    ]
    assert named == []


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRY_HOSTS).encode(), re.IGNORECASE)
    assert [short(path) for path in kept_files() if hosts.search(path.read_bytes())] == []


def test_the_package_lock_leaves_the_registry_open() -> None:
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_every_python_requirement_is_locked_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=;~! ]", requirement)[0].lower() for requirement in wanted}
    entries = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert names <= {entry.split("==")[0] for entry in entries}


@pytest.mark.parametrize("path", sources(".py"), ids=short)
def test_python_runs_no_text_and_reads_no_pickle(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "unsafe_allow_html" not in text
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_CALLS, f"line {node.lineno}"
        elif isinstance(node, ast.Import):
            assert not FORBIDDEN_IMPORTS & {alias.name.split(".")[0] for alias in node.names}, (
                f"line {node.lineno}"
            )
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in FORBIDDEN_IMPORTS, f"line {node.lineno}"


def test_the_front_end_runs_no_text_and_writes_no_html() -> None:
    found = {
        short(path): FORBIDDEN_SCRIPT.findall(path.read_text(encoding="utf-8"))
        for path in sources(".ts", ".tsx")
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(("name", "first_line", "shell"), [
    ("run", "#!/bin/sh", "sh"),
    (".ci/run", "#!/usr/bin/env bash", "bash"),
])  # fmt: skip
def test_scripts_can_be_run(name: str, first_line: str, shell: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & 0o111 == 0o111
    assert script.read_text(encoding="utf-8").splitlines()[0] == first_line
    checked = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "run"), *arguments], capture_output=True, text=True, check=False, cwd="/"
    )


def test_run_lists_its_commands() -> None:
    done = run("help")
    assert done.returncode == 0
    for command in ("test", "designer", "check", "frontend", "bench"):
        assert f"./run {command}" in done.stdout


REFUSED = [
    ["nonsense"],
    ["--nonsense"],
    ["--port"],
    ["--port", "0"],
    ["--port", "65536"],
    ["--port", "-1"],
    ["--port=1;ls"],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_run_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("run: ")
    assert len(done.stderr.splitlines()) == 1


def test_streamlit_finds_the_whiteboard() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (component,) = project["tool"]["streamlit"]["component"]["components"]
    assert project["project"]["name"] == "designer"
    assert component == {"name": "whiteboard", "asset_dir": "ui/canvas/build"}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_both_themes_reach_wcag_aa(name: str) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][name]
    accent = theme["primaryColor"]
    backgrounds = [
        part[key]
        for part in (theme, theme["sidebar"])
        for key in ("backgroundColor", "secondaryBackgroundColor")
    ]
    assert contrast("#ffffff", accent) >= 4.5
    assert all(contrast(accent, background) >= 3 for background in backgrounds)
    assert all(contrast(theme["textColor"], background) >= 4.5 for background in backgrounds)
    assert all(contrast(theme["linkColor"], background) >= 4.5 for background in backgrounds)


def test_a_wheel_carries_what_is_built_and_what_streamlit_looks_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("designer-*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        manifest = tomllib.loads(archive.read("designer/pyproject.toml").decode())
    (component,) = manifest["tool"]["streamlit"]["component"]["components"]
    for pattern in frontend.BUNDLE_PATTERNS:
        assert len(fnmatch.filter(names, f"designer/{component['asset_dir']}/{pattern}")) == 1
    assert {f"designer/export/assets/{Path(name).name}" for name in frontend.ASSET_FILES} <= set(names)
    assert set(names) >= {short(path) for path in kept_files(ROOT / "scenarios")}
    assert not any(name.startswith(("tests/", "designer/ui/canvas/frontend/")) for name in names)
