"""What was found once and is asked for again: kept as long as what it is about, and no longer.

A cache of the last few things would keep them alive. Each new one then pays for letting go of an old one, which for a
drawing with all that was found of it takes as long as a fifth of a review.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast
from weakref import WeakValueDictionary

Parts = ParamSpec("Parts")
Rest = ParamSpec("Rest")
Made = TypeVar("Made")
Found = TypeVar("Found")
Thing = TypeVar("Thing")

_UNASKED = object()
"""In place of an answer: None is one."""


class Same(Generic[Thing]):
    """A frozen thing that cannot be hashed, compared by identity: the key under which something about it is kept."""

    __slots__ = ("thing",)

    def __init__(self, thing: Thing) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing


class Shared(Generic[Parts, Made]):
    """Makes things of parts; of the very same parts the same thing, as long as somebody has it.

    The parts never change, and the thing made holds each of them: an identity is not used again while it is known.
    """

    def __init__(self, make: Callable[Parts, Made]) -> None:
        self._make = make
        self._known: WeakValueDictionary[tuple[int, ...], Any] = WeakValueDictionary()

    def of(self, *parts: Parts.args, **named: Parts.kwargs) -> Made:
        """What these parts make."""
        identity = tuple(map(id, parts))
        known: Made | None = self._known.get(identity)
        if known is None:
            known = self._known[identity] = self._make(*parts, **named)
        return known


class Subject(Protocol):
    """What can be asked about, and has a place for the answers."""

    @property
    def answers(self) -> dict[Any, Any]: ...


About = TypeVar("About", bound=Subject)


def remembered(find: Callable[Concatenate[About, Rest], Found]) -> Callable[Concatenate[About, Rest], Found]:
    """The same question, whose answers are kept with what it is about. All else that it is asked with is hashable."""

    @wraps(find)
    def ask(about: About, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
        answers = about.answers
        question = (find, *rest) if rest else find
        found = answers.get(question, _UNASKED)
        if found is _UNASKED:
            found = answers[question] = find(about, *rest, **named)
        answer: Found = found
        return answer

    return ask


class Formula(Protocol[Parts, Found]):
    """A formula whose answers are remembered. `known` is quicker, for arguments that are what they should be."""

    known: Callable[Parts, Found]

    def __call__(self, *arguments: Parts.args, **named: Parts.kwargs) -> Found: ...


def remembered_formula(most: int) -> Callable[[Callable[Parts, Found]], Formula[Parts, Found]]:
    """The same formula, whose last `most` answers are kept by what it was asked with.

    An argument that cannot be hashed is none that it takes: the formula itself then refuses it, by name.
    """

    def keep(find: Callable[Parts, Found]) -> Formula[Parts, Found]:
        known = cast(Callable[Parts, Found], lru_cache(maxsize=most)(find))

        @wraps(known)
        def ask(*arguments: Parts.args, **named: Parts.kwargs) -> Found:
            try:
                return known(*arguments, **named)
            except TypeError:
                return find(*arguments, **named)

        formula = cast(Formula[Parts, Found], ask)
        formula.known = known
        return formula

    return keep
