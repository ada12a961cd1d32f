"""Graphviz in WebAssembly, run by V8 inside this process: DOT text in, SVG text out.

It needs no installed Graphviz and no fonts, and sees neither files nor the network. V8 works outside Python's
global lock, so other threads go on meanwhile. A layout that takes too long is stopped and its engine thrown
away.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast

from py_mini_racer import JSEvalException, JSPromiseError, JSTimeoutException, MiniRacer

from designer.errors import RenderError, quote
from designer.export.cards import ICON
from designer.export.typeface import find_asset

if TYPE_CHECKING:
    from py_mini_racer import JSPromise

PROGRAM = "viz-global.js"
TIME_LIMIT_S = 5.0
START_LIMIT_S = 10.0
STOP_LIMIT_S = 1.0
MOST_ENGINES = 2
"""Pictures laid out at once. One more than one: somebody's slow picture does not hold up everybody else's."""

MOST_LAYOUTS = 200
"""An engine is replaced after so many: WebAssembly's memory only ever grows."""

# What the program expects of a browser and a bare V8 does not have. The address is only ever parsed, in vain;
# random numbers name temporary files in its memory and need only differ.
_BROWSER = """
globalThis.location = {href: ""};
let drawn = 0;
globalThis.crypto = {getRandomValues: bytes => bytes.map((_, at) => bytes[at] = drawn++)};
globalThis.TextDecoder = class {
  decode(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
    return decodeURIComponent(escape(text));
  }
};
"""
_START = "Viz.instance().then(viz => { globalThis.viz = viz; return viz.graphvizVersion; })"
_LAY_OUT = "((dot, images) => viz.render(dot, {format: 'svg', images}))"


class Engine:
    """One V8 context with Graphviz loaded. Used by one thread at a time."""

    def __init__(self) -> None:
        program = find_asset(PROGRAM).read_text(encoding="utf-8")
        # A context made where an event loop runs would work on that loop and wait for itself.
        with ThreadPoolExecutor(1) as bystander:
            self._context = bystander.submit(MiniRacer).result()
        self._layouts = 0
        try:
            self._context.eval(_BROWSER + program, timeout_sec=START_LIMIT_S)
            started = cast("JSPromise", self._context.eval(_START, timeout_sec=START_LIMIT_S))
            self.version = str(started.get(timeout=START_LIMIT_S))
        except BaseException:
            self.close()
            raise

    @property
    def is_worn(self) -> bool:
        """Whether it has done its share and should be replaced."""
        return self._layouts >= MOST_LAYOUTS

    def lay_out(self, dot: str, images: Iterable[str], limit: float) -> str:
        """The SVG. RenderError when Graphviz refuses the text or takes longer than `limit` seconds."""
        self._layouts += 1
        sizes = [{"name": name, "width": ICON, "height": ICON} for name in images]
        answer = self._context.call(_LAY_OUT, dot, sizes, timeout_sec=limit)
        if answer["status"] != "success":
            said = "; ".join(error["message"] for error in answer["errors"])
            raise RenderError(f"Graphviz could not lay out the picture: {quote(said)}")
        return str(answer["output"])

    def stop(self) -> None:
        """Close it after a layout that was cut off."""
        # V8 still reports the end of what was cut off; until then the loop that it reports to must not be closed.
        with suppress(JSEvalException):
            self._context.eval("0", timeout_sec=STOP_LIMIT_S)
        self.close()

    def close(self) -> None:
        """Give the memory back."""
        self._context.close()


class EnginePool:
    """A few engines shared by all threads; made when needed, kept warm."""

    def __init__(self, size: int = MOST_ENGINES) -> None:
        self._places = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Engine] = []
        self._is_closed = False

    def lay_out(self, dot: str, images: Iterable[str], *, limit: float = TIME_LIMIT_S) -> str:
        """The SVG. RenderError when it is refused, takes over `limit` seconds, or no engine is free."""
        with self._engine(limit) as engine:
            return engine.lay_out(dot, images, limit)

    def close(self) -> None:
        """Close the idle engines, for a clean exit. One at work is closed when its layout ends."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for engine in idle:
            engine.close()

    @contextmanager
    def _engine(self, limit: float) -> Iterator[Engine]:
        """An engine for one layout. One that was stopped or broke down in the middle is not used again."""
        if not self._places.acquire(timeout=limit):
            raise RenderError(
                "too many pictures are being drawn at this moment", expected="a free place: try again"
            )
        try:
            engine = self._take()
            is_sound = False
            try:
                yield engine
                is_sound = True
            except RenderError:
                is_sound = True
                raise
            except JSTimeoutException as error:
                raise RenderError(
                    f"the picture took longer than {limit:g} s to lay out",
                    expected="fewer connections, or a part of the design at a time",
                ) from error
            except JSEvalException as error:
                # Not `from error`: its text holds the whole program.
                raise RenderError(f"Graphviz broke down on the picture: {quote(_reason(error))}") from None
            finally:
                self._give_back(engine, is_sound=is_sound)
        finally:
            self._places.release()

    def _take(self) -> Engine:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            return Engine()
        except (JSEvalException, JSPromiseError) as error:
            raise RenderError(f"Graphviz could not be started: {quote(_reason(error))}") from None

    def _give_back(self, engine: Engine, *, is_sound: bool) -> None:
        with self._lock:
            is_kept = is_sound and not engine.is_worn and not self._is_closed
            if is_kept:
                self._idle.append(engine)
        if not is_sound:
            engine.stop()
        elif not is_kept:
            engine.close()


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0]


POOL = EnginePool()
atexit.register(POOL.close)
