"""Fixes as SARIF has them: which characters of the design file go, and what comes in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from designer.catalog.model import Component
from designer.design.edit import Change, apply
from designer.errors import DesignError
from designer.export.design_file import DesignFile, rewrite, split_lines
from designer.export.sarif_places import artifact
from designer.export.sarif_rules import message


def fixes_of(
    changes: Iterable[Change], words: str, file: DesignFile, catalog: Mapping[str, Component]
) -> list[dict[str, Any]]:
    """One fix that makes all the changes; none where they cannot be made."""
    try:
        mended = apply(file.design, changes, catalog)
    except DesignError:
        return []
    replaced = list(_replacements(file.document.text, rewrite(file, mended, catalog)))
    change = {"artifactLocation": artifact(file), "replacements": replaced}
    return [{"description": message(words), "artifactChanges": [change]}] if replaced else []


def _replacements(before: str, after: str) -> Iterator[dict[str, Any]]:
    old, new = split_lines(before), split_lines(after)
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            region = {"startLine": start + 1, "startColumn": 1, "endLine": end + 1, "endColumn": 1}
            if end == len(old) and end > start and not old[-1].endswith("\n"):
                region |= {"endLine": end, "endColumn": len(old[-1]) + 1}
            yield {"deletedRegion": region, "insertedContent": {"text": "".join(new[first:last])}}
