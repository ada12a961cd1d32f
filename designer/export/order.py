"""What a writer of a design is asked for: the design, what is known of it, and how it is to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.design.naming import name_nodes
from designer.export.annotations import Annotations, Detail, Direction, Replicas, Style, ThemeName, calm

if TYPE_CHECKING:
    from designer.report import Report

UNNAMED = "Untitled design"


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: a sound design (see design/checks.py), and how it is to look.

    `report` is the verdict on this very design under a scenario, where there is one: its loads, rates and findings
    are shown with the detail `annotated`. Formats that cannot show a setting leave it out.
    """

    design: Design
    catalog: Catalog
    report: Report | None = None
    theme: ThemeName = "light"
    direction: Direction = "auto"
    detail: Detail = "annotated"
    replicas: Replicas = "collapsed"

    @property
    def title(self) -> str:
        """What the design is called; nothing for a design that nobody named, as in notation."""
        return self.design.name if "name" in self.design.model_fields_set else ""

    @property
    def named(self) -> Design:
        """The design with a name on every card, as the board shows it. Raises KeyError for an unknown component."""
        return name_nodes(self.design, self.catalog)

    @property
    def style(self) -> Style:
        """How a picture of it looks."""
        return Style(theme=self.theme, direction=self.direction, title=self.title, replicas=self.replicas)

    @property
    def annotations(self) -> Annotations:
        """What cards and arrows say of the report; of a clean drawing only which calls nobody waits for."""
        if self.report is None:
            return Annotations.empty
        from designer.export.marking import annotate

        facts = annotate(self.report)
        return facts if self.detail == "annotated" else calm(facts)
