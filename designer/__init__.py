"""A trainer for system-design interviews: draw an architecture, and see what the numbers say.

One request, one direction; each arrow is one function, and each value is frozen::

    scenario.yaml -load_scenario-> Scenario \\
    board | file | notation     -> Design -> propagate -> Traffic -> performance, reliability -> Analysis
          -> rules -> Findings -> review -> Report -> page | command line | export | store
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.analysis import Analysis, analyze
    from designer.catalog.loader import load as load_catalog
    from designer.design.files import load_design
    from designer.design.model import Design
    from designer.design.notation import parse_notation
    from designer.errors import DesignerError
    from designer.report import Report, review
    from designer.scenario.loader import load_scenario
    from designer.scenario.model import Scenario

__version__ = "0.4.0"
__all__ = [
    "Analysis",
    "Design",
    "DesignerError",
    "Report",
    "Scenario",
    "analyze",
    "load_catalog",
    "load_design",
    "load_scenario",
    "parse_notation",
    "review",
]

_HOMES = {
    "Analysis": ("designer.analysis", "Analysis"),
    "Design": ("designer.design.model", "Design"),
    "DesignerError": ("designer.errors", "DesignerError"),
    "Report": ("designer.report", "Report"),
    "Scenario": ("designer.scenario.model", "Scenario"),
    "analyze": ("designer.analysis", "analyze"),
    "load_catalog": ("designer.catalog.loader", "load"),
    "load_design": ("designer.design.files", "load_design"),
    "load_scenario": ("designer.scenario.loader", "load_scenario"),
    "parse_notation": ("designer.design.notation", "parse_notation"),
    "review": ("designer.report", "review"),
}


def __getattr__(name: str) -> Any:
    """Names are imported on first use: `import designer` alone costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'designer' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
