"""SVG to PNG, with the fonts that come with the package and no others.

The painter holds Python's global lock for as long as it works, a quarter of a second and more: it runs as a
process of its own, so that nobody else's page stands still, and can be stopped when it takes too long.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import threading
from pathlib import Path

from designer.errors import RenderError
from designer.export.typeface import BOLD, MISSING, REGULAR, find_asset, regular

TIME_LIMIT_S = 10.0
ZOOM = 1.5  # pixels for each point
WIDE_ENOUGH = 1600  # pixels: the width of a slide; a small picture is painted larger, up to LARGEST_ZOOM
LARGEST_ZOOM = 3.0
MOST_PIXELS = 12_000_000
MOST_PAINTERS = 2

_PLACES = threading.BoundedSemaphore(MOST_PAINTERS)
_BRUSH = Path(__file__).with_name("brush.py")
_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def paint(svg: str, *, limit: float = TIME_LIMIT_S) -> bytes:
    """The PNG of a picture made by svg.py. A character the fonts do not have becomes a box.

    Raises RenderError when it takes longer than `limit` seconds, when painting fails, or when the fonts have
    not been built.
    """
    fonts = [str(find_asset(name)) for name in (REGULAR, BOLD)]
    # -P: a module of this folder must not stand in for one of the library's.
    command = [sys.executable, "-P", str(_BRUSH), f"{_zoom(svg):.4f}", *fonts]
    if not _PLACES.acquire(timeout=limit):
        raise RenderError("too many pictures are being painted at this moment: try again")
    try:
        done = subprocess.run(  # noqa: S603  # our own program and files, and no shell
            command, input=_box_missing(svg).encode(), capture_output=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(f"the picture took longer than {limit:g} s to paint") from error
    except OSError as error:
        raise RenderError(f"the painter could not be started: {error.strerror}") from error
    finally:
        _PLACES.release()
    if done.returncode != 0 or not done.stdout:
        raise RenderError(
            "the picture could not be painted", expected="the package resvg-py, and enough memory"
        )
    return done.stdout


def _zoom(svg: str) -> float:
    size = _VIEW_BOX.search(svg)
    if size is None:
        raise RenderError("the picture has no size and cannot be painted")
    width, height = float(size[1]), float(size[2])
    wanted = min(max(ZOOM, WIDE_ENOUGH / width), LARGEST_ZOOM)
    return min(wanted, math.sqrt(MOST_PIXELS / (width * height)))


def _box_missing(svg: str) -> str:
    face = regular()
    return _NOT_ASCII.sub(lambda found: found[0] if face.covers(found[0]) else MISSING, svg)
