"""Walking through a document and its model side by side: where a complaint belongs, and which fields may
stand there."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from designer.documents.document import Place


@dataclass(frozen=True, slots=True)
class Trail:
    """Pydantic's path, taken apart."""

    place: Place
    """The parts that lead through the data."""
    labels: tuple[tuple[int, str], ...]
    """The parts that name a branch of a union instead: the depth in the data they stand at, and the
    branch."""
    fields: tuple[str, ...]
    """The fields that the model knows in the mapping where the path ends, or in the last one above."""
    value: Any
    """The data where the path ends."""


def follow(path: Sequence[int | str], model: type[BaseModel], data: Any) -> Trail:
    """Follow pydantic's path through the data."""
    kinds: list[Any] = [model]
    place: list[int | str] = []
    labels: list[tuple[int, str]] = []
    fields = field_names(kinds, data)
    labelled = False
    for part in path:
        # A union always puts a label into the path first, and the label may be spelt like a key of the data.
        label = not labelled and any(len(list(_alternatives(kind))) > 1 for kind in kinds)
        if label or not _leads_on(data, part):
            labels.append((len(place), str(part)))
            labelled = True
            continue
        kinds = [inner for kind in kinds for inner in _step(kind, part, data)]
        data = data[part]
        place.append(part)
        fields = field_names(kinds, data) or fields
        labelled = False
    return Trail(tuple(place), tuple(labels), fields, data)


def field_names(kinds: Sequence[Any], data: Any) -> tuple[str, ...]:
    """The names of the fields which those of the models that suit the data know."""
    models = [
        plain for kind in kinds for plain in _alternatives(kind) if _is_model(plain) and _suits(plain, data)
    ]
    return tuple(
        dict.fromkeys(_name(name, info) for found in models for name, info in found.model_fields.items())
    )


def _leads_on(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and 0 <= part < len(data)
    return isinstance(data, dict) and part in data


def _step(kind: Any, part: str | int, data: Any) -> Iterator[Any]:
    """The kinds of value one step into a value of that kind."""
    for plain in _alternatives(kind):
        arguments = get_args(plain)
        if _is_model(plain):
            if _suits(plain, data):
                yield from (
                    info.annotation for name, info in plain.model_fields.items() if _name(name, info) == part
                )
        elif isinstance(part, int) and get_origin(plain) is tuple and Ellipsis not in arguments:
            yield from arguments[part : part + 1]
        elif arguments and isinstance(part, int):
            yield arguments[0]
        elif arguments and _is_mapping(get_origin(plain)):
            yield arguments[1]


def _alternatives(kind: Any) -> Iterator[Any]:
    """What a kind may be, without None and the wrappings of Annotated, Union, type aliases and root
    models."""
    if get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in {Union, types.UnionType}:
        for branch in get_args(kind):
            yield from _alternatives(branch)
    elif hasattr(kind, "__value__"):
        yield from _alternatives(kind.__value__)
    elif _is_model(kind) and kind.__pydantic_root_model__:
        yield from _alternatives(kind.model_fields["root"].annotation)
    elif kind is not types.NoneType:
        yield kind


def _suits(model: type[BaseModel], data: Any) -> bool:
    """Whether the data has none but the allowed values in the model's literal fields: tells tagged models
    apart."""
    if not isinstance(data, dict):
        return True
    literals = {
        _name(name, info): get_args(info.annotation)
        for name, info in model.model_fields.items()
        if get_origin(info.annotation) is Literal and info.is_required()
    }
    return all(
        data.get(name) in choices for name, choices in literals.items() if isinstance(data.get(name), str)
    )


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _name(name: str, info: FieldInfo) -> str:
    """The name a field has in a document."""
    alias = info.validation_alias or info.alias
    return alias if isinstance(alias, str) else name
