"""What a SARIF log says of the rules behind its results, and how it says anything at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from designer.export.markdown import LONGEST, escape
from designer.export.terminal import clean
from designer.rules.library import find_rule
from designer.rules.model import Rule, Severity

LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}

REQUIREMENT = "requirement"
"""What stands before the kind of a requirement, where the category of a rule would stand."""

_ASKS: Mapping[str, str] = {
    "throughput": "The peak of the workload is carried",
    "latency": "Answers are out in time",
    "availability": "The workload is answered nearly always",
    "durability": "What is kept is not lost",
    "recovery_point": "The loss of a machine takes few writes",
    "recovery_time": "After the loss of a machine the workload is soon served again",
    "freshness": "Deferred work is done soon",
    "storage": "There is room for all that is kept",
    "budget": "It costs no more than there is to spend",
}


def descriptors(ids: Iterable[str]) -> list[dict[str, Any]]:
    """The rules of these ids, each once, in alphabetical order."""
    return [
        _requirement(name) if name.startswith(f"{REQUIREMENT}.") else _rule(find_rule(name))
        for name in sorted(set(ids))
    ]


def message(text: str) -> dict[str, str]:
    """Somebody's words as a message: no link, no placeholder and no control character can come of them."""
    shown = clean(text, LONGEST)
    if "](" in shown:
        for sign in "\\[]":
            shown = shown.replace(sign, f"\\{sign}")
    return {"text": shown.replace("{", "{{").replace("}", "}}")}


def _requirement(name: str) -> dict[str, Any]:
    asked = _ASKS[name.partition(".")[2]]
    return {
        "id": name,
        "shortDescription": {"text": asked},
        "help": {"text": f"{asked}: the scenario says by how much. The design does not pass without."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": [REQUIREMENT]},
    }


def _rule(rule: Rule) -> dict[str, Any]:
    parts = list(_parts(rule))
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.partition(".")[2].split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": "\n\n".join(f"{title}: {text}" for title, text in parts),
            "markdown": "\n\n".join(f"**{title}.** {escape(text)}" for title, text in parts),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.category]},
    }


def _parts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "Why", rule.why
    yield "Applies", rule.applies
    if rule.fix:
        yield "What to do", rule.fix
    yield "Not a fault when", rule.false_positives
    yield "Sources", "; ".join(rule.sources)
