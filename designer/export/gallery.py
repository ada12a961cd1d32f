"""Rules, components and scenarios as plain text, 80 columns wide: what the command line prints of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.export.terminal import clean, columns, pad, wrap
from designer.units import Dimension, format_quantity

if TYPE_CHECKING:
    from designer.rules.model import Example, Rule
    from designer.scenario.model import Scenario


def list_rules(rules: Sequence[Rule]) -> str:
    """One entry a rule, by category: id, severity, whether it offers a fix, and title."""
    told = "\n".join(_by_group((rule.category, _rule_lines(rule)) for rule in rules))
    return f"{told}\n\n{len(rules)} rules. Where it says fix, designer review --fix can mend what is found.\n"


def _rule_lines(rule: Rule) -> list[str]:
    from designer.export.rule_fixes import offer_of

    start = f"  {pad(rule.id, 54)} {rule.severity.value:8} {offer_of(rule).value}"
    return [start.rstrip(), *wrap(rule.title, "      ")]


def _by_group(entries: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """The lines of the entries, with a heading where the group changes."""
    heading = None
    for group, lines in entries:
        if group != heading:
            if heading is not None:
                yield ""
            yield clean(group)
            heading = group
        yield from lines


def describe_rule(rule: Rule) -> str:
    """All there is to say about a rule."""
    return "\n".join(_rule(rule)) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    from designer.export.rule_fixes import offer_of

    offer = offer_of(rule).value
    yield from wrap(rule.title)
    yield f"{rule.id}, {rule.severity.value}{f', {offer}' if offer else ''}"
    yield ""
    yield from wrap(rule.why)
    yield from _part("Applies", rule.applies)
    if rule.fix:
        yield from _part("Fix", rule.fix)
    yield from _part("Not a fault when", rule.false_positives)
    yield from _parameters(rule)
    yield from _examples("Breaks the rule", rule.bad)
    yield from _examples("Keeps the rule", rule.good)
    yield from _list("Sources", rule.sources)


def _parameters(rule: Rule) -> Iterator[str]:
    """What a scenario may set otherwise, as it is unless one does."""
    if not rule.parameters:
        return
    yield ""
    yield "Parameters"
    for item in rule.parameters:
        value = format_quantity(item.default, item.dimension)
        yield from wrap(f"{item.name} = {value}: {item.meaning} [{item.source}]", "  ", hang="      ")


def _part(title: str, text: str) -> Iterator[str]:
    yield ""
    yield title
    yield from wrap(text, "  ")


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    for item in items:
        yield from wrap(item, "  - ", hang="    ")


def _examples(title: str, examples: tuple[Example, ...]) -> Iterator[str]:
    """Designs to copy: a line of notation stays one line, however long."""
    yield ""
    yield title
    for example in examples:
        yield from (f"  {line.strip()}" for line in example.design.strip().splitlines())
        if example.note:
            yield from wrap(example.note, "    ")


def list_components(catalog: Mapping[str, Component]) -> str:
    """One line a component, by group."""
    entries = ((item.group, [f"  {pad(item.id, 24)} {item.name}"]) for item in catalog.values())
    return "\n".join(_by_group(entries)) + "\n"


def describe_component(component: Component) -> str:
    """All there is to say about a component, its figures with their band and source."""
    return "\n".join(_component(component)) + "\n"


def _component(component: Component) -> Iterator[str]:
    yield component.name
    yield f"{component.id}, {component.group}, {component.behavior.value}"
    yield ""
    yield from wrap(component.summary)
    if component.use_when:
        yield from _part("Use it when", component.use_when)
    if component.avoid_when:
        yield from _part("Avoid it when", component.avoid_when)
    yield from _figures(component)
    yield from _list("Fails by", component.failure_modes)
    words = {
        "Knobs": component.knobs,
        "Traits": sorted(component.traits),
        "Holds": sorted(component.holds),
        "Caches": sorted(component.caches),
        "Provides": sorted(component.provides),
        "Also known as": component.keywords,
    }
    for title, values in words.items():
        if values:
            yield from _part(title, ", ".join(values))


_PER = {
    "cost": "a month",
    "cost_per_million": "a million requests",
    "cost_per_gb_month": "a GB and month",
    "egress_per_gb": "a GB",
}
"""What the amounts of money in figures are for, which is not always a month."""


def _figures(component: Component) -> Iterator[str]:
    found = {name: component.figure(name) for name in FIGURE_DIMENSIONS}
    if not any(found.values()):
        return
    yield ""
    yield "Figures of one instance"
    for name, figure in found.items():
        if figure is None:
            continue
        low, value, high = (_number(name, number) for number in (figure.low, figure.default, figure.high))
        unit = f" {_PER[name]}" if name in _PER else ""
        band = f" ({low} to {high})" if low != high else ""
        yield f"  {pad(name.replace('_', ' '), 20)} {value}{unit}{band}"
        yield from wrap(figure.source, "      ")


def _number(name: str, value: float) -> str:
    """A figure in words; of money the amount alone."""
    text = format_quantity(value, FIGURE_DIMENSIONS[name])
    return text.removesuffix("/month") if FIGURE_DIMENSIONS[name] is Dimension.MONEY else text


def list_scenarios(scenarios: Mapping[str, Scenario]) -> str:
    """One entry a scenario: id, difficulty, time, and what it asks for."""
    return "\n".join(line for name, item in scenarios.items() for line in _scenario(name, item)) + "\n"


def _scenario(name: str, scenario: Scenario) -> Iterator[str]:
    facts = f"{scenario.difficulty.value}, {scenario.minutes} min"
    yield f"{pad(name, 78 - columns(facts))}  {facts}"
    yield from wrap(f"{scenario.name}. {scenario.summary}", "    ")
