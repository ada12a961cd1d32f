"""Questions that take too long to be answered at every edit: worked out beside the page when asked, and kept.

The work goes on in a thread of its own, so that an edit made meanwhile is judged as quickly as ever. The answer is
that of the drawing it was asked of: once that is another one, it is asked again or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from designer.catalog import Catalog
from designer.design.model import Design
from designer.errors import DesignerError
from designer.scenario.model import Scenario

T = TypeVar("T")

Work = Callable[[Scenario, Design, Catalog], T]

MOST_NODES = 300
"""Largest board that is asked about: one of this size takes some ten seconds, a larger one much longer."""

AT_ONCE = 2
"""Questions worked on at a time, of all sessions; the others wait for their turn."""

BREATH_S = 0.1
"""How often a page that waits looks whether something else is wanted of it, in seconds."""

FAILURE = "Something went wrong in working this out. The drawing is as it was, and the app's log says more."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inquiry(Generic[T]):
    """A question asked of one drawing, and its answer when there is one."""

    scenario: Scenario
    design: Design  # with what bears on the answer only
    answer: Future[T]

    def is_about(self, scenario: Scenario, design: Design) -> bool:
        """Whether the answer holds for that drawing: where its cards lie changes nothing."""
        return self.scenario == scenario and self.design == essence(design)

    @property
    def found(self) -> T | None:
        """The answer, if it is there already."""
        is_there = self.answer.done() and not self.answer.cancelled() and self.answer.exception() is None
        return self.answer.result() if is_there else None

    def drop(self) -> None:
        """Nobody waits any more: what was not begun is not begun."""
        self.answer.cancel()

    def wait(self, breathe: Callable[[], object]) -> T:
        """The answer. `breathe` is called again and again until it is there, and may end the waiting by raising.

        Raises DesignerError with one sentence when there is none.
        """
        while not self.answer.done():
            breathe()
            wait((self.answer,), timeout=BREATH_S)
        try:
            return self.answer.result()
        except DesignerError:
            raise
        except Exception:  # a fault of ours is one sentence, too
            _log.exception("a question could not be answered")
            raise DesignerError(FAILURE) from None


def require_small(design: Design) -> None:
    """Raises DesignerError when nobody would want to wait for what is asked of the design."""
    if len(design.nodes) > MOST_NODES:
        raise DesignerError(
            f"this drawing has {len(design.nodes):,} parts, too many to work this out while you wait",
            expected=f"at most {MOST_NODES} parts",
        )


def inquire(work: Work[T], scenario: Scenario, design: Design, catalog: Catalog) -> Inquiry[T]:
    """Ask `work` about the design."""
    answer = _workers().submit(work, scenario, design, catalog)
    return Inquiry(scenario, essence(design), answer)


def essence(design: Design) -> Design:
    """The design without places and notes, from which nothing is computed."""
    nodes = tuple(node.model_copy(update={"position": None}) for node in design.nodes)
    return design.model_copy(update={"nodes": nodes, "notes": ()})


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="inquiry")
