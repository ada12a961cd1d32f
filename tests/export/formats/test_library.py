"""The formats there are: found by themselves, named for people, the same bytes for the same order."""

from __future__ import annotations

import hashlib
import io
import json
import pkgutil
import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image

import designer.export.formats
from designer.catalog import Catalog
from designer.design.files import parse_design
from designer.design.model import Design
from designer.errors import RenderError
from designer.export.formats.library import all_formats, format_of
from designer.export.formats.model import Format
from designer.export.order import Order
from designer.export.picture import render
from tests.export.samples import sample

EXTENSIONS = (
    "d2", "dot", "drawio", "dsl", "excalidraw", "html", "json", "md", "mmd", "pdf", "png", "py", "report.pdf", "svg",
    "yaml",
)  # fmt: skip
FORMATS = all_formats()


def order() -> Order:
    return Order(sample("sound").design, sample("sound").analysis.catalog, sample("sound"))


def test_every_module_of_the_package_is_found() -> None:
    modules = {found.name for found in pkgutil.iter_modules(designer.export.formats.__path__)}
    assert len(FORMATS) == len(modules - {"library", "model"})
    assert tuple(item.extension for item in FORMATS) == EXTENSIONS


@pytest.mark.parametrize("item", FORMATS, ids=lambda item: item.extension)
def test_a_format_can_be_shown(item: Format) -> None:
    assert re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)?", item.extension)
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", item.mime)
    assert item.description.endswith(".")
    assert len(item.description) <= 110
    assert "\n" not in item.description + item.name
    assert len({other.name for other in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("item", FORMATS, ids=lambda item: item.extension)
def test_a_format_is_known_by_a_file_and_by_its_extension(item: Format) -> None:
    for name in (item.extension, f"x.{item.extension}", f"a.b/My design.{item.extension.upper()}"):
        assert format_of(name) is item


def test_of_two_the_longer_ending_counts() -> None:
    assert format_of("shop.report.pdf").is_report
    assert format_of("report.pdf").is_report
    assert not format_of("shop.pdf").is_report
    assert not format_of("myreport.pdf").is_report
    assert format_of("shop.design.yaml").extension == "yaml"


@pytest.mark.parametrize(("name", "meant"), [
    ("x.pgn", "x.png"), ("shop.yml", "shop.yaml"), ("a.htm", "a.html"), ("a.draw", "a.drawio"), ("nothing", None),
    ("", None), ("a.", None), ("\n<b>.exe", None),
])  # fmt: skip
def test_another_ending_is_refused_with_all_there_are(name: str, meant: str | None) -> None:
    with pytest.raises(RenderError) as caught:
        format_of(name)
    assert caught.value.suggestion == meant
    assert "\n" not in str(caught.value)
    for extension in EXTENSIONS:
        assert f".{extension}" in (caught.value.expected or "")


def test_the_same_order_gives_the_same_bytes_in_another_process() -> None:
    program = """
import hashlib
from designer.export.formats.library import all_formats
from tests.export.formats.test_library import order
for item in all_formats():
    print(item.extension, hashlib.sha256(item.write(order())).hexdigest())
"""
    fresh = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=240, check=False,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ".", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert fresh.returncode == 0, fresh.stderr
    found = dict(line.split() for line in fresh.stdout.splitlines())
    assert found == {item.extension: hashlib.sha256(item.write(order())).hexdigest() for item in FORMATS}


def test_design_files_lose_nothing(catalog: Catalog) -> None:
    design = sample("sound").design
    for extension in ("yaml", "json"):
        content = format_of(extension).write(Order(design, catalog))
        assert parse_design(content, "x", catalog) == design
    json.loads(content)


def test_pictures_are_what_their_names_say(shop: Design, catalog: Catalog) -> None:
    wanted = Order(shop, catalog, theme="dark", direction="TB", detail="clean")
    svg = format_of("svg").write(wanted)
    assert svg == render(wanted.named, catalog, style=wanted.style, format="svg")
    assert format_of("dot").write(wanted).startswith(b"digraph")
    with Image.open(io.BytesIO(format_of("png").write(wanted))) as picture:
        assert picture.format == "PNG"
        standing = picture.height / picture.width
    with Image.open(io.BytesIO(format_of("png").write(replace(wanted, direction="LR")))) as picture:
        assert picture.height / picture.width < standing


def test_a_pdf_is_the_picture_with_real_text_in_its_own_fonts(shop: Design, catalog: Catalog) -> None:
    wanted = Order(shop, catalog, detail="clean")
    content = format_of("pdf").write(wanted)
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    root = ElementTree.fromstring(format_of("svg").write(wanted))
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    assert document[0].get_size() == pytest.approx((width, height), abs=0.1)
    said = "".join(document[0].get_textpage().get_text_range().split())
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert "".join("".join(text.itertext()).split()) in said
    assert set(re.findall(rb"/BaseFont /(\S+)", content)) == {
        b"AAAAAA+LiberationSans",
        b"AAAAAA+LiberationSans-Bold",
    }
    assert document.get_metadata_dict()["Title"] == "Web shop"
    assert document.get_metadata_dict()["Creator"] == "designer"


def test_a_pdf_looks_as_the_png_does(shop: Design, catalog: Catalog) -> None:
    for theme in ("light", "dark"):
        wanted = Order(shop, catalog, theme=theme, detail="clean", replicas="spread")  # type: ignore[arg-type]
        with Image.open(io.BytesIO(format_of("png").write(wanted))) as opened:
            png = opened.convert("L")
        page = pypdfium2.PdfDocument(format_of("pdf").write(wanted))[0]
        drawn = page.render(scale=png.width / page.get_size()[0]).to_pil().convert("L").resize((64, 36))
        small = png.resize((64, 36))
        off = [abs(a - b) for a, b in zip(drawn.tobytes(), small.tobytes(), strict=True)]
        assert sum(off) / len(off) < 2  # of 255 shades


def test_a_clean_drawing_says_no_loads_and_an_annotated_one_does() -> None:
    report = sample("sound")
    for extension in ("dot", "mmd", "d2", "drawio", "excalidraw", "dsl", "py"):
        shown, calm = (
            format_of(extension).write(Order(report.design, report.analysis.catalog, report, detail=detail))  # type: ignore[arg-type]
            for detail in ("annotated", "clean")
        )
        assert re.search(rb"\dk?/s\b", shown)
        assert not re.search(rb"\dk?/s\b", calm)


def test_finding_the_formats_brings_nothing_slow() -> None:
    program = "import sys; from designer.export.formats.library import all_formats; all_formats(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    slow = {"diagrams", "py_mini_racer", "reportlab", "numba", "PIL", "streamlit", "networkx"}
    assert slow.isdisjoint(done.stdout.split())
