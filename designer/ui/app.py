"""The app's frame: navigation, style, and a guard that keeps every page from showing a traceback."""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import streamlit as st

import designer.ui.pages
from designer.errors import DesignerError
from designer.ui.page import PAGES
from designer.ui.widgets.wording import plain

NAME = "Designer"
STYLE = Path(__file__).parent / "style.css"
ICON = Path(__file__).parent / "icon.svg"

_log = logging.getLogger(__name__)


def main() -> None:
    """Show the page the address asks for."""
    st.set_page_config(page_title=NAME, page_icon=str(ICON), layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    modules = page_modules()
    pages = [
        st.Page(
            _guarded(module),
            title=module.PAGE.title,
            icon=module.PAGE.icon,
            url_path=page_name(module),
            default=module is modules[0],
            visibility="visible" if module.PAGE.is_listed else "hidden",
        )
        for module in modules
    ]
    st.session_state[PAGES] = {page_name(module): page for module, page in zip(modules, pages, strict=True)}
    st.navigation(pages, position="top").run()


@cache
def page_modules() -> tuple[ModuleType, ...]:
    """Every module of designer.ui.pages, in the order of the navigation."""
    package = designer.ui.pages
    found = [
        import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(sorted(found, key=lambda module: (module.PAGE.order, module.__name__)))


def page_name(module: ModuleType) -> str:
    """How the page is called in the address: its file's name."""
    return module.__name__.rpartition(".")[2]


def _guarded(module: ModuleType) -> Callable[[], None]:
    """The page's `show`, with whatever it raises told in one sentence."""

    def show() -> None:
        try:
            module.show()
        except DesignerError as error:
            st.error(plain(error.headline), icon=":material/error:")
        except Exception:  # the last line: the reader gets a sentence, the log gets the rest
            _log.exception("the page %s failed", module.__name__)
            st.error(
                "This page could not be shown. Nothing of your work is lost: reload the page, and if it happens again, "
                "the app's log says why.",
                icon=":material/error:",
            )

    return show
