"""Arithmetic unfolded."""

from __future__ import annotations

from designer.arithmetic import Arithmetic, Quantity
from designer.ui.widgets.unfolding import MOST_STEPS, unfold
from designer.units import Dimension


def quantity(symbol: str, value: float, source: str | None = None) -> Quantity:
    return Quantity(symbol, f"the name of {symbol}", value, Dimension.RATE, source)


def chain(length: int) -> Arithmetic:
    steps = (chain(length - 1),) if length else ()
    return Arithmetic("x = y", quantity("x", 1.0), (quantity("y", 1.0),), steps=steps)


def test_formula_inputs_method_and_sources_are_all_there() -> None:
    shown = unfold(
        Arithmetic(
            "r = a + b", quantity("r", 3.0), (quantity("a", 1.0, "a book"), quantity("b", 2.0)), "addition"
        )
    )
    for words in ("`r = a + b`", "addition", "3/s", "1/s", "2/s", "the name of a", "a book", "**Sources**"):
        assert words.replace("/", "\\/") in shown or words in shown


def test_steps_follow_in_reading_order() -> None:
    inner = Arithmetic("a = c", quantity("a", 1.0), (quantity("c", 1.0),))
    shown = unfold(Arithmetic("r = a", quantity("r", 1.0), (quantity("a", 1.0),), steps=(inner,)))
    assert shown.index("`r = a`") < shown.index("`a = c`")


def test_a_long_chain_says_how_much_is_left_out() -> None:
    assert "3 more steps" in unfold(chain(MOST_STEPS + 3))


def test_a_formula_from_a_hostile_name_stays_code() -> None:
    shown = unfold(Arithmetic("t[`<img>`]", quantity("t", 1.0)))
    assert "`t['<img>']`" in shown
