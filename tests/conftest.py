"""Browser tests run on the machine's own browsers; where there is none they are skipped by name, in CI they fail."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says nothing of whether it is right. In CI the same examples every time: a run says
# something of the change, and searching goes on everywhere else.
settings.register_profile("designer", deadline=None)
settings.register_profile("ci", settings.get_profile("designer"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "designer")

PAGES = Path(__file__).parent / "ui"
CHROMIUM_VARIABLE = "DESIGNER_CHROMIUM"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX_VARIABLE = "DESIGNER_FIREFOX"
FIREFOX_NAMES = ("firefox-esr", "firefox")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Chromium to drive: the one the variable names (none, where it is empty), or the first on the path."""
    return _find(CHROMIUM_VARIABLE, CHROMIUM_NAMES)


def find_firefox() -> str | None:
    """Firefox to drive, found in the same way."""
    return _find(FIREFOX_VARIABLE, FIREFOX_NAMES)


def _find(variable: str, names: tuple[str, ...]) -> str | None:
    stated = os.environ.get(variable)
    if stated is not None:
        return stated or None
    return next((path for name in names if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    _need(items, "browser", find_chromium(), f"Chromium: apt install chromium, or set {CHROMIUM_VARIABLE}")
    _need(items, "firefox", find_firefox(), f"Firefox: apt install firefox-esr, or set {FIREFOX_VARIABLE}")

    if os.environ.get("CI") == "true":
        _try_twice(items)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """When a test has its turn: long files early, else one worker would be left with one at the end.

    The pages are tested before browsers are started. That leaves Streamlit compiled, for which no browser would wait.
    """
    if _needs_browser(item):
        return 1
    return 0 if PAGES in item.path.parents else 2


def _needs_browser(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(marker) for marker in ("browser", "firefox"))


def _try_twice(items: list[pytest.Item]) -> None:
    """In CI a browser shares two processors with all else, and now and then a wait is not long enough."""
    for item in items:
        if _needs_browser(item):
            item.add_marker(pytest.mark.flaky(reruns=2))


def _need(items: list[pytest.Item], marker: str, browser: str | None, remedy: str) -> None:
    """Skip what that browser is needed for where there is none; in CI, fail."""
    wanting = [item for item in items if item.get_closest_marker(marker)]
    if not wanting or browser is not None:
        return
    reason = f"there is no {remedy}"
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(
            f"{len(wanting)} browser tests cannot run, and in CI no test is skipped: {reason}"
        )
    for item in wanting:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": list(CHROMIUM_FLAGS)}
