"""Puts the built front end into every distribution; hatchling calls it."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

IN_WHEEL = {
    # Streamlit looks for its table inside the package.
    "pyproject.toml": "designer/pyproject.toml",
    # Beside the package, as in a clone: the loader looks there.
    "scenarios": "scenarios",
}


class FrontendBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds what is missing or stale before the files are gathered, and completes the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the front end; ./run does that itself, later, and says so by DESIGNER_FRONTEND=later."""
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(IN_WHEEL)
        if version == "editable" and os.environ.get("DESIGNER_FRONTEND") == "later":
            return
        frontend = _import_frontend(Path(self.root))
        try:
            frontend.ensure(self.app.display_info)
        except frontend.FrontendError as error:
            if version != "editable":
                raise
            # A developer may want the Python side alone.
            self.app.display_warning(str(error))


def _import_frontend(root: Path) -> ModuleType:
    """Import designer.frontend without the package's own __init__, whose dependencies a build has not got."""
    package = ModuleType("designer")
    package.__path__ = [str(root / "designer")]
    sys.modules["designer"] = package
    return importlib.import_module("designer.frontend")
