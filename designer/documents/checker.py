"""Checking: a document against a pydantic model. Every misfit becomes one sentence with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from designer.documents.document import (
    Document,
    Place,
    Position,
    describe_path,
    fail,
    find_position,
    make_error,
)
from designer.documents.fields import Trail, follow
from designer.documents.wording import Wording, word
from designer.errors import DesignerError, quote

M = TypeVar("M", bound=BaseModel)

MAX_PROBLEMS = 200
"""Most problems of one document that are reported: nobody reads more, and each one costs time to word."""

_KEY_LABEL = "[key]"
"""How pydantic marks that it is the key of a mapping, not its value, that does not fit."""

_DISCRIMINATOR_ERRORS = frozenset({"union_tag_invalid", "union_tag_not_found"})


@dataclass(frozen=True, slots=True)
class _Problem:
    """One misfit: where it is in the data, by which branches of unions it was reached, and its wording."""

    kind: str
    trail: Trail
    at_key: bool
    field: Place
    wording: Wording


def validate(
    model: type[M],
    document: Document,
    *,
    error: type[DesignerError],
    context: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> M:
    """The document as an instance of `model`.

    `context` goes to the model's validators. `extra` are top-level fields the file does not hold itself (an
    id taken from its path): a file that does hold them is refused. Raises `error` for the first problem in
    the order of the document; the problems after it are in its `others`. A validator that raises ValueError
    from one of our own errors hands on its expectation and suggestion.
    """
    data = _with_extra(document, extra or {}, error)
    try:
        return model.model_validate(data, context=dict(context) if context is not None else None)
    except ValidationError as failure:
        details = failure.errors(include_url=False)[:MAX_PROBLEMS]
        problems = [_read(detail, model, data) for detail in details]
        raise _report(problems, document, error) from None
    except DesignerError as failure:
        # A validator that judges with our own errors knows what is wrong but not where.
        if failure.where is not None:
            raise
        raise make_error(
            document,
            find_position(document, ()),
            failure.message,
            error=error,
            field=failure.field,
            expected=failure.expected,
            suggestion=failure.suggestion,
        ) from failure


def _with_extra(document: Document, extra: Mapping[str, Any], error: type[DesignerError]) -> Any:
    data = document.data
    if data is None:
        fail(document, (), "the document is empty", error=error, expected="a mapping of fields")
    if not extra or not isinstance(data, dict):
        return data
    for name in extra:
        if name in data:
            message = f"{quote(name)} is given by the file's name and place"
            fail(document, (name,), message, error=error, expected="no such field in the file", key=True)
    return {**data, **extra}


def _read(detail: Mapping[str, Any], model: type[BaseModel], data: Any) -> _Problem:
    """A problem from pydantic's description of it."""
    kind, path = detail["type"], detail["loc"]
    at_key = bool(path) and path[-1] == _KEY_LABEL
    missing: Place = ()
    if at_key:
        path = path[:-1]
    elif kind in {"missing", "extra_forbidden"}:
        path, missing = path[:-1], path[-1:]
    trail = follow(path, model, data)
    if kind in _DISCRIMINATOR_ERRORS:
        missing = (str(detail["ctx"]["discriminator"]).strip("'"),)
    field = (*trail.place, *missing)
    if kind == "extra_forbidden":
        value: object = missing[0]
    else:
        # Pydantic's own idea of the input is what a validator made of it.
        value = detail["input"] if at_key else trail.value
    wording = word(detail, describe_path(field), value, trail.fields)
    return _Problem(kind, trail, at_key or kind == "extra_forbidden", field, wording)


def _report(problems: list[_Problem], document: Document, error: type[DesignerError]) -> DesignerError:
    """The first problem in document order as an error, with the others behind it."""
    settled = _drop_explained(_settle(problems, 0))
    placed = sorted(
        ((_position(problem, document), problem) for problem in settled), key=lambda pair: pair[0]
    )
    first, *others = [
        make_error(
            document,
            position,
            problem.wording.message,
            error=error,
            field=describe_path(problem.field),
            expected=problem.wording.expected,
            suggestion=problem.wording.suggestion,
        )
        for position, problem in placed
    ]
    first.others = others
    return first


def _position(problem: _Problem, document: Document) -> Position:
    # A missing field is shown at the key of the mapping that lacks it: its first entry is not to blame.
    absent = problem.field not in document.positions
    return find_position(
        document, problem.trail.place if absent else problem.field, key=absent or problem.at_key
    )


def _drop_explained(problems: list[_Problem]) -> list[_Problem]:
    """Leave out what another problem brought about.

    That is a missing field where an unknown one beside it is that field misspelt, and a list or mapping that is
    too short only because what is in it does not fit.
    """
    unknown = (problem for problem in problems if problem.kind == "extra_forbidden")
    misspelt = {(*problem.trail.place, problem.wording.suggestion) for problem in unknown}
    troubled = {problem.field[:depth] for problem in problems for depth in range(len(problem.field))}
    return [
        problem
        for problem in problems
        if not (problem.kind == "missing" and problem.field in misspelt)
        and not (problem.kind == "too_short" and problem.field in troubled)
    ]


def _settle(problems: list[_Problem], level: int) -> list[_Problem]:
    """Of the branches of every union keep the one most likely meant. `level` counts labels from outside."""
    settled = [problem for problem in problems if len(problem.trail.labels) <= level]
    unions: dict[object, dict[str, list[_Problem]]] = {}
    for problem in problems:
        if len(problem.trail.labels) > level:
            depth, label = problem.trail.labels[level]
            union = (problem.trail.place[:depth], problem.trail.labels[:level])
            unions.setdefault(union, {}).setdefault(label, []).append(problem)
    for branches in unions.values():
        candidates = [_settle(branch, level + 1) for branch in branches.values()]
        settled += _choose(candidates, level)
    return settled


def _choose(branches: list[list[_Problem]], level: int) -> list[_Problem]:
    """The branch that fits best; where none fits at all, one problem that names what each of them expects."""
    branches.sort(key=lambda branch: _misfit(branch, level))
    best = branches[0]
    if _misfit(best, level)[0] == 0:
        return best
    expected = dict.fromkeys(branch[0].wording.expected for branch in branches)
    wording = replace(best[0].wording, expected=" or ".join(filter(None, expected)) or None)
    return [replace(best[0], wording=wording)]


def _misfit(branch: list[_Problem], level: int) -> tuple[int, bool, int]:
    """How badly a branch fits: inner problems only (0), a wrong value (1), a wrong kind of value (2)."""
    shallow = [problem for problem in branch if _is_shallow(problem, level)]
    if not shallow:
        return 0, False, len(branch)
    wrong_kind = any(problem.wording.wrong_kind for problem in shallow)
    return 2 if wrong_kind else 1, shallow[0].wording.suggestion is None, len(branch)


def _is_shallow(problem: _Problem, level: int) -> bool:
    """Whether it is the union's own value that does not fit, not something inside it."""
    return (
        len(problem.field) == problem.trail.labels[level][0] if len(problem.trail.labels) > level else False
    )
