"""A picture drawn on a PDF page: lines stay lines and texts stay texts, in the fonts of every picture, embedded.

What is read is only what svg.py writes: a dozen elements, whole numbers and decimals, no style sheet.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from designer.errors import RenderError
from designer.export.svg import HREF, ICON_RADIUS, SVG
from designer.export.typeface import BOLD, MISSING, REGULAR, bold, find_asset, regular

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Element = ElementTree.Element

PLAIN_FONT, STRONG_FONT = "LiberationSans", "LiberationSans-Bold"
CREATOR = "designer"
ASCENT, DESCENT = 0.76, 0.22  # of a line's letters above and below its foot, in font sizes
_WORD = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_SHIFT = re.compile(r"translate\(([-0-9.]+) ([-0-9.]+)\)")


@cache
def register_fonts() -> None:
    """Make the fonts known to the PDF library. Raises RenderError when they have not been built."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(PLAIN_FONT, str(find_asset(REGULAR))))
    registerFont(TTFont(STRONG_FONT, str(find_asset(BOLD))))
    registerFontFamily(
        PLAIN_FONT, normal=PLAIN_FONT, bold=STRONG_FONT, italic=PLAIN_FONT, boldItalic=STRONG_FONT
    )


def make_picture(svg: bytes, title: str) -> bytes:
    """A PDF of one page with the picture, as large as the picture is."""
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    root = read_picture(svg)
    stream = io.BytesIO()
    # `invariant`: no date and no random name in the file.
    canvas = Canvas(
        stream, pagesize=picture_size(root), invariant=1, pageCompression=1, initialFontName=PLAIN_FONT
    )
    describe(canvas, title)
    draw_picture(canvas, root)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def describe(canvas: Canvas, title: str) -> None:
    """Say in the file what it is."""
    canvas.setTitle(title)
    canvas.setCreator(CREATOR)
    canvas.setAuthor("")
    canvas.setSubject("")


def read_picture(svg: bytes) -> Element:
    """The tree of a picture that svg.py wrote in this process."""
    return ElementTree.fromstring(svg)  # noqa: S314


def picture_size(root: Element) -> tuple[float, float]:
    """Width and height in points."""
    _x, _y, width, height = root.attrib["viewBox"].split()
    return float(width), float(height)


def draw_picture(canvas: Canvas, root: Element) -> None:
    """The picture with its lower left corner at the canvas's origin."""
    canvas.saveState()
    canvas.translate(0, picture_size(root)[1])
    icons = dict(_icons(root))
    for element in root:
        if element.tag != f"{{{SVG}}}defs":
            _draw(canvas, element, icons)
    canvas.restoreState()


def boxed(text: str, *, strong: bool = False) -> str:
    """The text with a box for each character that the fonts do not have."""
    face = bold() if strong else regular()
    return "".join(letter if face.covers(letter) else MISSING for letter in text)


def _icons(root: Element) -> Iterator[tuple[str, tuple[bytes, float]]]:
    """The PNG and the side of each icon, by what refers to it."""
    for image in root.iter(f"{{{SVG}}}image"):
        data = image.attrib[HREF].partition(",")[2]
        yield (
            f"#{image.attrib['id']}",
            (base64.b64decode(data), float(image.attrib["width"].removesuffix("px"))),
        )


def _draw(canvas: Canvas, element: Element, icons: Mapping[str, tuple[bytes, float]]) -> None:
    kind = element.tag.removeprefix(f"{{{SVG}}}")
    if kind == "g":
        canvas.saveState()
        shift = _SHIFT.search(element.get("transform", ""))
        if shift is not None:
            canvas.translate(float(shift[1]), -float(shift[2]))
        for inner in element:
            _draw(canvas, inner, icons)
        canvas.restoreState()
    elif kind == "text":
        _write(canvas, element)
    elif kind == "use":
        _paste(canvas, element, *icons[element.attrib[HREF]])
    elif kind != "title":
        _trace(canvas, element, kind)


def _trace(canvas: Canvas, element: Element, kind: str) -> None:
    """A shape with its ground and its outline. The page grows upwards, so every y is turned round."""
    path = canvas.beginPath()
    match kind:
        case "path":
            _follow(path, element.attrib["d"])
        case "polygon" | "polyline":
            _join(path, element.attrib["points"], closed=kind == "polygon")
        case "rect":
            x, y, width, height = (float(element.get(name, "0")) for name in ("x", "y", "width", "height"))
            path.roundRect(x, -y - height, width, height, float(element.get("rx", "0")))
        case "line":
            ends = " ".join(element.attrib[name] for name in ("x1", "y1", "x2", "y2"))
            _join(path, ends, closed=False)
        case _:
            raise RenderError(f"the picture has a part that a PDF cannot show: {kind}")
    fill, line = element.get("fill", "black" if kind != "line" else "none"), element.get("stroke", "none")
    canvas.saveState()
    if line != "none":
        canvas.setStrokeColor(_color(line))
        canvas.setLineWidth(float(element.get("stroke-width", "1")))
        dashes = element.get("stroke-dasharray")
        if dashes:
            canvas.setDash([float(length) for length in dashes.split(",")])
    if fill != "none":
        canvas.setFillColor(_color(fill))
    canvas.drawPath(path, stroke=int(line != "none"), fill=int(fill != "none"))
    canvas.restoreState()


def _follow(path: object, data: str) -> None:
    """The commands M, L, C and z, which are all that Graphviz writes."""
    command, numbers = "", list[float]()
    for word in _WORD.findall(data):
        if word.isalpha():
            command = word
            if word in "zZ":
                path.close()  # type: ignore[attr-defined]
            continue
        numbers.append(float(word))
        if command == "C" and len(numbers) == 6:
            x1, y1, x2, y2, x3, y3 = numbers
            path.curveTo(x1, -y1, x2, -y2, x3, -y3)  # type: ignore[attr-defined]
        elif command in "ML" and len(numbers) == 2:
            step = path.moveTo if command == "M" else path.lineTo  # type: ignore[attr-defined]
            step(numbers[0], -numbers[1])
            command = "L"
        else:
            continue
        numbers.clear()


def _join(path: object, points: str, *, closed: bool) -> None:
    numbers = [float(number) for number in _WORD.findall(points)]
    step = path.moveTo  # type: ignore[attr-defined]
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        step(x, -y)
        step = path.lineTo  # type: ignore[attr-defined]
    if closed:
        path.close()  # type: ignore[attr-defined]


def _write(canvas: Canvas, element: Element) -> None:
    """A line of text. One with a rim gets a ground instead: a rim would be the text once more."""
    strong = element.get("font-weight") == "bold"
    face, size = bold() if strong else regular(), float(element.get("font-size", "0"))
    text = boxed(element.text or "", strong=strong)
    x, y = float(element.attrib["x"]), -float(element.attrib["y"])
    width = face.width(text, size)
    if element.get("text-anchor") == "middle":
        x -= width / 2
    if element.get("stroke"):
        canvas.setFillColor(_color(element.attrib["stroke"]))
        canvas.rect(x - 1, y - size * DESCENT, width + 2, size * (ASCENT + DESCENT), stroke=0, fill=1)
    canvas.setFillColor(_color(element.get("fill", "black")))
    canvas.setFont(STRONG_FONT if strong else PLAIN_FONT, size)
    canvas.drawString(x, y, text)


def _paste(canvas: Canvas, element: Element, png: bytes, side: float) -> None:
    from reportlab.lib.utils import ImageReader

    x, y = float(element.attrib["x"]), -float(element.attrib["y"]) - side
    canvas.saveState()
    corners = canvas.beginPath()
    corners.roundRect(x, y, side, side, ICON_RADIUS)
    canvas.clipPath(corners, stroke=0, fill=0)
    place = {"width": side, "height": side, "preserveAspectRatio": True, "anchor": "c"}
    canvas.drawImage(ImageReader(io.BytesIO(png)), x, y, mask="auto", **place)
    canvas.restoreState()


def _color(name: str) -> object:
    from reportlab.lib.colors import toColor

    return toColor(name)
