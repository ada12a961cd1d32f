"""Paints one SVG, from standard input, as PNG to standard output. Run as a program of its own by paint.py.

Arguments: the zoom, then the font files. It imports nothing of this package, so that it starts at once.
"""

import sys

import resvg_py


def main() -> None:
    """Paint."""
    zoom, *fonts = sys.argv[1:]
    png = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode("utf-8"),
        zoom=float(zoom),
        dpi=72,  # one point is one pixel before zooming
        skip_system_fonts=True,  # the same picture on every machine
        font_files=fonts,
    )
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
