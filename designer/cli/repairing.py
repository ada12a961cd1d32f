"""What `review --fix` does: it mends a design, shows what would change in its file, or changes the file."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.inputs import is_path, read_catalog
from designer.errors import DesignError, escape, quote

if TYPE_CHECKING:
    from designer.design.model import Design
    from designer.export.design_file import DesignFile
    from designer.export.mending import Mending
    from designer.report import Report
    from designer.scenario.model import Scenario

LINE_COLORS = {"@": "36", "-": "31", "+": "32"}
NO_NEWLINE = "\\ No newline at end of file\n"


def mend_design(scenario: Scenario, design: Design) -> tuple[Mending, Report]:
    """All repairs that do no harm, made; and the report of the design with them."""
    from designer.export.mending import Mending
    from designer.report import review
    from designer.rules.mending import mend

    before = review(scenario, design, headroom=False, ranked=False)
    mended = mend(before.analysis, before.findings)
    after = design if mended.effect is None else mended.effect.analysis.design
    return Mending(before, mended), review(scenario, after)


def require_file(file: DesignFile | None, reference: str) -> None:
    """Raise DesignError where there is no file that could be written."""
    if file is None:
        given = "is given in notation or as a link"
        if reference == "-":
            given = "comes from standard input"
        elif is_path(reference):
            given = "is imported from a file of another format"
        raise DesignError(
            f"--write has no file to write: the design {given}",
            expected="the path of a design file, or --format yaml, which prints the mended design",
        )


def write_back(file: DesignFile, design: Design) -> None:
    """Put the design into its file. Raises DesignError where that cannot be; the file is then as it was."""
    from designer.export.design_file import rewrite

    text = rewrite(file, design, read_catalog())
    if text == file.document.text:
        return
    try:
        _exchange(file.path.resolve(), text)  # a link stays a link
    except OSError as error:
        message = f"the file {quote(str(file.path))} cannot be written ({error.strerror})"
        raise DesignError(message) from None


def _exchange(path: Path, text: str) -> None:
    """Give the file this text at once: whoever reads it meanwhile finds the old one or the new one."""
    with path.open("r+b"):
        pass  # what may not be written is not exchanged either
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.chmod(path.stat().st_mode & 0o7777)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def write_diff(file: DesignFile | None, before: Design, after: Design, *, color: bool) -> str:
    """What changes in the file, or in the design written as one, as a unified diff; nothing where nothing does."""
    from designer.design.files import format_design
    from designer.export.design_file import rewrite
    from designer.export.terminal import Pen

    if file is None:
        old, new, name = format_design(before), format_design(after), "design"
    else:
        old, name = file.document.text, escape(str(file.path))
        new = rewrite(file, after, read_catalog())
    pen = Pen(color=color)
    return "".join(
        pen.paint(line[:-1], LINE_COLORS.get(line[0], "")) + "\n" for line in _diff(old, new, name)
    )


def _diff(old: str, new: str, name: str) -> Iterator[str]:
    from designer.export.design_file import split_lines

    for line in difflib.unified_diff(split_lines(old), split_lines(new), name, name):
        if line.endswith("\n"):
            yield line
        else:
            yield from (f"{line}\n", NO_NEWLINE)
