"""Random numbers: one stream for each purpose, so that two runs differ only where their networks do.

A stream is a SplitMix64 counter (Steele, Lea and Flood 2014). Exponential times come from the ziggurat of
Marsaglia and Tsang (2000), gamma times from their method of the same year.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from designer.simulation.records import Draw, Table

F = TypeVar("F", bound=Callable[..., Any])
Whole = int | np.int64
"""A whole number: compiled they are all alike."""

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
"""How all of the loop is compiled. Without numba's reference counts: nothing in it makes or keeps an array."""


COMPILED = ("agenda", "chances", "failures", "instructions", "kernel", "pools", "records", "tokens")
"""The modules that are compiled, or whose constants are."""


def _digest_sources() -> str:
    """What is kept on disk is for these sources. numba looks at a function's own file only, not at what it calls."""
    digest = hashlib.blake2b(digest_size=16)
    for name in COMPILED:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()


SOURCES = _digest_sources()


def _compiled(function: F, **options: Any) -> F:
    """`function` compiled by numba, kept on disk where there is a place for it."""
    try:
        made: Any = njit(cache=True, **OPTIONS, **options)(function)
    except RuntimeError:  # neither the package's folder nor the user's can be written to
        return cast(F, njit(**OPTIONS, **options)(function))
    if (cache := getattr(made, "_cache", None)) is not None:
        cache._cache_file._source_stamp = SOURCES
    return cast(F, made)


def entry(function: F) -> F:
    """Compiled, and called from Python."""
    return _compiled(function)


def compiled(function: F) -> F:
    """Compiled, and called from compiled code only: Python must not."""
    return _compiled(function, no_cpython_wrapper=True)


def inlined(function: F) -> F:
    """Like `compiled`, and put into its callers: for what happens several times in every request."""
    return _compiled(function, no_cpython_wrapper=True, forceinline=True)


STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
LAYER_MASK = np.uint64(255)
UNIT = 2.0**-53

LAYERS = 256
TAIL = 7.69711747013104972
"""Where the ziggurat's tail begins, and the area of each layer, for 256 layers (Marsaglia and Tsang)."""
AREA = 0.0039496598225815571993


def _ziggurat() -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Per layer: below which 53-bit number a draw lies inside for certain, its scale, the density at its edge."""
    scale = 2.0**53
    inside = np.zeros(LAYERS, dtype=np.int64)
    width = np.zeros(LAYERS)
    height = np.zeros(LAYERS)
    edge, above = TAIL, TAIL
    base = AREA / math.exp(-TAIL)
    inside[0], inside[1] = int(edge / base * scale), 0
    width[0], width[LAYERS - 1] = base / scale, edge / scale
    height[0], height[LAYERS - 1] = 1.0, math.exp(-edge)
    for layer in range(LAYERS - 2, 0, -1):
        edge = -math.log(AREA / above + math.exp(-above))
        inside[layer + 1] = int(edge / above * scale)
        above = edge
        height[layer] = math.exp(-edge)
        width[layer] = edge / scale
    return inside, width, height


INSIDE, WIDTH, HEIGHT = _ziggurat()


@inlined
def draw_bits(streams: NDArray[np.uint64], stream: int) -> np.uint64:
    """The next 64 random bits of a stream."""
    bits = streams[stream] + STEP
    streams[stream] = bits
    bits = (bits ^ (bits >> SHIFT_30)) * FIRST
    bits = (bits ^ (bits >> SHIFT_27)) * SECOND
    return bits ^ (bits >> SHIFT_31)


@inlined
def draw_uniform(streams: NDArray[np.uint64], stream: int) -> float:
    """Evenly between 0 (possible) and 1 (not)."""
    return np.int64(draw_bits(streams, stream) >> SHIFT_11) * UNIT


@compiled
def draw_unlikely(streams: NDArray[np.uint64], stream: int, layer: Whole, number: Whole) -> float:
    """The exponential draws outside the ziggurat's layers, about one in ninety."""
    offset = 0.0
    while True:
        time = number * WIDTH[layer]
        if number < INSIDE[layer]:
            return offset + time
        if layer == 0:
            # The tail of an exponential is an exponential.
            offset += TAIL
        else:
            top, bottom = HEIGHT[layer - 1], HEIGHT[layer]
            if bottom + draw_uniform(streams, stream) * (top - bottom) < math.exp(-time):
                return offset + time
        bits = draw_bits(streams, stream)
        layer = np.int64(bits & LAYER_MASK)
        number = np.int64(bits >> SHIFT_11)


@inlined
def draw_exponential(streams: NDArray[np.uint64], stream: int) -> float:
    """Exponential with mean 1."""
    bits = draw_bits(streams, stream)
    layer = np.int64(bits & LAYER_MASK)
    number = np.int64(bits >> SHIFT_11)
    if number < INSIDE[layer]:
        return number * WIDTH[layer]
    return draw_unlikely(streams, stream, layer, number)


@compiled
def draw_normal(streams: NDArray[np.uint64], stream: int) -> float:
    """Normal with mean 0 and variance 1, by the polar method."""
    while True:
        one = 2.0 * draw_uniform(streams, stream) - 1.0
        other = 2.0 * draw_uniform(streams, stream) - 1.0
        square = one * one + other * other
        if 0.0 < square < 1.0:
            return one * math.sqrt(-2.0 * math.log(square) / square)


@compiled
def draw_gamma(streams: NDArray[np.uint64], stream: int, alpha: float) -> float:
    """Gamma with shape `alpha` and mean 1."""
    shape = alpha if alpha >= 1.0 else alpha + 1.0
    reduced = shape - 1.0 / 3.0
    factor = 1.0 / math.sqrt(9.0 * reduced)
    while True:
        normal = draw_normal(streams, stream)
        cube = 1.0 + factor * normal
        if cube <= 0.0:
            continue
        cube = cube * cube * cube
        uniform = 1.0 - draw_uniform(streams, stream)
        if math.log(uniform) < 0.5 * normal * normal + reduced * (1.0 - cube + math.log(cube)):
            break
    drawn = reduced * cube
    if alpha < 1.0:
        drawn *= math.pow(1.0 - draw_uniform(streams, stream), 1.0 / alpha)
    return drawn / alpha


@compiled
def draw_other(laws: Table, law: int, streams: NDArray[np.uint64]) -> float:
    """A time of any law."""
    row = laws[law]
    if row.nothing > 0.0 and draw_uniform(streams, row.stream) < row.nothing:
        return 0.0
    if row.draw == Draw.CONSTANT:
        return row.average
    if row.draw == Draw.GAMMA:
        return row.average * draw_gamma(streams, row.stream, row.alpha)
    return row.average * draw_exponential(streams, row.stream)


@inlined
def draw_time(laws: Table, law: int, streams: NDArray[np.uint64]) -> float:
    """A time of a law: the plain exponential at once, the others by the way."""
    row = laws[law]
    if row.draw == Draw.EXPONENTIAL and row.nothing == 0.0:
        return row.average * draw_exponential(streams, row.stream)
    return draw_other(laws, law, streams)
