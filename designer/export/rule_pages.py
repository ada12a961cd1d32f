"""The rules as Markdown pages: an index, and a page for each category with all there is to say about its rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from designer.export.glossary_page import linked
from designer.export.markdown import code, escape, row
from designer.export.rule_fixes import Offer, offer_of
from designer.rules.model import Example, Parameter, Rule
from designer.units import format_quantity

INDEX = "README.md"
GLOSSARY = "../glossary.md"
"""The page of words, as seen from the pages of rules."""

_COMMAND = "designer rules --format markdown --write docs/rules"
_WRITTEN = f"<!-- Written by `{_COMMAND}` from the rules themselves. -->"
_OFFERS: Mapping[Offer, str] = {
    Offer.ALWAYS: "`--fix` mends it",
    Offer.SOMETIMES: "`--fix` mends it where it can",
    Offer.NEVER: "to be mended by hand",
}
_MARKS: Mapping[Offer, str] = {Offer.ALWAYS: "yes", Offer.SOMETIMES: "at times", Offer.NEVER: "no"}
_PLAIN_SCENARIO = "example"


def write_pages(rules: Iterable[Rule]) -> dict[str, str]:
    """Each page by the name of its file."""
    by_category = {name: list(group) for name, group in groupby(rules, key=lambda rule: rule.category)}
    pages = {f"{name}.md": _page(name, group) for name, group in by_category.items()}
    return {INDEX: _index(by_category), **pages}


def write_rule(rule: Rule) -> str:
    """All there is to say about one rule, with a final newline."""
    return "\n".join(_rule(rule, f"# {code(rule.id)}")) + "\n"


def _index(by_category: Mapping[str, Sequence[Rule]]) -> str:
    count = sum(map(len, by_category.values()))
    lines = [
        "# All rules",
        "",
        _WRITTEN,
        "",
        f"{count} rules, each asked of every design. The severity is the usual one: a rule may raise or lower it by",
        "what the scenario asks. A scenario can [set](../scenarios.md) a rule otherwise, and a design can",
        "[ignore](../design-files.md#what-is-ignored) what it finds. [Rules](../rules.md) tells how one is written.",
    ]
    for name, rules in by_category.items():
        lines += [
            "",
            f"## [{_title(name)}]({name}.md)",
            "",
            row("rule", "what it says", "severity", "repair"),
        ]
        lines += ["|---|---|---|---|", *(_line(rule) for rule in rules)]
    return "\n".join(lines) + "\n"


def _line(rule: Rule) -> str:
    link = f"[{code(_name(rule))}]({rule.category}.md#{_name(rule)})"
    return row(link, escape(rule.title), rule.severity.value, _MARKS[offer_of(rule)])


def _page(category: str, rules: Sequence[Rule]) -> str:
    lines = [f"# {_title(category)}", "", _WRITTEN, "", f"[All rules]({INDEX})"]
    for rule in rules:
        lines += ["", *_rule(rule, f"## {_name(rule)}")]
    return "\n".join(lines) + "\n"


def _title(category: str) -> str:
    return "Machine learning" if category == "ml" else category.capitalize()


def _name(rule: Rule) -> str:
    return rule.id.partition(".")[2]


def _rule(rule: Rule, heading: str) -> Iterator[str]:
    yield heading
    yield ""
    yield f"**{escape(rule.title)}.** {code(rule.id)}, {rule.severity.value}, {_OFFERS[offer_of(rule)]}."
    yield ""
    yield linked(rule.why, GLOSSARY)
    for title, text in (
        ("Applies", rule.applies),
        ("What to do", rule.fix or ""),
        ("Not a fault when", rule.false_positives),
    ):
        if text:
            yield ""
            yield f"**{title}.** {linked(text, GLOSSARY)}"
    yield from _parameters(rule.parameters)
    yield from _examples("Breaks it", rule.bad)
    yield from _examples("Keeps it", rule.good)
    yield ""
    yield "**Sources**"
    yield ""
    yield from (f"- {escape(source)}" for source in rule.sources)


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    if not parameters:
        return
    yield ""
    yield row("parameter", "value", "meaning", "source")
    yield "|---|---|---|---|"
    for item in parameters:
        value = escape(format_quantity(item.default, item.dimension))
        yield row(code(item.name), value, escape(item.meaning), escape(item.source))


def _examples(title: str, examples: Sequence[Example]) -> Iterator[str]:
    """Designs to copy."""
    yield ""
    yield f"**{title}**"
    for example in examples:
        yield ""
        yield "```text"
        yield from (line.rstrip() for line in example.design.strip().splitlines())
        yield "```"
        said = (
            [] if example.scenario == _PLAIN_SCENARIO else [f"Under the scenario {code(example.scenario)}."]
        )
        said += [escape(example.note)] if example.note else []
        if said:
            yield ""
            yield " ".join(said)
