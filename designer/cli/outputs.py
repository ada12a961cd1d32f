"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from designer.errors import DesignerError, quote, suggest


def write_file(path: Path, text: str) -> None:
    """Write the text. Raises DesignerError that says which folder is missing, and which was probably meant."""
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"the file {quote(str(path))} cannot be written ({error.strerror})"
        missing = next((folder for folder in reversed(path.parents) if not folder.is_dir()), None)
        if missing is None:
            raise DesignerError(message) from None
        expected = f"a folder that is there: make {quote(missing.name)} first"
        raise DesignerError(message, expected=expected, suggestion=_find_near(missing)) from None


def _find_near(missing: Path) -> str | None:
    """The name of the folder beside it that is nearest to that of the one that is missing."""
    try:
        return suggest(missing.name, [item.name for item in missing.parent.iterdir() if item.is_dir()])
    except OSError:
        return None
