"""What an import gives: a design, and every guess that went into it."""

from __future__ import annotations

from dataclasses import dataclass

from designer.design.model import Design


@dataclass(frozen=True, slots=True)
class Guess:
    """Something the text did not say, or said and a design cannot: where, what became of it, and why.

    `where` is a place in the text such as `line 3`; empty where it is about all of it.
    """

    where: str
    what: str
    because: str

    @property
    def sentence(self) -> str:
        """The guess as one plain sentence."""
        return f"{self.what}, {self.because}."


@dataclass(frozen=True, slots=True)
class Imported:
    """A sound design, the name of the format it was read from, and what was guessed, in the order of the text."""

    design: Design
    format: str
    guesses: tuple[Guess, ...] = ()
