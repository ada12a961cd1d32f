"""The app with a gate: while a pipe lies at its place, every judgement waits there, as on a machine that is busy."""

import os
from pathlib import Path
from typing import Any

from designer.report import Report, review
from designer.ui import state
from designer.ui.app import main

GATE = Path(os.environ["DESIGNER_GATE"])


def review_behind_the_gate(*arguments: Any, **options: Any) -> Report:
    """Judge, when the other end of the pipe was closed."""
    if GATE.exists():
        GATE.read_bytes()
    return review(*arguments, **options)


state.review = review_behind_the_gate
main()
