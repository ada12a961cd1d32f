"""The one-page report set in type: A4 lying, the head and the picture across, the rest below in two columns.

What does not fit goes on to a second page. The page is always light: it is to be printed. Lengths are in points.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import toColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from designer.analysis.model import State
from designer.export.order import Order
from designer.export.page_style import BAD, GOOD, UNSURE
from designer.export.pdf import (
    PLAIN_FONT,
    STRONG_FONT,
    boxed,
    describe,
    draw_picture,
    picture_size,
    read_picture,
    register_fonts,
)
from designer.export.picture import render
from designer.export.summary import COST_TITLES, COSTS_HEADING, Cost, Fault, Requirement, Summary, summarize
from designer.export.themes import LIGHT
from designer.rules.model import Severity

WIDTH, HEIGHT = landscape(A4)
MARGIN = 30.0
COLUMN_GAP = 24.0
COLUMN = (WIDTH - 2 * MARGIN - COLUMN_GAP) / 2
PICTURE_HEIGHTS = (280.0, 240.0, 200.0)
"""Heights the picture may have: the first with which everything is on one page, or else the last."""

TITLE_SIZE, HEADING_SIZE, TEXT_SIZE, SMALL_SIZE = 19.0, 11.0, 8.5, 7.5
LEADING = 1.22  # from line to line, in font sizes
GAP = 6.0
CELL = 2.2  # above and below the text of a table's cell

STATE_COLORS = {State.MET: GOOD[0], State.MISSED: BAD[0], State.UNKNOWN: UNSURE[0]}
SEVERITY_COLORS = {Severity.ERROR: BAD[0], Severity.WARNING: UNSURE[0], Severity.INFO: LIGHT.muted}


class _Picture(Flowable):  # type: ignore[misc]  # the library has no types
    """The picture as wide as the page, unless it would be too tall; never larger than it is."""

    def __init__(self, svg: bytes, most: float) -> None:
        super().__init__()
        self._root = read_picture(svg)
        width, height = picture_size(self._root)
        self._scale = min(1.0, (WIDTH - 2 * MARGIN) / width, most / height)
        self.width, self.height = width * self._scale, height * self._scale
        self.hAlign = "CENTER"

    def draw(self) -> None:
        self.canv.scale(self._scale, self._scale)
        draw_picture(self.canv, self._root)


def make_report(order: Order) -> bytes:
    """The PDF. Raises DesignerError for an order without a report, RenderError for a design too big to draw."""
    summary = summarize(order)
    register_fonts()
    style = replace(order.style, theme="light", title="")
    svg = render(order.named, order.catalog, annotations=order.annotations, style=style, format="svg")
    content = b""
    for height in PICTURE_HEIGHTS:
        content, pages = _set(summary, _Picture(svg, height))
        if pages == 1:
            break
    return content


def _set(summary: Summary, picture: _Picture) -> tuple[bytes, int]:
    """The PDF with the picture of that size, and how many pages it takes."""
    head = [*_head(summary), Spacer(0, GAP), picture]
    stream = io.BytesIO()
    document = _Document(stream, summary.title, _height(head))
    below = [*_requirements(summary.requirements), *_findings(summary), *_costs(summary)]
    document.build([NextPageTemplate("more"), *head, FrameBreak(), *below])
    return stream.getvalue(), document.page


class _Document(BaseDocTemplate):  # type: ignore[misc]
    def __init__(self, stream: io.BytesIO, title: str, top: float) -> None:
        # `invariant`: no date and no random name in the file.
        super().__init__(stream, pagesize=(WIDTH, HEIGHT), invariant=1, initialFontName=PLAIN_FONT)
        low = HEIGHT - MARGIN - top - GAP - MARGIN
        across = _frame(MARGIN, HEIGHT - MARGIN - top, WIDTH - 2 * MARGIN, top)
        first = [across, *_columns(low)]
        self.addPageTemplates([
            PageTemplate("first", first, onPage=lambda canvas, _document: describe(canvas, title)),
            PageTemplate("more", _columns(HEIGHT - 2 * MARGIN)),
        ])  # fmt: skip


def _columns(height: float) -> list[Frame]:
    return [_frame(x, MARGIN, COLUMN, height) for x in (MARGIN, MARGIN + COLUMN + COLUMN_GAP)]


def _frame(x: float, y: float, width: float, height: float) -> Frame:
    return Frame(x, y, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _height(flowables: Sequence[Flowable]) -> float:
    """What they take together, with the room that the library wants to be left over."""
    total = 1.0
    for flowable in flowables:
        total += (
            flowable.wrap(WIDTH - 2 * MARGIN, HEIGHT)[1]
            + flowable.getSpaceBefore()
            + flowable.getSpaceAfter()
        )
    return total


def _head(summary: Summary) -> list[Flowable]:
    color = GOOD[0] if summary.passed else BAD[0]
    facts = " &nbsp;·&nbsp; ".join(f"{_text(name)}: <b>{_text(value)}</b>" for name, value in summary.facts)
    scenario = f"{_text(summary.scenario)} &nbsp;·&nbsp; " if summary.scenario else ""
    verdict = f'{scenario}<font color="{color}"><b>{_text(summary.verdict)}</b></font> &nbsp;·&nbsp; {facts}'
    return [
        Paragraph(_text(summary.title, strong=True), _style(TITLE_SIZE, strong=True)),
        Paragraph(verdict, _style(TEXT_SIZE + 0.5, before=3)),
    ]


def _requirements(items: Sequence[Requirement]) -> list[Flowable]:
    if not items:
        return [_heading("Requirements"), _line("None.")]
    rows = [
        [
            _line(_text(item.title) + _small(item.why)),
            _line(f'<font color="{STATE_COLORS[item.state]}"><b>{item.state.value}</b></font>'),
            _number(item.value),
            _number(item.limit),
        ]
        for item in items
    ]
    widths = (0.43, 0.13, 0.24, 0.2)
    return [
        _heading("Requirements"),
        _table(("Requirement", "Verdict", "Value", "Limit"), rows, widths, right=(2, 3)),
    ]


def _findings(summary: Summary) -> list[Flowable]:
    found: list[Flowable] = [_heading("Findings")]
    found += [_line(_fault(fault), after=4) for fault in summary.faults] or [_line("None.")]
    if summary.more_faults:
        found.append(_line(f"And {summary.more_faults} more."))
    return found


def _fault(fault: Fault) -> str:
    severity = f'<font color="{SEVERITY_COLORS[fault.severity]}"><b>{fault.severity.value}</b></font>'
    where = f" at {_text(fault.where)}" if fault.where else ""
    repair = f'<br/><font color="{GOOD[0]}">→ {_text(fault.repair)}</font>' if fault.repair else ""
    return f"{severity} &nbsp;<b>{_text(fault.title, strong=True)}</b>{where}: {_text(fault.message)}{repair}"


def _costs(summary: Summary) -> list[Flowable]:
    if not summary.costs:
        return [_heading(COSTS_HEADING), _line("There are no nodes.")]
    titles = ("Node", "Machines", "Load", *COST_TITLES)
    found = [
        _heading(COSTS_HEADING),
        _table(titles, [_cost(cost) for cost in summary.costs], (0.38, 0.11, 0.23, 0.16, 0.12), (1, 3, 4)),
    ]
    if summary.more_costs:
        found.append(_line(f"And {_text(summary.more_costs)}."))
    return found


def _cost(cost: Cost) -> list[Flowable]:
    kind = (
        "" if cost.component == cost.name else f' <font color="{LIGHT.muted}">{_text(cost.component)}</font>'
    )
    return [
        _line(_text(cost.name) + kind),
        _number(cost.machines),
        _line(_text(cost.load)),
        _number(cost.cost),
        _number(cost.each),
    ]


def _table(
    titles: Sequence[str], rows: list[list[Flowable]], widths: Sequence[float], right: Sequence[int] = ()
) -> Table:
    head = [
        Paragraph(title, _style(SMALL_SIZE, LIGHT.muted, right=at in right))
        for at, title in enumerate(titles)
    ]
    line = toColor(LIGHT.track)
    look = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.6, line),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-2, -1), GAP),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), CELL),
        ("BOTTOMPADDING", (0, 0), (-1, -1), CELL),
    ]
    return Table(
        [head, *rows], colWidths=[COLUMN * part for part in widths], style=look, repeatRows=1, hAlign="LEFT"
    )


def _heading(text: str) -> Paragraph:
    return Paragraph(text, _style(HEADING_SIZE, strong=True, before=8, after=3, keep=True))


def _line(markup: str, *, after: float = 0) -> Paragraph:
    return Paragraph(markup, _style(TEXT_SIZE, after=after))


def _number(text: str) -> Paragraph:
    return Paragraph(_text(text), _style(TEXT_SIZE, right=True))


def _small(text: str) -> str:
    return f'<br/><font size="{SMALL_SIZE}" color="{LIGHT.muted}">{_text(text)}</font>' if text else ""


def _text(text: str, *, strong: bool = False) -> str:
    """Somebody's text for the library, which reads markup: it stands for itself."""
    return escape(boxed(text, strong=strong))


def _style(size: float, color: str = LIGHT.ink, **options: Any) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=STRONG_FONT if options.get("strong") else PLAIN_FONT,
        fontSize=size,
        leading=size * LEADING,
        textColor=color,
        alignment=TA_RIGHT if options.get("right") else 0,
        spaceBefore=options.get("before", 0),
        spaceAfter=options.get("after", 0),
        keepWithNext=int(options.get("keep", False)),
    )
