"""The rules there are, found by walking this package: a new file is a new rule."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module

import designer.rules
from designer.errors import DesignerError, suggest
from designer.rules.definition import ATTRIBUTE
from designer.rules.model import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the package, by id."""
    found: list[Rule] = []
    for module in pkgutil.walk_packages(designer.rules.__path__, prefix="designer.rules."):
        if not module.ispkg:
            found.extend(_rules_in(module.name))
    return tuple(sorted(found, key=lambda item: item.id))


def _rules_in(name: str) -> Iterable[Rule]:
    module = import_module(name)
    for value in vars(module).values():
        made = getattr(value, ATTRIBUTE, None)
        if isinstance(made, Rule) and made.check.__module__ == name:
            yield made


def find_rule(rule_id: str) -> Rule:
    """The rule of that id. Raises DesignerError with the nearest id."""
    rules = {item.id: item for item in all_rules()}
    if rule_id not in rules:
        near = suggest(rule_id, rules)
        raise DesignerError(f"there is no rule {rule_id!r}", suggestion=near)
    return rules[rule_id]
