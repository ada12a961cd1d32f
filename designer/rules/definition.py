"""How a rule is written: a decorated function in a module whose path is the rule's id."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from designer.rules.model import Check, Example, Parameter, Rule, Severity

PACKAGE = "designer.rules."
ATTRIBUTE = "__rule__"


def rule(
    *,
    severity: Severity,
    applies: str,
    bad: Example | tuple[Example, ...],
    good: Example | tuple[Example, ...],
    sources: tuple[str, ...],
    false_positives: str,
    fix: str | None = None,
    parameters: tuple[Parameter, ...] = (),
) -> Callable[[Check], Check]:
    """Make the decorated check a rule.

    Its docstring is the title (first line, without a full stop) and the why (the rest). The check gets an Analysis,
    and by name what the `parameters` are set to; it returns `Passed`, `NotApplicable`, or a tuple of `Fault`s (never
    empty).
    """

    def decorate(check: Check) -> Check:
        title, _, why = inspect.cleandoc(check.__doc__ or "").partition("\n")
        category, _, name = check.__module__.removeprefix(PACKAGE).partition(".")
        made = Rule(
            id=f"{category}.{name.replace('_', '-')}",
            category=category,
            title=title.strip().rstrip("."),
            why=" ".join(why.split()),
            severity=severity,
            applies=applies,
            bad=bad if isinstance(bad, tuple) else (bad,),
            good=good if isinstance(good, tuple) else (good,),
            sources=sources,
            false_positives=false_positives,
            fix=fix,
            parameters=parameters,
            check=check,
        )
        setattr(check, ATTRIBUTE, made)
        return check

    return decorate
