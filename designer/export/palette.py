"""Colours by what a box does, for drawings without icons; light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.catalog.model import Behavior
from designer.export.annotations import ThemeName
from designer.export.themes import DARK, LIGHT, Theme


@dataclass(frozen=True, slots=True)
class Paint:
    """Of one box: its ground and its outline."""

    fill: str
    line: str


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one drawing. Texts keep a contrast of 4.5:1 with what they stand on."""

    theme: Theme
    boxes: Mapping[Behavior, Paint]


PALETTES: Mapping[ThemeName, Palette] = {
    "light": Palette(
        LIGHT,
        {
            Behavior.CLIENT: Paint("#e8f1fc", "#4f86c6"),
            Behavior.ROUTER: Paint("#efeafb", "#8064c8"),
            Behavior.SERVICE: Paint("#fdf0e2", "#d08a33"),
            Behavior.CACHE: Paint("#fdeaea", "#cf6a6a"),
            Behavior.STORE: Paint("#e6f4ec", "#4d9b72"),
            Behavior.QUEUE: Paint("#fbe9f3", "#c0619a"),
            Behavior.OBSERVER: Paint("#eef1f5", "#7d8ba0"),
        },
    ),
    "dark": Palette(
        DARK,
        {
            Behavior.CLIENT: Paint("#17304d", "#6ea3e0"),
            Behavior.ROUTER: Paint("#2b2350", "#a48be6"),
            Behavior.SERVICE: Paint("#402c14", "#e0a356"),
            Behavior.CACHE: Paint("#461f22", "#e28585"),
            Behavior.STORE: Paint("#163626", "#63bb8e"),
            Behavior.QUEUE: Paint("#42203a", "#da83b8"),
            Behavior.OBSERVER: Paint("#222d3d", "#93a3b9"),
        },
    ),
}
