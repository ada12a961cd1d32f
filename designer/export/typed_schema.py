"""JSON Schema from types: each a TypedDict whose fields say, annotated, what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(root: type, title: str) -> dict[str, Any]:
    """JSON Schema of a document. Nothing but the fields of its types is in it, and all of them always are."""
    first, *others = tables_of(root)
    return {
        "$schema": DIALECT,
        "title": title,
        **_object(first[2], first[1]),
        "$defs": {name: _object(fields, meaning) for name, meaning, fields in others},
    }


def tables_of(root: type) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each type of the format: its name, its meaning, and its fields with their annotated types; the root first."""
    waiting: list[Any] = [root]
    seen = {root}
    while waiting:
        kind = waiting.pop(0)
        fields = get_type_hints(kind, include_extras=True)
        yield _name(kind), (kind.__doc__ or "").strip(), fields
        for field in fields.values():
            for found in _typed_dicts(field):
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)


def _typed_dicts(hint: Any) -> Iterator[Any]:
    if is_typeddict(hint):
        yield hint
    for argument in get_args(hint):
        yield from _typed_dicts(argument)


def _name(kind: type) -> str:
    return kind.__name__.removesuffix("Data")


def _object(fields: Mapping[str, Any], title: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": title,
        "properties": {name: _schema(hint) for name, hint in fields.items()},
        "required": list(fields),
        "additionalProperties": False,
    }


_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
}


def _schema(hint: Any) -> dict[str, Any]:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if is_typeddict(hint):
        return {"$ref": f"#/$defs/{_name(hint)}"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return {"description": arguments[1], **_schema(arguments[0])}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object"}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(argument) for argument in arguments]}
    return {"enum": [member.value for member in hint]}
