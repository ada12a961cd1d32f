"""Where the results of a SARIF log are: a node or a connection, and the line of the design file that draws it."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from designer.export.design_file import DesignFile

ROOT = "%SRCROOT%"
"""What a relative path starts from: the folder where the command was called, as a rule the repository's."""


def places(nodes: Sequence[str], connections: Sequence[str], file: DesignFile | None) -> dict[str, Any]:
    """The first place as the location, the others as related ones; the design as a whole where there is none."""
    found = [_place("node", name, file) for name in nodes]
    found += [_place("connection", name, file) for name in connections]
    if not found:
        return {"locations": [] if file is None else [_physical(file, "")]}
    first, *others = found
    related = [{"id": number, **place} for number, place in enumerate(others, 1)]
    return {"locations": [first]} | ({"relatedLocations": related} if related else {})


def _place(kind: str, name: str, file: DesignFile | None) -> dict[str, Any]:
    logical = {"name": name, "fullyQualifiedName": f"{kind}s/{name}", "kind": kind}
    return {**({} if file is None else _physical(file, name)), "logicalLocations": [logical]}


def _physical(file: DesignFile, part: str) -> dict[str, Any]:
    at = file.position_of(part)
    region = {"startLine": at.line, "startColumn": at.column}
    return {"physicalLocation": {"artifactLocation": artifact(file), "region": region}}


def artifact(file: DesignFile) -> dict[str, str]:
    """The design file as SARIF names one."""
    path = Path(os.path.normpath(file.path))
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote_from_bytes(os.fsencode(path.as_posix())), "uriBaseId": ROOT}
