"""The whiteboard as somebody without a mouse uses it: every step is a key."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.drawing import Whiteboard


class Keyboard:
    """Keys pressed on the board of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.board = Whiteboard(page)
        self.root = page.get_by_test_id("whiteboard")

    def begin_empty(self) -> None:
        """An empty board, with the focus on it."""
        self.page.get_by_role("button", name="Board", exact=True).press("Enter")
        self.page.get_by_role("button", name="Empty board").press("Enter")
        expect(self.page.get_by_test_id("empty-hint")).to_be_visible()
        self.press("Escape")
        expect(self.page.get_by_role("button", name="Empty board")).to_be_hidden()
        self.root.focus()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def place(self, component: str, query: str) -> None:
        """Find a component by typing, and place it beside what is selected."""
        self.press("/")
        expect(self.page.get_by_test_id("palette-search")).to_be_focused()
        self.page.keyboard.type(query)
        expect(self.page.locator(".wb-item").first).to_have_attribute("data-testid", f"palette-{component}")
        self.press("Enter")
        expect(self.board.card(component)).to_be_visible()
        self.press("Escape", "Escape")
        expect(self.root).to_be_focused()

    def open_outline(self) -> None:
        self.press("o")
        expect(self.page.get_by_test_id("outline")).to_be_visible()

    def line(self, branch: str) -> Locator:
        """A line of the outline: `node:cache`, `call:api>cache`."""
        return self.page.get_by_test_id(f"outline-{branch}")

    def go_to(self, branch: str) -> None:
        """Walk down the outline to a line."""
        expect(self.line(branch)).to_be_visible()
        self.press("Home")
        lines = self.page.get_by_role("treeitem")
        for _ in range(lines.count()):
            if self.line(branch).evaluate("line => line.getRootNode().activeElement === line"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrow keys do not lead to {branch}")

    def connect(self, source: str, target: str, query: str) -> None:
        """In the outline: choose by typing what a node calls."""
        self.go_to(f"node:{source}")
        self.press("c")
        expect(self.page.get_by_test_id("target-filter")).to_be_focused()
        self.page.keyboard.type(query)
        self.press("Enter")
        expect(self.line(f"call:{source}>{target}")).to_be_visible()
        expect(self.line(f"node:{source}")).to_be_focused()

    def set_instances(self, node: str, count: int) -> None:
        """From the outline to the inspector's field, and back to the outline."""
        self.go_to(f"node:{node}")
        self.press("Enter")
        expect(self.page.get_by_test_id("inspector-name")).to_be_focused()
        self.press("Tab")
        expect(self.page.get_by_test_id("inspector-instances")).to_be_focused()
        self.press("Control+a")
        self.page.keyboard.type(str(count))
        self.press("Enter", "Escape", "Escape")
        expect(self.page.get_by_test_id("outline")).to_have_count(0)
        self.open_outline()


PARTS = (
    ("users", "users"),
    ("load_balancer", "load balancer (l7"),
    ("app_server", "app server"),
    ("cache", "cache"),
    ("sql_database", "sql"),
)
CALLS = (
    ("users", "load_balancer", "load"),
    ("load_balancer", "app_server", "app"),
    ("app_server", "cache", "cache"),
    ("app_server", "sql_database", "sql"),
)


def build_by_keys(keyboard: Keyboard) -> None:
    """users > load_balancer > app_server*4 > cache, sql_database, without a mouse. Ends in the outline."""
    keyboard.begin_empty()
    for component, query in PARTS:
        keyboard.place(component, query)
    keyboard.open_outline()
    for source, target, query in CALLS:
        keyboard.connect(source, target, query)
    keyboard.set_instances("app_server", 4)
    expect(keyboard.line("node:app_server")).to_contain_text("4 instances")
