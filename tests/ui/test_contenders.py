"""The page Compare: which designs can be chosen, and what is brought along."""

from __future__ import annotations

from typing import Any

import pytest

from designer.catalog import Catalog
from designer.design.files import format_design
from designer.design.notation import parse_notation
from designer.errors import DesignerError, DesignError
from designer.ui.archive import Archive
from designer.ui.contenders import MOST_BYTES, OWN, contenders, decode, read_own
from designer.ui.exercises import scenarios
from designer.ui.moves import begin, change_exercise
from designer.ui.pages.compare import FIRST, SECOND, first_choice
from designer.ui.state import DESK, Desk, open_desk
from tests.ui.test_state import drawn, sent

NOTATION = "users > load_balancer*2 > api:app_server*70 > cache, db:sql_database*3"


# --- which designs there are ---------------------------------------------------------------------------------------


def visit(archive: Archive, catalog: Catalog) -> tuple[dict[Any, Any], dict[str, str]]:
    session: dict[Any, Any] = {}
    address: dict[str, str] = {}
    open_desk(session, address, archive, catalog)
    return session, address


def test_the_open_board_comes_first_and_what_is_brought_along_last(
    archive: Archive, catalog: Catalog
) -> None:
    session, _ = visit(archive, catalog)
    scenario = session[DESK].scenario
    choice = contenders(scenario, session, archive, catalog)
    keys = [item.key for item in choice]
    assert keys[0] == "board" and keys[-1] == OWN
    assert [key for key in keys if key.startswith("reference")] == [
        f"reference_{number}" for number in range(len(scenario.references))
    ]
    assert "naive" in keys
    for item in choice:
        assert item.build is None or item.build().nodes


def test_boards_of_this_visit_are_those_of_the_exercise(archive: Archive, catalog: Catalog) -> None:
    session, address = visit(archive, catalog)
    first: Desk = session[DESK]
    session.update(sent(first, drawn({"id": "users", "component": "users"})))
    open_desk(session, address, archive, catalog)
    begin(None, session, address, archive, catalog)
    second: Desk = session[DESK]
    choice = contenders(first.scenario, session, archive, catalog)
    earlier = next(item for item in choice if item.key == f"earlier_{first.attempt}")
    assert earlier.build is not None and [node.id for node in earlier.build().nodes] == ["users"]

    other = next(item for item in scenarios() if item.id != first.scenario.id)
    change_exercise(other, session, address, archive, catalog)
    keys = [item.key for item in contenders(first.scenario, session, archive, catalog)]
    assert "board" not in keys
    assert {f"earlier_{first.attempt}", f"earlier_{second.attempt}"} <= set(keys)
    assert not any(item.key.startswith("earlier") for item in contenders(other, session, archive, catalog))


def test_a_board_that_is_gone_is_one_sentence(archive: Archive, catalog: Catalog) -> None:
    session, address = visit(archive, catalog)
    first: Desk = session[DESK]
    session.update(sent(first, drawn({"id": "users", "component": "users"})))
    open_desk(session, address, archive, catalog)
    begin(None, session, address, archive, catalog)
    archive.remove(first.attempt)
    choice = contenders(first.scenario, session, archive, catalog)
    build = next(item.build for item in choice if item.key.startswith("earlier"))
    assert build is not None
    with pytest.raises(DesignError, match="cannot be opened"):
        build()


def test_a_board_that_was_never_judged_is_one_sentence(archive: Archive, catalog: Catalog) -> None:
    desk = Desk("attempt", scenarios()[0], {"nodes": "many"})
    desk.judge(catalog)
    build = contenders(desk.scenario, {DESK: desk}, archive, catalog)[0].build
    assert build is not None
    with pytest.raises(DesignError, match="cannot be judged"):
        build()


def test_at_first_the_board_or_the_naive_design_stands_against_a_reference(
    archive: Archive, catalog: Catalog
) -> None:
    session, _ = visit(archive, catalog)
    here, other = (
        session[DESK].scenario,
        next(item for item in scenarios() if item.id != session[DESK].scenario.id),
    )
    for scenario, first in ((here, "board"), (other, "naive")):
        choice = contenders(scenario, session, archive, catalog)
        assert choice[first_choice(FIRST, choice)].key == first
        assert choice[first_choice(SECOND, choice)].key == "reference_0"
    only = contenders(here.model_copy(update={"references": (), "naive": None}), {}, archive, catalog)
    assert [item.key for item in only] == [OWN]
    assert first_choice(FIRST, only) == first_choice(SECOND, only) == 0


# --- what is brought along -----------------------------------------------------------------------------------------


def test_notation_yaml_and_json_are_told_apart(catalog: Catalog) -> None:
    design = parse_notation(NOTATION, catalog, name="Mine")
    yaml = format_design(design)
    texts = [
        NOTATION,
        f"\n{NOTATION}\n",
        yaml,
        f"# mine\n{yaml}",
        design.model_dump_json(by_alias=True, exclude_defaults=True),
    ]
    for text in texts:
        assert read_own(text, catalog).nodes == design.nodes


def test_a_text_that_is_no_design_gets_one_error_with_its_place(catalog: Catalog) -> None:
    with pytest.raises(DesignerError) as caught:
        read_own("users > load_balancr", catalog)
    assert caught.value.excerpt is not None and "load_balancer" in caught.value.headline
    with pytest.raises(DesignerError) as caught:
        read_own("nodes:\n- {id: a, component: flux_capacitor}", catalog)
    assert "your design:2" in caught.value.headline


def test_what_is_too_long_or_no_text_is_refused(catalog: Catalog) -> None:
    with pytest.raises(DesignError, match="too long"):
        read_own("x" * (MOST_BYTES + 1), catalog)
    with pytest.raises(DesignError, match="MB long"):
        decode(b"x" * (MOST_BYTES + 1))
    with pytest.raises(DesignError, match="no text"):
        decode(b"\xff\xfe\x00")
    assert decode("\ufeffusers".encode()) == "users"
