"""The colours of a picture, light and dark. Texts keep a contrast of 4.5:1 with what they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.export.annotations import CardState, ThemeName


@dataclass(frozen=True, slots=True)
class Signal:
    """How a card of one state looks: its border, whether that is dashed, and its utilisation bar."""

    border: str
    bar: str
    thickness: int = 1  # points
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Pill:
    """A finding's mark and colours, by severity. The mark says the severity without colour."""

    mark: str
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of one picture."""

    page: str
    ink: str
    muted: str
    card: str
    tile: str  # behind an icon: some are dark on clear ground, so it is light in both themes
    track: str  # the empty part of a utilisation bar
    line: str  # arrows
    zone_fill: str
    zone_line: str
    region_fill: str
    region_line: str
    signals: Mapping[CardState, Signal]
    pills: Mapping[str, Pill]


LIGHT = Theme(
    page="#ffffff",
    ink="#111c2d",
    muted="#55637a",
    card="#ffffff",
    tile="#ffffff",
    track="#e6ebf2",
    line="#93a1b5",
    zone_fill="#f5f8fc",
    zone_line="#9aa8bc",
    region_fill="#fbfcfe",
    region_line="#c4cedc",
    signals={
        "idle": Signal("#c3ccd9", "#9fadc0"),
        "ok": Signal("#63b08d", "#3f9f74"),
        "busy": Signal("#dd9a22", "#df9618"),
        "over": Signal("#d23b3b", "#d23b3b", thickness=2),
        "off": Signal("#9aa8bc", "#c3ccd9", dashed=True),
    },
    pills={
        "error": Pill("▲", "#c62f2f", "#ffffff"),
        "warning": Pill("!", "#fff0cf", "#744600"),
        "info": Pill("i", "#e2edfc", "#1c4c8c"),
    },
)

DARK = Theme(
    page="#0e1522",
    ink="#eef3fa",
    muted="#a4b2c7",
    card="#1a2536",
    tile="#e6ecf4",
    track="#34435a",
    line="#6b7d97",
    zone_fill="#131d2d",
    zone_line="#52647f",
    region_fill="#101927",
    region_line="#33435c",
    signals={
        "idle": Signal("#46576f", "#8294ad"),
        "ok": Signal("#3f9d76", "#4fb98c"),
        "busy": Signal("#e0a336", "#eaac3c"),
        "over": Signal("#f06363", "#f06363", thickness=2),
        "off": Signal("#66778f", "#46576f", dashed=True),
    },
    pills={
        "error": Pill("▲", "#cf3a3a", "#ffffff"),
        "warning": Pill("!", "#4a3a15", "#ffd98a"),
        "info": Pill("i", "#1d3a62", "#b9d6ff"),
    },
)

THEMES: Mapping[ThemeName, Theme] = {"light": LIGHT, "dark": DARK}
