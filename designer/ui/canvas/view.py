"""How a board is looked at: what is down, how much traffic comes, which workload is asked about.

A way of looking is no edit: it is part of a message of the browser, changes nothing that is drawn, and is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.analysis.aftermath import KINDS
from designer.errors import DesignError, quote

LEAST_SCALE, MOST_SCALE = 0.1, 100.0
"""Multiples of the traffic that can be looked at."""

MOST_TEXT = 200
"""Longest name taken from a message, in characters."""


@dataclass(frozen=True, slots=True)
class View:
    """`failed` is the kind and the name of what is down; `scale` multiplies the traffic."""

    failed: tuple[str, str] | None = None
    scale: float = 1.0
    workload: str | None = None  # whose latency is shown; None: the slowest
    ladder: bool = False  # whether it is asked how many users the design carries
    # What cards show is the browser's, and asks for no other report: only what is sent first depends on it.
    lens: str = field(default="load", compare=False)


def read_view(value: object) -> View:
    """The way of looking in a message; none is the plain one. Raises DesignError, naming the field."""
    if value is None:
        return View()
    if not isinstance(value, Mapping):
        raise _refusal("view", value, "a mapping")
    workload = value.get("workload")
    return View(
        failed=_failed(value.get("failed")),
        scale=_scale(value.get("scale", 1.0)),
        workload=None if workload is None else _name(workload, "view.workload"),
        ladder=value.get("ladder") is True,
        lens=_name(value.get("lens", "load"), "view.lens"),
    )


def _failed(value: Any) -> tuple[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or value.get("kind") not in KINDS:
        raise _refusal("view.failed", value, f"a name and a kind: {', '.join(KINDS)}")
    return str(value["kind"]), _name(value.get("name"), "view.failed.name")


def _scale(value: object) -> float:
    if isinstance(value, int | float) and LEAST_SCALE <= value <= MOST_SCALE and not isinstance(value, bool):
        return float(value)
    raise _refusal("view.scale", value, f"a number from {LEAST_SCALE:g} to {MOST_SCALE:g}")


def _name(value: object, field: str) -> str:
    if isinstance(value, str) and len(value) <= MOST_TEXT:
        return value
    raise _refusal(field, value, f"a text of at most {MOST_TEXT} characters")


def _refusal(field: str, value: object, expected: str) -> DesignError:
    message = f"what the board sent cannot be used: its {field} is {quote(value)}"
    return DesignError(message, field=field, expected=expected)
