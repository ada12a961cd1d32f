"""Copies that all change together, and nothing besides."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Trait
from designer.design.edit import Change, SetNode
from designer.reliability.durability import copies_of
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import component, durabilities, is_managed, label, listed
from designer.rules.recovery import OFTEN, recovery_points
from designer.rules.timing import duration
from designer.units import SECONDS_PER_DAY, Dimension


@rule(
    severity=Severity.WARNING,
    applies="Where a store that the team runs itself keeps what must not be lost.",
    bad=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    good=(
        Example(
            "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], "
            "db:sql_database*3[backup_every=1 day]"
        ),
    ),
    sources=(
        "AWS Well-Architected Framework, Reliability Pillar, REL9: back up data",
        "B. Beyer et al. (eds.), Site Reliability Engineering, chapter 26: data integrity",
    ),
    false_positives="Data that can be made again from what is kept elsewhere needs no backup of its own.",
    fix="Take a backup every day, keep it somewhere else, and try now and then to restore it.",
    parameters=(
        Parameter(
            "every", SECONDS_PER_DAY, Dimension.TIME, "time between two backups that the repair offers"
        ),
    ),
)
def check(analysis: Analysis, every: float) -> Result:
    """There is no backup

    Copies help when a machine dies. They do not help when somebody deletes the wrong rows, or a new version of the
    program writes nonsense: every copy follows within a second. Only a backup still has the data as it was before.
    """
    homes = _own_homes(analysis)
    if not homes:
        return NotApplicable("No store that the team runs itself keeps anything that must not be lost.")
    bare = [home for home in homes if analysis.graph.nodes[home].backup_every is None]
    if not bare:
        return Passed(
            "There is a backup of all that must not be lost, for the day somebody deletes it.", tuple(homes)
        )
    return tuple(_fault(analysis, home, homes[home], every) for home in bare)


def _own_homes(analysis: Analysis) -> dict[str, list[str]]:
    """The team's own durable stores, with what they keep that must not be lost."""
    found: dict[str, list[str]] = {}
    for dataset in dict.fromkeys((*durabilities(analysis), *recovery_points(analysis))):
        for home in analysis.growth[dataset].homes:
            placed = component(analysis, home)
            # What forgets everything when it restarts is another rule's business.
            if Trait.DURABLE in placed.traits and not is_managed(placed):
                found.setdefault(home, []).append(dataset)
    return found


def _fault(analysis: Analysis, home: str, datasets: list[str], every: float) -> Fault:
    names = listed(analysis.scenario.datasets[name].name for name in datasets)
    copies = copies_of(analysis.graph.nodes[home], component(analysis, home))
    lag = analysis.figure(home, "replication_lag")
    soon = "at once" if not lag else f"within {duration(lag)}"
    kept = f"keeps {names} in {copies} copies" if copies > 1 else f"keeps {names} in one copy"
    follows = f"a mistaken delete reaches all of them {soon}" if copies > 1 else "a mistaken delete is final"
    return Fault(
        nodes=(home,),
        message=f"{label(analysis, home)} {kept} and no backup: {follows}.",
        fix=_back_up(analysis, home, datasets, every),
    )


def _back_up(analysis: Analysis, home: str, datasets: list[str], every: float) -> tuple[Change, ...]:
    """As often as writes may be lost, but never more seldom than `every`."""
    limits = [limit for name in datasets if (limit := recovery_points(analysis).get(name, 0.0)) >= OFTEN]
    return (SetNode(node=home, field="backup_every", value=min([every, *limits])),)
