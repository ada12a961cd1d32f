"""Designs in links: a design as one word that an address can carry, and back.

The word is the design file as compact JSON, deflated, in base64 for URLs, behind the version of this form:
`1.eNqrVko...`. What comes out of a link is checked like any file.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from designer.catalog.model import Component
from designer.design.files import design_to_data, parse_design
from designer.design.model import Design
from designer.documents.document import DEFAULT_LIMITS
from designer.errors import DesignError, quote

VERSION = "1"
MAX_LENGTH = 8_000
"""Longest word, in characters: servers and browsers cut longer addresses."""

FIELD = "design"
"""The name of the word in the query of an address."""

ORIGIN = "link"
"""What stands for the name of a file in errors."""

_WORD = re.compile(r"[0-9]{1,4}\.[A-Za-z0-9_-]*")
_IN_ADDRESS = re.compile(rf"[?&#]{FIELD}=([^&#\s]*)")


def encode_design(design: Design) -> str:
    """The design as a word. Raises DesignError for a design that is too large for a link."""
    data = json.dumps(design_to_data(design), separators=(",", ":")).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(data, zlib.Z_BEST_COMPRESSION)).rstrip(b"=")
    word = f"{VERSION}.{packed.decode()}"
    if len(word) > MAX_LENGTH:
        raise DesignError(
            f"the link to this design would be {len(word):,} characters long",
            expected=f"at most {MAX_LENGTH:,}; a design file has room for more",
        )
    return word


def decode_design(text: str, catalog: Mapping[str, Component]) -> Design:
    """The design in a word. Raises DesignError for what is no such word, too long, or no sound design."""
    if len(text) > MAX_LENGTH:
        message = f"this link is {len(text):,} characters long"
        raise DesignError(message, expected=f"at most {MAX_LENGTH:,}; a design file has room for more")
    if not _WORD.fullmatch(text):
        raise DesignError("this is no link to a design", expected=f"letters and digits behind '{VERSION}.'")
    version, _, packed = text.partition(".")
    if version != VERSION:
        raise DesignError(f"version {quote(version)} of links is unknown", expected=f"version {VERSION}")
    return parse_design(_inflate(packed), ORIGIN, catalog)


def _inflate(packed: str) -> bytes:
    """The text in the word; never more of it than a file may have."""
    most = DEFAULT_LIMITS.max_bytes
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(
            base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True), most
        )
    except (binascii.Error, zlib.error):
        raise _damaged() from None
    if len(content) >= most:
        raise DesignError("the design in this link is too large", expected=f"less than {most:,} bytes")
    if not inflater.eof or inflater.unused_data:
        raise _damaged()
    return content


def _damaged() -> DesignError:
    return DesignError("this link is damaged", expected="the whole link, as it was copied")


def find_word(text: str) -> str | None:
    """The word in an address, or the text itself if it looks like one; None where there is none."""
    found = _IN_ADDRESS.search(text)
    if found:
        return found[1]
    return text if _WORD.fullmatch(text) and len(text) > len("1.") else None


def write_address(word: str, base: str = "") -> str:
    """The address that opens a word in the app at the address `base`; without one only its end, from the `?` on.

    Raises DesignError for a base that is no address of a page.
    """
    try:
        parts = urlsplit(base)
    except ValueError:
        raise _no_address(base) from None
    if base and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise _no_address(base)
    query = "&".join(filter(None, (parts.query, f"{FIELD}={word}")))
    return urlunsplit(parts._replace(query=query, fragment=""))


def _no_address(base: str) -> DesignError:
    return DesignError(f"{quote(base)} is no address of a page", expected="one such as http://localhost:8501")
