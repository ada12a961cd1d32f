"""A number unfolded: its formula, what went into it, where that comes from, and the steps before it."""

from __future__ import annotations

from collections.abc import Iterator

from designer.arithmetic import Arithmetic, Quantity
from designer.ui.widgets.numbers import shown_quantity
from designer.ui.widgets.wording import bullets, code, plain, table

MOST_STEPS = 24
"""Most steps unfolded under one number; a chain longer than this is no longer read."""


def unfold(arithmetic: Arithmetic) -> str:
    """The arithmetic as Markdown."""
    steps = list(_steps(arithmetic))
    parts = [_formula(arithmetic), _inputs(arithmetic)]
    parts += [part for step in steps[:MOST_STEPS] for part in (_heading(step), _formula(step), _inputs(step))]
    if len(steps) > MOST_STEPS:
        parts.append(f"{len(steps) - MOST_STEPS} more steps of the same kind follow.")
    if arithmetic.sources:
        parts += ["**Sources**", bullets(plain(source) for source in arithmetic.sources)]
    return "\n\n".join(part for part in parts if part)


def _steps(arithmetic: Arithmetic) -> Iterator[Arithmetic]:
    for step in arithmetic.steps:
        yield step
        yield from _steps(step)


def _heading(step: Arithmetic) -> str:
    return f"**{plain(step.result.name)}** {plain(shown_quantity(step.result))}"


def _formula(arithmetic: Arithmetic) -> str:
    method = f" :gray[{plain(arithmetic.method)}]" if arithmetic.method else ""
    return f"{code(arithmetic.formula)}{method}"


def _inputs(arithmetic: Arithmetic) -> str:
    rows = [_row(arithmetic.result, bold=True), *(_row(item) for item in arithmetic.inputs)]
    return table(("", "", ""), rows)


def _row(quantity: Quantity, *, bold: bool = False) -> tuple[str, str, str]:
    value = plain(shown_quantity(quantity))
    return code(quantity.symbol), f"**{value}**" if bold else value, plain(quantity.name)
