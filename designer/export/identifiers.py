"""Names for the parts of a drawing in languages that allow fewer of them than a design file does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

_ODD = re.compile(r"[^A-Za-z0-9_]")


def identify(
    ids: Iterable[str], *, allows: Callable[[str], bool], prefix: str, fold: bool = False
) -> Mapping[str, str]:
    """A name for each id, all different: the id itself where the language allows it, and otherwise one made of it.

    With `fold`, names that differ by capitals only count as the same. What is made begins with `prefix`.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in sorted(wanted, key=lambda name: not allows(name)):  # those that stay as they are come first
        name = (
            id_
            if allows(id_) and _key(id_, fold) not in taken
            else _free(prefix + _ODD.sub("_", id_), taken, fold)
        )
        taken.add(_key(name, fold))
        found[id_] = name
    return found


def _free(stem: str, taken: set[str], fold: bool) -> str:
    name, number = stem, 1
    while _key(name, fold) in taken:
        number += 1
        name = f"{stem}_{number}"
    return name


def _key(name: str, fold: bool) -> str:
    return name.lower() if fold else name
