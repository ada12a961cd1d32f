"""A finding is the same one in two reviews when it is of one rule and about one place, however that has grown."""

from __future__ import annotations

from designer.rules.continuity import follow
from designer.rules.model import Finding, Severity


def finding(rule: str, *nodes: str, connections: tuple[str, ...] = (), message: str = "So.") -> Finding:
    return Finding(rule, "T", Severity.INFO, "W", nodes, connections, None, None, (), message, ())


def test_the_same_place_with_other_numbers_is_still_there() -> None:
    told = follow([finding("a.b", "x", message="At 90 %.")], [finding("a.b", "x", message="At 80 %.")])
    assert (told.fixed, told.new) == ((), ()) and [item.message for item in told.still] == ["At 80 %."]


def test_another_place_or_another_rule_is_another_finding() -> None:
    old, elsewhere, other = finding("a.b", "x"), finding("a.b", "y"), finding("a.c", "x")
    told = follow([old], [elsewhere, other])
    assert (told.fixed, told.new, told.still) == ((old,), (elsewhere, other), ())


def test_a_place_may_grow_and_shrink() -> None:
    small, large = finding("a.b", "x", "y"), finding("a.b", "y", "z", "w")
    assert follow([small], [large]).still == (large,)
    assert follow([large], [small]).still == (small,)


def test_a_connection_is_a_place() -> None:
    old, now = finding("a.b", connections=("x>y",)), finding("a.b", "z", connections=("x>y",))
    assert follow([old], [now]).still == (now,)


def test_what_is_about_the_whole_board_goes_on() -> None:
    assert follow([finding("a.b")], [finding("a.b")]).still == (finding("a.b"),)
    assert follow([finding("a.b")], [finding("a.b", "x")]).new == (finding("a.b", "x"),)


def test_what_has_a_neighbour_in_common_with_another_is_gone_when_it_is_mended() -> None:
    mended, other = finding("a.b", "api", "door"), finding("a.b", "events", "door")
    told = follow([mended, other], [other])
    assert (told.fixed, told.new, told.still) == ((mended,), (), (other,))


def test_what_shares_a_node_with_one_that_stays_is_new() -> None:
    stays, comes = finding("a.b", "x"), finding("a.b", "x", "y")
    assert follow([stays], [stays, comes]).new == (comes,)
