"""What still holds in each outage: every machine, node, zone and region failed in turn."""

from __future__ import annotations

from designer.analysis.model import Analysis, State, Survival
from designer.reliability.model import Outage


def survey_outages(analysis: Analysis) -> tuple[Survival, ...]:
    """For every outage the requirements that are met today and still are, and those that are no longer.

    What is asked of a workload breaks when the workload is lost or meets something overloaded. What is asked of data
    or money is about a year or a month, and no single outage changes it.
    """
    return tuple(_survive(analysis, outage) for outage in analysis.reliability.outages)


def _survive(analysis: Analysis, outage: Outage) -> Survival:
    served = frozenset(outage.served)
    holds: list[str] = []
    breaks: list[str] = []
    for verdict in analysis.verdicts:
        if verdict.state is State.MET:
            workload = getattr(analysis.scenario.requirements[verdict.requirement], "workload", None)
            (holds if workload is None or workload in served else breaks).append(verdict.requirement)
    return Survival(outage.kind, outage.name, tuple(holds), tuple(breaks))
