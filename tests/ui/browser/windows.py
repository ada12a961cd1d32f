"""Windows that many tests use one after the other, each as if it were new.

A board needs more than a megabyte of scripts. A browser compiles them for every new window, which takes longer than
most tests do, and not again for a window that stays open.
"""

from __future__ import annotations

import json
from typing import Any, Literal, cast

from playwright.sync_api import Browser, BrowserContext, CDPSession, ViewportSize

MOST_USES = 20
"""A window is used so often: what boards leave in its memory grows, by some ten megabytes each."""

Scheme = Literal["light", "dark"]
Motion = Literal["reduce", "no-preference"]


class Window:
    """A page and how it looked when it was new. Between two tests it rests at a place of the app that shows nothing."""

    def __init__(self, context: BrowserContext, resting_place: str, kind: dict[str, Any]) -> None:
        self.context = context
        self.page = context.new_page()
        self.uses = 0
        self._resting_place = resting_place
        self.kind = kind
        self._session: CDPSession = context.new_cdp_session(self.page)

    def clear(self) -> None:
        """Let nothing be left of what a test did in it."""
        self.uses += 1
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        page = self.page
        page.unroute_all()
        self.context.set_offline(False)
        page.goto(self._resting_place)
        # A tab's own store can only be reached from a page of the same address, and a board writes to it as it leaves.
        page.evaluate("sessionStorage.clear()")
        self._session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.dress()
        # Else the next board would find the pointer on one of its cards.
        page.mouse.move(0, 0)

    def dress(self) -> None:
        """Give the page the size and the wishes it began with."""
        self.page.set_viewport_size(cast(ViewportSize, self.kind["viewport"]))
        self.page.emulate_media(
            color_scheme=cast(Scheme, self.kind["color_scheme"]),
            reduced_motion=cast(Motion, self.kind["reduced_motion"]),
        )


class Windows:
    """The windows of a browser, one of each kind; a kind is what Playwright's `new_context` takes."""

    def __init__(self, browser: Browser, resting_place: str) -> None:
        self._browser = browser
        self._resting_place = resting_place
        self._kept: dict[str, Window] = {}

    def take(self, kind: dict[str, Any]) -> Window:
        """A window of that kind, which nobody else has until it is given back."""
        return self._kept.pop(_name(kind), None) or self.open(kind)

    def open(self, kind: dict[str, Any]) -> Window:
        """A window that nobody had before."""
        return Window(self._browser.new_context(**kind), self._resting_place, kind)

    def give_back(self, window: Window, is_well: bool) -> None:
        """Clear a window for the next test, or close it where that cannot be done."""
        if not is_well or window.page.is_closed() or window.uses >= MOST_USES:
            window.context.close()
            return
        window.clear()
        self._kept[_name(window.kind)] = window

    def close(self) -> None:
        for window in self._kept.values():
            window.context.close()
        self._kept.clear()


def _name(kind: dict[str, Any]) -> str:
    return json.dumps(kind, sort_keys=True)
