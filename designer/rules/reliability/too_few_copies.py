"""Data that a broken disk takes away."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import Trait
from designer.design.edit import Change
from designer.reliability.durability import copies_of, loss_of
from designer.reliability.model import DatasetDurability
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import component, durabilities, is_managed, label, listed, percent
from designer.rules.repairs import set_copies
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.ERROR,
    applies="Where a durability is asked for.",
    bad=Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database"),
    good=(
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], key_value_store"),
    ),
    sources=(
        "AWS Storage Services Overview, Amazon EBS: annual failure rate of 0.1 to 0.2 % of volumes",
        "M. Kleppmann, Designing Data-Intensive Applications, chapter 5: replication",
    ),
    false_positives="Backups are not drawn: with a recent one, most of a lost disk comes back, some hours later.",
    fix="Keep more copies, each on a machine of its own, or choose a store whose provider keeps them.",
)
def check(analysis: Analysis) -> Result:
    """The data is kept in too few copies

    Disks die, about one in five hundred a year, and take with them what is on no other disk. Each further copy on
    another machine makes it that much less likely that all are lost.
    """
    wanted = durabilities(analysis)
    kept = {item.dataset: item for item in analysis.reliability.durabilities}
    asked = {name: minimum for name, minimum in wanted.items() if analysis.growth[name].homes}
    if not asked:
        return NotApplicable("No durability is asked of anything that has a home here.")
    faults = [
        _fault(analysis, name, minimum, kept.get(name))
        for name, minimum in asked.items()
        if name not in kept or kept[name].durability < minimum
    ]
    return tuple(faults) or Passed("There are enough copies of all that must not be lost.")


def _fault(analysis: Analysis, dataset: str, minimum: float, kept: DatasetDurability | None) -> Fault:
    homes = analysis.growth[dataset].homes
    name = analysis.scenario.datasets[dataset].name
    where = listed(label(analysis, home) for home in homes)
    if kept is None:
        message = (
            f"{name} lives only in {where}, which forgets everything when it restarts; "
            f"{percent(minimum)} must survive a year."
        )
        return Fault(homes, message)
    copies = sum(copies_of(analysis.graph.nodes[home], component(analysis, home)) for home in homes)
    number = format_quantity(copies, Dimension.COUNT)
    message = (
        f"{name} is kept in {number} {'copy' if copies == 1 else 'copies'} at {where}: {percent(kept.loss)} of it "
        f"may be lost in a year, and {percent(1.0 - minimum)} is allowed."
    )
    return Fault(homes, message, fix=_more_copies(analysis, homes, minimum), arithmetic=kept.arithmetic)


def _more_copies(analysis: Analysis, homes: tuple[str, ...], minimum: float) -> tuple[Change, ...]:
    durable = [home for home in homes if Trait.DURABLE in component(analysis, home).traits]
    if len(durable) != 1 or is_managed(component(analysis, durable[0])):
        return ()
    home = durable[0]
    found, placed = component(analysis, home), analysis.graph.nodes[home]
    loss, now = loss_of(placed, found), copies_of(placed, found)
    allowed = 1.0 - minimum
    if loss is None or not 0.0 < loss < 1.0 or allowed <= 0.0:
        return ()
    wanted = math.ceil(now * math.log(allowed) / math.log(loss) - 1e-9)
    return set_copies(analysis, home, wanted)
