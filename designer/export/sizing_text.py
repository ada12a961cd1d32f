"""A sizing as plain text, 80 columns wide, for a terminal or a log. Colours are added only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

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
    return "\n".join((*lines, *_foot(sizing))).rstrip("\n") + "\n"


def _head(sizing: Sizing, pen: Pen) -> Iterator[str]:
    yield pen.bold(clean(f"{sizing.scenario.name}: {sizing.drawn.name}"))
    cost, before = _money(sizing.cost_after), _money(sizing.cost_before)
    if sizing.met:
        met = pen.paint("every requirement is met", "32;1")
        yield f"At {cost} {met}; as drawn it costs {before}."
        return
    if sizing.broken_off:
        yield from wrap("The search was broken off before counts were found that meet every requirement.")
        return
    missed = pen.paint("cannot meet every requirement", "31;1")
    yield f"This shape {missed}, whatever the counts."
    if sizing.sizes:
        yield from wrap(f"What can be met is met at {cost}; as drawn it costs {before}.")


def _money(value: float) -> str:
    return format_quantity(value, Dimension.MONEY)


def _proofs(sizing: Sizing, pen: Pen) -> Iterator[str]:
    """What several in a row have as their reason is said once, below the last of them."""
    if sizing.proofs:
        yield pen.bold("Why not")
    for reason, proofs in groupby(sizing.proofs, key=lambda proof: proof.reason):
        for proof in proofs:
            mark = pen.paint(MARKS[proof.verdict.state], COLORS[proof.verdict.state])
            yield f"  {mark} {clean(proof.title, WIDTH - 4)}"
        yield from wrap(reason, "      ")


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
    if not sizing.sizes:  # all there is to say of them is said
        return
    widths = number_columns(sizing.after)
    if sizing.after:
        yield pen.bold(f"    {requirement_line('Requirement', 'Value', 'Limit', 'Verdict', widths)}")
    for item in sizing.after:
        line = requirement_line(item.title, value_text(item), limit_text(item), item.state.value, widths)
        yield f"  {pen.paint(MARKS[item.state], COLORS[item.state])} {line}"


def _foot(sizing: Sizing) -> Iterator[str]:
    """How sure it is that nothing cheaper would do."""
    if not sizing.sizes:
        return
    number = sizing.analyses
    tried = "1 design was analysed." if number == 1 else f"{number:,} designs were analysed."
    yield from wrap(f"{certainty(sizing)} {tried}")


def certainty(sizing: Sizing) -> str:
    """Whether there may be cheaper counts, and how much cheaper they could be at most."""
    if sizing.exact:
        return "No combination of counts is cheaper: all that would cost less miss something."
    if not sizing.minimal:
        return "The search was broken off: fewer might do."
    words = (
        "The cheapest by single steps: one step less of any count breaks a requirement or costs more."
        " Another combination of counts may still be cheaper"
    )
    if sizing.least_cost is None or sizing.least_cost >= sizing.cost_after:
        return f"{words}."
    return f"{words}, but none costs less than {_money(sizing.least_cost)}."
