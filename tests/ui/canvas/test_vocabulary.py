"""The browser's words and settings are Python's: nothing is missing on either side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from designer.catalog import load
from designer.catalog.model import FIGURE_DIMENSIONS
from designer.design.model import Connection, Node
from designer.design.settings import LINK_FIELDS, POLICIES, means_something
from designer.ui.widgets.figures import figure_name

SOURCES = Path(__file__).parents[3] / "designer" / "ui" / "canvas" / "frontend" / "src"


def block(file: str, start: str) -> str:
    """What stands between the brace after `start` and its closing one at the same indent."""
    text = (SOURCES / file).read_text(encoding="utf-8")
    found = re.search(rf"^( *)[^\n]*{re.escape(start)}[^\n]*\{{\n(.*?)^\1\}}", text, re.MULTILINE | re.DOTALL)
    assert found, start
    return found.group(2)


def entries(file: str, start: str) -> dict[str, str]:
    """The keys of that block, with what stands behind each."""
    return dict(re.findall(r"^ +(\w+): (.*?),?$", block(file, start), re.MULTILINE))


def neutral(model: type[Node] | type[Connection], field: str) -> str:
    """The neutral value as it is written in the browser's sources."""
    value = model.model_fields[field].default
    written = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return written[value]
    return str(value) if isinstance(value, int) else f'"{value}"'


def test_every_figure_has_a_name_on_the_board_and_on_the_page() -> None:
    names = entries("strings.ts", "const FIGURES")
    assert list(names) == list(FIGURE_DIMENSIONS)
    assert all(figure_name(name)[0].isupper() for name in FIGURE_DIMENSIONS)


def test_every_setting_is_known_with_its_neutral_value() -> None:
    assert entries("model/policies.ts", "NEUTRAL_POLICIES: Policies =") == {
        field: neutral(Node, field) for field in POLICIES
    }
    patience = {field for field in LINK_FIELDS if field not in {"carries", "share", "calls", "label"}}
    assert entries("model/policies.ts", "NEUTRAL_PATIENCE: Patience =") == {
        field: neutral(Connection, field) for field in Connection.model_fields if field in patience
    }


def test_every_choice_is_known_with_its_values() -> None:
    for field, written in entries("model/policies.ts", "POLICY_WORDS: Words<Policies> =").items():
        annotation = Node.model_fields[field].annotation
        kinds = getattr(annotation, "__args__", (annotation,))
        values = [value for kind in kinds if kind is not type(None) for value in kind]
        assert re.findall(r'"(\w+)"', written) == values


def test_every_setting_has_its_words_in_the_inspector() -> None:
    assert set(entries("strings.ts", "policies: ")) == set(POLICIES)


@pytest.mark.parametrize("field", POLICIES)
def test_every_setting_says_where_it_means_something(field: str) -> None:
    assert f"\n  {field}: " in "\n" + block("model/policies.ts", "const MEANINGS")
    assert any(means_something(field, component) for component in load().values())
