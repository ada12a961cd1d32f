"""A sizing as plain text, 80 columns wide, for a terminal or a log. Colours are added only when asked for."""

from __future__ import annotations

from collections.abc import Iterator

from designer.analysis.sizes import Size, Sizing
from designer.export.report_text import (
    COLORS,
    MARKS,
    limit_text,
    number_columns,
    requirement_line,
    value_text,
)
from designer.export.terminal import WIDTH, Pen, clean, columns, pad, wrap
from designer.units import Dimension, format_quantity

COUNT_COLUMNS = 14
"""Room for a count or a memory."""


def write_sizing(sizing: Sizing, *, color: bool = False) -> str:
    """What to set on which node and why not less, why a requirement cannot be met, and the verdicts then."""
    pen = Pen(color=color)
    lines = [*_head(sizing, pen), ""]
    for section in (_proofs, _sizes, _requirements):
        found = list(section(sizing, pen))
        lines += [*found, ""] if found else []
    return "\n".join((*lines, *_foot(sizing))) + "\n"


def _head(sizing: Sizing, pen: Pen) -> Iterator[str]:
    yield pen.bold(clean(f"{sizing.scenario.name}: {sizing.drawn.name}"))
    cost, before = _money(sizing.cost_after), _money(sizing.cost_before)
    if sizing.met:
        met = pen.paint("every requirement is met", "32;1")
        yield f"At {cost} {met}; as drawn it costs {before}."
    else:
        missed = pen.paint("cannot meet every requirement", "31;1")
        yield f"This shape {missed}, whatever the counts."
        yield from wrap(f"What can be met is met at {cost}; as drawn it costs {before}.")


def _money(value: float) -> str:
    return format_quantity(value, Dimension.MONEY)


def _proofs(sizing: Sizing, pen: Pen) -> Iterator[str]:
    if sizing.proofs:
        yield pen.bold("Why not")
    for proof in sizing.proofs:
        mark = pen.paint(MARKS[proof.verdict.state], COLORS[proof.verdict.state])
        yield f"  {mark} {clean(proof.title, WIDTH - 4)}"
        yield from wrap(proof.reason, "      ")


def _sizes(sizing: Sizing, pen: Pen) -> Iterator[str]:
    """What changes, with the reason; what stays is counted."""
    changed = [item for item in sizing.sizes if item.before != item.after]
    if changed:
        yield pen.bold(_size_line("Set", "Now", "To"))
    for item in changed:
        yield _size_line(
            f"{item.label}, {item.knob.value}", _amount(item, item.before), _amount(item, item.after)
        )
        yield from (pen.dim(line) for line in wrap(item.reason, "      "))
    kept = len(sizing.sizes) - len(changed)
    if kept:
        yield f"  {'All' if not changed else 'The other'} {kept} {'stays' if kept == 1 else 'stay'} as drawn."


def _size_line(name: str, before: str, after: str) -> str:
    right = f" {before:>{COUNT_COLUMNS}} {after:>{COUNT_COLUMNS}}"
    return f"  {pad(name, WIDTH - 2 - columns(right))}{right}".rstrip()


def _amount(item: Size, value: float) -> str:
    return format_quantity(value, item.dimension)


def _requirements(sizing: Sizing, pen: Pen) -> Iterator[str]:
    widths = number_columns(sizing.after)
    if sizing.after:
        yield pen.bold(f"    {requirement_line('Requirement', 'Value', 'Limit', 'Verdict', widths)}")
    for item in sizing.after:
        line = requirement_line(item.title, value_text(item), limit_text(item), item.state.value, widths)
        yield f"  {pen.paint(MARKS[item.state], COLORS[item.state])} {line}"


def _foot(sizing: Sizing) -> Iterator[str]:
    """How sure it is that nothing cheaper would do."""
    if sizing.exact:
        words = "No combination of counts is cheaper: all that would cost less miss something."
    elif sizing.minimal:
        words = (
            "The cheapest by single steps: one step less of any count breaks a requirement or costs more."
            " Another combination of counts may still be cheaper."
        )
    else:
        words = "The search was broken off: fewer might do."
    yield from wrap(f"{words} {sizing.analyses} designs were analysed.")
