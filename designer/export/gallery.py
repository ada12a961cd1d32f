"""Rules and components as plain text, 80 columns wide: what the command line prints of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.export.report_text import pad, wrap
from designer.rules.model import Example, Rule
from designer.units import format_quantity


def list_rules(rules: Iterable[Rule]) -> str:
    """One line a rule: id, severity, title."""
    return "".join(f"{rule.id:36} {rule.severity.value:8} {rule.title}\n" for rule in rules)


def describe_rule(rule: Rule) -> str:
    """All there is to say about a rule."""
    return "\n".join(_rule_lines(rule)) + "\n"


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.title}  ({rule.id}, {rule.severity.value})"
    yield ""
    yield from wrap(rule.why, "  ")
    if rule.fix:
        yield from _part("Mend it", rule.fix)
    yield from _part("Not a fault when", rule.false_positives)
    yield from _examples("Breaks the rule", rule.bad)
    yield from _examples("Keeps the rule", rule.good)
    yield from _part("Sources", "; ".join(rule.sources))


def _part(title: str, text: str) -> Iterator[str]:
    yield ""
    yield title
    yield from wrap(text, "  ")


def _examples(title: str, examples: tuple[Example, ...]) -> Iterator[str]:
    yield ""
    yield title
    for example in examples:
        for line in example.design.strip().splitlines():
            yield f"  {line.strip()}"
        if example.note:
            yield from wrap(example.note, "    ")


def list_components(catalog: Mapping[str, Component]) -> str:
    """One line a component, by group."""
    lines: list[str] = []
    group = None
    for component in catalog.values():
        if component.group != group:
            group = component.group
            lines += [""] if lines else []
            lines.append(group)
        lines.append(f"  {pad(component.id, 22)} {component.name}")
    return "\n".join(lines) + "\n"


def describe_component(component: Component) -> str:
    """All there is to say about a component, its figures with their band and source."""
    return "\n".join(_component_lines(component)) + "\n"


def _component_lines(component: Component) -> Iterator[str]:
    yield f"{component.name}  ({component.id}, {component.group})"
    yield ""
    yield from wrap(component.summary, "  ")
    if component.use_when:
        yield from _part("Use it when", component.use_when)
    if component.avoid_when:
        yield from _part("Avoid it when", component.avoid_when)
    yield ""
    yield "Figures of one instance"
    yield from _figures(component)
    yield ""
    yield "Fails by"
    for mode in component.failure_modes:
        yield from wrap(mode, "  ")
    words = ("traits", component.traits), ("holds", component.holds), ("caches", component.caches)
    for title, values in (*words, ("provides", component.provides)):
        if values:
            yield from _part(title.capitalize(), ", ".join(sorted(str(value) for value in values)))


def _figures(component: Component) -> Iterator[str]:
    for name, dimension in FIGURE_DIMENSIONS.items():
        figure = component.figure(name)
        if figure is None:
            continue
        low, value, high = (
            format_quantity(number, dimension) for number in (figure.low, figure.default, figure.high)
        )
        band = f" ({low} to {high})" if low != high else ""
        yield f"  {pad(name.replace('_', ' '), 20)} {value}{band}"
        yield from wrap(figure.source, "      ")
