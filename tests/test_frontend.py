"""The front end's build, with an npm of our own that only writes files: what is built and when."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from designer import frontend
from designer.frontend import FrontendError

NPM = """\
import os, pathlib, sys
here = pathlib.Path.cwd()
assets = sys.argv.pop(1).split()
with open(here.parent / "calls", "a") as calls:
    calls.write(" ".join(sys.argv[1:3]) + "\\n")
if sys.argv[1] == "ci":
    for name in assets:
        path = here / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
elif (here / "src" / "broken").exists():
    print("\\x1b[31mone.ts: what is wrong\\x1b[0m\\n    at a line of a stack")
    sys.exit(3)
else:
    out = pathlib.Path(sys.argv[sys.argv.index("--outDir") + 1])
    out.mkdir(parents=True)
    for number in range(int(os.environ["BUNDLES"])):
        (out / f"index-{number}.js").write_text((here / "src" / "index.tsx").read_text())
    (out / "index-0.css").write_text("")
"""
NODE = "#!/bin/sh\necho v22.12.0\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder with sources and nothing built, and an npm that can be called."""
    sources = tmp_path / "frontend"
    (sources / "src").mkdir(parents=True)
    for name in (*frontend.SOURCE_FILES, "node.lock", "src/index.tsx"):
        (sources / name).write_text(f"{name} 1\n")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "npm.py").write_text(NPM)
    npm = (
        f"#!/bin/sh\nexec '{sys.executable}' '{tools / 'npm.py'}' '{' '.join(frontend.ASSET_FILES)}' \"$@\"\n"
    )
    for name, text in (("npm", npm), ("node", NODE)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), os.defpath]))
    monkeypatch.setenv("BUNDLES", "1")
    monkeypatch.setattr(frontend, "SOURCES", sources)
    monkeypatch.setattr(frontend, "MODULES", sources / "node_modules")
    monkeypatch.setattr(frontend, "BUNDLE", tmp_path / "build")
    monkeypatch.setattr(frontend, "STAMP", tmp_path / "build" / "sources.sha256")
    monkeypatch.setattr(frontend, "ASSETS", tmp_path / "assets")
    monkeypatch.setattr(frontend, "TOOLS", tmp_path / "tools")
    return tmp_path


def calls(home: Path) -> list[str]:
    return (home / "calls").read_text().splitlines()


def test_nothing_built_is_not_current_and_says_what_to_type(home: Path) -> None:
    assert not frontend.is_current()
    with pytest.raises(FrontendError, match=r"\./run frontend"):
        frontend.require()


def test_a_build_makes_bundle_and_assets_and_tells_each_step(home: Path) -> None:
    told: list[str] = []
    frontend.build(told.append)
    assert frontend.is_current()
    frontend.require()
    assert sorted(path.name for path in (home / "build").iterdir()) == [
        "index-0.css",
        "index-0.js",
        "sources.sha256",
    ]
    assert {path.name for path in (home / "assets").iterdir()} == {
        Path(name).name for name in frontend.ASSET_FILES
    }
    assert len(told) == 2


def test_what_is_current_is_not_built_again(home: Path) -> None:
    assert frontend.ensure()
    assert not frontend.ensure()
    assert calls(home) == ["ci --no-audit", "run build"]


@pytest.mark.parametrize("name", ["src/index.tsx", "src/deep/new.ts", "vite.config.ts", "tsconfig.json"])
def test_a_changed_source_is_built_without_installing_again(home: Path, name: str) -> None:
    frontend.ensure()
    changed = home / "frontend" / name
    changed.parent.mkdir(exist_ok=True)
    changed.write_text("2\n")
    assert not frontend.is_current()
    assert frontend.ensure()
    assert calls(home) == ["ci --no-audit", "run build", "run build"]
    assert (home / "build" / "index-0.js").read_text() == (
        home / "frontend" / "src" / "index.tsx"
    ).read_text()


def test_a_removed_source_is_a_change(home: Path) -> None:
    (home / "frontend" / "src" / "old.ts").write_text("old")
    frontend.ensure()
    (home / "frontend" / "src" / "old.ts").unlink()
    assert not frontend.is_current()


def test_a_changed_package_file_installs_anew(home: Path) -> None:
    frontend.ensure()
    (home / "frontend" / "package-lock.json").write_text("2\n")
    frontend.ensure()
    assert calls(home) == ["ci --no-audit", "run build"] * 2


@pytest.mark.parametrize("missing", ["build/index-0.js", "build/index-0.css", "assets/viz-global.js"])
def test_a_missing_file_is_made_again(home: Path, missing: str) -> None:
    frontend.ensure()
    (home / missing).unlink()
    assert not frontend.is_current()
    frontend.ensure()
    assert (home / missing).is_file()


def test_a_failed_build_says_why_and_leaves_the_old_bundle(home: Path) -> None:
    frontend.ensure()
    old = (home / "build" / "index-0.js").read_bytes()
    (home / "frontend" / "src" / "broken").touch()
    with pytest.raises(FrontendError) as caught:
        frontend.ensure()
    assert caught.value.excerpt == "one.ts: what is wrong"
    assert (home / "build" / "index-0.js").read_bytes() == old
    assert not frontend.is_current()


@pytest.mark.parametrize("bundles", ["0", "2"])
def test_a_bundle_streamlit_would_refuse_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, bundles: str
) -> None:
    monkeypatch.setenv("BUNDLES", bundles)
    with pytest.raises(FrontendError, match=rf"made {bundles} files"):
        frontend.build()
    assert not (home / "build").exists()


def test_an_installed_copy_without_sources_is_current_and_cannot_be_built(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frontend.ensure()
    monkeypatch.setattr(frontend, "SOURCES", home / "nowhere")
    assert frontend.is_current()
    with pytest.raises(FrontendError, match="no front end sources"):
        frontend.build()


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v18.20.4", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.0.0", True),
        ("nonsense", False),
    ],
)
def test_the_systems_node_is_used_only_when_new_enough(home: Path, version: str, enough: bool) -> None:
    (home / "bin" / "node").write_text(f"#!/bin/sh\necho {version}\n")
    assert (frontend._system_npm() is not None) is enough


def test_the_command_reports_success_and_failure(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert frontend.main([]) == 0
    assert frontend.main(["build"]) == 0
    (home / "frontend" / "src" / "broken").touch()
    assert frontend.main(["ensure"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-2:] == ["run: the front end could not be built: npm's build failed", "one.ts: what is wrong"]


def test_an_unchanged_front_end_gets_a_fresh_stamp(home: Path) -> None:
    frontend.main([])
    os.utime(frontend.STAMP, (1, 1))
    frontend.main(["ensure"])
    assert frontend.STAMP.stat().st_mtime > 1
