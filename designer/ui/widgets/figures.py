"""A component's figures as words: name, default, band, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designer.catalog.model import FIGURE_DIMENSIONS, Component
from designer.catalog.values import Figure
from designer.ui.widgets.wording import in_words, plain, table
from designer.units import Dimension, format_quantity

NAMES: Mapping[str, str] = {
    "read_rate": "Reads",
    "write_rate": "Writes",
    "servers": "Requests at a time",
    "connections": "Connections accepted",
    "pool": "Connections to each target",
    "memory": "Memory for data",
    "disk": "Disk for data",
    "iops": "Disk operations",
    "partition_rate": "Rate of one partition or key",
    "prompt_rate": "Tokens of prompts read",
    "token_rate": "Tokens written",
    "token_time": "Time for one token of an answer",
    "context": "Tokens of a prompt and its answer",
    "contention": "Contention between machines",
    "coherency": "Cost of keeping machines in step",
    "error_rate": "Failures worth another try",
    "restore_rate": "Restoring from a backup",
    "durability": "Durability per year",
    "cost": "Cost of one instance",
    "cost_per_million": "Cost per million requests",
    "cost_per_million_prompt_tokens": "Cost per million tokens read",
    "cost_per_million_output_tokens": "Cost per million tokens written",
    "cost_per_gb_month": "Cost per GB and month",
    "egress_per_gb": "Cost per GB sent out",
}
"""Figures whose own name does not say enough."""

MONTHLY = "cost"
"""The one figure in dollars that is per month; the others say in their name what they are per."""

AT_A_GLANCE = ("token_rate", "read_rate", "service_time", "memory", "disk", "availability", "cost")
NO_BREAK = "\u00a0"
"""A space at which no line ends: a number and its unit stay together."""

MOST_AT_A_GLANCE = 3


def figure_name(name: str) -> str:
    """The figure as people call it."""
    return NAMES.get(name) or in_words(name).replace("p99", "(p99)")


def spell(value: float, name: str) -> str:
    """A value of that figure with its unit."""
    text = format_quantity(value, FIGURE_DIMENSIONS[name])
    is_plain_money = FIGURE_DIMENSIONS[name] is Dimension.MONEY and name != MONTHLY
    return text.removesuffix("/month") if is_plain_money else text


def known_figures(component: Component) -> Iterator[tuple[str, Figure[float]]]:
    """The figures a component has, in the catalogue's order."""
    for name in FIGURE_DIMENSIONS:
        figure = component.figure(name)
        if figure is not None:
            yield name, figure


def glance(component: Component) -> str:
    """The few figures that say most about a component, as one line of Markdown."""
    figures = dict(known_figures(component))
    shown = [name for name in AT_A_GLANCE if name in figures][:MOST_AT_A_GLANCE]
    values = {name: plain(spell(figures[name].default, name)).replace(" ", NO_BREAK) for name in shown}
    return " · ".join(f"{figure_name(name)} **{value}**" for name, value in values.items())


def figure_table(component: Component) -> str:
    """Every figure with its band, unit and source, as a Markdown table."""
    rows = [
        (
            figure_name(name),
            plain(spell(figure.low, name)) if figure.low != figure.default else "",
            f"**{plain(spell(figure.default, name))}**",
            plain(spell(figure.high, name)) if figure.high != figure.default else "",
            f":small[{plain(figure.source)}]",
        )
        for name, figure in known_figures(component)
    ]
    return table(("Figure of one instance", "Low", "Default", "High", "Source"), rows)
