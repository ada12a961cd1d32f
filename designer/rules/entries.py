"""How requests come in from outside: what rules about the first steps of a request ask."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Place, Trait
from designer.keeping import remembered
from designer.rules.questions import passed_openly


@remembered
def unencrypted(analysis: Analysis) -> frozenset[str]:
    """Clients, and all that their requests come through before anything ends their encryption."""
    return passed_openly(analysis, _hands_on_as_it_is)


def _hands_on_as_it_is(found: Component) -> bool:
    passes = found.behavior is Behavior.ROUTER or (
        found.behavior is Behavior.CACHE and found.place is not Place.REGION
    )
    return passes and Trait.TERMINATES_TLS not in found.traits
