"""Arithmetic worked out again: the formula that is shown, evaluated on the inputs that are shown."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping

from designer.arithmetic import Arithmetic

_OPERATIONS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def evaluate(arithmetic: Arithmetic) -> float:
    """The right side of the formula, with the value of each input put for its symbol."""
    text = re.split(r" >?= ", arithmetic.formula, maxsplit=1)[1]
    names: dict[str, float] = {}
    # The longest first: p may be part of p99.
    for number, item in enumerate(sorted(arithmetic.inputs, key=lambda item: -len(item.symbol))):
        name = f"INPUT{number}_"
        text = re.sub(rf"(?<![\w\[]){re.escape(item.symbol)}(?![\w\[])", name, text)
        names[name] = item.value
    text = text.replace("^", "**")
    added = re.fullmatch(
        r"(?P<before>.*?)sum over i < (?P<end>\w+) of (?P<term>.* - i\))(?P<after>\)?)", text
    )
    if added is None:
        return _work_out(text, names)
    total = math.fsum(
        _work_out(added["term"], names | {"i": float(number)}) for number in range(int(names[added["end"]]))
    )
    return _work_out(f"{added['before']}{total!r}{added['after']}", names)


def _work_out(text: str, names: Mapping[str, float]) -> float:
    return _value(ast.parse(text, mode="eval").body, names)


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return names[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATIONS[type(op)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id="C"), args=[many, few]):
            return float(math.comb(int(_value(many, names)), int(_value(few, names))))
        case ast.Call(func=ast.Name(id="max"), args=args):
            return max(_value(item, names) for item in args)
        case ast.Call(func=ast.Name(id="min"), args=args):
            return min(_value(item, names) for item in args)
        case _:
            raise AssertionError(f"no formula that can be worked out: {ast.unparse(node)}")


def all_of(arithmetic: Arithmetic) -> Iterator[Arithmetic]:
    """The arithmetic and all its steps."""
    yield arithmetic
    for step in arithmetic.steps:
        yield from all_of(step)
