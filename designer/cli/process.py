"""The process: its exit codes, what it says when something goes wrong, and the program all commands belong to."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from designer import __version__
from designer.errors import DesignerError, escape

EXIT_MISSED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERNAL = 3
EXIT_INTERRUPTED = 130

MOST_ERRORS = 10
"""Problems of one file told at once."""

MOST_INTERNAL = 400
"""Longest part of an unexpected error repeated to the reader, in characters."""

TRACEBACK = "DESIGNER_TRACEBACK"
"""Environment variable: when it is set, an internal error shows where it came from."""

GARBAGE = 200_000
"""Objects made between two searches for garbage: a command lives too briefly to be worth many."""

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line as a process of its own, and exit."""
    gc.set_threshold(GARBAGE)
    # Looking for plugins of pydantic means reading the records of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if hasattr(signal, "SIGPIPE"):
        # As for every other command, `designer ... | head` ends here without a word.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal or pipe that cannot show a sign gets its number instead of an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    code = run()
    gc.freeze()  # or the interpreter would look through everything once more, for nothing
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default the process's own, and give its exit code.

    What goes wrong is one clear message on standard error, never a traceback.
    """
    try:
        code = app(args=arguments, prog_name="designer", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _refuse_usage(error)
    except DesignerError as error:
        return refuse(error)
    except (KeyboardInterrupt, typer.Abort):
        return EXIT_INTERRUPTED
    except OSError as error:
        _drop_output()
        _complain(f"{escape(str(error.filename or 'the output'))}: {error.strerror}")
        return EXIT_BAD_INPUT
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        _complain(
            escape(f"internal error, please report it: {type(error).__name__}: {error}"[:MOST_INTERNAL])
        )
        _complain(f"with {TRACEBACK}=1 in the environment it says where")
        return EXIT_INTERNAL


def _refuse_usage(error: typer.TyperException) -> int:
    message = error.format_message()
    if not message:  # a command without its arguments has shown its help
        return EXIT_BAD_INPUT
    words = escape(message.replace("Value error, ", "").rstrip("."))
    _complain(f"{words}; see designer --help")
    return EXIT_BAD_INPUT


def refuse(error: DesignerError) -> int:
    """Tell the error and the others found with it, of which the first few are shown; gives the exit code."""
    for item in (error, *error.others[: MOST_ERRORS - 1]):
        _complain(str(item))
    return EXIT_BAD_INPUT


def _complain(message: str) -> None:
    print(f"designer: {message}", file=sys.stderr)


def _drop_output() -> None:
    """Forget what cannot be written, or the interpreter would complain about it at the end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def wants_color() -> bool:
    """On a terminal, unless NO_COLOR has any value but an empty one (https://no-color.org)."""
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"designer {__version__}")
        raise typer.Exit


@app.callback()
def designer(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check an architecture against a scenario, with its arithmetic on show."""
