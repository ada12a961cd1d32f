"""What a rule is: a check over facts that explains itself, carries its examples, and may offer a repair as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Later
from designer.design.edit import Change
from designer.units import Dimension


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # a requirement is missed or data is lost because of it
    WARNING = "warning"  # it works today and will not tomorrow
    INFO = "info"  # worth knowing


class Outcome(StrEnum):
    """What became of asking one rule."""

    FAILED = "failed"
    PASSED = "passed"
    NOT_APPLICABLE = "not applicable"
    COULD_NOT_JUDGE = "could not judge"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the rule is broken, as the rule's check yields it.

    Message and fix may be functions, which are called when somebody first looks: when fixes are tried nobody reads what
    is found then. They must give the same whenever they are called.
    """

    nodes: tuple[str, ...]
    message: str | Callable[[], str]  # one or two sentences with this design's numbers
    severity: Severity | None = None  # None: the rule's own
    connections: tuple[str, ...] = ()
    fix: tuple[Change, ...] | Callable[[], tuple[Change, ...]] = ()
    arithmetic: Arithmetic | None = None


class Passed(NamedTuple):
    """The rule applies and is kept: a sentence worth reading."""

    message: str
    nodes: tuple[str, ...] = ()


class NotApplicable(NamedTuple):
    """The rule has nothing to judge here, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Example:
    """A design in notation, judged under a scenario: a shipped scenario's id or the small one in examples.py."""

    design: str
    scenario: str = "example"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number a rule judges by, which a scenario may set otherwise: the check has an argument of that name.

    `default` is in the base unit of `dimension`.
    """

    name: str
    default: float
    dimension: Dimension
    meaning: str
    source: str = "rule of thumb"


Result = tuple[Fault, ...] | Passed | NotApplicable
Check = Callable[..., Result]
"""Takes an Analysis, and by name what its rule's parameters are set to."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the engine knows it. id, category, title and why come from the module's path and docstring."""

    id: str  # "reliability.single-instance"
    category: str
    title: str  # first line of the check's docstring
    why: str  # the rest of it
    severity: Severity
    applies: str  # where there is something to judge
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    sources: tuple[str, ...]
    false_positives: str
    fix: str | None  # the repair in words
    parameters: tuple[Parameter, ...]
    check: Check


@dataclass(frozen=True)
class Finding:
    """A fault, with everything the reader needs. Identity is (rule, place): stable between two reviews."""

    rule: str
    title: str
    severity: Severity
    why: str
    nodes: tuple[str, ...]
    connections: tuple[str, ...]
    fix_words: str | None
    arithmetic: Arithmetic | None
    sources: tuple[str, ...]
    message: Later[str] = Later()
    fix: Later[tuple[Change, ...]] = Later()

    @property
    def identity(self) -> str:
        return "@".join((self.rule, ",".join(sorted(self.nodes) + sorted(self.connections))))


class Judgement(NamedTuple):
    """Outcome of one rule on one design."""

    rule: str
    title: str
    outcome: Outcome
    words: str | Callable[[], str]  # praise, reason, or what went wrong, as in a fault
    nodes: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """Praise, reason, or what went wrong."""
        return self.words if isinstance(self.words, str) else self.words()
