"""The pages of a draw.io file: plain, or compressed as base64 of raw deflate of a URI-encoded text."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from designer.documents import Document, admit
from designer.documents.document import DEFAULT_LIMITS, make_error
from designer.errors import DesignError, quote
from designer.importing.xml_tree import Element, read_tree

MODEL = "mxGraphModel"
MOST_DEFLATED = 3 * DEFAULT_LIMITS.max_bytes + 1
"""Most bytes a page is inflated to: in a URI every byte may be three, `%3C`."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title, its model, the text that places in it are of, and how many further pages there are."""

    title: str
    model: Element
    document: Document
    others: int
    compressed: bool


def open_page(text: str, origin: str) -> Page:
    """The first page of a draw.io file, or of the model alone as the clipboard has it. Raises DesignError."""
    if text.lstrip().startswith("%3C"):
        text = unquote(text.strip())
    document = Document(origin, text, None, {})
    root = read_tree(document)
    if root.tag == MODEL:
        return Page("", root, document, 0, compressed=False)
    pages = list(root.every("diagram"))
    if root.tag != "mxfile" or not pages:
        raise make_error(
            document, root.position, f"this is no draw.io file but <{root.tag[:40]}>", error=DesignError,
            expected="<mxfile> with a <diagram> in it, or <mxGraphModel>",
        )  # fmt: skip
    title = pages[0].attributes.get("name", "")
    plain = next((child for child in pages[0].children if child.tag == MODEL), None)
    if plain is not None:
        return Page(title, plain, document, len(pages) - 1, compressed=False)
    inner = _inflate(pages[0], document)
    model = read_tree(inner)
    if model.tag != MODEL:
        raise make_error(
            inner, model.position, f"this page is no drawing but <{model.tag[:40]}>", error=DesignError
        )
    return Page(title, model, inner, len(pages) - 1, compressed=True)


def _inflate(page: Element, document: Document) -> Document:
    """The text of a compressed page; never more of it than a plain file may have."""
    name = f"{document.name}, page {quote(page.attributes.get('name', ''))}"
    packed = "".join(page.text.split())
    if not packed:
        raise make_error(
            document, page.position, "this page is empty", error=DesignError, expected="a drawing"
        )
    try:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        content = inflater.decompress(base64.b64decode(packed, validate=True), MOST_DEFLATED)
    except (binascii.Error, ValueError, zlib.error):
        message = "this page cannot be decompressed"
        raise make_error(document, page.position, message, error=DesignError) from None
    if len(content) >= MOST_DEFLATED:
        most = f"at most {DEFAULT_LIMITS.max_bytes:,} bytes when decompressed"
        raise make_error(document, page.position, "this page is too large", error=DesignError, expected=most)
    if not inflater.eof:
        message = "this page cannot be decompressed: its end is missing"
        raise make_error(document, page.position, message, error=DesignError)
    text = unquote(content.decode("utf-8", "replace"))
    return Document(name, admit(text, name, error=DesignError), None, {})
