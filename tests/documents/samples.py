"""What the tests of documents share: a document, data of any shape, and ways to look at an error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from designer.documents import (
    load_text,
)
from designer.errors import DesignerError, DocumentError

STORY = """\
# A small scenario
title: URL shortener
datasets:
  - id: links
    size: 500 B
  - {id: clicks, size: 1 KB}
limits: {p99: 200 ms, "zones": [a, b]}
nothing:
"""


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x10FFFF)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)


def refusal(text: str | bytes, **options: Any) -> DesignerError:
    with pytest.raises(DocumentError) as caught:
        load_text(text, "f.yaml", **options)
    return caught.value


def place(error: DesignerError) -> tuple[int, int]:
    assert error.where is not None
    return error.where.line, error.where.column


def pointed_at(error: DesignerError) -> str:
    """What the caret stands under, to the end of the line. Only for lines of narrow characters."""
    assert error.excerpt is not None
    source, caret = error.excerpt.split("\n")
    return source[caret.index("^") :]
