"""What people write on shapes: plain text out of HTML, counts such as "×3", names and ids that a design may have."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from designer.catalog.model import Behavior, Component, Knob
from designer.design.model import ID_PATTERN, MAX_LABEL, Node
from designer.design.settings import COUNTS

LONGEST_STEM = 34
"""Leaves room for `_` and a number in an id."""

MOST_READ = 4_000
"""Most characters of a label that are read: names are shorter, and more of it is prose."""

_ID = re.compile(ID_PATTERN)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]+")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<[A-Za-z/!]")
_BLOCKS = frozenset(
    {"br", "div", "p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "ul", "ol"}
)
_SILENT = frozenset({"script", "style"})

_NOUNS = {
    "instance": Knob.INSTANCES, "node": Knob.INSTANCES, "server": Knob.INSTANCES, "machine": Knob.INSTANCES,
    "pod": Knob.INSTANCES, "worker": Knob.INSTANCES, "shard": Knob.SHARDS, "replica": Knob.REPLICAS,
    "partition": Knob.PARTITIONS,
}  # fmt: skip
_PROCESSORS = frozenset({"86", "64", "32"})
"""What stands behind an x in x86 and x64, which are no counts."""

_UNCOUNTED = ("s", "S", "ing", "storage")
"""How names of components end that have no article."""

_NUMBER = r"\d{1,6}"
_BEFORE = rf"(?<![\w.])(?P<before>{_NUMBER})\s?[x×✕]"
_BEHIND = rf"(?:(?<![\w.])x|[×✕*])\s?(?P<behind>{_NUMBER})"
_TIMES = re.compile(rf"(?:{_BEHIND}|{_BEFORE})(?![\w×✕])", re.IGNORECASE)
_SAID = re.compile(rf"(?<![\w.])(?P<number>{_NUMBER})\s(?P<noun>{'|'.join(_NOUNS)})s?(?!\w)", re.IGNORECASE)
_LEFT_OVER = re.compile(r"\(\s*\)|\[\s*\]|\s*[,;:+–—-]+\s*$|^\s*[,;:+–—-]+\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something, as its label says; without a knob it does not say of what."""

    number: int
    knob: Knob | None
    said: str


def read_html(text: str) -> str:
    """The words of HTML, a line for each block; what is no markup stays as it is."""
    if not _TAG.search(text):
        return html.unescape(text)
    reader = _Words()
    reader.feed(text)
    reader.close()
    return "".join(reader.words)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def split_counts(label: str) -> tuple[str, tuple[Count, ...]]:
    """The label without the counts in it, and the counts: "API ×3", "3x API", "Postgres (2 replicas)"."""
    found = _TIMES.search(label)
    times = found if found and found["behind"] not in _PROCESSORS else None
    # Of two that say how many machines there are the first counts.
    said = {_NOUNS[match["noun"].lower()]: match for match in reversed(list(_SAID.finditer(label)))}
    matches = [match for match in (times, *reversed(said.values())) if match]
    counts = [Count(int(times["behind"] or times["before"]), None, times[0])] if times else []
    counts += [Count(int(match["number"]), knob, match[0]) for knob, match in reversed(said.items())]
    for match in matches:
        label = _LEFT_OVER.sub("", label.replace(match[0], "", 1))
    return (_LEFT_OVER.sub("", label).strip() if matches else label), tuple(counts)


def set_count(count: Count, component: Component) -> dict[str, int]:
    """The setting that the count is for a component; nothing where it has no such knob or not so many of it."""
    knobs = [knob for knob in COUNTS if knob in component.knobs]
    if count.knob is not None and count.knob not in knobs:
        return {}
    knob = count.knob or next(iter(knobs), None)
    if knob is None:
        return {}
    # Replicas are further copies: of two in all one is a replica.
    number = count.number - 1 if knob is Knob.REPLICAS and count.knob is None else count.number
    return {knob.value: number} if _fits(knob, number) else {}


def _fits(knob: Knob, number: int) -> bool:
    limits = [
        item for item in Node.model_fields[knob.value].metadata if hasattr(item, "ge") or hasattr(item, "le")
    ]
    least = max((item.ge for item in limits if hasattr(item, "ge")), default=0)
    most = min((item.le for item in limits if hasattr(item, "le")), default=number)
    return bool(least <= number <= most)


def tidy(text: str) -> str:
    """The text with single spaces, and without blank lines."""
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """The text on one line, without what cannot be seen; it may be empty or too long."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def cut(text: str, most: int = MAX_LABEL) -> str:
    """The text with an ellipsis where it is longer than that."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def is_id(text: str) -> bool:
    """Whether a node may have this id."""
    return _ID.match(text) is not None and not text.endswith("\n")


def make_stem(text: str, otherwise: str) -> str:
    """The beginning of an id out of a label: `Order DB` gives `order_db`; `otherwise` where nothing of it is left."""
    stem = _NOT_IN_IDS.sub("_", text.casefold()).strip("_-")[:LONGEST_STEM].rstrip("_-")
    if not stem:
        return otherwise
    return stem if is_id(stem) else f"_{stem}"[:LONGEST_STEM]


def shorten(component: Component) -> str:
    """The component with its article: "a Cache", "an API / app server"; `Users` and `Monitoring` have none."""
    name = re.sub(r"\s*\([^)]*\)", "", component.name)
    if component.behavior is Behavior.CLIENT or name.endswith(_UNCOUNTED):
        return name
    return f"an {name}" if name[0] in "AEIO" else f"a {name}"
