"""What the navigation has to know of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageInfo:
    """`order` is the place in the navigation: the lowest comes first and is what a visitor sees."""

    title: str
    icon: str
    order: int
