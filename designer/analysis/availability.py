"""How often a workload is answered: not while too much is down, and not where a request fails though all is up.

This is the one number that is called the availability of a workload, wherever it is told. What the machines alone
would give is a part of it, and is called so.
"""

from __future__ import annotations

from typing import NamedTuple

from designer.analysis.model import Analysis
from designer.arithmetic import Arithmetic, Quantity
from designer.performance.failing import Failing
from designer.reliability.model import WorkloadAvailability
from designer.units import Dimension


class Availability(NamedTuple):
    """The availability of a workload, with the part that its machines have in it."""

    workload: str
    machines: WorkloadAvailability
    failing: Failing | None  # of what arrives while enough is up; None where nothing of it fails

    @property
    def failed(self) -> float:
        """The part of the requests at peak that fail though all is up."""
        return 0.0 if self.failing is None else self.failing.share

    @property
    def unavailability(self) -> float:
        """The part of the requests at peak that are not answered: small ones keep all their digits."""
        down, failed = self.machines.unavailability, self.failed
        return down + failed - down * failed

    @property
    def answered(self) -> float:
        """The part of the requests at peak that are answered."""
        return 1.0 - self.unavailability

    @property
    def arithmetic(self) -> Arithmetic:
        """How that came about."""
        if self.failing is None:
            return self.machines.arithmetic
        return Arithmetic.later(_explain, self.machines, self.failing, self.answered)


def find_availabilities(analysis: Analysis) -> dict[str, Availability]:
    """By workload; only those that anything answers."""
    return {
        item.workload: Availability(item.workload, item, analysis.failing.get(item.workload))
        for item in analysis.reliability.workloads
    }


def _explain(machines: WorkloadAvailability, failing: Failing, answered: float) -> Arithmetic:
    return Arithmetic(
        formula="S = A * (1 - f)",
        result=Quantity("S", "requests answered at peak", answered, Dimension.RATIO),
        inputs=(machines.arithmetic.result, failing.arithmetic.result),
        method="failures of machines and failed requests are taken as independent of each other",
        steps=(machines.arithmetic, failing.arithmetic),
    )
