"""The palette: what the browser is told of every component, icons included, packed once for all sessions."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, overload

from PIL import Image, ImageChops, ImageDraw

from designer.catalog.icons import icon_path
from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.units import Dimension, format_quantity

ICON_PIXELS = 64
"""Side of a palette icon: shown at up to 32 px, so it is sharp on screens with two dots to the pixel."""

ICON_COLORS = 64
"""Colours of a palette icon: the icons are flat, and a small palette makes them a third of the size."""

CORNER, FINENESS = 0.25, 4
"""Radius of the corners of an icon as a part of its side, and how much finer they are drawn."""

PLAIN_DOLLARS = "dollars"
"""The browser's unit for money that is not per month."""


class CatalogEntries(Sequence[Mapping[str, Any]]):
    """Components as the palette shows them, ready to be sent: `payload` is their JSON, `name` its fingerprint."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self._entries = tuple(entries)
        text = json.dumps(self._entries, ensure_ascii=False, separators=(",", ":"))
        self.name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.payload = f'{{"kind":"catalog","catalog":"{self.name}","entries":{text}}}'.encode()

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)


_packed: dict[int, tuple[Mapping[str, Component], CatalogEntries]] = {}


def catalog_entries(catalog: Mapping[str, Component]) -> CatalogEntries:
    """The palette of a catalogue, in the catalogue's order; made once for each catalogue object.

    Raises CatalogError when a file or an icon of the catalogue cannot be read.
    """
    found = _packed.get(id(catalog))
    # The catalogue is kept beside its entries, so that no other object can come to have its id.
    if found is None or found[0] is not catalog:
        found = (catalog, CatalogEntries([_entry(component) for component in catalog.values()]))
        _packed[id(catalog)] = found
    return found[1]


def _entry(component: Component) -> dict[str, Any]:
    return {
        "id": component.id,
        "name": component.name,
        "group": component.group,
        "summary": component.summary,
        "keywords": list(component.keywords),
        "behavior": component.behavior.value,
        "traits": sorted(component.traits),
        "knobs": [knob.value for knob in component.knobs],
        "defaults": component.defaults.model_dump(),
        "place": component.place.value,
        "replication": component.replication.value,
        "keeps": sorted(component.holds | component.caches),
        "icon": _icon(icon_path(component.icon)),
        "figures": dict(_figures(component)),
    }


def _figures(component: Component) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, dimension in FIGURE_DIMENSIONS.items():
        figure = component.figure(name)
        if figure is None:
            continue
        is_plain = dimension is Dimension.MONEY and name != "cost"
        text = format_quantity(figure.default, dimension)
        yield (
            name,
            {
                "default": figure.default,
                "low": figure.low,
                "high": figure.high,
                "unit": PLAIN_DOLLARS if is_plain else dimension.value,
                "text": text.removesuffix("/month") if is_plain else text,
                "source": figure.source,
            },
        )


@cache
def _icon(path: Path) -> str:
    """The picture as a small square PNG with round corners in a data URI; the same bytes for the same picture.

    A browser that rounds hundreds of them itself puts each into a layer of its own at every stroke.
    """
    with Image.open(path) as picture:
        image = picture.convert("RGBA")
    image.thumbnail((ICON_PIXELS, ICON_PIXELS), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (ICON_PIXELS, ICON_PIXELS))
    square.paste(image, ((ICON_PIXELS - image.width) // 2, (ICON_PIXELS - image.height) // 2))
    square.putalpha(ImageChops.multiply(square.getchannel("A"), _rounded()))
    small = square.quantize(ICON_COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


@cache
def _rounded() -> Image.Image:
    """What is left of a square whose corners are round: white where it is seen."""
    size = ICON_PIXELS * FINENESS
    large = Image.new("L", (size, size))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, size - 1, size - 1), radius=size * CORNER, fill=255)
    return large.resize((ICON_PIXELS, ICON_PIXELS), Image.Resampling.LANCZOS)
