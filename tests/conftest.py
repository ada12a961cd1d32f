"""Browser tests run on the machine's own Chromium; where there is none they are skipped by name, in CI they fail."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import settings

# In CI the same examples every time: a run says something of the change, and searching goes on everywhere else.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

CHROMIUM_VARIABLE = "DESIGNER_CHROMIUM"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
    """The browser to drive: the one the variable names (none, where it is empty), or the first on the path."""
    stated = os.environ.get(CHROMIUM_VARIABLE)
    if stated is not None:
        return stated or None
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wanting = [item for item in items if item.get_closest_marker("browser")]
    if not wanting or find_chromium() is not None:
        return
    reason = f"there is no Chromium: apt install chromium, or set {CHROMIUM_VARIABLE}"
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(
            f"{len(wanting)} browser tests cannot run, and in CI no test is skipped: {reason}"
        )
    for item in wanting:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": list(CHROMIUM_FLAGS)}
