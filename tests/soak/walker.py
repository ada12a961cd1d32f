"""A hand that draws at random, and a look at whether board, app and store still say the same.

Each gesture is made with mouse and keys in a real browser and, beside it, on the model. Every so often everything is
compared: the cards and arrows on the board with the model; the document in the store with the model; the places of the
cards with those in the store; and the cost below the board with that of the stored document, reviewed here.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from playwright.sync_api import Page, expect

from designer.catalog import load
from designer.design.files import design_from_data
from designer.design.naming import name_nodes
from designer.report import review
from designer.scenario.loader import load_scenario
from designer.store import Attempts, open_database
from designer.ui.widgets.status import entries
from tests.soak.model import Drawn, Model
from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box

SCENARIO = "url_shortener"
COMPONENTS = (
    "users",
    "load_balancer",
    "app_server",
    "cache",
    "sql_database",
    "message_queue",
    "worker",
    "cdn",
)
MOST_NODES = 14
BURST = 20
"""Edits made as fast as a page can make them."""

PLACES = """cards => Object.fromEntries(cards.map(card => {
    const {m41, m42} = new DOMMatrix(getComputedStyle(card).transform);
    return [card.dataset.id, [m41, m42]];
}))"""
ON_TOP = """(card, [x, y]) => {
    const found = card.getRootNode().elementFromPoint(x, y);
    return found !== null && card.contains(found);
}"""


class Walker:
    """Draws on the board of a running app. What it does depends on its seed alone."""

    def __init__(self, page: Page, app: App, watch: Watch, seed: int) -> None:
        self.page, self.app, self.watch = page, app, watch
        self.chance = Random(seed)
        self.board = Whiteboard(page)
        self.log: list[str] = []
        self.catalog = load()
        page.goto(app.url)
        self._wait()
        self.attempt = re.search(r"attempt=([\w-]+)", page.url).group(1)  # type: ignore[union-attr]
        self._clear()
        self.model = Model(Drawn())

    def walk(self, gestures: int, look_every: int = 8) -> None:
        """Make so many gestures, and look at everything after each few of them."""
        for number in range(1, gestures + 1):
            self.gesture()
            if number % look_every == 0 or number == gestures:
                self.look()

    def walk_for(self, span: timedelta) -> int:
        """Make gestures for as long as that; returns how many."""
        end, made = time.monotonic() + span.total_seconds(), 0
        while time.monotonic() < end:
            self.walk(8)
            made += 8
        return made

    def gesture(self) -> None:
        """One, chosen at random among those that can be made now."""
        few = len(self.model.drawn.nodes) < MOST_NODES
        some = bool(self.model.drawn.nodes)
        choice: list[tuple[int, Callable[[], str | None]]] = [
            (6 if few else 0, self._add),
            (7 if len(self.model.drawn.nodes) > 1 else 0, self._connect),
            (2 if some and few else 0, self._duplicate),
            (2 if some and few else 0, self._copy_and_paste),
            (3 if some else 0, self._move),
            (2 if some else 0, self._nudge),
            (3 if some else 0, self._delete),
            (2 if self.model.drawn.connections else 0, self._delete_connection),
            (3 if some else 0, self._turn_knob),
            (1 if some else 0, self._burst),
            (4, self._undo),
            (3, self._redo),
            (1 if some else 0, self._tidy),
            (1, self._zoom),
            (1, self._reload),
        ]
        weights = [weight for weight, _ in choice]
        (_, made) = self.chance.choices(choice, weights)[0]
        self.log.append(f"{made.__name__.strip('_')}: {made() or 'not now'}")

    def look(self) -> None:
        """Compare board, model, store and what was judged."""
        board, wanted = self.board, self.model.drawn
        try:
            for name in wanted.nodes:
                expect(board.card(name)).to_be_attached()
            assert board.nodes() == set(wanted.nodes)
            assert self._connections() == set(wanted.connections), sorted(
                self._connections() ^ set(wanted.connections)
            )
            board.expect_saved()
            settled(self.page)
            self._compare_with_the_store(wanted)
            assert self.watch.errors == []
        except AssertionError as error:
            error.add_note("the last gestures:\n" + "\n".join(self.log[-40:]))
            raise

    def _compare_with_the_store(self, wanted: Drawn) -> None:
        stored = Attempts(open_database(f"sqlite:///{self.app.database}")).load(self.attempt)
        assert stored is not None
        data = json.loads(stored.document)
        nodes = {item["id"]: (item["component"], item.get("instances", 1)) for item in data.get("nodes", ())}
        assert nodes == wanted.nodes, sorted(set(nodes.items()) ^ set(wanted.nodes.items()))
        assert {f"{item['from']}>{item['to']}" for item in data.get("connections", ())} == wanted.connections
        shown = self.page.locator(".react-flow__node").evaluate_all(PLACES)
        for item in data.get("nodes", ()):
            x, y = shown[item["id"]]
            assert abs(x - item["position"]["x"]) < 1 and abs(y - item["position"]["y"]) < 1, item["id"]
        if not wanted.nodes:
            return
        design = name_nodes(design_from_data(data, self.catalog), self.catalog)
        report = review(load_scenario(SCENARIO), design, self.catalog, headroom=False, ranked=False)
        cost = next(entry.value for entry in entries(report) if entry.key == "cost")
        expect(self.page.locator(".st-key-status_cost")).to_contain_text(cost)

    # --- gestures: each says what it did, or None when it could not be made just now --------------------------------

    def _add(self) -> str | None:
        component = self.chance.choice(COMPONENTS)
        area = box(self.board.canvas)
        x = self.chance.uniform(0.25, 0.6) * area["width"]
        y = self.chance.uniform(0.15, 0.8) * area["height"]
        name = self.model.add(component, self.catalog[component].defaults.instances)
        self.board.drag_in(component, x, y)
        expect(self.board.card(name)).to_be_visible()
        self._leave()
        return name

    def _connect(self) -> str | None:
        source, target = self.chance.sample(sorted(self.model.drawn.nodes), 2)
        if not self._select(source):
            return None
        self.page.keyboard.down("Shift")
        both = self._click(target)
        self.page.keyboard.up("Shift")
        if both:
            self.page.keyboard.press("c")
            self.model.connect(source, target)
        self._leave()
        return f"{source} > {target}" if both else None

    def _duplicate(self) -> str | None:
        node = self._select_any()
        if node is None:
            return None
        self.page.keyboard.press("Control+d")
        name = self.model.duplicate(node)
        self._leave()
        return name

    def _copy_and_paste(self) -> str | None:
        node = self._select_any()
        if node is None:
            return None
        self.page.keyboard.press("Control+c")
        self.page.keyboard.press("Control+v")
        name = self.model.duplicate(node)
        expect(self.board.card(name)).to_be_attached()
        self._leave()
        return name

    def _move(self) -> str | None:
        node = self.chance.choice(sorted(self.model.drawn.nodes))
        if not self._is_on_top(node):
            return None
        # Farther than the grid and the guides reach, so that it surely is an edit.
        self.board.move(node, self.chance.choice([-80, 80]), self.chance.choice([-70, 70]))
        self.model.edit(self.model.drawn)
        self._leave()
        return node

    def _nudge(self) -> str | None:
        node = self._select_any()
        if node is None:
            return None
        self.page.keyboard.press(self.chance.choice(["ArrowLeft", "ArrowDown", "Shift+ArrowUp"]))
        self.model.edit(self.model.drawn)
        self._leave()
        return node

    def _delete(self) -> str | None:
        node = self._select_any()
        if node is None:
            return None
        self.page.keyboard.press("Delete")
        self.model.edit(self.model.drawn.without(node))
        return node

    def _delete_connection(self) -> str | None:
        name = self.chance.choice(sorted(self.model.drawn.connections))
        source, _ = name.split(">")
        if not self._select(source):
            return None
        for _ in range(2 * len(self.model.drawn.connections) + 2):
            self.page.keyboard.press("e")
            chosen = self.page.locator(".react-flow__edge.selected")
            if chosen.count() == 1 and chosen.get_attribute("data-id") == name:
                self.page.keyboard.press("Delete")
                left = self.model.drawn.connections - {name}
                self.model.edit(replace(self.model.drawn, connections=left))
                return name
        self._leave()
        return None

    def _turn_knob(self, times: int = 1) -> str | None:
        node = self._select_any()
        if node is None:
            return None
        more = self.page.get_by_test_id("inspector-instances-more")
        try:
            if more.count() == 0:
                return None
            component, instances = self.model.drawn.nodes[node]
            # All in one turn of the page's loop: nobody's hand is as fast.
            more.evaluate("(button, times) => { for (let n = 0; n < times; n += 1) button.click(); }", times)
            for turn in range(1, times + 1):
                self.model.edit(self.model.drawn.with_node(node, component, instances + turn))
            return f"{node} has {instances + times}"
        finally:
            self._leave()

    def _burst(self) -> str | None:
        return self._turn_knob(BURST)

    def _undo(self) -> str | None:
        self._leave()
        self.page.keyboard.press("Control+z")
        self.model.undo()
        return "one step"

    def _redo(self) -> str | None:
        self._leave()
        self.page.keyboard.press("Control+Shift+z")
        self.model.redo()
        return "one step"

    def _tidy(self) -> str | None:
        if len(self.model.drawn.nodes) < 2:
            return None
        self._leave()
        before = self.page.locator(".react-flow__node").evaluate_all(PLACES)
        self.page.keyboard.press("l")
        self.page.wait_for_function(STILL)
        if self.page.locator(".react-flow__node").evaluate_all(PLACES) != before:
            self.model.edit(self.model.drawn)
        return "all"

    def _zoom(self) -> str | None:
        self._leave()
        self.page.keyboard.press(self.chance.choice(["f", "-", "0"]))
        self.page.keyboard.press("f")
        return "the view"

    def _reload(self) -> str | None:
        self.board.expect_saved()
        settled(self.page)
        self.page.reload()
        self._wait()
        self.model.forget()
        return "the page"

    # --- parts of gestures ------------------------------------------------------------------------------------------

    def _wait(self) -> None:
        self.board.wait()
        settled(self.page)

    def _clear(self) -> None:
        root = self.page.get_by_test_id("whiteboard")
        root.press("Control+a")
        root.press("Delete")
        expect(self.page.locator(".react-flow__node")).to_have_count(0)
        self.board.expect_saved()
        self._reload_fresh()

    def _reload_fresh(self) -> None:
        settled(self.page)
        self.page.reload()
        self._wait()

    def _leave(self) -> None:
        """Nothing selected, nothing open, and the keys with the board."""
        root = self.page.get_by_test_id("whiteboard")
        root.focus()
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".react-flow__node.selected")).to_have_count(0)

    def _is_on_top(self, node: str) -> bool:
        frame = box(self.board.card(node))
        middle = [frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2]
        return bool(self.board.card(node).evaluate(ON_TOP, middle))

    def _click(self, node: str) -> bool:
        # The board may still be making room for what was opened or closed just before.
        self.board.view()
        if not self._is_on_top(node):
            return False
        frame = box(self.board.card(node))
        self.page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
        return True

    def _select(self, node: str) -> bool:
        if not self._click(node):
            return False
        expect(self.page.locator(f'.react-flow__node.selected[data-id="{node}"]')).to_be_attached()
        return True

    def _select_any(self) -> str | None:
        node = self.chance.choice(sorted(self.model.drawn.nodes))
        return node if self._select(node) else None

    def _connections(self) -> set[str]:
        found = self.page.locator(".react-flow__edge").evaluate_all(
            "edges => edges.map(edge => edge.dataset.id)"
        )
        return set(found)


STILL = """() => new Promise(done => {
    const roots = [...document.querySelectorAll('*')].map(element => element.shadowRoot).filter(Boolean);
    const root = roots.find(candidate => candidate.querySelector('[data-testid=whiteboard]'));
    const places = () => [...root.querySelectorAll('.react-flow__node')].map(node => node.style.transform).join();
    let [before, still] = [places(), 0];
    const look = () => {
        const now = places();
        [still, before] = now === before ? [still + 1, now] : [0, now];
        if (still > 45) done(true); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""
"""True once no card has moved for 45 frames: the layout is worked out beside the page, and then slides into place."""
