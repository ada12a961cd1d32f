"""docs/fidelity.md: what was predicted, what was published, by how much they differ, and what is not attempted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from designer.fidelity.case import Case, Tag
from designer.fidelity.comparison import Comparison, Fidelity, Figure, Summary, Value
from designer.units import Dimension, format_quantity

_INTRODUCTION = """\
# How near the engine comes

Published figures, and what the engine predicts from the same inputs. This page is written by
`designer fidelity tests/fidelity --write docs/fidelity.md` from the cases in `tests/fidelity/`; every prediction is
computed when it is written, and a test compares the page with what the command writes now. No default of the catalogue
was tuned to make a case come out; what is known of the machines in a case is put in there and shown. A case is one YAML
file, and `designer/fidelity/case.py` says what may stand in it.

What a figure is worth depends on what was put in:

| tag | meaning |
|---|---|
| out of sample | nothing that was put in, and no default, was chosen by this figure: a prediction |
| fitted | the figure was put in for a machine, and has to come out again through the whole design |
| arithmetic | an author's own estimate from the same inputs |
| closed form | a formula from a textbook, or a law that no measurement can break |
"""

_TAGS = (Tag.OUT_OF_SAMPLE, Tag.FITTED, Tag.ARITHMETIC, Tag.CLOSED_FORM)


def write_fidelity(fidelity: Fidelity) -> str:
    """The page as Markdown, ending with a line break. The same cases and engine give the same text."""
    parts = [
        _INTRODUCTION,
        *_together(fidelity),
        *_not_modelled(fidelity),
        *_errata(fidelity),
        "## The cases\n",
        *(part for comparison in fidelity.comparisons for part in _case(comparison)),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _together(fidelity: Fidelity) -> Iterator[str]:
    summaries = [fidelity.summary(tag) for tag in _TAGS]
    yield "## All together\n"
    yield _table(
        ("tag", "figures", "as near as asked", "median error", "mean error", "worst error"),
        [_summary(summary) for summary in summaries],
    )
    first = summaries[0]
    if first.worst is not None:
        yield (
            f"Errors are absolute, and of figures with a tolerance. Of the {first.figures} figures out of sample "
            f"{first.within} are as near as their case asks; farthest off is “{_escape(_name(first.worst))}”.\n"
        )
    missed = [
        _missed(comparison.case, row)
        for comparison in fidelity.comparisons
        for row in comparison.rows
        if not all(figure.within for figure in row)
    ]
    if missed:
        yield "What is not as near as asked, and why:\n"
        yield _listed(missed)


def _missed(case: Case, row: Sequence[Figure]) -> str:
    far = [figure for figure in row if not figure.within]
    return (
        f"{_escape(case.title)}: {_escape(row[0].says)}. {_all(far, 'predicted')} predicted, "
        f"{_all(far, 'published')} published. {_escape(row[0].misses or '')}"
    ).rstrip()


def _summary(summary: Summary) -> tuple[str, ...]:
    worst = None if summary.worst is None else abs(summary.worst.error or 0.0)
    errors = [("" if value is None else _percent(value)) for value in (summary.median, summary.mean, worst)]
    return (summary.tag.value, str(summary.figures), str(summary.within), *errors)


def _not_modelled(fidelity: Fidelity) -> Iterator[str]:
    lines = [
        f"{_escape(sentence)} ({_escape(comparison.case.title)})"
        for comparison in fidelity.comparisons
        for sentence in comparison.case.not_modelled
    ]
    if lines:
        yield "## What is not modelled\n"
        yield _listed(lines)


def _errata(fidelity: Fidelity) -> Iterator[str]:
    rows = [
        (
            _escape(figures[0].says),
            _all(figures, "published"),
            _all(figures, "predicted"),
            _escape(erratum.why),
        )
        for comparison in fidelity.comparisons
        for erratum, figures in zip(comparison.case.errata, comparison.errata, strict=True)
    ]
    if rows:
        yield "## Published figures that must not come out\n"
        yield "These were printed, and are slips. The engine disagrees on purpose.\n"
        yield _table(("what was published", "published", "engine", "why"), rows)


def _case(comparison: Comparison) -> Iterator[str]:
    case = comparison.case
    yield f"### {_escape(case.title)}\n"
    yield f"Source: {_escape(case.source)}\n"
    if case.given is not None:
        yield f"Given: {_escape(case.given)}\n"
    if comparison.rows:
        yield _table(
            ("figure", "predicted", "published", "error", "asked for", "tag"),
            [_row(row) for row in comparison.rows],
        )
    if case.setups:
        yield "What was drawn, with the figures that were put in:\n"
        yield _fenced(_drawn(name, setup.design) for name, setup in case.setups.items())


def _drawn(name: str, design: str) -> str:
    lines = [line.strip() for line in design.splitlines() if line.strip()]
    return f"{name}: {lines[0]}" if len(lines) == 1 else "\n  ".join([f"{name}:", *lines])


def _row(row: Sequence[Figure]) -> tuple[str, ...]:
    first = row[0]
    tag = first.tag.value if first.tag is not None else ""
    return (
        _escape(first.says),
        _all(row, "predicted"),
        _all(row, "published"),
        _error(row),
        _asked(row),
        tag,
    )


def _error(row: Sequence[Figure]) -> str:
    first = row[0]
    if first.dimension is None:
        return "the same" if all(figure.within for figure in row) else "different"
    if first.last_digit is not None:
        return "rounds to it" if all(figure.within for figure in row) else "does not round to it"
    worst = max((figure.error or 0.0 for figure in row), key=abs)
    return _signed(worst)


def _asked(row: Sequence[Figure]) -> str:
    first = row[0]
    if first.last_digit is not None:
        asked = "as printed"
    elif first.tolerance is not None:
        asked = f"within {format_quantity(first.tolerance, Dimension.RATIO)}"
    else:
        asked = "the same"
    return asked if all(figure.within for figure in row) else f"{asked}: **no**"


def _all(row: Sequence[Figure], field: str) -> str:
    return ", ".join(_value(getattr(figure, field), figure.dimension) for figure in row)


def _value(value: Value, dimension: Dimension | None) -> str:
    if isinstance(value, str) or dimension is None:
        return _escape(str(value))
    return format_quantity(value, dimension)


def _name(figure: Figure) -> str:
    return f"{figure.says} ({figure.step})" if figure.step else figure.says


def _percent(value: float) -> str:
    return f"{100.0 * value:.1f} %"


def _signed(value: float) -> str:
    text = f"{100.0 * value:+.1f} %"
    return "0.0 %" if text in {"+0.0 %", "-0.0 %"} else text


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _fenced(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    ticks = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _escape(text: str) -> str:
    """On one line, and without anything that Markdown or HTML would make something of."""
    return re.sub(r"([\\|`*\[\]<>])", r"\\\1", _flat(text))
