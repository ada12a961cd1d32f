"""The command line: gather, call, apply. Everything heavy is imported by the command that needs it."""

from designer.cli import authoring, comparing, exchanging, judging, probing, proving, reference, rendering
from designer.cli.process import (
    EXIT_BAD_INPUT,
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_MISSED,
    app,
    main,
    run,
)

__all__ = [
    "EXIT_BAD_INPUT",
    "EXIT_INTERNAL",
    "EXIT_INTERRUPTED",
    "EXIT_MISSED",
    "app",
    "authoring",
    "comparing",
    "exchanging",
    "judging",
    "main",
    "probing",
    "proving",
    "reference",
    "rendering",
    "run",
]
