"""Predicted against published: every figure of every case, and what they come to together."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from designer.documents import fail
from designer.documents.document import Place
from designer.errors import AnalysisError, UnitError
from designer.fidelity.case import Case, CaseError, Claim, Expectation, Tag
from designer.fidelity.loader import LoadedCase, load_cases
from designer.fidelity.study import Study, names_of, unit_of
from designer.units import Dimension, parse

CASES = Path(__file__).parents[2] / "tests" / "fidelity"
"""Where the cases of the repository are."""

_NOISE = 1e-9
"""Floating point does not decide whether a figure is within its tolerance."""

_PRINTED = re.compile(r"\d[\d_]*(?:\.(?P<fraction>\d+))?|\.(?P<only>\d+)")

Value = float | str


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure and what the engine predicts, both in the base unit of `dimension`; words have none."""

    says: str
    step: str  # what tells it apart in its row; empty for a figure on its own
    tag: Tag | None  # None: an erratum
    predicted: Value
    published: Value
    dimension: Dimension | None
    tolerance: float | None = None
    last_digit: float | None = None  # what one in the last digit printed is worth, where that is what counts
    misses: str | None = None

    @property
    def error(self) -> float | None:
        """By which part of the published figure the prediction is too high; None for words and for nothing."""
        if isinstance(self.predicted, str) or isinstance(self.published, str) or self.published == 0.0:
            return None
        return self.predicted / self.published - 1.0

    @property
    def within(self) -> bool:
        """Whether the prediction comes as near as the case asks."""
        if isinstance(self.predicted, str) or isinstance(self.published, str):
            return self.predicted == self.published
        apart = abs(self.predicted - self.published)
        if self.last_digit is not None:
            return apart <= (0.5 + _NOISE) * self.last_digit
        return apart <= (self.tolerance or 0.0) * abs(self.published) * (1.0 + _NOISE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One case: its figures in the order of the file, row by row, and its errata."""

    case: Case
    rows: tuple[tuple[Figure, ...], ...]
    errata: tuple[tuple[Figure, ...], ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of all rows."""
        return tuple(figure for row in self.rows for figure in row)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the figures of one tag come to. Errors are absolute, of figures that are numbers with a tolerance."""

    tag: Tag
    figures: int
    within: int
    median: float | None
    mean: float | None
    worst: Figure | None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """All cases, by file name."""

    comparisons: tuple[Comparison, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of all cases."""
        return tuple(figure for comparison in self.comparisons for figure in comparison.figures)

    @property
    def holds(self) -> bool:
        """Whether every figure is as near as its case asks, or says why not."""
        return all(figure.within or figure.misses is not None for figure in self.figures)

    def summary(self, tag: Tag) -> Summary:
        """What the figures with that tag come to together."""
        figures = [figure for figure in self.figures if figure.tag is tag]
        measured = [figure for figure in figures if figure.tolerance is not None and figure.error is not None]
        errors = [abs(figure.error or 0.0) for figure in measured]
        return Summary(
            tag=tag,
            figures=len(figures),
            within=sum(figure.within for figure in figures),
            median=statistics.median(errors) if errors else None,
            mean=math.fsum(errors) / len(errors) if errors else None,
            worst=max(measured, key=lambda figure: abs(figure.error or 0.0), default=None),
        )


def run_cases(folder: Path = CASES) -> Fidelity:
    """Every case of a folder, predicted by the engine from the case's own inputs.

    Raises CaseError for a folder without cases, a file that is none, or a figure the engine cannot tell at all.
    """
    return Fidelity(tuple(_compare(loaded) for loaded in load_cases(folder)))


def _compare(loaded: LoadedCase) -> Comparison:
    study = Study(loaded)
    return Comparison(
        case=loaded.case,
        rows=tuple(_rows(loaded, study, "expects", loaded.case.expects)),
        errata=tuple(_rows(loaded, study, "errata", loaded.case.errata)),
    )


def _rows(
    loaded: LoadedCase, study: Study, field: str, items: Iterable[Claim]
) -> Iterator[tuple[Figure, ...]]:
    for number, item in enumerate(items):
        yield _row(loaded, study, (field, number), item)


def _row(loaded: LoadedCase, study: Study, place: Place, item: Claim) -> tuple[Figure, ...]:
    dimension, steps = unit_of(item.ask), names_of(item.ask)
    if len(steps) != len(item.published):
        fail(
            loaded.document,
            (*place, "published"),
            f"there are {len(item.published)} published figures for {len(steps)} predicted ones",
            error=CaseError,
            expected="one for each",
        )
    try:
        predicted = study.answer(item.ask)
    except AnalysisError as error:
        fail(loaded.document, (*place, "ask"), f"this cannot be predicted: {error.message}", error=CaseError)
    published = [
        _read(loaded, place, number, value, dimension) for number, value in enumerate(item.published)
    ]
    asked = item if isinstance(item, Expectation) else None
    return tuple(
        Figure(
            says=item.says,
            step=step,
            tag=asked.tag if asked else None,
            predicted=value,
            published=known,
            dimension=dimension,
            tolerance=asked.tolerance if asked else None,
            last_digit=_last_digit(text, known) if asked and asked.as_printed else None,
            misses=asked.misses if asked else None,
        )
        for step, value, known, text in zip(steps, predicted, published, item.published, strict=True)
    )


def _last_digit(text: Value, value: Value) -> float | None:
    """What one in the last digit of a printed figure is worth, in base units: 0.1 % for "6.9 %"."""
    number = _PRINTED.search(str(text))
    if number is None or isinstance(value, str):
        return None
    digits = len(number["fraction"] or number["only"] or "")
    written = float(number[0].replace("_", ""))
    return 10.0**-digits * (value / written if written else 1.0)


def _read(loaded: LoadedCase, place: Place, number: int, value: Value, dimension: Dimension | None) -> Value:
    if dimension is None:
        return str(value)
    try:
        return parse(value, dimension)
    except UnitError as error:
        fail(
            loaded.document,
            (*place, "published", number),
            error.message,
            error=CaseError,
            expected=error.expected,
            suggestion=error.suggestion,
        )
