"""Draws at random for a long time, and stops at the first difference between board, app and store.

`./run soak [--minutes 12] [--seed 1]`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.conftest import CHROMIUM_FLAGS, find_chromium
from tests.soak.walker import Walker
from tests.ui.browser.conftest import PATIENCE_MS, App, Watch


def main() -> None:
    """Walk, and say how far it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if find_chromium() is None:
        sys.exit("there is no Chromium to draw with")
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = App(Path(folder) / "boards.sqlite3")
        app.start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        # Without movement: a hand that is not a person's does not wait for a card to stand still.
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        watch = Watch(page)
        try:
            walker = Walker(page, app, watch, given.seed)
            made = walker.walk_for(timedelta(minutes=given.minutes))
        finally:
            browser.close()
            app.kill()
    done = sum(not line.endswith("not now") for line in walker.log)
    print(f"{made} gestures, {done} of them made, seed {given.seed}: board, app and store never differed")


if __name__ == "__main__":
    main()
