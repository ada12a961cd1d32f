"""From a draw.io file to a design: by label, icon and shape, or exactly as our own writer says it in attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from designer.catalog.model import Catalog
from designer.design.model import MAX_NODES, Mode
from designer.documents import load_text
from designer.documents.document import make_error
from designer.errors import DesignError, quote
from designer.importing.drawio_cells import Cell, parents, place_of, read_cells
from designer.importing.drawio_pages import Page, open_page
from designer.importing.guessing import Guesser, Shape
from designer.importing.labels import is_id, one_line, split_counts
from designer.importing.model import Imported
from designer.importing.sheet import Sheet, Spot, require_few
from designer.importing.zoning import Kind, read_kind

COMPONENT, SETTINGS, PAGE, NOTE = "component", "settings", "design", "note"
"""The attributes in which our own writer says exactly what a shape, a line, the page and a note are."""

FRAMES = ("zone", "region")
"""The attributes in which it names what a frame stands for."""

GROUP = "group"
"""The attribute of a frame that it drew around a group; what the group is stands with the whole page."""

_TITLE_OF_NOTHING = re.compile(r"Page-\d+|Seite-\d+|", re.IGNORECASE)


def read_drawing(text: str, origin: str, catalog: Catalog, form: str) -> Imported:
    """The design on the first page. Raises DesignError with line and column."""
    page = open_page(text, origin)
    cells = read_cells(page.model)
    sheet = Sheet(page.document, catalog)
    reader = _Reader(page, cells, sheet, Guesser(catalog))
    reader.tell_pages()
    reader.describe()
    reader.place_all()
    reader.connect_all()
    return sheet.finish(form, "" if _TITLE_OF_NOTHING.fullmatch(page.title) else page.title)


class _Reader:
    """Puts the cells of a page on a sheet."""

    def __init__(self, page: Page, cells: Mapping[str, Cell], sheet: Sheet, guesser: Guesser) -> None:
        self._page = page
        self._cells = cells
        self._sheet = sheet
        self._guesser = guesser
        edges = [cell for cell in cells.values() if cell.is_edge]
        self._ends = {end for edge in edges for end in (edge.source, edge.target)}
        self._around = {cell.parent for cell in cells.values() if cell.is_vertex}

    def tell_pages(self) -> None:
        """Only one page is read."""
        if self._page.others:
            what = f"only the first page, {quote(self._page.title)}, is read"
            one = self._page.others == 1
            more = "is 1 further page" if one else f"are {self._page.others} further pages"
            self._sheet.tell(
                Spot("", self._page.model.position),
                what,
                f"since there {more}",
            )

    def describe(self) -> None:
        """What our own writer says of the whole design, in the page's own cell."""
        for cell in self._cells.values():
            if PAGE in cell.attributes and not cell.is_vertex and not cell.is_edge:
                self._sheet.describe(self._settings(cell), self._spot(cell))
                return

    def place_all(self) -> None:
        """Every shape: a group, words, or a component."""
        shapes = [cell for cell in self._cells.values() if cell.is_vertex]
        require_few(sum(not self._is_group(cell) for cell in shapes), MAX_NODES, "a design can have")
        for cell in shapes:
            if self._is_exact(cell):
                self._place_exactly(cell)
            elif self._is_group(cell):
                self._tell_group(cell)
            elif NOTE in cell.attributes or (cell.is_note and cell.id not in self._ends):
                self._note(cell)
            elif self._tells_nothing(cell):
                self._sheet.tell(
                    self._spot(cell), "a shape is left out", "since it has neither words nor arrows"
                )
            else:
                self._place(cell)

    def _tells_nothing(self, cell: Cell) -> bool:
        told = cell.label or cell.icon or cell.attributes.get(COMPONENT)
        return not told and cell.id not in self._ends

    def _is_group(self, cell: Cell) -> bool:
        """Whether other shapes stand in it, or are meant to."""
        return (cell.id in self._around or cell.is_container) and not self._is_exact(cell)

    def _is_exact(self, cell: Cell) -> bool:
        return cell.attributes.get(COMPONENT, "") in self._sheet.catalog

    def _tell_group(self, cell: Cell) -> None:
        if self._kind(cell) is None and GROUP not in cell.attributes:
            what = f"the group {quote(one_line(cell.label))} is left out"
            self._sheet.tell(self._spot(cell), what, "since it is not called a zone or a region")

    def _kind(self, cell: Cell) -> Kind | None:
        if GROUP in cell.attributes:
            return None
        for name in FRAMES:
            if name in cell.attributes:
                return Kind(name)
        return read_kind(cell.label) or read_kind(cell.icon)

    def _note(self, cell: Cell) -> None:
        if NOTE in cell.attributes:
            settings = {**self._settings(cell), **self._position(cell)}
            text = cell.attributes.get("label", "")
            self._sheet.note(text, self._spot(cell), settings, cell.attributes[NOTE])
        elif cell.label:
            self._sheet.note(cell.label, self._spot(cell), self._position(cell))

    def _place(self, cell: Cell) -> None:
        label, counts = split_counts(cell.label)
        shape = Shape.STORE if cell.is_cylinder else Shape.CLIENT if cell.is_person else None
        hint = f"{cell.attributes.get(COMPONENT, '')}\n{cell.icon}"
        name = cell.id if is_id(cell.id) and not _is_made_up(cell.id) else ""
        found = self._guesser.from_drawing(label, name, hint, shape)
        self._sheet.place(
            cell.id,
            found.component,
            self._spot(cell),
            label=label,
            wanted=name,
            because=found.because,
            counts=counts,
            **self._position(cell),
            **self._zones(cell),
        )

    def _place_exactly(self, cell: Cell) -> None:
        """What our own writer said, which is checked like any file."""
        data = {**self._position(cell), **self._settings(cell), COMPONENT: cell.attributes[COMPONENT]}
        # A copy made in draw.io has an id of draw.io's.
        data["id"] = cell.id if is_id(cell.id) else cell.attributes[COMPONENT]
        self._sheet.place_exactly(cell.id, data, self._spot(cell))

    def _settings(self, cell: Cell) -> dict[str, Any]:
        text = cell.attributes.get(SETTINGS, "")
        if not text.strip():
            return {}
        try:
            data = load_text(text, SETTINGS, error=DesignError).data
        except DesignError as problem:
            raise self._refusal(cell, f"the settings cannot be read: {problem.message}") from None
        if not isinstance(data, dict):
            raise self._refusal(cell, "the settings are no mapping")
        return data

    def _refusal(self, cell: Cell, message: str) -> Exception:
        expected = 'settings such as {"instances": 2}'
        return make_error(self._page.document, cell.position, message, error=DesignError, expected=expected)

    def _position(self, cell: Cell) -> Mapping[str, Any]:
        place = place_of(cell, self._cells)
        return {} if place is None else {"position": {"x": place[0], "y": place[1]}}

    def _zones(self, cell: Cell) -> Mapping[str, Any]:
        """The zone it stands in; a region without zones is one zone."""
        zone: str | None = None
        region: str | None = None
        for group in parents(cell, self._cells):
            kind = self._kind(group)
            if kind is Kind.ZONE and "zone" in group.attributes:
                return {"zones": [group.attributes["zone"]]}
            named = group.attributes.get("region") or group.label or group.icon
            zone = zone or (named if kind is Kind.ZONE else None)
            region = region or (named if kind is Kind.REGION else None)
        title = zone or region
        return {"zones": [self._sheet.zone(title, region)]} if title else {}

    def connect_all(self) -> None:
        """Every line as a connection, in the direction of its arrowhead."""
        for cell in self._cells.values():
            if cell.is_edge:
                self._connect(cell)

    def _connect(self, cell: Cell) -> None:
        spot = self._spot(cell)
        if SETTINGS in cell.attributes:
            self._sheet.connect(cell.source, cell.target, spot, self._settings(cell))
            return
        is_async = cell.style.get("dashed") == "1"
        if is_async:
            self._sheet.tell(spot, "a call is async", "from its dashed line")
        settings = {"mode": Mode.ASYNC.value} if is_async else {}
        label = " ".join([cell.label, *cell.parts])
        for source, target in self._directions(cell, spot):
            self._sheet.connect(source, target, spot, settings, label=label)

    def _directions(self, cell: Cell, spot: Spot) -> list[tuple[str, str]]:
        ends = (cell.source, cell.target)
        at_source = cell.style.get("startArrow", "none") not in ("none", "")
        at_target = cell.style.get("endArrow", "classic") not in ("none", "")
        if at_source and at_target:
            self._sheet.tell(spot, "two components call each other", "since the arrow has two heads")
            return [ends, ends[::-1]]
        if not at_source and not at_target:
            self._sheet.tell(spot, "a line became a call", "since it has no arrowhead: from where it begins")
        return [ends[::-1]] if at_source else [ends]

    def _spot(self, cell: Cell) -> Spot:
        words = f"line {cell.position.line}" if not self._page.compressed else f"cell {cell.id[:12]}"
        return Spot(words, cell.position)


def _is_made_up(cell_id: str) -> bool:
    """Whether draw.io made the id: it tells nothing, and has digits or capitals in its midst."""
    return re.search(r"\d|[a-z][A-Z]|-", cell_id) is not None
