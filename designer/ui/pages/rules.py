"""The rules: what every design is judged by, each with why, and a bad and a good design drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from designer.rules.library import all_rules
from designer.rules.model import Example, Parameter, Rule
from designer.ui.page import PageInfo
from designer.ui.widgets.filters import ask_filters
from designer.ui.widgets.glossary import RULE, explained
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.previews import ICONS
from designer.ui.widgets.sketches import show_sketch
from designer.ui.widgets.wording import bullets, group_name, plain

PAGE = PageInfo("Rules", ":material/rule:", 30)


def show() -> None:
    """The page."""
    rules = all_rules()
    st.title("Rules", anchor=False)
    st.caption(
        f"{len(rules)} rules, asked at every stroke. Each asks for facts of your design, never for a product: open one "
        "to see why it is there, a design that breaks it and one that keeps it."
    )
    _find_wanted(rules)
    words, category = ask_filters(
        "rules", "Search the rules …", "category", categories_of(rules), partial(category_label, rules)
    )
    found = matching(rules, words, category)
    if not found:
        st.info(f"No rule matches “{plain(words)}”.", icon=":material/search_off:")
    with st.container(key="rules_found", gap="small"):
        for name in categories_of(found):
            st.subheader(category_label(found, name), anchor=False)
            with st.container(gap="xsmall"):
                for rule in found:
                    if rule.category == name:
                        _show_rule(rule)


def _find_wanted(rules: Sequence[Rule]) -> None:
    """Look for the rule that the address names, once: what is typed then counts."""
    wanted = st.query_params.get(RULE)
    if wanted in {rule.id for rule in rules}:
        st.session_state.setdefault("rules_words", wanted)


def category_label(rules: Iterable[Rule], category: str) -> str:
    """A category and how many of the rules are of it."""
    return f"{group_name(category)} :gray[{sum(rule.category == category for rule in rules)}]"


def matching(rules: Sequence[Rule], words: str, category: str | None) -> list[Rule]:
    """The rules of the category (None: of all) in which every word is found."""
    wanted = words.casefold().split()
    return [
        rule
        for rule in rules
        if category in (None, rule.category)
        and all(word in f"{rule.id} {rule.title} {rule.why}".casefold() for word in wanted)
    ]


def categories_of(rules: Sequence[Rule]) -> list[str]:
    """The categories of the rules, in alphabetical order."""
    return sorted({rule.category for rule in rules})


def _show_rule(rule: Rule) -> None:
    # What is closed is not drawn: two pictures for each rule would take a while.
    fold = st.expander(
        plain(rule.title),
        icon=ICONS[rule.severity],
        key=f"rule_{rule.id}",
        expanded=rule.id == st.query_params.get(RULE),
        on_change="rerun",
    )
    if not fold.open:
        return
    with fold:
        st.markdown(
            f"{explained(rule.why)}\n\n**Applies where** {plain(rule.applies.removeprefix('Where '))}"
        )
        _show_examples(":material/close: **Breaks the rule**", rule.bad, rule)
        _show_examples(":material/check: **Keeps the rule**", rule.good, rule)
        st.markdown(_words(rule))


def _show_examples(title: str, examples: Sequence[Example], rule: Rule) -> None:
    st.markdown(title)
    for example in examples:
        show_sketch(example, rule.id)


def _words(rule: Rule) -> str:
    parts = [f"**Mend it** {explained(rule.fix)}"] if rule.fix else []
    parts.append(f"**Not a fault when** {plain(rule.false_positives)}")
    if rule.parameters:
        head = "**Judged by** these numbers, unless the exercise sets others:"
        parts += [head, parameters_list(rule.parameters)]
    parts += ["**Sources**", bullets(plain(source) for source in rule.sources)]
    parts.append(f":gray[:small[{plain(rule.id)}, {rule.severity.value}]]")
    return "\n\n".join(parts)


def parameters_list(parameters: Iterable[Parameter]) -> str:
    """The numbers a rule judges by, with their units and where they come from. Markdown."""
    return bullets(
        f"**{plain(shown(item.default, item.dimension))}** {plain(item.meaning)} "
        f":gray[:small[{plain(item.name)}, {plain(item.source)}]]"
        for item in parameters
    )
