"""Sizings as text: numbers, reasons, proofs, and no line that is too long."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from designer.analysis.sizes import Sizing, find_size
from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.export.sizing_text import write_sizing
from designer.export.terminal import WIDTH, columns
from designer.units import Dimension, format_quantity
from tests.export.samples import DESIGNS, scenario


@cache
def sized(fate: str) -> Sizing:
    return find_size(scenario(), parse_notation(DESIGNS[fate], load()))


@pytest.mark.parametrize("fate", sorted(DESIGNS))
def test_every_line_fits_a_terminal(fate: str) -> None:
    text = write_sizing(sized(fate))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert all(columns(line) <= WIDTH for line in text.splitlines())
    assert "\x1b" not in text


def test_what_changes_is_told_with_its_reason() -> None:
    sizing = sized("sound")
    text = write_sizing(sizing)
    assert sizing.met
    assert "every requirement is met" in text
    changed = [item for item in sizing.sizes if item.before != item.after]
    assert changed
    for item in changed:
        assert f"{item.label}, {item.knob.value}" in text
    assert "With less, " in text or "It cannot be less." in text


def test_what_cannot_be_met_is_told_first() -> None:
    sizing = sized("unserved")
    text = write_sizing(sizing)
    assert "cannot meet every requirement" in text
    assert text.index("Why not") < text.index("Requirement")
    assert "No count changes that." in text


def test_an_empty_board_is_told_once() -> None:
    text = write_sizing(find_size(scenario(), Design()))
    assert text.count("Nothing is drawn yet") == 1
    assert all(item.title in text for item in find_size(scenario(), Design()).after)
    assert "analysed" not in text
    assert "$0" not in text


def test_a_search_that_is_broken_off_claims_nothing_of_the_shape() -> None:
    text = write_sizing(replace(sized("unserved"), broken_off=True))
    assert "whatever the counts" not in text
    assert "broken off before" in text


def test_how_sure_it_is() -> None:
    sizing = sized("overloaded")
    assert "No combination of counts is cheaper" in write_sizing(replace(sizing, exact=True))
    local = replace(sizing, exact=False, minimal=True, least_cost=None)
    assert "The cheapest by single steps" in write_sizing(local)
    assert "none costs less than" not in write_sizing(local)
    near = replace(local, least_cost=sizing.cost_after / 2)
    assert f"none costs less than {format_quantity(sizing.cost_after / 2, Dimension.MONEY)}" in " ".join(
        write_sizing(near).split()
    )
    assert "1 design was analysed" in " ".join(write_sizing(replace(sizing, analyses=1)).split())
    assert "The search was broken off" in write_sizing(replace(local, minimal=False))


def test_what_stays_is_counted() -> None:
    sizing = sized("sound")
    same = tuple(replace(item, after=item.before) for item in sizing.sizes)
    assert f"All {len(same)} stay as drawn." in write_sizing(replace(sizing, sizes=same))


def test_colours_only_on_request() -> None:
    assert "\x1b[" in write_sizing(sized("sound"), color=True)


def test_names_are_harmless() -> None:
    text = write_sizing(sized("hostile"))
    assert "\x1b" not in text
