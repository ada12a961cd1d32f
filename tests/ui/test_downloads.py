"""The download menu: every format there is, and files that hold what is drawn."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from designer.catalog import Catalog
from designer.design.files import parse_design
from designer.design.notation import parse_notation
from designer.export.formats.library import all_formats
from designer.export.formats.model import Order
from designer.report import review
from designer.scenario.loader import load_scenario
from designer.ui.widgets.downloads import PICTURES, choices, file_name, written
from designer.ui.widgets.wording import plain
from tests.ui.test_pages import desk_of, open_app

NOTATION = "users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2"


@pytest.fixture
def order(catalog: Catalog) -> Order:
    design = parse_notation(NOTATION, catalog)
    return Order(
        design, catalog, review(load_scenario("url_shortener"), design, headroom=False, ranked=False)
    )


def test_every_format_is_offered_once_and_pictures_come_first() -> None:
    found = choices()
    assert Counter(item.extension for item in found) == Counter(item.extension for item in all_formats())
    assert tuple(item.extension for item in found[: len(PICTURES)]) == PICTURES
    reports = [item.is_report for item in found[len(PICTURES) :]]
    assert reports == sorted(reports, reverse=True), "reports stand together, before the rest"


def test_files_are_called_as_they_are_elsewhere(order: Order, catalog: Catalog) -> None:
    files = {file_name(item, "shop", order) for item in choices()}
    assert len(files) == len(choices())
    assert {"shop.png", "shop.svg", "shop.design.yaml", "shop.design.json", "shop.drawio"} <= files
    dark = Order(order.design, catalog, order.report, theme="dark")
    assert files.isdisjoint(file_name(item, "shop", dark) for item in choices())


def test_a_design_file_holds_the_design(order: Order, catalog: Catalog) -> None:
    by_extension = {
        item.extension: written(item, order)() for item in choices() if item.extension in ("yaml", "json")
    }
    assert parse_design(by_extension["yaml"], "shop.design.yaml", catalog) == order.design
    assert len(json.loads(by_extension["json"])["nodes"]) == len(order.design.nodes)


@pytest.mark.usefixtures("database")
def test_the_menu_of_the_board_has_them_all_once_it_is_open() -> None:
    app = open_app()
    assert desk_of(app).report is not None and not app.get("download_button")
    app.session_state["downloads"] = True
    app.run()
    assert not app.exception and not app.error
    labels = Counter(item.proto.label for item in app.get("download_button"))
    assert labels == Counter(plain(item.name) for item in all_formats())
